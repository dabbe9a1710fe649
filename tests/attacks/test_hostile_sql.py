"""Statements typed into every parameter of every address: nothing breaks, and no word of them is taken for SQL."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import quote

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponseNotFound, QueryDict
from django.urls import URLPattern, URLResolver, get_resolver

from tests.attacks import forms
from tests.attacks.payloads import MARK, STATEMENTS

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]

PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
# Not ours to feed: what the test client itself sends to be let in.
KEPT = {"csrfmiddlewaretoken", "submission_key"}
HEADERS = (
    "accept",
    "accept-language",
    "cookie",
    "origin",
    "referer",
    "user-agent",
    "x-forwarded-for",
    "x-requested-with",
)
COOKIES = ("parley_session", "parley_csrf", "parley_language", "messages")


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address as a pattern with its parts still open."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = before + str(entry.pattern).removeprefix("^").replace("\\Z", "").replace("$", "")
        if isinstance(entry, URLResolver):
            yield from addresses(entry, address)
        else:
            yield "/" + address.replace("\\.", ".").replace("/?", "/"), entry


class Journal:
    """What the database was asked, as far as it is of interest: faults, and statements that hold what was typed."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if MARK in sql:
            self.faults.append(f"taken for SQL: {sql[:200]}")
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            self.faults.append(f"{type(error).__name__} in {sql[:100]}")
            raise


@contextmanager
def watching() -> Iterator[list[str]]:
    """Watch the statements, and see afterwards that the connection still answers."""
    journal = Journal()
    with connection.execute_wrapper(journal):
        yield journal.faults
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@pytest.fixture
def head(browser):
    """Return the browser of the head of mission, who may open most pages; faults are answers here."""
    client = browser("joseph")
    client.raise_request_exception = False
    return client


def records_of(stage, group, threat, mission) -> dict[str, str]:
    """Return what an address under each first part may name."""
    return {
        "requests": stage.records["ready"].reference,
        "contacts": stage.records["contact"].reference,
        "groups": group.reference,
        "threats": threat.reference,
        "missions": mission.code,
    }


def no_page(request, exception):
    return HttpResponseNotFound()


@pytest.fixture
def short_refusals(monkeypatch):
    """Leave out the drawing of the page that says that there is nothing: it is the same each time."""
    monkeypatch.setattr(import_module("config.urls"), "handler404", no_page, raising=False)


@pytest.mark.usefixtures("short_refusals")
def test_no_part_of_any_address_is_taken_for_sql(head):
    parts, broken = 0, []
    with watching() as faults:
        for address, _entry in addresses():
            for place in PART.finditer(address):
                parts += 1
                for statement in STATEMENTS:
                    text = quote(statement, safe="") if parts % 2 else quote(statement, safe="'();,|*=$@:")
                    opened = PART.sub("x", address[: place.start()]) + text + PART.sub("x", address[place.end() :])
                    broken += faults_of(head, opened, faults)

    assert not broken
    assert parts > 40


def faults_of(client, address, faults, **said) -> list[str]:
    """Open an address and take it all back; return what went wrong."""
    with transaction.atomic():
        status = client.get(address, **said).status_code
        transaction.set_rollback(True)
    found = [f"{address}: {fault}" for fault in faults]
    faults.clear()
    return found + [f"{address}: {status}"] * (status >= 500)


class Overheard(QueryDict):
    """Parameters that remember which of them somebody asked for."""

    asked: set[str] = set()

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def getlist(self, key, default=None):
        self.asked.add(key)
        return super().getlist(key, default)

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)


@contextmanager
def overheard() -> Iterator[set[str]]:
    """Note every parameter of an address that a view looks at."""
    Overheard.asked = set()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WSGIRequest, "GET", property(lambda self: Overheard(self.META.get("QUERY_STRING", ""))))
        yield Overheard.asked


def test_no_parameter_of_any_address_is_taken_for_sql(browser, stage, group, threat, mission):
    known, looked_at, broken = records_of(stage, group, threat, mission), 0, []
    for address, _entry in addresses():
        first = address.split("/")[1].replace("api", "")
        filled = PART.sub(lambda part, key=first: known.get(key, "x"), address)
        # Anew each time: one of the addresses hides the screen and closes the session.
        head = browser("joseph")
        head.raise_request_exception = False
        with overheard() as asked:
            head.get(filled)
        looked_at += len(asked)
        with watching() as faults:
            for number in range(len(STATEMENTS) if asked else 1):
                sent = {key: STATEMENTS[(number + place) % len(STATEMENTS)] for place, key in enumerate(sorted(asked))}
                broken += faults_of(head, filled, faults, query_params=sent | {STATEMENTS[number]: STATEMENTS[number]})

    assert not broken
    assert looked_at > 20


def test_no_header_and_no_cookie_is_taken_for_sql(browser, stage):
    broken = []
    for number, statement in enumerate(STATEMENTS):
        client = browser("joseph")
        client.raise_request_exception = False
        plain = statement.encode("ascii", "replace").decode()
        said = {name: plain for name in HEADERS if name != "cookie"}
        client.cookies[COOKIES[number % 2 + 1]] = plain
        client.cookies[COOKIES[3]] = plain
        with watching() as faults:
            broken += faults_of(client, "/requests/", faults, headers=said)
            client.cookies[COOKIES[0]] = plain
            broken += faults_of(client, "/requests/", faults, headers=said)
            broken += faults_of(client, "/", faults, headers=said | {"host": plain})
    assert not broken


def test_no_field_of_any_form_is_taken_for_sql(stage, browser):
    fields, broken, met = 0, [], set()
    for name, address in stage.doors:
        client = browser(name)
        client.raise_request_exception = False
        for target, form in forms.posting_forms(forms.read(client, address)):
            said = forms.filled(form, forms.DAYS[0])
            fields += len(said.keys() - KEPT)
            for sent in spoilt(said, form, met):
                with watching() as faults:
                    answer = forms.send(client, target, sent)
                    broken += [f"{target}: {fault}" for fault in faults]
                    broken += [f"{target}: {answer.status_code}"] * (answer.status_code >= 500)
    assert not broken
    assert fields > 150


def spoilt(said, form, met) -> Iterator[dict[str, list[str]]]:
    """Yield fillings that put every statement into every field: words take several at once, a choice takes one.

    A key of the database is looked up alike in every form, so the first form that asks for it stands for all.
    """
    words = {key for key, values in said.items() if " " in values[0]} - KEPT
    choices = sorted(said.keys() - words - KEPT)
    for number in range(4):
        yield said | {key: ["\n".join(STATEMENTS[number::4])] for key in words}
    looked_up = {key for key in choices if is_looked_up(form, key)}
    rounds = len(STATEMENTS) if looked_up - met else len(STATEMENTS) // 8
    met |= looked_up
    for number in range(rounds):
        yield said | {key: [STATEMENTS[(number + place) % len(STATEMENTS)]] for place, key in enumerate(choices)}


def is_looked_up(form, key) -> bool:
    """Say whether a choice is a key of the database, rather than a word of a closed list."""
    values = [option.get("value") for field in form.all("select", "input") if field.get("name") == key
              for option in (field.all("option") if field.tag == "select" else [field])]  # fmt: skip
    return any(re.fullmatch(r"[0-9a-f-]{36}", value) for value in values)
