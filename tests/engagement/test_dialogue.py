"""Stopping, resuming and ending a dialogue."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from engagement.models import Engagement, EngagementStatus, Notice
from engagement.policies.deciding import Choice
from engagement.services import assessing, contacts, deciding, dialogue, submission
from missions.refusals import Refused
from tests.engagement import asking, talking
from tests.engagement.asking import NOW, Field, make_field

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def field() -> Field:
    return make_field()


@pytest.fixture
def engagement(field):
    return talking.approve(field)


def suspend(field, engagement, name="sven", reason="Shots near the meeting place."):
    return dialogue.suspend(engagement=engagement, reason=reason, by=field.eyes(name, LATER), at=LATER)


def resume(field, engagement, name="helen", at=LATER):
    return dialogue.resume(engagement=engagement, reason="The road is calm.", by=field.eyes(name, at), at=at)


def codes_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return {refusal.code for refusal in refused.value.refusals}


@pytest.mark.parametrize("name", ["sven", "hana", "diego", "helen"])
def test_the_security_adviser_and_whoever_leads_can_suspend(field, engagement, name):
    assert suspend(field, engagement, name).status == EngagementStatus.SUSPENDED


@pytest.mark.parametrize("name", ["aline", "paula"])
def test_others_cannot_suspend(field, engagement, name):
    assert codes_of(lambda: suspend(field, engagement, name)) == {"may_not_suspend"}


def test_a_suspension_has_a_reason_an_author_and_an_event(field, engagement):
    assert codes_of(lambda: suspend(field, engagement, reason=" ")) == {"no_reason"}

    suspend(field, engagement)

    stopped = talking.reread(field, engagement)
    assert (stopped.status_reason, stopped.status_by) == ("Shots near the meeting place.", field.people["sven"])
    event = Event.objects.get(kind="engagement.suspended")
    assert (event.object_id, event.actor_role) == (engagement.request_id, "security_adviser")


def test_those_concerned_are_told_of_a_suspension(field, engagement):
    suspend(field, engagement)

    told = Notice.objects.filter(kind=Notice.Kind.SUSPENDED).values_list("user__name", flat=True)
    assert set(told) == {"Aline", "Helen", "Paula", "Sven"}


def test_what_is_stopped_cannot_be_stopped_again(field, engagement):
    suspend(field, engagement)

    assert codes_of(lambda: suspend(field, engagement)) == {"not_running"}


def test_the_level_that_decided_lets_it_go_on(field, engagement):
    suspend(field, engagement)

    assert resume(field, engagement).status == EngagementStatus.ACTIVE


def test_a_lower_level_than_the_one_that_decided_cannot_resume(field, engagement):
    suspend(field, engagement)

    assert codes_of(lambda: resume(field, engagement, "hana")) == {"level_too_low"}


def test_the_one_who_asked_cannot_resume(field, engagement):
    suspend(field, engagement)

    assert "own_request" in codes_of(lambda: resume(field, engagement, "aline"))


def test_an_approval_that_has_run_out_is_not_resumed(field, engagement):
    suspend(field, engagement)
    after = NOW + timedelta(days=300)

    assert codes_of(lambda: resume(field, engagement, at=after)) == {"expired"}


def test_what_runs_is_not_resumed(field, engagement):
    assert codes_of(lambda: resume(field, engagement)) == {"not_stopped"}


def test_a_block_keeps_everybody_from_resuming(field, engagement):
    suspend(field, engagement)
    request = engagement.request
    blocked = request.assessment
    blocked.pk, blocked.authority, blocked._state.adding = None, None, True
    blocked.save(force_insert=True)
    request.assessment = blocked
    request.save()

    assert codes_of(lambda: resume(field, engagement)) == {"blocked"}


# What has happened since


def revise(field, engagement, factor, level, at=LATER):
    return assessing.revise_answer(
        request=engagement.request,
        factor=factor,
        level=level,
        confidence="A",
        source="Situation report",
        source_date=at.date(),
        why_unknown="",
        note="Seen this morning.",
        by=field.eyes("paula", at),
        at=at,
    )


def answer(field, engagement, gate, name, at=LATER):
    said = {"gate": gate, "text": "Reviewed: go on through the elders."}
    return assessing.answer_gate(request=engagement.request, by=field.eyes(name, at), at=at, **said)


def approve_at_l1(field):
    request = asking.complete(asking.start(field), field, level=0)
    submission.submit(request=request, by=field.eyes("aline"), at=NOW)
    request = asking.again(request, field)
    choice = Choice(request.assessment_id, "approve")
    deciding.decide(request=request, choice=choice, by=field.eyes("hana"), at=NOW)
    return talking.reread(field, Engagement(request=request))


def break_a_promise(field, engagement, at):
    """Log a contact in which the group promises something, and verify within the hour that it did not keep it."""
    happened_at = max(at, talking.MEETING)
    contact = talking.log_unplanned(field, happened_at=happened_at, at=happened_at)
    promise = contacts.record_commitment(
        contact=contact,
        author="them",
        text="No tax at Tora.",
        check_on=happened_at.date(),
        by=field.eyes("aline", happened_at),
        at=happened_at,
    )
    checked_at = happened_at + timedelta(minutes=30)
    contacts.check_commitment(
        commitment=promise, state="breach", by=field.eyes("bruno", checked_at), at=checked_at, next_check_on=None
    )
    return checked_at + timedelta(minutes=30)


def test_what_stopped_a_dialogue_stands_beside_it(field, engagement):
    revise(field, engagement, "SEC-02", 4)

    held = talking.reread(field, engagement)
    assert (held.status, held.status_reason) == (EngagementStatus.REDECISION, "Seen this morning.")


def test_an_open_hold_stops_a_dialogue_from_going_on_until_it_is_answered(field, engagement):
    revise(field, engagement, "SEC-07", 4)

    assert codes_of(lambda: resume(field, engagement)) == {"hold_open"}
    assert talking.reread(field, engagement).status == EngagementStatus.REDECISION

    answer(field, engagement, "G-15", "helen")
    assert resume(field, engagement).status == EngagementStatus.ACTIVE


def test_after_a_broken_promise_a_higher_level_reviews_and_lets_it_go_on(field):
    engagement = approve_at_l1(field)
    at = break_a_promise(field, engagement, LATER)

    assert codes_of(lambda: resume(field, engagement, "hana", at)) == {"level_too_low", "hold_open"}
    assert codes_of(lambda: answer(field, engagement, "G-08", "hana", at)) == {"not_competent"}
    answer(field, engagement, "G-08", "diego", at)
    assert codes_of(lambda: resume(field, engagement, "hana", at)) == {"level_too_low"}
    assert resume(field, engagement, "diego", at).status == EngagementStatus.ACTIVE


def test_the_level_that_must_review_is_told_of_a_broken_promise(field):
    engagement = approve_at_l1(field)
    break_a_promise(field, engagement, LATER)

    told = Notice.objects.filter(kind=Notice.Kind.FACTS_CHANGED, reference=engagement.request.reference)
    assert sorted(told.values_list("user__name", flat=True)) == ["Aline", "Diego", "Hana"]


def test_a_second_broken_promise_is_reviewed_anew(field):
    engagement = approve_at_l1(field)
    at = break_a_promise(field, engagement, LATER)
    answer(field, engagement, "G-08", "diego", at)
    resume(field, engagement, "diego", at)

    at = break_a_promise(field, engagement, at + timedelta(days=1))

    assert talking.reread(field, engagement).status == EngagementStatus.REDECISION
    assert codes_of(lambda: resume(field, engagement, "diego", at)) == {"hold_open"}


def test_a_promise_broken_while_the_dialogue_is_suspended_raises_who_lets_it_go_on(field):
    engagement = approve_at_l1(field)
    suspend(field, engagement)
    at = break_a_promise(field, engagement, LATER)

    assert talking.reread(field, engagement).status == EngagementStatus.SUSPENDED
    assert codes_of(lambda: resume(field, engagement, "hana", at)) == {"level_too_low", "hold_open"}


def test_a_confirmed_dialogue_is_not_frozen_by_facts_that_got_no_worse(field, engagement):
    revise(field, engagement, "SEC-10", 1)
    assert talking.reread(field, engagement).status == EngagementStatus.AUTHORISED
    revise(field, engagement, "SEC-02", 4)
    resume(field, engagement)

    revise(field, engagement, "SEC-10", 0)
    assert talking.reread(field, engagement).status == EngagementStatus.ACTIVE

    revise(field, engagement, "GOV-01", 3)
    assert talking.reread(field, engagement).status == EngagementStatus.REDECISION


def test_a_confirmed_dialogue_is_not_frozen_by_the_passing_of_a_night(field, engagement):
    revise(field, engagement, "SEC-02", 4)
    resume(field, engagement)

    assessing.refresh(LATER + timedelta(days=2))

    assert talking.reread(field, engagement).status == EngagementStatus.ACTIVE


@pytest.mark.parametrize(("gate", "effect"), [("G-05", "HOLD"), ("G-08", "HOLD"), ("G-20", "ALERT")])
def test_an_adviser_records_what_no_register_can_tell(field, engagement, gate, effect):
    by = field.eyes("paula", LATER)
    said = {"gate": gate, "note": "Joint operation from Monday."}

    assessment = assessing.declare_gate(request=engagement.request, by=by, at=LATER, **said)

    assert {row["id"]: row["effect"] for row in assessment.gates} == {gate: effect}
    held = talking.reread(field, engagement)
    assert (held.status, held.status_reason) == (EngagementStatus.REDECISION, "Joint operation from Monday.")
    event = Event.objects.filter(kind="request.reassessed").latest("id")
    assert (event.object_id, event.fields) == (engagement.request_id, [gate])


def test_only_advisers_record_it_and_only_what_can_be_declared(field, engagement):
    def declare(name, gate="G-20", note="A report came out."):
        by = field.eyes(name, LATER)
        assessing.declare_gate(request=engagement.request, gate=gate, note=note, by=by, at=LATER)

    assert codes_of(lambda: declare("aline")) == {"not_assessor"}
    assert codes_of(lambda: declare("paula", gate="G-01")) == {"unknown_gate"}
    assert codes_of(lambda: declare("paula", note=" ")) == {"no_note"}


@pytest.mark.parametrize("name", ["aline", "paula", "hana"])
def test_the_one_who_asked_the_adviser_and_the_head_of_office_can_conclude(field, engagement, name):
    ended = dialogue.conclude(engagement=engagement, reason="Done.", by=field.eyes(name, LATER), at=LATER)

    assert ended.status == EngagementStatus.CONCLUDED


def test_another_officer_cannot_conclude_and_nothing_ends_twice(field, engagement):
    def conclude(name):
        dialogue.conclude(engagement=engagement, reason="Done.", by=field.eyes(name, LATER), at=LATER)

    assert codes_of(lambda: conclude("bruno")) == {"may_not_conclude"}
    conclude("aline")
    assert codes_of(lambda: conclude("aline")) == {"not_running"}


def test_what_cannot_be_seen_cannot_be_suspended(field, engagement):
    with pytest.raises(Engagement.DoesNotExist):
        suspend(field, engagement, "omar")


@pytest.mark.parametrize(("hour", "has_lapsed"), [(22, False), (23, True)])
def test_an_approval_ends_at_midnight_in_the_mission(field, hour, has_lapsed):
    field.mission.timezone = "Africa/Bangui"
    field.mission.save()
    engagement = talking.approve(field, valid_until=datetime(2026, 12, 20).date())

    ended = dialogue.lapse_expired(datetime(2026, 12, 20, hour, 30, tzinfo=UTC))

    assert ended == int(has_lapsed)
    assert (talking.reread(field, engagement).status == EngagementStatus.LAPSED) is has_lapsed


def test_an_approval_lapses_once_and_the_two_people_concerned_are_told_once(field, engagement):
    after = NOW + timedelta(days=300)

    assert [dialogue.lapse_expired(after), dialogue.lapse_expired(after)] == [1, 0]

    told = Notice.objects.filter(kind=Notice.Kind.LAPSED).values_list("user__name", flat=True)
    assert sorted(told) == ["Aline", "Helen"]
    lapsed = talking.reread(field, engagement)
    assert (lapsed.status_by, Event.objects.get(kind="engagement.lapsed").actor_id) == (None, None)


def test_a_suspended_approval_lapses_too(field, engagement):
    suspend(field, engagement)

    assert dialogue.lapse_expired(NOW + timedelta(days=300)) == 1
