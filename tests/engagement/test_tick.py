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
from tests.engagement import talking
from tests.engagement.asking import NOW, make_field

pytestmark = pytest.mark.django_db

MUCH_LATER = NOW + timedelta(days=200)


@pytest.fixture
def field():
    return make_field()


def test_tick_ends_what_has_run_out_and_mails_what_waits(field, mailoutbox):
    engagement = talking.approve(field)
    field.people["aline"].email = "aline@mission.example"
    field.people["aline"].save()

    done = tasks.run(MUCH_LATER)

    assert talking.reread(field, engagement).status == EngagementStatus.LAPSED
    assert done["approvals ended"] == 1
    assert {address for message in mailoutbox for address in message.to} == {"aline@mission.example"}


def test_tick_does_nothing_the_second_time(field):
    talking.approve(field)
    tasks.run(MUCH_LATER)
    events, notices = Event.objects.count(), Notice.objects.count()

    again = tasks.run(MUCH_LATER)

    assert set(again.values()) == {0}
    assert (Event.objects.count(), Notice.objects.count()) == (events, notices)


def test_tick_forgets_drafts_that_nobody_has_touched_for_90_days(field):
    aline = field.people["aline"]
    for form, age in (("contact", 91), ("screen", 89)):
        form_drafts.keep(user=aline, form=form, content={"place": ["Tora"]}, at=NOW - timedelta(days=age))

    assert tasks.run(NOW)["old drafts forgotten"] == 1
    assert form_drafts.find(user=aline, form="screen") is not None


def test_a_step_that_fails_holds_up_no_other(monkeypatch, caplog):
    def fail(at):
        raise LookupError("something private")

    monkeypatch.setitem(tasks.STEPS, "approvals ended", fail)

    with caplog.at_level(logging.ERROR):
        done = tasks.run(MUCH_LATER)

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
