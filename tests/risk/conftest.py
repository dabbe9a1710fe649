"""How hard hypothesis searches, and the ruleset that every test uses."""

import os

import pytest
from hypothesis import settings

import risk

settings.register_profile("default", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def ruleset() -> risk.Ruleset:
    return risk.current_ruleset()
