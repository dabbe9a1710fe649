"""Reading a person's access from the database, once per request or task."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from missions.access import Access, LivePosting
from missions.models import CompartmentMember, MissionGroupPermission, Posting, RecordGrant
from missions.roles import PERMISSIONS_OF_ROLE


def access_for(user: User, at: datetime) -> Access:
    """Return what this person may see and do at that moment; nothing for an inactive one."""
    if not user.is_active:
        return Access(user=user, at=at)
    postings = list(
        Posting.objects.live(at).filter(user=user).select_related("mission", "office").order_by("starts_at")
    )
    return Access(
        user=user,
        at=at,
        postings=tuple(_live(posting) for posting in postings),
        compartments=_compartments(user, at),
        grants=_grants(user, at) if postings else frozenset(),
        permissions=_permissions(postings),
        headquarters_permissions=frozenset(
            permission
            for posting in postings
            if posting.mission is None
            for permission in PERMISSIONS_OF_ROLE[posting.role]
        ),
    )


def _live(posting: Posting) -> LivePosting:
    return LivePosting(
        role=posting.role,
        mission_id=posting.mission_id,
        mission_code=posting.mission.code if posting.mission else "",
        office_id=posting.office_id,
        office_name=posting.office.name if posting.office else "",
        ceiling=posting.ceiling,
    )


def _compartments(user: User, at: datetime) -> frozenset[UUID]:
    memberships = CompartmentMember.objects.filter(user=user, starts_at__lte=at, ends_at__gt=at)
    return frozenset(memberships.values_list("compartment_id", flat=True))


def _grants(user: User, at: datetime) -> frozenset[UUID]:
    concrete: list[Any] = RecordGrant.__subclasses__()
    return frozenset(
        record_id
        for grant in concrete
        for record_id in grant.objects.filter(user=user, expires_at__gt=at).values_list("content_object_id", flat=True)
    )


def _permissions(postings: list[Posting]) -> frozenset[tuple[UUID, str]]:
    groups = {posting.role_group_id for posting in postings if posting.role_group_id}
    if not groups:
        return frozenset()
    rows = MissionGroupPermission.objects.filter(group_id__in=groups)
    return frozenset(rows.values_list("content_object_id", "permission__codename"))
