"""Armed groups: who they are, what others call them and where they came from."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.step_up import step_up_required
from audit.receipts import once
from missions import services as mission_services
from missions.forms import DelegationForm
from missions.middleware import SignedInRequest
from missions.models import Mission
from missions.refusals import Refused
from missions.roles import Permission
from nsags import policies, services
from nsags.beside import cards_of
from nsags.forms import (
    DescriptionForm,
    EndLabelForm,
    FilterForm,
    GroupForm,
    LabelForm,
    LineageForm,
    PersonForm,
    ProhibitionForm,
    maintained_by,
    own_office,
)
from nsags.lanes import lanes
from nsags.matching import look_alikes
from nsags.models import Group, GroupName, Label, Person
from nsags.profile import profile_of

A_PAGE = 25


@require_GET
def groups(request: SignedInRequest) -> HttpResponse:
    """List the groups that a person may see, own missions before the training library."""
    form = FilterForm(_own_mission_first(request), access=request.access)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    names = Prefetch("names", GroupName.objects.visible_to(request.access).order_by("text"), to_attr="other_names")
    found = Group.objects.visible_to(request.access).filter(**chosen).select_related("mission").prefetch_related(names)
    ordered = found.order_by("mission__is_library", "name", "pk")
    context = {
        "form": form,
        "page": Paginator(ordered, A_PAGE).get_page(request.GET.get("page")),
        "is_filtered": any(request.GET.get(name) for name in chosen),
        "may_add": maintained_by(request.access).exists(),
        "today": timezone.now().date(),
    }
    return render(request, "nsags/groups.html", context)


def _own_mission_first(request: SignedInRequest) -> QueryDict:
    """Return what is asked for; somebody who serves in one mission and asks for none starts with its groups."""
    asked = request.GET.copy()
    if "mission" not in asked:
        own = Mission.objects.filter(pk__in=request.access.mission_ids, is_library=False).values_list("pk", flat=True)[
            :2
        ]
        asked["mission"] = str(own[0]) if len(own) == 1 else ""
    return asked


@require_http_methods(["GET", "POST"])
@once
def add(request: SignedInRequest) -> HttpResponse:
    """Add a group, after a look at those that may be the same one."""
    if not maintained_by(request.access).exists():
        raise Http404
    form = GroupForm(request.POST or None, access=request.access)
    similar: list[Group] = []
    if form.is_valid():
        if not form.cleaned_data["is_new"]:
            similar = look_alikes([form.cleaned_data["name"], *(name for name, _kind in form.names)], request.access)
        if not similar and (added := _added(form, request)):
            messages.success(request, _("The group was added as %(reference)s.") % {"reference": added.reference})
            return redirect("nsags:group", added.reference)
    return render(request, "nsags/add.html", {"form": form, "similar": similar})


def _added(form: GroupForm, request: SignedInRequest) -> Group | None:
    answers = form.description()
    office = own_office(request.access, answers["mission"])
    try:
        return services.add_group(**answers, names=form.names, office=office, by=request.access, at=timezone.now())
    except Refused as refused:
        refused.add_to(form)
        return None


@require_GET
def group(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show what is known of one group, people and networks first."""
    found = _group(request, reference)
    at = timezone.now()
    profile = profile_of(found, access=request.access, at=at)
    context = {
        "cards": cards_of(found, request.access, at),
        "profile": profile,
        "group": found,
        "lanes": lanes(profile.lineage, found, profile.on),
        "may_edit": not any(policies.maintain(found.mission, request.access)),
        "may_prohibit": request.access.may(Permission.SET_POSTURE, found.mission_id),
        "may_log": request.access.may(Permission.LOG, found.mission_id),
        "may_propose": request.access.may(Permission.PROPOSE, found.mission_id),
    }
    return render(request, "nsags/group.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Rewrite the profile of a group, and note that it was reviewed."""
    found = _kept_group(request, reference)
    initial = {name: getattr(found, name) for name in services.DESCRIPTION}
    form = DescriptionForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.review(group=found, **form.cleaned_data, by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The profile was saved and counts as reviewed today."))
            return redirect("nsags:group", reference)
    return render(request, "nsags/edit.html", {"form": form, "group": found})


@require_http_methods(["GET", "POST"])
@once
def introduce(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add a person with a role in a group."""
    found = _kept_group(request, reference)
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            services.introduce(group=found, **form.cleaned_data, by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The person was added to the group."))
            return redirect("nsags:group", reference)
    return render(request, "nsags/introduce.html", {"form": form, "group": found})


@require_http_methods(["GET", "POST"])
@once
def label(request: SignedInRequest, reference: str) -> HttpResponse:
    """Record what an issuer says about a group."""
    found = _kept_group(request, reference)
    form = LabelForm(request.POST or None)
    if form.is_valid():
        try:
            services.label(group=found, **form.cleaned_data, by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The label was recorded with its issuer."))
            return redirect("nsags:group", reference)
    return render(request, "nsags/label.html", {"form": form, "group": found})


@require_http_methods(["GET", "POST"])
def end_label(request: SignedInRequest, reference: str, label: UUID) -> HttpResponse:
    """Record the last day of a label."""
    found = _kept_group(request, reference)
    ending: Label = get_object_or_404(Label.objects.visible_to(request.access).filter(group=found), pk=label)
    form = EndLabelForm(request.POST or None)
    if form.is_valid():
        try:
            services.end_label(label=ending, **form.cleaned_data, by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The end of the label was recorded."))
            return redirect("nsags:group", reference)
    return render(request, "nsags/end_label.html", {"form": form, "group": found, "label": ending})


@require_http_methods(["GET", "POST"])
@once
def record_lineage(request: SignedInRequest, reference: str) -> HttpResponse:
    """Record how this group came from another, or another from it."""
    found = _kept_group(request, reference)
    form = LineageForm(request.POST or None, group=found, access=request.access)
    if form.is_valid():
        try:
            services.record_lineage(**_event(form, found), by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The event was recorded. Approvals do not follow it."))
            return redirect("nsags:group", reference)
    return render(request, "nsags/record_lineage.html", {"form": form, "group": found})


def _event(form: LineageForm, group: Group) -> dict[str, Any]:
    answers = dict(form.cleaned_data)
    other, direction = answers.pop("other"), answers.pop("direction")
    parent, child = (other, group) if direction == LineageForm.Direction.FROM else (group, other)
    return {**answers, "parent": parent, "child": child}


@require_http_methods(["GET", "POST"])
@once
def prohibit(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the head of mission prohibit contact with a group or a person."""
    mission = get_object_or_404(Mission.objects.open_to(request.access), code=code)
    if not request.access.may(Permission.SET_POSTURE, mission.pk):
        raise Http404
    known = Group.objects.visible_to(request.access).filter(mission=mission).order_by("name")
    people = Person.objects.visible_to(request.access).filter(mission=mission).order_by("name")
    initial = {"issuer_title": request.user.function_in_words, "about": _asked_about(request, known)}
    form = ProhibitionForm(request.POST or None, groups=known, people=people, initial=initial)
    if form.is_valid():
        group_id, person_id = form.subject_ids()
        answers = {name: form.cleaned_data[name] for name in ("subject", "text", "review_on", "issuer_title")}
        try:
            mission_services.prohibit(
                mission=mission,
                group_id=group_id,
                person_id=person_id,
                **answers,
                by=request.access,
                at=timezone.now(),
            )
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Contact is prohibited from now on. Everyone in the mission can read it."))
            return redirect("missions:posture", mission.code)
    return render(request, "nsags/prohibit.html", {"form": form, "mission": mission})


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def delegate(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the head of mission pass authority to a named person, for one area or group if need be."""
    mission = get_object_or_404(Mission.objects.open_to(request.access), code=code)
    if not request.access.may(Permission.SET_POSTURE, mission.pk):
        raise Http404
    known = Group.objects.visible_to(request.access).filter(mission=mission).order_by("name")
    now, groups = timezone.now(), [(group.pk, group.name) for group in known]
    form = DelegationForm(request.POST or None, mission=mission, groups=groups, at=now, by=request.user)
    if form.is_valid():
        try:
            mission_services.delegate(mission=mission, **form.cleaned_data, by=request.access, at=now)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The authority was delegated."))
            return redirect("missions:posture", mission.code)
    return render(request, "nsags/delegate.html", {"mission": mission, "form": form})


def _asked_about(request: SignedInRequest, known: Any) -> str:
    reference = request.GET.get("group", "")
    return next((f"group {group.pk}" for group in known if group.reference == reference), "")


def _group(request: SignedInRequest, reference: str) -> Group:
    visible = Group.objects.visible_to(request.access).select_related("mission", "reviewed_by")
    found: Group = get_object_or_404(visible, reference=reference)
    return found


def _kept_group(request: SignedInRequest, reference: str) -> Group:
    """Return a group whose profile the person keeps; 404 for everyone else."""
    found = _group(request, reference)
    if any(policies.maintain(found.mission, request.access)):
        raise Http404
    return found
