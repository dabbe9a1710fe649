"""Records in any state, reached through the services that staff use; an impossible state cannot be made here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from engagement import screening
from engagement.demo import steps
from engagement.models import (
    Advice,
    Contact,
    Decision,
    Engagement,
    EngagementStatus,
    Modality,
    Request,
    RequestStatus,
)
from engagement.policies.drafting import AnswerInput
from engagement.services import contacts, dialogue, drafting, submission
from missions import services as missions
from missions.access import Access, Marking
from missions.models import Area, Compartment, Mission, Office, Posting
from missions.postings import access_for
from missions.roles import Role
from nsags import services as nsags
from nsags.models import Group
from protection import services as protection
from protection.models import ThreatAssessment
from risk import current_ruleset
from tests.leaks.canaries import planting

_S, _E = RequestStatus, EngagementStatus
SETTLED_IN = timedelta(days=90)

# Levels that give a risk band under certain evidence; whatever is not named stands at 1, protection at 3.
BANDS: dict[str, dict[str, int]] = {
    "LOW": {},
    "MODERATE": {f"SEC-{n:02}": 2 for n in range(1, 11)},
    "HIGH": {f"SEC-{n:02}": 2 for n in range(1, 11)} | {"SEC-02": 4},
    "VERY_HIGH": {f"SEC-{n:02}": 3 for n in range(1, 11)},
}


@dataclass(frozen=True)
class Member:
    """Somebody of the cast: what they are, where, and up to which marking they read."""

    name: str
    role: str
    office: str = ""
    ceiling: int = Marking.CONFIDENTIAL


CAST = {
    "amina": Member("Amina Sow", Role.FIELD_STAFF, "Bria"),
    "yusuf": Member("Yusuf Bello", Role.FIELD_STAFF, "Kesi"),
    "odile": Member("Odile Ngoma", Role.HEAD_OF_OFFICE, "Bria"),
    "clara": Member("Clara Reyes", Role.POC_ADVISER, ceiling=Marking.STRICTLY_CONFIDENTIAL),
    "sven": Member("Sven Lindqvist", Role.SECURITY_ADVISER, ceiling=Marking.STRICTLY_CONFIDENTIAL),
    "lucia": Member("Lucia Ferri", Role.POLITICAL_ADVISER, ceiling=Marking.STRICTLY_CONFIDENTIAL),
    "hana": Member("Hana Sato", Role.LEGAL_ADVISER),
    "tomas": Member("Tomas Novak", Role.HUMAN_RIGHTS_OFFICER),
    "pierre": Member("Pierre Martin", Role.PILLAR_HEAD, ceiling=Marking.STRICTLY_CONFIDENTIAL),
    "joseph": Member("Joseph Addo", Role.HEAD_OF_MISSION, ceiling=Marking.STRICTLY_CONFIDENTIAL),
    "otto": Member("Otto Weber", Role.AUDITOR),
}
# The rest, whom no test calls by name: some gates ask for these advisers, and a compartment has a second owner.
EXTRAS = {
    "greta": Member("Greta Olsen", Role.PROTECTION_ADVISER),
    "felix": Member("Felix Mora", Role.FORCE_LIAISON),
    "salma": Member("Salma Idris", Role.ANALYST),
}


def make_user(username: str, *, name: str = "", **fields: Any) -> User:
    """Create a person who cannot sign in by password."""
    return User.objects.create_user(username, name=name or username.title(), **fields)


def make_mission(
    *,
    code: str,
    host_state: str,
    information_manager: User,
    offices: Iterable[str] = (),
    at: datetime,
    **fields: Any,
) -> Mission:
    """Open a mission with offices, each in an area of its own name."""
    mission = missions.open_mission(
        code=code,
        name=f"United Nations Mission in {host_state}",
        name_fr=f"Mission des Nations Unies au {host_state}",
        host_state=host_state,
        information_manager=information_manager,
        at=at,
        **fields,
    )
    for number, name in enumerate(offices, start=1):
        area = Area.objects.create(mission=mission, name=name, pcode=f"{code[:6]}{number:02}")
        Office.objects.create(mission=mission, name=name, area=area)
    return mission


def post(
    user: User, *, mission: Mission | None, role: str, office: str = "", ceiling: int = 1, by: User, at: datetime
) -> User:
    """Post a person, by the information manager; a second one confirms what is above Confidential."""
    place = mission.offices.get(name=office) if mission and office else None
    access = access_for(by, at)
    posting = missions.open_posting(
        user=user, mission=mission, role=role, office=place, ceiling=ceiling, starts_at=at, by=access, at=at
    )
    if posting.asked_ceiling is not None:
        missions.confirm_ceiling(posting=posting, by=access_for(_deputy(access, at), at), at=at)
    return user


def _deputy(by: Access, at: datetime) -> User:
    """Return another information manager of the same mission, and post one where there is none."""
    mission = mission_of(by)
    others = Posting.objects.live(at).holding(Role.INFORMATION_MANAGER, mission).exclude(user=by.user_id)
    if other := others.select_related("user").first():
        return other.user
    deputy = make_user(f"deputy.{mission.code.lower()}", name="Ravi Mehta")
    return post(deputy, mission=mission, role=Role.INFORMATION_MANAGER, by=by.user, at=at)


def make_cast(*, at: datetime) -> dict[str, User]:
    """Open the mission in which most tests take place, and a second one, with everybody at their post."""
    since = at - SETTLED_IN
    maya = make_user("maya", name="Maya Haddad")
    mission = make_mission(
        code="MINUBEK", host_state="Bek", information_manager=maya, offices=["Bria", "Kesi"], at=since
    )
    people = {"maya": maya, "ingrid": make_user("ingrid", name="Ingrid Holm")}
    post(people["ingrid"], mission=None, role=Role.HEADQUARTERS_DESK, by=maya, at=since)
    for username, member in (CAST | EXTRAS).items():
        user = people[username] = make_user(username, name=member.name)
        where, until = member.office, member.ceiling
        post(user, mission=mission, role=member.role, office=where, ceiling=until, by=maya, at=since)
    make_posture(mission, "EXPECTED", by=people["joseph"], at=since)
    people["omar"] = _make_neighbour(since)
    return people


def _make_neighbour(since: datetime) -> User:
    keeper = make_user("nadia", name="Nadia Karim")
    mission = make_mission(code="UNSTOR", host_state="Stora", information_manager=keeper, offices=["Lumo"], at=since)
    return post(
        make_user("omar", name="Omar Diop"), mission=mission, role=Role.FIELD_STAFF, office="Lumo", by=keeper, at=since
    )


def make_posture(mission: Mission, code: str, *, by: User, at: datetime) -> None:
    """Lay down a posture."""
    missions.set_posture(
        mission=mission,
        code=code,
        explanation="agreed with all offices.",
        reason="Reviewed with the pillar heads.",
        issuer_title="Head of mission",
        by=access_for(by, at),
        at=at,
    )


@planting
def make_compartment(*, mission: Mission, owner: User, members: Iterable[User] = (), at: datetime) -> Compartment:
    """Open a need-to-know circle and read people in for 60 days; its second owner is nobody of the cast."""
    second = _second_owner(mission, at)
    by = access_for(owner, at)
    compartment = missions.open_compartment(mission=mission, second_owner=second, by=by, at=at)
    for user in members:
        ends_at = at + timedelta(days=60)
        member = missions.propose_member(
            compartment=compartment, user=user, reason="Drafts it.", ends_at=ends_at, by=by, at=at
        )
        missions.confirm_member(member=member, by=access_for(second, at), at=at)
    return compartment


def _second_owner(mission: Mission, at: datetime) -> User:
    analysts = Posting.objects.live(at).holding(Role.ANALYST, mission).order_by("starts_at").select_related("user")
    if known := analysts.first():
        return known.user
    managers = Posting.objects.live(at).holding(Role.INFORMATION_MANAGER, mission).order_by("starts_at")
    manager = managers.select_related("user").first()
    assert manager is not None, "a mission has an information manager"
    keeper = make_user(f"keeper.{mission.code.lower()}", name="Salma Idris")
    return post(keeper, mission=mission, role=Role.ANALYST, by=manager.user, at=at)


@planting
def make_group(
    *,
    author: User,
    at: datetime,
    mission: Mission | None = None,
    name: str = "Upper Mbali Front",
    labels: Iterable[tuple[str, str]] = (),
    **fields: Any,
) -> Group:
    """Add a group, with labels as pairs of value and issuer."""
    by = access_for(author, at)
    group = nsags.add_group(mission=mission or mission_of(by), name=name, by=by, at=at, **fields)
    for value, issuer in labels:
        nsags.label(
            group=group,
            value=value,
            issuer=issuer,
            issuer_name="As published",
            starts_on=at.date() - timedelta(days=30),
            by=by,
            at=at,
        )
    return group


@planting
def make_threat(*, author: User, at: datetime, group: Group | None = None, **fields: Any) -> ThreatAssessment:
    """Assess a threat to civilians."""
    by = access_for(author, at)
    mission = group.mission if group else mission_of(by)
    stated: dict[str, Any] = {
        "title": "Checkpoints on the market road",
        "people_at_risk": "Traders and farmers of four villages",
        "intent": 3,
        "capability": 3,
        "opportunity": 3,
        "impact": 3,
        "area": mission.areas.order_by("pcode").first(),
    }
    return protection.assess_threat(mission=mission, group=group, by=by, at=at, **(stated | fields))


def make_answers(*, band: str = "LOW", levels: Mapping[str, int | None] | None = None, at: datetime) -> dict:
    """Answer all 36 questions with certain evidence of that day; `levels` changes single factors, None is Unknown."""
    wanted = BANDS[band] | dict(levels or {})
    return {
        factor.id: _answer(wanted.get(factor.id, 3 if factor.id.startswith("PRO") else 1), at)
        for factor in current_ruleset().factors.values()
    }


def _answer(level: int | None, at: datetime) -> AnswerInput:
    if level is None:
        return AnswerInput(level=None, why_unknown="Nobody here has met them yet.")
    return AnswerInput(level=level, confidence="A", source="Two situation reports", source_date=at.date())


def every_risk(level: int) -> dict[str, int]:
    """Return this level for each question that is not about protection."""
    return {factor: level for factor in current_ruleset().factors if not factor.startswith("PRO")}


def make_fields(*, mission: Mission, threat: ThreatAssessment | None, group: Group, at: datetime) -> dict[str, Any]:
    """Return what a complete request says outside its 36 answers."""
    return {
        "title": "Reopen the market road",
        "purpose_scale": Request.Purpose.COMMITMENT,
        "purpose": "Traders pass three checkpoints without payment, counted each week.",
        "threat": threat,
        "if_not_engaging": "The market stays closed until the harvest is lost.",
        "alternatives": "Escorts twice a week.",
        "group": group,
        "interlocutors": "Zone commander",
        "involves_children": False,
        "involves_detainees": False,
        "is_recognised_step": False,
        "type": Request.Type.PROTECTION_ADVOCACY,
        "modality": Modality.IN_PERSON,
        "component": "Civil affairs",
        "area": mission.areas.order_by("pcode").first(),
        "place": "Mission base",
        "contacts_planned": 3,
        "starts_on": at.date(),
        "ends_on": at.date() + timedelta(days=30),
        "inside_strategy": False,
        "uses_intermediary": False,
        "is_third_country": False,
        "srm_reference": "SRM-12",
        "srm_valid_until": at.date() + timedelta(days=120),
        "red_lines": "An attack on civilians during the talks.",
        "proposed_conditions": "",
    }


@planting
def make_request(
    *,
    author: User,
    at: datetime,
    status: str = RequestStatus.DRAFT,
    band: str = "",
    levels: Mapping[str, int | None] | None = None,
    group: Group | None = None,
    threat: ThreatAssessment | None = None,
    measures: Mapping[str, str] | None = None,
    is_urgent: bool = False,
    is_blank: bool = False,
    **fields: Any,
) -> Request:
    """Take a request to a status, as its author and whoever else that takes; a blank draft has no section written.

    The band is MODERATE unless told otherwise, because a LOW one asks for no advice and its author decides it.
    """
    by = access_for(author, at)
    mission = group.mission if group else mission_of(by)
    group = group or make_group(author=author, mission=mission, at=at)
    offices = [p.office_id for p in by.postings if p.mission_id == mission.pk and p.office_id]
    request = drafting.start_request(
        mission=mission,
        office=Office.objects.filter(pk__in=offices).first(),
        group=group,
        title=fields.get("title", "Reopen the market road"),
        is_urgent=is_urgent,
        language=fields.pop("language", "en"),
        by=by,
        at=at,
    )
    if is_blank:
        return steps.read(request)
    threat = threat or make_threat(author=author, group=group, at=at)
    said = make_fields(mission=mission, threat=threat, group=group, at=at) | fields
    answers = make_answers(band=band or "MODERATE", levels=levels, at=at)
    request = steps.fill(request, fields=said, answers=answers, measures=measures, by=by, at=at)
    return _advance(request, RequestStatus(status), by=by, at=at)


def _advance(request: Request, status: RequestStatus, *, by: Access, at: datetime) -> Request:
    if status == _S.DRAFT:
        return request
    if status == _S.BLOCKED:
        forbid(request, at=at)
    if status == _S.WITHDRAWN:
        drafting.withdraw(request=request, by=by, at=at)
        return steps.read(request)
    submission.submit(request=request, by=by, at=at)
    if status in {_S.BLOCKED, _S.IN_ADVICE}:
        return _arrived(request, status)
    request = steps.answer_holds(steps.take_all_advice(request, at=at), at=at)
    if status != _S.READY:
        decide(request, OUTCOMES[status], at=at)
    return _arrived(request, status)


def _arrived(request: Request, status: RequestStatus) -> Request:
    request = steps.read(request)
    assert request.status == status, f"wanted {status}, and the services led to {request.status}"
    return request


OUTCOMES = {
    _S.APPROVED: Decision.Outcome.APPROVE,
    _S.APPROVED_WITH_CONDITIONS: Decision.Outcome.APPROVE_WITH_CONDITIONS,
    _S.RETURNED: Decision.Outcome.RETURN,
    _S.DEFERRED: Decision.Outcome.DEFER,
    _S.DECLINED: Decision.Outcome.DECLINE,
}


@planting
def decide(request: Request, outcome: str, *, at: datetime, by: User | None = None, **terms: Any) -> Decision:
    """Decide a request that is ready, with what the outcome needs on record unless told otherwise."""
    needed: dict[str, Any] = {}
    if outcome == Decision.Outcome.APPROVE_WITH_CONDITIONS:
        needed["conditions"] = ("The prefect is told the day before.",)
    if outcome == Decision.Outcome.DEFER:
        needed["deferred_until"] = at.date() + timedelta(days=14)
    access = access_for(by, at) if by else None
    return steps.decide(request, outcome, at=at, by=access, **(needed | terms))


@planting
def forbid(request: Request, *, at: datetime) -> None:
    """Have the head of mission prohibit contact with the group of a request."""
    assert request.group is not None, "only a group can be prohibited here"
    missions.prohibit(
        mission=request.mission,
        group_id=request.group.pk,
        subject=request.group.name,
        text="No contact until the hostages are free.",
        review_on=at.date() + timedelta(days=60),
        issuer_title="Head of mission",
        by=steps.holder(Role.HEAD_OF_MISSION, request.mission, at=at),
        at=at,
    )


@planting
def make_engagement(
    *, author: User, at: datetime, status: str = EngagementStatus.AUTHORISED, **request_fields: Any
) -> Engagement:
    """Take a dialogue to a status, from the request on; `at` is the moment of its approval."""
    request = make_request(author=author, at=at, status=RequestStatus.APPROVED_WITH_CONDITIONS, **request_fields)
    engagement = engagement_of(request)
    if status in {_E.ACTIVE, _E.CONCLUDED}:
        make_contact(author=author, engagement=engagement, at=at + timedelta(minutes=1))
    if status == _E.SUSPENDED:
        by = steps.holder(Role.SECURITY_ADVISER, request.mission, at=at)
        dialogue.suspend(engagement=engagement, reason="Shots near the meeting place.", by=by, at=at)
    if status == _E.CONCLUDED:
        dialogue.conclude(engagement=engagement, reason="The road is open.", by=access_for(author, at), at=at)
    if status == _E.REDECISION:
        worsen(request, at=at)
    if status == _E.LAPSED:
        dialogue.lapse_expired(at + timedelta(days=200))
    engagement = engagement_of(request)
    assert engagement.status == status, f"wanted {status}, and the services led to {engagement.status}"
    return engagement


def engagement_of(request: Request) -> Engagement:
    """Return the dialogue that a request led to, as it stands now."""
    related = ("request__mission", "decision", "group", "area")
    found: Engagement = Engagement.objects.unscoped(steps.WHOLE).select_related(*related).get(request=request)
    return found


@planting
def worsen(request: Request, *, at: datetime) -> Request:
    """Record that the group has attacked the mission: a fact that moves the security band up."""
    return steps.revise(request, "SEC-02", 4, note="Base attacked overnight.", at=at)


@planting
def make_contact(
    *,
    author: User,
    at: datetime,
    engagement: Engagement | None = None,
    group: Group | None = None,
    path: str = Contact.Path.UNPLANNED,
    **told: Any,
) -> Contact:
    """Log a contact: planned when an engagement is given, else unplanned, or screened with no to every question."""
    by = access_for(author, at)
    said: dict[str, Any] = {"happened_at": at, "modality": Modality.IN_PERSON, "summary": "They asked about the road."}
    if engagement is not None:
        said |= {"modality": engagement.modality, "area": engagement.area}
        return contacts.log_planned(engagement=engagement, group=group, by=by, at=at, **(said | told))
    mission = group.mission if group else mission_of(by)
    if path == Contact.Path.SCREENED:
        group = group or make_group(author=author, mission=mission, at=at)
        said |= {"screening": {question.code: False for question in screening.QUESTIONS}}
        return contacts.log_screened(mission=mission, group=group, by=by, at=at, **(said | told))
    said |= told
    return contacts.log_unplanned(mission=mission, group=group, by=by, at=at, **said)


def mission_of(by: Access) -> Mission:
    """Return the mission that a person serves in."""
    return Mission.objects.get(pk=next(p.mission_id for p in by.postings if p.mission_id))


@planting
def advise(request: Request, role: str, outcome: str = Advice.Outcome.SUPPORT, *, at: datetime, **said: Any) -> Request:
    """Have the holder of a role rate and advise."""
    return steps.give_advice(request, role=role, outcome=outcome, at=at, **({"reason": "As discussed."} | said))
