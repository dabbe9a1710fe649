"""Stopping, resuming and ending a dialogue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import Event
from engagement.demo import steps
from engagement.models import Commitment, Engagement, EngagementStatus, Notice
from engagement.services import assessing, contacts, dialogue
from missions.postings import access_for
from tests import factories
from tests.factories import engagement_of
from tests.refusing import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(at):
    return at + timedelta(hours=2)


def suspend(engagement, user, at, reason="Shots near the meeting place."):
    return dialogue.suspend(engagement=engagement, reason=reason, by=access_for(user, at), at=at)


def resume(engagement, user, at):
    return dialogue.resume(engagement=engagement, reason="The road is calm.", by=access_for(user, at), at=at)


def conclude(engagement, user, at):
    return dialogue.conclude(engagement=engagement, reason="Done.", by=access_for(user, at), at=at)


@pytest.mark.parametrize("name", ["sven", "odile", "pierre", "joseph"])
def test_the_security_adviser_and_whoever_leads_can_suspend(cast, engagement, later, name):
    assert suspend(engagement, cast[name], later).status == EngagementStatus.SUSPENDED


@pytest.mark.parametrize("name", ["amina", "clara"])
def test_others_cannot_suspend(cast, engagement, later, name):
    assert refused(suspend, engagement, cast[name], later) == {"may_not_suspend"}


def test_a_suspension_has_a_reason_an_author_and_an_event(sven, engagement, later):
    assert refused(suspend, engagement, sven, later, reason=" ") == {"no_reason"}

    suspend(engagement, sven, later)

    stopped = engagement_of(engagement.request)
    assert (stopped.status_reason, stopped.status_by) == ("Shots near the meeting place.", sven)
    event = Event.objects.get(kind="engagement.suspended")
    assert (event.object_id, event.actor_role) == (engagement.request_id, "security_adviser")


def test_those_concerned_are_told_of_a_suspension(amina, joseph, clara, sven, engagement, later):
    suspend(engagement, sven, later)

    told = Notice.objects.filter(kind=Notice.Kind.SUSPENDED)
    assert {notice.user for notice in told} == {amina, joseph, clara, sven}


def test_what_is_stopped_cannot_be_stopped_again(sven, engagement, later):
    suspend(engagement, sven, later)

    assert refused(suspend, engagement, sven, later) == {"not_running"}


def test_the_level_that_decided_lets_it_go_on(sven, joseph, engagement, later):
    suspend(engagement, sven, later)

    assert resume(engagement, joseph, later).status == EngagementStatus.ACTIVE


def test_a_lower_level_than_the_one_that_decided_cannot_resume(sven, odile, engagement, later):
    suspend(engagement, sven, later)

    assert refused(resume, engagement, odile, later) == {"level_too_low"}


def test_the_one_who_asked_cannot_resume(sven, amina, engagement, later):
    suspend(engagement, sven, later)

    assert "own_request" in refused(resume, engagement, amina, later)


def test_an_approval_that_has_run_out_is_not_resumed(sven, joseph, engagement, at, later):
    suspend(engagement, sven, later)

    assert refused(resume, engagement, joseph, at + timedelta(days=300)) == {"expired"}


def test_what_runs_is_not_resumed(joseph, engagement, later):
    assert refused(resume, engagement, joseph, later) == {"not_stopped"}


def test_a_block_keeps_everybody_from_resuming(sven, joseph, engagement, later):
    suspend(engagement, sven, later)
    request = engagement.request
    blocked = request.assessment
    blocked.pk, blocked.authority, blocked._state.adding = None, None, True
    blocked.save(force_insert=True)
    request.assessment = blocked
    request.save()

    assert refused(resume, engagement, joseph, later) == {"blocked"}


# What has happened since


def revise(engagement, factor, level, at):
    steps.revise(engagement.request, factor, level, note="Seen this morning.", at=at)


def answer(engagement, gate, user, at):
    said = {"gate": gate, "text": "Reviewed: go on through the elders."}
    assessing.answer_gate(request=engagement.request, by=access_for(user, at), at=at, **said)


def declare(engagement, user, at, gate="G-20", note="Joint operation from Monday."):
    by = access_for(user, at)
    return assessing.declare_gate(request=engagement.request, gate=gate, note=note, by=by, at=at)


@pytest.fixture
def approved_at_l1(odile, approve):
    return approve(by=odile)


@pytest.fixture
def break_a_promise(amina, colleague, group):
    """Log a contact in which the group promises something, and verify within the hour that it did not keep it."""

    def break_a_promise(at):
        contact = factories.make_contact(author=amina, group=group, at=at)
        promise = contacts.record_commitment(
            contact=contact,
            author=Commitment.By.THEM,
            text="No tax at Bria.",
            check_on=at.date(),
            by=access_for(amina, at),
            at=at,
        )
        checked_at = at + timedelta(minutes=30)
        by = access_for(colleague, checked_at)
        contacts.check_commitment(commitment=promise, state=Commitment.State.BREACH, by=by, at=checked_at)
        return checked_at + timedelta(minutes=30)

    return break_a_promise


def test_what_stopped_a_dialogue_stands_beside_it(engagement, later):
    revise(engagement, "SEC-02", 4, later)

    held = engagement_of(engagement.request)
    assert (held.status, held.status_reason) == (EngagementStatus.REDECISION, "Seen this morning.")


def test_an_open_hold_stops_a_dialogue_from_going_on_until_it_is_answered(joseph, engagement, later):
    revise(engagement, "SEC-07", 4, later)

    assert refused(resume, engagement, joseph, later) == {"hold_open"}
    assert engagement_of(engagement.request).status == EngagementStatus.REDECISION

    answer(engagement, "G-15", joseph, later)
    assert resume(engagement, joseph, later).status == EngagementStatus.ACTIVE


def test_after_a_broken_promise_a_higher_level_reviews_and_lets_it_go_on(
    odile, pierre, approved_at_l1, break_a_promise, later
):
    at = break_a_promise(later)

    assert refused(resume, approved_at_l1, odile, at) == {"level_too_low", "hold_open"}
    assert refused(answer, approved_at_l1, "G-08", odile, at) == {"not_competent"}
    answer(approved_at_l1, "G-08", pierre, at)
    assert refused(resume, approved_at_l1, odile, at) == {"level_too_low"}
    assert resume(approved_at_l1, pierre, at).status == EngagementStatus.ACTIVE


def test_the_level_that_must_review_is_told_of_a_broken_promise(
    amina, odile, pierre, approved_at_l1, break_a_promise, later
):
    break_a_promise(later)

    told = Notice.objects.filter(kind=Notice.Kind.FACTS_CHANGED, reference=approved_at_l1.request.reference)
    assert sorted(told.values_list("user__name", flat=True)) == [amina.name, odile.name, pierre.name]


def test_a_second_broken_promise_is_reviewed_anew(pierre, approved_at_l1, break_a_promise, later):
    at = break_a_promise(later)
    answer(approved_at_l1, "G-08", pierre, at)
    resume(approved_at_l1, pierre, at)

    at = break_a_promise(at + timedelta(days=1))

    assert engagement_of(approved_at_l1.request).status == EngagementStatus.REDECISION
    assert refused(resume, approved_at_l1, pierre, at) == {"hold_open"}


def test_a_promise_broken_while_the_dialogue_is_suspended_raises_who_lets_it_go_on(
    sven, odile, approved_at_l1, break_a_promise, later
):
    suspend(approved_at_l1, sven, later)
    at = break_a_promise(later)

    assert engagement_of(approved_at_l1.request).status == EngagementStatus.SUSPENDED
    assert refused(resume, approved_at_l1, odile, at) == {"level_too_low", "hold_open"}


def test_a_confirmed_dialogue_is_not_frozen_by_facts_that_got_no_worse(joseph, engagement, later):
    revise(engagement, "SEC-10", 2, later)
    assert engagement_of(engagement.request).status == EngagementStatus.AUTHORISED
    revise(engagement, "SEC-02", 4, later)
    resume(engagement, joseph, later)

    revise(engagement, "SEC-10", 1, later + timedelta(minutes=1))
    assert engagement_of(engagement.request).status == EngagementStatus.ACTIVE

    revise(engagement, "GOV-01", 3, later + timedelta(minutes=1))
    assert engagement_of(engagement.request).status == EngagementStatus.REDECISION


def test_a_confirmed_dialogue_is_not_frozen_by_the_passing_of_a_night(joseph, engagement, later):
    revise(engagement, "SEC-02", 4, later)
    resume(engagement, joseph, later)

    # Two weeks on, the first answers lose a class.
    assert assessing.refresh(later + timedelta(days=15)) == 1

    assert engagement_of(engagement.request).status == EngagementStatus.ACTIVE


@pytest.mark.parametrize(("gate", "effect"), [("G-05", "HOLD"), ("G-08", "HOLD"), ("G-20", "ALERT")])
def test_an_adviser_records_what_no_register_can_tell(clara, engagement, later, gate, effect):
    assessment = declare(engagement, clara, later, gate=gate)

    assert {row["id"]: row["effect"] for row in assessment.gates} == {gate: effect}
    held = engagement_of(engagement.request)
    assert (held.status, held.status_reason) == (EngagementStatus.REDECISION, "Joint operation from Monday.")
    event = Event.objects.filter(kind="request.reassessed").latest("id")
    assert (event.object_id, event.fields) == (engagement.request_id, [gate])


def test_only_advisers_record_it_and_only_what_can_be_declared(amina, clara, engagement, later):
    assert refused(declare, engagement, amina, later) == {"not_assessor"}
    assert refused(declare, engagement, clara, later, gate="G-01") == {"unknown_gate"}
    assert refused(declare, engagement, clara, later, note=" ") == {"no_note"}


@pytest.mark.parametrize("name", ["amina", "clara", "odile"])
def test_the_one_who_asked_the_adviser_and_the_head_of_office_can_conclude(cast, engagement, later, name):
    assert conclude(engagement, cast[name], later).status == EngagementStatus.CONCLUDED


def test_another_officer_cannot_conclude_and_nothing_ends_twice(amina, colleague, engagement, later):
    assert refused(conclude, engagement, colleague, later) == {"may_not_conclude"}
    conclude(engagement, amina, later)
    assert refused(conclude, engagement, amina, later) == {"not_running"}


def test_what_cannot_be_seen_cannot_be_suspended(omar, engagement, later):
    with pytest.raises(Engagement.DoesNotExist):
        suspend(engagement, omar, later)


@pytest.mark.parametrize(("hour", "has_lapsed"), [(22, False), (23, True)])
def test_an_approval_ends_at_midnight_in_the_mission(mission, approve, hour, has_lapsed):
    mission.timezone = "Africa/Bangui"
    mission.save()
    engagement = approve(valid_until=date(2026, 3, 20))

    ended = dialogue.lapse_expired(datetime(2026, 3, 20, hour, 30, tzinfo=UTC))

    assert ended == int(has_lapsed)
    assert (engagement_of(engagement.request).status == EngagementStatus.LAPSED) is has_lapsed


def test_an_approval_lapses_once_and_the_two_people_concerned_are_told_once(amina, joseph, engagement, at):
    after = at + timedelta(days=300)

    assert [dialogue.lapse_expired(after), dialogue.lapse_expired(after)] == [1, 0]

    told = Notice.objects.filter(kind=Notice.Kind.LAPSED).values_list("user__name", flat=True)
    assert sorted(told) == [amina.name, joseph.name]
    lapsed = engagement_of(engagement.request)
    assert (lapsed.status_by, Event.objects.get(kind="engagement.lapsed").actor_id) == (None, None)


def test_a_suspended_approval_lapses_too(sven, engagement, at, later):
    suspend(engagement, sven, later)

    assert dialogue.lapse_expired(at + timedelta(days=300)) == 1
