"""A reference is drawn at random, and given once."""

import re

import pytest

from missions import references
from missions.references import new_reference
from nsags.models import Group

pytestmark = pytest.mark.django_db


def test_a_reference_has_no_vowel_and_nothing_that_is_misread():
    assert re.fullmatch("N-[2-9BCDFGHJ-NP-TV-XZ]{5}", new_reference(Group, "N"))
    assert re.fullmatch("R-2026-[2-9BCDFGHJ-NP-TV-XZ]{5}", new_reference(Group, "R", 2026))


def test_a_code_that_is_taken_is_drawn_again(group, monkeypatch):
    drawn = iter([group.reference.removeprefix("N-"), "7F3K2"])
    monkeypatch.setattr(references, "_draw", lambda: next(drawn))

    assert new_reference(Group, "N") == "N-7F3K2"
