"""Opening missions, and posting people in them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group as RoleGroup
from django.contrib.auth.models import Permission as DjangoPermission
from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from missions.access import Access, Marking
from missions.models import CompartmentMember, Mission, MissionGroupPermission, Office, Posting, RecordGrant
from missions.policies import postings as policies
from missions.postings import access_for
from missions.refusals import refuse_if_any
from missions.roles import PERMISSIONS_OF_ROLE, Role


@transaction.atomic
def open_mission(
    *,
    code: str,
    name: str,
    name_fr: str = "",
    type: str = Mission.Type.PEACEKEEPING,
    host_state: str,
    timezone: str = "UTC",
    duty_contact: str = "",
    is_library: bool = False,
    is_demo: bool = False,
    information_manager: User,
    at: datetime,
    predecessor: Mission | None = None,
) -> Mission:
    """Create a mission with a group for each role, and post the information manager who posts everyone else."""
    mission = Mission.objects.create(
        code=code,
        name=name,
        name_fr=name_fr,
        type=type,
        host_state=host_state,
        timezone=timezone,
        duty_contact=duty_contact,
        is_library=is_library,
        is_demo=is_demo,
        predecessor=predecessor,
    )
    groups = _open_role_groups(mission)
    posting = Posting.objects.create(
        user=information_manager,
        mission=mission,
        role=Role.INFORMATION_MANAGER,
        role_group=groups[Role.INFORMATION_MANAGER],
        starts_at=at,
    )
    actor = access_for(information_manager, at)
    log.record(Kind.MISSION_OPENED, target=mission, by=actor, at=at)
    log.record(Kind.POSTING_OPENED, target=posting, by=actor, at=at)
    return mission


def _open_role_groups(mission: Mission) -> dict[str, RoleGroup]:
    groups = {role: RoleGroup.objects.create(name=f"{mission.code}:{role}") for role in Role.values}
    permissions = {
        permission.codename: permission
        for permission in DjangoPermission.objects.filter(
            content_type__app_label="missions", content_type__model="mission"
        )
    }
    MissionGroupPermission.objects.bulk_create(
        MissionGroupPermission(group=groups[role], permission=permissions[codename], content_object=mission)
        for role in Role.values
        for codename in sorted(PERMISSIONS_OF_ROLE[role])
    )
    return groups


@transaction.atomic
def open_posting(
    *,
    user: User,
    mission: Mission | None,
    role: str,
    office: Office | None = None,
    ceiling: int = Marking.CONFIDENTIAL,
    starts_at: datetime,
    ends_at: datetime | None = None,
    by: Access,
    at: datetime,
) -> Posting:
    """Post a person in a role in a mission, or at headquarters when the mission is None.

    A ceiling above Confidential is only asked for: until a second person confirms it, Confidential holds.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_if_any(
        policies.open_posting(
            user=user,
            mission=mission,
            role=role,
            office=office,
            ceiling=ceiling,
            starts_at=starts_at,
            ends_at=ends_at,
            by=by,
            at=at,
        )
    )
    posting = Posting.objects.create(
        user=user,
        mission=mission,
        role=role,
        role_group=RoleGroup.objects.get(name=f"{mission.code}:{role}") if mission else None,
        office=office,
        starts_at=starts_at,
        ends_at=ends_at,
        **_ceiling(ceiling, policies.ONE_PERSON, by, at),
    )
    log.record(Kind.POSTING_OPENED, target=posting, by=by, at=at)
    return posting


@transaction.atomic
def extend_posting(*, posting: Posting, ends_at: datetime, by: Access, at: datetime) -> Posting:
    """Let a posting last longer."""
    posting = _locked(posting)
    refuse_if_any(policies.extend_posting(posting=posting, ends_at=ends_at, by=by, at=at))
    posting.ends_at = ends_at
    posting.save(update_fields=["ends_at"])
    log.record(Kind.POSTING_CHANGED, target=posting, by=by, at=at, fields=["ends_at"])
    return posting


@transaction.atomic
def set_ceiling(*, posting: Posting, ceiling: int, by: Access, at: datetime) -> Posting:
    """Lay down up to which marking a posting reads, or ask a second person for more than Confidential."""
    posting = _locked(posting)
    refuse_if_any(policies.set_ceiling(posting=posting, ceiling=ceiling, by=by, at=at))
    after = _ceiling(ceiling, posting.ceiling, by, at)
    changed = [field for field, value in after.items() if getattr(posting, field) != value]
    for field, value in after.items():
        setattr(posting, field, value)
    posting.save(update_fields=[*after])
    log.record(Kind.POSTING_CHANGED, target=posting, by=by, at=at, fields=changed)
    return posting


@transaction.atomic
def confirm_ceiling(*, posting: Posting, by: Access, at: datetime) -> Posting:
    """Let a posting read up to the marking that an information manager asked for."""
    posting = _locked(posting)
    refuse_if_any(policies.confirm_ceiling(posting=posting, by=by, at=at))
    posting.ceiling = posting.asked_ceiling if posting.asked_ceiling is not None else posting.ceiling
    posting.asked_ceiling = posting.asked_by = posting.asked_at = None
    posting.save(update_fields=["ceiling", "asked_ceiling", "asked_by", "asked_at"])
    log.record(Kind.POSTING_CHANGED, target=posting, by=by, at=at, fields=["ceiling"])
    return posting


def _ceiling(wanted: int, held: int, by: Access, at: datetime) -> dict[str, Any]:
    """Return what a posting reads now, and what a second person is asked for."""
    if wanted <= max(held, policies.ONE_PERSON):
        return {"ceiling": wanted, "asked_ceiling": None, "asked_by": None, "asked_at": None}
    return {"ceiling": held, "asked_ceiling": wanted, "asked_by": by.user, "asked_at": at}


@transaction.atomic
def end_posting(*, posting: Posting, by: Access, at: datetime) -> Posting:
    """End a posting now; what it opened closes with the person's next click, compartments and grants too."""
    posting = _locked(posting)
    refuse_if_any(policies.end_posting(posting=posting, by=by, at=at))
    if posting.starts_at >= at:
        posting.starts_at = at - timedelta(seconds=1)
    posting.ends_at = at
    posting.save(update_fields=["starts_at", "ends_at"])
    log.record(Kind.POSTING_ENDED, target=posting, by=by, at=at)
    _read_out_on_rotation(posting, by, at)
    return posting


def _read_out_on_rotation(posting: Posting, by: Access, at: datetime) -> None:
    """End what somebody was told or given in the place that they have left, unless they still serve there."""
    still: set[UUID | None] = set(
        Posting.objects.live(at).filter(user=posting.user_id).values_list("mission_id", flat=True)
    )
    if posting.mission_id in still:
        return
    if posting.mission_id is not None:
        _end_memberships(posting, by, at)
    if None not in still:
        _end_grants(posting, still, by, at)


def _end_memberships(posting: Posting, by: Access, at: datetime) -> None:
    inside = CompartmentMember.objects.filter(user=posting.user_id, compartment__mission=posting.mission_id)
    for member in inside.filter(ends_at__gt=at).select_for_update().select_related("compartment"):
        member.end(at)
        log.record(Kind.COMPARTMENT_LEFT, target=member, by=by, at=at)


def _end_grants(posting: Posting, still: set[UUID | None], by: Access, at: datetime) -> None:
    kinds: list[Any] = RecordGrant.__subclasses__()
    for kind in kinds:
        given = kind.objects.filter(user=posting.user_id, expires_at__gt=at).select_related("content_object")
        left = given.filter(content_object__mission=posting.mission_id) if posting.mission_id else given
        for grant in left.exclude(content_object__mission__in=still - {None}):
            grant.expires_at = at
            grant.save(update_fields=["expires_at"])
            log.record(Kind.REQUEST_UNSHARED, target=grant.content_object, by=by, at=at)


def _locked(posting: Posting) -> Posting:
    return Posting.objects.select_for_update(of=("self",)).select_related("mission").get(pk=posting.pk)
