"""My work: what waits for a person, grouped by what they must do."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from engagement.models import Advice, Commitment, Contact, Engagement, FormDraft, Notice, Request, RequestStatus, Source
from engagement.models.status import LIVE, PENDING
from missions.access import Access, Marking
from missions.middleware import SignedInRequest
from missions.models import Mission, Posture
from missions.roles import ADVISERS, LEADERSHIP, Authority, Permission, Role

LISTED = 10
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
# Forms of contacts that may have been left unfinished, and where they are taken up again.
UNFINISHED = {
    "contact": (gettext_lazy("Log of a contact"), "engagement:log_contact"),
    "unplanned": (gettext_lazy("Log of a chance contact"), "engagement:log_unplanned"),
    "screen": (gettext_lazy("Screening of a contact"), "engagement:screen"),
}


@require_GET
def work(request: SignedInRequest) -> HttpResponse:
    """Show what waits for a person; send those without a field role to their own first page."""
    access = request.access
    if elsewhere := home_of(access):
        return redirect(elsewhere)
    at = timezone.now()
    mission = Mission.objects.filter(pk__in=access.mission_ids).order_by("is_library", "code").first()
    mine = _my_requests(access)
    notices = _notices(access)
    context = {
        "greeting": _greeting(at, mission),
        "name": request.user.name.split(" ")[0],
        "mission": mission,
        "posture": Posture.objects.in_force(mission, at) if mission else None,
        "may_log": any(access.may(Permission.LOG, key) for key in access.mission_ids),
        "may_ask": bool(mission and access.may(Permission.PROPOSE, mission.pk)),
        "now": [*_to_do(mine), *_told(notices)],
        "has_notices": bool(notices),
        "drafts": [*_drafts(mine), *_unfinished(request.user)],
        "waiting": _waiting(access, mine, at),
        "soon": _soon(access, _today(at, mission)),
    }
    return render(request, "engagement/work.html", context)


def _notices(access: Access) -> list[Notice]:
    """Return the unseen notices, without those of records that have become invisible since."""
    unseen = Notice.objects.filter(user=access.user_id, seen_at=None)
    visible = Q(reference="")
    markings: list[Any] = []
    for model in (Request, Contact, Source):
        records = model.objects.visible_to(access)
        visible |= Q(reference__in=records.values("reference"))
        markings.append(Subquery(records.filter(reference=OuterRef("reference")).values("marking")[:1]))
    named = unseen.filter(visible).annotate(marking=Coalesce(*markings, Marking.UNCLASSIFIED.value))
    notices: list[Any] = list(named.order_by("-created_at")[:LISTED])
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


def _line(record: Request, address: str, action: str, *, meta: str = "", due: datetime | None = None) -> dict[str, Any]:
    return {
        "reference": record.reference,
        "title": record.title or (str(record.group) if record.group else _("No title yet")),
        "url": _address(address, record.reference),
        "action": action,
        "meta": meta,
        "due": due,
        "zone": record.mission.timezone,
    }


def _to_do(mine: Iterable[Request]) -> list[dict[str, Any]]:
    """Return what only this person can move on: what was returned, and what is theirs to decide."""
    lines = []
    for record in mine:
        if record.status == RequestStatus.RETURNED:
            lines.append(_line(record, "engagement:edit", _("Answer"), meta=_("Returned for more work")))
        elif _is_own_decision(record):
            meta = _("A low request: yours to decide")
            lines.append(_line(record, "engagement:request", _("Decide"), meta=meta, due=record.decide_by))
    return lines[:LISTED]


def _is_own_decision(record: Request) -> bool:
    ready = record.status == RequestStatus.READY and record.assessment is not None
    return bool(ready and record.assessment and record.assessment.authority == Authority.L0)


def _told(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    return [
        {
            "reference": notice.reference,
            "title": notice.get_kind_display(),
            "url": _address_of(notice.reference),
            "action": _("Open"),
            "meta": "",
            "due": None,
        }
        for notice in notices
    ]


def _address_of(reference: str) -> str:
    name = {"R": "engagement:request", "C": "engagement:contact", "S": "engagement:source"}.get(reference[:1])
    return _address(name, reference) if name else ""


def _drafts(mine: Iterable[Request]) -> list[dict[str, Any]]:
    drafts = [record for record in mine if record.status == RequestStatus.DRAFT]
    return [_line(record, "engagement:edit", _("Continue where you stopped")) for record in drafts][:LISTED]


def _unfinished(user: User) -> list[dict[str, Any]]:
    if user.carries_only_unclassified:
        return []
    kept = FormDraft.objects.filter(user=user, form__in=UNFINISHED).order_by("-saved_at")
    lines = []
    for draft in kept:
        title, address = UNFINISHED[draft.form]
        lines.append({"reference": "", "title": title, "url": _address(address), "saved_at": draft.saved_at,
                      "action": _("Continue where you stopped"), "meta": "", "due": None})  # fmt: skip
    return lines


def _waiting(access: Access, mine: Iterable[Request], at: datetime) -> list[dict[str, Any]]:
    """Return what others have in hand, with whom it waits for and how long they have."""
    pending = [record for record in mine if record.status in PENDING and not _is_own_decision(record)]
    in_advice = [record for record in pending if record.status == RequestStatus.IN_ADVICE]
    given = _advice_given(access, in_advice) if in_advice else {}
    return [
        _line(
            record,
            "engagement:request",
            "",
            meta=_awaited(record, given.get(record.pk, set())),
            due=record.advice_due_at if record.status == RequestStatus.IN_ADVICE else record.decide_by,
        )
        | _left(record, at)
        for record in pending[:LISTED]
    ]


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


def _left(record: Request, at: datetime) -> dict[str, Any]:
    """Return how long those have who have it in hand, in words, and whether that time is over."""
    due = record.advice_due_at if record.status == RequestStatus.IN_ADVICE else record.decide_by
    if due is None or record.status == RequestStatus.BLOCKED:
        return {"left": "", "is_late": False}
    hours = int((due - at).total_seconds() // 3600)
    if hours < 0:
        return {"left": _("Overdue"), "is_late": True}
    if hours >= 48:
        return {"left": ngettext("%(n)s day left", "%(n)s days left", hours // 24) % {"n": hours // 24}}
    return {"left": ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}}


def _soon(access: Access, today: date) -> list[dict[str, Any]]:
    """Return approvals that end and promises to check within 14 days, the nearest first."""
    until = today + SOON
    ending = Engagement.objects.visible_to(access).filter(
        request__created_by=access.user_id, status__in=LIVE, ends_on__range=(today, until)
    )
    promised = Commitment.objects.visible_to(access).filter(
        Q(contact__created_by=access.user_id), state=Commitment.State.NOT_ENOUGH, check_on__lte=until
    )
    lines = [_ending(one) for one in ending.select_related("request", "group").order_by("ends_on")[:LISTED]]
    lines += [_to_check(one) for one in promised.select_related("contact").order_by("check_on")[:LISTED]]
    return sorted(lines, key=lambda line: line["on"])


def _ending(engagement: Engagement) -> dict[str, Any]:
    record = engagement.request
    return {
        "reference": record.reference,
        "title": record.title or str(engagement.group),
        "url": _address("engagement:request", record.reference),
        "meta": _("Approval ends"),
        "on": engagement.ends_on,
    }


def _to_check(commitment: Commitment) -> dict[str, Any]:
    return {
        "reference": commitment.contact.reference,
        "title": commitment.text,
        "url": _address("engagement:check_commitment", str(commitment.pk)),
        "meta": _("Check: our promise") if commitment.by == Commitment.By.US else _("Check: their promise"),
        "on": commitment.check_on,
    }


@require_POST
def seen(request: SignedInRequest) -> HttpResponse:
    """Take the notices off the list."""
    Notice.objects.filter(user=request.user, seen_at=None).update(seen_at=timezone.now())
    return redirect("engagement:work")
