"""Logging contacts, reading them, and following up what was promised."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from audit.models import Event, Kind
from audit.receipts import View, once
from engagement.forms.contacts import (
    NOT_KNOWN,
    CheckForm,
    ClassifyForm,
    CommitmentForm,
    ContactForm,
    DraftableForm,
    Offer,
    SafetyForm,
    ScreeningForm,
    UnplannedForm,
)
from engagement.models import Commitment, Contact, Engagement, EngagementStatus, Request, Source
from engagement.models.status import LIVE, OPEN_TO_CONTACT
from engagement.policies import contacts as policies
from engagement.policies import exports
from engagement.policies.dialogue import CAN_BE_SUSPENDED
from engagement.services import contacts as services
from engagement.services import form_drafts
from missions.access import Access, Marking, names_seen
from missions.middleware import SignedInRequest
from missions.models import Mission
from missions.refusals import Refused, unmendable
from missions.roles import Permission, Role
from nsags.models import Group

PER_PAGE = 25
# A list says "more than a thousand" rather than counting a million rows for every reader.
MOST_COUNTED = 1000
JUST_ENDED = timedelta(days=3)
NO_DRAFTS = gettext_lazy("In travel mode with unclassified only, no draft is kept. Send the form, or write it at home.")
# What a contact takes over from its group.
OFFERED = ("name", "mission", "marking", "compartment")


# --- Logging -------------------------------------------------------------------------------------------------------


def in_local_time(view: View) -> View:
    """Run a view in the mission where the person logs contacts, and in that mission's local time."""

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mission = _mission_to_log_in(request)
        with timezone.override(mission.zone):
            return view(request, mission, *args, **kwargs)

    return wrapped


def _mission_to_log_in(request: SignedInRequest) -> Mission:
    """Return the mission named in the address, or the first in which this person may log contacts."""
    access = request.access
    allowed = [key for key in access.mission_ids if access.may(Permission.LOG, key)]
    found = Mission.objects.filter(pk__in=allowed).order_by("is_library", "code")
    named = request.GET.get("mission")
    mission = (found.filter(code=named) if named else found).first()
    if mission is None:
        raise PermissionDenied
    return mission


@once
@require_http_methods(["GET", "POST"])
@in_local_time
def log_contact(request: SignedInRequest, mission: Mission) -> HttpResponse:
    """Log a contact under an approval, or say why it does not fit one and offer to save it as unplanned."""
    offer = _offer(request.access, mission, with_approvals=True)
    form = ContactForm(request.POST or None, offer=offer, initial=_today(request))
    if kept := _draft(request, form, "contact"):
        return kept
    outside: tuple[str, ...] = ()
    if form.is_valid():
        try:
            contact = _log(request, form, mission)
        except Refused as refused:
            refused.add_to(form)
            outside = tuple(refusal.code for refusal in refused.refusals)
        else:
            return _saved(request, contact, "contact")
    context = {"form": form, "can_be_unplanned": bool(outside) and set(outside) <= set(policies.OUTSIDE_APPROVAL)}
    return render(request, "engagement/log_contact.html", context | _draft_of(form, "contact"))


def _log(request: SignedInRequest, form: ContactForm, mission: Mission) -> Contact:
    by, at, told = request.access, timezone.now(), form.told()
    group, engagement = form.cleaned_data["group"], form.cleaned_data["engagement"]
    if engagement is None:
        outside = ["not_known"] if form.cleaned_data["approval"] == NOT_KNOWN else []
        return services.log_unplanned(mission=mission, group=group, outside_approval=outside, by=by, at=at, **told)
    try:
        return services.log_planned(engagement=engagement, group=group, by=by, at=at, **told)
    except Refused as refused:
        outside = [refusal.code for refusal in refused.refusals]
        if "as_unplanned" not in request.POST or not set(outside) <= set(policies.OUTSIDE_APPROVAL):
            raise
    return services.log_unplanned(
        mission=mission, group=group, outside_approval=outside, offered_under=engagement, by=by, at=at, **told
    )


@once
@require_http_methods(["GET", "POST"])
@in_local_time
def log_unplanned(request: SignedInRequest, mission: Mission) -> HttpResponse:
    """Log a contact that nobody planned: six fields, never refused for lack of approval."""
    form = UnplannedForm(request.POST or None, offer=_offer(request.access, mission), initial=_today(request))
    if kept := _draft(request, form, "unplanned"):
        return kept
    if form.is_valid():
        try:
            contact = services.log_unplanned(
                mission=mission, group=form.cleaned_data["group"], by=request.access, at=timezone.now(), **form.told()
            )
        except Refused as refused:
            refused.add_to(form)
        else:
            return _saved(request, contact, "unplanned")
    context = {"form": form} | _draft_of(form, "unplanned")
    return render(request, "engagement/log_unplanned.html", context)


@once
@require_http_methods(["GET", "POST"])
@in_local_time
def screen(request: SignedInRequest, mission: Mission) -> HttpResponse:
    """Log a contact as low risk after seven times "no", or say that a full request is needed."""
    form = ScreeningForm(request.POST or None, offer=_offer(request.access, mission), initial=_today(request))
    if kept := _draft(request, form, "screen"):
        return kept
    if form.is_valid() and "as_request" in request.POST:
        return _as_request(request, form)
    refused_for: list[str] = []
    if form.is_valid():
        try:
            return _saved(request, _log_screened(request, form, mission), "screen")
        except Refused as refused:
            refused.add_to(form)
            refused_for = [str(refusal.message) for refusal in refused.refusals if _asks_for_request(refusal.code)]
    context = {"form": form, "needs_request": refused_for} | _draft_of(form, "screen")
    return render(request, "engagement/screen.html", context)


def _as_request(request: SignedInRequest, form: ScreeningForm) -> HttpResponse:
    """Go on to a full request about the same group; what was typed here stays in its draft."""
    form_drafts.keep(user=request.user, form="screen", content=dict(request.POST.lists()), at=timezone.now())
    group = form.cleaned_data["group"]
    start = reverse("engagement:start")
    return redirect(f"{start}?{urlencode({'group': group.pk})}" if group else start)


def _asks_for_request(code: str) -> bool:
    return code in {"screened_out", "level"}


def _log_screened(request: SignedInRequest, form: ScreeningForm, mission: Mission) -> Contact:
    group, by, at, told = form.cleaned_data["group"], request.access, timezone.now(), form.told()
    try:
        return services.log_screened(mission=mission, group=group, screening=form.answers(), by=by, at=at, **told)
    except Refused as refused:
        outside = sorted({refusal.code for refusal in refused.refusals})
        if "as_unplanned" not in request.POST or not all(_asks_for_request(code) for code in outside):
            raise
    return services.log_unplanned(mission=mission, group=group, outside_approval=outside, by=by, at=at, **told)


def _offer(access: Access, mission: Mission, with_approvals: bool = False) -> Offer:
    """Gather what a person can choose from; the groups and approvals they deal with stand first."""
    mine = Contact.objects.visible_to(access).filter(created_by=access.user, group=OuterRef("pk"))
    known = Group.objects.visible_to(access).filter(mission=mission).only(*OFFERED)
    latest = Subquery(mine.order_by("-happened_at").values("happened_at")[:1])
    groups = list(known.annotate(latest=latest).order_by(F("latest").desc(nulls_last=True), "name"))
    if not with_approvals:
        return Offer(mission, groups)
    approvals, areas = _approvals(access, mission), mission.areas.select_related("parent__parent").order_by("name")
    words = {str(one.pk): _approval_words(one, groups) for one in approvals}
    return Offer(mission, groups, list(areas), approvals, words, _dealt_with(access, mission))


def _dealt_with(access: Access, mission: Mission) -> list[Source]:
    """Return the sources whom this person deals with, by code name."""
    mine = Q(handler=access.user_id) | Q(alternate=access.user_id)
    return list(Source.objects.visible_to(access).filter(mine, mission=mission).order_by("code_name"))


def _approvals(access: Access, mission: Mission) -> list[Engagement]:
    """Return the approvals that stand, and those whose last reports may still come in; one's own first."""
    lapsed = Q(status=EngagementStatus.LAPSED, ends_on__gte=timezone.localdate() - JUST_ENDED)
    concluded = Q(status=EngagementStatus.CONCLUDED, status_at__gte=timezone.now() - JUST_ENDED)
    visible = Engagement.objects.visible_to(access).filter(request__mission=mission)
    standing = visible.filter(Q(status__in=LIVE) | lapsed | concluded)
    found = standing.select_related("request").order_by("ends_on", "request__reference")
    return sorted(found, key=lambda one: one.request.created_by_id != access.user_id)


def _approval_words(engagement: Engagement, groups: Sequence[Group]) -> str:
    words = {
        "reference": engagement.request.reference,
        "group": next((group.name for group in groups if group.pk == engagement.group_id), _("a group")),
        "day": formats.date_format(engagement.ends_on, pgettext("date format", "j M")),
        "state": engagement.get_status_display().lower(),
    }
    if engagement.status not in OPEN_TO_CONTACT:
        return _("Yes: %(reference)s, %(group)s, %(state)s") % words
    return _("Yes: %(reference)s, %(group)s, until %(day)s") % words


def _today(request: SignedInRequest) -> dict[str, Any]:
    """Return what stands in an empty form: today, no time, and the group that the address names by its id."""
    today = timezone.localdate()
    chosen = {"group": request.GET["group"]} if "group" in request.GET else {}
    return {"happened_at": [str(today.day), str(today.month), str(today.year), ""], **chosen}


def _draft(request: SignedInRequest, form: DraftableForm, name: str) -> HttpResponse | None:
    """Keep the form when "Save as draft" was pressed; put an earlier draft back when the form is opened."""
    if request.method == "POST":
        request.access.shown.note_marking(Marking.CONFIDENTIAL)
    if request.method == "POST" and "draft" in request.POST:
        draft = form_drafts.keep(user=request.user, form=name, content=dict(request.POST.lists()), at=timezone.now())
        if draft is None:
            form.add_error(None, NO_DRAFTS)
            return None
        messages.success(request, _("Draft saved %(time)s.") % {"time": _clock(draft.saved_at)})
        return redirect(request.get_full_path())
    if request.method == "GET" and (found := form_drafts.find(user=request.user, form=name)):
        # What becomes of these words is Confidential, and so are they.
        request.access.shown.note_marking(Marking.CONFIDENTIAL)
        form.resume(found.content, found.saved_at)
    return None


def _draft_of(form: DraftableForm, name: str) -> dict[str, Any]:
    return {"draft": name, "saved_at": form.saved_at}


def _clock(moment: datetime) -> str:
    return formats.time_format(timezone.localtime(moment), pgettext("time format", "H:i"))


def _saved(request: SignedInRequest, contact: Contact, form: str) -> HttpResponse:
    """Say that it is saved, forget the draft, and ask at most one more thing: safety first, then the promise."""
    form_drafts.discard(user=request.user, form=form)
    words = {"reference": contact.reference, "time": _clock(contact.created_at)}
    messages.success(request, _("Saved as %(reference)s, %(time)s.") % words)
    if contact.has_safety_problem:
        return redirect("engagement:note_safety", contact.reference)
    if contact.has_promise:
        return redirect("engagement:record_commitment", contact.reference)
    return redirect("engagement:contact", contact.reference)


# --- Reading -------------------------------------------------------------------------------------------------------

SHOWN = {
    "": Q(),
    "waiting": Q(path=Contact.Path.UNPLANNED, classification=""),
    "planned": Q(path=Contact.Path.PLANNED),
    "screened": Q(path=Contact.Path.SCREENED),
    "unplanned": Q(path=Contact.Path.UNPLANNED),
}


class CappedPaginator(Paginator):
    """Pages of a long list, counted no further than anybody reads."""

    object_list: "QuerySet[Any]"

    @cached_property
    def count(self) -> int:
        """Count up to the cap."""
        return self.object_list[:MOST_COUNTED].count()


@require_GET
def contacts(request: SignedInRequest) -> HttpResponse:
    """List contacts, newest first, with filters that carry no name."""
    access, filters = request.access, _filters(request)
    missions = list(Mission.objects.open_to(access).order_by("is_library", "code"))
    mission = next((one for one in missions if one.code == filters["mission"]), next(iter(missions), None))
    found = _found(access, mission, filters)
    page = CappedPaginator(found, PER_PAGE).get_page(request.GET.get("page"))
    groups = Group.objects.visible_to(access).filter(mission=mission).order_by("name")
    names = {group.pk: group.name for group in groups.only(*OFFERED)}
    approvals = _approvals_seen(access, page)
    rows = [(contact, names.get(contact.group_id, ""), approvals.get(contact.pk)) for contact in page]
    can_log = any(access.may(Permission.LOG, key) for key in access.mission_ids)
    may_export = bool(exports.missions_of(access))
    context = {"page": page, "rows": rows, "mission": mission, "missions": missions, "filters": filters, "names": names}
    return render(request, "engagement/contacts.html", {**context, "can_log": can_log, "may_export": may_export})


def _approvals_seen(access: Access, contacts: Iterable[Contact]) -> dict[UUID, str]:
    """Return for contacts the reference of the request under which each was logged, as far as it may be seen."""
    behind = {contact.pk: contact.engagement.request_id for contact in contacts if contact.engagement}
    seen = names_seen(access, Request, behind.values())
    return {contact: seen[key] for contact, key in behind.items() if key in seen}


def _filters(request: SignedInRequest) -> dict[str, str]:
    given = request.GET
    shown = given.get("show", "")
    return {
        "mission": given.get("mission", ""),
        "show": shown if shown in SHOWN else "",
        "group": given.get("group", ""),
        "mine": given.get("mine", ""),
    }


def _found(access: Access, mission: Mission | None, filters: dict[str, str]) -> "QuerySet[Contact]":
    found = Contact.objects.visible_to(access).filter(SHOWN[filters["show"]], mission=mission)
    if filters["mine"]:
        found = found.filter(created_by=access.user)
    if filters["group"] and (group := _uuid(filters["group"])):
        found = found.filter(group_id=group)
    return found.select_related("area", "engagement").order_by("-happened_at", "reference")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
def contact(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show one contact, what was promised in it, what it raises, and what happened to its record."""
    found = _contact(request, reference)
    at, by = timezone.now(), request.access
    commitments = list(Commitment.objects.visible_to(by).filter(contact=found).order_by("by", "check_on"))
    approval = _approvals_seen(by, [found]).get(found.pk)
    with timezone.override(found.mission.zone):
        context = {
            "contact": found,
            "group": Group.objects.visible_to(by).filter(contacts=found).first(),
            "approval": approval,
            "intermediary": Source.objects.visible_to(by).filter(contacts=found).first(),
            "commitments": commitments,
            "alerts": [(gate, ALERT_WORDS[gate]) for gate in services.alerts_for(found, by=by, at=at)],
            "outside": [str(policies.OUTSIDE_APPROVAL.get(code, code)) for code in found.outside_approval],
            "classify_by": found.created_at + policies.CLASSIFY_WITHIN,
            "can_classify": by.may(Permission.CLASSIFY, found.mission_id) and _waits(found),
            "can_record": by.may(Permission.LOG, found.mission_id),
            "can_propose": by.may(Permission.PROPOSE, found.mission_id),
            "can_suspend": approval is not None and _may_suspend(found, by),
            "can_note_safety": not list(policies.note_safety(found, by=by)),
            "events": [
                _event(event)
                for event in Event.objects.filter(object_id=found.pk)
                .exclude(kind=Kind.RECORD_READ)
                .order_by("-id")[:50]
            ],
        }
        return render(request, "engagement/contact.html", context)


ALERT_WORDS = {
    "G-01": gettext_lazy("Contact with this group, or a person in it, is prohibited. The POC adviser has been told."),
    "G-02": gettext_lazy("The Security Council lists the group or a person in it, or the check of a person has aged."),
    "G-12": gettext_lazy("No informed consent of the intermediary is on record, as far as you may read."),
    "G-16": gettext_lazy("Somebody else talks, or asks to talk, with the same group."),
}


def _waits(contact: Contact) -> bool:
    return contact.path == Contact.Path.UNPLANNED and not contact.classification


def _may_suspend(contact: Contact, by: Access) -> bool:
    is_running = contact.engagement is not None and contact.engagement.status in CAN_BE_SUSPENDED
    return is_running and by.may(Permission.SUSPEND, contact.mission_id)


def _event(event: Event) -> dict[str, Any]:
    roles = dict(Role.choices)
    return {"what": event.get_kind_display(), "at": event.at, "who": roles.get(event.actor_role, "")}


def _contact(request: SignedInRequest, reference: str) -> Contact:
    visible = Contact.objects.visible_to(request.access).select_related(
        "mission", "office", "area", "engagement", "created_by", "classified_by", "group"
    )
    return get_object_or_404(visible, reference=reference)


# --- Following up --------------------------------------------------------------------------------------------------


@once
@require_http_methods(["GET", "POST"])
def note_safety(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add what the safety problem was."""
    found = _contact(request, reference)
    form = SafetyForm(request.POST or None)
    if form.is_valid():
        try:
            services.note_safety(contact=found, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Saved. The security adviser has been told that there is something to read."))
            return redirect("engagement:contact", reference)
    refusals = unmendable(policies.note_safety(found, by=request.access))
    return render(request, "engagement/contact_safety.html", {"form": form, "contact": found, "refusals": refusals})


@once
@require_http_methods(["GET", "POST"])
def classify(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say what follows from an unplanned contact."""
    found = _contact(request, reference)
    form = ClassifyForm(request.POST or None)
    if form.is_valid():
        try:
            services.classify(contact=found, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Classified. The record of the contact stays as it is."))
            return redirect("engagement:contact", reference)
    refusals = unmendable(policies.classify(found, classification="", by=request.access))
    return render(request, "engagement/classify.html", {"form": form, "contact": found, "refusals": refusals})


@once
@require_http_methods(["GET", "POST"])
def record_commitment(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write down one promise."""
    found = _contact(request, reference)
    form = CommitmentForm(request.POST or None)
    if form.is_valid():
        try:
            services.record_commitment(contact=found, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Commitment saved. Someone else checks on that day whether it is kept."))
            return redirect("engagement:contact", reference)
    refusals = unmendable(policies.record_commitment(found, text="", check_on=timezone.localdate(), by=request.access))
    return render(request, "engagement/commitment_record.html", {"form": form, "contact": found, "refusals": refusals})


@require_GET
def commitments(request: SignedInRequest) -> HttpResponse:
    """List commitments: ours first, then by the day of their next check."""
    visible = Commitment.objects.visible_to(request.access).filter(contact__mission__in=request.access.mission_ids)
    listed = visible.select_related("contact").order_by("-by", "check_on", "pk")
    page = CappedPaginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "engagement/commitment_list.html", {"page": page, "today": timezone.localdate()})


@once
@require_http_methods(["GET", "POST"])
def check_commitment(request: SignedInRequest, commitment: UUID) -> HttpResponse:
    """Record what is known now about a promise."""
    visible = Commitment.objects.visible_to(request.access).select_related("contact__mission", "checked_by")
    found = get_object_or_404(visible, pk=commitment)
    form = CheckForm(request.POST or None)
    if form.is_valid():
        try:
            services.check_commitment(commitment=found, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Check saved."))
            return redirect("engagement:contact", found.contact.reference)
    asked = policies.check_commitment(found, state="", next_check_on=None, by=request.access, at=timezone.now())
    context = {"form": form, "commitment": found, "refusals": unmendable(asked)}
    return render(request, "engagement/commitment_check.html", context)
