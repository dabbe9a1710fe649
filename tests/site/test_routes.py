"""Every address: who may open it, with which verb, and what it tells to those who may not know that it exists."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.views import APIView

from accounts.middleware import SignInRequired
from accounts.models import User
from config import chrome
from engagement.models import Commitment, Contact, Request
from missions.models import Mission
from nsags.models import Group
from protection.models import ThreatAssessment
from tests import factories
from tests.conftest import MORNING

pytestmark = pytest.mark.django_db

NOT_PAGES = {"static", "healthz"}
NO_UUID = UUID(int=7)
# What an address takes, besides keys, for somebody who only wants to know whether the door is locked.
ANYTHING = {
    "reference": "R-2026-AAAAA",
    "code": "UNMIKA",
    "section": "purpose",
    "gate": "G-01",
    "form": "contact",
    "factor": 7,
    "place": 7,
    "token": "a-token",
}


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address that has a name, with its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield f"{space}{entry.name}", entry


def address_of(name: str, entry: URLPattern, **given: object) -> str:
    wanted = entry.pattern.regex.groupindex
    return reverse(name, kwargs={key: {**ANYTHING, **given}.get(key, NO_UUID) for key in wanted})


PAGES = [pytest.param(name, entry, id=name) for name, entry in routes() if not name.startswith("api:")]
PRIVATE = [
    param
    for param in PAGES
    if getattr(param.values[1].callback, "login_required", True) and param.values[0] not in NOT_PAGES
]
POST_ONLY = {
    "accounts:sign_in_as",
    "accounts:sign_out",
    "accounts:language",
    "accounts:renew_codes",
    "accounts:remove_factor",
    "missions:end_travel",
    "engagement:seen",
    "engagement:preview",
    "engagement:submit",
    "engagement:withdraw",
    "engagement:reopen",
    "engagement:lift_block",
    "engagement:draft",
    "engagement:take_up",
    "engagement:close_emergency",
    "engagement:review_emergency",
    "engagement:open_reveal",
    "dashboards:log_find",
}


@pytest.mark.parametrize(("name", "entry"), PRIVATE)
def test_who_has_not_signed_in_is_asked_to(client, name, entry):
    address = address_of(name, entry)

    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/?next=")


# Why an address is answered to who has not signed in; whoever adds a line here has a reason as good.
OPEN = {
    "healthz": "A machine asks whether the process is up; the answer is one word.",
    "accounts:sign_in": "One cannot sign in before signing in.",
    "accounts:sign_in_as": "The same, in a demonstration; elsewhere it is not there.",
    "accounts:second_factor": "The password was right, and nobody is signed in before the second factor.",
    "accounts:first_password": "Whoever was handed the link has no password yet; it works once.",
    "accounts:sign_out": "What an expired form still carries is kept for whoever signs in next.",
    "accounts:lock": "The screen must hide at once, however long ago one signed in.",
    "accounts:language": "The page for signing in is read in one's own language.",
    "accounts:help": "Whom to call, and how to behave in a chance contact.",
    "accounts:words": "The words of the product in both languages.",
    "accounts:accessibility": "A statement that people may need before they can sign in.",
    "accounts:privacy": "What is kept and for how long, to be read before signing in.",
}


def test_an_address_is_private_unless_there_is_a_written_reason():
    private = {param.values[0] for param in PRIVATE}

    assert {param.values[0] for param in PAGES} - private == set(OPEN) | ({"static"} & {p.values[0] for p in PAGES})
    assert len(OPEN) <= 12


def test_a_new_view_that_says_nothing_is_private(rf):
    def view(request):
        raise AssertionError("a stranger got in")

    request = rf.get("/new/")
    request.user = AnonymousUser()
    guard = SignInRequired(lambda request: view(request))

    assert guard.process_view(request, view, (), {}).url == "/sign-in/?next=/new/"


API = [pytest.param(name, entry, id=name) for name, entry in routes() if name.startswith("api:")]


@pytest.mark.parametrize(("name", "entry"), API)
def test_the_programming_interface_answers_nobody_who_has_not_signed_in(client, name, entry):
    address = address_of(name, entry, format="json")

    assert {getattr(client, verb)(address).status_code for verb in ("get", "post", "put", "delete", "options")} == {403}


def test_a_program_is_refused_by_default():
    assert settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.IsAuthenticated"]
    views = [entry.callback.cls for name, entry in routes() if name.startswith("api:")]
    assert views
    assert [view for view in views if view.permission_classes != APIView.permission_classes] == []


@pytest.mark.parametrize(("name", "entry"), [param for param in PAGES if param.values[0] in POST_ONLY])
def test_what_changes_something_answers_to_no_link(signed_in, amina, name, entry):
    assert signed_in(amina).get(address_of(name, entry)).status_code == 405


@pytest.mark.parametrize(("name", "entry"), [param for param in PAGES if param.values[0] not in POST_ONLY])
def test_no_page_that_only_shows_something_fails_for_an_unknown_record(signed_in, amina, name, entry):
    assert signed_in(amina).get(address_of(name, entry)).status_code in {200, 302, 403, 404}


@pytest.mark.parametrize("words", [words for _roles, words in chrome.BARS], ids=lambda words: str(len(words)))
def test_every_word_of_a_menu_leads_somewhere(words):
    assert all(chrome.address(name) for _label, name in words)


def test_every_word_of_the_footer_leads_somewhere():
    assert all(chrome.address(name) for _label, name in chrome.FOOTER)


# Hidden and missing look the same


@pytest.fixture
def stranger(demonstration, db) -> Client:
    """Return the browser of a field officer in a mission of their own, who must not learn of any other."""
    manager, omar = factories.make_user("quiet-manager"), factories.make_user("quiet-omar", name="Omar Haddad")
    mission = factories.make_mission(
        code="UNQUIET", host_state="Elsewhere", offices=["Port"], information_manager=manager, at=MORNING
    )
    factories.post(omar, mission=mission, role="field_staff", office="Port", by=manager, at=MORNING)
    client = Client()
    client.force_login(omar)
    return client


@pytest.fixture
def aline(demonstration, db) -> Client:
    """Return the browser of the field officer in Bria, who is in no compartment."""
    client = Client()
    client.force_login(User.objects.get(username="aline"))
    return client


def everything(model, **conditions):
    return model.objects.unscoped("the test looks for all of them").filter(**conditions)


def hidden_of(mission: Mission, **conditions) -> dict[str, str]:
    """Return a reference of each kind of record in a mission."""
    found = {
        "R": everything(Request, mission=mission, submitted_at__isnull=False, **conditions).first(),
        "C": None if conditions else everything(Contact, mission=mission).first(),
        "N": everything(Group, mission=mission, **conditions).first(),
        "T": everything(ThreatAssessment, mission=mission, **conditions).first(),
    }
    return {letter: record.reference for letter, record in found.items() if record}


RECORD_OF = {"requests": "R", "contacts": "C", "groups": "N", "threats": "T"}


def detail_routes() -> Iterator[tuple[str, URLPattern, str]]:
    """Yield each address of a single record, with the letter its references begin with."""
    for name, entry in routes():
        first = str(entry.pattern).partition("/")[0]
        if "reference" in entry.pattern.converters and first in RECORD_OF:
            yield name, entry, RECORD_OF[first]


def told(client: Client, address: str) -> tuple[int, str]:
    """Return the status and the body of an answer, without what differs each time and without the address itself."""
    verb = client.post if address.rstrip("/").rpartition("/")[2] in VERBS else client.get
    answer = verb(address)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, text.replace(address, "ADDRESS")


VERBS = {"preview", "submit", "withdraw", "reopen", "lift-block", "take-up"}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "entry", "letter"), [pytest.param(*route, id=route[0]) for route in detail_routes()])
def test_a_record_of_another_mission_looks_as_if_it_did_not_exist(stranger, name, entry, letter):
    hidden = hidden_of(Mission.objects.get(code="UNMIKA"))[letter]

    assert_alike(stranger, name, entry, hidden, f"{letter}-{hidden[2:-1]}{'2' if hidden[-1] != '2' else '3'}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "entry", "letter"), [pytest.param(*route, id=route[0]) for route in detail_routes() if route[2] != "C"]
)
def test_a_closely_held_record_looks_as_if_it_did_not_exist(aline, name, entry, letter):
    hidden = hidden_of(Mission.objects.get(code="UNMIKA"), compartment__isnull=False)[letter]

    assert_alike(aline, name, entry, hidden, f"{letter}-{hidden[2:-1]}{'2' if hidden[-1] != '2' else '3'}")


def assert_alike(client: Client, name: str, entry: URLPattern, hidden: str, missing: str) -> None:
    there, nowhere = (told(client, address_of(name, entry, reference=each)) for each in (hidden, missing))
    assert there[0] == 404, there[0]
    assert there == nowhere
    assert hidden not in there[1]


@pytest.mark.slow
def test_a_promise_of_another_mission_looks_as_if_it_did_not_exist(stranger):
    promise = everything(Commitment).first()

    there = told(stranger, reverse("engagement:check_commitment", args=[promise.pk]))

    assert there == told(stranger, reverse("engagement:check_commitment", args=[NO_UUID]))
    assert there[0] == 404


@pytest.mark.slow
@pytest.mark.parametrize("listing", ["/requests/", "/contacts/", "/groups/", "/threats/", "/approvals/", "/advice/"])
def test_no_list_names_what_a_stranger_may_not_know(stranger, listing):
    page = stranger.get(listing)

    text = page.content.decode()
    secret = everything(Request, mission__code="UNMIKA").values_list("reference", flat=True)
    names = everything(Group, mission__code="UNMIKA").values_list("name", flat=True)
    assert page.status_code in {200, 302}
    assert [word for word in [*secret, *names] if word in text] == []
