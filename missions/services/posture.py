"""Laying down what the mission does about dialogue: posture, prohibitions, delegated authority."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from missions.access import Access
from missions.models import Area, Delegation, Mission, Posture, Prohibition
from missions.policies import posture as policies
from missions.refusals import refuse_if_any


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
    area: Area | None = None,
    group_id: UUID | None = None,
    subject: str = "",
    starts_on: date,
    ends_on: date,
    by: Access,
    at: datetime,
) -> Delegation:
    """Pass authority to a named person for a time, for everything or within one area or about one group."""
    refuse_if_any(
        policies.delegate(
            mission=mission,
            to_user=to_user,
            level=level,
            highest_band=highest_band,
            reason=reason,
            area=area,
            group_id=group_id,
            subject=subject,
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
        area=area,
        group_id=group_id,
        subject=subject,
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
