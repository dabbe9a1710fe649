"""Writing to the log: one call, inside the transaction of the change itself."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from audit import keys
from audit.chain import mac_of
from audit.models import Event, Kind
from audit.tasks import ring


class Actor(Protocol):
    """Whoever acts: missions.access.Access satisfies it."""

    @property
    def user_id(self) -> UUID | None: ...

    def role_in(self, mission_id: UUID | None) -> str:
        """Return the role under which they act in that mission."""


def record(
    kind: Kind,
    *,
    target: Model | None,
    by: Actor,
    at: datetime,
    version: int | None = None,
    fields: Iterable[str] = (),
    route: str = "",
) -> Event:
    """Write one event, about one record or about none; names of changed fields, never their values."""
    event = _vouched(_event(kind, target=target, by=by, at=at, version=version, fields=fields, route=route))
    event.save(force_insert=True)
    _ring_once()
    return event


def record_reads(targets: Iterable[Model], *, by: Actor, at: datetime) -> None:
    """Write in one go that somebody read each of these records."""
    events = [_vouched(_event(Kind.RECORD_READ, target=target, by=by, at=at)) for target in targets]
    if events:
        Event.objects.bulk_create(events)
        _ring_once()


def _event(
    kind: Kind,
    *,
    target: Model | None,
    by: Actor,
    at: datetime,
    version: int | None = None,
    fields: Iterable[str] = (),
    route: str = "",
) -> Event:
    mission_id = getattr(target, "mission_id", None)
    return Event(
        uid=uuid.uuid4(),
        at=at,
        kind=kind.value,
        actor_id=by.user_id,
        actor_role=by.role_in(mission_id),
        mission_id=mission_id,
        object_type=target._meta.label_lower if target else "",
        object_id=target.pk if target else None,
        object_version=version,
        fields=sorted(fields),
        route=route,
    )


def _vouched(event: Event) -> Event:
    event.mac = mac_of(event, keys.of_events())
    return event


def _ring_once() -> None:
    """Have what this transaction records sealed once it is committed."""
    if not any(waiting[1] is ring for waiting in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)
