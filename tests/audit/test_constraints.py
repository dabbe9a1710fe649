"""Every pair of "when" and "by whom" in the product is all set or not set at all."""

import pytest
from django.apps import apps
from django.db.models import CheckConstraint

OURS = ("accounts", "missions", "nsags", "protection", "engagement")
# These pairs may be half empty for a stated reason.
EXEMPT: dict[str, str] = {}


def pairs():
    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, field in fields.items():
            stem, _underscore, kind = name.rpartition("_")
            by = fields.get(f"{stem}_by")
            if kind in {"at", "on"} and by is not None and field.null and by.null:
                yield pytest.param(model, name, by.name, id=f"{model._meta.label}.{name}")


@pytest.mark.parametrize(("model", "when", "by"), list(pairs()))
def test_a_moment_and_its_person_stand_together(model, when, by):
    promised = [set(_fields(constraint)) for constraint in model._meta.constraints]

    assert f"{model._meta.label}.{when}" in EXEMPT or any({when, by} <= fields for fields in promised)


def _fields(constraint):
    if not isinstance(constraint, CheckConstraint):
        return []
    return [lookup.partition("__")[0] for lookup in _lookups(constraint.condition)]


def _lookups(condition):
    for child in condition.children:
        if isinstance(child, tuple):
            yield child[0]
        else:
            yield from _lookups(child)
