"""Stopping, resuming and ending an authorised dialogue."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Event, Kind
from engagement.models import Engagement, EngagementStatus, Notice, Request
from engagement.models.status import LIVE, OPEN_TO_CONTACT
from engagement.policies import dialogue as policies
from engagement.services import noticing
from engagement.services.dossier import read_dossier
from engagement.services.moves import move_engagement
from missions.access import Access, Actor, Automatic, ScopedQuerySet
from missions.models import Mission
from missions.refusals import refuse_if_any
from missions.roles import Authority, Role
from nsags.models import Group

PERIODIC = "the periodic check ends whatever has run out"
SAME_GROUP = "a broken promise concerns every dialogue with the group"
OF_REQUEST = "the dialogue of a request that has changed"
# Nowhere on earth is the day further ahead of UTC.
FURTHEST_AHEAD = timedelta(hours=14)


def locked(engagement: Engagement, by: Access) -> Engagement:
    """Read a dialogue again under a lock, if this person may see it."""
    visible = Engagement.objects.visible_to(by).select_for_update(of=("self",))
    found: Engagement = _with_parts(visible).get(pk=engagement.pk)
    return found


def _with_parts(engagements: ScopedQuerySet) -> ScopedQuerySet:
    return engagements.select_related(
        "request__mission",
        "request__office",
        "request__compartment",
        "request__assessment",
        "request__created_by",
        "decision__decided_by",
        "group",
        "area",
    )


@transaction.atomic
def suspend(*, engagement: Engagement, reason: str, by: Access, at: datetime) -> Engagement:
    """Stop all planned contact at once; only what safety needs remains allowed."""
    engagement = locked(engagement, by)
    refuse_if_any(policies.suspend(engagement, reason=reason, by=by))
    _move(engagement, EngagementStatus.SUSPENDED, Kind.ENGAGEMENT_SUSPENDED, reason=reason, by=by, at=at)
    _tell_everyone(engagement, Notice.Kind.SUSPENDED, at)
    return engagement


@transaction.atomic
def resume(*, engagement: Engagement, reason: str, by: Access, at: datetime) -> Engagement:
    """Let a stopped dialogue go on, at the level that decided it or above, on the facts as they stand now."""
    engagement = locked(engagement, by)
    dossier = read_dossier(engagement.request, by=by)
    refuse_if_any(policies.resume(engagement, dossier, reason=reason, by=by, at=at))
    engagement.assessment = dossier.assessment
    engagement.save(update_fields=["assessment"])
    _move(engagement, EngagementStatus.ACTIVE, Kind.ENGAGEMENT_RESUMED, reason=reason, by=by, at=at)
    _tell_everyone(engagement, Notice.Kind.DECIDED, at)
    return engagement


@transaction.atomic
def conclude(*, engagement: Engagement, reason: str, by: Access, at: datetime) -> Engagement:
    """End a dialogue whose purpose is met, or that has none any more; promises are still checked."""
    engagement = locked(engagement, by)
    refuse_if_any(policies.conclude(engagement, reason=reason, by=by))
    _move(engagement, EngagementStatus.CONCLUDED, Kind.ENGAGEMENT_CONCLUDED, reason=reason, by=by, at=at)
    return engagement


def freeze(engagement: Engagement, *, level: Authority | None, reason: str, by: Actor, at: datetime) -> None:
    """Hold a dialogue until somebody decides anew at that level, and tell them (domain reference 3.5).

    One that is stopped already stays as it is; those concerned hear that things got worse.
    """
    if engagement.status in OPEN_TO_CONTACT:
        _move(engagement, EngagementStatus.REDECISION, Kind.ENGAGEMENT_FROZEN, reason=reason, by=by, at=at)
    above = level if level is not None and level > engagement.decision.level else None
    higher = noticing.deciders(engagement.request, level=above, at=at)
    _tell_the_two(engagement, Notice.Kind.FACTS_CHANGED, at, *higher)


def standing(request: Request) -> Engagement | None:
    """Return the dialogue of a request under a lock, while it stands or waits."""
    live = Engagement.objects.unscoped(OF_REQUEST).filter(request=request, status__in=LIVE)
    found: Engagement | None = _with_parts(live.select_for_update(of=("self",))).select_related("assessment").first()
    return found


def with_group(group: Group | None, mission: Mission) -> list[Engagement]:
    """Return every dialogue of a mission with that group that stands or waits."""
    live = Engagement.objects.unscoped(SAME_GROUP).filter(group=group, request__mission=mission, status__in=LIVE)
    return list(live.select_related("request").order_by("request__reference"))


def history_of(engagement: Engagement) -> list[Event]:
    """Return what opened the dialogue to contact and what closed it again, in order."""
    turns = Event.objects.filter(object_id=engagement.request_id, kind__in=policies.OPENS | policies.CLOSES)
    return list(turns.order_by("at", "id"))


def lapse_expired(at: datetime) -> int:
    """End every approval whose last day is over in its mission's own time; return how many ended."""
    standing = Engagement.objects.unscoped(PERIODIC).filter(status__in=LIVE, request__mission__is_library=False)
    candidates = standing.filter(ends_on__lt=(at + FURTHEST_AHEAD).date())
    return sum(_lapse(key, at) for key in candidates.values_list("pk", flat=True))


@transaction.atomic
def _lapse(key: UUID, at: datetime) -> bool:
    again = Engagement.objects.unscoped(PERIODIC).select_for_update(of=("self",))
    engagement = _with_parts(again).get(pk=key)
    if engagement.status not in LIVE or engagement.ends_on >= engagement.request.mission.local_day(at):
        return False
    _move(engagement, EngagementStatus.LAPSED, Kind.ENGAGEMENT_LAPSED, reason="", by=Automatic(), at=at)
    _tell_the_two(engagement, Notice.Kind.LAPSED, at)
    return True


def _move(engagement: Engagement, after: EngagementStatus, kind: Kind, *, reason: str, by: Actor, at: datetime) -> None:
    move_engagement(engagement, after, reason=reason, by=by, at=at)
    log.record(kind, target=engagement.request, by=by, at=at, version=engagement.request.version)


def _tell_the_two(engagement: Engagement, kind: Notice.Kind, at: datetime, *others: User) -> None:
    """Tell who asked for the dialogue and who decided it, and whoever else must know."""
    people = [engagement.request.created_by, engagement.decision.decided_by, *others]
    noticing.notify(users=people, kind=kind, reference=engagement.request.reference, at=at)


def _tell_everyone(engagement: Engagement, kind: Notice.Kind, at: datetime) -> None:
    """Tell who asked, who decided, and the advisers who follow the dialogue."""
    request = engagement.request
    followers = noticing.holding(request.mission, [Role.POC_ADVISER, Role.SECURITY_ADVISER], at, request)
    people = [request.created_by, engagement.decision.decided_by, *followers]
    noticing.notify(users=people, kind=kind, reference=request.reference, at=at)
