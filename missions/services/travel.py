"""Letting a person see everything again after a journey."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from missions.access import Access
from missions.models import Mission
from missions.policies import travel as policies
from missions.refusals import refuse_if_any


@transaction.atomic
def end_travel(*, traveller: User, mission: Mission, by: Access, at: datetime) -> User:
    """Lift the ceiling that a person took into the field; somebody else who is not travelling has to do it."""
    traveller = User.objects.select_for_update().get(pk=traveller.pk)
    refuse_if_any(policies.end_travel(traveller=traveller, mission=mission, by=by, at=at))
    traveller.travel_ceiling = None
    traveller.travelling_since = None
    traveller.save(update_fields=["travel_ceiling", "travelling_since"])
    log.record(Kind.TRAVEL_ENDED, target=traveller, by=by, at=at)
    return traveller
