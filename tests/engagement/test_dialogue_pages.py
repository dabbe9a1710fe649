"""The request page leads to stopping, resuming and ending its dialogue."""

import re

import pytest

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
