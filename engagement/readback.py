"""A request read back in words: what each field and each answer says, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

import risk
from engagement import sections
from engagement.models import Answer, Measure, Request
from engagement.sections import Section
from missions.dates import day_in_words, weekday_in_words
from protection.models import ThreatAssessment


@dataclass(frozen=True)
class AnswerInWords:
    """One question, what was answered, on which evidence, and how many points it counts for now."""

    factor: str
    name: str
    level: int | None
    words: str
    evidence: str
    points: int
    most: int
    is_open: bool
    is_unknown: bool


@dataclass(frozen=True)
class Part:
    """One section as it stands."""

    section: Section
    facts: list[tuple[str | Any, str, str]]
    answers: list[AnswerInWords]
    measures: list[tuple[str, Measure]]


def parts_of(
    request: Request,
    *,
    shown: Mapping[str, tuple[str, ...]],
    answers: Mapping[str, Answer],
    measures: Mapping[str, Measure],
    assessment: risk.Assessment,
) -> list[Part]:
    """Read the seven sections back; `shown` names the fields of each that this request has to answer."""
    rows = {row.factor: row for figure in figures_of(assessment) for row in figure.rows}
    return [
        Part(
            section=section,
            facts=[(sections.TERMS[name], say(request, name), name) for name in shown[section.slug]],
            answers=[answer_in_words(factor, answers.get(factor), rows[factor]) for factor in section.factors],
            measures=[(measure_name(code), measure) for code, measure in measures.items()]
            if section.takes_measures
            else [],
        )
        for section in sections.SECTIONS
    ]


def figures_of(assessment: risk.Assessment) -> list[risk.RiskFigure | risk.ProtectionFigure]:
    """Return the protection case and the three risks."""
    return [assessment.protection, *assessment.risks.values()]


def say(request: Request, name: str) -> str:
    """Return what a field of a request says, or nothing when it is blank."""
    value = getattr(request, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return weekday_in_words(value)
    if isinstance(value, ThreatAssessment):
        return f"{value.reference} · {value.title}"
    display = getattr(request, f"get_{name}_display", None)
    return str(display() if display else value)


def answer_in_words(factor: str, answer: Answer | None, row: risk.FactorRow) -> AnswerInWords:
    """Return what was answered to one factor."""
    rule, language = risk.current_ruleset().factors[factor], get_language() or "en"
    return AnswerInWords(
        factor=factor,
        name=rule.name(language),
        level=answer.level if answer else None,
        words=level_in_words(rule, answer.level if answer else None, language) if answer else "",
        evidence=evidence_in_words(answer) if answer else "",
        points=row.points,
        most=row.points_max,
        is_open=answer is None,
        is_unknown=answer is not None and answer.level is None,
    )


def level_in_words(rule: risk.Factor, level: int | None, language: str) -> str:
    """Return the anchor of a level, after its number."""
    return _("Not known") if level is None else f"{level} · {rule.anchors(language)[level]}"


def evidence_in_words(answer: Answer) -> str:
    """Return how sure an answer is and where it comes from, or why it is not known."""
    if answer.level is None:
        return answer.why_unknown
    day = day_in_words(answer.source_date) if answer.source_date else _undated(answer)
    return " · ".join(part for part in (answer.get_confidence_display(), answer.source, day) if part)


def _undated(answer: Answer) -> str:
    """Return what follows from a missing date: evidence that ages counts as a judgement without one."""
    rule = risk.current_ruleset().factors.get(answer.factor)
    ages = rule is not None and rule.shelf_life_days is not None
    return _("no date, so it counts as a judgement") if ages and answer.confidence != Answer.Confidence.C else ""


def measure_name(code: str) -> str:
    """Return what a measure is called."""
    measures = risk.current_ruleset().measures
    return measures[code].name(get_language() or "en") if code in measures else code


def term(name: str) -> str:
    """Return what a field, a factor, a gate or a measure is called; nothing for a name that is none of them."""
    ruleset, language = risk.current_ruleset(), get_language() or "en"
    if name in sections.TERMS:
        return str(sections.TERMS[name])
    named = ruleset.factors.get(name) or ruleset.gates.get(name) or ruleset.measures.get(name)
    return named.name(language) if named else ""
