"""Nothing opens before the second factor, and nobody gets around it."""

import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import get_resolver

from accounts.factors import Factors
from audit.models import Event, Kind
from missions.middleware import RequestAccess
from tests.accounts import showing
from tests.accounts.conftest import HOME

pytestmark = pytest.mark.django_db

SET_UP = "/account/second-factor/"
PRIVATE = ("/", "/account/", "/account/travel/", "/account/confirm/", "/missions/", "/requests/")


def secret_in(page):
    """Read the key that the page shows for typing into the app."""
    return re.search(r'class="code">([A-Z2-7 ]+)<', page.content.decode())[1].replace(" ", "")


def codes_in(page):
    """Read the recovery codes off the page that shows them."""
    return re.findall(r'<li class="code">([\d ]+)</li>', unescape(page.content.decode()))


def set_up_app(client):
    """Add an app, as a newcomer does; return the page that follows, and the app's secret."""
    secret = secret_in(client.get(f"{SET_UP}app/"))
    return client.post(f"{SET_UP}app/", {"code": showing.code(secret)}), secret


def test_a_right_password_alone_opens_nothing(client, lena):
    client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})

    for path in PRIVATE:
        assert client.get(path).status_code == 302, path
    assert client.get("/api/v1/requests/").status_code == 403
    assert not Event.objects.filter(kind=Kind.SIGNED_IN, actor_id=lena.pk).exists()


def test_a_code_from_the_app_completes_the_sign_in(client, lena):
    assert showing.sign_in(client, "lena").url == HOME
    assert client.get("/account/").status_code == 200
    assert Event.objects.filter(kind=Kind.SIGNED_IN, actor_id=lena.pk).count() == 1


def test_a_code_may_be_typed_with_a_space(client, lena):
    client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})
    digits = showing.code()

    assert client.post(showing.SECOND, {"code": f"{digits[:3]} {digits[3:]}"}).url == HOME


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_codes_beside_the_present_one_count_too(client, lena, steps):
    assert showing.sign_in(client, "lena", steps=steps).url == HOME


@pytest.mark.parametrize("typed", [{}, {"code": ""}, {"code": "abc"}, {"credential": "{}"}, {"credential": "[1]"}])
def test_nothing_and_nonsense_open_nothing(client, lena, typed):
    client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})

    assert client.post(showing.SECOND, typed).status_code == 200
    assert client.get("/account/").status_code == 302


def test_a_code_counts_once_even_in_another_browser(lena):
    digits = showing.code()
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})

    assert first.post(showing.SECOND, {"code": digits}).url == HOME
    assert "it was used already" in second.post(showing.SECOND, {"code": digits}).content.decode()


def test_a_recovery_code_opens_once(lena):
    code = showing.give_codes(lena)[0]
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})

    assert first.post(showing.SECOND, {"code": code}).url == HOME
    assert second.post(showing.SECOND, {"code": code}).status_code == 200
    assert Factors(lena).codes_left == 9


def test_the_second_factor_page_is_for_those_whose_password_was_right(client, lena):
    assert client.get(showing.SECOND).url == "/sign-in/"
    assert client.post(showing.SECOND, {"code": showing.code()}).url == "/sign-in/"


def test_a_wrong_second_factor_is_logged_without_saying_who_it_was(client, lena):
    client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})
    client.post(showing.SECOND, {"code": showing.wrong_code()})

    event = Event.objects.filter(kind=Kind.SIGN_IN_REFUSED).latest("at")
    assert (event.object_id, event.actor_id, event.fields) == (lena.pk, None, ["second_factor"])


def test_a_newcomer_is_led_to_set_up_a_second_factor(client, newcomer):
    assert showing.sign_in(client, "nia").url == SET_UP

    page = client.get(SET_UP).content.decode()
    assert "Set up your second factor" in page
    for path in PRIVATE:
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer.url == SET_UP
    assert client.get("/api/v1/requests/").status_code == 403


def test_no_address_but_those_pages_and_the_open_ones_answers_a_newcomer(client, newcomer):
    showing.sign_in(client, "nia")
    plain = [str(entry.pattern) for entry in get_resolver().url_patterns if getattr(entry, "name", "")]
    inner = [str(e.pattern) for r in get_resolver().url_patterns for e in getattr(r, "url_patterns", [])]
    opened = {
        path
        for path in {f"/{path}" for path in (*plain, *inner) if "<" not in path and "(" not in path}
        if client.get(path).status_code == 200
    }

    assert opened - {"/_components/"} <= {
        *(SET_UP, f"{SET_UP}app/", f"{SET_UP}passkey/", "/sign-in/", "/lock/"),
        *("/help/", "/help/words/", "/accessibility/", "/privacy/", "/healthz"),
    }


def test_the_access_of_a_newcomer_is_not_even_built(client, newcomer, monkeypatch):
    built = []
    original = RequestAccess.__call__

    def watch(self, request):
        answer = original(self, request)
        built.append(hasattr(request, "access"))
        return answer

    monkeypatch.setattr(RequestAccess, "__call__", watch)
    showing.sign_in(client, "nia")
    client.get(SET_UP)
    client.get("/help/")

    assert built
    assert not any(built)


def test_what_a_newcomer_sends_to_a_private_page_changes_nothing(client, newcomer):
    showing.sign_in(client, "nia")

    assert client.post("/account/", {"language": "fr"}).url == SET_UP
    newcomer.refresh_from_db()
    assert newcomer.language == ""


def test_setting_up_an_app_shows_recovery_codes_once_and_opens_the_door(client, newcomer):
    showing.sign_in(client, "nia")
    before = client.cookies["parley_session"].value

    page, _secret = set_up_app(client)

    assert len(codes_in(page)) == 10
    assert client.cookies["parley_session"].value != before
    assert client.get("/account/").status_code == 200
    kinds = list(Event.objects.filter(actor_id=newcomer.pk).order_by("at").values_list("kind", flat=True))
    assert kinds.count(Kind.FACTOR_ADDED) == 2
    assert Kind.SIGNED_IN in kinds


def test_the_app_and_the_recovery_codes_work_at_the_next_sign_in(newcomer):
    client = Client()
    showing.sign_in(client, "nia")
    page, secret = set_up_app(client)
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post("/sign-in/", {"username": "nia", "password": showing.PASSWORD})

    assert first.post(showing.SECOND, {"code": showing.code(secret, steps=1)}).url == HOME
    assert second.post(showing.SECOND, {"code": codes_in(page)[3]}).url == HOME


def test_a_wrong_first_code_keeps_the_same_secret_on_the_page(client, newcomer):
    showing.sign_in(client, "nia")
    secret = secret_in(client.get(f"{SET_UP}app/"))

    page = client.post(f"{SET_UP}app/", {"code": "000000" if showing.code(secret) != "000000" else "000001"})

    assert secret_in(page) == secret
    assert not Authenticator.objects.filter(user=newcomer).exists()


def test_the_picture_for_the_app_stands_in_the_page_itself(client, newcomer):
    showing.sign_in(client, "nia")

    page = client.get(f"{SET_UP}app/").content.decode()

    assert "<svg" in page
    assert "data:" not in page


def test_secrets_stand_in_the_database_encrypted(client, newcomer):
    showing.sign_in(client, "nia")
    page, secret = set_up_app(client)

    kept = str(list(Authenticator.objects.filter(user=newcomer).values_list("data", flat=True)))

    assert secret not in kept
    assert not any(code.replace(" ", "") in kept for code in codes_in(page))


def test_whoever_knows_the_password_cannot_add_a_factor_beside_the_real_one(client, lena):
    client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})

    for path in (SET_UP, f"{SET_UP}app/", f"{SET_UP}passkey/"):
        assert client.get(path).status_code == 302
    assert client.post(f"{SET_UP}app/", {"code": showing.code()}).status_code == 302


def test_somebody_who_added_a_factor_elsewhere_meanwhile_can_no_longer_set_one_up_here(newcomer):
    thief, owner = Client(), Client()
    showing.sign_in(thief, "nia")
    thief.get(f"{SET_UP}app/")
    showing.sign_in(owner, "nia")
    set_up_app(owner)

    assert thief.get(f"{SET_UP}passkey/").status_code == 302
    assert thief.get("/account/").status_code == 302


def test_the_last_factor_cannot_be_removed(client, lena):
    client.force_login(lena)
    app = Authenticator.objects.get(user=lena)

    page = client.post(f"{SET_UP}{app.pk}/remove/", follow=True).content.decode()

    assert "This is your only second factor" in page
    assert Authenticator.objects.filter(pk=app.pk).exists()


def test_nobody_removes_the_factor_of_somebody_else(client, lena, newcomer):
    showing.give_app(newcomer)
    app = Authenticator.objects.get(user=newcomer)
    client.force_login(lena)

    assert client.post(f"{SET_UP}{app.pk}/remove/").status_code == 404


def test_new_recovery_codes_make_the_old_ones_worthless(client, lena):
    old = showing.give_codes(lena)
    client.force_login(lena)

    new = codes_in(client.post(f"{SET_UP}codes/"))

    assert len(new) == 10
    assert not {code.replace(" ", "") for code in new} & set(old)
    other = Client()
    other.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})
    assert other.post(showing.SECOND, {"code": old[0]}).status_code == 200


def test_a_demonstration_asks_for_no_second_factor(client, settings, amina):
    settings.DEMO = True
    type(amina).objects.filter(pk=amina.pk).update(is_demo=True)

    assert client.post(f"/sign-in/as/{amina.pk}/").url == HOME
    assert client.get("/account/").status_code == 200


def test_the_names_on_a_phone_do_not_give_the_product_away(client, newcomer):
    showing.sign_in(client, "nia")

    options = unescape(client.get(f"{SET_UP}passkey/").content.decode())

    assert '"name": "Staff sign-in"' in options
    assert "Nia Mbeki" not in options
