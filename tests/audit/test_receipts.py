"""One form, one record, told about a slow line and an impatient officer."""

import re
from html import unescape
from uuid import uuid4

import pytest

from audit.models import FormReceipt
from config.chrome import own_zone
from nsags.models import Group

pytestmark = pytest.mark.django_db


def answers(mission, **changes):
    return {
        "mission": str(mission.pk),
        "name": "Red Hills Movement",
        "status": "active",
        "structure": "unknown",
        "marking": "1",
        "submission_key": str(uuid4()),
    } | changes


def hidden_inputs(page):
    """Return what the form on a page sends besides its token, by name."""
    form = next(
        form for form in re.findall(r"<form.*?</form>", page.content.decode(), re.S) if "submission_key" in form
    )
    inputs = dict(re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form))
    return {name: unescape(value) for name, value in inputs.items() if name != "csrfmiddlewaretoken"}


def count():
    return Group.objects.unscoped("the test counts everything").count()


def test_the_same_form_twice_makes_one_record_and_says_so(amina, mission, signed_in):
    browser, typed = signed_in(amina), answers(mission)

    first = browser.post("/groups/new/", typed)
    second = browser.post("/groups/new/", typed, follow=True)

    assert count() == 1
    assert second.redirect_chain[0][0] == first.url
    assert "Nothing was doubled." in second.content.decode()


def test_the_same_form_with_other_content_is_told_apart(amina, mission, signed_in):
    browser, typed = signed_in(amina), answers(mission)
    browser.post("/groups/new/", typed)

    page = browser.post("/groups/new/", typed | {"name": "Lower Hills Union"})

    assert page.status_code == 409
    assert count() == 1


def test_what_was_sent_the_second_time_stands_on_the_page_in_full(amina, mission, signed_in):
    browser, typed = signed_in(amina), answers(mission)
    browser.post("/groups/new/", typed)

    page = browser.post("/groups/new/", typed | {"name": "Lower Hills Union", "wants": "A road.\nA market."})

    text = page.content.decode()
    assert "Lower Hills Union" in text
    assert "A road.<br>A market." in text
    assert "Go back" not in text


def test_it_can_be_sent_as_a_record_of_its_own(amina, mission, signed_in):
    browser, typed = signed_in(amina), answers(mission)
    browser.post("/groups/new/", typed)
    page = browser.post("/groups/new/", typed | {"name": "Lower Hills Union", "is_new": "on"})

    again = hidden_inputs(page)
    answer = browser.post("/groups/new/", again)

    assert again["submission_key"] != typed["submission_key"]
    assert answer.status_code == 302
    assert count() == 2


def test_who_a_source_is_does_not_stand_on_that_page(amina, mission, signed_in):
    browser, typed = signed_in(amina), answers(mission)
    browser.post("/groups/new/", typed)

    page = browser.post("/groups/new/", typed | {"secret-name": "Somebody Nameless"})

    assert page.status_code == 409
    assert "Somebody Nameless" not in page.content.decode()


def test_when_it_arrived_is_told_in_the_time_of_the_mission(amina, mission, signed_in):
    type(mission).objects.filter(pk=mission.pk).update(timezone="Africa/Bangui")
    browser, typed = signed_in(amina), answers(mission)
    browser.post("/groups/new/", typed)

    same = browser.post("/groups/new/", typed, follow=True).content.decode()
    other = browser.post("/groups/new/", typed | {"name": "Lower Hills Union"}).content.decode()

    assert "10:00 mission time" in same
    assert "10:00 mission time" in other


def test_somebody_at_headquarters_is_told_in_utc(ingrid, access):
    assert own_zone(access(ingrid)) is None


def test_a_form_with_errors_leaves_no_receipt_and_can_be_sent_again(amina, mission, signed_in):
    browser, typed = signed_in(amina), answers(mission)

    page = browser.post("/groups/new/", typed | {"name": ""})
    assert page.status_code == 200
    assert not FormReceipt.objects.exists()

    assert browser.post("/groups/new/", typed).status_code == 302
    assert count() == 1


def test_the_key_of_one_person_does_not_stand_in_the_way_of_another(amina, yusuf, mission, signed_in):
    typed = answers(mission)

    signed_in(amina).post("/groups/new/", typed)
    signed_in(yusuf).post("/groups/new/", typed | {"is_new": "on"})

    assert count() == 2


def test_a_form_without_a_key_is_taken_as_it_comes(amina, mission, signed_in):
    typed = answers(mission, submission_key="")

    assert signed_in(amina).post("/groups/new/", typed).status_code == 302
    assert not FormReceipt.objects.exists()
