"""Opening missions, posting people, and laying down what the mission does about dialogue."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import Group as RoleGroup
from django.contrib.auth.models import Permission as DjangoPermission
from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from missions import policies
from missions.access import Access, Marking
from missions.models import (
    Compartment,
    CompartmentMember,
    Delegation,
    Mission,
    MissionGroupPermission,
    Office,
    Posting,
    Posture,
    Prohibition,
)
from missions.postings import access_for
from missions.refusals import refuse_if_any
from missions.roles import LEADERSHIP, PERMISSIONS_OF_ROLE, Role

OWNERSHIP = timedelta(days=90)


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
    """Post a person in a role in a mission, or at headquarters when the mission is None."""
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_if_any(
        policies.open_posting(
            user=user, mission=mission, role=role, office=office, starts_at=starts_at, ends_at=ends_at, by=by, at=at
        )
    )
    posting = Posting.objects.create(
        user=user,
        mission=mission,
        role=role,
        role_group=RoleGroup.objects.get(name=f"{mission.code}:{role}") if mission else None,
        office=office,
        ceiling=ceiling,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    log.record(Kind.POSTING_OPENED, target=posting, by=by, at=at)
    return posting


@transaction.atomic
def end_posting(*, posting: Posting, by: Access, at: datetime) -> Posting:
    """End a posting now; what it opened closes with the person's next click."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("mission").get(pk=posting.pk)
    refuse_if_any(policies.end_posting(posting=posting, by=by, at=at))
    if posting.starts_at >= at:
        posting.starts_at = at - timedelta(seconds=1)
    posting.ends_at = at
    posting.save(update_fields=["starts_at", "ends_at"])
    log.record(Kind.POSTING_ENDED, target=posting, by=by, at=at)
    return posting


@transaction.atomic
def set_posture(
    *, mission: Mission, code: str, explanation: str = "", reason: str = "", issuer_title: str, by: Access, at: datetime
) -> Posture:
    """Lay down the mission's posture from now on; the earlier ones stay on record."""
    mission = Mission.objects.select_for_update().get(pk=mission.pk)
    refuse_if_any(policies.set_posture(mission=mission, code=code, reason=reason, by=by, at=at))
    posture = Posture.objects.create(
        mission=mission,
        code=code,
        explanation=explanation,
        reason=reason,
        issued_by=by.user,
        issuer_title=issuer_title,
        starts_at=at,
    )
    log.record(Kind.POSTURE_SET, target=posture, by=by, at=at)
    return posture


@transaction.atomic
def prohibit(
    *,
    mission: Mission,
    group_id: UUID | None = None,
    person_id: UUID | None = None,
    subject: str,
    text: str,
    review_on: date,
    issuer_title: str,
    by: Access,
    at: datetime,
) -> Prohibition:
    """Prohibit contact with a group or a person until the prohibition is lifted."""
    refuse_if_any(
        policies.prohibit(
            mission=mission,
            group_id=group_id,
            person_id=person_id,
            subject=subject,
            text=text,
            review_on=review_on,
            by=by,
            at=at,
        )
    )
    prohibition = Prohibition.objects.create(
        mission=mission,
        group_id=group_id,
        person_id=person_id,
        subject=subject,
        text=text,
        issued_by=by.user,
        issuer_title=issuer_title,
        starts_at=at,
        review_on=review_on,
    )
    log.record(Kind.CONTACT_PROHIBITED, target=prohibition, by=by, at=at)
    return prohibition


@transaction.atomic
def lift_prohibition(*, prohibition: Prohibition, by: Access, at: datetime) -> Prohibition:
    """Lift a prohibition from now on; it stays on record."""
    prohibition = Prohibition.objects.select_for_update(of=("self",)).select_related("mission").get(pk=prohibition.pk)
    refuse_if_any(policies.lift_prohibition(prohibition=prohibition, by=by, at=at))
    prohibition.lifted_at = at
    prohibition.lifted_by = by.user
    prohibition.save(update_fields=["lifted_at", "lifted_by"])
    log.record(Kind.PROHIBITION_LIFTED, target=prohibition, by=by, at=at)
    return prohibition


@transaction.atomic
def delegate(
    *,
    mission: Mission,
    to_user: User,
    level: int,
    highest_band: str,
    reason: str,
    starts_on: date,
    ends_on: date,
    by: Access,
    at: datetime,
) -> Delegation:
    """Pass authority to a named person for a time."""
    refuse_if_any(
        policies.delegate(
            mission=mission,
            to_user=to_user,
            level=level,
            highest_band=highest_band,
            reason=reason,
            starts_on=starts_on,
            ends_on=ends_on,
            by=by,
            at=at,
        )
    )
    delegation = Delegation.objects.create(
        mission=mission,
        from_user=by.user,
        to_user=to_user,
        level=level,
        highest_band=highest_band,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    log.record(Kind.AUTHORITY_DELEGATED, target=delegation, by=by, at=at)
    return delegation


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, by: Access, at: datetime) -> Delegation:
    """Take delegated authority back at once."""
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related("mission").get(pk=delegation.pk)
    refuse_if_any(policies.revoke_delegation(delegation=delegation, by=by, at=at))
    delegation.revoked_at = at
    delegation.revoked_by = by.user
    delegation.save(update_fields=["revoked_at", "revoked_by"])
    log.record(Kind.DELEGATION_REVOKED, target=delegation, by=by, at=at)
    return delegation


@transaction.atomic
def open_compartment(*, mission: Mission, name: str, by: Access, at: datetime) -> Compartment:
    """Open a need-to-know circle; a leader who opens it owns it, an information manager stays outside."""
    refuse_if_any(policies.open_compartment(mission=mission, name=name, by=by, at=at))
    compartment = Compartment.objects.create(mission=mission, name=name, opened_by=by.user, opened_at=at)
    if LEADERSHIP & set(by.roles_in(mission.pk)):
        compartment.members.create(
            user=by.user,
            is_owner=True,
            reason=name,
            starts_at=at,
            ends_at=at + OWNERSHIP,
            proposed_by=by.user,
            confirmed_by=by.user,
            confirmed_at=at,
        )
    log.record(Kind.COMPARTMENT_OPENED, target=compartment, by=by, at=at)
    return compartment


@transaction.atomic
def read_in(
    *, compartment: Compartment, user: User, reason: str, ends_at: datetime, by: Access, at: datetime
) -> CompartmentMember:
    """Let one more person into a compartment until a date."""
    refuse_if_any(policies.read_in(compartment=compartment, user=user, reason=reason, ends_at=ends_at, by=by, at=at))
    member: CompartmentMember = compartment.members.create(
        user=user,
        reason=reason,
        starts_at=at,
        ends_at=ends_at,
        proposed_by=by.user,
        confirmed_by=by.user,
        confirmed_at=at,
    )
    log.record(Kind.COMPARTMENT_JOINED, target=compartment, by=by, at=at)
    return member
