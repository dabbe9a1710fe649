"""What is hidden answers as what does not exist: with the same status, the same words and the same work."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from missions.access import PartOfRecord, Record
from tests.access.people import HOME, NEXT_DOOR, NOW
from tests.access.things import Thing, World
from tests.access.world import build_world
from tests.leaks import knowing
from tests.leaks.days import QueryCounter
from tests.leaks.watch import grant_tables
from tests.leaks.worlds import hidden_from

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PEOPLE = ("field_staff", "neighbour", "headquarters_desk")
UNKNOWN = UUID("00000000-0000-4000-8000-000000000007")
VERBS = ("get", "post")
Words = dict[str, Any]
# Given out anew with each answer.
TOKENS = re.compile(rb'(name="(?:csrfmiddlewaretoken|submission_key)" value=)"[^"]*"')


def detail_routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address that names something, found by walking the resolver: a new one is tried unasked."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from detail_routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name and entry.pattern.regex.groups and "format" not in entry.pattern.regex.groupindex:
            yield f"{space}{entry.name}", entry


ROUTES = [pytest.param(name, entry, id=name) for name, entry in detail_routes() if not name.startswith("static")]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Build the whole world once."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(timezone, "now", lambda: NOW)
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def hidden(world: World, django_db_blocker: Any) -> dict[str, list[models.Model]]:
    """Return what each person may not know of: of every kind, one that is marked higher, one in a circle, one away."""
    with django_db_blocker.unblock():
        return {who: list(_hidden_from(who, world)) for who in PEOPLE}


def _hidden_from(who: str, world: World) -> Iterator[models.Model]:
    places = hidden_from(who, world)
    wanted = ("foreign compartment", "marked higher", "other mission", "other office")
    tried = [place for place in wanted if place in places][:2]
    references = [ref for ref, facts in world.records.items() if facts["place"] in tried]
    for model in apps.get_models():
        if issubclass(model, Record):
            yield from model.objects.unscoped("test").filter(reference__in=references).order_by("reference")[:2]
        elif issubclass(model, PartOfRecord) and not model._meta.abstract:
            path = f"{model.record}__reference__in"
            yield from model.objects.unscoped("test").filter(**{path: references}).order_by("pk")[:1]


def doors(entry: URLPattern, who: str, world: World, things: Iterable[models.Model]) -> Iterator[tuple[Words, Words]]:
    """Yield the words of pairs of addresses: of what is hidden, and of what does not exist."""
    words = list(entry.pattern.regex.groupindex)
    rest = {word: _anything(word, entry, world) for word in words}
    letter = LETTERS.get(_first_word(entry), "")
    for thing in things:
        if isinstance(thing, Record) and not thing.reference.startswith(letter):
            continue
        if isinstance(thing, Record):
            for word, tail in (("reference", ""), ("form", "-1")):
                if word in words:
                    yield rest | {word: thing.reference + tail}, rest | {word: _nobody(thing.reference) + tail}
        elif (word := str(thing._meta.model_name)) in words:
            yield rest | {word: thing.pk}, rest | {word: UNKNOWN}
    circles = [t for t in world.things if t.about in {"compartment", "member"} and not _is_inside(who, t, world)]
    for thing in [thing for thing in circles if thing.about in words][:3]:
        yield rest | _known(thing.address, words), rest | _known(thing.address, words) | {thing.about: UNKNOWN}


# Records that some of these people know, to stand in front of a part that they do not know.
# Addresses that begin with other words, or new ones, are tried with every kind of record.
LETTERS = {"groups": "N", "requests": "R", "contacts": "C", "sources": "S", "threats": "T", "drafts": "R"}
IN_FRONT = {"groups": "group", "requests": "submitted", "contacts": "contact", "sources": "source"}
ANYTHING = {"section": "purpose", "gate": "G-19", "form": "contact"}


def _first_word(entry: URLPattern) -> str:
    return str(entry.pattern).partition("/")[0].lstrip("^")


def _anything(word: str, entry: URLPattern, world: World) -> Any:
    if word == "reference":
        about = IN_FRONT.get(_first_word(entry), "submitted")
        return world.thing(about, "own office").address["reference"]
    if word == "code":
        return "M-01" if "reference" in entry.pattern.regex.groupindex else HOME
    return ANYTHING.get(word, UNKNOWN)


def _is_inside(who: str, thing: Thing, world: World) -> bool:
    """Say whether a person belongs, or has belonged, to the circle that an address names."""
    return thing.facts["compartment"] in {held["compartment"] for held in world.facts[who]["memberships"]}


def _known(address: Words, words: Iterable[str]) -> Words:
    return {word: value for word, value in address.items() if word in words}


def _nobody(reference: str) -> str:
    """Return a reference of the right form that nothing bears."""
    return f"{reference[:-5]}ZZZZZ"


def answer_to(client: Client, verb: str, address: str, names: Iterable[str]) -> tuple[Any, ...]:
    """Return what somebody can measure of an answer, without what they have asked for themselves."""
    counter = QueryCounter()
    with transaction.atomic(), connection.execute_wrapper(counter):
        answer = getattr(client, verb)(address)
        transaction.set_rollback(True)
    told = TOKENS.sub(rb"\1", answer.content)
    headers = sorted((name, value) for name, value in answer.items() if name != "Content-Length")
    for word in names:
        told = told.replace(word.encode(), b"*")
        headers = [(name, value.replace(word, "*")) for name, value in headers]
    return answer.status_code, headers, told, counter.count


@pytest.fixture(scope="module")
def clients(world: World, django_db_blocker: Any) -> dict[str, Client]:
    """Return everybody's browser."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: NOW)
        browsers = {who: Client(raise_request_exception=False) for who in PEOPLE}
        for who, client in browsers.items():
            client.force_login(world.people[who])
        return browsers


@pytest.mark.parametrize(("name", "entry"), ROUTES)
def test_what_is_hidden_answers_as_what_does_not_exist(
    world: World,
    hidden: dict[str, list[models.Model]],
    clients: dict[str, Client],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    entry: URLPattern,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for who in PEOPLE:
        for pair in doors(entry, who, world, hidden[who]):
            said = {str(word) for words in pair for word in words.values()}
            for verb in VERBS:
                one, other = (answer_to(clients[who], verb, reverse(name, kwargs=words), said) for words in pair)
                assert one == other, f"{verb} {reverse(name, kwargs=pair[0])} as {who}"
                assert one[0] < 500


def test_no_route_that_names_a_record_is_left_out() -> None:
    names = {param.values[0] for param in ROUTES}
    assert {
        "engagement:request",
        "nsags:group",
        "protection:threat",
        "api:request-detail",
        "engagement:source",
    } <= names


def test_the_mission_of_others_answers_as_none(clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = clients["field_staff"]
    for name, entry in detail_routes():
        words = list(entry.pattern.regex.groupindex)
        if words and words[0] == "code":
            rest = {word: ANYTHING.get(word, UNKNOWN) for word in words}
            here, nowhere = (reverse(name, kwargs=rest | {"code": code}) for code in (NEXT_DOOR, "UNZZZZ"))
            for verb in VERBS:
                one, other = (answer_to(client, verb, door, (NEXT_DOOR, "UNZZZZ")) for door in (here, nowhere))
                assert one == other, f"{verb} {here}"


def test_each_of_them_has_much_that_they_may_not_know(world: World, hidden: dict[str, list[models.Model]]) -> None:
    for who in PEOPLE:
        assert len({type(thing) for thing in hidden[who]}) >= 12
        assert knowing.knower(world.people[who].pk, NOW, grant_tables()).postings
