"""Compartments: who is inside, read in by two and read out by one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.step_up import step_up_required
from audit.receipts import once
from missions import policies, services
from missions.forms import CompartmentForm, LastDayForm, MemberForm
from missions.middleware import SignedInRequest
from missions.models import Compartment, CompartmentMember
from missions.policies.compartments import OWNERS, keep, opens_compartments
from missions.refusals import Refused, in_the_way
from missions.views.reaching import A_CIRCLE, compartment_of, mission_of

# How long before the end of a membership the page says so.
SOON = timedelta(days=14)


@require_GET
def compartments(request: SignedInRequest, code: str) -> HttpResponse:
    """List the compartments that a person knows of, or say that there is none to show."""
    mission = mission_of(request, code)
    now = timezone.now()
    inside = CompartmentMember.objects.live(now).select_related("user").order_by("-is_owner", "user__name")
    known = Compartment.objects.visible_to(request.access).filter(mission=mission).order_by("name")
    rows = [
        _row(compartment, request, now)
        for compartment in known.prefetch_related(Prefetch("members", inside, to_attr="inside"))
    ]
    if rows:
        request.access.shown.note_marking(A_CIRCLE)
    context = {"mission": mission, "rows": rows, "may_open": opens_compartments(mission, request.access)}
    return render(request, "missions/compartments.html", context)


def _row(compartment: Any, request: SignedInRequest, now: datetime) -> dict[str, Any]:
    own = next((member for member in compartment.inside if member.user_id == request.access.user_id), None)
    return {
        "compartment": compartment,
        "owners": [member.user for member in compartment.inside if member.is_owner],
        "own": own,
        "ends_soon": own is not None and own.ends_at <= now + SOON,
    }


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def open_compartment(request: SignedInRequest, code: str) -> HttpResponse:
    """Let a leader open a compartment together with a second owner."""
    mission = mission_of(request, code)
    if not opens_compartments(mission, request.access):
        raise Http404
    now = timezone.now()
    form = CompartmentForm(request.POST or None, mission=mission, at=now, by=request.user)
    if form.is_valid():
        try:
            opened = services.open_compartment(mission=mission, **form.cleaned_data, by=request.access, at=now)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The compartment was opened under the name %(name)s.") % {"name": opened.name})
            return redirect("missions:compartment", opened.pk)
    return render(request, "missions/open_compartment.html", {"mission": mission, "form": form})


@require_GET
def compartment(request: SignedInRequest, compartment: UUID) -> HttpResponse:
    """Show who is inside to those who are, and the owners alone to the head of mission."""
    found = compartment_of(request, compartment)
    now = timezone.now()
    members = list(found.members.live(now).select_related("user").order_by("-is_owner", "user__name"))
    keeps = not any(keep(found, request.access, now))
    is_inside = found.pk in request.access.compartments
    ending = [member for member in members if member.ends_at <= now + SOON]
    proposed = found.members.filter(confirmed_at=None, ends_at__gt=now).select_related("user", "proposed_by")
    context = {
        "compartment": found,
        "owners": [member for member in members if member.is_owner],
        "members": members if is_inside or keeps else [],
        "proposed": proposed.order_by("starts_at") if keeps else [],
        "keeps": keeps,
        "is_inside": is_inside,
        "own": next((member for member in members if member.user_id == request.access.user_id), None),
        "ending": ending if is_inside or keeps else [],
        "owner_ends": any(member.is_owner for member in ending),
        "lacks_owner": sum(member.is_owner for member in members) < OWNERS,
    }
    return render(request, "missions/compartment.html", context)


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def propose_member(request: SignedInRequest, compartment: UUID) -> HttpResponse:
    """Let an owner propose one more person."""
    found = _kept(request, compartment)
    now = timezone.now()
    form = MemberForm(request.POST or None, mission=found.mission, at=now, by=request.user)
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("user", "is_owner", "reason")}
        try:
            services.propose_member(compartment=found, **asked, ends_at=form.ends_at(), by=request.access, at=now)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The person was proposed. Nothing opens before another owner confirms."))
            return redirect("missions:compartment", found.pk)
    return render(request, "missions/propose_member.html", {"compartment": found, "form": form})


@require_http_methods(["GET", "POST"])
@step_up_required
def confirm_member(request: SignedInRequest, compartment: UUID, member: UUID) -> HttpResponse:
    """Let another owner read a proposed person in, after a second look."""
    found = _member(_kept(request, compartment), member)
    now = timezone.now()
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.confirm_member(member=found, by=request.access, at=now), tried=is_sent)
    if is_sent and not refusals:
        services.confirm_member(member=found, by=request.access, at=now)
        messages.success(request, _("The person was read in. The compartment opens with their next click."))
        return redirect("missions:compartment", compartment)
    context = {"compartment": found.compartment, "member": found, "refusals": refusals}
    return render(request, "missions/confirm_member.html", context)


@require_http_methods(["GET", "POST"])
def read_out(request: SignedInRequest, compartment: UUID, member: UUID) -> HttpResponse:
    """Let an owner read somebody out, or a member leave, after a second look."""
    circle = compartment_of(request, compartment)
    found = _member(circle, member)
    now = timezone.now()
    if found.user_id != request.access.user_id and any(keep(circle, request.access, now)):
        raise Http404
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.read_out(member=found, by=request.access, at=now), tried=is_sent)
    if is_sent and not refusals:
        services.read_out(member=found, by=request.access, at=now)
        messages.success(request, _("The compartment is closed to this person from the next click."))
        if found.user_id == request.access.user_id:
            return redirect("missions:compartments", circle.mission.code)
        return redirect("missions:compartment", compartment)
    return render(request, "missions/read_out.html", {"compartment": circle, "member": found, "refusals": refusals})


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def renew_member(request: SignedInRequest, compartment: UUID, member: UUID) -> HttpResponse:
    """Let another owner move the last day of somebody inside."""
    found = _member(_kept(request, compartment), member)
    form = LastDayForm(request.POST or None, mission=found.compartment.mission)
    if form.is_valid():
        try:
            services.renew_member(member=found, ends_at=form.ends_at(), by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The membership was renewed."))
            return redirect("missions:compartment", compartment)
    return render(
        request, "missions/renew_member.html", {"compartment": found.compartment, "member": found, "form": form}
    )


def _kept(request: SignedInRequest, key: UUID) -> Compartment:
    """Return a compartment whose members this person decides on; else 404."""
    found = compartment_of(request, key)
    if any(keep(found, request.access, timezone.now())):
        raise Http404
    return found


def _member(compartment: Compartment, key: UUID) -> CompartmentMember:
    found: CompartmentMember = get_object_or_404(compartment.members.select_related("user", "proposed_by"), pk=key)
    found.compartment = compartment
    return found
