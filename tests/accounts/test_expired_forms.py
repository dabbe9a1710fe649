"""A sign-in that expires in mid-form loses nothing, and sends nothing in another person's name unasked."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.carrying import MOST_CHARACTERS
from accounts.models import User
from audit.models import Event
from nsags.models import Group
from tests.accounts import showing

pytestmark = pytest.mark.django_db

OURS = {"origin": "http://testserver"}
KEPT = "Your sign-in has expired. What you typed is still here."
TYPED = {
    "name": "Red Hills Movement",
    "other_names": "RHM\nThe hill “people” & <others>",
    "status": "active",
    "structure": "cellular",
    "marking": "1",
    "submission_key": "6f4e3a52-6b7a-4c7e-9a53-0d1c3b2a1f00",
}


@pytest.fixture
def demo(settings, cast):
    settings.DEMO = True
    User.objects.filter(username__in=["amina", "yusuf"]).update(is_demo=True, function="Field officer")


@pytest.fixture
def typed(mission):
    return TYPED | {"mission": str(mission.pk)}


def hidden(page):
    """Return the hidden inputs of the first form that carries something."""
    form = next(form for form in re.findall(r"<form.*?</form>", page.content.decode(), re.S) if "carried" in form)
    return re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form, re.S)


def carried(page):
    fields: dict[str, list[str]] = {}
    for name, value in hidden(page):
        fields.setdefault(unescape(name), []).append(unescape(value))
    return fields


def resend(page):
    """Return address and fields of the form that continues where the person stopped."""
    source = next(f for f in re.findall(r"<form.*?</form>", page.content.decode(), re.S) if 'name="name"' in f)
    address = unescape(re.search(r'action="(.*?)"', source)[1])
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', source, re.S):
        fields.setdefault(unescape(name), []).append(unescape(value))
    return address, fields


def count():
    return Group.objects.unscoped("the test counts everything").count()


def test_everything_typed_survives_an_expired_sign_in(client, demo, amina, typed):
    expired = client.post("/groups/new/", typed, headers=OURS)
    assert expired.status_code == 401
    assert KEPT in expired.content.decode()

    checked = client.post(f"/sign-in/as/{amina.pk}/", carried(expired))
    text = checked.content.decode()
    assert "Continue where you stopped" in text
    assert "Amina Sow" in text
    assert count() == 0

    address, fields = resend(checked)
    sent = client.post(address, fields)
    assert sent.status_code == 302
    added = Group.objects.unscoped("the test looks at what arrived").get()
    assert added.name == "Red Hills Movement"
    assert {"RHM", "The hill “people” & <others>"} == {
        name.text for name in added.names.unscoped("the test looks at what arrived")
    }


def test_sending_again_after_that_doubles_nothing(client, demo, amina, typed):
    expired = client.post("/groups/new/", typed, headers=OURS)
    address, fields = resend(client.post(f"/sign-in/as/{amina.pk}/", carried(expired)))

    first, second = client.post(address, fields), client.post(address, fields)

    assert first.url == second.url
    assert count() == 1


def test_it_works_with_a_password_too_and_survives_a_wrong_one(client, cast, typed):
    amina = showing.give_app(cast["amina"])
    amina.set_password(showing.PASSWORD)
    amina.save()
    expired = client.post("/groups/new/", typed, headers=OURS)

    again = client.post("/sign-in/", carried(expired) | {"username": "amina", "password": "wrong"})
    assert KEPT in again.content.decode()
    client.post("/sign-in/", carried(again) | {"username": "amina", "password": showing.PASSWORD})
    mistyped = client.post(showing.SECOND, {"code": showing.wrong_code()})
    assert "That code is not right" in mistyped.content.decode()
    checked = client.post(showing.SECOND, {"code": showing.code()}, follow=True)

    assert resend(checked)[1]["name"] == ["Red Hills Movement"]


def test_another_person_sees_under_whose_name_it_would_go_and_can_step_back(client, demo, yusuf, typed):
    expired = client.post("/groups/new/", typed, headers=OURS)

    checked = client.post(f"/sign-in/as/{yusuf.pk}/", carried(expired))
    assert "Yusuf Bello" in checked.content.decode()
    assert "Red Hills Movement" in checked.content.decode()
    assert count() == 0

    back = client.post("/sign-out/", carried(checked))
    assert KEPT in back.content.decode()
    assert carried(back)["carried:name"] == ["Red Hills Movement"]


def test_passwords_and_tokens_are_never_carried(client, cast, typed):
    secrets = {"password": "hush", "new_password1": "hush", "csrfmiddlewaretoken": "x" * 64}

    expired = client.post("/groups/new/", typed | secrets, headers=OURS)

    assert "hush" not in expired.content.decode()
    assert "carried:csrfmiddlewaretoken" not in carried(expired)


def test_nothing_typed_is_stored_on_the_server(client, cast, typed):
    before = Event.objects.count()

    client.post("/groups/new/", typed, headers=OURS)

    assert not client.session.keys()
    assert Event.objects.count() == before


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_form_from_elsewhere_is_sent_to_sign_in_with_nothing(client, cast, typed, headers):
    answer = client.post("/groups/new/", typed, headers=headers)

    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/")


def test_an_old_browser_that_states_only_the_page_it_came_from_is_believed(client, cast, typed):
    headers = {"referer": "http://testserver/groups/new/"}

    assert client.post("/groups/new/", typed, headers=headers).status_code == 401


def test_a_button_without_any_words_can_be_pressed_again_after_signing_in(client, demo, amina, group):
    expired = client.post(f"/groups/{group.reference}/edit/", {}, headers=OURS)

    checked = client.post(f"/sign-in/as/{amina.pk}/", carried(expired))

    assert f'action="/groups/{group.reference}/edit/"' in checked.content.decode()


def test_more_than_a_page_can_hold_is_said_so(client, cast, typed):
    expired = client.post("/groups/new/", typed | {"wants": "x" * MOST_CHARACTERS}, headers=OURS)

    assert "too long to be carried over" in expired.content.decode()
    assert len(expired.content) < 20_000


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/no/such/page/", ""])
def test_what_is_carried_goes_back_to_a_page_of_ours_or_nowhere(client, demo, amina, settings, address):
    settings.LOGIN_REDIRECT_URL = "/help/"

    answer = client.post(f"/sign-in/as/{amina.pk}/", {"carried-to": address, "carried:name": "X"})

    assert answer.url == "/help/"


def test_a_form_that_was_open_while_one_signed_in_anew_is_offered_again(amina, typed):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(amina)

    answer = browser.post("/groups/new/", typed, headers=OURS)

    assert answer.status_code == 403
    assert resend(answer)[1]["name"] == ["Red Hills Movement"]
    assert count() == 0


def test_a_form_without_protection_and_without_sign_in_keeps_its_words(cast, typed):
    answer = Client(enforce_csrf_checks=True).post("/groups/new/", typed, headers=OURS)

    assert answer.status_code == 403
    assert carried(answer)["carried:name"] == ["Red Hills Movement"]


def test_a_forged_form_from_elsewhere_is_refused_plainly(amina, typed):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(amina)

    answer = browser.post("/groups/new/", typed, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403
    assert "Red Hills Movement" not in answer.content.decode()


def test_a_stale_sign_in_page_carries_no_password(cast):
    typed = {"username": "amina", "password": "eleven purple herons"}

    answer = Client(enforce_csrf_checks=True).post("/sign-in/", typed, headers=OURS)

    assert answer.status_code == 403
    assert "eleven purple herons" not in answer.content.decode()
