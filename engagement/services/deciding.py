"""Deciding: one named person, on the assessment they saw, once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit import log
from audit.models import Kind
from engagement.models import Decision, Engagement, Notice, Request, RequestStatus
from engagement.models.decisions import STATUS_AFTER
from engagement.policies import deciding as policies
from engagement.policies.deciding import Choice, Standing
from engagement.policies.dossier import Dossier
from engagement.policies.validity import longest_validity
from engagement.services import noticing
from engagement.services.dossier import read_dossier
from engagement.services.moves import locked, move
from missions.access import Access, Actor, Automatic
from missions.refusals import Refused, refuse_if_any

CALENDAR = "deferred requests come back by their date"
HOURS_TO_REPORT = {1: 48, 2: 48, 3: 24, 4: 24}


def decide(*, request: Request, choice: Choice, by: Access, at: datetime) -> Decision:
    """Record a decision, move the request, and open the dialogue where it was approved.

    Whoever comes second is refused with the name and time of the first.
    """
    try:
        with transaction.atomic():
            return _decide(request, choice, by=by, at=at)
    except IntegrityError as race:
        first = Decision.objects.visible_to(by).filter(request=request).select_related("decided_by")
        winner = first.order_by("decided_at").last()
        if winner is None:
            raise
        raise Refused([policies.already_decided(request, winner)]) from race


def _decide(request: Request, choice: Choice, *, by: Access, at: datetime) -> Decision:
    request = locked(Request.objects.visible_to(by), request)
    dossier = read_dossier(request, by=by)
    refuse_if_any(policies.sign(request, dossier, choice, by=by, at=at))
    holder = policies.standing_of(request, dossier, by=by, at=at)
    assert holder is not None, "the policy has found the level"
    decision = _record(request, dossier, choice, holder, by=by, at=at)
    move(request, STATUS_AFTER[Decision.Outcome(choice.outcome)])
    log.record(Kind.REQUEST_DECIDED, target=request, by=by, at=at, version=request.version, fields=["outcome"])
    if choice.is_approval:
        _open_dialogue(request, decision, by=by, at=at)
    _tell(request, dossier, by=by, at=at)
    return decision


def _record(
    request: Request, dossier: Dossier, choice: Choice, holder: Standing, *, by: Access, at: datetime
) -> Decision:
    assessment = dossier.assessment
    return Decision.objects.create(
        request=request,
        submission_id=assessment.submission_id,
        assessment=assessment,
        outcome=choice.outcome,
        level=holder.level,
        role=holder.role,
        delegation=holder.delegation,
        relied_on=list(choice.relied_on),
        reasons=choice.reasons,
        accepted_risks=list(choice.accepted_risks) if choice.is_approval else [],
        rule_advice=assessment.rule_advice,
        departs_from_rule=policies.departs(assessment.rule_advice, choice.outcome),
        departure_reason=choice.departure_reason,
        civilian_consequences=choice.civilian_consequences,
        conditions=[line.strip() for line in choice.conditions if line.strip()],
        decided_by=by.user,
        decided_at=at,
        **_bounds(request, dossier, choice, at=at),
    )


def _bounds(request: Request, dossier: Dossier, choice: Choice, *, at: datetime) -> dict[str, object]:
    """Return until when, how often and how soon to report: what was chosen, else what the level allows."""
    if not choice.is_approval:
        return {"deferred_until": choice.deferred_until, "deferred_event": choice.deferred_event}
    contacts = policies.planned_contacts(request, choice)
    latest = longest_validity(request, dossier, contacts=contacts, at=at)
    return {
        "red_lines": choice.red_lines or request.red_lines,
        "valid_until": choice.valid_until or latest.day,
        "contacts_max": contacts,
        "report_within_hours": choice.report_within_hours or HOURS_TO_REPORT[dossier.assessment.overall],
    }


def _open_dialogue(request: Request, decision: Decision, *, by: Access, at: datetime) -> None:
    today = request.mission.local_day(at)
    assert request.group is not None, "a submitted request names its group"
    assert decision.valid_until is not None, "an approval ends"
    assert decision.contacts_max is not None, "an approval is counted"
    Engagement.objects.create(
        request=request,
        decision=decision,
        assessment=decision.assessment,
        group=request.group,
        area=request.area,
        modality=request.modality,
        starts_on=max(request.starts_on or today, today),
        ends_on=decision.valid_until,
        contacts_max=decision.contacts_max,
        status_by=by.user,
        status_at=at,
    )
    log.record(Kind.ENGAGEMENT_AUTHORISED, target=request, by=by, at=at, version=request.version)


def _tell(request: Request, dossier: Dossier, *, by: Access, at: datetime) -> None:
    """Tell the requester and whoever advised; the one who decided knows."""
    people = {request.created_by_id: request.created_by, **{row.given_by_id: row.given_by for row in dossier.advice}}
    people.pop(by.user_id, None)
    noticing.notify(users=people.values(), kind=Notice.Kind.DECIDED, reference=request.reference, at=at)


@transaction.atomic
def take_up(*, request: Request, by: Access, at: datetime) -> Request:
    """Put a deferred request before the decider again, because the event it waited for has happened."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.take_up(request, by=by, at=at))
    _wake(request, by=by, at=at)
    return request


def wake_deferred(at: datetime) -> int:
    """Put deferred requests whose day has come before the decider again."""
    waiting = Request.objects.unscoped(CALENDAR).filter(status=RequestStatus.DEFERRED, mission__is_library=False)
    return sum(_wake_one(request, at) for request in waiting.only("pk"))


@transaction.atomic
def _wake_one(waiting: Request, at: datetime) -> bool:
    request = locked(Request.objects.unscoped(CALENDAR), waiting)
    last = Decision.objects.unscoped(CALENDAR).filter(request=request).order_by("decided_at").last()
    until = last.deferred_until if last and request.status == RequestStatus.DEFERRED else None
    if until is None or until > request.mission.local_day(at):
        return False
    _wake(request, by=Automatic(), at=at)
    return True


def _wake(request: Request, *, by: Actor, at: datetime) -> None:
    assert request.assessment is not None, "only assessed requests are decided"
    move(request, RequestStatus.READY)
    log.record(Kind.REQUEST_READY, target=request, by=by, at=at, version=request.version)
    advice = request.advice.unscoped(CALENDAR).filter(submission_id=request.assessment.submission_id)
    level = policies.required_level(request.assessment, advice.order_by("given_at"))
    noticing.notify_deciders(request, level=level, kind=Notice.Kind.DECISION_WANTED, at=at)
