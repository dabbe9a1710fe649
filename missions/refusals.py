"""Refusals are data: the same list stands under the disabled button, in the exception and in the API's answer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise


@dataclass(frozen=True)
class Refusal:
    """One reason why something may not be done now, in a sentence that says how to mend it.

    `field` names the form field that the reason belongs to, when there is one. A wall stands against the person,
    whatever they type into that field.
    """

    code: str
    message: str | Promise
    field: str = ""
    is_wall: bool = False


class Refused(Exception):
    """A service did nothing because its policy refused."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(refusal.code for refusal in self.refusals))
        if (heard := _heard.get()) is not None:
            heard.append(self)

    def add_to(self, form: forms.Form) -> None:
        """Put every reason beside its field, or at the top of the form."""
        for refusal in self.refusals:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, forms.ValidationError(str(refusal.message), code=refusal.code))


_heard: ContextVar[list[Refused] | None] = ContextVar("refusals of the present request", default=None)


@contextmanager
def overheard() -> Iterator[list[Refused]]:
    """Collect what is refused within a block, however it is told to the person."""
    heard: list[Refused] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def refuse_if_any(refusals: Iterable[Refusal]) -> None:
    """Raise Refused when there is at least one reason."""
    if reasons := tuple(refusals):
        raise Refused(reasons)


def unmendable(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Keep the reasons that nothing typed into the form can mend."""
    return [refusal for refusal in refusals if refusal.is_wall or not refusal.field]


def in_the_way(refusals: Iterable[Refusal], *, tried: bool) -> tuple[Refusal, ...]:
    """Return what stands against something, for a page that says so; the log hears of it if it was `tried`."""
    return Refused(refusals).refusals if tried else tuple(refusals)
