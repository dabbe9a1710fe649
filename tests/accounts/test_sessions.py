"""A session ends by itself, there is one for each person, and a copy of the database opens none."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from django.test import Client

from accounts import session_rules
from accounts.carrying import MOST_CHARACTERS
from accounts.models import KeptForm, OpenSession
from accounts.sessions import digest
from audit.models import Event, Kind
from tests.accounts import showing
from tests.accounts.conftest import HOME

pytestmark = pytest.mark.django_db

COOKIE = "parley_session"
IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=8)
SECOND = timedelta(seconds=1)
TYPED = {"language": "fr", "theme": "dark"}
OURS = {"origin": "http://testserver"}


@pytest.fixture
def stay(clock):
    """Click every ten minutes until that moment."""

    def click(client, start, until):
        moment = start
        while moment + timedelta(minutes=10) < until:
            moment += timedelta(minutes=10)
            clock(moment)
            client.get("/help/")
        clock(until)

    return click


def is_in(client):
    return client.get("/account/").status_code == 200


def test_a_second_before_the_quarter_of_an_hour_the_session_is_open(signed_in, amina, clock, at):
    client = signed_in(amina)
    clock(at + IDLE - SECOND)

    assert is_in(client)


def test_after_a_quarter_of_an_hour_without_a_click_it_is_closed(signed_in, amina, clock, at):
    client = signed_in(amina)
    clock(at + IDLE)

    assert client.get("/account/").url == "/sign-in/?next=/account/"
    assert not OpenSession.objects.filter(user=amina).exists()
    assert Event.objects.filter(kind=Kind.SESSION_LOCKED, actor_id=amina.pk).count() == 1


def test_a_click_starts_the_quarter_of_an_hour_anew(signed_in, amina, clock, at):
    client = signed_in(amina)
    clock(at + timedelta(minutes=10))
    client.get("/help/")
    clock(at + timedelta(minutes=24, seconds=59))

    assert is_in(client)


def test_a_second_before_eight_hours_the_session_is_open(signed_in, amina, stay, at):
    client = signed_in(amina)
    stay(client, at, at + LONGEST - SECOND)

    assert is_in(client)


def test_after_eight_hours_it_is_closed_however_busy_the_person_was(signed_in, amina, stay, at):
    client = signed_in(amina)
    stay(client, at, at + LONGEST)

    assert not is_in(client)


def test_what_is_sent_after_the_quarter_of_an_hour_is_kept_in_the_page(signed_in, amina, clock, at):
    client = signed_in(amina)
    clock(at + IDLE)

    page = client.post("/account/", TYPED, headers=OURS)

    assert page.status_code == 401
    assert 'name="carried:theme" value="dark"' in page.content.decode()


@pytest.mark.parametrize(("seconds", "writes"), [(59, False), (60, True)])
def test_a_click_writes_to_the_session_once_a_minute_at_most(
    signed_in, amina, clock, at, seconds, writes, django_assert_max_num_queries
):
    client = signed_in(amina)
    clock(at + timedelta(seconds=seconds))

    with django_assert_max_num_queries(12) as queries:
        client.get("/help/words/")

    assert any(query["sql"].startswith("UPDATE") for query in queries.captured_queries) is writes


def test_a_new_sign_in_ends_the_old_one_and_says_so(lena):
    office, cafe = Client(), Client()
    showing.sign_in(office, "lena")
    assert is_in(office)

    showing.sign_in(cafe, "lena", steps=1)
    page = cafe.get(HOME).content.decode()

    assert "You were signed in somewhere else as well." in page
    assert not is_in(office)
    assert is_in(cafe)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer and no row locks")
def test_of_two_who_sign_in_at_the_same_moment_one_stays(lena, monkeypatch):
    together, complete = Barrier(2), session_rules.complete

    def complete_together(*args):
        with suppress(BrokenBarrierError):
            together.wait(2)
        complete(*args)

    def enter(steps):
        try:
            client = Client()
            showing.sign_in(client, "lena", steps=steps)
            return client
        finally:
            connection.close()

    monkeypatch.setattr(session_rules, "complete", complete_together)
    with ThreadPoolExecutor(2) as pool:
        clients = list(pool.map(enter, (0, 1)))

    assert [is_in(client) for client in clients].count(True) == 1
    assert OpenSession.objects.filter(user=lena).count() == 1


def test_a_first_sign_in_says_nothing_of_another_one(client, lena):
    showing.sign_in(client, "lena")

    assert "somewhere else" not in client.get(HOME).content.decode()


def test_a_wrong_second_factor_ends_nobody_elses_session(lena):
    office, thief = Client(), Client()
    showing.sign_in(office, "lena")
    thief.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})
    thief.post(showing.SECOND, {"code": showing.wrong_code()})

    assert is_in(office)


def test_the_key_of_a_session_changes_on_the_way_in(client, lena):
    client.get("/sign-in/")
    client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})
    before = client.cookies[COOKIE].value
    client.post(showing.SECOND, {"code": showing.code()})

    assert client.cookies[COOKIE].value != before
    planted = Client()
    planted.cookies[COOKIE] = before
    assert not is_in(planted)


def test_a_key_that_somebody_planted_is_not_taken(client, lena):
    planted = "a" * 32
    client.cookies[COOKIE] = planted

    showing.sign_in(client, "lena")

    assert client.cookies[COOKIE].value != planted
    thief = Client()
    thief.cookies[COOKIE] = planted
    assert not is_in(thief)


def test_the_database_holds_digests_of_keys_only(client, lena):
    showing.sign_in(client, "lena")
    key = client.cookies[COOKIE].value

    row = OpenSession.objects.get(user=lena)
    assert row.session_key == digest(key)
    assert key not in row.session_data
    copied = Client()
    copied.cookies[COOKIE] = row.session_key
    assert not is_in(copied)


def test_signing_out_leaves_no_session_behind(client, lena):
    showing.sign_in(client, "lena")
    client.post("/sign-out/")

    assert not OpenSession.objects.filter(user=lena).exists()


def test_a_changed_password_ends_the_session_elsewhere_and_not_here(lena):
    here, there = Client(), Client()
    here.force_login(lena)
    there.force_login(lena)
    new = {"password": "seven green umbrellas fly", "password_again": "seven green umbrellas fly"}

    assert here.post("/account/password/", new).url == "/account/"

    assert is_in(here)
    assert not is_in(there)


@pytest.mark.parametrize(
    ("password", "said"),
    [("thirteen char", "too short"), ("megaparol12345", "too common"), ("lena fischer lena", "too similar")],
)
def test_a_weak_password_is_refused(client, lena, password, said):
    client.force_login(lena)

    page = client.post("/account/password/", {"password": password, "password_again": password}).content.decode()

    assert said in page


def test_closing_an_account_closes_its_session_with_the_next_click(client, lena):
    showing.sign_in(client, "lena")
    type(lena).objects.filter(pk=lena.pk).update(is_active=False)

    assert not is_in(client)


def test_hiding_the_screen_tells_the_browser_to_forget(signed_in, amina):
    page = signed_in(amina).get("/lock/")

    assert page["Clear-Site-Data"] == '"cache", "storage"'
    assert Event.objects.filter(kind=Kind.SESSION_LOCKED, actor_id=amina.pk).count() == 1


def lock(client, address="/groups/new/", **headers):
    parcel = {"carried-to": address, "carried:name": "Red Hills Movement", "carried:status": "active"}
    return client.post("/lock/", parcel, headers=OURS)


def landed(client, answer):
    """Follow an answer to the page that it leads to."""
    return client.get(answer.url).content.decode()


def test_what_was_typed_when_the_screen_was_hidden_is_offered_after_the_whole_sign_in(client, lena):
    showing.sign_in(client, "lena")
    hidden = lock(client)
    assert hidden.url == "/lock/"
    assert "Red Hills" not in client.get("/lock/").content.decode()

    page = landed(client, showing.sign_in(client, "lena", steps=1))

    assert "Continue where you stopped" in page
    assert 'action="/groups/new/"' in page
    assert 'name="name" value="Red Hills Movement"' in page


def test_it_waits_for_the_person_who_typed_it_on_whatever_computer_they_sit(client, lena, newcomer):
    showing.sign_in(client, "lena")
    lock(client)
    showing.give_app(newcomer, secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")

    client.post("/sign-in/", {"username": "nia", "password": showing.PASSWORD})
    other = client.post(showing.SECOND, {"code": showing.code("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")})
    assert other.url == HOME

    elsewhere = Client()
    assert "Red Hills Movement" in landed(elsewhere, showing.sign_in(elsewhere, "lena", steps=1))


def test_forms_of_several_windows_are_all_kept(client, lena):
    showing.sign_in(client, "lena")
    parcel = {"carried-to": "/threats/new/", "carried:summary": "Checkpoint at the bridge"}
    assert client.post("/lock/?stay", parcel, headers=OURS).status_code == 204
    assert is_in(client)
    lock(client)

    first = landed(client, showing.sign_in(client, "lena", steps=1))
    second = client.get("/sign-in/continue/2/").content.decode()

    assert "Checkpoint at the bridge" in first
    assert "/sign-in/continue/2/" in first
    assert "Red Hills Movement" in second
    assert client.get("/sign-in/continue/3/").url == HOME


PLANTED = {"carried-to": "/missions/MINUBEK/delegations/new/", "carried:reason": "Away for a month"}


def test_who_knows_the_password_alone_leaves_nothing_for_the_person_to_send(lena):
    thief, own = Client(), Client()
    thief.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD} | PLANTED)

    assert not KeptForm.objects.exists()
    assert showing.sign_in(own, "lena").url == HOME


def test_a_newcomer_who_hides_the_screen_leaves_nothing_either(newcomer, clock, at):
    thief = Client()
    clock(at)
    thief.post("/sign-in/", {"username": "nia", "password": showing.PASSWORD})
    lock(thief)
    thief.post("/sign-in/", {"username": "nia", "password": showing.PASSWORD})
    clock(at + IDLE)
    lock(thief)

    assert not KeptForm.objects.exists()


def test_what_a_sign_in_page_carried_is_offered_in_the_same_browser_only(client, lena):
    page = landed(client, showing.sign_in(client, "lena", **PLANTED))

    assert "Away for a month" in page
    assert "<code>/missions/MINUBEK/delegations/new/</code>" in page


def test_it_is_for_whoever_typed_it_and_nobody_else_in_that_browser(client, lena, newcomer):
    showing.give_app(newcomer, secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    client.post("/sign-in/", {"username": "nia", "password": showing.PASSWORD} | PLANTED)

    assert showing.sign_in(client, "lena").url == HOME


def test_more_than_a_page_can_hold_is_not_held(client, lena):
    assert showing.sign_in(client, "lena", **PLANTED, **{"carried:x": "x" * MOST_CHARACTERS}).url == HOME


def test_what_would_be_sent_is_listed_word_for_word(client, lena):
    more = {"carried:highest_band": "HIGH", "carried:to_user": "6f4e3a52-6b7a-4c7e-9a53-0d1c3b2a1f00"}

    page = landed(client, showing.sign_in(client, "lena", **PLANTED, **more))

    shown = page.split('id="typed"')[1]
    assert '<dt>highest band</dt><dd dir="auto">HIGH</dd>' in shown
    assert '<dt>to user</dt><dd dir="auto">chosen from a list</dd>' in shown


def test_what_nobody_comes_back_for_is_gone_after_a_week(signed_in, amina, lena, clock, at):
    lock(signed_in(amina))
    clock(at + timedelta(days=7, seconds=1))

    showing.sign_in(Client(), "lena")

    assert not KeptForm.objects.exists()


def test_a_laptop_that_slept_too_long_still_hands_over_what_was_typed(signed_in, amina, clock, at):
    showing.give_app(amina)
    amina.set_password(showing.PASSWORD)
    amina.save()
    client = signed_in(amina)
    clock(at + timedelta(hours=2))

    assert lock(client).url == "/lock/"

    assert "Red Hills Movement" in landed(client, showing.sign_in(client, "amina"))


def test_nobody_leaves_anything_for_others_without_being_signed_in(client, lena):
    assert lock(client).url == "/lock/"

    assert showing.sign_in(client, "lena").url == HOME


def test_a_link_on_another_site_gets_a_second_chance_to_show_the_cookie(client, amina):
    elsewhere = {"sec-fetch-site": "cross-site"}

    page = client.get("/account/?x=1", headers=elsewhere)

    assert page.status_code == 200
    assert 'http-equiv="refresh" content="0;url=/account/?x=1"' in page.content.decode()
    assert client.get("/account/", headers={"sec-fetch-site": "same-origin"}).status_code == 302


def test_knowing_who_asks_costs_a_page_two_queries(signed_in, amina, django_assert_max_num_queries):
    client = signed_in(amina)

    with django_assert_max_num_queries(12) as queries:
        client.get("/help/words/")

    asked = [query["sql"] for query in queries.captured_queries if "accounts_" in query["sql"].partition("FROM")[2]]
    assert len([sql for sql in asked if 'FROM "accounts_' in sql]) == 2


PRODUCTION = {
    "PARLEY_DEBUG": "0",
    "PARLEY_DEMO": "0",
    "PARLEY_SECRET_KEY": "k" * 50,
    "PARLEY_VAULT_KEY": "v" * 50,
    "PARLEY_AUDIT_KEY": "a" * 50,
    "PARLEY_AUDIT_SIGNING_KEY": "s" * 50,
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


def settings_of(names, **environment):
    """Read settings as an installation would have them."""
    script = f"from django.conf import settings as s; print(*[getattr(s, n) for n in {names!r}], sep='|')"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    said = subprocess.run(
        [sys.executable, "-c", script], env=kept | PRODUCTION | environment, capture_output=True, text=True, check=True
    )
    return said.stdout.strip().split("|")


FLAGS = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE")


def test_in_earnest_the_cookie_is_bound_to_the_host_and_stays_at_home():
    assert settings_of(FLAGS) == ["__Host-parley_session", "True", "True", "Strict"]


def test_a_provider_needs_the_cookie_when_its_answer_comes_back():
    provider = {"PARLEY_OIDC_SERVER_URL": "https://id.example", "PARLEY_OIDC_CLIENT_SECRET": "s"}

    assert settings_of(FLAGS, **provider)[-1] == "Lax"


def test_the_clocks_are_those_of_the_rules():
    assert (IDLE, LONGEST, timedelta(minutes=5)) == (session_rules.IDLE, session_rules.LONGEST, session_rules.STEP_UP)
