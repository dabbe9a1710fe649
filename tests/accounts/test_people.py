"""The first people, and those who lost a phone: what an administrator types, and the link that comes of it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import tokens
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.factors import Factors
from accounts.models import OpenSession, User
from tests.accounts import showing

pytestmark = pytest.mark.django_db

NEW = {"password": "seven green umbrellas fly", "password_again": "seven green umbrellas fly"}


def link_in(said):
    return re.search(r"https://parley\.example(/\S+)", said)[1]


def add(capsys, username="nia", name="Nia Mbeki", *more):
    call_command("add_person", username, name, "--site", "https://parley.example", *more)
    return capsys.readouterr().out


def test_a_person_is_added_and_chooses_a_password_with_the_link(capsys, client, db):
    link = link_in(add(capsys))

    page = client.get(link).content.decode()
    assert "Choose a password" in page
    assert client.post(link, NEW).url == "/sign-in/"

    assert showing.sign_in(client, "nia", password=NEW["password"]).url == "/account/second-factor/"


def test_the_link_works_once(capsys, client, db):
    link = link_in(add(capsys))
    client.post(link, NEW)

    assert Client().get(link).status_code == 404
    assert Client().post(link, NEW | {"password": "another long password"}).status_code == 404


def test_the_link_works_for_three_days(capsys, client, monkeypatch, db):
    link = link_in(add(capsys))
    generator = tokens.PasswordResetTokenGenerator
    now = generator()._now()
    monkeypatch.setattr(generator, "_now", lambda self: now + timedelta(days=3, seconds=1))

    assert client.get(link).status_code == 404


def test_a_link_of_somebody_else_or_a_made_up_one_opens_nothing(capsys, client, lena):
    token = link_in(add(capsys)).rstrip("/").rpartition("/")[2]

    assert client.get(f"/sign-in/first/{lena.pk}/{token}/").status_code == 404
    assert client.get(f"/sign-in/first/{lena.pk}/made-up/").status_code == 404


def test_a_closed_account_has_no_link(capsys, client, db):
    link = link_in(add(capsys))
    User.objects.update(is_active=False)

    assert client.get(link).status_code == 404


def test_without_a_password_nobody_signs_in(capsys, client, db):
    add(capsys)

    assert client.post("/sign-in/", {"username": "nia", "password": ""}).status_code == 200
    assert showing.sign_in(client, "nia", password="!").status_code == 200


def test_two_people_do_not_share_a_name_to_sign_in_with(capsys, db):
    add(capsys)

    with pytest.raises(CommandError, match="already"):
        add(capsys)


def test_a_password_is_asked_for_without_showing_it(capsys, client, monkeypatch, db):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW["password"])

    said = add(capsys, "nia", "Nia Mbeki", "--ask")

    assert NEW["password"] not in said
    assert showing.sign_in(client, "nia", password=NEW["password"]).url == "/account/second-factor/"


@pytest.mark.parametrize("typed", [["short", "short"], ["seven green umbrellas fly", "something else entirely"]])
def test_a_weak_or_mistyped_password_adds_nobody(capsys, monkeypatch, typed, db):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter(typed)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))

    with pytest.raises(CommandError):
        add(capsys, "nia", "Nia Mbeki", "--ask")
    assert not User.objects.filter(username="nia").exists()


def test_somebody_who_lost_the_phone_starts_anew_and_the_old_factors_are_gone(capsys, lena):
    thief = Client()
    showing.sign_in(thief, "lena")

    call_command("renew_sign_in", "lena", "--site", "https://parley.example")

    said = capsys.readouterr().out
    assert thief.get("/account/").status_code == 302
    assert showing.sign_in(thief, "lena", steps=1).status_code == 200
    assert not Factors(lena).rows
    assert not OpenSession.objects.filter(user=lena).exists()
    client = Client()
    client.post(link_in(said), NEW)
    assert showing.sign_in(client, "lena", password=NEW["password"]).url == "/account/second-factor/"


def test_nobody_is_renewed_who_is_not_there(db):
    with pytest.raises(CommandError, match="Nobody"):
        call_command("renew_sign_in", "nobody")


def test_the_first_password_cannot_be_a_weak_one(capsys, client, db):
    link = link_in(add(capsys))

    assert client.post(link, {"password": "short", "password_again": "short"}).status_code == 200
    assert client.post(link, NEW | {"password_again": "something else"}).status_code == 200
    assert client.post(link, NEW).url == "/sign-in/"


def test_nobody_signs_up_by_themselves(client, db):
    for path in ("/signup/", "/sign-up/", "/accounts/signup/", "/account/signup/", "/login/", "/password/reset/"):
        assert client.get(path).status_code == 404
