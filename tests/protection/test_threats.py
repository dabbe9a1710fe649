"""Threats to civilians, told about people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.access import Marking
from missions.models import Area, Posting
from nsags.models import Group
from protection.models import PRIORITIES, ThreatAssessment
from tests import factories
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def typed(mission, **changes):
    return {
        "mission": str(mission.pk),
        "title": "Attacks on the market road",
        "people_at_risk": "Traders, mostly women; about 9,000",
        "intent": "3",
        "capability": "3",
        "opportunity": "2",
        "impact": "3",
        "marking": "1",
    } | changes


def test_a_threat_is_valid_for_ninety_days_unless_said_otherwise(threat, at):
    assert threat.is_fresh(at.date() + timedelta(days=90))
    assert not threat.is_fresh(at.date() + timedelta(days=91))


def test_nobody_vouches_for_a_threat_longer_than_ninety_days(amina, group, threat, at):
    long_ago = {"assessed_on": at.date() - timedelta(days=200), "valid_until": at.date() + timedelta(days=300)}
    assert refused(factories.make_threat, author=amina, group=group, at=at, **long_ago) == {"too_long"}

    ThreatAssessment.objects.unscoped("test").filter(pk=threat.pk).update(**long_ago)
    threat.refresh_from_db()
    assert not threat.is_fresh(at.date())


def test_the_page_of_a_threat_tells_the_last_day_on_which_it_stands(amina, threat, signed_in, at):
    long_ago = {"assessed_on": at.date() - timedelta(days=91), "valid_until": at.date() + timedelta(days=300)}
    ThreatAssessment.objects.unscoped("test").filter(pk=threat.pk).update(**long_ago)

    assert "valid until Sun 1 Mar 2026" in signed_in(amina).get(f"/threats/{threat.reference}/").content.decode()
    assert "Past" in signed_in(amina).get("/threats/").content.decode()


@pytest.mark.parametrize(
    ("intent", "capability", "opportunity", "likelihood"), [(4, 4, 1, 1), (3, 2, 4, 2), (0, 4, 4, 0)]
)
def test_the_lowest_of_the_three_is_the_likelihood(intent, capability, opportunity, likelihood):
    threat = ThreatAssessment(intent=intent, capability=capability, opportunity=opportunity, impact=2)

    assert threat.likelihood == likelihood


def test_more_likely_or_graver_never_lowers_the_priority():
    order = ["watch", "low", "medium", "high", "critical"]
    ranks = [[order.index(word) for word in row] for row in PRIORITIES]

    assert all(row == sorted(row) for row in ranks)
    assert all(list(column) == sorted(column) for column in zip(*ranks, strict=True))
    assert PRIORITIES[0][4] == "medium"


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"people_at_risk": ""}, "no_people"),
        ({"intent": 5}, "out_of_range"),
        ({"impact": -1}, "out_of_range"),
        ({"marking": Marking.STRICTLY_CONFIDENTIAL}, "above_ceiling"),
    ],
)
def test_an_assessment_says_who_and_how_gravely(amina, group, at, stated, code):
    assert refused(factories.make_threat, author=amina, group=group, at=at, **stated) == {code}


def test_days_of_an_assessment_are_in_order(amina, group, at):
    tomorrow = at.date() + timedelta(days=1)

    assert refused(factories.make_threat, author=amina, group=group, at=at, valid_until=at.date()) == {"ends_first"}
    assert "future" in refused(factories.make_threat, author=amina, group=group, at=at, assessed_on=tomorrow)


def test_an_area_of_another_mission_is_refused(amina, group, at):
    assert refused(factories.make_threat, author=amina, group=group, at=at, area=Area.objects.get(name="Lumo")) == {
        "area_elsewhere"
    }


def test_a_legal_adviser_assesses_no_threats(hana, group, at, signed_in):
    assert refused(factories.make_threat, author=hana, group=group, at=at) == {"not_assessor"}
    assert signed_in(hana).get("/threats/new/").status_code == 404


def test_a_threat_is_kept_as_close_as_the_group_behind_it(clara, joseph, sven, mission, group, at, access):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    group.marking = Marking.STRICTLY_CONFIDENTIAL
    group.save()

    threat = factories.make_threat(author=clara, group=group, at=at)

    assert (threat.compartment, threat.marking) == (group.compartment, Marking.STRICTLY_CONFIDENTIAL)
    assert not ThreatAssessment.objects.visible_to(access(sven)).filter(pk=threat.pk).exists()


def test_a_group_that_one_may_not_see_cannot_be_named(amina, joseph, mission, group, at):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    group.save()

    with pytest.raises(Group.DoesNotExist):
        factories.make_threat(author=amina, group=group, at=at)


def test_a_threat_is_assessed_and_read_in_words(amina, mission, signed_in):
    page = signed_in(amina).post("/threats/new/", typed(mission), follow=True)

    text = page.content.decode()
    assert "2 of 4, because intent 3, capability 3, opportunity 2: the lowest counts" in text
    assert "Medium priority" in text
    assert "an ordering aid, not a measurement" in text


@pytest.mark.parametrize("missing", ["title", "people_at_risk", "intent", "impact"])
def test_an_unfinished_assessment_comes_back_with_everything_typed(amina, mission, signed_in, missing):
    page = signed_in(amina).post("/threats/new/", typed(mission, early_signs="Traders leave", **{missing: ""}))

    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert "Traders leave" in page.content.decode()


def test_a_neighbour_sees_no_threat(omar, threat, signed_in):
    browser = signed_in(omar)

    assert threat.title not in browser.get("/threats/").content.decode()
    assert browser.get(f"/threats/{threat.reference}/").status_code == 404


def test_the_page_of_a_threat_does_not_hint_at_a_group_of_another_office(
    amina, yusuf, threat, group, mission, signed_in
):
    group.office = mission.offices.get(name="Bria")
    group.save()

    page = signed_in(yusuf).get(f"/threats/{threat.reference}/").content.decode()

    assert group.name not in page
    assert "Not stated here" in page


def test_an_assessment_that_ran_out_says_so(amina, threat, signed_in, clock, at):
    browser = signed_in(amina)
    clock(at + timedelta(days=91))
    browser.force_login(amina)

    assert "no longer valid" in browser.get(f"/threats/{threat.reference}/").content.decode()


def test_threats_are_listed_for_those_who_may_see_them(amina, threat, signed_in):
    Posting.objects.filter(user=amina).update(ends_at=None)

    assert threat.title in signed_in(amina).get("/threats/").content.decode()


def test_a_list_costs_the_same_for_two_and_twenty(amina, group, signed_in, at):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/threats/").status_code == 200
        return len(captured)

    browser = signed_in(amina)
    for _number in range(2):
        factories.make_threat(author=amina, group=group, at=at)
    browser.get("/threats/")
    few = cost()
    for _number in range(18):
        factories.make_threat(author=amina, group=group, at=at)

    assert cost() == few


def test_threats_past_their_date_stand_below_the_current_ones_and_can_be_left_out(amina, group, signed_in, clock, at):
    soon = at.date() + timedelta(days=9)
    old = factories.make_threat(author=amina, group=group, at=at, title="Raids of the dry season", valid_until=soon)
    new = factories.make_threat(author=amina, group=group, at=at, title="Attacks on the road")
    clock(at + timedelta(days=20))
    browser = signed_in(amina)

    both = browser.get("/threats/").content.decode()
    assert both.index(new.title) < both.index(old.title)
    assert old.title not in browser.get("/threats/?show=current").content.decode()
    assert new.title not in browser.get("/threats/?show=past").content.decode()


def test_historical_cases_are_listed_only_when_asked_for(amina, threat, mission, signed_in):
    browser = signed_in(amina)
    assert threat.title not in browser.get("/threats/?show=library").content.decode()
    mission.is_library = True
    mission.save()

    assert threat.title not in browser.get("/threats/").content.decode()
    assert threat.title in browser.get("/threats/?show=library").content.decode()
