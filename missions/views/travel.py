"""Pages on which somebody else ends a person's travel mode, or begins it because their laptop is gone."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.step_up import step_up_required
from missions.middleware import SignedInRequest
from missions.models import Mission
from missions.policies import travel as policies
from missions.refusals import Refused, in_the_way
from missions.services import travel as services
from missions.views.reaching import mission_of


@require_GET
def travellers(request: SignedInRequest, code: str) -> HttpResponse:
    """List who travels in a mission, for those who end travel mode."""
    mission = _mission(request, code)
    serving = _serving(mission).order_by("name")
    travelling = serving.filter(travelling_since__isnull=False).order_by("travelling_since")
    return render(request, "missions/travellers.html", {"mission": mission, "people": travelling, "serving": serving})


@require_POST
@step_up_required
def end_travel(request: SignedInRequest, code: str, person: UUID) -> HttpResponse:
    """Let a person who is back see everything again."""
    mission = _mission(request, code)
    traveller = get_object_or_404(_serving(mission), pk=person)
    try:
        services.end_travel(traveller=traveller, mission=mission, by=request.access, at=timezone.now())
        messages.success(request, _("%(name)s sees everything again.") % {"name": traveller.name})
    except Refused as refused:
        for refusal in refused.refusals:
            messages.error(request, str(refusal.message))
    return redirect("missions:travellers", code)


@require_http_methods(["GET", "POST"])
@step_up_required
def lock_remotely(request: SignedInRequest, code: str, person: UUID) -> HttpResponse:
    """Close every session of somebody whose laptop is lost or seized, after a second look."""
    mission = _mission(request, code)
    found = get_object_or_404(_serving(mission), pk=person)
    at, by = timezone.now(), request.access
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.lock_remotely(person=found, mission=mission, by=by, at=at), tried=is_sent)
    if is_sent and not refusals:
        services.lock_remotely(person=found, mission=mission, by=by, at=at)
        done = _("%(name)s is signed out everywhere, and opens only what is unclassified until a colleague ends it.")
        messages.success(request, done % {"name": found.name})
        return redirect("missions:travellers", code)
    return render(request, "missions/lock_remotely.html", {"mission": mission, "person": found, "refusals": refusals})


def _serving(mission: Mission) -> QuerySet[User]:
    return User.objects.filter(postings__in=mission.postings.live(timezone.now())).distinct()


def _mission(request: SignedInRequest, code: str) -> Mission:
    mission = mission_of(request, code)
    if not policies.welcomes_back(mission.pk, request.access):
        raise Http404
    return mission
