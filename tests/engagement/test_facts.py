"""What the gates look at: the plan as well as the answers, the family of a group, and checks that nobody made."""

from datetime import timedelta

import pytest

from engagement import facts
from engagement.models import Measure, Modality, Request, RequestStatus
from engagement.policies import submission as policies
from engagement.services import assessing, drafting
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


def roles_asked(request, at):
    return {str(role) for role in facts.preview(request, at=at).advisers}


def missing(request, by, at):
    return {(refusal.code, refusal.field) for refusal in policies.submit(request, by=by, at=at)}


def promise(request, code, by, at):
    due = at.date() + timedelta(days=7)
    drafting.promise_measure(request=request, code=code, owner="Civil Affairs", due_on=due, by=by, at=at)


# ---- the plan speaks as well as the answers ----


def test_a_contact_through_an_intermediary_holds_the_request_whatever_the_answer(amina, access, at):
    request = make_request(author=amina, modality=Modality.INTERMEDIARY, uses_intermediary=False, at=at)

    assert "G-12" in gates_of(request, at)
    assert missing(request, access(amina), at) == {("contradicted", "uses_intermediary")}


def test_the_promise_of_an_intermediary_holds_the_request_whatever_the_answer(amina, access, at):
    request = make_request(author=amina, uses_intermediary=False, at=at)
    assert "G-12" not in gates_of(request, at)

    promise(request, "M-02", access(amina), at)

    assert "G-12" in gates_of(request, at)
    assert ("contradicted", "uses_intermediary") in missing(request, access(amina), at)


def test_the_release_of_children_holds_the_request_and_asks_their_adviser_whatever_the_answer(amina, access, at):
    request = make_request(author=amina, type=Request.Type.CHILD_RELEASE, involves_children=False, at=at)

    assert "G-11" in gates_of(request, at)
    assert "protection_adviser" in roles_asked(request, at)
    assert missing(request, access(amina), at) == {("contradicted", "involves_children")}


def test_a_plan_that_its_answers_bear_out_is_not_asked_again(amina, access, at):
    request = make_request(
        author=amina, modality=Modality.INTERMEDIARY, uses_intermediary=True, intermediary_consented_on=at.date(),
        type=Request.Type.CHILD_RELEASE, involves_children=True, at=at,
    )  # fmt: skip

    assert missing(request, access(amina), at) == set()
    assert "G-12" not in gates_of(request, at)
    assert "G-12" in gates_of(request, at + timedelta(days=91))


def test_an_intermediary_whom_somebody_has_verified_holds_the_request_as_well(amina, sven, access, at):
    request = make_request(author=amina, uses_intermediary=False, measures={"M-02": "Civil Affairs"}, at=at)
    measure = Measure.objects.visible_to(access(sven)).get(request=request)

    assessing.verify_measure(measure=measure, evidence="Their letter.", by=access(sven), at=at)

    assert "G-12" in gates_of(request, at)


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


# ---- checks that nobody made ----


@pytest.mark.parametrize(("days", "is_stale"), [(None, True), (31, True), (30, False), (0, False)])
def test_a_person_whom_nobody_checked_lately_holds_the_request(amina, clara, front, access, at, days, is_stale):
    checked_on = None if days is None else at.date() - timedelta(days=days)
    nsags.introduce(group=front, name="Colonel Yaro", role="Chief", checked_on=checked_on, by=access(clara), at=at)

    assert ("G-02" in gates_of(make_request(author=amina, group=front, at=at), at)) is is_stale
