"""Letting a person see everything again after a journey, and locking somebody out whose laptop is gone."""

from datetime import datetime

from django.db import transaction

from accounts.models import OpenSession, User
from audit import log
from audit.models import Kind
from missions.access import Access, Marking
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


@transaction.atomic
def lock_remotely(*, person: User, mission: Mission, by: Access, at: datetime) -> User:
    """Close every session of somebody whose laptop is lost or seized, and leave them only what is unclassified.

    Whoever is made to sign in again finds nothing more: it takes a colleague to end travel mode.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    refuse_if_any(policies.lock_remotely(person=person, mission=mission, by=by, at=at))
    OpenSession.objects.filter(user=person).delete()
    person.travel_ceiling = Marking.UNCLASSIFIED
    person.travelling_since = person.travelling_since or at
    person.save(update_fields=["travel_ceiling", "travelling_since"])
    log.record(Kind.SESSION_LOCKED, target=person, by=by, at=at)
    log.record(Kind.TRAVEL_STARTED, target=person, by=by, at=at)
    return person
