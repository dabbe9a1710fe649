"""Sent twice, sent late, sent at once: one record, and nobody loses what they wrote."""

import uuid

import pytest
from django.db import connection

from audit.models import Event, FormReceipt, Kind
from engagement import tasks
from engagement.models import Assessment, Contact, Engagement, Notice, Request, RequestStatus
from engagement.services import noticing
from nsags.models import Group
from tests import factories
from tests.engagement.test_races import at_once

pytestmark = pytest.mark.django_db
at_the_same_time = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer and no row locks"),
]
GROUP = {"name": "Salt Road Men", "structure": "unknown", "status": "active", "marking": "1"}


def new_group(mission, key=None):
    return GROUP | {"mission": str(mission.pk), "submission_key": str(key or uuid.uuid4())}


def groups():
    return Group.objects.unscoped("test").filter(name="Salt Road Men")


def test_the_key_of_one_person_is_not_the_key_of_another(signed_in, amina, clara, mission):
    key = uuid.uuid4()

    first = signed_in(amina).post("/groups/new/", new_group(mission, key))
    second = signed_in(clara).post("/groups/new/", new_group(mission, key) | {"is_new": "on"})

    assert first.url != second.url
    assert FormReceipt.objects.filter(key=key).count() == groups().count() == 2


@pytest.mark.parametrize("key", ["", "not-a-key", "\x00", "9" * 5000])
def test_a_key_that_is_none_does_no_harm(signed_in, amina, mission, key):
    answer = signed_in(amina).post("/groups/new/", new_group(mission) | {"submission_key": key})

    assert answer.status_code == 302
    assert not FormReceipt.objects.exists()


def test_a_changed_fact_that_is_sent_twice_is_assessed_once(signed_in, clara, amina, at):
    request = factories.make_request(author=amina, status=RequestStatus.IN_ADVICE, at=at)
    said = {"factor": "SEC-02", "level": "4", "confidence": "A", "source": "Report", "note": "Base attacked.",
            "submission_key": str(uuid.uuid4())}  # fmt: skip
    client, address = signed_in(clara), f"/requests/{request.reference}/revise/"

    assert client.post(address, said).url == client.post(address, said).url

    assert Assessment.objects.unscoped("test").filter(request=request).count() == 2


def test_signing_again_with_the_back_button_says_that_it_is_decided(signed_in, pierre, amina, at):
    request = factories.make_request(author=amina, status=RequestStatus.READY, at=at)
    said = {"assessment": str(request.assessment_id), "outcome": "approve_with_conditions", "sign": "1",
            "conditions": "The prefect is told.", "reasons": "The market is closed.", "contacts_max": "2"}  # fmt: skip
    client, address = signed_in(pierre), f"/requests/{request.reference}/decide/"
    departure = {"departure_reason": "because " * 30}

    first = client.post(address, said | departure)
    again = client.post(address, said | departure | {"submission_key": str(uuid.uuid4())})

    assert first.status_code == 302
    assert again.status_code == 200
    assert "Pierre Martin decided this" in again.content.decode()
    assert "The market is closed." in again.content.decode()
    assert Engagement.objects.unscoped("test").count() == 1


@pytest.mark.parametrize("verb", ["submit", "withdraw"])
def test_a_button_pressed_twice_moves_a_request_once(signed_in, amina, at, verb):
    request = factories.make_request(author=amina, at=at)
    client, address = signed_in(amina), f"/requests/{request.reference}/{verb}/"

    assert [client.post(address).status_code for _time in range(2)] == [302, 302]

    kind = {"submit": Kind.REQUEST_SUBMITTED, "withdraw": Kind.REQUEST_WITHDRAWN}[verb]
    assert Event.objects.filter(object_id=request.pk, kind=kind).count() == 1


def test_a_bell_that_cannot_ring_stops_nobody(amina, at, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*_args, **_options):
        raise ConnectionError("no Redis")

    monkeypatch.setattr("engagement.notices.deliver.apply_async", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        request = factories.make_request(author=amina, status=RequestStatus.IN_ADVICE, at=at)

    assert request.status == RequestStatus.IN_ADVICE
    assert Notice.objects.filter(reference=request.reference, mailed_at=None).exists()


class TestAtTheSameTime:
    """Two of each at once, on PostgreSQL."""

    pytestmark = at_the_same_time

    def test_one_form_sent_from_two_windows_makes_one_record(self, signed_in, amina, mission):
        key, clients = uuid.uuid4(), [signed_in(amina), signed_in(amina)]

        answers = at_once(*(lambda c=c: c.post("/groups/new/", new_group(mission, key)) for c in clients))

        assert {answer.status_code for answer in answers} == {302}
        assert len({answer.url for answer in answers}) == groups().count() == 1

    def test_a_request_submitted_twice_at_once_is_submitted_once(self, signed_in, amina, at):
        request = factories.make_request(author=amina, at=at)
        clients = [signed_in(amina), signed_in(amina)]

        answers = at_once(*(lambda c=c: c.post(f"/requests/{request.reference}/submit/") for c in clients))

        assert {answer.status_code for answer in answers} == {302}
        assert Request.objects.unscoped("test").get(pk=request.pk).submissions.unscoped("test").count() == 1

    def test_the_last_contact_of_an_approval_is_logged_once(self, signed_in, amina, access, at):
        engagement = factories.make_engagement(author=amina, at=at, contacts_planned=1)
        said = {"author": amina, "engagement": engagement, "at": at}

        answers = at_once(*(lambda: factories.make_contact(**said) for _time in range(2)))

        assert sum(isinstance(answer, Contact) for answer in answers) == 1

    def test_periodic_work_run_twice_at_once_does_everything_once(self, amina, at, mailoutbox):
        amina.email = "amina@example.org"
        amina.save()
        engagement = factories.make_engagement(author=amina, at=at)
        noticing.notify(users=[amina], kind=Notice.Kind.DECIDED, reference=engagement.request.reference, at=at)
        Notice.objects.update(mailed_at=None)
        mailoutbox.clear()
        waiting = Notice.objects.filter(user=amina).count()
        later = at.replace(month=12)

        done = at_once(lambda: tasks.run(later), lambda: tasks.run(later))

        assert all(None not in each.values() for each in done), done
        lapsed = Event.objects.filter(object_id=engagement.request_id, kind=Kind.ENGAGEMENT_LAPSED)
        assert lapsed.count() == 1
        assert Notice.objects.filter(user=amina, mailed_at=None).count() == 0
        assert waiting <= len(mailoutbox) == Notice.objects.filter(user=amina).count()
