"""The page of one mission, and the page of headquarters over all of them."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dashboards import queries
from missions.access import Access
from missions.middleware import SignedInRequest
from missions.models import Mission, Posture
from missions.roles import WITHOUT_CONTENT, Permission, Role

AT_HEADQUARTERS = frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY})


@require_GET
def mission(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the posture of a mission and what in it needs somebody today."""
    access, now = request.access, timezone.now()
    in_force = Posture.objects.filter(
        mission__in=Mission.objects.open_to(access), mission__code=code, starts_at__lte=now
    )
    posture = in_force.select_related("mission").order_by("-starts_at").first()
    found = posture.mission if posture else get_object_or_404(Mission.objects.open_to(access), code=code)
    page = queries.mission_page(found, access, now) if _reads_content(access, found) else None
    context = {
        "mission": found,
        "posture": posture,
        "page": page,
        "can_log": access.may(Permission.LOG, found.pk),
        "can_propose": access.may(Permission.PROPOSE, found.pk),
    }
    with timezone.override(found.zone):
        return render(request, "dashboards/mission.html", context)


def _reads_content(access: Access, mission: Mission) -> bool:
    """Say whether any posting lets this person read records there; others see the posture and nothing else."""
    here = [posting for posting in access.postings if posting.mission_id == mission.pk]
    return mission.is_library or any(posting.role not in WITHOUT_CONTENT for posting in here)


@require_GET
def headquarters(request: SignedInRequest) -> HttpResponse:
    """Show what waits and what changed in all missions, by figures."""
    if not AT_HEADQUARTERS & {posting.role for posting in request.access.postings if posting.mission_id is None}:
        raise Http404
    page = queries.headquarters(request.access, timezone.now(), library="library" in request.GET)
    return render(request, "dashboards/headquarters.html", {"page": page})
