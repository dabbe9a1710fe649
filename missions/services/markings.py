"""Raising and lowering the marking of a record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction

from audit import log
from audit.models import Kind
from missions.access import Access, Marking, PartOfRecord, Record
from missions.models import MarkingChange
from missions.policies import markings as policies
from missions.refusals import refuse_if_any

CONTAINERS = "what names a record is marked at least as high, seen by this person or not"


@transaction.atomic
def set_marking(*, record: Record, marking: int, reason: str, by: Access, at: datetime) -> Record:
    """Mark a record higher or lower; what names it rises with it, so that no page gives away a part."""
    visible = type(record).objects.visible_to(by)
    locked: Record = visible.select_for_update(of=("self",)).get(pk=record.pk)
    least = max((part.marking for part in _parts(locked)), default=Marking.UNCLASSIFIED)
    refuse_if_any(policies.set_marking(record=locked, marking=marking, least=least, reason=reason, by=by, at=at))
    if marking > locked.marking:
        _raise(locked, marking, reason, by, at)
    else:
        _write(locked, marking, reason, Kind.MARKING_LOWERED, by, at)
    return locked


def _raise(record: Record, marking: int, reason: str, by: Access, at: datetime) -> None:
    _write(record, marking, reason, Kind.MARKING_RAISED, by, at)
    for container in _containers(record):
        if container.marking < marking:
            _raise(container, marking, reason, by, at)


def _write(record: Record, marking: int, reason: str, kind: Kind, by: Access, at: datetime) -> None:
    MarkingChange.objects.create(
        mission_id=record.mission_id,
        record_id=record.pk,
        before=record.marking,
        after=marking,
        reason=reason.strip(),
        changed_by=by.user,
        changed_at=at,
    )
    record.marking = marking
    record.save(update_fields=["marking"])
    log.record(kind, target=record, by=by, at=at, fields=["marking"])


def _parts(record: Record) -> Iterator[Record]:
    """Yield the records that this one names: its group, its threat, the request behind its dialogue."""
    for field in record._meta.concrete_fields:
        named = getattr(record, field.name) if _names_content(field) else None
        if isinstance(named, PartOfRecord):
            named = getattr(named, named.record)
        if isinstance(named, Record) and named.pk != record.pk:
            yield named


def _names_content(field: Any) -> bool:
    related = field.related_model
    return isinstance(related, type) and issubclass(related, (Record, PartOfRecord))


def _containers(record: Record) -> Iterator[Record]:
    """Yield the records that name this one, by itself or by a part that hangs on it, as a contact its dialogue."""
    for naming, path in _paths_to(type(record)):
        found = naming.objects.unscoped(CONTAINERS).filter(**{path: record})
        yield from found.exclude(pk=record.pk).select_for_update(of=("self",)).order_by("pk")


def _paths_to(named: Any) -> Iterator[tuple[Any, str]]:
    """Yield each kind of record that names this kind, and the path by which it does: the way that _parts goes back."""
    for relation in named._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model: Any = relation.related_model
        if issubclass(model, Record):
            yield model, relation.field.name
        elif issubclass(model, PartOfRecord) and relation.field.name == model.record:
            yield from ((naming, f"{path}__{relation.field.name}") for naming, path in _paths_to(model))
