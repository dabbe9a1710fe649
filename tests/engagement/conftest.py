"""People whom only the stories of engagement need, beside the cast."""

from datetime import datetime

import pytest

from accounts.models import User
from missions.models import Mission
from tests.engagement import handling


@pytest.fixture
def people(cast: dict[str, User], mission: Mission, at: datetime) -> dict[str, User]:
    """Everybody of the cast, with two who deal with sources in Bria: Lena, and Karim as her alternate."""
    lena, karim = handling.handlers(mission, at=at)
    return cast | {"lena": lena, "karim": karim}


@pytest.fixture
def lena(people: dict[str, User]) -> User:
    """Handler of a source."""
    return people["lena"]


@pytest.fixture
def karim(people: dict[str, User]) -> User:
    """Alternate of the handler."""
    return people["karim"]
