"""The request page leads to stopping, resuming and ending its dialogue."""

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
