"""Holding a request, and the only places where a status is written."""

from datetime import datetime

from engagement.models import Engagement, EngagementStatus, Request, RequestStatus
from engagement.models.status import ENGAGEMENT_TRANSITIONS, REQUEST_TRANSITIONS, check_transition
from missions.access import Actor, ScopedQuerySet


def locked(requests: ScopedQuerySet, request: Request) -> Request:
    """Read a request again, with what a change of it looks at, and hold it until the transaction ends."""
    parts = ("assessment", "mission", "group", "area", "threat", "created_by")
    held: Request = requests.select_for_update(of=("self",)).select_related(*parts).get(pk=request.pk)
    return held


def move(request: Request, after: RequestStatus) -> None:
    """Move a request along the table; the caller holds the lock and saves its other fields itself."""
    check_transition(REQUEST_TRANSITIONS, RequestStatus(request.status), after)
    request.status = after
    request.save(update_fields=["status"])


def move_engagement(engagement: Engagement, after: EngagementStatus, *, reason: str, by: Actor, at: datetime) -> None:
    """Move a dialogue along the table, with who did it, when and why."""
    check_transition(ENGAGEMENT_TRANSITIONS, EngagementStatus(engagement.status), after)
    engagement.status = after
    engagement.status_reason = reason
    engagement.status_by = by.user
    engagement.status_at = at
    engagement.save(update_fields=["status", "status_reason", "status_by", "status_at"])
