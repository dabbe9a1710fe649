"""The invariants of the life of a request (domain reference 3.9) that no other test holds to.

Elsewhere: LC-01 and LC-04 test_contacts.py, LC-02, LC-05, LC-06 and LC-07 test_deciding.py, LC-11 test_races.py,
LC-14 test_contacts.py and test_dialogue.py. Appeals (LC-13) are not built.
"""

from datetime import timedelta
from itertools import product

import pytest

from engagement.models import Assessment, Contact, EngagementStatus, RequestStatus, Submission
from engagement.models.status import ENGAGEMENT_TRANSITIONS, REQUEST_TRANSITIONS, IllegalTransition, check_transition
from engagement.services import assessing, deciding, dialogue, drafting, submission
from engagement.services.queues import awaiting_decision
from missions import services as missions
from missions.models import Posting
from missions.refusals import Refused
from tests import factories
from tests.engagement.test_deciding import whole
from tests.factories import make_contact, make_engagement, make_request

pytestmark = pytest.mark.django_db
PENDING_STATES = [RequestStatus.IN_ADVICE, RequestStatus.READY, RequestStatus.DEFERRED, RequestStatus.BLOCKED]


@pytest.mark.parametrize("status", [*PENDING_STATES, RequestStatus.DECLINED, RequestStatus.WITHDRAWN])
def test_lc_03_what_has_been_sent_is_not_rewritten(amina, access, at, status):
    request = make_request(author=amina, status=status, at=at)

    with pytest.raises(Refused, match="not_draft"):
        drafting.save_section(
            request=request, section="purpose", fields={"title": "Another"}, answers={}, by=access(amina), at=at
        )


def test_lc_03_a_new_version_leaves_the_one_before_as_it_was(amina, access, at):
    request = make_request(author=amina, status=RequestStatus.RETURNED, at=at)
    first = Submission.objects.unscoped("test").get(request=request)

    submission.reopen(request=request, by=access(amina), at=at)
    drafting.save_section(
        request=request, section="purpose", fields={"title": "Another"}, answers={}, by=access(amina), at=at
    )
    submission.submit(request=request, by=access(amina), at=at)

    kept, new = Submission.objects.unscoped("test").filter(request=request).order_by("number")
    assert (kept.content, kept.digest) == (first.content, first.digest)
    assert new.content["fields"]["title"] == "Another"


@pytest.mark.parametrize(
    ("table", "states"), [(REQUEST_TRANSITIONS, RequestStatus), (ENGAGEMENT_TRANSITIONS, EngagementStatus)]
)
def test_lc_08_a_status_changes_only_along_the_table(table, states):
    assert set(table) == set(states)
    for before, after in product(states, repeat=2):
        if after in table[before]:
            check_transition(table, before, after)
        else:
            with pytest.raises(IllegalTransition):
                check_transition(table, before, after)


@pytest.mark.parametrize("name", ["odile", "pierre", "joseph", "sven"])
@pytest.mark.parametrize("status", [EngagementStatus.AUTHORISED, EngagementStatus.ACTIVE, EngagementStatus.REDECISION])
def test_lc_09_whoever_leads_and_the_security_adviser_can_suspend(cast, amina, access, at, name, status):
    engagement = make_engagement(author=amina, status=status, at=at)

    later = at + timedelta(hours=1)
    stopped = dialogue.suspend(engagement=engagement, reason="Shots nearby.", by=access(cast[name], later), at=later)

    assert stopped.status == EngagementStatus.SUSPENDED


def test_lc_10_after_a_fact_has_worsened_there_is_no_planned_contact(amina, at):
    engagement = make_engagement(author=amina, status=EngagementStatus.REDECISION, at=at)

    with pytest.raises(Refused, match="not_open"):
        make_contact(author=amina, engagement=engagement, at=at + timedelta(hours=1))


def test_lc_10_a_prohibition_stops_planned_contact_from_its_first_hour(amina, at):
    engagement = make_engagement(author=amina, at=at)
    factories.forbid(engagement.request, at=at + timedelta(hours=2))

    with pytest.raises(Refused, match="not_open"):
        make_contact(author=amina, engagement=engagement, at=at + timedelta(hours=3))

    before = {"happened_at": at + timedelta(hours=1)}
    assert make_contact(author=amina, engagement=engagement, at=at + timedelta(hours=3), **before)


def test_lc_12_a_contact_logged_late_changes_no_earlier_figure(amina, group, at):
    request = make_request(author=amina, group=group, status=RequestStatus.READY, at=at)
    before = list(Assessment.objects.unscoped("test").values())

    make_contact(author=amina, group=group, happened_at=at - timedelta(days=30), at=at + timedelta(hours=1))

    assert list(Assessment.objects.unscoped("test").values()) == before
    assert Contact.objects.unscoped("test").exists()
    assert request.assessment_id == before[0]["id"]


def test_lc_15_a_person_who_loses_a_role_loses_its_queue_at_once(amina, pierre, maya, access, at):
    request = make_request(author=amina, band="HIGH", status=RequestStatus.READY, at=at)
    assert awaiting_decision(access(pierre), at) == [request]

    posting = Posting.objects.get(user=pierre)
    missions.end_posting(posting=posting, by=access(maya), at=at)
    later = at + timedelta(seconds=1)

    assert awaiting_decision(access(pierre, later), later) == []
    with pytest.raises(type(request).DoesNotExist):
        deciding.decide(request=request, choice=whole(request), by=access(pierre, later), at=later)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"level": 9}, "out_of_range"),
        ({"level": None}, "reason_missing"),
        ({"confidence": "Z"}, "confidence_missing"),
        ({"source": "x" * 201}, "source_too_long"),
        ({"days": 2}, "source_in_future"),
    ],
)
def test_a_changed_fact_is_held_to_the_same_rules_as_an_answer(amina, clara, access, at, changed, code):
    request = make_request(author=amina, status=RequestStatus.IN_ADVICE, at=at)
    said = {"factor": "SEC-02", "level": 4, "confidence": "A", "source": "Report", "why_unknown": "", "note": "Attack."}
    day = at.date() + timedelta(days=changed.get("days", 0))
    given = said | {name: value for name, value in changed.items() if name != "days"}

    with pytest.raises(Refused, match=code):
        assessing.revise_answer(request=request, source_date=day, by=access(clara), at=at, **given)
