"""Finding what a page is about, for whoever may open it; everybody else is told that there is nothing."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from missions.access import Marking
from missions.middleware import SignedInRequest
from missions.models import Compartment, Mission, Posting

# No record, and still not for everybody: that a compartment exists, and who is inside.
A_CIRCLE = Marking.CONFIDENTIAL


def mission_of(request: SignedInRequest, code: str, permission: str = "") -> Mission:
    """Return a mission that the person may open, and may administer where a permission is named; else 404."""
    mission: Mission = get_object_or_404(Mission.objects.open_to(request.access), code=code)
    if permission and not request.access.may(permission, mission.pk):
        raise Http404
    return mission


def posting_of(mission: Mission, key: UUID) -> Posting:
    """Return a posting in that mission."""
    found: Posting = get_object_or_404(mission.postings.select_related("user", "mission", "office", "asked_by"), pk=key)
    return found


def compartment_of(request: SignedInRequest, key: UUID) -> Compartment:
    """Return a compartment that the person knows of; else 404."""
    known = Compartment.objects.visible_to(request.access).select_related("mission")
    found: Compartment = get_object_or_404(known, pk=key)
    request.access.shown.note_marking(A_CIRCLE)
    return found
