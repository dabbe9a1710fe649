"""What the gates look at: the family of a group."""

from datetime import timedelta

import pytest

from engagement import facts
from engagement.models import RequestStatus
from missions import services as missions
from missions.access import Marking
from nsags import services as nsags
from tests.factories import make_group, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def front(amina, at):
    """A group of which another will come."""
    return make_group(author=amina, name="Upper Mbali Front", at=at)


@pytest.fixture
def wing(amina, at):
    """The other group."""
    return make_group(author=amina, name="Kesi wing", at=at)


@pytest.fixture
def descend(clara, access, at):
    """Return how one group came from another: descend(front, wing, "split", days=40)."""

    def record(parent, child, type, days):
        day = at.date() - timedelta(days=days)
        return nsags.record_lineage(type=type, parent=parent, child=child, happened_on=day, by=access(clara), at=at)

    return record


@pytest.fixture
def ban(joseph, mission, access, at):
    """Return how contact with a group is prohibited: ban(front)."""

    def prohibit(group):
        return missions.prohibit(
            mission=mission, group_id=group.pk, subject=group.name, text="No contact.",
            review_on=at.date() + timedelta(days=60), issuer_title="Head of mission", by=access(joseph), at=at,
        )  # fmt: skip

    return prohibit


def gates_of(request, at):
    return {fired.gate for fired in facts.preview(request, at=at).gates}


# ---- the family of a group ----


@pytest.mark.parametrize(("type", "days"), [("rename", 400), ("re_form", 400), ("split", 20)])
def test_a_ban_on_the_older_group_covers_the_younger(amina, front, wing, descend, ban, at, type, days):
    descend(front, wing, type, days)
    ban(front)

    assert "G-01" in gates_of(make_request(author=amina, group=wing, at=at), at)


@pytest.mark.parametrize(("type", "days"), [("rename", 400), ("re_form", 400)])
def test_a_ban_on_a_new_name_covers_the_record_under_the_old_one(amina, front, wing, descend, ban, at, type, days):
    descend(front, wing, type, days)
    ban(wing)

    assert "G-01" in gates_of(make_request(author=amina, group=front, at=at), at)


def test_a_ban_reaches_a_wing_of_the_group_under_its_former_name(amina, front, wing, descend, ban, at):
    renamed = make_group(author=amina, name="Mbali Union", at=at)
    descend(front, renamed, "rename", 100)
    descend(front, wing, "split", 10)
    ban(renamed)

    assert "G-01" in gates_of(make_request(author=amina, group=wing, at=at), at)


def test_a_ban_on_a_wing_leaves_the_group_that_it_left_alone(amina, front, wing, descend, ban, at):
    descend(front, wing, "split", 10)
    ban(wing)

    assert "G-01" not in gates_of(make_request(author=amina, group=front, at=at), at)


def test_a_ban_no_longer_follows_a_wing_that_left_long_ago(amina, front, wing, descend, ban, at):
    descend(front, wing, "split", 31)
    ban(front)

    assert "G-01" not in gates_of(make_request(author=amina, group=wing, at=at), at)


@pytest.mark.parametrize("ours", ["front", "wing"])
def test_talks_with_the_kin_of_a_group_are_parallel_talks(amina, clara, front, wing, descend, at, ours):
    descend(front, wing, "split", 400)
    mine, theirs = (front, wing) if ours == "front" else (wing, front)
    make_request(author=clara, group=theirs, status=RequestStatus.IN_ADVICE, band="HIGH", at=at)

    later = at + timedelta(hours=1)
    assert "G-16" in gates_of(make_request(author=amina, group=mine, at=later), later)


def test_talks_with_a_stranger_are_not_parallel_talks(amina, clara, front, wing, at):
    make_request(author=clara, group=wing, status=RequestStatus.IN_ADVICE, band="HIGH", at=at)

    later = at + timedelta(hours=1)
    assert "G-16" not in gates_of(make_request(author=amina, group=front, at=later), later)


def test_kin_is_not_followed_through_a_group_that_readers_may_not_know_of(amina, clara, front, wing, descend, at):
    hidden = make_group(author=clara, name="Copper Ridge Men", marking=Marking.STRICTLY_CONFIDENTIAL, at=at)
    descend(front, hidden, "split", 400)
    descend(hidden, wing, "split", 300)
    make_request(author=clara, group=wing, status=RequestStatus.IN_ADVICE, band="HIGH", at=at)

    later = at + timedelta(hours=1)
    assert "G-16" not in gates_of(make_request(author=amina, group=front, at=later), later)


def test_a_long_descent_costs_as_many_queries_as_none(amina, front, wing, descend, django_assert_num_queries, at):
    request = make_request(author=amina, group=front, at=at)
    for group in (front, wing):
        kin = make_group(author=amina, name=f"Heirs of {group}", at=at)
        descend(group, kin, "rename", 50)
    descend(front, wing, "split", 60)

    registers = facts.Registers(request, at)
    with django_assert_num_queries(2):
        assert (len(registers.family), len(registers.prohibitions)) == (4, 0)
