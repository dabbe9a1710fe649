"""The request page leads to stopping, resuming and ending its dialogue."""

import re
from datetime import timedelta

import pytest

from engagement.demo import steps
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        ("active", {"suspend", "conclude"}),
        ("suspended", {"resume", "conclude"}),
        ("concluded", set()),
    ],
)
def test_the_page_of_a_request_leads_to_what_its_dialogue_allows(signed_in, sven, amina, at, status, verbs):
    engagement = factories.make_engagement(author=amina, at=at, status=status)
    address = f"/requests/{engagement.request.reference}/"

    page = signed_in(sven).get(address).content.decode()

    assert {verb for verb in ("suspend", "resume", "conclude") if f'href="{address}{verb}/"' in page} == verbs


@pytest.mark.parametrize(
    ("status", "filled"),
    [
        ("active", "Log a contact"),
        ("suspended", "Resume dialogue"),
        ("redecision", "Resume dialogue"),
    ],
)
def test_the_next_step_of_a_dialogue_is_the_filled_button(signed_in, sven, amina, at, status, filled):
    engagement = factories.make_engagement(author=amina, at=at, status=status)

    page = signed_in(sven).get(f"/requests/{engagement.request.reference}/").content.decode()

    assert set(re.findall(r'class="btn" href="[^"]*">([^<]+)<', page)) == {filled}


def test_a_small_screen_can_stop_a_dialogue_from_the_top_of_the_page(signed_in, sven, amina, at):
    engagement = factories.make_engagement(author=amina, at=at, status="active")
    address = f"/requests/{engagement.request.reference}/"

    page = signed_in(sven).get(address).content.decode()

    top = page[page.index("<h1") : page.index('id="ask"')]
    assert f'<a class="btn alt" href="{address}suspend/">Suspend dialogue</a>' in top
    assert page.count(f'href="{address}suspend/"') == 2


def test_letting_a_dialogue_go_on_takes_a_fresh_proof_of_who_does_it(signed_in, joseph, amina, at, clock):
    engagement = factories.make_engagement(author=amina, at=at, status="suspended")
    address = f"/requests/{engagement.request.reference}/resume/"
    browser = signed_in(joseph)
    clock(at + timedelta(minutes=10))

    asked = browser.post(address, {"reason": "It is calm."})

    assert asked.status_code == 401
    assert "It is calm." in asked.content.decode()
    assert factories.engagement_of(engagement.request).status == "suspended"


def test_the_page_says_which_hold_is_still_open(signed_in, joseph, amina, at):
    engagement = factories.make_engagement(author=amina, at=at)
    steps.revise(engagement.request, "SEC-07", 4, note="The elders go alone now.", at=at)

    page = signed_in(joseph).get(f"/requests/{engagement.request.reference}/resume/").content.decode()

    assert "goes on only once this is answered" in page
    assert "The elders go alone now." in page
    assert "<textarea" not in page


def test_an_adviser_records_a_red_line_on_the_page_for_changed_facts(signed_in, clara, amina, at):
    engagement = factories.make_engagement(author=amina, at=at)
    address = f"/requests/{engagement.request.reference}/revise/"
    browser = signed_in(clara)

    assert 'value="G-08"' in browser.get(address).content.decode()
    assert "Red line met" in browser.get(f"{address}?factor=G-08").content.decode()
    empty = browser.post(address, {"factor": "G-08", "note": ""}).content.decode()
    assert "Say in one sentence what has happened." in empty
    browser.post(address, {"factor": "G-08", "note": "They took two hostages."})

    held = factories.engagement_of(engagement.request)
    assert (held.status, held.status_reason) == ("redecision", "They took two hostages.")
