"""Before what cannot be undone, a fresh proof of who sits there; and nothing typed is lost over it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from axes.handlers import proxy
from django.http import HttpResponse
from django.urls import include, path

from accounts.models import User
from accounts.step_up import step_up_required
from audit.models import Event, Kind
from config.urls import urlpatterns as of_the_site
from engagement.models import Decision, RequestStatus
from tests import factories
from tests.accounts import showing

pytestmark = pytest.mark.django_db

OURS = {"origin": "http://testserver"}
LATER = timedelta(minutes=5, seconds=1)
TYPED = {"reason": "A child was seen at the checkpoint", "marking": "2"}


@step_up_required
def careful(request):
    return HttpResponse(f"done: {request.POST.get('reason', '')}")


urlpatterns = [path("careful/", careful, name="careful"), path("", include(of_the_site))]


@pytest.fixture
def away(settings, signed_in, lena, clock, at):
    """Lena's browser, five minutes and a second after she signed in."""
    settings.ROOT_URLCONF = "tests.accounts.test_step_up"
    client = signed_in(lena)
    clock(at + LATER)
    return client


def hidden(page):
    """Return the hidden inputs of the form that carries something."""
    form = next(f for f in re.findall(r"<form.*?</form>", page.content.decode(), re.S) if "carried" in f)
    return {unescape(n): unescape(v) for n, v in re.findall(r'type="hidden" name="(.*?)" value="(.*?)"', form, re.S)}


def test_within_five_minutes_nobody_is_asked(settings, signed_in, lena, clock, at):
    settings.ROOT_URLCONF = "tests.accounts.test_step_up"
    client = signed_in(lena)
    clock(at + timedelta(minutes=5))

    assert client.post("/careful/", TYPED).content == b"done: A child was seen at the checkpoint"


def test_after_five_minutes_a_person_is_asked_and_nothing_was_done(away):
    page = away.post("/careful/", TYPED, headers=OURS)

    assert page.status_code == 401
    assert "Confirm that it is you" in page.content.decode()
    assert hidden(page)["carried:reason"] == TYPED["reason"]


@pytest.mark.parametrize("proof", ["password", "code", "recovery"])
def test_password_app_or_recovery_code_prove_it_and_what_was_typed_goes_on(away, lena, proof):
    shown = {
        "password": {"password": showing.PASSWORD},
        "code": {"code": showing.code()},
        "recovery": {"code": showing.give_codes(lena)[0]},
    }[proof]
    asked = away.post("/careful/", TYPED, headers=OURS)

    offered = away.post("/account/confirm/", hidden(asked) | shown).content.decode()

    assert 'action="/careful/"' in offered
    assert "data-send-now" in offered
    assert TYPED["reason"] in offered
    assert away.post("/careful/", TYPED).content == b"done: A child was seen at the checkpoint"
    assert Event.objects.filter(kind=Kind.STEPPED_UP, actor_id=lena.pk).count() == 1


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"code": "000"}, {}, {"credential": "{}"}])
def test_a_wrong_proof_does_nothing_and_loses_nothing(away, wrong):
    asked = away.post("/careful/", TYPED, headers=OURS)

    again = away.post("/account/confirm/", hidden(asked) | wrong)

    assert hidden(again)["carried:reason"] == TYPED["reason"]
    assert away.post("/careful/", TYPED).status_code == 401


def test_the_proof_must_be_ones_own(away, newcomer):
    showing.give_app(newcomer, secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")

    again = away.post("/account/confirm/", {"code": showing.code("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")})

    assert again.status_code == 200
    assert away.post("/careful/", TYPED).status_code == 401


def test_guessing_the_password_at_an_open_laptop_ends_after_five(away, at, monkeypatch):
    monkeypatch.setattr(proxy, "now", lambda: at + LATER)

    pages = [away.post("/account/confirm/", {"password": f"guess {n}"}).content.decode() for n in range(6)]

    assert "Too many tries" in pages[-1]
    assert "Too many tries" in away.post("/account/confirm/", {"password": showing.PASSWORD}).content.decode()


def test_a_page_that_is_only_opened_is_opened_after_the_proof(away):
    page = away.get("/careful/")
    assert page.status_code == 401

    assert away.post("/account/confirm/", {"next": "/careful/", "password": showing.PASSWORD}).url == "/careful/"
    assert away.get("/careful/").status_code == 200


def test_the_proof_never_leads_elsewhere(away):
    answer = away.post("/account/confirm/", {"next": "https://evil.example/", "password": showing.PASSWORD})

    assert answer.url == "/help/"


def test_a_demonstration_asks_nobody(settings, client, amina):
    settings.ROOT_URLCONF = "tests.accounts.test_step_up"
    settings.DEMO = True
    User.objects.filter(pk=amina.pk).update(is_demo=True)
    client.post(f"/sign-in/as/{amina.pk}/")

    assert client.post("/careful/", TYPED).status_code == 200


def test_a_stranger_is_asked_to_sign_in_and_not_to_confirm(settings, client, cast):
    settings.ROOT_URLCONF = "tests.accounts.test_step_up"

    assert client.get("/careful/").url == "/sign-in/?next=/careful/"


@pytest.mark.parametrize("page", ["", "app/", "passkey/"])
def test_ones_factors_change_after_a_fresh_proof_only(away, page):
    assert away.get(f"/account/second-factor/{page}").status_code == 401


def test_ones_password_changes_after_a_fresh_proof_only(away):
    assert away.get("/account/password/").status_code == 401


def test_a_decision_is_signed_after_a_fresh_proof_and_only_the_signature_asks(
    signed_in, amina, pierre, group, clock, at
):
    request = factories.make_request(author=amina, group=group, status=RequestStatus.READY, band="HIGH", at=at)
    client = signed_in(pierre)
    clock(at + LATER)
    address = f"/requests/{request.reference}/decide/"
    choice = {"outcome": "decline", "assessment": str(request.assessment_id), "reason": "Not now"}

    assert client.post(address, choice, headers=OURS).status_code != 401
    asked = client.post(address, choice | {"sign": "1"}, headers=OURS)

    assert asked.status_code == 401
    assert hidden(asked)["carried:sign"] == "1"
    assert not Decision.objects.unscoped("the test counts").exists()
