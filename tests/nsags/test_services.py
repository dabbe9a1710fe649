"""Describing armed groups, told about people."""

from datetime import timedelta

import pytest

from audit.models import Event, Kind
from missions.access import Marking
from missions.refusals import Refused
from nsags import services
from nsags.models import Group
from tests import factories
from tests.refusing import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def wing(amina, at):
    return factories.make_group(author=amina, name="Kesi wing", at=at)


def _description(group, **changes):
    return {name: getattr(group, name) for name in services.DESCRIPTION} | changes


def test_a_neighbour_does_not_add_groups_here(omar, mission, access, at):
    assert refused(services.add_group, mission=mission, name="X", by=access(omar), at=at) == {
        "not_maintainer",
        "above_ceiling",
    }


def test_a_group_is_not_written_above_ones_own_ceiling(amina, mission, access, at):
    marking = Marking.STRICTLY_CONFIDENTIAL

    assert refused(services.add_group, mission=mission, name="X", marking=marking, by=access(amina), at=at) == {
        "above_ceiling"
    }


def test_a_group_is_not_put_into_a_compartment_that_one_is_outside_of(amina, joseph, mission, access, at):
    compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)

    codes = refused(services.add_group, mission=mission, name="X", compartment=compartment, by=access(amina), at=at)

    assert codes == {"outside_compartment"}


def test_a_group_and_a_person_need_a_name(amina, mission, access, at):
    assert refused(services.add_group, mission=mission, name=" ", by=access(amina), at=at) == {"no_name"}
    assert refused(services.add_person, mission=mission, name="", by=access(amina), at=at) == {"no_name"}


def test_a_person_takes_a_role_in_a_group(amina, mission, group, access, at):
    person = services.add_person(mission=mission, name="The Carpenter", by=access(amina), at=at)

    services.join_group(group=group, person=person, role="Zone commander", by=access(amina), at=at)

    assert group.memberships.visible_to(access(amina)).get().person == person
    assert refused(services.join_group, group=group, person=person, role="", by=access(amina), at=at) == {"no_role"}


def test_a_label_needs_an_issuer_and_a_day_that_has_come(amina, group, access, at):
    asked = {"group": group, "value": "terrorist", "by": access(amina), "at": at}
    tomorrow = at.date() + timedelta(days=1)

    assert refused(services.label, issuer="", starts_on=at.date(), **asked) == {"no_issuer"}
    assert refused(services.label, issuer="other_state", starts_on=at.date(), **asked) == {"unnamed_issuer"}
    assert refused(services.label, issuer="unsc", starts_on=tomorrow, **asked) == {"future"}


def test_contradicting_labels_stand_side_by_side(amina, group, access, at):
    for value, issuer in (("terrorist", "host_state"), ("signatory", "agreement")):
        services.label(group=group, value=value, issuer=issuer, starts_on=at.date(), by=access(amina), at=at)

    assert all(label.is_live(at.date()) for label in group.labels.visible_to(access(amina)))


def test_a_label_ends_on_a_day_and_stays_on_record(amina, group, access, at):
    starts_on = at.date() - timedelta(days=9)
    label = services.label(group=group, value="sanctioned", issuer="unsc", starts_on=starts_on, by=access(amina), at=at)

    assert refused(services.end_label, label=label, ends_on=starts_on - timedelta(days=1), by=access(amina), at=at) == {
        "ends_first"
    }
    ended = services.end_label(label=label, ends_on=starts_on + timedelta(days=2), by=access(amina), at=at)

    assert not ended.is_live(at.date())
    assert refused(services.end_label, label=label, ends_on=at.date(), by=access(amina), at=at) == {"ended_already"}


def test_lineage_makes_no_circles(amina, group, wing, access, at):
    event = {"type": "split", "happened_on": at.date(), "by": access(amina), "at": at}
    third = factories.make_group(author=amina, name="Red Hills", at=at)
    services.record_lineage(parent=group, child=wing, **event)
    services.record_lineage(parent=wing, child=third, **event)

    assert refused(services.record_lineage, parent=third, child=group, **event) == {"circular"}
    assert refused(services.record_lineage, parent=group, child=group, **event) == {"itself"}


def test_no_refusal_tells_of_a_hidden_group_that_would_close_a_circle(
    amina, joseph, mission, group, wing, signed_in, access, at
):
    hidden = factories.make_group(author=amina, name="Hidden", at=at)
    event = {"type": "split", "happened_on": at.date(), "by": access(amina), "at": at}
    services.record_lineage(parent=group, child=hidden, **event)
    services.record_lineage(parent=hidden, child=wing, **event)
    hidden.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    hidden.save()

    services.record_lineage(parent=wing, child=group, **event)

    for who in (amina, joseph):
        assert signed_in(who).get(f"/groups/{group.reference}/").status_code == 200


def test_lineage_is_not_foretold(amina, group, wing, access, at):
    tomorrow = at.date() + timedelta(days=1)

    assert refused(
        services.record_lineage,
        type="split",
        parent=group,
        child=wing,
        happened_on=tomorrow,
        by=access(amina),
        at=at,
    ) == {"future"}


def test_a_review_says_who_looked_and_names_what_changed(clara, group, access, at):
    later = at + timedelta(days=40)

    services.review(group=group, **_description(group, wants="A road"), by=access(clara, later), at=later)

    group.refresh_from_db()
    event = Event.objects.get(kind=Kind.GROUP_REVIEWED)
    assert (group.wants, group.reviewed_on, group.reviewed_by) == ("A road", later.date(), clara)
    assert event.fields == ["wants"]


def test_a_reviewer_who_cannot_see_the_group_finds_none(clara, joseph, mission, group, access, at):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    group.save()

    with pytest.raises(Group.DoesNotExist):
        services.review(group=group, **_description(group), by=access(clara), at=at)


@pytest.mark.parametrize("name", ["sven", "joseph", "ingrid", "maya"])
def test_others_do_not_rewrite_profiles(cast, name, group, access, at):
    with pytest.raises((Refused, Group.DoesNotExist)):
        services.review(group=group, **_description(group), by=access(cast[name]), at=at)


def test_a_reviewed_group_keeps_a_name(amina, group, access, at):
    assert refused(services.review, group=group, **_description(group, name=" "), by=access(amina), at=at) == {
        "no_name"
    }
