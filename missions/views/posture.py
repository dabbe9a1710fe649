"""The missions, and what their leadership has laid down about dialogue."""

from collections.abc import Container
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.step_up import step_up_required
from audit.receipts import once
from missions import policies, services
from missions.access import Access
from missions.authority import authority_rows
from missions.forms import PostureForm
from missions.middleware import SignedInRequest
from missions.models import Compartment, Delegation, Mission, Posture, Prohibition
from missions.policies.compartments import opens_compartments
from missions.refusals import Refused, in_the_way
from missions.roles import Permission
from missions.views.postings import waiting_for_second
from missions.views.reaching import mission_of


@require_GET
def missions(request: SignedInRequest) -> HttpResponse:
    """List the missions that a person may open, with the posture of each."""
    postures = Posture.objects.in_force_by_mission(timezone.now())
    found = Mission.objects.open_to(request.access).order_by("is_library", "code")
    known = set(Compartment.objects.visible_to(request.access).values_list("mission_id", flat=True))
    rows = [(mission, postures.get(mission.pk), _has_circles(mission, known, request.access)) for mission in found]
    return render(request, "missions/missions.html", {"rows": rows})


@require_GET
def posture(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what the mission expects, who decides, and what is prohibited or that nothing is."""
    mission = mission_of(request, code)
    now = timezone.now()
    in_force = Posture.objects.in_force(mission, now)
    context = {
        "mission": mission,
        "posture": in_force,
        "earlier": mission.postures.filter(starts_at__lt=in_force.starts_at).order_by("-starts_at") if in_force else [],
        "authority": authority_rows(in_force.code, get_language() or "en") if in_force else [],
        "prohibitions": Prohibition.objects.in_force(mission, now).order_by("starts_at"),
        "lifted": mission.prohibitions.filter(lifted_at__lte=now).order_by("-lifted_at"),
        "delegations": Delegation.objects.live(mission, now.date()).select_related("from_user", "to_user", "area"),
        "mandates": mission.mandates.order_by("-starts_on"),
        "checked_at": now,
        "may_set": request.access.may(Permission.SET_POSTURE, mission.pk),
        "may_post": request.access.may(Permission.MANAGE_POSTINGS, mission.pk),
        "waiting": waiting_for_second(mission, request.access, now),
        "may_enter": _has_circles(mission, _known_in(mission, request.access), request.access),
    }
    return render(request, "missions/posture.html", context)


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def set_posture(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the head of mission lay down another posture."""
    mission = mission_of(request, code, Permission.SET_POSTURE)
    now = timezone.now()
    form = PostureForm(request.POST or None, initial={"issuer_title": request.user.function_in_words})
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
@step_up_required
def lift_prohibition(request: SignedInRequest, code: str, prohibition: UUID) -> HttpResponse:
    """Let the head of mission lift a prohibition, after a second look."""
    mission = mission_of(request, code, Permission.SET_POSTURE)
    found = get_object_or_404(mission.prohibitions, pk=prohibition)
    now = timezone.now()
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.lift_prohibition(prohibition=found, by=request.access, at=now), tried=is_sent)
    if is_sent and not refusals:
        services.lift_prohibition(prohibition=found, by=request.access, at=now)
        messages.success(request, _("The prohibition was lifted."))
        return redirect("missions:posture", mission.code)
    context = {"mission": mission, "prohibition": found, "refusals": refusals}
    return render(request, "missions/lift_prohibition.html", context)


@require_http_methods(["GET", "POST"])
def revoke_delegation(request: SignedInRequest, code: str, delegation: UUID) -> HttpResponse:
    """Let the head of mission take delegated authority back, after a second look."""
    mission = mission_of(request, code, Permission.SET_POSTURE)
    found = get_object_or_404(mission.delegations.select_related("to_user"), pk=delegation)
    now = timezone.now()
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.revoke_delegation(delegation=found, by=request.access, at=now), tried=is_sent)
    if is_sent and not refusals:
        services.revoke_delegation(delegation=found, by=request.access, at=now)
        messages.success(request, _("The delegation was revoked."))
        return redirect("missions:posture", mission.code)
    context = {"mission": mission, "delegation": found, "refusals": refusals}
    return render(request, "missions/revoke_delegation.html", context)


def _known_in(mission: Mission, access: Access) -> set[UUID]:
    known = Compartment.objects.visible_to(access).filter(mission=mission)
    return {mission.pk} if known.exists() else set()


def _has_circles(mission: Mission, known: Container[UUID], access: Access) -> bool:
    """Say whether the page on compartments of the mission holds anything for this person."""
    return mission.pk in known or opens_compartments(mission, access)
