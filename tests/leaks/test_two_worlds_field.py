"""Those bound to an office learn nothing of other offices and missions, of circles, nor of what is marked higher."""

import pytest

from tests.leaks.comparing import Twice, differences, is_full, sent_in, tables_taken_out
from tests.leaks.worlds import KINDS

pytestmark = [pytest.mark.nightly, pytest.mark.django_db]
PEOPLE = ("field_staff", "head_of_office", "colleague_in_kesi", "neighbour")


@pytest.mark.parametrize("who", PEOPLE)
def test_the_day_is_the_same_without_what_they_may_not_know_of(days: dict[str, Twice], who: str) -> None:
    found = differences(days[who])

    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:20])


@pytest.mark.parametrize("who", PEOPLE)
def test_the_day_was_full_and_much_was_hidden(days: dict[str, Twice], who: str) -> None:
    assert is_full(days[who].whole)
    assert sent_in(days[who].whole) >= 30
    assert tables_taken_out(days[who].whole) >= 1
    assert days[who].kinds == set(KINDS)
