"""What a record holds, in one digest: its own row, and every row that hangs on it.

The models stand above this app, so they are found by what they are: a record bears a marking and a reference, a part
says in `record` (or `content_object`, as guardian calls it) what it hangs on. The few that are neither are named here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Field, Model, Q

from audit import keys
from audit.chain import moment, record_digest

Label = str
Root = tuple[Label, UUID]

# Sealed as they stand, although they bear no marking: who may do what, and what leadership has laid down.
OTHERS = (
    "accounts.user",
    "missions.mission",
    "missions.posting",
    "missions.compartment",
    "missions.emergencyaccess",
    "missions.posture",
    "missions.prohibition",
    "missions.delegation",
    "engagement.export",
)
# What hangs on one of them without saying so itself.
PARTS = {"missions.compartmentmember": "compartment", "mfa.authenticator": "user"}
# What hangs on any record that bears a marking, by a key that no foreign key holds, for the record stands above it.
BESIDE = {"missions.markingchange": "record_id"}
# An account is opened by a command and used from its first sign-in; everything else begins with an event.
BEGINS_WITHOUT_AN_EVENT = frozenset({"accounts.user"})
# Columns on which nothing rests, and which change without a line in the log.
VOLATILE = {
    "accounts.user": frozenset({"last_login", "language", "theme", "shortcuts"}),
    "mfa.authenticator": frozenset({"last_used_at"}),
}
# Rows that change as they are used: each recovery code opens once, and is crossed off.
LEFT_OUT = {"mfa.authenticator": Q(type="recovery_codes")}
AT_ONCE = 500


@lru_cache
def roots() -> dict[Label, type[Model]]:
    """Return every kind of record whose content is sealed."""
    found = {model._meta.label_lower: model for model in apps.get_models() if _bears_a_marking(model)}
    return found | {label: apps.get_model(label) for label in OTHERS}


def _bears_a_marking(model: type[Model]) -> bool:
    return {"reference", "marking", "compartment"} <= {field.name for field in model._meta.concrete_fields}


@lru_cache
def parts() -> dict[Label, list[tuple[type[Model], str]]]:
    """Return what hangs on each kind of record: the model, and the column that leads to the record."""
    found: dict[Label, list[tuple[type[Model], str]]] = defaultdict(list)
    for model in apps.get_models():
        if field := _path(model):
            found[field.related_model._meta.label_lower].append((model, field.attname))
    for label in set(roots()) - set(OTHERS):
        found[label] += [(apps.get_model(beside), column) for beside, column in BESIDE.items()]
    return {label: sorted(rows, key=lambda row: row[0]._meta.label_lower) for label, rows in found.items()}


def _path(model: type[Model]) -> Any:
    """Return the field that leads from a part to its record, or None."""
    names = {field.name: field for field in model._meta.concrete_fields}
    stated = getattr(model, "record", None) or PARTS.get(model._meta.label_lower) or "content_object"
    field = names.get(stated) if isinstance(stated, str) else None
    is_root = field is not None and field.related_model and field.related_model._meta.label_lower in roots()
    return field if is_root else None


def owners(targets: Iterable[Root]) -> dict[Root, Root]:
    """Return for each target of an event the record that it belongs to; what is sealed nowhere is left out."""
    by_label: dict[Label, set[UUID]] = defaultdict(set)
    for label, key in targets:
        by_label[label].add(key)
    found: dict[Root, Root] = {}
    for label, wanted in by_label.items():
        if label in roots():
            found |= {(label, key): (label, key) for key in wanted}
        else:
            found |= _owners_of_parts(label, wanted)
    return found


def _owners_of_parts(label: Label, wanted: set[UUID]) -> dict[Root, Root]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return {}
    field = _path(model)
    if field is None:
        return {}
    above = field.related_model._meta.label_lower
    rows = model._base_manager.filter(pk__in=wanted).values_list("pk", field.attname)
    return {(label, key): (above, owner) for key, owner in rows}


def digests(wanted: Iterable[Root]) -> dict[Root, str]:
    """Return the digest of what each of these records holds now; of one that is gone, the digest of nothing."""
    by_label: dict[Label, list[UUID]] = defaultdict(list)
    for label, key in wanted:
        by_label[label].append(key)
    found: dict[Root, str] = {}
    for label, ids in by_label.items():
        for some in _slices(ids):
            found |= _digests_of(label, some)
    return found


def everything() -> Iterator[tuple[Root, str]]:
    """Yield every record there is with the digest of what it holds now."""
    for label, model in roots().items():
        ids = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        for some in _slices(ids):
            yield from _digests_of(label, some).items()


def _slices(ids: list[UUID]) -> Iterator[list[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _digests_of(label: Label, ids: list[UUID]) -> dict[Root, str]:
    held: dict[UUID, dict[Label, list[dict[str, Any]]]] = {key: defaultdict(list) for key in ids}
    model = roots()[label]
    for row in _rows(model, "pk", ids):
        held[row.pop("")][label].append(row)
    for part, column in parts().get(label, ()):
        for row in _rows(part, column, ids):
            held[row.pop("")][part._meta.label_lower].append(row)
    key = keys.of_events()
    return {(label, each): record_digest(label, str(each), content, key) for each, content in held.items()}


def _rows(model: type[Model], column: str, ids: list[UUID]) -> Iterator[dict[str, Any]]:
    """Yield rows as plain values by column, with whose row it is under the empty name.

    A column that holds its default is left out, so that a release may add a column without touching old seals.
    """
    columns = _columns(model)
    found = model._base_manager.filter(**{f"{column}__in": ids}).order_by("pk")
    if left_out := LEFT_OUT.get(model._meta.label_lower):
        found = found.exclude(left_out)
    for owner, *values in found.values_list(column, *columns):
        pairs = zip(columns.items(), values, strict=True)
        yield {"": owner} | {name: plain(value) for (name, default), value in pairs if value != default}


@lru_cache
def _columns(model: type[Model]) -> Mapping[str, Any]:
    """Return the columns that count, each with its default."""
    left_out = VOLATILE.get(model._meta.label_lower, frozenset())
    fields: list[Field[Any, Any]] = [field for field in model._meta.concrete_fields if field.name not in left_out]
    return {field.attname: field.get_default() for field in fields}


def plain(value: Any) -> Any:
    """Return a value of a column in a form that both databases agree on."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (bool, int, str, list, dict)) or value is None:
        return value
    return str(value)
