"""What a draft implies so far: four rows, who would decide and because of which gate, and what narrows most."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

import risk
from engagement import facts
from engagement.facts import Given
from engagement.models import Measure, Request
from missions.roles import Authority


@dataclass(frozen=True)
class OutlookRow:
    """Protection or one risk: its band with the numbers, and how many of its questions nobody has answered."""

    code: str
    band: str
    score: int
    low: int
    high: int
    missing: int
    questions: int

    @property
    def scale(self) -> str:
        """Name the palette of the row."""
        return "protection" if self.code == risk.PROTECTION else "risk"

    @property
    def is_open(self) -> bool:
        """Say whether not one of its questions is answered."""
        return self.missing == self.questions


@dataclass(frozen=True)
class Outlook:
    """What stands on the preview card; the rule's advice is not part of it."""

    rows: tuple[OutlookRow, ...]
    seen: facts.Preview
    biggest_unknown: str

    @property
    def authority(self) -> Authority | None:
        """Return who would decide, gates included; None while nobody may."""
        return self.seen.authority

    @property
    def because_of(self) -> list[str]:
        """Name the gates that block, or that raise who decides."""
        rules, language = risk.current_ruleset().gates, get_language() or "en"
        return [rules[fired.gate].name(language) for fired in self.seen.decisive]

    @property
    def biggest_unknown_name(self) -> str:
        """Return what the biggest unknown is called."""
        return risk.current_ruleset().factors[self.biggest_unknown].name(get_language() or "en")

    @property
    def sentence(self) -> str:
        """Say the levels in one sentence, which changes only when a level does."""
        ruleset, language = risk.current_ruleset(), get_language() or "en"
        parts = [
            _("%(risk)s: %(band)s") % {
                "risk": ruleset.risk_name(row.code, language),
                "band": ruleset.band_label(row.band, language),
            }
            for row in self.rows
            if not row.is_open
        ]  # fmt: skip
        return ". ".join([*parts, str(self.authority.label) if self.authority is not None else _("Nobody may decide")])


def outlook(
    request: Request, *, answers: Mapping[str, Given], measures: Collection[Measure], registers: facts.Registers
) -> Outlook:
    """Return what these answers and measures imply; nothing is read of the answers and nothing is stored."""
    ruleset = risk.current_ruleset()
    stated = facts.facts_from(request, answers, measures, registers)
    seen = facts.weigh(request, stated, registers)
    return Outlook(
        rows=tuple(_row(code, seen.assessment, answers, ruleset) for code in (risk.PROTECTION, *risk.RISKS)),
        seen=seen,
        biggest_unknown=_biggest_unknown(seen.assessment),
    )


def _row(code: str, assessment: risk.Assessment, answers: Mapping[str, Given], ruleset: risk.Ruleset) -> OutlookRow:
    figure = assessment.protection if code == risk.PROTECTION else assessment.risks[code]
    factors = ruleset.factors_of(code)
    return OutlookRow(
        code=code,
        band=figure.band.value,
        score=figure.score,
        low=figure.low,
        high=figure.high,
        missing=sum(factor.id not in answers for factor in factors),
        questions=len(factors),
    )


def _biggest_unknown(assessment: risk.Assessment) -> str:
    """Return the factor, open or not known, whose answer would narrow a range most; empty when all are known."""
    rows = [row for figure in assessment.risks.values() for row in figure.rows] + [*assessment.protection.rows]
    unknown = [row for row in rows if row.is_unknown]
    widest = max(unknown, key=lambda row: row.points_high - row.points_low, default=None)
    return widest.factor if widest else ""
