"""Many people at once, each with a browser of their own, on a server with several processes and threads."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.session_rules import CONFIRMED_AT
from audit.models import Event, Kind
from engagement.models import Contact, Decision, Engagement, Request, RequestStatus
from missions.access import Record
from missions.models import Mission
from missions.roles import Role
from nsags.models import Group
from protection.models import ThreatAssessment
from tests import factories
from tests.attacks.forms import filled, posting_forms
from tests.site.visits import Page, name_of

pytestmark = [
    pytest.mark.races,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer and no row locks"),
]

ROOT = Path(__file__).resolve().parents[2]
DECIDERS, ROUNDS, COPIES = 50, 20, 5
# Each thread keeps one connection to the database, which the tests of other processes want as well.
PROCESSES, THREADS = 2, 4
PATIENCE = 60


@dataclass(frozen=True)
class Told:
    """What a browser was told."""

    status: int
    location: str
    body: str


@dataclass(frozen=True)
class Browser:
    """Somebody's browser, signed in, that speaks to the server over the network."""

    port: int
    session: str
    secret: str = field(default_factory=_get_new_csrf_string)

    def get(self, path: str) -> Told:
        """Open a page."""
        return self._ask("GET", path)

    def post(self, path: str, said: dict[str, Any]) -> Told:
        """Send a form."""
        return self._ask("POST", path, urlencode(said, doseq=True))

    def _ask(self, verb: str, path: str, body: str = "") -> Told:
        cookies = {settings.SESSION_COOKIE_NAME: self.session, settings.CSRF_COOKIE_NAME: self.secret}
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": self.secret,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            line.request(verb, path, body=body, headers=headers)
            answer = line.getresponse()
            return Told(answer.status, answer.getheader("Location", ""), answer.read().decode())


@pytest.fixture
def port(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """Serve the database of this test with several processes and threads; return where."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
    where = connection.settings_dict
    secret = f":{where['PASSWORD']}" if where["PASSWORD"] else ""
    url = f"postgres://{where['USER']}{secret}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{free}"]
    command += ["--workers", str(PROCESSES), "--threads", str(THREADS), "--worker-class", "gthread"]
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with (tmp_path / "server.log").open("w") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            _wait_for(free, server)
            yield free
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server has stopped"
        try:
            if Browser(port, "").get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture
def now() -> datetime:
    """Return the time by the clock of the server."""
    return timezone.now()


@pytest.fixture
def here(transactional_db: None, now: datetime) -> dict[str, User]:
    """Everybody of the cast, at work today."""
    return factories.make_cast(at=now)


@pytest.fixture
def browser(port: int) -> Callable[[User], Browser]:
    """Return the browser of a person who has signed in just now."""

    def open_one(user: User) -> Browser:
        client = Client()
        client.force_login(user)
        # However slow the machine, nobody is asked again who they are before the test is over.
        session = client.session
        session[CONFIRMED_AT] = (timezone.now() + timedelta(hours=1)).isoformat()
        session.save()
        return Browser(port, client.cookies[settings.SESSION_COOKIE_NAME].value)

    return open_one


def at_once(acts: list[Callable[[], Told]]) -> list[Told]:
    """Do all of these at the same moment."""
    start = Barrier(len(acts))

    def act(what: Callable[[], Told]) -> Told:
        start.wait()
        return what()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def choice_about(request: Request) -> dict[str, Any]:
    return {
        "assessment": str(request.assessment_id),
        "outcome": "approve_with_conditions",
        "conditions": "The prefect is told.",
        "reasons": "The market is closed.",
        "contacts_max": "2",
        "departure_reason": "because " * 30,
        "sign": "1",
    }


def test_of_fifty_deciders_at_once_one_decides_and_the_others_are_told(
    here: dict[str, User], browser: Callable[[User], Browser], now: datetime
) -> None:
    mission = Mission.objects.get(code="MINUBEK")
    heads = [factories.make_user(f"head{number}", name=f"Head Number{number}") for number in range(DECIDERS)]
    for head in heads:
        factories.post(head, mission=mission, role=Role.PILLAR_HEAD, by=here["maya"], at=now)
    browsers = [browser(head) for head in heads]
    group = factories.make_group(author=here["amina"], at=now)
    threat = factories.make_threat(author=here["amina"], group=group, at=now)

    for _round in range(ROUNDS):
        request = factories.make_request(
            author=here["amina"], group=group, threat=threat, status=RequestStatus.READY, at=timezone.now()
        )
        address, said = f"/requests/{request.reference}/decide/", choice_about(request)
        told = at_once([lambda b=b, a=address, s=said: b.post(a, s) for b in browsers])

        decision = Decision.objects.unscoped("test").get(request=request)
        assert Engagement.objects.unscoped("test").filter(request=request).count() == 1
        assert Event.objects.filter(object_id=request.pk, kind=Kind.REQUEST_DECIDED).count() == 1
        winners = [answer for answer in told if answer.status == 302]
        assert [answer.location for answer in winners] == [f"/requests/{request.reference}/decided/"]
        losers = [answer for answer in told if answer.status in {200, 409}]
        assert len(losers) == DECIDERS - 1, sorted(answer.status for answer in told)
        assert all(f"{decision.decided_by.name} decided this" in answer.body for answer in losers)


# Where a form is filled in, and what it makes.
FORMS: list[tuple[str, type[Record]]] = [
    ("/groups/new/", Group),
    ("/threats/new/", ThreatAssessment),
    ("/requests/start/", Request),
    ("/contacts/unplanned/", Contact),
    ("/contacts/screen/", Contact),
]


def test_five_copies_of_one_form_at_once_make_one_record(
    here: dict[str, User], browser: Callable[[User], Browser], now: datetime
) -> None:
    factories.make_group(author=here["amina"], at=now)
    mine = browser(here["amina"])

    for address, model in FORMS:
        said = filling_of(mine.get(address), address, now)
        before = model.objects.unscoped("test").count()
        told = at_once([lambda a=address, s=said: mine.post(a, s) for _copy in range(COPIES)])

        assert {answer.status for answer in told} == {302}, told[0].body
        assert len({answer.location for answer in told}) == 1
        assert model.objects.unscoped("test").count() == before + 1


def filling_of(told: Told, address: str, now: datetime) -> dict[str, Any]:
    """Return what a sensible person fills in, who answers no wherever they may, with the key that the page holds."""
    assert told.status == 200
    page = Page(address, told.status, told.body.encode(), name_of(address), "", "en")
    _address, form = next(iter(posting_forms(page)))
    said = filled(form, _parts_of(now - timedelta(days=1)) | {"time": "08:00"})
    assert said["submission_key"]
    later = {f"valid_until_{part}": [word] for part, word in _parts_of(now + timedelta(days=60)).items()}
    no = {name: ["no"] for name, values in said.items() if values == ["yes"]}
    return said | no | {name: values for name, values in later.items() if name in said}


def _parts_of(day: datetime) -> dict[str, str]:
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
