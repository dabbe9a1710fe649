"""Evidence weakens with time; answers stay what they were."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import risk
from risk import Answer
from tests.risk import strategies as some
from tests.risk.cases import RULESET

SEEN = date(2018, 3, 1)
ages = st.integers(0, 800)


@pytest.mark.parametrize(
    ("given_as", "days", "stands_as"),
    [
        ("A", 30, "A"),
        ("A", 31, "B"),
        ("A", 60, "B"),
        ("A", 61, "C"),
        ("A", 91, None),
        ("B", 30, "B"),
        ("B", 31, "C"),
        ("B", 61, None),
        ("C", 31, "C"),
        ("C", 60, "C"),
        ("C", 61, None),
    ],
)
def test_each_shelf_life_costs_a_class(given_as, days, stands_as):
    aged = risk.age(Answer(3, given_as), SEEN, SEEN + timedelta(days), 30)

    assert aged == (risk.UNKNOWN if stands_as is None else Answer(3, stands_as))


def test_a_choice_of_the_requester_does_not_age():
    assert risk.age(Answer(3, "A"), None, SEEN, None) == Answer(3, "A")


def test_unknown_stays_unknown():
    assert risk.age(risk.UNKNOWN, SEEN, SEEN, 30) == risk.UNKNOWN


def test_an_answer_without_evidence_is_a_judgement_at_best():
    assert risk.age(Answer(3, "A"), None, SEEN, 30) == Answer(3, "C")


def test_evidence_dated_ahead_is_fresh():
    assert risk.age(Answer(3, "A"), SEEN, SEEN - timedelta(5), 30) == Answer(3, "A")


@given(some.facts, ages, ages)
def test_rp18_time_passing_lowers_no_band(facts, days, more_days):
    seen = dict.fromkeys(RULESET.factors, SEEN)
    early = risk.aged_facts(facts, seen, SEEN + timedelta(days), RULESET)
    late = risk.aged_facts(facts, seen, SEEN + timedelta(days + more_days), RULESET)

    before, after = risk.score(early, RULESET), risk.score(late, RULESET)

    assert all(after.risks[name].band >= figure.band for name, figure in before.risks.items())
    assert after.protection.band <= before.protection.band


def test_factors_that_the_ruleset_does_not_know_are_left_alone():
    facts = risk.Facts({"SEC-99": Answer(1, "A")}, "EXPECTED")

    assert risk.aged_facts(facts, {}, SEEN, RULESET) == facts
