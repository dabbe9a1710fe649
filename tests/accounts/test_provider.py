"""The sign-in of the house: it opens accounts that exist, creates none, and spares nobody the second factor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse

WALK = Path(__file__).with_name("provider_walk.py")


@pytest.mark.slow
def test_a_provider_opens_accounts_that_exist_and_the_second_factor_is_still_asked_for():
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "DJANGO_"))}

    walked = subprocess.run([sys.executable, str(WALK)], env=kept, capture_output=True, text=True, check=False)

    assert walked.stdout.strip().endswith("walked"), walked.stderr[-2000:]


@pytest.mark.django_db
def test_without_a_provider_there_is_no_address_for_one(client):
    with pytest.raises(NoReverseMatch):
        reverse("openid_connect_login", args=["oidc"])
    assert client.post("/sign-in/provider/oidc/login/").status_code == 404
