"""Missions, their posture, and who serves in them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.receipts import once
from missions import policies, services
from missions.authority import authority_rows
from missions.forms import DelegationForm, PostingForm, PostureForm
from missions.middleware import SignedInRequest
from missions.models import Delegation, Mission, Posting, Posture, Prohibition
from missions.refusals import Refused
from missions.roles import Permission


@require_GET
def missions(request: SignedInRequest) -> HttpResponse:
    """List the missions that a person may open, with the posture of each."""
    postures = Posture.objects.in_force_by_mission(timezone.now())
    found = Mission.objects.open_to(request.access).order_by("is_library", "code")
    rows = [(mission, postures.get(mission.pk)) for mission in found]
    return render(request, "missions/missions.html", {"rows": rows})


@require_GET
def posture(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what the mission expects, who decides, and what is prohibited or that nothing is."""
    mission = _mission(request, code)
    now = timezone.now()
    in_force = Posture.objects.in_force(mission, now)
    context = {
        "mission": mission,
        "posture": in_force,
        "earlier": mission.postures.filter(starts_at__lt=in_force.starts_at).order_by("-starts_at") if in_force else [],
        "authority": authority_rows(in_force.code, get_language() or "en") if in_force else [],
        "prohibitions": Prohibition.objects.in_force(mission, now).order_by("starts_at"),
        "lifted": mission.prohibitions.filter(lifted_at__lte=now).order_by("-lifted_at"),
        "delegations": Delegation.objects.live(mission, now.date()).select_related("from_user", "to_user"),
        "mandates": mission.mandates.order_by("-starts_on"),
        "checked_at": now,
        "may_set": request.access.may(Permission.SET_POSTURE, mission.pk),
        "may_post": request.access.may(Permission.MANAGE_POSTINGS, mission.pk),
    }
    return render(request, "missions/posture.html", context)


@require_http_methods(["GET", "POST"])
@once
def set_posture(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the head of mission lay down another posture."""
    mission = _mission(request, code, Permission.SET_POSTURE)
    now = timezone.now()
    form = PostureForm(request.POST or None, initial={"issuer_title": request.user.function})
    if form.is_valid():
        try:
            services.set_posture(mission=mission, **form.cleaned_data, by=request.access, at=now)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The posture was changed. It holds from now on."))
            return redirect("missions:posture", mission.code)
    context = {"mission": mission, "form": form, "posture": Posture.objects.in_force(mission, now)}
    return render(request, "missions/set_posture.html", context)


@require_http_methods(["GET", "POST"])
def lift_prohibition(request: SignedInRequest, code: str, prohibition: UUID) -> HttpResponse:
    """Let the head of mission lift a prohibition, after a second look."""
    mission = _mission(request, code, Permission.SET_POSTURE)
    found = get_object_or_404(mission.prohibitions, pk=prohibition)
    now = timezone.now()
    refusals = list(policies.lift_prohibition(prohibition=found, by=request.access, at=now))
    if request.method == "POST" and not refusals:
        services.lift_prohibition(prohibition=found, by=request.access, at=now)
        messages.success(request, _("The prohibition was lifted."))
        return redirect("missions:posture", mission.code)
    context = {"mission": mission, "prohibition": found, "refusals": refusals}
    return render(request, "missions/lift_prohibition.html", context)


@require_http_methods(["GET", "POST"])
@once
def delegate(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the head of mission pass authority to a named person for a time."""
    mission = _mission(request, code, Permission.SET_POSTURE)
    now = timezone.now()
    form = DelegationForm(request.POST or None, mission=mission, at=now, by=request.user)
    if form.is_valid():
        try:
            services.delegate(mission=mission, **form.cleaned_data, by=request.access, at=now)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The authority was delegated."))
            return redirect("missions:posture", mission.code)
    return render(request, "missions/delegate.html", {"mission": mission, "form": form})


@require_http_methods(["GET", "POST"])
def revoke_delegation(request: SignedInRequest, code: str, delegation: UUID) -> HttpResponse:
    """Let the head of mission take delegated authority back, after a second look."""
    mission = _mission(request, code, Permission.SET_POSTURE)
    found = get_object_or_404(mission.delegations.select_related("to_user"), pk=delegation)
    now = timezone.now()
    refusals = list(policies.revoke_delegation(delegation=found, by=request.access, at=now))
    if request.method == "POST" and not refusals:
        services.revoke_delegation(delegation=found, by=request.access, at=now)
        messages.success(request, _("The delegation was revoked."))
        return redirect("missions:posture", mission.code)
    context = {"mission": mission, "delegation": found, "refusals": refusals}
    return render(request, "missions/revoke_delegation.html", context)


@require_GET
def postings(request: SignedInRequest, code: str) -> HttpResponse:
    """List who serves in a mission, for its information manager."""
    mission = _mission(request, code, Permission.MANAGE_POSTINGS)
    live = mission.postings.live(timezone.now()).select_related("user", "office")
    context = {"mission": mission, "postings": live.order_by("user__name", "starts_at")}
    return render(request, "missions/postings.html", context)


@require_http_methods(["GET", "POST"])
@once
def open_posting(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the information manager post a person."""
    mission = _mission(request, code, Permission.MANAGE_POSTINGS)
    now = timezone.now()
    form = PostingForm(request.POST or None, mission=mission, by=request.user)
    if form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("user", "role", "office", "ceiling")}
        try:
            services.open_posting(
                mission=mission, **answers, starts_at=now, ends_at=form.ends_at(), by=request.access, at=now
            )
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The posting was opened. It holds from now on."))
            return redirect("missions:postings", mission.code)
    return render(request, "missions/open_posting.html", {"mission": mission, "form": form})


@require_http_methods(["GET", "POST"])
def end_posting(request: SignedInRequest, code: str, posting: UUID) -> HttpResponse:
    """Let the information manager end a posting, after a second look."""
    mission = _mission(request, code, Permission.MANAGE_POSTINGS)
    found: Posting = get_object_or_404(mission.postings.select_related("user", "mission", "office"), pk=posting)
    now = timezone.now()
    refusals = list(policies.end_posting(posting=found, by=request.access, at=now))
    if request.method == "POST" and not refusals:
        services.end_posting(posting=found, by=request.access, at=now)
        messages.success(request, _("The posting was ended."))
        return redirect("missions:postings", mission.code)
    context = {"mission": mission, "posting": found, "refusals": refusals}
    return render(request, "missions/end_posting.html", context)


def _mission(request: SignedInRequest, code: str, permission: str = "") -> Mission:
    """Return a mission that the person may open, and may administer where a permission is named; else 404."""
    mission: Mission = get_object_or_404(Mission.objects.open_to(request.access), code=code)
    if permission and not request.access.may(permission, mission.pk):
        raise Http404
    return mission
