"""Notices: rows with the change, mail afterwards, and no harm when the bell is broken."""

import logging
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import transaction

from accounts.models import User
from engagement import notices
from engagement.models import Notice
from engagement.services import noticing
from missions import services as missions
from missions.roles import Authority, Role
from tests import factories

AT = datetime(2026, 11, 22, 14, 53, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina():
    return User.objects.create_user("amina", name="Amina", email="amina@mission.example")


@pytest.fixture
def joseph():
    return User.objects.create_user("joseph", name="Joseph", email="joseph@mission.example", language="fr")


def tell(*users, reference="C-7F3K2"):
    return noticing.notify(users=users, kind=Notice.Kind.CONTACT_TO_CLASSIFY, reference=reference, at=AT)


def test_a_notice_is_mailed_once_its_change_is_committed(amina, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell(amina)
        assert mail.outbox == []

    assert [message.to for message in mail.outbox] == [["amina@mission.example"]]
    assert Notice.objects.get().mailed_at is not None


def test_a_mail_says_only_that_something_waits(amina):
    tell(amina, reference="R-2026-7F3K2")

    notices.send_unsent(AT)

    message = mail.outbox[0]
    assert message.subject == "An item needs your attention"
    assert message.body.split() == [
        "An",
        "item",
        "needs",
        "your",
        "attention.",
        "Sign",
        "in",
        "to",
        "see",
        "it:",
        "http://127.0.0.1:8000/",
    ]
    assert "7F3K2" not in message.message().as_string()


def test_each_mail_has_one_recipient(amina, joseph):
    tell(amina, joseph)

    notices.send_unsent(AT)

    assert sorted(message.to[0] for message in mail.outbox) == ["amina@mission.example", "joseph@mission.example"]


def test_one_person_is_told_once_of_one_thing(amina):
    assert len(tell(amina, amina)) == 1


def test_without_a_mail_server_a_notice_waits_until_there_is_one(amina, settings, mailoutbox):
    settings.SENDS_MAIL = False
    tell(amina)

    assert notices.send_unsent(AT) == 0
    assert Notice.objects.get().mailed_at is None

    settings.SENDS_MAIL = True
    assert notices.send_unsent(AT) == 1
    assert len(mailoutbox) == 1


def test_a_notice_is_mailed_once_however_often_the_sender_runs(amina):
    tell(amina)

    assert [notices.send_unsent(AT), notices.send_unsent(AT)] == [1, 0]
    assert len(mail.outbox) == 1


def test_a_person_without_an_address_still_has_the_row():
    tell(User.objects.create_user("salif", name="Salif"))

    assert notices.send_unsent(AT) == 0
    assert Notice.objects.filter(mailed_at=None).count() == 1


def test_a_broken_mail_server_leaves_the_notice_for_the_next_time(amina, monkeypatch, caplog):
    tell(amina)

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(notices, "send_mail", fail_with("550 amina@mission.example unknown"))
        assert notices.send_unsent(AT) == 0

    assert caplog.messages == ["A notice was not mailed: ConnectionError"]
    assert notices.send_unsent(AT) == 1


def test_one_bad_address_does_not_hold_up_the_others(amina, joseph, monkeypatch):
    tell(amina, joseph)
    send = notices.send_mail
    monkeypatch.setattr(notices, "send_mail", lambda *args: fail_for("amina@mission.example", send, *args))

    assert notices.send_unsent(AT) == 1
    assert mail.outbox[0].to == ["joseph@mission.example"]


def test_a_bell_without_redis_never_breaks_the_request(amina, monkeypatch, caplog, django_capture_on_commit_callbacks):
    monkeypatch.setattr(notices.deliver, "apply_async", fail_with("redis://name:password@host is gone"))

    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        tell(amina)

    assert caplog.messages == ["The bell did not ring: ConnectionError"]
    assert Notice.objects.filter(mailed_at=None).count() == 1


def test_nothing_is_told_of_a_change_that_did_not_happen(amina, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        try:
            with transaction.atomic():
                tell(amina)
                raise LookupError
        except LookupError:
            pass

    assert (callbacks, Notice.objects.count(), mail.outbox) == ([], 0, [])


def fail_with(message):
    def fail(*args, **kwargs):
        raise ConnectionError(message)

    return fail


def fail_for(address, send, subject, text, sender, to):
    if to == [address]:
        raise ConnectionError(address)
    return send(subject, text, sender, to)


def test_references_are_all_that_a_notice_keeps():
    columns = {field.name for field in Notice._meta.get_fields()}

    assert columns == {"id", "user", "kind", "reference", "created_at", "mailed_at", "seen_at"}


# Who is told


def told_of(mission, roles, at, about=None):
    rows = noticing.notify_role(
        mission=mission, roles=roles, kind=Notice.Kind.CONSULTATION, reference="R-2026-7F3K2", at=at, about=about
    )
    return [row.user.username for row in rows]


def test_a_role_is_told_in_its_mission_and_at_headquarters(cast, mission, at):
    assert told_of(mission, [Role.POC_ADVISER, Role.HEADQUARTERS_DESK], at) == ["clara", "ingrid"]


def test_where_the_requester_decides_nobody_else_is_told(cast, at):
    request = factories.make_request(author=cast["amina"], at=at)

    rows = noticing.notify_deciders(request, level=Authority.L0, kind=Notice.Kind.FACTS_CHANGED, at=at)

    assert [row.user.username for row in rows] == ["amina"]


def test_a_posting_that_has_ended_hears_nothing(cast, mission, access, maya, clara, at):
    posting = clara.postings.get()
    missions.end_posting(posting=posting, by=access(maya), at=at)

    assert told_of(mission, [Role.POC_ADVISER], at) == []


def test_of_a_record_only_those_are_told_who_may_know(cast, mission, at):
    contact = factories.make_contact(author=cast["amina"], at=at)
    contact.marking = 2
    assert told_of(mission, [Role.POC_ADVISER, Role.LEGAL_ADVISER], at, contact) == ["clara"]

    contact.compartment = factories.make_compartment(mission=mission, owner=cast["joseph"], at=at)
    assert told_of(mission, [Role.POC_ADVISER, Role.HEAD_OF_MISSION], at, contact) == ["joseph"]
