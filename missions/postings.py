"""Reading a person's access from the database, once per request or task."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Value

from accounts.models import User
from missions.access import Access, LiveEmergency, LivePosting, Shown
from missions.models import CompartmentMember, EmergencyAccess, MissionGroupPermission, Posting, RecordGrant
from missions.roles import PERMISSIONS_OF_ROLE

COMPARTMENT, GRANT, EMERGENCY, PERMISSION = "compartment", "grant", "emergency", "permission"


def access_for(user: User, at: datetime) -> Access:
    """Return what this person may see and do at that moment; nothing for an inactive one."""
    if not user.is_active:
        return Access(user=user, at=at)
    postings = list(
        Posting.objects.live(at).filter(user=user).select_related("mission", "office").order_by("starts_at")
    )
    needs_to_know = _needs_to_know(user, at) if postings else []
    emergencies = tuple(LiveEmergency(key, word) for kind, key, word in needs_to_know if kind == EMERGENCY)
    return Access(
        user=user,
        at=at,
        postings=tuple(_live(posting) for posting in postings),
        compartments=frozenset(key for kind, key, _word in needs_to_know if kind == COMPARTMENT),
        grants=frozenset(key for kind, key, _word in needs_to_know if kind == GRANT),
        emergencies=emergencies,
        travel_ceiling=user.travel_ceiling,
        shown=Shown(emergencies=emergencies),
        permissions=frozenset((key, word) for kind, key, word in needs_to_know if kind == PERMISSION),
        headquarters_permissions=frozenset(
            permission
            for posting in postings
            if posting.mission is None
            for permission in PERMISSIONS_OF_ROLE[posting.role]
        ),
    )


def _live(posting: Posting) -> LivePosting:
    mission = posting.mission
    return LivePosting(
        role=posting.role,
        mission_id=posting.mission_id,
        mission_code=mission.code if mission else "",
        duty_contact=mission.duty_contact if mission else "",
        office_id=posting.office_id,
        office_name=posting.office.name if posting.office else "",
        ceiling=posting.ceiling,
    )


def _needs_to_know(user: User, at: datetime) -> list[tuple[str, UUID, str]]:
    """Read compartments, grants, emergencies and role permissions in one round trip: every page asks for them all."""
    postings = Posting.objects.live(at).filter(user=user)
    permissions = MissionGroupPermission.objects.filter(group__in=postings.values("role_group"))
    rows = permissions.values_list(Value(PERMISSION), "content_object", "permission__codename")
    return list(rows if user.travel_ceiling is not None else rows.union(*_opened_to(user, at)))


def _opened_to(user: User, at: datetime) -> list[Any]:
    """Return what opens more than the postings do, and stays at home when a person travels.

    Compartments and emergency access close with the last posting in their mission, however that ended.
    """
    served = Posting.objects.live(at).filter(user=user).values("mission")
    memberships = CompartmentMember.objects.live(at).filter(user=user, compartment__mission__in=served)
    emergencies = EmergencyAccess.objects.live(at).filter(user=user, mission__in=served)
    concrete: list[Any] = RecordGrant.__subclasses__()
    return [
        memberships.values_list(Value(COMPARTMENT), "compartment", Value("")),
        emergencies.values_list(Value(EMERGENCY), "mission", "reference"),
        *(_grants(kind, user, at).values_list(Value(GRANT), "content_object", Value("")) for kind in concrete),
    ]


def _grants(kind: Any, user: User, at: datetime) -> Any:
    """Return what was opened to this person one by one, unless the posting in which they got it has run out.

    Grants go to people of other missions and of headquarters as well. So what closes one is not that its reader serves
    elsewhere, but that they have left, since it was given, the mission of the record or headquarters, and serve in
    neither now; an information manager who ends a posting by hand ends such grants too (services/postings.py).
    """
    held = Posting.objects.filter(Q(mission=OuterRef("content_object__mission")) | Q(mission=None), user=user)
    left = held.filter(ends_at__gt=OuterRef("granted_at"), ends_at__lte=at)
    given = kind.objects.filter(user=user, expires_at__gt=at)
    return given.filter(~Exists(left) | Exists(held.live(at)))
