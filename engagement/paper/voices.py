"""What advisers say: their positions, whose is missing, and where they first read a risk otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from engagement.models import Advice
from engagement.paper.words import band_code, risk_name
from engagement.policies.deciding import RISKS
from engagement.policies.dossier import Dossier
from missions.roles import Role


@dataclass(frozen=True)
class Voice:
    """One adviser's position, or the place where it is missing."""

    role: Role
    outcome: str
    label: str
    reason: str = ""
    conditions: str = ""
    who: str = ""
    given_at: datetime | None = None
    before: str = ""

    @property
    def is_missing(self) -> bool:
        """Say whether this advice has not come."""
        return not self.outcome

    @property
    def is_against(self) -> bool:
        """Say whether this adviser does not support the request."""
        return self.outcome == Advice.Outcome.DO_NOT_SUPPORT


@dataclass(frozen=True)
class OwnReading:
    """What an adviser rated before seeing the model, where the two differ."""

    role: Role
    risk: str
    own: str
    model: str
    difference: str


def voices_of(dossier: Dossier) -> Iterator[Voice]:
    """Yield every adviser's position, and the places where advice is missing."""
    given = dossier.standing_advice
    for role in dict.fromkeys([*dossier.required_roles, *map(Role, given)]):
        if role not in given:
            yield Voice(role=role, outcome="", label=_("Not yet given"))
            continue
        row = given[role]
        earlier = [a for a in dossier.advice if a.role == role and a.pk != row.pk and a.outcome != row.outcome]
        yield Voice(
            role=role,
            outcome=row.outcome,
            label=str(row.get_outcome_display()),
            reason=row.reason,
            conditions=row.conditions,
            who=getattr(row, "who", ""),
            given_at=row.given_at,
            before=str(earlier[-1].get_outcome_display()) if earlier else "",
        )


def own_readings_of(dossier: Dossier) -> Iterator[OwnReading]:
    """Yield where an adviser's first reading and the model differ."""
    for rating in dossier.ratings:
        for code, column in RISKS.items():
            own, model = getattr(rating, column), getattr(dossier.assessment, column)
            if own is not None and own != model:
                yield OwnReading(
                    role=Role(rating.role),
                    risk=risk_name(code),
                    own=band_code(own),
                    model=band_code(model),
                    difference=_difference(own - model),
                )


def _difference(levels: int) -> str:
    count = abs(levels)
    if levels < 0:
        return ngettext("%(n)d level lower than the model", "%(n)d levels lower than the model", count) % {"n": count}
    return ngettext("%(n)d level higher than the model", "%(n)d levels higher than the model", count) % {"n": count}
