"""The sealer: gives every event its place in one chain, with what the record it changed looks like, and signs the end.

Only one works at a time. A batch is one transaction, so a sealer that is killed leaves nothing half done. What the
sealer reads of a record is at least as new as the event: anything newer has an event of its own on its way.
"""

import base64
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit import content, keys, witness
from audit.chain import FIRST, is_authentic, link, moment
from audit.content import Root
from audit.models import Checkpoint, Event, Kind, Seal

logger = logging.getLogger(__name__)

BATCH = 2000
# Number of the lock in PostgreSQL; SQLite has one writer anyway.
LOCK = 0x5EA1
# An event may be committed after later ones were sealed, but never so far behind; `everything` looks at all of them.
LOOK_BACK = 10_000
# These tell of a record and leave it as it is, so its digest is not taken anew: else a glance would seal a forgery.
OBSERVING = frozenset(
    {
        Kind.SIGNED_IN,
        Kind.SIGNED_OUT,
        Kind.SIGN_IN_REFUSED,
        Kind.SESSION_LOCKED,
        Kind.STEPPED_UP,
        Kind.ACCESS_DENIED,
        Kind.RECORD_READ,
        Kind.LOG_READ,
    }
)


def waiting(*, everything: bool = False) -> QuerySet[Event]:
    """Return the events that have no place in the chain yet."""
    unsealed = Event.objects.filter(seal=None).order_by("pk")
    newest = Seal.objects.order_by("-position").values("event_id")[:1]
    return unsealed if everything else unsealed.filter(pk__gt=Coalesce(Subquery(newest), 0) - LOOK_BACK)


def seal(at: datetime, *, everything: bool = False) -> int:
    """Seal what waits, batch by batch, and return how many events that were.

    Somebody else at work is left to it: they look again after they have let go of the lock.
    """
    total = 0
    while waiting(everything=everything).exists():
        sealed = _seal_batch(at, everything)
        if not sealed:
            break
        total += sealed
    witness.catch_up()
    return total


@transaction.atomic
def _seal_batch(at: datetime, everything: bool) -> int:
    if not _is_our_turn():
        return 0
    events = list(waiting(everything=everything)[:BATCH])
    if events:
        last = _append(events)
        _sign(last, at)
    return len(events)


def _is_our_turn() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _append(events: list[Event]) -> Seal:
    _complain_of_strangers(events)
    newest = Seal.objects.order_by("-position").first()
    position, head = (newest.position, newest.digest) if newest else (0, FIRST)
    owners = owners_of(events)
    digests = content.digests(_changed(events, owners))
    seals = []
    for event in events:
        position += 1
        owner = _owner_of(event, owners)
        label, key = owner or ("", None)
        digest = digests.get(owner, "") if owner else ""
        head = link(head, position, event, (label, str(key or ""), digest))
        seals.append(
            Seal(
                position=position,
                event=event,
                record_type=label,
                record_id=key,
                record_digest=digest,
                digest=head,
            )
        )
    Seal.objects.bulk_create(seals)
    return seals[-1]


def _complain_of_strangers(events: Iterable[Event]) -> None:
    """Say that an event was not written by Parley; it is sealed all the same, so that it cannot go away again."""
    key = keys.of_events()
    if strangers := [event.pk for event in events if not is_authentic(event, key)]:
        logger.error("Events that Parley did not write: %s", ", ".join(str(pk) for pk in strangers))


def owners_of(events: Iterable[Event]) -> dict[Root, Root]:
    """Return the record that each target of these events belongs to."""
    return content.owners({target for event in events if (target := _target_of(event))})


def _target_of(event: Event) -> Root | None:
    return (event.object_type, event.object_id) if event.object_id else None


def _owner_of(event: Event, owners: Mapping[Root, Root]) -> Root | None:
    target = _target_of(event)
    return owners.get(target) if target else None


def changed_by(events: Iterable[Event], owners: Mapping[Root, Root]) -> set[Root]:
    """Return the records that these events changed, rather than told of."""
    kinds = ((event.kind, _owner_of(event, owners)) for event in events)
    return {owner for kind, owner in kinds if owner and kind not in OBSERVING}


def _changed(events: list[Event], owners: Mapping[Root, Root]) -> set[Root]:
    """Return the records to take a digest of: what was changed, and each account of which there is none yet.

    An account has no event of its opening: what stands in it at the first sign-in is what later changes are held to.
    """
    seen = {owner for owner in owners.values() if owner[0] in content.BEGINS_WITHOUT_AN_EVENT}
    begun = Seal.objects.filter(record_id__in=[key for _label, key in seen]).exclude(record_digest="")
    known = set(begun.values_list("record_type", "record_id")) if seen else set()
    return changed_by(events, owners) | (seen - known)


def _sign(last: Seal, at: datetime) -> None:
    newest = Checkpoint.objects.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    key = keys.of_sealer()
    signature = key.sign(number, last.position, last.digest, moment(at))
    Checkpoint.objects.create(
        number=number,
        size=last.position,
        head=last.digest,
        at=at,
        key_id=key.public.id,
        signature=base64.b64encode(signature).decode(),
    )
