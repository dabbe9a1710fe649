"""Days that are lived in two worlds."""

from typing import Any

import pytest

from tests.leaks.comparing import Twice, live_twice


@pytest.fixture(scope="module")
def days(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> dict[str, Twice]:
    """Return the days of the people whom a module names, in both worlds."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        return live_twice(request.module.PEOPLE, patch)
