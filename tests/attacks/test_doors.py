"""Who may do what by sending a form straight to its address, and what the house says to strangers."""

import uuid

import pytest
from django.test import Client, override_settings

from config.demo_mode import RealDataFound, refuse_to_start_on_real_data
from tests.accounts import showing
from tests.attacks import forms

pytestmark = pytest.mark.django_db
OUTSIDE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example",
           "\thttps://evil.example", "https:///evil.example", "http://testserver@evil.example/"]  # fmt: skip
# Each of these stops at the wrong role; whoever is not of the mission learns of nothing.
WRONG = {"requests": "otto", "contacts": "hana", "groups": "otto", "threats": "otto", "missions": "amina"}


@pytest.mark.parametrize("address", OUTSIDE)
def test_nobody_is_sent_off_the_site_after_signing_in_or_choosing_a_language(client, amina, address):
    amina.set_password("a long pass phrase")
    amina.save()
    showing.give_app(amina)

    assert showing.sign_in(client, "amina", password="a long pass phrase", next=address).url == "/"
    assert client.post("/language/", {"language": "fr", "next": address}).url == "/"
    assert client.get("/sign-in/", {"next": address}).url == "/"


def test_signing_in_leaves_a_planted_session_behind(client, amina):
    amina.set_password("a long pass phrase")
    amina.save()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["parley_session"] = planted = session.session_key

    client.post("/sign-in/", {"username": "amina", "password": "a long pass phrase"})

    assert client.cookies["parley_session"].value != planted


def test_one_click_sign_in_exists_in_a_demonstration_only(client, amina):
    assert client.post(f"/sign-in/as/{amina.pk}/").status_code == 404
    with override_settings(DEMO=True):
        # Even there, nobody signs in as a person who is not of the demonstration.
        assert client.post(f"/sign-in/as/{amina.pk}/").status_code == 404
        assert client.post(f"/sign-in/as/{uuid.uuid4()}/").status_code == 404


@override_settings(DEMO=True)
def test_a_demonstration_does_not_start_on_real_data(amina):
    with pytest.raises(RealDataFound, match="not of the demo"):
        refuse_to_start_on_real_data()


def test_every_form_of_the_house_asks_for_its_token(stage, cast):
    client = Client(enforce_csrf_checks=True)
    unguarded = []
    for name, address in stage.doors:
        client.force_login(cast[name])
        if client.post(address.partition("?")[0], {}).status_code != 403:
            unguarded.append(address)
    assert unguarded == []


@pytest.mark.parametrize(
    "address", ["/", "/requests/", "/contacts/", "/groups/", "/api/v1/requests/", "/account/", "/x/"]
)
def test_no_page_of_somebody_who_has_signed_in_is_kept_in_a_cache(signed_in, amina, address):
    assert signed_in(amina).get(address)["Cache-Control"] == "no-store"


def test_a_form_sent_by_the_wrong_role_changes_nothing(stage, browser, django_capture_on_commit_callbacks):
    from audit.models import Event, Kind

    # That it was denied is an event too.
    changes, done = Event.objects.exclude(kind=Kind.ACCESS_DENIED), []
    for name, address in stage.doors:
        client = browser(name)
        page = forms.read(client, address)
        stranger = browser(WRONG[address.split("/")[1]])
        for target, form in forms.posting_forms(page):
            said, _is_taken = forms.baseline(client, target, form)
            before = changes.count()
            answer = stranger.post(target, said)
            if answer.status_code >= 500 or changes.count() != before:
                done.append((target, answer.status_code))
    assert done == []


def test_a_form_sent_from_another_mission_finds_nothing(stage, browser):
    omar, found = browser("omar"), []
    for _name, address in stage.doors:
        if any(part.startswith(("R-", "C-", "N-", "T-")) for part in address.split("/")) or "/missions/" in address:
            answer = omar.post(address, {"outcome": "approve"})
            # A page that takes no form says so to everybody.
            if answer.status_code not in {404, 405}:
                found.append((address, answer.status_code))
    assert found == []


@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete"])
def test_no_address_breaks_under_another_verb(stage, browser, method):
    client = browser("amina")
    client.raise_request_exception = False
    answers = [(address, getattr(client, method)(address).status_code) for _name, address in stage.doors]
    assert [answer for answer in answers if answer[1] >= 500] == []


def test_the_programming_interface_only_reads(signed_in, amina):
    client = signed_in(amina)
    for address in ("/api/v1/requests/", "/api/v1/contacts/"):
        assert {getattr(client, verb)(address).status_code for verb in ("post", "put", "patch", "delete")} <= {403, 405}
