"""Whoever was slower reads why, and finds everything that they had typed."""

import pytest
from django.utils.html import escape

from engagement.models import RequestStatus
from risk import current_ruleset
from tests.factories import make_contact, make_engagement, make_request

pytestmark = pytest.mark.django_db

WORDS = "The road is shut & the market with it.\nNobody passes."
SHOWN = "The road is shut &amp; the market with it.<br>Nobody passes."


def section_of(request, slug="purpose"):
    return f"/requests/{request.reference}/edit/{slug}/"


def test_a_section_written_after_the_request_was_sent_comes_back_whole(signed_in, amina, at):
    request = make_request(author=amina, at=at, status=RequestStatus.READY)

    page = signed_in(amina).post(section_of(request), {"title": "Late title", "purpose": WORDS})

    text = page.content.decode()
    assert page.status_code == 409
    assert "This request has been sent (it is ready for decision)" in text
    assert SHOWN in text
    assert "Late title" in text
    request.refresh_from_db()
    assert request.title != "Late title"


def test_what_was_chosen_in_it_is_shown_in_the_words_of_the_form(signed_in, amina, at):
    request = make_request(author=amina, at=at, status=RequestStatus.READY)
    typed = {"LEG-06": "2", "LEG-06-on_day": "20", "LEG-06-on_month": "2", "LEG-06-on_year": "2026", "seen": "0123abcd"}

    page = signed_in(amina).post(section_of(request, "legitimacy"), typed).content.decode()

    assert escape(current_ruleset().factors["LEG-06"].anchors("en")[2]) in page
    assert "20 2 2026" in page
    assert "0123abcd" not in page


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RequestStatus.RETURNED, "Reopen it to write a new version."),
        (RequestStatus.WITHDRAWN, "Start a new request."),
    ],
)
def test_it_says_what_to_do_wherever_the_request_stands(signed_in, amina, at, status, said):
    request = make_request(author=amina, at=at, status=status)

    page = signed_in(amina).post(section_of(request), {"purpose": WORDS}).content.decode()

    assert said in page
    assert SHOWN in page


def test_looking_at_a_section_of_a_sent_request_leads_to_the_request(signed_in, amina, at):
    request = make_request(author=amina, at=at, status=RequestStatus.READY)

    assert signed_in(amina).get(section_of(request)).status_code == 302


def test_advice_that_comes_after_the_decision_is_not_lost(signed_in, clara, amina, at):
    request = make_request(author=amina, at=at, status=RequestStatus.DECLINED)
    typed = {"role": "poc_adviser", "outcome": "support_with_conditions", "reason": WORDS, "conditions": "Two cars"}

    page = signed_in(clara).post(f"/requests/{request.reference}/advise/", typed).content.decode()

    assert "Advice is closed" in page
    assert SHOWN in page
    assert "Two cars" in page
    assert '<dd dir="auto">Support with conditions</dd>' in page
    assert "poc_adviser" not in page.split("What you typed")[1]


def test_opening_a_page_of_advice_that_is_closed_shows_nothing_as_typed(signed_in, hana, amina, at):
    request = make_request(author=amina, at=at, status=RequestStatus.DECLINED)

    page = signed_in(hana).get(f"/requests/{request.reference}/advise/").content.decode()

    assert "What you typed" not in page


@pytest.mark.parametrize(
    ("verb", "status", "name"),
    [
        ("suspend", "suspended", "sven"),
        ("resume", "active", "pierre"),
        ("conclude", "concluded", "amina"),
    ],
)
def test_the_reason_of_whoever_was_slower_is_not_lost(signed_in, cast, amina, at, verb, status, name):
    engagement = make_engagement(author=amina, at=at, status=status)

    page = signed_in(cast[name]).post(f"/requests/{engagement.request.reference}/{verb}/", {"reason": WORDS})

    assert page.status_code == 200
    assert SHOWN in page.content.decode()


def test_a_safety_problem_that_was_described_in_another_window_does_not_swallow_the_words(signed_in, amina, at):
    address = f"/contacts/{make_contact(author=amina, at=at, has_safety_problem=True).reference}/safety/"
    browser = signed_in(amina)
    browser.post(address, {"text": "Shots at the ford."})

    page = browser.post(address, {"text": WORDS}).content.decode()

    assert SHOWN in page
    assert 'name="text"' not in page


def test_a_classification_that_came_second_shows_what_was_chosen(signed_in, clara, amina, at):
    address = f"/contacts/{make_contact(author=amina, at=at).reference}/classify/"
    browser = signed_in(clara)
    browser.post(address, {"classification": "no_action"})

    page = browser.post(address, {"classification": "needs_review"}).content.decode()

    assert "What you typed" in page
