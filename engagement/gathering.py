"""Reading rows of several kinds in a single round trip."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, F, Field, IntegerField, JSONField, Model, QuerySet, Value
from django.db.models.functions import JSONObject

from missions.access import NOTED

Rows = dict[type[Model], list[Any]]


def gather(*parts: QuerySet[Any]) -> Rows:
    """Read several querysets as one query; rows come back as instances, with their annotations as attributes."""
    first, *others = [_as_json(part, number) for number, part in enumerate(parts)]
    found: Rows = defaultdict(list)
    for number, row in first.union(*others, all=True) if others else first:
        part = parts[number]
        found[part.model].append(_instance(part, _loaded(row)))
    return found


def _as_json(part: QuerySet[Any], number: int) -> QuerySet[Any, Any]:
    columns = [field.attname for field in part.model._meta.concrete_fields] + _told(part)
    packed = JSONObject(**{column: F(column) for column in columns})
    return part.order_by().values_list(Value(number, output_field=IntegerField()), packed)


def _instance(part: QuerySet[Any], row: dict[str, Any]) -> Any:
    fields = part.model._meta.concrete_fields
    instance = part.model(**{field.attname: _value(field, row[field.attname]) for field in fields})
    instance._state.adding = False
    instance._state.db = part.db
    for name in _told(part):
        setattr(instance, name, row[name])
    return instance


def _told(part: QuerySet[Any]) -> list[str]:
    """Return the annotations to read; how the request itself is held was noted when it was read."""
    return [name for name in part.query.annotations if name not in NOTED]


def _value(field: "Field[Any, Any]", value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, JSONField):
        return _loaded(value)
    if isinstance(field, DateTimeField):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
    target = getattr(field, "target_field", field)
    return target.to_python(value)


def _loaded(value: Any) -> Any:
    # SQLite gives JSON inside JSON as text, PostgreSQL as a value.
    return json.loads(value) if isinstance(value, str) else value
