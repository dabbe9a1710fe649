"""Two worlds for each person: the whole one, and the same one without whatever that person may not know of.

Both are the world of the access tests, which writes every kind of record at every place. What is hidden stands before,
between and after the rest, and in the whole world people go on working with it during the day, so that it would move
every count, every order and every running number that it can reach.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps

from accounts.models import User
from missions.access import Record
from missions.roles import PERMISSIONS_OF_ROLE, Permission
from nsags.models import Group
from tests import factories
from tests.access.places import PLACES, Place
from tests.access.things import World as Built
from tests.access.world import build_world
from tests.leaks import knowing
from tests.leaks.seeds import Seeds
from tests.leaks.watch import grant_tables, records_by

OTHER_MISSION, CIRCLE, HIGHER_MARKING, OTHER_OFFICE = KINDS = (
    "other mission",
    "closed circle",
    "higher marking",
    "other office",
)
# Where somebody goes on working while others do not know: the place of the group, and who works there.
AT_WORK = {
    "foreign compartment": "security_adviser",
    "marked higher": "poc_adviser",
    "other office": "colleague_in_kesi",
    "own office": "field_staff",
    "other mission": "neighbour",
    "other mission, closely held": "neighbour",
}


@dataclass
class World:
    """A world as one person lives in it."""

    seeds: Seeds
    at: datetime
    people: dict[str, User]
    # What this person may not know of, by kind of record and place; nothing in the world that lacks it.
    hidden: list[Any] = field(default_factory=list)
    unseen: list[Callable[[datetime], object]] = field(default_factory=list)

    @contextmanager
    def secretly(self) -> Iterator[None]:
        """Do something of which this person may not learn."""
        with self.seeds.hidden():
            yield


def build(seeds: Seeds, leave_out: Iterable[str] = ()) -> Built:
    """Build the world, whole or without some places, and give everybody an address for mail."""
    seeds.renew("world")
    built = build_world(leave_out=frozenset(leave_out))
    for user in built.people.values():
        user.email = f"{user.username}@example.org"
    User.objects.bulk_update(built.people.values(), ["email"])
    return built


def hidden_from(who: str, built: Built) -> frozenset[str]:
    """Return the places of which this person may know nothing, asked of plain facts and not of the rule under test."""
    person = knowing.knower(built.people[who].pk, built.at, grant_tables())
    known = {
        built.records[kept.reference]["place"]
        for kept in records_by(built.records)
        if knowing.may_know(person, kept) or knowing.may_count(person, kept)
    }
    return frozenset(PLACES) - known


def kinds_of(who: str, places: Iterable[str], built: Built) -> set[str]:
    """Say why a person may not know of these places."""
    postings = built.facts[who]["postings"]
    return {kind for name in places for kind in _why(PLACES[name], postings)}


def _why(place: Place, postings: Iterable[dict[str, Any]]) -> Iterator[str]:
    here = [posting for posting in postings if posting["mission"] in {place.mission, None}]
    if not here:
        yield OTHER_MISSION
    elif place.compartment:
        yield CIRCLE
    elif place.marking > max(posting["ceiling"] for posting in here):
        yield HIGHER_MARKING
    elif place.office not in {posting["office"] for posting in here}:
        yield OTHER_OFFICE


def whole(seeds: Seeds, built: Built, places: frozenset[str]) -> World:
    """Return the whole world, with what one person may not know of, and the work that goes on there."""
    world = World(seeds, built.at, built.people)
    references = [reference for reference, facts in built.records.items() if facts["place"] in places]
    for model in apps.get_models():
        if issubclass(model, Record):
            found = model.objects.unscoped("test").filter(reference__in=references)
            world.hidden += found.order_by("reference")
    for place in sorted(places & set(AT_WORK)):
        group = next(row for row in world.hidden if isinstance(row, Group) and _stands_at(row, place, built))
        who = AT_WORK[place]
        world.unseen += _work(built.people[who], built.facts[who]["postings"][0]["role"], group)
    return world


def _stands_at(record: Record, place: str, built: Built) -> bool:
    facts: dict[str, Any] = built.records[record.reference]
    return facts["place"] == place


def _work(user: User, role: str, group: Group) -> Iterator[Callable[[datetime], object]]:
    """Yield what somebody does about a group in the course of the day."""
    common: dict[str, Any] = {"author": user, "group": group}
    yield lambda at: factories.make_contact(at=at, has_promise=True, has_safety_problem=True, **common)
    yield lambda at: factories.make_threat(at=at, **common)
    if Permission.PROPOSE in PERMISSIONS_OF_ROLE[role]:
        yield lambda at: factories.make_request(at=at, status="in_advice", band="HIGH", **common)
