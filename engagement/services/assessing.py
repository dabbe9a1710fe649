"""Turning facts into stored assessments, and reacting when they change."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.digests import digest_of
from audit.models import Kind
from engagement import facts
from engagement.models import (
    Assessment,
    Contact,
    GateAnswer,
    Measure,
    Notice,
    Request,
    RequestStatus,
    Submission,
)
from engagement.models.status import LIVE, OPEN_TO_CONTACT, PENDING
from engagement.policies import assessing as policies
from engagement.policies.deciding import required_level
from engagement.policies.drafting import AnswerInput
from engagement.policies.levels import recording_role, settle
from engagement.services import dialogue, levels, noticing
from engagement.services.consulting import advice_on, consult_headquarters
from engagement.services.moves import locked, move
from missions.access import Access, Actor, Automatic
from missions.refusals import refuse_if_any
from missions.roles import Authority, Role
from risk.gates import Fired

OF_REQUEST = "parts of a request that its caller may see"
PERIODIC = "the periodic check looks at every request that is still followed"
RED_LINE = "G-08"
BLOCKABLE = frozenset({RequestStatus.IN_ADVICE, RequestStatus.READY, RequestStatus.DEFERRED})


def assess(
    *,
    request: Request,
    submission: Submission,
    cause: str,
    by: Actor,
    at: datetime,
    note: str = "",
    declared: Sequence[str] = (),
) -> Assessment:
    """Store what the ruleset makes of the present facts, and make it the one that decisions are taken on.

    A dialogue that was last agreed to on milder facts is frozen, and so is one on which a gate was `declared`, even
    if it had fired before; the people concerned are told.
    """
    seen = facts.preview(request, at=at)
    before = request.assessment
    after = _store(seen, request=request, submission=submission, cause=cause, by=by, at=at, note=note)
    request.assessment = after
    request.save(update_fields=["assessment"])
    if before is not None and cause != Assessment.Cause.SUBMITTED:
        version, fields = request.version, list(declared)
        log.record(Kind.REQUEST_REASSESSED, target=request, by=by, at=at, version=version, fields=fields)
        _react(request, before, after, is_declared=bool(declared), by=by, at=at)
    return after


def _store(
    seen: facts.Preview, *, request: Request, submission: Submission, cause: str, by: Actor, at: datetime, note: str
) -> Assessment:
    result = seen.assessment
    highest = max(result.risks.values(), key=lambda figure: (figure.band.rank, figure.score))
    stated, made = seen.facts.as_json(), result.as_json()
    return Assessment.objects.create(
        request=request,
        submission=submission,
        cause=cause,
        note=note,
        ruleset=result.ruleset.id,
        ruleset_hash=result.ruleset.hash,
        facts=stated,
        result=made,
        gates=[_gate_row(fired) for fired in seen.gates],
        advisers=list(seen.advisers),
        digest=digest_of({"facts": stated, "result": made}),
        overall=result.overall.rank + 1,
        legitimacy=result.risks["LEG"].band.rank + 1,
        host_government=result.risks["GOV"].band.rank + 1,
        security=result.risks["SEC"].band.rank + 1,
        protection=result.protection.band.rank + 1,
        highest_score=highest.score,
        highest_low=highest.low,
        highest_high=highest.high,
        protection_score=result.protection.score,
        protection_low=result.protection.low,
        protection_high=result.protection.high,
        authority=seen.authority,
        rule_advice=result.advice,
        assessed_by=by.user,
        assessed_at=at,
    )


def _gate_row(fired: Fired) -> dict[str, object]:
    return {
        "id": fired.gate,
        "effect": fired.effect.value,
        "min_authority": fired.min_authority.value if fired.min_authority else None,
        "reason": {"en": fired.reason("en"), "fr": fired.reason("fr")},
    }


def _react(
    request: Request, before: Assessment, after: Assessment, *, is_declared: bool, by: Actor, at: datetime
) -> None:
    if after.authority is None and request.status in BLOCKABLE:
        move(request, RequestStatus.BLOCKED)
    advice = advice_on(after)
    level = required_level(after, advice)
    # What is blocked is consulted on when it is sent on.
    if request.status != RequestStatus.BLOCKED and level == Authority.L4 != required_level(before, advice):
        consult_headquarters(request=request, by=by, at=at)
    if request.status in PENDING:
        noticing.notify_deciders(request, level=level, kind=Notice.Kind.FACTS_CHANGED, at=at)
    elif (engagement := dialogue.standing(request)) is not None:
        agreed = engagement.assessment if engagement.status in OPEN_TO_CONTACT else before
        if is_declared or is_worse(agreed, after):
            dialogue.freeze(engagement, level=level, reason=after.note, by=by, at=at)


def is_worse(before: Assessment, after: Assessment) -> bool:
    """Say whether a risk has risen a band, a gate has started, or a higher level would have to decide."""
    risen = any(getattr(after, name) > getattr(before, name) for name in ("legitimacy", "host_government", "security"))
    started = {gate["id"] for gate in after.gates} - {gate["id"] for gate in before.gates}
    higher = after.authority is None or (before.authority is not None and after.authority > before.authority)
    return risen or bool(started) or higher


@transaction.atomic
def revise_answer(
    *,
    request: Request,
    factor: str,
    level: int | None,
    confidence: str,
    source: str,
    source_date: date | None,
    why_unknown: str,
    note: str,
    by: Access,
    at: datetime,
) -> Assessment:
    """Record that a fact has changed since submission, and assess again."""
    request = locked(Request.objects.visible_to(by), request)
    given = AnswerInput(level, confidence, source, source_date, why_unknown)
    refuse_if_any(policies.revise_answer(request, factor=factor, given=given, by=by, at=at))
    role = recording_role(request, by)
    levels.record(request=request, factor=factor, role=role, given=given, note=note, by=by, at=at)
    return _again(request, cause=Assessment.Cause.FACTS_CHANGED, note=note, by=by, at=at)


@transaction.atomic
def settle_level(*, request: Request, factor: str, role: str, note: str, by: Access, at: datetime) -> Assessment:
    """Let the level of one role count from now on, where advisers differ, and assess again."""
    request = locked(Request.objects.visible_to(by), request)
    standing = levels.standing_of(request, factor)
    is_watched = policies.is_watched(request)
    refuse_if_any(settle(request, standing.values(), role=role, note=note, is_watched=is_watched, by=by))
    chosen = standing[role]
    given = AnswerInput(chosen.level, chosen.confidence, chosen.source, chosen.source_date, chosen.why_unknown)
    levels.record(
        request=request,
        factor=factor,
        role=Role.POC_ADVISER,
        given=given,
        note=note,
        is_settlement=True,
        by=by,
        at=at,
    )
    log.record(Kind.LEVEL_SETTLED, target=request, by=by, at=at, version=request.version, fields=[factor])
    return _again(request, cause=Assessment.Cause.FACTS_CHANGED, note=note, by=by, at=at)


@transaction.atomic
def declare_gate(*, request: Request, gate: str, note: str, by: Access, at: datetime) -> Assessment:
    """Record that something has happened which no register here can tell, and assess again."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.declare_gate(request, gate=gate, note=note, by=by))
    return _declare(request, gate, note=note, by=by, at=at)


@transaction.atomic
def cross_red_line(*, contact: Contact, by: Access, at: datetime) -> None:
    """Hold every dialogue with a group that has broken its word, until that was reviewed one level up (gate G-08).

    A request that has readers who may not read the contact says neither which contact it was nor who looked.
    """
    for engagement in dialogue.with_group(contact.group, contact.mission):
        request = locked(Request.objects.unscoped(dialogue.SAME_GROUP), engagement.request)
        if facts.is_open_to_readers_of(request, contact):
            note = _("Breach of a commitment verified: %(contact)s") % {"contact": contact.reference}
            _declare(request, RED_LINE, note=note, by=by, at=at)
        else:
            _declare(request, RED_LINE, note=_("Breach of a commitment verified."), by=Automatic(), at=at)


def _declare(request: Request, gate: str, *, note: str, by: Actor, at: datetime) -> Assessment:
    """Let a gate fire; where it had fired before, what answered it then answers it no longer."""
    earlier = GateAnswer.objects.unscoped(OF_REQUEST).filter(request=request, version=request.version, gate=gate)
    earlier.filter(reopened_at=None).update(reopened_at=at)
    request.declared_gates = sorted({*request.declared_gates, gate})
    request.save(update_fields=["declared_gates"])
    return _again(request, cause=Assessment.Cause.GATES_CHANGED, note=note, declared=[gate], by=by, at=at)


@transaction.atomic
def verify_measure(*, measure: Measure, evidence: str, by: Access, at: datetime) -> Measure:
    """Record that somebody other than its owner has seen a measure in place; it then counts in full."""
    request = locked(Request.objects.visible_to(by), measure.request)
    measure = Measure.objects.unscoped(OF_REQUEST).select_for_update().get(pk=measure.pk)
    refuse_if_any(policies.verify_measure(measure, evidence=evidence, by=by))
    measure.evidence, measure.verified_by, measure.verified_at = evidence, by.user, at
    measure.save(update_fields=["evidence", "verified_by", "verified_at"])
    log.record(Kind.MEASURE_VERIFIED, target=request, by=by, at=at, version=request.version, fields=[measure.code])
    if request.assessment is not None and not request.is_writable:
        _again(request, cause=Assessment.Cause.MEASURES_CHANGED, note="", by=by, at=at)
    return measure


@transaction.atomic
def answer_gate(*, request: Request, gate: str, text: str, by: Access, at: datetime) -> GateAnswer:
    """Record what lifts a hold or acknowledges an alert, on this version of the request."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.answer_gate(request, gate=gate, text=text, by=by))
    answer = GateAnswer.objects.create(
        request=request,
        version=request.version,
        gate=gate,
        text=text,
        answered_by=by.user,
        answered_role=by.role_in(request.mission_id),
        answered_at=at,
    )
    log.record(Kind.GATE_ANSWERED, target=request, by=by, at=at, version=request.version, fields=[gate])
    return answer


def refresh(at: datetime) -> int:
    """Assess again whatever is still followed and would now come out differently; return how many did."""
    followed = Request.objects.unscoped(PERIODIC).filter(assessment__isnull=False, mission__is_library=False)
    pending = followed.filter(status__in=PENDING)
    live = followed.filter(engagement__status__in=LIVE)
    return sum(_refresh_one(request, at) for request in [*pending.only("pk"), *live.only("pk")])


@transaction.atomic
def _refresh_one(followed: Request, at: datetime) -> bool:
    request = locked(Request.objects.unscoped(PERIODIC), followed)
    before = request.assessment
    assert before is not None, "refresh looks at assessed requests only"
    seen = facts.preview(request, at=at)
    gates_moved = {fired.gate for fired in seen.gates} != {gate["id"] for gate in before.gates}
    figures_moved = seen.assessment.as_json() != before.result
    if not (gates_moved or figures_moved):
        return False
    cause = Assessment.Cause.GATES_CHANGED if gates_moved else Assessment.Cause.EVIDENCE_AGED
    _again(request, cause=cause, note="", by=Automatic(), at=at)
    return True


def _again(
    request: Request, *, cause: str, note: str, by: Actor, at: datetime, declared: Sequence[str] = ()
) -> Assessment:
    submission = request.submissions.unscoped(OF_REQUEST).get(number=request.version)
    return assess(request=request, submission=submission, cause=cause, by=by, at=at, note=note, declared=declared)
