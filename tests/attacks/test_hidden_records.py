"""What is closely held stays so: beside it, through it, and in what is counted."""

from datetime import timedelta

import pytest

from engagement import facts
from engagement.models import Notice, Request, RequestStatus
from engagement.services import contacts, drafting, noticing
from missions.access import Marking
from missions.refusals import Refused
from tests import factories
from tests.factories import make_engagement, make_group, make_request, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle(mission, joseph, amina, clara, at):
    """Open a circle of those who need to know."""
    return factories.make_compartment(mission=mission, owner=joseph, members=[amina, clara], at=at)


@pytest.fixture
def quiet(amina, clara, circle, at):
    """Add a group that only the circle knows of."""
    return make_group(author=amina, name="Copper Ridge Men", compartment=circle, at=at)


def seen(model, access, record):
    return model.objects.visible_to(access).filter(pk=record.pk).exists()


def save(request, by, at, section, **fields):
    drafting.save_section(request=request, section=section, fields=fields, answers={}, by=by, at=at)


def reread(request):
    return Request.objects.unscoped("test").get(pk=request.pk)


def test_a_request_that_answers_a_closely_held_threat_is_as_closely_held(amina, sven, quiet, access, at):
    threat = make_threat(author=amina, group=quiet, at=at)
    request = make_request(author=amina, is_blank=True, at=at)

    save(request, access(amina), at, "purpose", threat=threat)

    assert not seen(Request, access(sven), request)


def test_a_request_that_answers_a_threat_of_higher_marking_is_marked_as_high(amina, tomas, clara, group, access, at):
    threat = make_threat(author=clara, group=group, marking=Marking.STRICTLY_CONFIDENTIAL, at=at)
    request = make_request(author=clara, group=group, is_blank=True, at=at)
    assert seen(Request, access(tomas), request)

    save(request, access(clara), at, "purpose", threat=threat)

    assert not seen(Request, access(tomas), request)


def test_naming_another_group_does_not_open_what_was_written_about_a_closely_held_one(
    amina, sven, quiet, group, access, at
):
    request = make_request(author=amina, group=quiet, is_blank=True, at=at)
    save(request, access(amina), at, "purpose", purpose="The men of the ridge let traders pass.")

    save(request, access(amina), at, "group", group=group)

    assert not seen(Request, access(sven), request)


def test_one_request_does_not_join_what_two_circles_hold_apart(mission, joseph, amina, clara, quiet, access, at):
    other = factories.make_compartment(mission=mission, owner=joseph, members=[amina], at=at)
    elsewhere = make_group(author=amina, name="Salt Road Men", compartment=other, at=at)
    threat = make_threat(author=amina, group=elsewhere, at=at)
    request = make_request(author=amina, group=quiet, is_blank=True, at=at)

    with pytest.raises(Refused, match="other_circle"):
        save(request, access(amina), at, "purpose", threat=threat)

    assert reread(request).threat_id is None


def test_a_contact_offered_under_an_open_approval_is_as_closely_held_as_its_group(amina, sven, quiet, access, at):
    engagement = make_engagement(author=amina, at=at)

    contact = contacts.log_unplanned(
        mission=engagement.request.mission,
        group=quiet,
        outside_approval=["wrong_group"],
        offered_under=engagement,
        happened_at=at,
        modality="in_person",
        summary="They came instead.",
        by=access(amina),
        at=at,
    )

    assert not seen(type(contact), access(sven), contact)


def test_the_warning_of_parallel_talks_does_not_tell_of_talks_that_are_marked_higher(amina, clara, group, at):
    threat = make_threat(author=clara, group=group, marking=Marking.STRICTLY_CONFIDENTIAL, at=at)
    make_request(author=clara, group=group, threat=threat, status=RequestStatus.IN_ADVICE, band="HIGH", at=at)
    request = make_request(author=amina, group=group, at=at + timedelta(hours=1))

    assert not facts.gate_facts_of(request, at=at + timedelta(hours=1), measures=()).parallel_contact


def test_the_warning_of_parallel_talks_tells_of_open_ones(amina, clara, group, at):
    make_request(author=clara, group=group, status=RequestStatus.IN_ADVICE, band="HIGH", at=at)
    request = make_request(author=amina, group=group, at=at + timedelta(hours=1))

    assert facts.gate_facts_of(request, at=at + timedelta(hours=1), measures=()).parallel_contact


def test_a_notice_goes_once_its_record_has_become_invisible(signed_in, amina, yusuf, group, at):
    request = make_request(author=yusuf, at=at)
    for user in (amina, yusuf):
        noticing.notify(users=[user], kind=Notice.Kind.DECIDED, reference=request.reference, at=at)

    assert request.reference not in signed_in(amina).get("/").content.decode()
    assert request.reference in signed_in(yusuf).get("/").content.decode()


@pytest.mark.parametrize("address", ["/api/v1/requests/", "/api/v1/contacts/", "/requests/", "/contacts/", "/groups/"])
def test_no_list_tells_of_what_a_circle_holds(signed_in, amina, sven, quiet, access, at, address):
    threat = make_threat(author=amina, group=quiet, at=at)
    request = make_request(author=amina, group=quiet, threat=threat, at=at)
    contact = factories.make_contact(author=amina, group=quiet, at=at)

    page = signed_in(sven).get(address).content.decode()

    secrets = {request.reference, contact.reference, quiet.reference, quiet.name, threat.reference}
    assert {word for word in secrets if word in page} == set()
    assert signed_in(amina).get(address).status_code == 200


def test_a_form_answers_alike_to_a_hidden_and_an_unknown_group(signed_in, yusuf, quiet):
    client = signed_in(yusuf)
    said = {"happened": "no", "urgent": "no", "mission": str(quiet.mission_id)}

    hidden = client.post("/requests/start/", said | {"group": str(quiet.pk)})
    unknown = client.post("/requests/start/", said | {"group": "00000000-0000-4000-8000-000000000007"})

    assert hidden.status_code == unknown.status_code == 200
    assert [*hidden.context["form"].errors.items()] == [*unknown.context["form"].errors.items()]


@pytest.mark.parametrize("door", ["/requests/{}/", "/requests/{}/history/", "/api/v1/requests/{}/"])
def test_hidden_costs_as_many_queries_as_unknown(signed_in, omar, amina, at, door):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    request = make_request(author=amina, at=at)
    client, counts = signed_in(omar), []
    for reference in (request.reference, "R-2026-ZZZZZ"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(door.format(reference)).status_code == 404
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_what_one_person_typed_is_offered_to_nobody_else(signed_in, amina, clara, at):
    request = make_request(author=amina, is_blank=True, at=at)
    signed_in(amina).post(f"/drafts/{request.reference}-1/", {"purpose": "Only in my own draft"})

    page = signed_in(clara).get(f"/requests/{request.reference}/edit/purpose/").content.decode()

    assert "Only in my own draft" not in page
    assert (
        "Only in my own draft" in signed_in(amina).get(f"/requests/{request.reference}/edit/purpose/").content.decode()
    )
    assert "Continue where you stopped" not in signed_in(clara).get("/").content.decode()
