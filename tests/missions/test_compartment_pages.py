"""The pages of compartments, as members, owners, the head of mission and everybody else find them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.models import Request
from missions import services
from missions.models import Compartment, CompartmentMember
from nsags.models import Group
from protection.models import ThreatAssessment
from tests import factories
from tests.pages import typed_day

pytestmark = pytest.mark.django_db

LIST = "/missions/MINUBEK/compartments/"
MONTH = timedelta(days=30)


@pytest.fixture
def circle(mission, joseph, pierre, access, at):
    """A compartment of the pillar head and the head of mission."""
    return services.open_compartment(mission=mission, second_owner=joseph, by=access(pierre), at=at)


@pytest.fixture
def read_in(circle, joseph, pierre, access, at):
    def let(user, **changes):
        asked = {"user": user, "reason": "Drafts the request.", "ends_at": at + MONTH} | changes
        member = services.propose_member(compartment=circle, **asked, by=access(pierre), at=at)
        return services.confirm_member(member=member, by=access(joseph), at=at)

    return let


def address(circle, rest=""):
    return f"/compartments/{circle.pk}/{rest}"


def of(member, verb):
    return address(member.compartment, f"members/{member.pk}/{verb}/")


def test_somebody_in_no_compartment_reads_that_there_is_none_to_show(amina, circle, signed_in):
    page = signed_in(amina).get(LIST).content.decode()

    assert "You are in no compartment of this mission." in page
    assert circle.name not in page


def test_the_list_of_the_information_manager_is_empty_whatever_there_is(maya, circle, signed_in):
    assert circle.name not in signed_in(maya).get(LIST).content.decode()


def test_members_find_theirs_with_its_owners_and_their_last_day(circle, read_in, clara, signed_in):
    read_in(clara)

    page = signed_in(clara).get(LIST).content.decode()

    assert circle.name in page
    assert "Pierre Martin" in page
    assert "inside until Wed 1 Apr 2026" in page


@pytest.mark.parametrize("name", ["amina", "clara", "maya", "otto", "ingrid", "omar"])
@pytest.mark.parametrize("rest", ["", "propose/"])
def test_a_compartment_does_not_exist_for_those_outside(cast, circle, signed_in, name, rest):
    browser = signed_in(cast[name])

    hidden, missing = browser.get(address(circle, rest)), browser.get(f"/compartments/{uuid4()}/{rest}")

    assert hidden.status_code == missing.status_code == 404
    assert len(hidden.content) == len(missing.content)


def test_hidden_and_missing_cost_the_same(amina, circle, signed_in):
    browser = signed_in(amina)
    browser.get(LIST)

    assert _cost(browser, address(circle)) == _cost(browser, f"/compartments/{uuid4()}/")


def _cost(browser, path):
    with CaptureQueriesContext(connection) as captured:
        browser.get(path)
    return len(captured)


def test_the_head_of_mission_outside_reads_name_and_owners_and_no_more(
    mission, pierre, clara, joseph, sven, signed_in, access, at
):
    circle = services.open_compartment(mission=mission, second_owner=clara, by=access(pierre), at=at)
    member = services.propose_member(
        compartment=circle, user=sven, reason="Plans the route.", ends_at=at + MONTH, by=access(pierre), at=at
    )
    services.confirm_member(member=member, by=access(clara), at=at)
    browser = signed_in(joseph)

    page = browser.get(address(circle)).content.decode()

    assert circle.name in page
    assert "Clara Reyes" in page
    assert "Sven Lindqvist" not in page
    assert "Plans the route." not in page
    for path in (address(circle, "propose/"), of(member, "read-out"), of(member, "renew"), of(member, "confirm")):
        assert browser.get(path).status_code == 404


def test_a_member_reads_who_is_inside_and_decides_nothing(circle, read_in, clara, sven, signed_in):
    read_in(clara)
    other = read_in(sven)
    browser = signed_in(clara)

    page = browser.get(address(circle)).content.decode()

    assert "Sven Lindqvist" in page
    assert "Propose a person" not in page
    for path in (address(circle, "propose/"), of(other, "read-out"), of(other, "renew"), of(other, "confirm")):
        assert browser.get(path).status_code == 404


def test_a_leader_opens_one_under_a_name_that_she_is_told(pierre, clara, signed_in, mission):
    browser, key = signed_in(pierre), str(uuid4())
    assert "Open a compartment" in browser.get(LIST).content.decode()

    for _press in range(2):
        sent = browser.post(LIST + "new/", {"second_owner": str(clara.pk), "submission_key": key})

    opened = Compartment.objects.get(mission=mission)
    assert sent.headers["Location"] == address(opened)
    assert opened.name in browser.get(address(opened)).content.decode()


@pytest.mark.parametrize("name", ["amina", "clara", "maya", "otto", "omar"])
def test_others_find_no_form_to_open_one(cast, signed_in, name):
    assert signed_in(cast[name]).get(LIST + "new/").status_code == 404


def test_no_form_asks_for_a_name(pierre, signed_in):
    assert 'name="name"' not in signed_in(pierre).get(LIST + "new/").content.decode()


def test_two_owners_read_somebody_in_on_their_pages(circle, pierre, joseph, clara, signed_in, access):
    first, second = signed_in(pierre), signed_in(joseph)
    typed = {"user": str(clara.pk), "reason": "Drafts the request."} | typed_day("ends_on", date(2026, 6, 1))

    first.post(address(circle, "propose/"), typed)
    member = circle.members.get(user=clara)
    assert "You proposed this person. Another owner confirms." in first.get(of(member, "confirm")).content.decode()
    assert circle.pk not in access(clara).compartments

    assert of(member, "confirm") in second.get(address(circle)).content.decode()
    second.post(of(member, "confirm"))

    assert circle.pk in access(clara).compartments
    assert signed_in(clara).get(address(circle)).status_code == 200


def test_a_proposal_that_cannot_be_comes_back_with_the_reason(circle, pierre, clara, signed_in):
    typed = {"user": str(clara.pk), "reason": "Drafts the request."} | typed_day("ends_on", date(2027, 6, 1))

    page = signed_in(pierre).post(address(circle, "propose/"), typed).content.decode()

    assert "Enter a day within 180 days" in page
    assert "Drafts the request." in page


def test_only_those_who_work_on_the_substance_are_offered(circle, pierre, signed_in):
    page = signed_in(pierre).get(address(circle, "propose/")).content.decode()

    assert "Clara Reyes" in page
    assert "Maya Haddad" not in page
    assert "Omar Diop" not in page
    assert "Pierre Martin" not in page


def test_a_member_is_read_out_after_a_second_look(circle, read_in, pierre, clara, group, signed_in, access):
    member = read_in(clara)
    group.compartment = circle
    group.save()
    reader = signed_in(clara)
    assert reader.get(f"/groups/{group.reference}/").status_code == 200

    owner = signed_in(pierre)
    assert "Read this person out?" in owner.get(of(member, "read-out")).content.decode()
    owner.post(of(member, "read-out"))

    assert reader.get(f"/groups/{group.reference}/").status_code == 404
    assert reader.get(address(circle)).status_code == 404


def test_the_last_two_owners_are_told_to_name_a_successor(circle, pierre, signed_in):
    own = circle.members.get(user=pierre)

    page = signed_in(pierre).post(of(own, "read-out")).content.decode()

    assert "A compartment keeps two owners." in page
    assert CompartmentMember.objects.get(pk=own.pk).ends_at == own.ends_at


def test_a_member_leaves(circle, read_in, clara, signed_in, access):
    member = read_in(clara)

    sent = signed_in(clara).post(of(member, "read-out"))

    assert sent.headers["Location"] == LIST
    assert circle.pk not in access(clara).compartments


def test_the_page_warns_14_days_before_an_end_and_leads_to_renewal(circle, read_in, clara, pierre, signed_in, at):
    member = read_in(clara, ends_at=at + timedelta(days=10))
    browser = signed_in(pierre)

    assert "Access runs out within 14 days" in browser.get(address(circle)).content.decode()
    browser.post(of(member, "renew"), typed_day("ends_on", date(2026, 6, 1)))

    assert "Access runs out within 14 days" not in browser.get(address(circle)).content.decode()


def test_a_renewal_to_an_earlier_day_comes_back(circle, read_in, clara, pierre, signed_in):
    member = read_in(clara)

    page = signed_in(pierre).post(of(member, "renew"), typed_day("ends_on", date(2026, 3, 5))).content.decode()

    assert "Enter a day after the present end." in page


def test_the_page_says_who_reads_it_and_when(circle, pierre, signed_in):
    page = signed_in(pierre).get(address(circle)).content.decode()

    assert "Read by Pierre Martin, Mon 2 Mar 2026, 09:00 UTC" in page


def test_no_address_holds_the_name_of_a_compartment(circle, pierre, signed_in):
    page = signed_in(pierre).get(address(circle)).content.decode()

    assert not any(word.lower() in address(circle) for word in circle.name.split())
    assert f"<title>{circle.name}" not in page


# Drafting inside


def test_somebody_inside_no_compartment_is_not_asked(amina, signed_in, circle):
    for path in ("/groups/new/", "/threats/new/", "/requests/start/"):
        assert 'name="compartment"' not in signed_in(amina).get(path).content.decode()


def test_the_head_of_mission_is_not_offered_a_circle_that_he_only_knows_of(mission, pierre, clara, joseph, access, at):
    services.open_compartment(mission=mission, second_owner=clara, by=access(pierre), at=at)

    assert access(joseph).compartments == frozenset()


def test_a_group_a_threat_and_a_request_are_drafted_inside(circle, read_in, clara, signed_in, mission):
    read_in(clara)
    browser, inside = signed_in(clara), {"mission": str(mission.pk), "compartment": str(circle.pk)}
    group = {"name": "Inner Slate Group", "structure": "unknown", "status": "active", "marking": "1"}
    threat = {"title": "Walls", "people_at_risk": "Forty families", "marking": "1"}
    levels = dict.fromkeys(("intent", "capability", "opportunity", "impact"), "3")

    browser.post("/groups/new/", group | inside)
    browser.post("/threats/new/", threat | levels | inside)
    browser.post("/requests/start/", {"happened": "no", "urgent": "no"} | inside)

    drafted = [*Group.objects.unscoped("looks"), *ThreatAssessment.objects.unscoped("looks"), *_requests()]
    assert [row.compartment_id for row in drafted] == [circle.pk] * 3


def _requests():
    return Request.objects.unscoped("looks")


def test_what_stands_in_one_circle_is_not_drafted_into_another(mission, circle, read_in, clara, joseph, signed_in, at):
    read_in(clara)
    other = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    group = factories.make_group(author=clara, at=at, compartment=other)
    asked = {"mission": str(mission.pk), "group": str(group.pk), "compartment": str(circle.pk)}

    page = signed_in(clara).post("/requests/start/", asked | {"happened": "no", "urgent": "no"}).content.decode()

    assert "Another circle of people holds this group." in page
    assert not _requests().exists()


def test_a_circle_that_one_is_outside_of_cannot_be_chosen(
    mission, circle, read_in, clara, pierre, joseph, signed_in, at
):
    read_in(clara)
    foreign = factories.make_compartment(mission=mission, owner=joseph, at=at)
    typed = {"mission": str(mission.pk), "compartment": str(foreign.pk), "happened": "no", "urgent": "no"}

    page = signed_in(clara).post("/requests/start/", typed).content.decode()

    assert foreign.name not in page
    assert not _requests().exists()
