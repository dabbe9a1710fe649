"""Rating the risks before the model is seen, advising, and sending a request on to decision."""

from datetime import datetime

from django.db import transaction

from audit import log
from audit.models import Kind
from engagement.models import Advice, Notice, Rating, Request, RequestStatus
from engagement.policies import advising as policies
from engagement.policies.deciding import required_level
from engagement.services import noticing
from engagement.services.consulting import advice_on, consult_headquarters
from engagement.services.dossier import read_dossier, required_roles
from engagement.services.moves import locked, move
from missions.access import Access, Actor, Automatic
from missions.refusals import refuse_if_any
from missions.roles import Authority

CLOCK = "the advice clock runs for every request"


@transaction.atomic
def rate(
    *,
    request: Request,
    role: str,
    legitimacy: int | None = None,
    host_government: int | None = None,
    security: int | None = None,
    by: Access,
    at: datetime,
) -> Rating:
    """Record an adviser's own reading of the risks, before the model's levels are shown to them."""
    request = locked(Request.objects.visible_to(by), request)
    bands = {"legitimacy": legitimacy, "host_government": host_government, "security": security}
    dossier = read_dossier(request, by=by)
    refuse_if_any(policies.rate(request, dossier, role=role, bands=bands, by=by, at=at))
    rating = Rating.objects.create(
        request=request,
        submission_id=dossier.assessment.submission_id,
        role=role,
        **bands,
        rated_by=by.user,
        rated_at=at,
    )
    rated = [risk for risk, band in bands.items() if band is not None]
    log.record(Kind.RISK_RATED, target=request, by=by, at=at, version=request.version, fields=rated)
    return rating


@transaction.atomic
def advise(
    *, request: Request, role: str, outcome: str, reason: str, conditions: str = "", by: Access, at: datetime
) -> Advice:
    """Record an adviser's position; a later one of the same role counts instead, and both stay readable."""
    request = locked(Request.objects.visible_to(by), request)
    dossier = read_dossier(request, by=by)
    refuse_if_any(policies.advise(request, dossier, role=role, by=by, at=at))
    refuse_if_any(policies.word_advice(outcome=outcome, reason=reason, conditions=conditions))
    advice = Advice.objects.create(
        request=request,
        submission_id=dossier.assessment.submission_id,
        assessment=dossier.assessment,
        role=role,
        outcome=outcome,
        reason=reason,
        conditions=conditions,
        given_by=by.user,
        given_at=at,
    )
    log.record(Kind.ADVICE_GIVEN, target=request, by=by, at=at, version=request.version, fields=[role])
    _react(request, [*dossier.advice], advice, by=by, at=at)
    return advice


def _react(request: Request, before: list[Advice], given: Advice, *, by: Access, at: datetime) -> None:
    """Consult headquarters where this advice raises the level to L4, and send the request on when it was the last."""
    assessment = given.assessment
    after = [*before, given]
    level = required_level(assessment, after)
    raised = level != required_level(assessment, before)
    if raised and level == Authority.L4:
        consult_headquarters(request=request, by=by, at=at)
    if request.status == RequestStatus.IN_ADVICE and {*required_roles(assessment)} <= {row.role for row in after}:
        make_ready(request, level, by=by, at=at)
    elif raised and request.status == RequestStatus.READY:
        noticing.notify_deciders(request, level=level, kind=Notice.Kind.DECISION_WANTED, at=at)


def make_ready(request: Request, level: Authority | None, *, by: Actor, at: datetime) -> None:
    """Put a request before those who decide at that level."""
    move(request, RequestStatus.READY)
    log.record(Kind.REQUEST_READY, target=request, by=by, at=at, version=request.version)
    noticing.notify_deciders(request, level=level, kind=Notice.Kind.DECISION_WANTED, at=at)


def ready_overdue(at: datetime) -> int:
    """Put before the decider what has waited for advice beyond its clock; the page names what is missing."""
    waiting = Request.objects.unscoped(CLOCK).filter(status=RequestStatus.IN_ADVICE, advice_due_at__lte=at)
    return sum(_ready_one(request, at) for request in waiting.only("pk"))


@transaction.atomic
def _ready_one(waiting: Request, at: datetime) -> bool:
    request = locked(Request.objects.unscoped(CLOCK), waiting)
    if request.status != RequestStatus.IN_ADVICE or request.assessment is None:
        return False
    level = required_level(request.assessment, advice_on(request.assessment))
    make_ready(request, level, by=Automatic(), at=at)
    return True
