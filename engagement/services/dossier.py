"""Reading everything that hangs on requests in a single round trip."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

import risk
from engagement.gathering import Rows, gather
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
    Request,
)
from engagement.policies.dossier import Dossier, FiredGate
from missions.access import Access
from missions.models import Delegation, Mandate
from missions.roles import ROLE_OF_ADVISER, Authority, Role

# What hangs on the mission of a request rather than on the request.
OF_A_MISSION = (Delegation, Mandate)


def read_dossier(request: Request, *, by: Access) -> Dossier:
    """Return what lies on the table for the version that was submitted last, as this person may see it."""
    return read_dossiers([request], by=by)[request.pk]


def read_dossiers(requests: Sequence[Request], *, by: Access, in_full: bool = True) -> dict[UUID, Dossier]:
    """Return the dossiers of several submitted requests; without answers and measures unless `in_full`."""
    rows = gather(*_parts(requests, by, in_full)) if requests else {}
    owned: dict[Any, Rows] = defaultdict(lambda: defaultdict(list))
    for model, found in rows.items():
        for row in found:
            owned[row.mission_id if model in OF_A_MISSION else row.request_id][model].append(row)
    return {request.pk: _dossier(request, owned[request.pk], owned[request.mission_id]) for request in requests}


def _dossier(request: Request, rows: Rows, of_mission: Rows) -> Dossier:
    assessment = request.assessment
    if assessment is None:
        raise LookupError(f"{request.reference} has not been submitted.")
    answers, measures = rows[Answer], rows[Measure]
    return Dossier(
        assessment=assessment,
        required_roles=required_roles(assessment),
        gates=fired_gates(assessment),
        at_submission=next(iter(_in_order(rows[Assessment], "assessed_at")), None),
        answers=tuple(answers),
        levels=tuple(_in_order(rows[RecordedLevel], "recorded_at")),
        measures=tuple(sorted(measures, key=lambda measure: str(measure.code))),
        gate_answers=tuple(_in_order((a for a in rows[GateAnswer] if a.version == request.version), "answered_at")),
        ratings=tuple(_in_order(rows[Rating], "rated_at")),
        advice=tuple(_in_order(rows[Advice], "given_at")),
        decisions=tuple(_in_order(rows[Decision], "decided_at")),
        engagement=next(iter(rows[Engagement]), None),
        authors=frozenset(
            {row.answered_by_id for row in answers}
            | {row.promised_by_id for row in measures}
            | {row.recorded_by_id for row in rows[RecordedLevel]}
        ),
        delegations=tuple(of_mission[Delegation]),
        mandates=tuple(of_mission[Mandate]),
    )


def required_roles(assessment: Assessment) -> tuple[Role, ...]:
    """Return whose advice the rules ask for on this assessment."""
    return tuple(Role(role) for role in assessment.advisers)


def fired_gates(assessment: Assessment) -> tuple[FiredGate, ...]:
    """Return the gates stored with an assessment."""
    rules = risk.current_ruleset().gates
    return tuple(
        FiredGate(
            id=gate["id"],
            effect=gate["effect"],
            least=Authority[gate["min_authority"]] if gate["min_authority"] else None,
            advisers=tuple(ROLE_OF_ADVISER[code] for code in rules[gate["id"]].advisers),
            reason=gate["reason"],
        )
        for gate in assessment.gates
    )


def _parts(requests: Sequence[Request], by: Access, in_full: bool) -> list[QuerySet[Any]]:
    """Return one queryset for each kind of thing that hangs on a request; `who` is the name to show with it."""
    mine = {"request_id__in": [request.pk for request in requests]}
    version = {"submission_id__in": [request.assessment.submission_id for request in requests if request.assessment]}
    submitted = Assessment.objects.visible_to(by).filter(**version, cause=Assessment.Cause.SUBMITTED)
    parts = [
        submitted.exclude(pk__in=[request.assessment_id for request in requests]),
        GateAnswer.objects.visible_to(by).filter(**mine, reopened_at=None).annotate(who=F("answered_by__name")),
        Rating.objects.visible_to(by).filter(**version).annotate(who=F("rated_by__name")),
        Advice.objects.visible_to(by).filter(**version).annotate(who=F("given_by__name")),
        Decision.objects.visible_to(by).filter(**version).annotate(who=F("decided_by__name")),
        Engagement.objects.visible_to(by).filter(**mine),
        Delegation.objects.filter(
            mission_id__in={request.mission_id for request in requests}, to_user_id=by.user_id, revoked_at=None
        ),
    ]
    if in_full:
        parts += [
            Answer.objects.visible_to(by).filter(**mine),
            RecordedLevel.objects.visible_to(by).filter(**version),
            Mandate.objects.filter(mission_id__in={request.mission_id for request in requests}),
            Measure.objects.visible_to(by).filter(**mine).annotate(who=F("verified_by__name")),
        ]
    return parts


def _in_order(rows: Iterable[Any], moment: str) -> list[Any]:
    return sorted(rows, key=lambda row: getattr(row, moment))
