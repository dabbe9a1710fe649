"""Forms that another site sends in somebody's name change nothing, whatever they say of where they come from."""

import pytest
from django.conf import settings
from django.test import Client

from audit.models import Event, Kind
from tests.site.test_routes import address_of, routes

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]

TOKEN = "a" * 32
RIGHT = {"csrfmiddlewaretoken": TOKEN}
OURS = {"origin": "null", "sec-fetch-site": "same-origin"}
# What is sent, and what the browser says of it. A right token is what a thief of tokens would have.
FORGED = {
    "no token": ({}, {"origin": "http://testserver"}),
    "another token": ({"csrfmiddlewaretoken": "b" * 32}, {"origin": "http://testserver"}),
    "another site": (RIGHT, {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}),
    "a site that says nothing": (RIGHT, {"origin": "null"}),
    "a frame in a sandbox": (RIGHT, {"origin": "null", "sec-fetch-site": "cross-site"}),
    "a neighbour of the same domain": (RIGHT, {"origin": "null", "sec-fetch-site": "same-site"}),
    "a site that claims our fetch": (RIGHT, {"origin": "https://evil.example", "sec-fetch-site": "same-origin"}),
}


@pytest.fixture
def visitor(cast, clock):
    """Return the browser of the head of mission, whose forms need a token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["joseph"])
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    return client


def done():
    """Return what has been done; that somebody was turned away is no change."""
    return Event.objects.exclude(kind=Kind.ACCESS_DENIED).count()


@pytest.mark.slow
@pytest.mark.parametrize(("said", "headers"), FORGED.values(), ids=FORGED)
def test_no_address_takes_a_form_that_another_site_sends(visitor, said, headers):
    before, taken = done(), []
    for name, entry in routes():
        answer = visitor.post(address_of(name, entry), said, headers=headers)
        if answer.status_code not in ({403, 405} if name.startswith("api:") else {403}):
            taken.append((name, answer.status_code))

    assert taken == []
    assert done() == before


def test_a_form_of_ours_is_taken_although_it_names_no_address(visitor):
    """Browsers state a null origin under no-referrer, and vouch for it beside that."""
    answer = visitor.post("/language/", RIGHT | {"language": "fr", "next": "/groups/"}, headers=OURS)

    assert (answer.status_code, answer.url) == (302, "/groups/")


def test_what_was_typed_when_the_sign_in_ran_out_is_kept_although_the_form_names_no_address(client, mission):
    said = {"name": "Red Hills Movement", "mission": str(mission.pk)}

    answer = client.post("/groups/new/", said, headers=OURS)

    assert answer.status_code == 401
    assert "Red Hills Movement" in answer.content.decode()
    assert "Red Hills" not in client.post("/groups/new/", said, headers={"origin": "null"}).content.decode()


def test_what_a_proxy_of_somebody_else_claims_is_not_believed(visitor):
    said = {"x-forwarded-host": "evil.example", "x-http-method-override": "DELETE", "x-original-url": "/hq/"}

    page = visitor.get("/missions/", headers=said)

    assert page.status_code == 200
    assert "evil.example" not in page.content.decode()
    assert visitor.get("/missions/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "word", ["work", "admin", "engagement:work", "..", "?", "#", "healthz", "a.b", "\\", " /", "/ \\"]
)
def test_a_word_as_the_page_to_return_to_leads_nowhere_else(visitor, word):
    for address in ("/language/", "/sign-in/"):
        answer = visitor.post(address, RIGHT | {"language": "fr", "next": word}, headers=OURS)
        assert answer.status_code in {200, 302}
        assert answer.headers.get("Location", "/").startswith("/")
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\"))
    assert visitor.get("/sign-in/", {"next": word}).status_code in {200, 302}
