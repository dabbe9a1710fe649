"""The request page leads to stopping, resuming and ending its dialogue."""

from datetime import timedelta

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


def test_letting_a_dialogue_go_on_takes_a_fresh_proof_of_who_does_it(signed_in, joseph, amina, at, clock):
    engagement = factories.make_engagement(author=amina, at=at, status="suspended")
    address = f"/requests/{engagement.request.reference}/resume/"
    browser = signed_in(joseph)
    clock(at + timedelta(minutes=10))

    asked = browser.post(address, {"reason": "It is calm."})

    assert asked.status_code == 401
    assert "It is calm." in asked.content.decode()
    assert factories.engagement_of(engagement.request).status == "suspended"
