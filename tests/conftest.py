"""A fixed cast in one mission, a clock that stands still, and nobody who reaches beyond this machine."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group as RoleGroup
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client, TransactionTestCase
from django.utils import timezone

from accounts import session_rules
from accounts.models import User
from audit.append_only import lifted
from audit.models import Event
from missions.access import Access
from missions.models import Area, Mission, MissionGroupPermission, Office, Posting, Posture
from missions.postings import access_for
from nsags.models import Group
from protection.models import ThreatAssessment
from tests import factories
from tests.leaks import watch
from tests.site.walls import walls_around_every_answer  # noqa: F401 (a fixture for the whole run)

# Folders whose tests say the same on every database.
WITHOUT_A_DATABASE = {"docs", "risk", "setup", "ui"}
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
APPEND_ONLY = (
    "audit_event",
    "audit_seal",
    "audit_checkpoint",
    "engagement_submission",
    "engagement_assessment",
    "engagement_rating",
    "engagement_advice",
    "engagement_decision",
    "engagement_recordedlevel",
    "engagement_export",
    "missions_markingchange",
)


class Recorded:
    """The rows of the cast as the services wrote them the first time: each later test gets them in a few inserts."""

    # In an order that foreign keys allow.
    tables = (User, RoleGroup, Mission, MissionGroupPermission, Area, Office, Posting, Posture, Event)

    def __init__(self) -> None:
        self.rows: dict[type[Model], list[Any]] = {}

    def record(self) -> None:
        """Keep what stands in the tables now."""
        self.rows = {table: list(table._default_manager.all()) for table in self.tables}

    def play(self) -> bool:
        """Write it again and return True, unless nothing was kept or the permissions have new keys since a flush."""
        granted = self.rows.get(MissionGroupPermission, [])
        if not granted or not Permission.objects.filter(pk=granted[0].permission_id).exists():
            return False
        for table, rows in self.rows.items():
            table._default_manager.bulk_create(rows)
        return True


recorded = Recorded()


@pytest.fixture
def at() -> datetime:
    """A Monday morning."""
    return MORNING


@pytest.fixture
def cast(db: None, at: datetime) -> dict[str, User]:
    """Everybody, by first name."""
    if not recorded.play():
        factories.make_cast(at=at)
        recorded.record()
    return {user.username: user for user in User.objects.all()}


def _person(name: str, what: str) -> Callable[[dict[str, User]], User]:
    @pytest.fixture(name=name)
    def person(cast: dict[str, User]) -> User:
        return cast[name]

    person.__doc__ = what
    return person


amina = _person("amina", "Field officer in Bria, who writes most of the requests.")
yusuf = _person("yusuf", "Field officer in Kesi, another office of the same mission.")
odile = _person("odile", "Head of the field office in Bria; decides at L1.")
pierre = _person("pierre", "Pillar head; decides at L2.")
joseph = _person("joseph", "Head of mission; decides at L3, and at L4 after headquarters was consulted.")
clara = _person("clara", "POC adviser.")
sven = _person("sven", "Security adviser.")
lucia = _person("lucia", "Political adviser.")
hana = _person("hana", "Legal adviser.")
tomas = _person("tomas", "Human rights officer.")
ingrid = _person("ingrid", "Headquarters desk.")
omar = _person("omar", "Field officer in another mission, who must see nothing.")
maya = _person("maya", "Information manager: postings and compartments, no content.")
otto = _person("otto", "Auditor.")


@pytest.fixture
def mission(cast: dict[str, User]) -> Mission:
    """The mission of the cast, whose posture expects dialogue at all levels."""
    return Mission.objects.get(code="MINUBEK")


@pytest.fixture
def group(amina: User, at: datetime) -> Group:
    """A group that the mission knows of."""
    return factories.make_group(author=amina, at=at)


@pytest.fixture
def threat(amina: User, group: Group, at: datetime) -> ThreatAssessment:
    """A fresh threat assessment about that group."""
    return factories.make_threat(author=amina, group=group, at=at)


@pytest.fixture
def access(at: datetime) -> Callable[..., Access]:
    """Return what a person may see and do: access(amina)."""

    def look(user: User, when: datetime = at) -> Access:
        return access_for(user, when)

    return look


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Callable[[datetime], None]:
    """Stop the clock of pages and commands at `at`; call it with another moment to move it."""

    def stop(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    stop(at)
    return stop


@pytest.fixture(scope="session", autouse=True)
def _sign_in_wholly() -> Iterator[None]:
    """Let force_login stand for a whole sign-in, with the second factor passed at this moment."""
    force_login = Client.force_login

    def sign_in(self: Client, user: User, backend: str | None = None) -> None:
        force_login(self, user, backend)
        session, now = self.session, timezone.now()
        session_rules.begin(session, now)
        session_rules.complete(session, now)
        session.save()

    Client.force_login = sign_in
    yield
    Client.force_login = force_login


@pytest.fixture
def signed_in(clock: Callable[[datetime], None]) -> Callable[[User], Client]:
    """Return the browser of a person who has signed in: signed_in(amina).get(...)."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _own_witness(settings: Any) -> None:
    """Let the log of each test leave its notes in a place of its own."""
    settings.AUDIT_DIR = settings.AUDIT_DIR / uuid.uuid4().hex


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers() -> Iterator[None]:
    """Let a test that commits for real clear up after itself, although some tables only grow."""
    case: Any = TransactionTestCase
    flush = case._fixture_teardown

    def flush_everything(self: TransactionTestCase) -> None:
        with lifted(*APPEND_ONLY):
            flush(self)

    case._fixture_teardown = flush_everything
    yield
    case._fixture_teardown = flush


@pytest.fixture(scope="session", autouse=True)
def _watch_over_every_answer() -> None:
    """Search whatever the application answers, mails and logs for records that its reader may not know of."""
    watch.begin()


@pytest.fixture(autouse=True)
def _nothing_leaks(_watch_over_every_answer: None) -> Iterator[None]:
    """Fail a test in which something was shown to a person who may not see it."""
    yield
    leaks = watch.finish()
    assert not leaks, "\n".join(leaks)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark journeys through a browser, and what never asks a database, by the folder in which they lie."""
    for item in items:
        folder = Path(str(item.fspath)).parent.name
        if folder == "browser":
            item.add_marker(pytest.mark.browser)
        elif folder in WITHOUT_A_DATABASE:
            item.add_marker(pytest.mark.once)
