"""Somebody with a password and an app, and a home page that needs no posting."""

import pytest

from accounts.models import User
from tests.accounts import showing

HOME = "/help/"


@pytest.fixture(autouse=True)
def _a_home(settings):
    settings.LOGIN_REDIRECT_URL = HOME


@pytest.fixture
def newcomer(cast):
    """Somebody who has a password and nothing else."""
    return User.objects.create_user("nia", name="Nia Mbeki", password=showing.PASSWORD)


@pytest.fixture
def lena(cast):
    """Somebody who has a password and an app."""
    return showing.give_app(User.objects.create_user("lena", name="Lena Fischer", password=showing.PASSWORD))
