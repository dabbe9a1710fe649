"""Levels that stay shut in the queue, drafts under known names only, and words that find their end."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.forms.advice import AdviceForm, GateAnswerForm
from engagement.forms.decisions import SigningForm
from engagement.forms.lengths import LONGEST_TEXT
from engagement.models import FormDraft, Request, RequestStatus
from engagement.services import advising
from missions.models import Delegation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(amina, sven, joseph, at) -> Request:
    """A request whose clock for advice ran out, before the security adviser who now holds its level by delegation."""
    request = factories.make_request(author=amina, status=RequestStatus.IN_ADVICE, at=at)
    Request.objects.unscoped("a test").filter(pk=request.pk).update(status=RequestStatus.READY)
    Delegation.objects.create(
        mission=request.mission, from_user=joseph, to_user=sven, level=request.assessment.authority,
        highest_band="HIGH", reason="Away", starts_on=at.date(), ends_on=at.date() + timedelta(days=9),
    )  # fmt: skip
    return request


def test_the_queue_keeps_the_levels_shut_for_an_adviser_who_decides_in_place_of_somebody(signed_in, sven, waiting):
    text = signed_in(sven).get("/approvals/").content.decode()

    assert waiting.reference in text
    assert "The levels stay shut until you have." in text
    assert not re.search(r'class="lvl|Moderate|High|Changed:', text)


def test_the_print_of_the_queue_leaves_out_what_has_still_to_be_rated(signed_in, sven, waiting):
    text = signed_in(sven).get("/approvals/print/").content.decode()

    assert "1 is left out: you are asked to rate its risks first." in text
    assert waiting.reference not in text


def test_the_queue_opens_once_the_adviser_has_rated(signed_in, sven, access, waiting, at):
    Request.objects.unscoped("a test").filter(pk=waiting.pk).update(status=RequestStatus.IN_ADVICE)
    told = {"legitimacy": None, "host_government": None, "security": 2}
    advising.rate(request=waiting, role="security_adviser", **told, by=access(sven), at=at)
    Request.objects.unscoped("a test").filter(pk=waiting.pk).update(status=RequestStatus.READY)
    browser = signed_in(sven)

    assert 'class="lvl' in browser.get("/approvals/").content.decode()
    assert waiting.reference in browser.get("/approvals/print/").content.decode()


@pytest.mark.parametrize("name", ["invented", "contact2", "R-2026-AAAAA-1", "source", "x" * 24])
def test_a_draft_under_an_invented_name_is_not_kept(signed_in, amina, name):
    assert signed_in(amina).post(f"/drafts/{name}/", {"summary": "Words"}).status_code == 404
    assert not FormDraft.objects.exists()


def test_the_sections_of_a_request_are_kept_for_those_who_write_it_alone(signed_in, amina, omar, at):
    request = factories.make_request(author=amina, is_blank=True, at=at)
    wanted = {f"{request.reference}-1": 204, f"{request.reference}-9": 404, request.reference: 404}

    assert {name: signed_in(amina).post(f"/drafts/{name}/", {"purpose": "x"}).status_code for name in wanted} == wanted
    assert signed_in(omar).post(f"/drafts/{request.reference}-1/", {"purpose": "x"}).status_code == 404


def test_a_request_that_was_sent_on_keeps_no_more_drafts(signed_in, amina, at):
    request = factories.make_request(author=amina, status=RequestStatus.READY, at=at)

    assert signed_in(amina).post(f"/drafts/{request.reference}-1/", {"purpose": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (AdviceForm, "reason"),
        (AdviceForm, "conditions"),
        (GateAnswerForm, "text"),
        (SigningForm, "departure_reason"),
        (SigningForm, "civilian_consequences"),
    ],
)
def test_words_that_do_not_fit_come_back_with_how_much_to_leave_out(form, field):
    options = {"asks": [field]} if form is SigningForm else {}

    fits, too_long = (form({field: "x" * count}, **options) for count in (LONGEST_TEXT, LONGEST_TEXT + 1))

    assert field not in fits.errors
    assert too_long.errors[field] == ["Shorten this to 4000 characters. It has 4001 now."]


def test_every_section_of_a_request_has_an_end(signed_in, amina, at):
    request = factories.make_request(author=amina, is_blank=True, at=at)

    text = signed_in(amina).post(f"/requests/{request.reference}/edit/purpose/", {"purpose": "x" * 4001})

    assert "Shorten this to 4000 characters." in text.content.decode()


def test_the_list_of_contacts_asks_the_database_no_more_for_many_groups_than_for_two(signed_in, clara, amina, at):
    counts = []
    for number in (2, 9):
        for n in range(number):
            factories.make_group(author=amina, name=f"Group {number} {n}", at=at)
        with CaptureQueriesContext(connection) as asked:
            signed_in(clara).get("/contacts/")
        counts.append(len([query for query in asked if "nsags_group" in query["sql"]]))

    assert counts[0] == counts[1]
