"""Stopping, resuming and ending a dialogue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import Event
from engagement.models import Engagement, EngagementStatus, Notice
from engagement.services import dialogue
from missions.postings import access_for
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
