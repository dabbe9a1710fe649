"""Breaking the glass: opening more than the postings do for four hours, read-only, announced and reviewed."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from engagement.models import Notice
from engagement.policies import emergencies as policies
from engagement.policies.emergencies import LASTS, WATCHERS
from engagement.services.noticing import holding, notify
from missions.access import Access, Record
from missions.models import EmergencyAccess, Mission
from missions.postings import access_for
from missions.refusals import refuse_if_any


@transaction.atomic
def open_emergency(
    *, mission: Mission, reference: str, reason: str, explanation: str, by: Access, at: datetime
) -> EmergencyAccess:
    """Open one record, or a mission up to Confidential, to one person for four hours, and announce it at once."""
    # Two windows of one person wait for each other here, so that only one emergency is open.
    User.objects.select_for_update().get(pk=by.user_id)
    refuse_if_any(
        policies.open_emergency(
            mission=mission, reference=reference, reason=reason, explanation=explanation, by=by, at=at
        )
    )
    emergency = EmergencyAccess.objects.create(
        user=by.user,
        mission=mission,
        reference=reference,
        reason=reason,
        explanation=explanation,
        opened_at=at,
        ends_at=at + LASTS,
    )
    log.record(Kind.EMERGENCY_OPENED, target=emergency, by=by, at=at)
    _announce(emergency, at)
    return emergency


def _announce(emergency: EmergencyAccess, at: datetime) -> None:
    """Tell who reviews it, and the author of the record if it really opened one."""
    watchers = [one for one in holding(emergency.mission, WATCHERS, at) if one.pk != emergency.user_id]
    notify(users=watchers, kind=Notice.Kind.EMERGENCY_OPENED, reference="", at=at)
    for record in _opened_by(emergency, at):
        if record.created_by_id != emergency.user_id:
            kind = Notice.Kind.EMERGENCY_OPENED
            notify(users=[record.created_by], kind=kind, reference=record.reference, at=at)


def _opened_by(emergency: EmergencyAccess, at: datetime) -> list[Record]:
    """Return the record that it names, if the person can read it now."""
    if not emergency.reference:
        return []
    eyes = access_for(emergency.user, at)
    named = {"mission": emergency.mission, "reference": emergency.reference}
    kinds: list[type[Record]] = Record.__subclasses__()
    return [record for kind in kinds for record in kind.objects.visible_to(eyes).filter(**named)]


@transaction.atomic
def close_emergency(*, emergency: EmergencyAccess, by: Access, at: datetime) -> EmergencyAccess:
    """End it now: it closes with the person's next click."""
    emergency = _held(emergency)
    refuse_if_any(policies.close_emergency(emergency, by=by, at=at))
    emergency.closed_at = at
    emergency.save(update_fields=["closed_at"])
    log.record(Kind.EMERGENCY_CLOSED, target=emergency, by=by, at=at)
    return emergency


@transaction.atomic
def review_emergency(
    *, emergency: EmergencyAccess, finding: str, review: str, by: Access, at: datetime
) -> EmergencyAccess:
    """Record whether it was justified, by somebody else than the person who opened it."""
    emergency = _held(emergency)
    refuse_if_any(policies.review_emergency(emergency, finding=finding, review=review, by=by, at=at))
    emergency.finding, emergency.review = finding, review
    emergency.reviewed_by, emergency.reviewed_at = by.user, at
    emergency.save(update_fields=["finding", "review", "reviewed_by", "reviewed_at"])
    log.record(Kind.EMERGENCY_REVIEWED, target=emergency, by=by, at=at)
    return emergency


def _held(emergency: EmergencyAccess) -> EmergencyAccess:
    held = EmergencyAccess.objects.select_for_update(of=("self",)).select_related("mission", "user")
    return held.get(pk=emergency.pk)
