"""What lies on the table when a request is advised on and decided: read once, then asked about as often as needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from engagement.models import (
    Advice,
    Answer,
    Assessment,
    Decision,
    Engagement,
    GateAnswer,
    Measure,
    Rating,
    RecordedLevel,
)
from missions.models import Delegation, Mandate
from missions.roles import Authority, Role


@dataclass(frozen=True)
class FiredGate:
    """A gate as it was stored with the assessment: what it does, and from which level on one may decide."""

    id: str
    effect: str
    least: Authority | None = None
    advisers: tuple[Role, ...] = ()
    reason: Mapping[str, str] = field(default_factory=dict)

    @property
    def answered_by(self) -> str:
        """Name who answers it: the advisers it calls for, else the level of leadership."""
        if self.advisers:
            return ", ".join(str(role.label) for role in self.advisers)
        return str((self.least or Authority.L1).label)


@dataclass(frozen=True)
class Dossier:
    """Everything that hangs on one version of a request; nothing here is read from the database again."""

    assessment: Assessment
    required_roles: tuple[Role, ...] = ()
    gates: tuple[FiredGate, ...] = ()
    at_submission: Assessment | None = None
    answers: tuple[Answer, ...] = ()
    levels: tuple[RecordedLevel, ...] = ()
    measures: tuple[Measure, ...] = ()
    gate_answers: tuple[GateAnswer, ...] = ()
    ratings: tuple[Rating, ...] = ()
    advice: tuple[Advice, ...] = ()
    decisions: tuple[Decision, ...] = ()
    engagement: Engagement | None = None
    authors: frozenset[UUID] = frozenset()
    delegations: tuple[Delegation, ...] = ()
    mandates: tuple[Mandate, ...] = ()

    @property
    def standing_advice(self) -> dict[str, Advice]:
        """Return the latest position of each role."""
        return standing(self.advice)

    @property
    def missing_roles(self) -> tuple[Role, ...]:
        """Return whose advice was asked for and has not come."""
        given = self.standing_advice
        return tuple(role for role in self.required_roles if role not in given)

    @property
    def open_holds(self) -> tuple[FiredGate, ...]:
        """Return the gates that hold an approval until somebody answers them."""
        answered = {answer.gate for answer in self.gate_answers}
        return tuple(gate for gate in self.gates if gate.effect == "HOLD" and gate.id not in answered)

    @property
    def blocks(self) -> tuple[FiredGate, ...]:
        """Return the gates that keep everybody from deciding."""
        return tuple(gate for gate in self.gates if gate.effect == "BLOCK")

    @property
    def last_decision(self) -> Decision | None:
        """Return the latest decision on this version, deferrals included."""
        return self.decisions[-1] if self.decisions else None

    def roles_rated_by(self, user_id: UUID) -> frozenset[str]:
        """Return the roles in which a person rated this version."""
        return frozenset(rating.role for rating in self.ratings if rating.rated_by_id == user_id)

    def rating_by(self, user_id: UUID, role: str) -> Rating | None:
        """Return what this person rated in this role before seeing the model, or None."""
        return next((r for r in self.ratings if r.rated_by_id == user_id and r.role == role), None)


def standing(advice: Iterable[Advice]) -> dict[str, Advice]:
    """Return the latest position of each role from rows in the order in which they were given."""
    return {row.role: row for row in advice}
