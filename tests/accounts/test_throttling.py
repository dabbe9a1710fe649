"""Guessing does not pay: five tries for an account, thirty for an address, and nothing forgets them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from axes.handlers import proxy
from axes.models import AccessAttempt
from django.contrib.auth.backends import ModelBackend
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import CachedValue, User
from audit.models import Event, Kind
from tests.accounts import showing
from tests.accounts.conftest import HOME

pytestmark = pytest.mark.django_db

TOO_MANY = "Too many tries. Wait 15 minutes, then try again."
REFUSED = "That name and password do not belong together."


@pytest.fixture
def looked_at(monkeypatch):
    """Every password that was really compared with somebody's."""
    seen = []
    original = ModelBackend.authenticate

    def watch(self, request, username=None, password=None, **kwargs):
        seen.append(password)
        return original(self, request, username=username, password=password, **kwargs)

    monkeypatch.setattr(ModelBackend, "authenticate", watch)
    return seen


def guess(client, password, *, username="lena", address="198.51.100.7"):
    return client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=address)


def test_of_a_thousand_guesses_five_are_looked_at(client, lena, looked_at):
    answers = [guess(client, f"guess {number}", address=f"203.0.113.{number % 200}") for number in range(1000)]

    assert len(looked_at) == 5
    assert TOO_MANY in answers[-1].content.decode()


def test_the_right_password_does_not_help_any_more_after_five_wrong_ones(client, lena):
    for number in range(5):
        guess(client, f"guess {number}")

    assert TOO_MANY in guess(client, showing.PASSWORD).content.decode()


def test_a_quarter_of_an_hour_later_the_right_password_opens_again(client, lena, monkeypatch):
    for number in range(5):
        guess(client, f"guess {number}")
    later = timezone.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(proxy, "now", lambda: later)

    assert showing.sign_in(client, "lena").url == HOME


def test_refused_tries_do_not_lengthen_the_wait(client, lena, monkeypatch):
    for number in range(5):
        guess(client, f"guess {number}")
    start = timezone.now()
    monkeypatch.setattr(proxy, "now", lambda: start + timedelta(minutes=14))
    guess(client, "one more")
    monkeypatch.setattr(proxy, "now", lambda: start + timedelta(minutes=15, seconds=1))

    assert showing.sign_in(client, "lena").url == HOME


def test_a_name_that_nobody_has_runs_out_of_tries_in_the_same_way(client, lena):
    real = [guess(client, f"guess {n}").content.decode() for n in range(7)]
    nobody = [guess(client, f"guess {n}", username="lana", address="198.51.100.9").content.decode() for n in range(7)]

    assert [TOO_MANY in page for page in real] == [TOO_MANY in page for page in nobody]
    assert [REFUSED in page for page in real] == [REFUSED in page for page in nobody]


def test_one_address_may_fail_thirty_times_over_all_names(client, lena, looked_at):
    for number in range(60):
        guess(client, "wrong", username=f"somebody{number}")

    assert len(looked_at) == 30
    assert TOO_MANY in guess(client, showing.PASSWORD).content.decode()
    assert guess(client, showing.PASSWORD, address="192.0.2.1").url == showing.SECOND


def test_a_whole_sign_in_clears_the_name_but_not_the_address(client, lena, newcomer):
    for number in range(4):
        guess(client, f"guess {number}", address="127.0.0.1")
    showing.sign_in(client, "lena")

    counted = AccessAttempt.objects.count()
    assert counted == 0
    for number in range(30):
        guess(Client(), "wrong", username=f"somebody{number}", address="127.0.0.1")
    assert TOO_MANY in guess(Client(), showing.PASSWORD, username="nia", address="127.0.0.1").content.decode()
    Client().force_login(lena)
    assert TOO_MANY in guess(Client(), showing.PASSWORD, username="nia", address="127.0.0.1").content.decode()


def test_a_right_password_without_the_second_factor_clears_nothing(client, lena):
    for number in range(4):
        guess(client, f"guess {number}")
    guess(client, showing.PASSWORD)

    assert TOO_MANY in guess(client, "the fifth").content.decode()


def test_what_is_counted_names_nobody_and_keeps_no_form(client, lena):
    client.post(
        "/sign-in/",
        {"username": "lena", "password": "hush-hush", "carried-to": "/groups/new/", "carried:name": "Red Hills"},
        REMOTE_ADDR="198.51.100.7",
    )

    kept = str(list(AccessAttempt.objects.values()))
    assert not any(word in kept for word in ("lena", "hush-hush", "Red Hills", "198.51.100.7"))


def test_the_count_stands_in_the_database_and_needs_no_redis(client, lena, settings):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    for number in range(5):
        guess(client, f"guess {number}")

    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(failures_since_start) FROM axes_accessattempt")
        assert cursor.fetchone()[0] == 5
    assert TOO_MANY in guess(client, showing.PASSWORD).content.decode()


def test_wrong_codes_are_counted_in_the_database_too(client, lena):
    caches["default"].clear()
    client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})

    pages = [client.post(showing.SECOND, {"code": showing.wrong_code()}).content.decode() for _n in range(6)]

    assert CachedValue.objects.exists()
    assert [TOO_MANY in page for page in pages] == [False] * 5 + [True]
    assert TOO_MANY in client.post(showing.SECOND, {"code": showing.code()}).content.decode()


def test_a_new_browser_does_not_give_new_tries_for_the_code(lena):
    for _n in range(5):
        browser = Client()
        browser.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD})
        browser.post(showing.SECOND, {"code": showing.wrong_code()})

    assert showing.sign_in(Client(), "lena").status_code == 200


def test_every_failure_is_an_event_that_names_nobody_as_the_actor(client, lena):
    guess(client, "wrong")
    guess(client, "wrong", username="lana")

    events = Event.objects.filter(kind=Kind.SIGN_IN_REFUSED).order_by("at")
    assert [(event.actor_id, event.object_id) for event in events] == [(None, lena.pk), (None, None)]


def test_a_closed_account_gets_the_same_page_as_a_wrong_password(client, lena, newcomer):
    User.objects.filter(pk=newcomer.pk).update(is_active=False)

    closed = guess(client, showing.PASSWORD, username="nia", address="192.0.2.1").content.decode()
    wrong = guess(client, "wrong", username="nia", address="192.0.2.2").content.decode()

    assert REFUSED in closed
    assert strip(closed) == strip(wrong)


def strip(page):
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer, who waits for nobody in memory")
def test_guesses_made_all_at_once_are_counted_one_by_one(looked_at):
    User.objects.create_user("lena", name="Lena Fischer", password=showing.PASSWORD)

    def try_once(number):
        try:
            return guess(Client(), f"guess {number}", address=f"203.0.113.{number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        statuses = list(people.map(try_once, range(24)))

    assert set(statuses) == {200}
    assert len(looked_at) == 5
