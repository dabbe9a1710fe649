"""One form, one record, told about a slow line and an impatient officer."""

from uuid import uuid4

import pytest

from audit.models import FormReceipt
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
