"""Pages on which somebody else ends a person's travel mode."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.step_up import step_up_required
from missions.middleware import SignedInRequest
from missions.models import Mission
from missions.policies.travel import welcomes_back
from missions.refusals import Refused
from missions.services.travel import end_travel as end
from missions.views.reaching import mission_of


@require_GET
def travellers(request: SignedInRequest, code: str) -> HttpResponse:
    """List who travels in a mission, for those who end travel mode."""
    mission = _mission(request, code)
    people = User.objects.filter(postings__in=mission.postings.live(timezone.now()), travelling_since__isnull=False)
    context = {"mission": mission, "people": people.distinct().order_by("travelling_since")}
    return render(request, "missions/travellers.html", context)


@require_POST
@step_up_required
def end_travel(request: SignedInRequest, code: str, person: UUID) -> HttpResponse:
    """Let a person who is back see everything again."""
    mission = _mission(request, code)
    serving = User.objects.filter(postings__in=mission.postings.live(timezone.now())).distinct()
    traveller = get_object_or_404(serving, pk=person)
    try:
        end(traveller=traveller, mission=mission, by=request.access, at=timezone.now())
        messages.success(request, _("%(name)s sees everything again.") % {"name": traveller.name})
    except Refused as refused:
        for refusal in refused.refusals:
            messages.error(request, str(refusal.message))
    return redirect("missions:travellers", code)


def _mission(request: SignedInRequest, code: str) -> Mission:
    mission = mission_of(request, code)
    if not welcomes_back(mission.pk, request.access):
        raise Http404
    return mission
