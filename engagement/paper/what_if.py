"""What if these measures were in place: figures that are computed for the reader and never stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

import risk
from engagement.models import Measure
from engagement.paper.why import waterfall
from engagement.paper.words import language, risk_name
from engagement.policies.dossier import Dossier

SUGGESTED = 4


@dataclass(frozen=True)
class MeasureLine:
    """One measure: who owns it, whether it is in place, and what it takes off, before anybody ticks it."""

    code: str
    name: str
    effect: str
    is_counted: bool
    pk: UUID | None = None
    owner: str = ""
    due_on: date | None = None
    is_verified: bool = False
    evidence: str = ""
    who: str = ""

    @property
    def is_promised(self) -> bool:
        """Say whether somebody has promised it and nobody has verified it yet."""
        return self.pk is not None and not self.is_verified


@dataclass(frozen=True)
class WhatIf:
    """The measures to choose from and, once the choice differs from what stands, its figures in full."""

    lines: tuple[MeasureLine, ...]
    result: risk.Assessment | None = None

    @property
    def taken_up(self) -> tuple[MeasureLine, ...]:
        """Return the measures that somebody has promised or the reader counts."""
        return tuple(line for line in self.lines if line.pk or line.is_counted)

    @property
    def left(self) -> tuple[MeasureLine, ...]:
        """Return the measures that nobody has promised, which a reader may unfold."""
        return tuple(line for line in self.lines if not line.pk and not line.is_counted)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Tell for each risk what the counted measures take off."""
        if self.result is None:
            return ()
        figures = self.result.risks.items()
        return tuple(_("%(risk)s: %(text)s") % {"risk": risk_name(code), "text": waterfall(f)} for code, f in figures)

    @property
    def to_condition(self) -> tuple[MeasureLine, ...]:
        """Return what the reader counts although it is not in place: it could be made a condition."""
        return tuple(line for line in self.lines if line.is_counted and not line.is_verified)


def what_if(dossier: Dossier, now: risk.Assessment, counted: frozenset[str] | None) -> WhatIf:
    """Return the measures, and the figures with exactly `counted` in place; None counts what is verified."""
    facts = risk.Facts.from_json(dossier.assessment.facts)
    ticked = facts.verified if counted is None else counted
    lines = tuple(_lines(dossier, facts, now, ticked))
    if ticked == facts.verified:
        return WhatIf(lines)
    known = ticked & risk.current_ruleset().measures.keys()
    return WhatIf(lines, risk.assess(_with(facts, verified=known), risk.current_ruleset()))


def _with(facts: risk.Facts, *, verified: frozenset[str]) -> risk.Facts:
    return risk.Facts(facts.answers, facts.posture, facts.promised - verified, frozenset(verified))


def _lines(dossier: Dossier, facts: risk.Facts, now: risk.Assessment, ticked: frozenset[str]) -> Iterator[MeasureLine]:
    own = {str(measure.code): measure for measure in dossier.measures}
    for code in [*own, *_suggested(now, own, ticked)]:
        yield _line(code, own.get(code), facts, now, is_counted=code in ticked)


def _suggested(now: risk.Assessment, own: dict[str, Measure], ticked: frozenset[str]) -> list[str]:
    """Return what nobody has committed to and would help most, and whatever the reader counts already."""
    relief: dict[str, int] = {}
    for figure in now.risks.values():
        for remedy in figure.remedies:
            relief[remedy.measure] = relief.get(remedy.measure, 0) + remedy.points
    free = [code for code in sorted(relief, key=lambda code: -relief[code]) if code not in own]
    extra = [code for code in sorted(ticked) if code not in own and code not in free[:SUGGESTED]]
    return free[:SUGGESTED] + [code for code in extra if code in risk.current_ruleset().measures]


def _line(
    code: str, measure: Measure | None, facts: risk.Facts, now: risk.Assessment, *, is_counted: bool
) -> MeasureLine:
    return MeasureLine(
        code=code,
        name=risk.current_ruleset().measures[code].name(language()),
        effect=_effect(code, facts, now),
        is_counted=is_counted,
        pk=measure.pk if measure else None,
        owner=str(measure.owner) if measure else "",
        due_on=measure.due_on if measure else None,
        is_verified=bool(measure and measure.is_verified),
        evidence=str(measure.evidence) if measure else "",
        who=getattr(measure, "who", "") or "",
    )


def _effect(code: str, facts: risk.Facts, now: risk.Assessment) -> str:
    """Say what the measure takes off once it is in place, or what its loss would add."""
    without = facts.verified - {code}
    is_in_place = code in facts.verified
    other = risk.score(
        _with(facts, verified=without if is_in_place else facts.verified | {code}), risk.current_ruleset()
    )
    parts = []
    for name, figure in now.risks.items():
        before, after = figure.high, other.risks[name].high
        if is_in_place:
            before, after = after, before
        lines = {"risk": risk_name(name).lower(), "now": figure.score, "then": other.risks[name].score}
        if lines["now"] != lines["then"]:
            first, second = (lines["then"], lines["now"]) if is_in_place else (lines["now"], lines["then"])
            parts.append(
                _("%(risk)s from %(first)d to %(second)d") % {"risk": lines["risk"], "first": first, "second": second}
            )
        elif before != after:
            worst = {"risk": lines["risk"], "first": before, "second": after}
            parts.append(_("worst reading of %(risk)s from %(first)d to %(second)d") % worst)
    return ", ".join(parts) or _("no points")
