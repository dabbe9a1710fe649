"""Sending a request on: freezing it, having it assessed, and putting it before advisers and the one who decides."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from audit import log
from audit.digests import canonical, digest_of
from audit.models import Kind
from engagement import facts, sections
from engagement.models import Answer, Assessment, Measure, Notice, Request, RequestStatus, Submission
from engagement.policies import submission as policies
from engagement.policies.deciding import required_level
from engagement.services import assessing
from engagement.services.consulting import advice_on, consult_headquarters
from engagement.services.moves import locked, move
from engagement.services.noticing import notify_deciders, notify_role
from missions.access import Access
from missions.refusals import Refusal, Refused, refuse_if_any
from missions.roles import Authority

# The clocks of domain reference 3.1 and 3.6: (in the ordinary way, when it is urgent).
ADVICE_WITHIN = (timedelta(hours=48), timedelta(hours=4))
DECISION_AFTER_ADVICE = (timedelta(hours=24), timedelta(hours=20))


@transaction.atomic
def submit(*, request: Request, by: Access, at: datetime) -> Submission:
    """Freeze this version of a request, assess it, and send it to advice, to decision, or nowhere while blocked."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.submit(request, by=by, at=at))
    submission = _freeze(request, by, at)
    request.submitted_at = at
    request.save(update_fields=["submitted_at"])
    log.record(Kind.REQUEST_SUBMITTED, target=request, by=by, at=at, version=request.version)
    assessment = assessing.assess(
        request=request, submission=submission, cause=Assessment.Cause.SUBMITTED, by=by, at=at
    )
    _send_on(request, assessment, by, at)
    return submission


def _freeze(request: Request, by: Access, at: datetime) -> Submission:
    content = content_of(request, by=by, at=at)
    return Submission.objects.create(
        request=request,
        number=request.version,
        content=content,
        digest=digest_of(content),
        submitted_by=by.user,
        submitted_at=at,
    )


def content_of(request: Request, *, by: Access, at: datetime) -> dict[str, Any]:
    """Return everything that a request says now, as plain values in one canonical order."""
    answers = Answer.objects.visible_to(by).filter(request=request).order_by("factor")
    measures = Measure.objects.visible_to(by).filter(request=request).order_by("code")
    content = {
        "reference": request.reference,
        "version": request.version,
        "is_urgent": request.is_urgent,
        "fields": {name: _plain(request, name) for section in sections.SECTIONS for name in section.fields},
        "answers": {answer.factor: _plain_answer(answer) for answer in answers},
        "measures": {measure.code: _plain_measure(measure) for measure in measures},
        "declared_gates": sorted(request.declared_gates),
        "facts": facts.facts_of(request, at=at).as_json(),
    }
    return dict(json.loads(canonical(content)))


def _plain(request: Request, name: str) -> Any:
    """Return a value as it is kept: of a linked record its reference, of an area its code."""
    value = getattr(request, name)
    if isinstance(value, models.Model):
        return getattr(value, "reference", None) or getattr(value, "pcode", str(value.pk))
    return value


def _plain_answer(answer: Answer) -> dict[str, Any]:
    names = ("level", "confidence", "source", "source_date", "why_unknown", "changed_after_preview")
    return {name: getattr(answer, name) for name in names}


def _plain_measure(measure: Measure) -> dict[str, Any]:
    said = {name: getattr(measure, name) for name in ("owner", "due_on", "is_reaffirmed")}
    return said | {"verified": measure.is_verified}


def _send_on(request: Request, assessment: Assessment, by: Access, at: datetime) -> None:
    """Move a request to where its assessment sends it, start the clocks, and tell whom it waits for."""
    if assessment.authority is None:
        move(request, RequestStatus.BLOCKED)
        return
    urgent = int(request.is_urgent)
    request.advice_due_at = at + ADVICE_WITHIN[urgent] if assessment.advisers else None
    request.decide_by = (request.advice_due_at or at) + DECISION_AFTER_ADVICE[urgent]
    request.save(update_fields=["advice_due_at", "decide_by"])
    level = required_level(assessment, advice_on(assessment))
    if level == Authority.L4:
        consult_headquarters(request=request, by=by, at=at)
    if assessment.advisers:
        move(request, RequestStatus.IN_ADVICE)
        _tell_advisers(request, assessment, at)
    else:
        move(request, RequestStatus.READY)
        if level != Authority.L0:  # at L0 the requester decides, and knows
            notify_deciders(request, level=level, kind=Notice.Kind.DECISION_WANTED, at=at)


def _tell_advisers(request: Request, assessment: Assessment, at: datetime) -> None:
    notify_role(
        mission=request.mission,
        roles=assessment.advisers,
        kind=Notice.Kind.ADVICE_WANTED,
        reference=request.reference,
        at=at,
        about=request,
    )


@transaction.atomic
def reopen(*, request: Request, by: Access, at: datetime) -> None:
    """Make a returned request a draft again, as a new version that inherits every answer."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.reopen(request, by=by, at=at))
    move(request, RequestStatus.DRAFT)
    request.version += 1
    request.advice_due_at = request.decide_by = None
    request.save(update_fields=["version", "advice_due_at", "decide_by"])
    log.record(Kind.REQUEST_REOPENED, target=request, by=by, at=at, version=request.version)


@transaction.atomic
def lift_block(*, request: Request, by: Access, at: datetime) -> None:
    """Look at the gates of a blocked request again, and send it on if none blocks any more."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.lift_block(request, by=by, at=at))
    submission = Submission.objects.visible_to(by).get(request=request, number=request.version)
    cause = Assessment.Cause.GATES_CHANGED
    assessment = assessing.assess(request=request, submission=submission, cause=cause, by=by, at=at)
    if assessment.authority is None:
        sentence = _("The gate still blocks this request. Ask the person who can lift it, named beside it.")
        raise Refused([Refusal("still_blocked", sentence)])
    log.record(Kind.REQUEST_RELEASED, target=request, by=by, at=at, version=request.version)
    _send_on(request, assessment, by, at)
