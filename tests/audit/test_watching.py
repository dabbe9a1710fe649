"""What nobody saves leaves a line too: what was read inside a compartment, and what was denied."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from audit import log
from audit.models import Event, Kind
from config.watch import Watched
from engagement.services import sharing
from missions import services as missions
from missions.access import Marking
from missions.models import Posting
from tests.factories import make_compartment, make_group, make_request

pytestmark = pytest.mark.django_db

NOWHERE = "/requests/R-2026-AAAAA/"


def lines(kind):
    return Event.objects.filter(kind=kind).order_by("pk")


@pytest.fixture
def held(joseph, pierre, clara, mission, at):
    """A group that only Pierre and Clara, and who opened the compartment, know of."""
    circle = make_compartment(mission=mission, owner=joseph, members=[pierre, clara], at=at)
    return make_group(author=clara, at=at, name="Quiet Front", compartment=circle)


def test_reading_inside_a_compartment_is_written_down_once_for_each_record(signed_in, clara, held):
    signed_in(clara).get(f"/groups/{held.reference}/")

    read = lines(Kind.RECORD_READ).get()
    assert (read.actor_id, read.object_id, read.object_type) == (clara.pk, held.pk, "nsags.group")
    assert (read.mission_id, read.actor_role, read.fields) == (held.mission_id, "poc_adviser", [])


def test_reading_elsewhere_leaves_no_line(signed_in, clara, group):
    signed_in(clara).get(f"/groups/{group.reference}/")

    assert not lines(Kind.RECORD_READ)


def test_a_page_of_what_is_closely_held_goes_out_only_when_the_log_takes_the_line(signed_in, clara, held, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(log, "record_reads", broken)

    answer = signed_in(clara).get(f"/groups/{held.reference}/")

    assert answer.status_code == 503
    assert held.name not in answer.content.decode()


def test_what_one_may_not_know_is_denied_without_telling_the_log_what_it_was(signed_in, amina, held):
    signed_in(amina).get(f"/groups/{held.reference}/")

    denied = lines(Kind.ACCESS_DENIED).get()
    assert (denied.actor_id, denied.route, denied.object_id, denied.fields) == (amina.pk, "nsags:group", None, [])
    assert held.reference not in str(vars(denied))


def test_a_hidden_record_and_one_that_does_not_exist_cost_the_same(signed_in, amina, held):
    browser, counts = signed_in(amina), []
    for reference in (held.reference, "N-22222"):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/groups/{reference}/").status_code == 404
        counts.append([query["sql"].split()[0] for query in queries])

    assert counts[0] == counts[1]


@pytest.mark.parametrize(("address", "route"), [(NOWHERE, "engagement:request"), ("/no/such/page/", "")])
def test_every_missing_page_is_a_denial_with_the_name_of_the_address_and_nothing_else(signed_in, amina, address, route):
    signed_in(amina).get(address)

    assert lines(Kind.ACCESS_DENIED).get().route == route


def test_who_has_not_signed_in_leaves_no_line(client):
    client.get(NOWHERE)

    assert not lines(Kind.ACCESS_DENIED)


def test_what_a_policy_refuses_is_a_denial_whatever_page_says_so(signed_in, joseph, amina, at):
    request = make_request(author=amina, at=at, status="in_advice")

    signed_in(joseph).post(f"/requests/{request.reference}/withdraw/")

    denied = lines(Kind.ACCESS_DENIED).get()
    assert denied.route == "engagement:withdraw"
    assert denied.fields


@pytest.fixture
def second_looks(amina, clara, joseph, maya, pierre, yusuf, mission, access, at):
    """Return addresses and what is sent there by somebody who may not: each page tells them so and answers 200."""
    ready = make_request(author=amina, status="ready", band="HIGH", at=at)
    posting = Posting.objects.get(user=amina, mission=mission)
    missions.set_ceiling(posting=posting, ceiling=Marking.STRICTLY_CONFIDENTIAL, by=access(maya), at=at)
    circle = make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    ends_at = at + timedelta(days=5)
    proposed = missions.propose_member(
        compartment=circle, user=yusuf, reason="Knows the road.", ends_at=ends_at, by=access(joseph), at=at
    )
    sharing.share(request=ready, user=yusuf, reason="Talks there.", expires_at=ends_at, by=access(pierre), at=at)
    withdraw = f"/requests/{ready.reference}/access/{yusuf.pk}/withdraw/"
    lower = {"marking": 0, "reason": "All may know."}
    sign = {"assessment": str(ready.assessment_id), "outcome": "approve", "sign": "1"}
    return {
        "own request": ("amina", f"/requests/{ready.reference}/decide/", sign, "own_request"),
        "above one's level": ("odile", f"/requests/{ready.reference}/decide/", sign, "wrong_level"),
        "what one asked for": (
            "maya", f"/missions/{mission.code}/postings/{posting.pk}/ceiling/confirm/", {}, "second_person",
        ),
        "whom one proposed": (
            "joseph", f"/compartments/{circle.pk}/members/{proposed.pk}/confirm/", {}, "second_person",
        ),
        "somebody else's grant": ("otto", withdraw, {}, "not_leadership"),
        "a marking": ("amina", f"/records/{ready.reference}/marking/", lower, "no_authority"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "tried",
    [
        "own request", "above one's level", "what one asked for", "whom one proposed", "somebody else's grant",
        "a marking",
    ],
)  # fmt: skip
def test_whoever_goes_on_where_a_page_has_said_no_is_denied(signed_in, cast, second_looks, tried):
    name, address, said, reason = second_looks[tried]
    browser = signed_in(cast[name])

    browser.get(address)
    assert not lines(Kind.ACCESS_DENIED)
    answer = browser.post(address, said)

    denied = lines(Kind.ACCESS_DENIED).get()
    assert answer.status_code == 200
    assert denied.actor_id == cast[name].pk
    assert reason in denied.fields or (not reason and denied.fields)


@pytest.mark.parametrize("exists", [True, False])
def test_choosing_what_was_not_offered_is_denied_whether_or_not_it_exists(signed_in, amina, mission, held, exists):
    chosen = held.pk if exists else uuid.uuid4()

    answer = signed_in(amina).post("/threats/new/", {"mission": mission.pk, "title": "Checkpoints", "group": chosen})

    assert answer.status_code == 200
    assert lines(Kind.ACCESS_DENIED).get().fields == ["not_offered"]


def test_a_form_that_can_be_mended_is_no_denial(signed_in, maya, mission, at):
    posting = Posting.objects.filter(mission=mission, role="analyst").first() or Posting.objects.first()
    before = lines(Kind.ACCESS_DENIED).count()

    signed_in(maya).post(f"/missions/{mission.code}/postings/", {"user": posting.user_id})

    assert lines(Kind.ACCESS_DENIED).count() == before


def test_nobodys_access_is_read_for_the_log_alone(rf: RequestFactory, amina):
    def read():
        raise AssertionError("nobody asked for it")

    request = rf.get("/")
    request.user, request.access, request.resolver_match = amina, SimpleLazyObject(read), None

    assert Watched(lambda _request: HttpResponse("ok"))(request).status_code == 200
