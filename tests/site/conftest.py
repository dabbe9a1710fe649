"""The demonstration, loaded once for all checks of the whole site, and its people in their browsers."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from accounts.models import User
from tests.site.visits import Visitor


@pytest.fixture(scope="package")
def _loaded(django_db_setup: None, django_db_blocker: "pytest.FixtureRequest") -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", stdout=StringIO(), skip_checks=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def demonstration(_loaded: None) -> None:
    """Make the demonstration be there."""


@pytest.fixture
def visitor(demonstration: None, db: None) -> Callable[..., Visitor]:
    """Return the browser of somebody of the demonstration: visitor("aline", "fr")."""

    def arrive(username: str, language: str = "en") -> Visitor:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(username=username))
        client.cookies["parley_language"] = language
        return Visitor(client, username, language)

    return arrive
