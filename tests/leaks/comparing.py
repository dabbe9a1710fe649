"""Replaying days in two worlds, and telling where they differ."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone

from tests.access.people import NOW
from tests.access.things import World as Built
from tests.leaks.days import Answer, Day
from tests.leaks.seeds import Seeds
from tests.leaks.worlds import World, build, hidden_from, kinds_of, whole


@dataclass
class Twice:
    """One person's day in the whole world and in the one without what they may not know of."""

    hidden: frozenset[str]
    kinds: set[str]
    whole: Day
    without: Day | None = None


@contextmanager
def standing(leave_out: Iterable[str], patch: pytest.MonkeyPatch) -> Iterator[tuple[Seeds, Built]]:
    """Let a world stand for as long as this lasts."""
    seeds = Seeds()
    with transaction.atomic(), patch.context() as patched:
        seeds.sow(patched)
        patched.setattr(timezone, "now", lambda: NOW)
        yield seeds, build(seeds, leave_out)
        transaction.set_rollback(True)


def live_twice(people: Iterable[str], patch: pytest.MonkeyPatch) -> dict[str, Twice]:
    """Take down everybody's day in the whole world, and do it again in a world without what they may not know of."""
    days: dict[str, Twice] = {}
    with standing((), patch) as (seeds, built):
        for who in people:
            places = hidden_from(who, built)
            kinds = kinds_of(who, places, built)
            with _alone(patch) as patched:
                days[who] = Twice(places, kinds, _day(whole(seeds, built, places), who, patched).live())
    for who, twice in days.items():
        with standing(twice.hidden, patch) as (seeds, built), _alone(patch) as patched:
            twice.without = _day(World(seeds, built.at, built.people), who, patched).again(twice.whole.steps)
    return days


@contextmanager
def _alone(patch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Undo afterwards whatever is done inside."""
    with transaction.atomic(), patch.context() as patched:
        yield patched
        transaction.set_rollback(True)


def _day(world: World, who: str, patch: pytest.MonkeyPatch) -> Day:
    return Day(world, who, lambda moment: patch.setattr(timezone, "now", lambda: moment))


def differences(twice: Twice) -> list[str]:
    """Return what tells the two worlds apart, request by request."""
    one, other = twice.whole, twice.without
    assert other is not None
    found = [
        f"{step}\n    {told}"
        for step, here, there in zip(one.steps, one.answers, other.answers, strict=True)
        if (told := _difference(here, there))
    ]
    return found + ([f"mail and notices differ: {one.received} {other.received}"] * (one.received != other.received))


def _difference(here: Answer, there: Answer) -> str:
    if here.status != there.status:
        return f"status {here.status}, and {there.status} where nothing is hidden"
    if here.headers != there.headers:
        return f"headers {set(here.headers) ^ set(there.headers)}"
    if here.mails != there.mails:
        return "other mails"
    if here.packed != there.packed:
        lines = difflib.unified_diff(there.body.splitlines(), here.body.splitlines(), n=0, lineterm="")
        return "\n    ".join(list(lines)[2:14])[:1500]
    return f"{here.queries} queries, and {there.queries}" if here.queries != there.queries else ""


def is_full(day: Day) -> bool:
    """Say whether somebody has seen and tried enough in a day for it to prove something."""
    shown = sum(answer.status == 200 for answer in day.answers)
    tried = sum(answer.status == 404 for answer in day.answers)
    return len(day.steps) >= 300 and shown >= 150 and tried >= 20


def sent_in(day: Day) -> int:
    """Return how many forms somebody has sent; headquarters is offered none."""
    return sum(step.posted is not None for step in day.steps)


def tables_taken_out(day: Day) -> int:
    """Return how many files somebody was given to keep."""
    return sum(dict(answer.headers).get("Content-Type", "").startswith("text/csv") for answer in day.answers)
