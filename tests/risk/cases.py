"""The historical cases as levels and measures, with the figures that they must give."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import risk

FILE = Path(__file__).with_name("cases.jsonl")
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in map(json.loads, FILE.read_text(encoding="utf-8").splitlines())
}
RULESET = risk.current_ruleset()


def facts_of(case: str) -> risk.Facts:
    return risk.Facts.from_case(CASES[case])


def assessed(case: str) -> risk.Assessment:
    return risk.assess(facts_of(case), RULESET)


def without_measures(case: str, *measures: str) -> risk.Assessment:
    facts = facts_of(case)
    dropped = frozenset(measures) if measures else facts.committed
    return risk.assess(replace(facts, promised=facts.promised - dropped, verified=facts.verified - dropped), RULESET)


def answered(facts: risk.Facts, factor: str, answer: risk.Answer) -> risk.Facts:
    return replace(facts, answers={**facts.answers, factor: answer})


def everything(level: int | None, confidence: risk.Confidence | None = "A", risks: str = "") -> risk.Facts:
    """Answer every factor alike, or only those of some risks and the rest at 0."""
    answers = {
        factor.id: risk.Answer(level, confidence) if factor.risk in risks or not risks else risk.Answer(0, "A")
        for factor in RULESET.factors.values()
    }
    return risk.Facts(answers, "EXPECTED")
