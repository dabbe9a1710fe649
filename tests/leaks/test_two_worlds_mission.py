"""Those who serve a whole mission, or headquarters, learn nothing of circles, nor of what is marked higher."""

import pytest

from tests.leaks.comparing import Twice, differences, is_full, tables_taken_out
from tests.leaks.worlds import CIRCLE, HIGHER_MARKING

pytestmark = [pytest.mark.nightly, pytest.mark.django_db]
PEOPLE = ("human_rights_officer", "legal_adviser", "headquarters_desk", "analyst")


@pytest.mark.parametrize("who", PEOPLE)
def test_the_day_is_the_same_without_what_they_may_not_know_of(days: dict[str, Twice], who: str) -> None:
    found = differences(days[who])

    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:20])


@pytest.mark.parametrize("who", PEOPLE)
def test_the_day_was_full_and_much_was_hidden(days: dict[str, Twice], who: str) -> None:
    assert is_full(days[who].whole)
    assert tables_taken_out(days[who].whole) >= (who != "headquarters_desk")
    assert days[who].kinds >= {CIRCLE, HIGHER_MARKING}
