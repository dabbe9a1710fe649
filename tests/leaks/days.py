"""A day of one person, taken down request by request in one world and done again in another."""

import re
import zlib
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import NAMESPACE_OID, uuid5

from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from engagement import tasks
from tests.attacks.forms import DAYS, Fields, filled, posting_forms
from tests.leaks import knowing
from tests.leaks.canaries import SHAPE
from tests.leaks.worlds import World
from tests.site.visits import Element, Page, is_page, name_of

LENGTH = 304
LONG = 20_000
# How much of a day goes into following links, choosing filters, trying doors and filling in forms.
LINKS, PARTS, TRIES, FORMS = 75, 60, 36, 70
A_WHILE = timedelta(seconds=20)
# Every so many requests somebody works unseen, the clock strikes, and the person signs in again.
UNSEEN_EVERY, TICK_EVERY, SIGN_IN_EVERY = 10, 150, 12
LINKS_OF_ONE_KIND, POSTS_OF_ONE_KIND = 6, 6
# What the clock does in one day; assessing everything again takes longer than the day itself.
STRIKES = [step for name, step in tasks.STEPS.items() if name != "assessments made again"]
# These end the day before its time.
NEVER = re.compile(r"^/(sign-|lock|hide|account/|accounts/|travel|_components)")
SAME_TO_ALL = re.compile(r"^/(help|accessibility|privacy|risk|healthz|library)")
DOORS = {
    "N": ("nsags:group",),
    "T": ("protection:threat",),
    "S": ("engagement:source",),
    "C": ("engagement:contact", "api:contact-detail"),
    "R": ("engagement:request", "engagement:edit", "engagement:history", "api:request-detail"),
}
KEYS = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
# Sent anew with each answer, and without a meaning for anybody.
TOKENS = re.compile(rb'(name="csrfmiddlewaretoken" value=)"[^"]+"')
OWN_TO_ONE_ANSWER = {"Date", "Content-Length"}


@dataclass(frozen=True)
class Step:
    """One request of the day."""

    path: str
    posted: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    language: str = "en"

    def __str__(self) -> str:
        return f"{'GET' if self.posted is None else 'POST'} {self.path} {self.posted or ''}"[:300]


@dataclass(frozen=True)
class Answer:
    """What came back, and all that a person could measure of it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    packed: bytes
    queries: int
    mails: tuple[tuple[str, str], ...]

    @property
    def body(self) -> str:
        """Return the content as text."""
        return zlib.decompress(self.packed).decode(errors="replace")


@dataclass
class Day:
    """Somebody's day in one world."""

    world: World
    who: str
    stop_clock: Callable[[datetime], None]
    answers: list[Answer] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    # Mails, and notices that the person may see when the day is over.
    received: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user = self.world.people[self.who]
        self.client = Client(raise_request_exception=False)
        self.now = self.world.at
        self.mailed_before = len(mail.outbox)
        self.unseen = list(self.world.unseen)
        self.stop_clock(self.now)

    def take(self, step: Step) -> Page:
        """Do one thing, and whatever else goes on meanwhile."""
        count = len(self.steps)
        self.now += A_WHILE
        self.stop_clock(self.now)
        self.world.seeds.renew(f"{self.who} {count}")
        if count % SIGN_IN_EVERY == 0:
            self.client.force_login(self.user)
        if count % UNSEEN_EVERY == 7 and self.unseen:
            with self.world.secretly():
                self.unseen.pop(0)(self.now)
        if count % TICK_EVERY == 100:
            with self.world.secretly():
                for strike in STRIKES:
                    strike(self.now)
        self.world.seeds.renew(f"{self.who} {count} itself")
        answer = self._ask(step)
        self.steps.append(step)
        self.answers.append(answer)
        return Page(step.path, answer.status, zlib.decompress(answer.packed), name_of(step.path), self.who, "en")

    def _ask(self, step: Step) -> Answer:
        sent_before, counter = len(mail.outbox), QueryCounter()
        self.client.cookies["parley_language"] = step.language
        with connection.execute_wrapper(counter):
            if step.posted is None:
                response = self.client.get(step.path)
            else:
                response = self.client.post(step.path, {name: list(values) for name, values in step.posted})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = {name: value for name, value in response.items() if name not in OWN_TO_ONE_ANSWER}
        mails = [(m.subject, m.body) for m in mail.outbox[sent_before:] if self.user.email in m.to]
        return Answer(
            status=response.status_code,
            headers=tuple(sorted(headers.items())),
            packed=zlib.compress(TOKENS.sub(rb"\1", body), 1),
            queries=counter.count,
            mails=tuple(mails),
        )

    def live(self) -> "Day":
        """Take the day down: look at everything, follow what is linked, fill in what is asked, and look again."""
        course = _course(self.world)
        try:
            page = self.take(next(course))
            while len(self.steps) < LENGTH:
                page = self.take(course.send(page))
        except StopIteration:
            pass
        self.received = self._received()
        return self

    def again(self, steps: Iterable[Step]) -> "Day":
        """Do the same again in this world."""
        for step in steps:
            self.take(step)
        self.received = self._received()
        return self

    def _received(self) -> list[Any]:
        """Return the mails of the day, and the notices that came in its course."""
        mails = [(m.subject, m.body) for m in mail.outbox[self.mailed_before :] if self.user.email in m.to]
        sql = "SELECT kind, reference, created_at FROM engagement_notice WHERE user_id = %s ORDER BY created_at, id"
        rows = knowing.rows(sql, [knowing.key(self.user.pk)])
        return [mails, [row for row in rows if knowing.moment(row[2]) > self.world.at]]


class QueryCounter:
    """Counts the queries that pass."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


# --- The course of a day -------------------------------------------------------------------------------------------

Course = Generator[Step, Page, None]


@dataclass
class _Road:
    """Where one has been, and how often to pages of one kind."""

    seen: set[Step] = field(default_factory=set)
    of_kind: dict[str, int] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def is_new(self, step: Step, most: int) -> bool:
        kind = f"{step.posted is None}{name_of(step.path)}"
        if step in self.seen or NEVER.match(step.path) or self.of_kind.get(kind, 0) >= most:
            return False
        self.seen.add(step)
        self.of_kind[kind] = self.of_kind.get(kind, 0) + 1
        return True


def _course(world: World) -> Course:
    road = _Road()
    yield from _look_around(road)
    yield from _follow_links(road, LINKS)
    yield from _ask_for_parts(world, road, PARTS)
    yield from _probe(world, TRIES)
    yield from _fill_in(world, road, FORMS)
    # What was counted and listed before is counted and listed again, in both languages; long prints were seen once.
    told = [path for path, page in road.pages.items() if len(page.content) < LONG and not SAME_TO_ALL.match(path)]
    for language in cycle(("en", "fr")):
        for path in told:
            yield Step(path, language=language)


def _see(step: Step, road: _Road) -> Course:
    page = yield step
    if step.posted is None and page.status == 200 and page.content.lstrip()[:1] == b"<":
        road.pages[step.path] = page


def plain_routes(resolver: URLResolver | None = None, space: str = "") -> Iterable[str]:
    """Yield every address that takes nothing."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from plain_routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name and not entry.pattern.regex.groups:
            yield reverse(f"{space}{entry.name}")


def _look_around(road: _Road) -> Course:
    for path in dict.fromkeys(["/", *plain_routes()]):
        step = Step(path)
        if road.is_new(step, 3):
            yield from _see(step, road)


def _follow_links(road: _Road, most: int) -> Course:
    waiting = [link for page in road.pages.values() for link in page.links]
    taken = 0
    while waiting and taken < most:
        path = waiting.pop(0)
        step = Step(path)
        if is_page(path) and road.is_new(step, LINKS_OF_ONE_KIND):
            taken += 1
            yield from _see(step, road)
            if path in road.pages:
                waiting += road.pages[path].links


def _ask_for_parts(world: World, road: _Road, most: int) -> Course:
    """Choose every filter of every list, turn the page, and search for what is hidden."""
    wanted = [Step(f"{path}?page=2") for path in road.pages if path.count("/") == 2]
    for page in list(road.pages.values()):
        for form in page.root.all("form"):
            if form.get("method", "get") == "get":
                address = urlsplit(form.get("action") or page.path).path
                wanted += [Step(f"{address}?{query}") for query in _queries(world, form)]
    for step in [step for step in wanted if not SAME_TO_ALL.match(step.path)][:most]:
        if road.is_new(step, 12):
            yield from _see(step, road)


def _queries(world: World, form: Element) -> Iterable[str]:
    for chooser in form.all("select", "input"):
        name = chooser.get("name")
        if chooser.tag == "select":
            yield from (urlencode({name: option.get("value")}) for option in chooser.all("option"))
        elif chooser.get("type") in {"radio", "checkbox"}:
            yield urlencode({name: chooser.get("value", "on")})
        elif name:
            yield from (urlencode({name: str(record)}) for record in world.hidden[:3])


def _probe(world: World, most: int) -> Course:
    """Try the addresses of what is hidden, as if somebody had read them over a shoulder."""
    doors = [(name, record) for record in world.hidden for name in DOORS.get(record.reference[0], ())]
    for name, record in doors[:: max(1, len(doors) // most)][:most]:
        yield Step(reverse(name, args=[record.reference]))


def _fill_in(world: World, road: _Road, most: int) -> Course:
    """Fill in every form: with what it offers, and then with keys that it does not offer."""
    taken = 0
    for page in list(road.pages.values()):
        for address, form in posting_forms(page):
            for said in (filled(form, DAYS[0]), filled(form, DAYS[1]), _with_hidden(world, filled(form, DAYS[0]))):
                if "submission_key" in said:
                    said = said | {"submission_key": [str(uuid5(NAMESPACE_OID, f"{address} {taken}"))]}
                step = Step(address, tuple((name, tuple(values)) for name, values in said.items()))
                if taken < most and _leads_somewhere(address) and road.is_new(step, POSTS_OF_ONE_KIND):
                    taken += 1
                    yield step


def _leads_somewhere(address: str) -> bool:
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True


def _with_hidden(world: World, said: Fields) -> Fields:
    """Name hidden records wherever a key is asked for, and a hidden group wherever a name is."""
    hidden = {record._meta.model_name: record for record in world.hidden}
    spoiled = dict(said)
    for name, values in said.items():
        wanted = hidden.get({"threat": "threatassessment", "subject": "group", "other": "group"}.get(name, name))
        if any(KEYS.match(value) for value in values) and name != "submission_key":
            spoiled[name] = [str((wanted or next(iter(hidden.values()))).pk)] if hidden else values
        elif name in {"name", "title"} and "group" in hidden:
            spoiled[name] = [SHAPE.sub("", hidden["group"].name).strip()]
    return spoiled
