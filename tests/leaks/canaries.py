"""Canaries: words that stand in one record only, so that an answer in which one turns up has shown that record.

The factories plant one in every sensitive text that they write and that no test has chosen itself.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import models

P = ParamSpec("P")
R = TypeVar("R")

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
SHAPE = re.compile(r"CNRY-[2-9B-Z]{7}")

# Codes, digests and choices by another name: whatever is not here and holds text is sensitive.
PLAIN = {
    "reference",
    "language",
    "ruleset",
    "ruleset_hash",
    "digest",
    "rule_advice",
    "factor",
    "gate",
    "code",
    "answered_role",
}

# What a test has said itself, while one of its factories is at work; None elsewhere.
_said: ContextVar[frozenset[str] | None] = ContextVar("said", default=None)

# The table and the key of the record in which each canary sits, and the model whose words it stands among.
owners: dict[str, tuple[str, str, str]] = {}


def planting(factory: Callable[P, R]) -> Callable[P, R]:
    """Plant canaries in what a factory writes, but not in words that its caller has chosen."""

    @wraps(factory)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        before = _said.get() or frozenset()
        held = _said.set(before | frozenset(_words([*args, *kwargs.values()])))
        try:
            return factory(*args, **kwargs)
        finally:
            _said.reset(held)

    return wrapped


@contextmanager
def planted_everywhere() -> Iterator[None]:
    """Plant canaries in everything that is written inside."""
    held = _said.set(frozenset())
    try:
        yield
    finally:
        _said.reset(held)


def _words(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value.strip()
        elif isinstance(value, dict):
            yield from _words(value.values())
        elif isinstance(value, list | tuple | set):
            yield from _words(value)


def sensitive() -> Iterator[models.Field]:
    """Yield every field that holds words about a record: of records, of their parts, of circles and of leave."""
    from missions.access import PartOfRecord, Record
    from missions.models import Compartment, CompartmentMember, RecordGrant

    for model in apps.get_models():
        if issubclass(model, (Record, PartOfRecord, Compartment, CompartmentMember, RecordGrant)):
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
                if is_text and field.name not in PLAIN:
                    yield field


def plant_everywhere() -> None:
    """Have every sensitive field plant a canary when a factory writes it."""
    for field in sensitive():
        field.pre_save = _planter(field, field.pre_save)


def _planter(field: Any, original: Callable[[Any, bool], Any]) -> Callable[[Any, bool], Any]:
    def pre_save(instance: Any, add: bool) -> Any:
        value = original(instance, add)
        said = _said.get()
        if said is None or not value or not isinstance(value, str) or value.strip() in said or SHAPE.search(value):
            return value
        word = "CNRY-" + "".join(secrets.choice(ALPHABET) for _ in range(7))
        longer = f"{value} {word}"
        if field.max_length and len(longer) > field.max_length:
            return value
        owners[word] = (*owner_of(instance), instance._meta.model_name)
        setattr(instance, field.attname, longer)
        return longer

    return pre_save


def owner_of(instance: Any) -> tuple[str, str]:
    """Return the table and the key of the record, or the circle, that these words belong to."""
    from missions.models import CompartmentMember, RecordGrant

    path = getattr(type(instance), "record", "")
    if isinstance(instance, CompartmentMember):
        path = "compartment"
    elif isinstance(instance, RecordGrant):
        path = "content_object"
    for step in path.split("__") if path else ():
        field = instance._meta.get_field(step)
        if path == step:
            return field.related_model._meta.db_table, getattr(instance, field.attname).hex
        instance = getattr(instance, step)
    return instance._meta.db_table, instance.pk.hex
