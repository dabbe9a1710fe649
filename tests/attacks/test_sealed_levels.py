"""Nobody who is asked to rate the risks learns of the model's levels first, by whichever door."""

import re

import pytest

from engagement.demo.steps import read
from engagement.models import Request, RequestStatus
from engagement.services import advising, submission
from tests.factories import make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_in_advice(amina, at):
    """A request that waits for the security adviser's rating."""
    return make_request(author=amina, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)


@pytest.mark.parametrize("door", ["/api/v1/requests/{}/", "/api/v1/requests/"])
def test_the_programming_interface_keeps_the_levels_shut_until_the_adviser_has_rated(
    signed_in, sven, access, request_in_advice, at, door
):
    client, address = signed_in(sven), door.format(request_in_advice.reference)

    assert _assessment(client.get(address).json()) is None

    advising.rate(
        request=request_in_advice, role="security_adviser", legitimacy=None, host_government=None, security=2,
        by=access(sven), at=at,
    )  # fmt: skip
    assert _assessment(client.get(address).json())["risks"]["SEC"]["band"] == "HIGH"


# What makes the rules ask for an adviser who is asked for nothing at an ordinary high risk.
ASKED_BY = {
    "tomas": {"levels": {"LEG-08": 3}},
    "greta": {"involves_children": True},
    "hana": {"levels": {"LEG-09": 3}},
    "felix": {"declared_gates": ["G-05"]},
}


@pytest.mark.parametrize("name", ASKED_BY)
@pytest.mark.parametrize("door", ["", "paper/", "changes/", "history/", "advise/"])
def test_no_adviser_of_any_kind_sees_a_level_before_rating(signed_in, cast, amina, access, at, name, door):
    facts = dict(ASKED_BY[name])
    declared = facts.pop("declared_gates", [])
    draft = make_request(author=amina, band="HIGH", at=at, **facts)
    Request.objects.unscoped("test").filter(pk=draft.pk).update(declared_gates=declared)
    submission.submit(request=draft, by=access(amina), at=at)
    waiting = read(draft)
    assert cast[name].postings.filter(role__in=waiting.assessment.advisers).exists()

    answer = signed_in(cast[name]).get(f"/requests/{waiting.reference}/{door}", follow=True)

    assert answer.status_code == 200
    assert not re.search(r'class="lvl|class="chart', answer.content.decode())


def _assessment(answer):
    return (answer["results"][0] if "results" in answer else answer)["assessment"]


def test_the_programming_interface_shows_levels_to_those_who_rate_nothing(signed_in, amina, request_in_advice):
    answer = signed_in(amina).get(f"/api/v1/requests/{request_in_advice.reference}/").json()

    assert answer["assessment"]["risks"]["SEC"]["band"] == "HIGH"


def test_an_adviser_does_not_read_provisional_levels_off_a_draft(signed_in, sven, amina, at):
    draft = make_request(author=amina, band="HIGH", at=at)

    answer = signed_in(sven).get(f"/requests/{draft.reference}/check/")

    assert answer.status_code == 302


@pytest.mark.parametrize(
    "door", ["", "paper/", "changes/", "history/", "check/", "advise/", "decided/", "edit/", "revise/"]
)
@pytest.mark.parametrize("status", [RequestStatus.BLOCKED, RequestStatus.IN_ADVICE])
def test_no_page_of_a_request_shows_a_level_to_an_adviser_who_has_still_to_rate(
    signed_in, sven, amina, at, door, status
):
    waiting = make_request(author=amina, band="HIGH", status=status, at=at)

    answer = signed_in(sven).get(f"/requests/{waiting.reference}/{door}", follow=True)

    text = answer.content.decode()
    assert not re.search(r'class="lvl|class="chart', text)


@pytest.mark.parametrize("door", ["requests/{}/", "approvals/", "requests/", "requests/{}/changes/"])
def test_every_page_opens_to_an_adviser_who_wrote_the_request(signed_in, clara, at, door):
    own = make_request(author=clara, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)

    text = signed_in(clara).get("/" + door.format(own.reference)).content.decode()

    assert "rate the risks" not in text.lower()


def test_a_choice_sent_by_somebody_who_may_not_decide_opens_nothing(signed_in, sven, request_in_advice):
    said = {"assessment": str(request_in_advice.assessment_id), "outcome": "approve", "reasons": "Curious."}

    text = signed_in(sven).post(f"/requests/{request_in_advice.reference}/decide/", said).content.decode()

    assert "This cannot be signed" in text
    assert 'id="rule"' not in text
    assert 'class="lvl' not in text
