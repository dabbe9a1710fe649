"""How long an approval may last: never beyond what was asked for, nor beyond anything that it rests on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

import risk
from engagement.models import Request
from engagement.policies.dossier import Dossier
from missions.models import Mandate

HIGH, VERY_HIGH = 3, 4
VALID_FOR = {1: timedelta(days=90), 2: timedelta(days=60), 3: timedelta(days=30), 4: timedelta(days=14)}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """A last day of an approval, and what sets it."""

    day: date
    why: str


def longest_validity(request: Request, dossier: Dossier, *, contacts: int | None, at: datetime) -> Limit:
    """Return the last day that an approval may cover, and what sets that day (domain reference 3.4)."""
    return min(_limits(request, dossier, contacts, request.mission.local_day(at)), key=lambda limit: limit.day)


def _limits(request: Request, dossier: Dossier, contacts: int | None, today: date) -> Iterator[Limit]:
    band = dossier.assessment.overall
    if band == VERY_HIGH and contacts == 1:
        band = HIGH  # a single contact is limited by its number, so it gets the days of the band below
    yield Limit(today + VALID_FOR[band], _("the level of risk allows no longer"))
    if request.ends_on:
        yield Limit(request.ends_on, _("the request asks for no longer"))
    if request.srm_valid_until:
        yield Limit(request.srm_valid_until, _("the security risk record is to be reviewed then"))
    if mandate_ends := _end_of_mandate(dossier.mandates, today):
        yield Limit(mandate_ends, _("the mandate of the mission ends then"))
    yield from _shelf_lives(dossier, today)


def _end_of_mandate(mandates: Iterable[Mandate], today: date) -> date | None:
    """Return the last day of the mandate, renewals on record included; None where no end is known.

    A mandate that ended before today was renewed without anybody writing it down, or nobody would ask here.
    """
    end: date | None = None
    for mandate in sorted(mandates, key=lambda mandate: mandate.starts_on):
        reaches = mandate.starts_on <= (max(end, today) if end else today) + ONE_DAY
        if reaches and mandate.ends_on is None:
            return None
        if reaches and mandate.ends_on is not None:
            end = max(end or mandate.ends_on, mandate.ends_on)
    return end if end and end >= today else None


def _shelf_lives(dossier: Dossier, today: date) -> Iterator[Limit]:
    """Yield the day on which the evidence of each critical answer, one that sets a level by itself, ages next."""
    factors, answers = risk.current_ruleset().factors, {answer.factor: answer for answer in dossier.answers}
    for factor in _critical(dossier):
        answer, shelf_life = answers.get(factor), factors[factor].shelf_life_days
        if answer is None or answer.level is None or not (answer.source and answer.source_date and shelf_life):
            continue  # not known, a choice, or a judgement: counted at its weakest already
        words = {"factor": factors[factor].name(get_language() or "en")}
        yield Limit(
            _next_ageing(answer.source_date, shelf_life, today),
            _("the evidence on a critical answer (%(factor)s) passes its shelf life then") % words,
        )


def _critical(dossier: Dossier) -> set[str]:
    figures = dossier.assessment.result["risks"]
    return {factor for code in risk.RISKS for factor, _level, _band in figures[code]["floors"]}


def _next_ageing(evidence_on: date, shelf_life: int, today: date) -> date:
    """Return the end of the shelf life that runs today: each one that ends costs the evidence a class."""
    lives = max(1, -(-(today - evidence_on).days // shelf_life))
    return evidence_on + timedelta(days=lives * shelf_life)
