"""My work: what waits for a person, grouped by what they must do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from engagement.gathering import Rows, gather
from engagement.models import (
    Advice,
    Commitment,
    Contact,
    Engagement,
    FormDraft,
    Notice,
    Request,
    RequestStatus,
    Reveal,
    Shredding,
    Source,
)
from engagement.models.status import LIVE, PENDING
from engagement.policies.contacts import CLASSIFY_WITHIN
from engagement.services.queues import awaiting_advice, awaiting_decision
from missions.access import Access, Marking
from missions.middleware import SignedInRequest
from missions.models import Delegation, Mission, Posture
from missions.roles import ADVISERS, LEADERSHIP, Authority, Permission, Role

LISTED = 10
# Nobody works off more in one sitting; what is owed beyond it moves up.
MOST_OWED = 25
SOON = timedelta(days=14)
OPEN = frozenset({RequestStatus.DRAFT, RequestStatus.RETURNED, *PENDING})

# Those who ask for dialogue or build requests with the field begin here.
AT_HOME = frozenset({Role.FIELD_STAFF, Role.HEAD_OF_OFFICE, Role.POC_ADVISER})
# Where the others begin, in the order of what they are first of all.
HOMES: tuple[tuple[frozenset[str], str], ...] = (
    (LEADERSHIP, "engagement:approvals"),
    (ADVISERS, "engagement:advice"),
    (frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY}), "dashboards:headquarters"),
    (frozenset({Role.AUDITOR}), "dashboards:log"),
    (frozenset({Role.INFORMATION_MANAGER}), "missions:list"),
)
# What these ask for stands on the page until it is done, so that nobody takes it off unread.
OWED = frozenset({Notice.Kind.ADVICE_WANTED, Notice.Kind.DECISION_WANTED, Notice.Kind.CONTACT_TO_CLASSIFY})
OF_TWO: dict[str, Any] = {Notice.Kind.REVEAL_WANTED: Reveal, Notice.Kind.SHREDDING_WANTED: Shredding}
# Records that a notice may name, and what stands there as a title; a code name of a source stays on its own page.
NAMED = ((Request, F("title")), (Contact, F("place")), (Source, Value("")))
# Forms of contacts that may have been left unfinished, and where they are taken up again.
UNFINISHED = {
    "contact": (gettext_lazy("Log of a contact"), "engagement:log_contact"),
    "unplanned": (gettext_lazy("Log of a chance contact"), "engagement:log_unplanned"),
    "screen": (gettext_lazy("Screening of a contact"), "engagement:screen"),
}


@dataclass(frozen=True)
class Line:
    """One thing that waits, with what to do about it and by when."""

    title: str
    url: str
    reference: str = ""
    action: str = ""
    meta: str = ""
    due: datetime | date | None = None
    zone: str = ""
    saved_at: datetime | None = None
    left: str = ""
    is_late: bool = False


@require_GET
def work(request: SignedInRequest) -> HttpResponse:
    """Show what waits for a person; send those without a field role to their own first page."""
    access = request.access
    if elsewhere := home_of(access):
        return redirect(elsewhere)
    at = timezone.now()
    held = _held(request.user, access)
    mission = min(held[Mission], key=lambda one: (one.is_library, one.code), default=None)
    mine = _my_requests(access)
    notices = _notices(access)
    asked = {notice.reference: _told(notice) for notice in notices if notice.is_owed}
    owed = [*_returned(mine), *asked.values(), *_owed(access, at, held[Delegation])]
    context = {
        "greeting": _greeting(at, mission),
        "name": request.user.name.split(" ")[0],
        "mission": mission,
        "posture": _in_force(held[Posture], mission, at),
        "may_log": any(access.may(Permission.LOG, key) for key in access.mission_ids),
        "may_ask": bool(mission and access.may(Permission.PROPOSE, mission.pk)),
        "now": sorted(owed, key=_urgency)[:MOST_OWED],
        "owed": len(owed),
        "told": [_told(notice) for notice in notices if not notice.is_owed][:LISTED],
        "drafts": [*_drafts(mine), *_unfinished(held[FormDraft])],
        "waiting": _waiting(access, mine, at),
        "soon": _soon(access, _today(at, mission)),
    }
    return render(request, "engagement/work.html", context)


def _held(user: User, access: Access) -> Rows:
    """Read what bears no marking in one round trip: missions, their postures, delegations and forms left behind."""
    left_behind = FormDraft.objects.filter(user=user, form__in=UNFINISHED)
    return gather(
        Mission.objects.filter(pk__in=access.mission_ids),
        Posture.objects.filter(mission__in=access.mission_ids),
        Delegation.objects.filter(to_user=user, revoked_at=None),
        left_behind.none() if user.carries_only_unclassified else left_behind,
    )


def _in_force(postures: Iterable[Posture], mission: Mission | None, at: datetime) -> Posture | None:
    here = [posture for posture in postures if mission and posture.mission_id == mission.pk]
    begun = [posture for posture in here if posture.starts_at <= at]
    return max(begun, key=lambda posture: posture.starts_at, default=None)


def _notices(access: Access) -> list[Any]:
    """Return what a person was told of and has not taken off, without records that have become invisible since.

    What a second person has to answer about an identity stays until it is answered. What is owed otherwise is read from
    the records themselves, and not from notices.
    """
    visible, open_acts = Q(reference=""), Q(pk__in=())
    markings: list[Any] = []
    titles: list[Any] = []
    for model, title in NAMED:
        records = model.objects.visible_to(access)
        visible |= Q(reference__in=records.values("reference"))
        one = records.filter(reference=OuterRef("reference")).annotate(shown=title)
        markings.append(Subquery(one.values("marking")[:1]))
        titles.append(Subquery(one.values("shown")[:1], output_field=CharField()))
    for kind, act in OF_TWO.items():
        asked = act.objects.visible_to(access).filter(outcome="").exclude(asked_by=access.user_id)
        open_acts |= Q(kind=kind, reference__in=asked.values("source__reference"))
    found = Notice.objects.filter(visible, user=access.user_id).annotate(
        marking=Coalesce(*markings, Marking.UNCLASSIFIED.value),
        title=Coalesce(*titles, Value("")),
        is_owed=Case(When(open_acts, then=True), default=False),
    )
    told = Q(is_owed=False, seen_at=None) & ~Q(kind__in=[*OWED, *OF_TWO])
    notices: list[Any] = list(found.filter(told | Q(is_owed=True)).order_by("-is_owed", "-created_at")[: 2 * LISTED])
    for notice in notices:
        access.shown.note_marking(notice.marking)
    return notices


def home_of(access: Access) -> str:
    """Return the first page of somebody who has no field role; nothing when it is My work."""
    if AT_HOME & access.roles:
        return ""
    for roles, name in HOMES:
        if roles & access.roles:
            return _address(name)
    return ""


def _address(name: str, *arguments: str) -> str:
    """Return the path of a page, or nothing where this installation does not serve it."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _greeting(at: datetime, mission: Mission | None) -> str:
    hour = (at.astimezone(mission.zone) if mission else at).hour
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def _today(at: datetime, mission: Mission | None) -> date:
    return mission.local_day(at) if mission else at.date()


def _my_requests(access: Access) -> list[Request]:
    mine = Request.objects.visible_to(access).filter(created_by=access.user_id, status__in=OPEN)
    mine = mine.filter(mission__is_library=False).select_related("assessment", "group", "mission")
    return list(mine.order_by("decide_by", "-created_at", "pk")[: 4 * LISTED])


def _line(record: Request, address: str, action: str = "", *, meta: str = "", due: datetime | None = None) -> Line:
    return Line(
        title=record.title or (str(record.group) if record.group else _("No title yet")),
        url=_address(address, record.reference),
        reference=record.reference,
        action=action,
        meta=meta,
        due=due,
        zone=record.mission.timezone,
    )


def _urgency(line: Line) -> tuple[bool, str, str]:
    """Return what sorts the line that is due first to the top, and what has no deadline below."""
    return line.due is None, line.due.isoformat() if line.due else "", line.reference


def _returned(mine: Iterable[Request]) -> list[Line]:
    """Return what came back to this person, who alone can answer it."""
    returned = [record for record in mine if record.status == RequestStatus.RETURNED]
    return [_line(record, "engagement:edit", _("Answer"), meta=_("Returned for more work")) for record in returned]


def _owed(access: Access, at: datetime, delegations: Iterable[Delegation]) -> Iterator[Line]:
    """Give the advice, the decisions and the classifications that wait for this person, until each is done."""
    for wanted in awaiting_advice(access):
        record = wanted.request
        line = _line(record, "engagement:advise", _("Give advice"), due=record.advice_due_at)
        url = f"{line.url}?role={wanted.role.value}"
        yield replace(line, url=url, meta=_("Your advice is asked for"), is_late=_is_past(record.advice_due_at, at))
    for record in awaiting_decision(access, at, delegations):
        meta = _("A low request: yours to decide") if _is_own_decision(record) else _("Your decision is asked for")
        line = _line(record, "engagement:request", _("Decide"), meta=meta, due=record.decide_by)
        yield replace(line, is_late=_is_past(record.decide_by, at))
    for contact in _to_classify(access):
        yield Line(
            title=", ".join(
                str(part) for part in (contact.get_modality_display(), contact.area or contact.place) if part
            ),
            url=_address("engagement:classify", contact.reference),
            reference=contact.reference,
            action=_("Classify contact"),
            meta=_("An unplanned contact waits to be classified"),
            due=contact.created_at + CLASSIFY_WITHIN,
            zone=contact.mission.timezone,
            is_late=contact.created_at + CLASSIFY_WITHIN < at,
        )


def _is_past(due: datetime | None, at: datetime) -> bool:
    return due is not None and due < at


def _to_classify(access: Access) -> Iterable[Contact]:
    classified_by = [pk for pk in access.mission_ids if access.may(Permission.CLASSIFY, pk)]
    if not classified_by:
        return []
    waiting = Contact.objects.visible_to(access).filter(mission__in=classified_by, mission__is_library=False)
    waiting = waiting.filter(path=Contact.Path.UNPLANNED, classification="")
    return waiting.select_related("mission", "area").order_by("created_at", "pk")[:MOST_OWED]


def _is_own_decision(record: Request) -> bool:
    ready = record.status == RequestStatus.READY and record.assessment is not None
    return bool(ready and record.assessment and record.assessment.authority == Authority.L0)


def _told(notice: Any) -> Line:
    """Return a notice under the title of its record."""
    said = notice.get_kind_display()
    title, meta = (notice.title, said) if notice.title else (said, "")
    action = _("Answer") if notice.is_owed else ""
    return Line(title=title, url=_address_of(notice.reference), reference=notice.reference, action=action, meta=meta)


def _address_of(reference: str) -> str:
    name = {"R": "engagement:request", "C": "engagement:contact", "S": "engagement:source"}.get(reference[:1])
    return _address(name, reference) if name else ""


def _drafts(mine: Iterable[Request]) -> list[Line]:
    drafts = [record for record in mine if record.status == RequestStatus.DRAFT]
    return [_line(record, "engagement:edit", _("Continue where you stopped")) for record in drafts][:LISTED]


def _unfinished(kept: Iterable[FormDraft]) -> list[Line]:
    lines = []
    for draft in sorted(kept, key=lambda draft: draft.saved_at, reverse=True):
        title, address = UNFINISHED[draft.form]
        action = _("Continue where you stopped")
        lines.append(Line(title=str(title), url=_address(address), action=action, saved_at=draft.saved_at))
    return lines


def _waiting(access: Access, mine: Iterable[Request], at: datetime) -> list[Line]:
    """Return what others have in hand, with whom it waits for and how long they have."""
    pending = [record for record in mine if record.status in PENDING and not _is_own_decision(record)]
    in_advice = [record for record in pending if record.status == RequestStatus.IN_ADVICE]
    given = _advice_given(access, in_advice) if in_advice else {}
    lines = []
    for record in pending[:LISTED]:
        left, is_late = _left(record, at)
        line = _line(record, "engagement:request", meta=_awaited(record, given.get(record.pk, set())))
        lines.append(replace(line, left=left, is_late=is_late))
    return lines


def _advice_given(access: Access, records: list[Request]) -> dict[UUID, set[str]]:
    versions = {record.pk: record.version for record in records}
    advice = Advice.objects.visible_to(access).filter(request__in=records)
    given: dict[UUID, set[str]] = {}
    for request_id, role, number in advice.values_list("request_id", "role", "submission__number"):
        if versions[request_id] == number:
            given.setdefault(request_id, set()).add(role)
    return given


def _awaited(record: Request, given: set[str]) -> str:
    """Say whom a request waits for."""
    if record.status == RequestStatus.BLOCKED:
        return _("Blocked: nobody may decide while a gate stands")
    if record.status == RequestStatus.DEFERRED:
        return _("Deferred by the decider")
    if record.assessment is None or record.assessment.authority is None:
        return ""
    if record.status == RequestStatus.IN_ADVICE:
        waited = [str(Role(role).label) for role in record.assessment.advisers if role not in given]
        return ", ".join(waited) or _("All advice is in")
    return str(Authority(record.assessment.authority).label)


def _left(record: Request, at: datetime) -> tuple[str, bool]:
    """Return how long those have who have it in hand, in words, and whether that time is over."""
    due = record.advice_due_at if record.status == RequestStatus.IN_ADVICE else record.decide_by
    if due is None or record.status == RequestStatus.BLOCKED:
        return "", False
    hours = int((due - at).total_seconds() // 3600)
    if due < at:
        return _("Overdue"), True
    if hours >= 48:
        return ngettext("%(n)s day left", "%(n)s days left", hours // 24) % {"n": hours // 24}, False
    return ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}, False


def _soon(access: Access, today: date) -> list[Line]:
    """Return approvals that end and promises to check within 14 days, the nearest first."""
    until = today + SOON
    ending = Engagement.objects.visible_to(access).filter(
        request__created_by=access.user_id, status__in=LIVE, ends_on__range=(today, until)
    )
    promised = Commitment.objects.visible_to(access).filter(
        Q(contact__created_by=access.user_id), state=Commitment.State.NOT_ENOUGH, check_on__lte=until
    )
    near = [
        (one.ends_on, _ending(one)) for one in ending.select_related("request", "group").order_by("ends_on")[:LISTED]
    ]
    near += [(one.check_on, _to_check(one)) for one in promised.select_related("contact").order_by("check_on")[:LISTED]]
    return [line for _day, line in sorted(near, key=lambda pair: pair[0])]


def _ending(engagement: Engagement) -> Line:
    record = engagement.request
    return Line(
        title=record.title or str(engagement.group),
        url=_address("engagement:request", record.reference),
        reference=record.reference,
        meta=_("Approval ends"),
        due=engagement.ends_on,
    )


def _to_check(commitment: Commitment) -> Line:
    return Line(
        title=commitment.text,
        url=_address("engagement:check_commitment", str(commitment.pk)),
        reference=commitment.contact.reference,
        meta=_("Check: our promise") if commitment.by == Commitment.By.US else _("Check: their promise"),
        due=commitment.check_on,
    )


@require_POST
def seen(request: SignedInRequest) -> HttpResponse:
    """Take the notices off the list; what they ask for stays until it is done."""
    pure = Notice.objects.filter(user=request.user, seen_at=None).exclude(kind__in=[*OWED, *OF_TWO])
    pure.update(seen_at=timezone.now())
    return redirect("engagement:work")
