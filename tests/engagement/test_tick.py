"""Periodic work: safe to repeat, and one failing step holds up no other."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from config.celery import app
from engagement import tasks
from engagement.models import EngagementStatus, Notice
from engagement.services import form_drafts
from tests.factories import engagement_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def much_later(at):
    return at + timedelta(days=200)


def test_tick_ends_what_has_run_out_and_mails_what_waits(amina, engagement, much_later, mailoutbox):
    amina.email = "amina@mission.example"
    amina.save()

    done = tasks.run(much_later)

    assert engagement_of(engagement.request).status == EngagementStatus.LAPSED
    assert done["approvals ended"] == 1
    assert {address for message in mailoutbox for address in message.to} == {"amina@mission.example"}


def test_tick_does_nothing_the_second_time(engagement, much_later):
    tasks.run(much_later)
    events, notices = Event.objects.count(), Notice.objects.count()

    again = tasks.run(much_later)

    assert set(again.values()) == {0}
    assert (Event.objects.count(), Notice.objects.count()) == (events, notices)


def test_tick_forgets_drafts_that_nobody_has_touched_for_90_days(amina, at):
    for form, age in (("contact", 91), ("screen", 89)):
        form_drafts.keep(user=amina, form=form, content={"place": ["Tora"]}, at=at - timedelta(days=age))

    assert tasks.run(at)["old drafts forgotten"] == 1
    assert form_drafts.find(user=amina, form="screen") is not None


def test_a_step_that_fails_holds_up_no_other(much_later, monkeypatch, caplog):
    def fail(at):
        raise LookupError("something private")

    monkeypatch.setitem(tasks.STEPS, "approvals ended", fail)

    with caplog.at_level(logging.ERROR):
        done = tasks.run(much_later)

    assert done["approvals ended"] is None
    assert done["notices mailed"] == 0
    assert "something private" not in caplog.text


def test_the_command_says_what_it_did(monkeypatch):
    out = StringIO()

    call_command("tick", stdout=out)

    assert out.getvalue().splitlines()[0] == "approvals ended: 0"
    assert len(out.getvalue().splitlines()) == len(tasks.STEPS)


def test_the_command_fails_when_a_step_does(monkeypatch):
    monkeypatch.setitem(tasks.STEPS, "notices mailed", lambda at: 1 / 0)

    with pytest.raises(CommandError):
        call_command("tick", stdout=StringIO())


def test_beat_calls_the_same_function_every_five_minutes():
    assert app.conf.beat_schedule["tick"]["task"] == tasks.tick.name
    assert tasks.tick.apply().successful()
