"""Writing to the log: one call, inside the transaction of the change itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db.models import Model

from audit.models import Event, Kind


class Actor(Protocol):
    """Whoever acts: missions.access.Access satisfies it."""

    @property
    def user_id(self) -> UUID | None: ...

    def role_in(self, mission_id: UUID | None) -> str:
        """Return the role under which they act in that mission."""


def record(
    kind: Kind, *, target: Model, by: Actor, at: datetime, version: int | None = None, fields: Iterable[str] = ()
) -> Event:
    """Write one event about one record; names of changed fields, never their values."""
    mission_id = getattr(target, "mission_id", None)
    return Event.objects.create(
        at=at,
        kind=kind,
        actor_id=by.user_id,
        actor_role=by.role_in(mission_id),
        mission_id=mission_id,
        object_type=target._meta.label_lower,
        object_id=target.pk,
        object_version=version,
        fields=sorted(fields),
    )
