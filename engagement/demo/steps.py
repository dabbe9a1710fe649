"""The steps that take a request from a blank page to a decision, each through the service that staff use.

The demonstration and the test factories walk these same steps, so neither can hold a state that people cannot reach.
"""

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from engagement import facts
from engagement.models import Advice, Assessment, Decision, Measure, Request
from engagement.policies.advising import OPEN_TO_ADVICE
from engagement.policies.assessing import advisers_of_gate
from engagement.policies.blind_rating import COMPETENCE
from engagement.policies.deciding import Choice, acceptable_risks, departs, needs_consequences, required_level
from engagement.policies.drafting import AnswerInput
from engagement.sections import SECTIONS
from engagement.services import advising, assessing, deciding, drafting
from engagement.services.dossier import read_dossier
from missions.access import Access
from missions.models import Mission, Office, Posting
from missions.postings import access_for
from missions.roles import AUTHORITY_OF_ROLE, OFFICE_BOUND, Authority, Role

WHOLE = "the loader reads back what it has just written"
# The desk at headquarters serves every mission.
AT_HEADQUARTERS = frozenset({Role.HEADQUARTERS_DESK})

DEPARTURE = (
    "The standing rule weighs what is known in general; here the people at risk have asked for this step, the place "
    "and the persons are known to us, and the conditions below answer the points that count against it."
)
CONSEQUENCES = "The road stays closed for about 400 families; the escort to market continues twice a week instead."


class Vacant(LookupError):
    """Nobody holds the role that the next step needs."""


def read(request: Request) -> Request:
    """Return the request as it stands now, with what the next steps look at."""
    related = ("mission", "office", "group", "threat", "assessment")
    fresh: Request = Request.objects.unscoped(WHOLE).select_related(*related).get(pk=request.pk)
    return fresh


def holder(role: str, mission: Mission, *, at: datetime, office: Office | None = None) -> Access:
    """Return the access of whoever holds a role in the mission at that moment; raise Vacant if nobody does."""
    posted = Posting.objects.live(at).filter(role=role, mission=None if role in AT_HEADQUARTERS else mission)
    if role in OFFICE_BOUND and office is not None:
        posted = posted.filter(office=office)
    posting = posted.select_related("user").order_by("starts_at", "user__username").first()
    if posting is None:
        raise Vacant(f"{mission} has nobody as {role} on {at:%Y-%m-%d}.")
    return access_for(posting.user, at)


def fill(
    request: Request,
    *,
    fields: Mapping[str, Any],
    answers: Mapping[str, AnswerInput],
    measures: Mapping[str, str] | None = None,
    by: Access,
    at: datetime,
) -> Request:
    """Write whichever of the seven sections there is something for; `measures` maps a code to its owner."""
    for section in SECTIONS:
        own = {name: fields[name] for name in section.fields if name in fields}
        replies = {factor: answers[factor] for factor in section.factors if factor in answers}
        if section.takes_measures and (own or measures):
            due = at.date() + timedelta(days=7)
            promises = {
                code: drafting.Promise(owner, due, is_reaffirmed=True) for code, owner in (measures or {}).items()
            }
            drafting.save_measures(request=request, fields=own, promises=promises, by=by, at=at)
        elif own or replies:
            drafting.save_section(request=request, section=section.slug, fields=own, answers=replies, by=by, at=at)
    return read(request)


def verify(request: Request, evidence: Mapping[str, str], *, by: Access, at: datetime) -> Request:
    """Have somebody verify these measures, each with what was seen."""
    for code, seen in evidence.items():
        measure = Measure.objects.visible_to(by).get(request=request, code=code)
        assessing.verify_measure(measure=measure, evidence=seen, by=by, at=at)
    return read(request)


def give_advice(
    request: Request,
    *,
    role: str,
    outcome: str = Advice.Outcome.SUPPORT,
    reason: str,
    conditions: str = "",
    rated: tuple[int | None, int | None, int | None] | None = None,
    at: datetime,
) -> Request:
    """Have the holder of a role rate the risks, where that comes first, and advise."""
    by = holder(role, request.mission, at=at)
    assessment = standing_assessment(request)
    if still_to_rate_in(request, role, by):
        own = rated or (assessment.legitimacy, assessment.host_government, assessment.security)
        legitimacy, host_government, security = own
        advising.rate(
            request=request,
            role=role,
            legitimacy=legitimacy,
            host_government=host_government,
            security=security,
            by=by,
            at=at,
        )
    advising.advise(request=request, role=role, outcome=outcome, reason=reason, conditions=conditions, by=by, at=at)
    return read(request)


def still_to_rate_in(request: Request, role: str, by: Access) -> bool:
    """Say whether a rating comes before the advice of this person in this role."""
    return role in COMPETENCE and read_dossier(request, by=by).rating_by(by.user_id, role) is None


def take_all_advice(request: Request, *, reason: str = "Agreed as proposed.", at: datetime) -> Request:
    """Have every adviser whose advice is asked for, and not yet given, support the request."""
    request = read(request)
    given = set(Advice.objects.unscoped(WHOLE).filter(request=request).values_list("role", flat=True))
    for role in standing_assessment(request).advisers:
        if role not in given and request.status in OPEN_TO_ADVICE:
            request = give_advice(request, role=role, reason=reason, at=at)
    if required_authority(request) == Authority.L4:
        request = give_advice(request, role=Role.HEADQUARTERS_DESK, reason=reason, at=at)
    return request


def answer_holds(
    request: Request,
    *,
    leave: Container[str] = (),
    text: str = "Answered in the advice on record.",
    at: datetime,
) -> Request:
    """Have the competent adviser, or the decider, answer every gate that still holds an approval; `leave` some open."""
    request = read(request)
    for gate in facts.open_holds(request, standing_assessment(request).gates):
        code = str(gate["id"])
        if code in leave:
            continue
        roles = sorted(advisers_of_gate(code)) or [Role.HEAD_OF_MISSION]
        by = holder(roles[0], request.mission, at=at)
        assessing.answer_gate(request=request, gate=code, text=text, by=by, at=at)
    return read(request)


def required_authority(request: Request) -> Authority | None:
    """Return the level that decides, the advice given so far included."""
    advice = Advice.objects.unscoped(WHOLE).filter(request=request, submission__number=request.version)
    return required_level(standing_assessment(request), tuple(advice.order_by("given_at")))


def decider(request: Request, *, at: datetime) -> Access:
    """Return the access of the lowest level that may decide this request and has somebody at its post."""
    level = required_authority(request)
    if level is None or level == Authority.L0:
        return access_for(request.created_by, at)
    roles = [role for role, carried in AUTHORITY_OF_ROLE.items() if carried >= level]
    for role in roles[:-1]:
        with suppress(Vacant):
            return holder(role, request.mission, at=at, office=request.office)
    return holder(roles[-1], request.mission, at=at)


def decide(
    request: Request,
    outcome: str,
    *,
    reasons: str = "The protection case is clear and the risks are known and limited.",
    conditions: Iterable[str] = (),
    by: Access | None = None,
    at: datetime,
    **terms: Any,
) -> Decision:
    """Decide at the level that the request asks for, with whatever the outcome needs on record."""
    request = read(request)
    assessment = standing_assessment(request)
    choice = Choice(
        assessment_id=assessment.pk,
        outcome=outcome,
        reasons=reasons,
        accepted_risks=acceptable_risks(assessment),
        departure_reason=DEPARTURE if departs(assessment.rule_advice, outcome) else "",
        civilian_consequences=CONSEQUENCES if needs_consequences(assessment.rule_advice, outcome) else "",
        conditions=tuple(conditions),
        **terms,
    )
    return deciding.decide(request=request, choice=choice, by=by or decider(request, at=at), at=at)


def standing_assessment(request: Request) -> Assessment:
    """Return the assessment that a submitted request stands on."""
    assert request.assessment is not None, f"{request} has not been submitted"
    return request.assessment


def revise(
    request: Request, factor: str, level: int, *, note: str, source: str = "Situation report", at: datetime
) -> Request:
    """Have the POC adviser record that a fact has changed since the request was submitted."""
    assessing.revise_answer(
        request=request,
        factor=factor,
        level=level,
        confidence="A",
        source=source,
        source_date=at.date(),
        why_unknown="",
        note=note,
        by=holder(Role.POC_ADVISER, request.mission, at=at),
        at=at,
    )
    return read(request)
