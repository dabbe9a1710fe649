"""How evidence ages: an answer stays what it was, and what supports it weakens with time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from risk.facts import UNKNOWN, Answer, Facts
from risk.ruleset import Ruleset
from risk.scales import Confidence

CLASSES: tuple[Confidence, ...] = ("A", "B", "C")


def age(answer: Answer, evidence_on: date | None, as_of: date, shelf_life_days: int | None) -> Answer:
    """Return the answer as it stands on a date.

    A choice of the requester has no shelf life and does not age. Each full shelf life costs a class: A, B, C, then
    Unknown; an answer given as C has nothing left to lose until twice its shelf life. Without evidence it is C.
    """
    if answer.level is None or shelf_life_days is None:
        return answer
    if evidence_on is None:
        return replace(answer, confidence="C")
    lives = max(0, (as_of - evidence_on).days - 1) // shelf_life_days
    return _weakened(answer, lives)


def _weakened(answer: Answer, lives: int) -> Answer:
    start = CLASSES.index(answer.confidence or "C")
    if start + lives < len(CLASSES):
        return replace(answer, confidence=CLASSES[start + lives])
    return UNKNOWN if lives >= 2 else replace(answer, confidence="C")


def aged_facts(facts: Facts, evidence_on: Mapping[str, date], as_of: date, ruleset: Ruleset) -> Facts:
    """Return the facts with every answer as it stands on a date; levels, posture and measures stay as they are."""
    answers = {
        factor: age(answer, evidence_on.get(factor), as_of, ruleset.factors[factor].shelf_life_days)
        if factor in ruleset.factors
        else answer
        for factor, answer in facts.answers.items()
    }
    return replace(facts, answers=answers)
