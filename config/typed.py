"""What somebody filled into a form that was not saved, in rows for them to read and to copy."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.forms import BaseForm, Field
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.carrying import Carried, is_key, typed

# Of a form itself, and nothing that a person fills in.
NOT_SAID = frozenset({"submission_key", "seen"})


def sent(request: HttpRequest | None) -> Carried | None:
    """Return what this page was just sent, if it was sent anything."""
    return typed(request) if request is not None and request.method == "POST" else None


def rows_of(carried: Carried | None, form: BaseForm | None = None) -> list[tuple[str, str]]:
    """Return what was filled in, beside its words on the form, or the name of its field where the form is not known."""
    said: dict[str, list[tuple[str, str]]] = {}
    for name, value in carried.fields if carried else ():
        if name not in NOT_SAID and value.strip():
            said.setdefault(_field_name(name, form), []).append((name, value))
    if form is None:
        return [(name.replace("_", " ").replace("-", " "), _joined(name, parts)) for name, parts in said.items()]
    return [
        (str(field.label or name), _joined(name, parts, field))
        for name, parts in said.items()
        if (field := form.fields.get(name)) and not field.widget.is_hidden
    ]


def _field_name(name: str, form: BaseForm | None) -> str:
    """Return the field that an input belongs to: a date has one for its day, one for its month and one for its year."""
    whole = name.rpartition("_")[0]
    return whole if form is not None and name not in form.fields and whole in form.fields else name


def _joined(name: str, parts: list[tuple[str, str]], field: Field | None = None) -> str:
    offered = dict(_flat(getattr(field, "choices", ())))
    values = [offered.get(value) or (_("chosen from a list") if is_key(value) else value) for _name, value in parts]
    return (" " if any(part != name for part, _value in parts) else "\n").join(values)


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield str(value), str(label)
