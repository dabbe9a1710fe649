"""What somebody who writes SQL could do to the log and to the records, case by case."""

import base64
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from audit import chain, content, verifying
from audit.models import Checkpoint, Event, Seal


@dataclass(frozen=True)
class Case:
    """One way to tamper, by name, and what it needs to be found as."""

    name: str
    act: Callable[[], None]


@dataclass
class Outcome:
    """What became of many cases: found by the verification, refused by the database, or missed."""

    found: int = 0
    refused: int = 0
    missed: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.found + self.refused + len(self.missed)


def run(cases: Iterator[Case]) -> Outcome:
    """Try each case, look whether it is found, and undo it."""
    outcome = Outcome()
    assert verifying.verify().findings == ()
    for case in cases:
        try:
            with transaction.atomic():
                case.act()
                is_found = not verifying.verify(most=1).is_sound
                if not is_found:
                    # At the end of a transaction the database looks at foreign keys, and it never gets there here.
                    connection.check_constraints()
                transaction.set_rollback(True)
        except DatabaseError:
            outcome.refused += 1
            continue
        outcome.found += is_found
        outcome.missed += () if is_found else (case.name,)
    assert verifying.verify().findings == (), "a case was not undone"
    return outcome


def sql(statement: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount, f"nothing to tamper with: {statement}"


# ---- One column of one row ----


def column_edits(model: type[models.Model], keys: list[Any], *, leave: frozenset[str] = frozenset()) -> Iterator[Case]:
    """Change each column of some rows to another value that the column could hold."""
    for key in keys:
        row = model._base_manager.get(pk=key)
        for field in model._meta.concrete_fields:
            if field.name not in leave:
                yield _edit(model, row, field)


def _edit(model: type[models.Model], row: Any, field: Any) -> Case:
    before = getattr(row, field.attname)
    after = other_than(before, field)
    assert after != before, f"{model._meta.label}.{field.name} stays as it was"
    stored = field.get_db_prep_save(after, connection)
    pk = model._meta.pk.get_db_prep_save(row.pk, connection)
    statement = f"UPDATE {model._meta.db_table} SET {quoted(field.column)} = %s WHERE {model._meta.pk.column} = %s"
    return Case(f"{model._meta.label_lower}.{field.column} of {row.pk}", lambda: sql(statement, stored, pk))


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def other_than(value: Any, field: Any) -> Any:
    """Return another value for a column."""
    if field.is_relation:
        others = field.related_model._base_manager.exclude(pk=value).order_by("pk").values_list("pk", flat=True)
        return others.first() or uuid.uuid4()
    if isinstance(field, models.JSONField):
        return [*value, "x"] if isinstance(value, list) else {**(value or {}), "x": 1}
    if isinstance(field, models.BinaryField):
        return bytes(value or b"") + b"x"
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or datetime.fromisoformat("2026-01-01T00:00:00+00:00")) - timedelta(microseconds=1)
    if isinstance(field, models.DateField):
        return (value or date(2026, 1, 1)) - timedelta(days=1)
    if isinstance(field, models.IntegerField):
        return 1 if value is None else value + 1
    return _other_text(value or "", field)


def _other_text(value: str, field: Any) -> str:
    others = [str(code) for code, _label in field.choices or () if code != value]
    changed = ("z" if value[:1] != "z" else "y") + value[1:]
    return others[0] if others else changed


# ---- Rows ----


def row_cases(model: type[models.Model]) -> Iterator[Case]:
    """Take one row away, and put a copy of one beside it under another key."""
    table, pk = model._meta.db_table, model._meta.pk
    row = model._base_manager.order_by("pk").first()
    stored = pk.get_db_prep_save(row.pk, connection)
    yield Case(f"{table}: a row deleted", lambda: sql(f"DELETE FROM {table} WHERE {pk.column} = %s", stored))
    yield Case(f"{table}: a row inserted", lambda: insert_copy(model, row))


def insert_copy(model: type[models.Model], row: Any, **changes: Any) -> None:
    """Insert a copy of a row under a key of its own, so that it breaks no rule that can be helped."""
    pk = model._meta.pk
    newest = model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
    given = {pk.name: uuid.uuid4() if isinstance(pk, models.UUIDField) else newest + 1} | changes
    fields = model._meta.concrete_fields
    values = [
        given[field.name] if field.name in given else _unique(getattr(row, field.attname), field) for field in fields
    ]
    stored = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
    columns = ", ".join(quoted(field.column) for field in fields)
    sql(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({', '.join(['%s'] * len(stored))})", *stored)


def _unique(value: Any, field: Any) -> Any:
    return other_than(value, field) if field.unique else value


def audited_models() -> list[type[models.Model]]:
    """Return every model whose rows belong to a sealed record, where the day has left a row."""
    found = list(content.roots().values())
    for rows in content.parts().values():
        found += [model for model, _column in rows if model not in found]
    return [model for model in found if model._base_manager.exists()]


# ---- The log ----


def log_cases() -> Iterator[Case]:
    """Edit, delete, insert, repeat, swap, move, renumber, date back, cut off, and sign with another key."""
    events = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    seals = list(Seal.objects.order_by("position").values_list("position", flat=True))
    checkpoints = list(Checkpoint.objects.order_by("number").values_list("number", flat=True))
    yield from column_edits(Event, spread(events, 7))
    yield from column_edits(Seal, spread(seals, 7))
    yield from column_edits(Checkpoint, spread(checkpoints, 4))
    for position in spread(seals, 8):
        yield from _deletions(position)
        yield from _moves(position, len(seals))
    for number in checkpoints:
        yield Case(f"checkpoint {number} deleted", lambda n=number: _delete(Checkpoint, number=n))
    for position in spread(seals[1:], 6):
        yield from _cuts(position)
    yield from _insertions(spread(events, 5))
    yield Case("a checkpoint signed with another key", sign_with_another_key)
    yield Case("the log emptied", lambda: cut(1))


def spread(keys: list[Any], count: int) -> list[Any]:
    """Return the first, the last, and some between."""
    steps = [round(n * (len(keys) - 1) / (count - 1)) for n in range(count)]
    return [keys[n] for n in sorted(set(steps))]


def _delete(model: type[models.Model], **where: Any) -> None:
    model._base_manager.filter(**where)._raw_delete("default")


def _deletions(position: int) -> Iterator[Case]:
    event = Seal.objects.get(position=position).event_id
    yield Case(f"event {event} deleted", lambda: _delete(Event, pk=event))
    yield Case(f"seal {position} deleted", lambda: _delete(Seal, position=position))

    def both() -> None:
        _delete(Seal, position=position)
        _delete(Event, pk=event)

    def both_and_closed_up() -> None:
        both()
        _close_up(position)

    yield Case(f"event and seal {position} deleted", both)
    yield Case(f"event and seal {position} deleted, the rest moved up", both_and_closed_up)
    yield Case(f"event and seal {position} deleted, the chain made anew", lambda: (both_and_closed_up(), rechain()))


def _close_up(position: int) -> None:
    for later in Seal.objects.filter(position__gt=position).order_by("position").values_list("position", flat=True):
        sql("UPDATE audit_seal SET position = %s WHERE position = %s", later - 1, later)


def rechain() -> None:
    """Compute every digest anew, as anybody could who has read how it is done: only the keys are missing."""
    head = chain.FIRST
    for seal in Seal.objects.select_related("event").order_by("position"):
        record = (seal.record_type, str(seal.record_id or ""), seal.record_digest)
        head = chain.link(head, seal.position, seal.event, record)
        sql("UPDATE audit_seal SET digest = %s WHERE position = %s", head, seal.position)


def _moves(position: int, size: int) -> Iterator[Case]:
    for other in {position % size + 1, (position + size // 2) % size + 1} - {position}:
        yield Case(f"seals {position} and {other} swapped", lambda o=other: _swap(position, o))
        yield Case(
            f"seals {position} and {other} swapped, the chain made anew",
            lambda o=other: (_swap(position, o), rechain()),
        )


def _swap(one: int, other: int) -> None:
    """Let two events change places."""
    events = dict(Seal.objects.filter(position__in=(one, other)).values_list("position", "event_id"))
    sql("UPDATE audit_seal SET event_id = %s WHERE position = %s", -1, one)
    sql("UPDATE audit_seal SET event_id = %s WHERE position = %s", events[one], other)
    sql("UPDATE audit_seal SET event_id = %s WHERE position = %s", events[other], one)


def _cuts(position: int) -> Iterator[Case]:
    yield Case(f"everything from {position} on cut off", lambda: cut(position))
    yield Case(f"the seals from {position} on cut off", lambda: _delete(Seal, position__gte=position))

    def seals_and_checkpoints() -> None:
        _delete(Seal, position__gte=position)
        _delete(Checkpoint, size__gte=position)

    yield Case(f"seals and checkpoints from {position} on cut off", seals_and_checkpoints)


def cut(position: int) -> None:
    """Take away the end of the log, its events, seals and checkpoints: what is left is whole in itself."""
    gone = list(Seal.objects.filter(position__gte=position).values_list("event_id", flat=True))
    _delete(Checkpoint, size__gte=position)
    _delete(Seal, position__gte=position)
    _delete(Event, pk__in=gone)


def _insertions(events: list[int]) -> Iterator[Case]:
    for key in events:
        event = Event.objects.get(pk=key)
        yield Case(f"event {key} repeated", lambda e=event: insert_copy(Event, e))
        later = event.at + timedelta(days=1)
        yield Case(f"event {key} repeated at another time", lambda e=event, at=later: insert_copy(Event, e, at=at))
        yield Case(f"event {key} repeated with a guess", lambda e=event: insert_copy(Event, e, mac="0" * 64))
    last = Seal.objects.order_by("-position").first()
    assert last is not None
    yield Case("a seal inserted", lambda: insert_copy(Seal, last, event=other_event(last)))
    newest = Checkpoint.objects.order_by("-number").first()
    yield Case("a checkpoint inserted", lambda: insert_copy(Checkpoint, newest))
    yield Case("an event invented", lambda: insert_copy(Event, Event.objects.first(), kind="request.decided"))


def other_event(seal: Seal) -> int:
    return Event.objects.exclude(pk=seal.event_id).order_by("pk").values_list("pk", flat=True).first() or 0


def sign_with_another_key() -> None:
    """Sign the last checkpoint with a key that nobody has said to trust."""
    last = Checkpoint.objects.order_by("-number").first()
    assert last is not None
    key = chain.SigningKey("somebody else's")
    signature = base64.b64encode(key.sign(last.number, last.size, last.head, chain.moment(last.at))).decode()
    sql(
        "UPDATE audit_checkpoint SET key_id = %s, signature = %s WHERE number = %s",
        key.public.id,
        signature,
        last.number,
    )
