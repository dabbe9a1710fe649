"""What is wrong with a set of facts is told as data, with a sentence in both languages."""

from dataclasses import replace

import pytest

import risk
from risk import Answer
from tests.risk.cases import CASES, RULESET, answered, everything, facts_of


def problems(facts):
    return list(risk.validate_facts(facts, RULESET))


@pytest.mark.parametrize("case", CASES)
def test_the_cases_have_no_problem_that_stops_scoring(case):
    assert [problem for problem in problems(facts_of(case)) if problem.stops_scoring] == []


@pytest.mark.parametrize(
    ("facts", "code", "subject"),
    [
        (answered(everything(1), "SEC-01", Answer(5, "A")), "level_out_of_range", "SEC-01"),
        (answered(everything(1), "SEC-01", Answer(-1, "A")), "level_out_of_range", "SEC-01"),
        (answered(everything(1), "SEC-01", Answer(True, "A")), "level_out_of_range", "SEC-01"),
        (answered(everything(1), "SEC-01", Answer(1, None)), "confidence_missing", "SEC-01"),
        (answered(everything(1), "SEC-66", Answer(1, "A")), "unknown_factor", "SEC-66"),
        (replace(everything(1), posture="WISHFUL"), "unknown_posture", "WISHFUL"),
        (replace(everything(1), promised=frozenset({"M-99"})), "unknown_measure", "M-99"),
        (replace(everything(0), verified=frozenset({"M-11"})), "measure_without_effect", "M-11"),
    ],
)
def test_each_problem_has_a_code_a_subject_and_a_sentence(facts, code, subject):
    [problem] = problems(facts)

    assert (problem.code, problem.subject) == (code, subject)
    assert subject in problem.message("en")
    assert subject in problem.message("fr")


def test_a_measure_on_an_unknown_answer_is_not_called_useless():
    facts = replace(answered(everything(0), "SEC-07", risk.UNKNOWN), promised=frozenset({"M-21"}))

    assert problems(facts) == []


def test_an_answer_off_the_scale_is_scored_as_unknown():
    odd, unknown = (answered(everything(1), "SEC-01", answer) for answer in (Answer(9, "A"), risk.UNKNOWN))

    assert risk.score(odd, RULESET).risks == risk.score(unknown, RULESET).risks


def test_missing_names_what_nobody_answered():
    facts = risk.Facts({"SEC-01": Answer(1, "A"), "SEC-02": risk.UNKNOWN}, "EXPECTED")

    assert risk.missing(facts, RULESET) == tuple(key for key in RULESET.factors if key not in ("SEC-01", "SEC-02"))


def test_a_verified_measure_counts_as_committed():
    verified = replace(facts_of("C05"), promised=frozenset())

    assert verified.committed == {"M-03", "M-08", "M-13"}


def test_bands_compare_by_order_and_not_by_spelling():
    assert risk.Band.LOW < risk.Band.MODERATE < risk.Band.HIGH < risk.Band.VERY_HIGH
    assert risk.Band.HIGH >= "HIGH"
    assert max(risk.Level.L2, risk.Level.BLOCK) == risk.Level.BLOCK
    assert sorted([risk.Effect.BLOCK, risk.Effect.ALERT]) == [risk.Effect.ALERT, risk.Effect.BLOCK]
