"""Signing in and out, told about people."""

import pytest

from accounts.models import User
from audit.models import Event, Kind
from tests import factories
from tests.accounts import showing
from tests.accounts.conftest import HOME

pytestmark = pytest.mark.django_db

REFUSED = "That name and password do not belong together."


@pytest.fixture
def demo(settings, amina, maya):
    settings.DEMO = True
    User.objects.filter(pk=amina.pk).update(is_demo=True, function="Field officer, Bria")
    return amina


def attempt(client, **typed):
    return client.post("/sign-in/", {"username": "lena", "password": showing.PASSWORD} | typed)


def test_a_name_its_password_and_a_second_factor_open_the_door(client, lena):
    assert showing.sign_in(client, "lena").url == HOME
    assert Event.objects.filter(kind=Kind.SIGNED_IN, actor_id=lena.pk).count() == 1


@pytest.mark.parametrize("typed", [{"password": "wrong"}, {"username": "nobody"}])
def test_every_mistake_gets_the_same_sentence(client, lena, typed):
    assert REFUSED in attempt(client, **typed).content.decode()


def test_a_closed_account_gets_the_same_sentence(client, lena):
    User.objects.filter(pk=lena.pk).update(is_active=False)

    assert REFUSED in attempt(client).content.decode()


def test_a_password_never_comes_back_in_the_page(client, lena):
    assert "not this one" not in attempt(client, password="not this one").content.decode()


def test_signing_in_returns_to_where_one_was_going(client, lena):
    assert client.get("/account/").url == "/sign-in/?next=/account/"
    assert showing.sign_in(client, "lena", next="/account/").url == "/account/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_elsewhere(client, lena, elsewhere):
    assert showing.sign_in(client, "lena", next=elsewhere).url == HOME


def test_the_demonstration_lists_its_people_by_what_they_do(client, demo):
    page = client.get("/sign-in/").content.decode()

    assert "This is a demonstration" in page
    assert "They propose, log and report" in page
    assert "Field officer, Bria" in page


def test_one_click_signs_in_a_person_of_the_demonstration(client, demo):
    assert client.post(f"/sign-in/as/{demo.pk}/").url == HOME
    assert client.get("/account/").status_code == 200


def test_one_click_signs_in_nobody_else(client, demo, maya):
    assert client.post(f"/sign-in/as/{maya.pk}/").status_code == 404


def test_one_click_signs_in_nobody_outside_demo_mode(client, demo, settings):
    settings.DEMO = False

    assert client.post(f"/sign-in/as/{demo.pk}/").status_code == 404
    assert "Field officer, Bria" not in client.get("/sign-in/").content.decode()


def test_following_a_link_signs_in_nobody(client, demo):
    assert client.get(f"/sign-in/as/{demo.pk}/").status_code == 405


def test_signing_out_is_a_button_and_leaves_a_line_in_the_log(client, amina):
    client.force_login(amina)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/account/").status_code == 302
    assert Event.objects.filter(kind=Kind.SIGNED_OUT, actor_id=amina.pk).count() == 1


def test_hiding_the_screen_signs_out_and_shows_nothing(client, amina):
    client.force_login(amina)

    page = client.get("/lock/").content.decode()

    assert client.get("/account/").status_code == 302
    assert not any(word in page for word in ("Parley", "Amina", "mission", "group"))


def test_a_person_chooses_language_colours_and_shortcuts(client, amina):
    client.force_login(amina)

    client.post("/account/", {"language": "fr", "theme": "dark"})

    amina.refresh_from_db()
    assert (amina.language, amina.theme, amina.shortcuts) == ("fr", "dark", False)
    assert 'lang="fr"' in client.get("/account/").content.decode()


def test_an_account_form_with_an_odd_answer_changes_nothing(client, amina):
    client.force_login(amina)

    assert client.post("/account/", {"language": "xx"}).status_code == 200

    amina.refresh_from_db()
    assert amina.shortcuts


def test_the_language_can_be_switched_before_signing_in(client, db):
    answer = client.post("/language/", {"language": "fr", "next": "/help/"})

    assert answer.url == "/help/"
    assert 'lang="fr"' in client.get("/help/").content.decode()


def test_the_language_follows_the_person_to_another_computer(client, amina):
    client.force_login(amina)
    client.post("/language/", {"language": "fr", "next": "https://evil.example/"})
    client.cookies.pop("parley_language")

    assert 'lang="fr"' in client.get("/help/").content.decode()


@pytest.mark.parametrize("path", ["/help/", "/help/words/", "/accessibility/", "/privacy/", "/sign-in/"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_help_is_light_and_open_to_everyone(client, db, path, language):
    client.cookies["parley_language"] = language

    page = client.get(path, headers={"accept-encoding": "gzip"})

    assert page.status_code == 200
    assert len(page.content) < 10_000


def test_help_names_the_duty_contact_of_ones_own_mission(client, amina, mission):
    type(mission).objects.filter(pk=mission.pk).update(duty_contact="POC cell, ext. 4410")
    client.force_login(amina)

    assert "POC cell, ext. 4410" in client.get("/help/").content.decode()


def test_somebody_without_a_posting_gets_pages_without_content(client, cast):
    client.force_login(factories.make_user("nobody"))

    assert "You are not posted to a mission now." in client.get("/missions/").content.decode()
