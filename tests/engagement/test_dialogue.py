"""Stopping, resuming and ending a dialogue."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from engagement.models import Engagement, EngagementStatus, Notice
from engagement.services import dialogue
from missions.refusals import Refused
from tests.engagement import talking
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
