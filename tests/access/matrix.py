"""The permission matrix: every address and method, by every person, about every kind of record, judged by the oracle.

A cell is one request. It is sent inside a savepoint that is rolled back, so each cell meets the same world. Three
things are compared: how it was answered, what stands in the answer, and whether a POST left a trace.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import session_rules
from audit.models import Event, Kind
from missions.access import Record
from tests.access import oracle as judge
from tests.access.families import models_of_content
from tests.access.oracle import Facts, Oracle
from tests.access.people import ANONYMOUS, OTHERS, PEOPLE, ROLES
from tests.access.places import NAMED, PLACES
from tests.access.things import TOKEN, Thing, World
from tests.attacks import forms
from tests.site.visits import Page

# The kinds of record that issue 3 names.
EVERYWHERE = (
    "own office",
    "other office",
    "marked higher",
    "own compartment",
    "foreign compartment",
    "other mission",
    "let in",
    "library",
)
# A form is met by its author besides, and by who broke the glass.
WITH_A_FORM = ("own record", "emergency")
# Drafts stand for requests in any state at a few places only.
ONCE_MORE = ("own office", "foreign compartment")
NOWHERE = "nowhere"
STEP = 17
# How many postings, grants and the like stand for all of their kind.
OF_A_KIND = 6
# How many of the people at the edges of the rule ask one question; they take turns, and all of them ask for what
# stands in AT_EVERY_PLACE.
TURNS = 14
FEW = 11
# The pages of single records are asked for at every place, by everybody.
AT_EVERY_PLACE = {
    "engagement:request": "dialogue",
    "engagement:contact": "planned",
    "nsags:group": "group",
    "engagement:source": "source",
    "api:request-detail": "submitted",
}
# In which states an address meets a request, where it takes one in any.
STATES = {"request": ("submitted", "draft"), "record": ("group", "contact", "threat", "submitted", "source")}
WRONG = ("GET", "POST", "PUT")
REFERENCE = re.compile(r"(?<![\w-])[A-Z]-(?:\d{4}-)?[2-9BCDFGHJKLMNPQRSTVWXZ]{5}(?![\w-])")
# What anybody may leave in the log by asking: that they were refused, that they read, that they came and went.
NO_CHANGE = (Kind.ACCESS_DENIED, Kind.RECORD_READ, Kind.SIGNED_IN, Kind.SIGNED_OUT)
NO_KEY = uuid.UUID(int=7)
# What an address needs that is neither a record nor of a mission.
PLAIN: dict[str, Any] = {"form": "contact", "place": 1, "token": "made-up", "factor": 1}

# What is sent where no page holds the form.
WITHOUT_A_PAGE: forms.Fields = {"section": ["purpose"]}


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address that has a name, with its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield f"{space}{entry.name}", entry


@dataclass(frozen=True)
class Cell:
    """One request: which address, which method, who, about what."""

    route: str
    method: str
    person: str
    place: str
    about: str

    def __str__(self) -> str:
        what = f"{self.about} ({self.place})" if self.about else "no record"
        return f"{self.method} {self.route} as {self.person} about {what}"


@dataclass
class Outcome:
    """What a number of cells came to."""

    cells: int = 0
    leaks: list[str] = field(default_factory=list)
    wrong_refusals: list[str] = field(default_factory=list)
    changed: Counter[str] = field(default_factory=Counter)
    tokens: int = 0

    def add(self, other: "Outcome") -> None:
        """Take another outcome in."""
        self.cells += other.cells
        self.leaks += other.leaks
        self.wrong_refusals += other.wrong_refusals
        self.changed += other.changed
        self.tokens += other.tokens

    def __str__(self) -> str:
        return f"access cells: {self.cells}, leaks: {len(self.leaks)}, wrong refusals: {len(self.wrong_refusals)}"


class Bench:
    """The world with everybody signed in, and the oracle beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.oracle = Oracle(judge.read_matrix(), world.at)
        self.patterns = dict(routes())
        self.things: dict[tuple[str, str], Thing] = {(each.about, each.place): each for each in world.things}
        self.client = Client(raise_request_exception=False)
        self.sessions = {name: self._session(name) for name in PEOPLE}
        self.events = Event.objects.exclude(kind__in=NO_CHANGE).count()
        self.references = {model: references_of(model) for model in models_of_content()}
        self._bodies: dict[tuple[str, str, str], forms.Fields] = {}
        self._verdicts: dict[tuple[str, str, str], bool] = {}

    def _session(self, name: str) -> str:
        self.client.cookies = SimpleCookie()
        self.client.force_login(self.world.people[name])
        session = self.client.session
        session_rules.begin(session, self.world.at)
        session_rules.complete(session, self.world.at)
        session.save()
        return str(session.session_key)

    # --- Which cells there are ---

    def cells(self) -> Iterator[Cell]:
        """Yield every cell."""
        for number, (route, method, about, place) in enumerate(self.questions()):
            for person in self._asking(number, route, method, about, place):
                yield Cell(route, method, person, place, about)

    def _asking(self, number: int, route: str, method: str, about: str, place: str) -> Sequence[str]:
        """Return who asks: each role and whoever has not signed in, and the others in turn.

        Everybody asks for the pages of single records, and for what is about no record; what does not exist, and what
        an address does not take, is asked for by a few in turn.
        """
        everybody = [*PEOPLE, ANONYMOUS]
        if method not in self.oracle.methods(route) or place == NOWHERE:
            return everybody[number % FEW :: FEW]
        if not about or (AT_EVERY_PLACE.get(route) == about and method == "GET"):
            return everybody
        return [*ROLES, ANONYMOUS, *list(OTHERS)[number % TURNS :: TURNS]]

    def sample(self) -> Iterator[Cell]:
        """Yield one cell of every second question, and of the first one about each address and method."""
        everybody, met = [*PEOPLE, ANONYMOUS], set()
        for number, (route, method, about, place) in enumerate(self.questions()):
            if number % 2 == 0 or (route, method) not in met:
                met.add((route, method))
                # A step that shares no factor with the number of people brings each to each.
                yield Cell(route, method, everybody[number * STEP % len(everybody)], place, about)

    def questions(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield address, method, kind and place of everything that is asked."""
        for route, row in self.oracle.routes.items():
            methods = self.oracle.methods(route)
            places = list(self._places(route, row["about"]))
            for method in methods:
                yield from ((route, method, about, place) for about, place in places)
            for method in WRONG:
                if method not in methods:
                    yield route, method, *places[0]
            if about := AT_EVERY_PLACE.get(route):
                left = [(about, place) for place in NAMED if (about, place) not in places]
                yield from ((route, "GET", *where) for where in left)

    def _places(self, route: str, about: str) -> Iterator[tuple[str, str]]:
        if about == "nothing":
            yield "", ""
            return
        takes_forms = "POST" in self.oracle.methods(route)
        for number, state in enumerate(STATES.get(about, (about,))):
            wanted = ONCE_MORE if number else EVERYWHERE + WITH_A_FORM * takes_forms
            named = [place for kind, place in self.things if kind == state]
            others = [place for place in named if place not in PLACES]
            chosen = [*(place for place in named if place in wanted), *others[:: len(others) // OF_A_KIND + 1]]
            yield from ((state, place) for place in chosen)
            yield state, NOWHERE

    # --- Asking ---

    def run(self, cells: Sequence[Cell], tell: Callable[[Outcome], None] | None = None) -> Outcome:
        """Ask every cell and judge the answers."""
        outcome = Outcome()
        for cell in cells:
            self.judge(cell, outcome)
            if tell:
                tell(outcome)
        return outcome

    def judge(self, cell: Cell, outcome: Outcome) -> None:
        """Ask one cell, and note what is wrong with the answer."""
        outcome.cells += 1
        person = self.world.facts.get(cell.person)
        what = self._facts(cell)
        sent = self._body(cell, what) if cell.method == "POST" else {}
        with transaction.atomic():
            answer = self.ask(cell, sent)
            changes = Event.objects.exclude(kind__in=NO_CHANGE).count() - self.events if cell.method == "POST" else 0
            transaction.set_rollback(True)
        expected = self.oracle.answer(person, cell.route, cell.method, what)
        found = classify(answer)
        if not agrees(expected, found):
            kind = outcome.leaks if is_leak(expected, found) else outcome.wrong_refusals
            kind.append(f"{cell}: expected {expected}, answered {found}")
        if changes and not self.oracle.may_change(person, cell.route, what):
            outcome.leaks.append(f"{cell}: changed something")
        if changes:
            outcome.changed[cell.route] += 1
        outcome.leaks += [f"{cell}: shows {shown}" for shown in self._shown(cell, person, answer, sent, outcome)]

    def ask(self, cell: Cell, sent: forms.Fields) -> HttpResponseBase:
        """Send the request of a cell."""
        self.client.cookies = SimpleCookie()
        if cell.person in self.sessions:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[cell.person]
        send = getattr(self.client, cell.method.lower())
        answer: HttpResponseBase = send(self.address(cell), {**sent} if cell.method == "POST" else None)
        return answer

    def address(self, cell: Cell) -> str:
        """Return the address of a cell."""
        thing = self.things.get((cell.about, cell.place))
        given = PLAIN | (thing.address if thing else self._missing(cell))
        wanted = self.patterns[cell.route].pattern.regex.groupindex
        return reverse(cell.route, kwargs={name: given[name] for name in wanted})

    def _missing(self, cell: Cell) -> dict[str, Any]:
        """Return what stands in an address that names nothing which exists, though it looks the same."""
        alike = next((thing for (about, _place), thing in self.things.items() if about == cell.about), None)
        if alike is None:
            return {}
        missing = {name: NO_KEY if isinstance(value, uuid.UUID) else value for name, value in alike.address.items()}
        if "reference" in missing:
            missing["reference"] = f"{missing['reference'][:-5]}ZZZZZ"
        if cell.about == "mission":
            missing["code"] = "NOMISSION"
        return missing

    def _facts(self, cell: Cell) -> Facts | None:
        """Return what an address names, as plain facts; nothing where it names nothing that exists."""
        if not cell.about:
            return {}
        thing = self.things.get((cell.about, cell.place))
        return thing.facts if thing else None

    def _body(self, cell: Cell, what: Facts | None) -> forms.Fields:
        """Return the form of an address as somebody fills it in who may, with a new key."""
        asked = (cell.route, cell.about, cell.place)
        if asked not in self._bodies:
            self._bodies[asked] = self._filled(cell, what)
        return self._bodies[asked] | {"submission_key": [str(uuid.uuid4())]}

    def _filled(self, cell: Cell, what: Facts | None) -> forms.Fields:
        if "GET" not in self.oracle.methods(cell.route):
            return WITHOUT_A_PAGE
        answered = [
            name for name in PEOPLE if self.oracle.answer(self.world.facts[name], cell.route, "GET", what) == judge.OK
        ]
        answered.sort(key=lambda name: not self.oracle.may_change(self.world.facts[name], cell.route, what))
        for name in answered[:1]:
            with transaction.atomic():
                answer = self.ask(Cell(cell.route, "GET", name, cell.place, cell.about), {})
                transaction.set_rollback(True)
            page = Page(self.address(cell), answer.status_code, content_of(answer).encode(), "", name, "en")
            for _address, form in forms.posting_forms(page):
                return forms.filled(form, forms.DAYS[0])
        return {}

    # --- What stands in an answer ---

    def _shown(
        self, cell: Cell, person: Facts | None, answer: HttpResponseBase, sent: forms.Fields, outcome: Outcome
    ) -> Iterator[str]:
        """Yield what stands in an answer that this person may not know."""
        text = content_of(answer) + answer.get("Location", "") + answer.get("Content-Disposition", "")
        own = self.address(cell) + repr(sent)
        here = [
            self.world.records[reference]
            for reference in set(REFERENCE.findall(text + own))
            if reference in self.world.records and self.may(person, self.world.records[reference], "read")
        ]
        for token in set(TOKEN.findall(text)):
            outcome.tokens += 1
            facts, what = self.world.canaries.get(token, (None, ""))
            if facts is None or token in own or self.may(person, facts, what):
                continue
            if not (self.oracle.is_a_name(what) and self._is_told_of(facts, here)):
                yield f"{what} of {facts['id']}"
        for reference in set(REFERENCE.findall(text)):
            record = self.world.records.get(reference)
            if record is None or reference in own or self.may(person, record, "meet"):
                continue
            if not self._is_told_of(record, here):
                yield f"the reference of {record['id']}"

    def _is_told_of(self, named: Facts, here: Sequence[Facts]) -> bool:
        """Say whether one of the records on a page may tell the name of another."""
        return "reference" in named and any(self.oracle.tells_of(record, named) for record in here)

    def may(self, person: Facts | None, facts: Facts, verb: str) -> bool:
        """Say whether a person may meet the reference of a record, read it, or read one of its fields."""
        asked = (person["name"] if person else "", facts["id"], verb)
        if asked not in self._verdicts:
            meets = verb == "meet" and self.oracle.may_meet(person, facts)
            self._verdicts[asked] = meets or self.oracle.may_read(person, facts, verb)
        return self._verdicts[asked]


def references_of(model: type[Any]) -> set[str]:
    """Return the references of all records that have content of this kind."""
    path = "" if issubclass(model, Record) else f"{model.record}__"
    return set(model._base_manager.values_list(f"{path}reference", flat=True))


def content_of(answer: HttpResponseBase) -> str:
    """Return the body of an answer as text."""
    if getattr(answer, "streaming", False):
        return b"".join(answer).decode(errors="replace")
    return answer.content.decode(errors="replace")


def classify(answer: HttpResponseBase) -> str:
    """Return how an answer reads in the words of the matrix."""
    if answer.status_code == 302:
        return judge.SIGN_IN if answer["Location"].startswith("/sign-in/?next=") else judge.ELSEWHERE
    if answer.status_code == 200 and getattr(answer, "asks_to_sign_in", False):
        return judge.SIGN_IN
    return judge.OK if answer.status_code in {200, 204} else str(answer.status_code)


# Answers that agree with what was expected.
AGREEING: Mapping[str, frozenset[str]] = {
    # 409 says why something cannot be done any more.
    judge.OK: frozenset({judge.OK, judge.ELSEWHERE, "409"}),
    judge.TOLD: frozenset({judge.OK}),
}


def agrees(expected: str, found: str) -> bool:
    """Say whether an answer is one that was expected."""
    return found in AGREEING.get(expected, {expected})


def is_leak(expected: str, found: str) -> bool:
    """Say whether a wrong answer gives more than the right one; otherwise it refuses what it should not."""
    return expected in {judge.HIDDEN, judge.FORBIDDEN, judge.SIGN_IN, judge.ELSEWHERE, judge.TOLD} and found not in {
        judge.SIGN_IN,
        judge.WRONG_METHOD,
        judge.HIDDEN,
    }
