"""Compartments: who opens them, who is read in and out, and who learns of them."""

from datetime import timedelta

import pytest

from audit.models import Event, Kind
from missions import services
from missions.models import Compartment, Posting
from missions.policies.compartments import LONGEST_FOR_MEMBER, LONGEST_FOR_OWNER
from missions.roles import Role
from nsags.models import Group
from tests import factories
from tests.refusing import refused

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30)


@pytest.fixture
def circle(mission, joseph, pierre, access, at):
    """A compartment of the head of mission and the pillar head, and nobody else."""
    return services.open_compartment(mission=mission, second_owner=pierre, by=access(joseph), at=at)


@pytest.fixture
def propose(circle, joseph, access, at):
    """Have the head of mission propose somebody: propose(clara)."""

    def ask(user, **changes):
        asked = {"user": user, "reason": "Drafts the request.", "ends_at": at + MONTH, "by": access(joseph), "at": at}
        return services.propose_member(compartment=circle, **(asked | changes))

    return ask


@pytest.fixture
def read_in(propose, pierre, access, at):
    """Have both owners read somebody in: read_in(clara)."""

    def let(user, **changes):
        return services.confirm_member(member=propose(user, **changes), by=access(pierre), at=at)

    return let


def membership(circle, user):
    return circle.members.get(user=user)


def owners(circle, at):
    return {member.user.username for member in circle.members.live(at).filter(is_owner=True).select_related("user")}


# Opening


def test_a_compartment_has_two_owners_from_its_first_moment(circle, joseph, pierre, access, at):
    assert owners(circle, at) == {"joseph", "pierre"}
    assert circle.pk in access(joseph).compartments & access(pierre).compartments


def test_its_name_is_two_words_that_nobody_typed_and_that_are_not_taken(
    mission, joseph, pierre, access, at, monkeypatch
):
    drawn = iter(["Copper Lantern", "Copper Lantern", "Walnut Kite"])
    monkeypatch.setattr("missions.services.compartments.two_words", lambda: next(drawn))

    names = [
        services.open_compartment(mission=mission, second_owner=pierre, by=access(joseph), at=at).name
        for _number in range(2)
    ]

    assert names == ["Copper Lantern", "Walnut Kite"]


@pytest.mark.parametrize("name", ["amina", "odile", "clara", "maya", "otto", "ingrid", "omar"])
def test_only_a_pillar_head_and_the_head_of_mission_open_one(cast, mission, pierre, access, at, name):
    asked = {"mission": mission, "second_owner": pierre, "by": access(cast[name]), "at": at}

    assert refused(services.open_compartment, **asked) == {"not_leadership"}


@pytest.mark.parametrize(("name", "code"), [("joseph", "oneself"), ("maya", "not_posted"), ("omar", "not_posted")])
def test_the_second_owner_is_somebody_else_who_works_on_the_substance(cast, mission, joseph, access, at, name, code):
    asked = {"mission": mission, "second_owner": cast[name], "by": access(joseph), "at": at}

    assert refused(services.open_compartment, **asked) == {code}


def test_nobody_opens_one_on_the_road(mission, joseph, pierre, access, at):
    joseph.travel_ceiling, joseph.travelling_since = 1, at
    joseph.save()

    asked = {"mission": mission, "second_owner": pierre, "by": access(joseph), "at": at}
    assert refused(services.open_compartment, **asked) == {"not_leadership"}


# Reading in


def test_what_one_owner_proposes_opens_nothing_before_another_confirms(circle, propose, clara, pierre, access, at):
    member = propose(clara)
    assert circle.pk not in access(clara).compartments

    services.confirm_member(member=member, by=access(pierre), at=at)
    assert circle.pk in access(clara).compartments


def test_the_owner_who_proposed_does_not_confirm(propose, clara, joseph, access, at):
    assert refused(services.confirm_member, member=propose(clara), by=access(joseph), at=at) == {"second_person"}


def test_a_member_who_owns_nothing_reads_nobody_in(circle, propose, read_in, clara, sven, access, at):
    read_in(clara)
    asked = {"user": sven, "reason": "Curious.", "ends_at": at + MONTH, "by": access(clara), "at": at}

    assert refused(services.propose_member, compartment=circle, **asked) == {"not_owner"}
    assert refused(services.confirm_member, member=propose(sven), by=access(clara), at=at) == {"not_owner"}


def test_the_information_manager_reads_nobody_in(propose, circle, maya, clara, access, at):
    asked = {"user": clara, "reason": "Asked me.", "ends_at": at + MONTH, "by": access(maya), "at": at}

    assert refused(services.propose_member, compartment=circle, **asked) == {"not_owner"}
    assert refused(services.confirm_member, member=propose(clara), by=access(maya), at=at) == {"not_owner"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "no_reason"),
        ({"days": 0}, "past"),
        ({"days": LONGEST_FOR_MEMBER.days + 2}, "too_far"),
        ({"days": LONGEST_FOR_OWNER.days + 2, "is_owner": True}, "too_far"),
        ({"who": "omar"}, "not_posted"),
        ({"who": "maya"}, "not_posted"),
        ({"who": "joseph"}, "oneself"),
        ({"who": "pierre"}, "inside_already"),
    ],
)
def test_reading_in_says_whom_why_and_until_when(cast, propose, at, changes, code):
    changes = dict(changes)
    user = cast[changes.pop("who", "clara")]
    if "days" in changes:
        changes["ends_at"] = at + timedelta(days=changes.pop("days"))

    assert code in refused(propose, user=user, **changes)


def test_nobody_is_proposed_twice_at_once(propose, clara):
    propose(clara)

    assert refused(propose, user=clara) == {"proposed_already"}


def test_a_proposal_is_confirmed_once(read_in, clara, pierre, access, at):
    member = read_in(clara)

    assert refused(services.confirm_member, member=member, by=access(pierre), at=at) == {"confirmed_already"}


def test_a_proposal_that_has_run_out_is_not_confirmed(propose, clara, pierre, access, at):
    late = at + MONTH + timedelta(days=1)

    assert "over" in refused(services.confirm_member, member=propose(clara), by=access(pierre, late), at=late)


def test_somebody_who_left_the_mission_meanwhile_is_not_confirmed(propose, clara, pierre, access, at):
    member = propose(clara)
    Posting.objects.filter(user=clara).update(ends_at=at)

    assert refused(services.confirm_member, member=member, by=access(pierre), at=at) == {"not_posted"}


def test_a_member_becomes_an_owner_by_the_word_of_two(circle, read_in, clara, at):
    read_in(clara)
    read_in(clara, is_owner=True)

    assert owners(circle, at) == {"clara", "joseph", "pierre"}
    assert circle.members.live(at).filter(user=clara).count() == 1


# Reading out and renewing


def test_a_member_is_read_out_at_once(circle, read_in, clara, joseph, access, at):
    member = read_in(clara)

    services.read_out(member=member, by=access(joseph), at=at)

    assert circle.pk not in access(clara).compartments
    assert refused(services.read_out, member=member, by=access(joseph), at=at) == {"over"}


def test_a_member_may_leave_and_may_not_send_others_away(circle, read_in, clara, sven, access, at):
    leaving, staying = read_in(clara), read_in(sven)

    assert refused(services.read_out, member=staying, by=access(clara), at=at) == {"not_owner"}
    services.read_out(member=leaving, by=access(clara), at=at)

    assert circle.pk not in access(clara).compartments


def test_one_of_the_last_two_owners_leaves_only_after_a_successor(circle, read_in, clara, joseph, pierre, access, at):
    leaving = membership(circle, pierre)
    assert refused(services.read_out, member=leaving, by=access(joseph), at=at) == {"too_few_owners"}

    read_in(clara, is_owner=True)
    services.read_out(member=leaving, by=access(joseph), at=at)

    assert owners(circle, at) == {"clara", "joseph"}


def test_a_proposal_is_taken_back(propose, clara, joseph, pierre, access, at):
    member = propose(clara)

    services.read_out(member=member, by=access(joseph), at=at)

    assert refused(services.confirm_member, member=member, by=access(pierre), at=at) == {"over"}


def test_another_owner_renews_and_not_for_ever(circle, pierre, joseph, access, at):
    own, later = membership(circle, joseph), at + MONTH
    asked = {"member": own, "ends_at": later + LONGEST_FOR_OWNER, "at": later}

    assert refused(services.renew_member, **asked, by=access(joseph, later)) == {"oneself"}
    too_far = {"ends_at": later + LONGEST_FOR_OWNER + timedelta(days=2), "by": access(pierre, later)}
    assert refused(services.renew_member, **(asked | too_far)) == {"too_far"}
    services.renew_member(**asked, by=access(pierre, later))

    own.refresh_from_db()
    assert own.ends_at == later + LONGEST_FOR_OWNER


def test_renewing_makes_longer_and_never_shorter(read_in, clara, joseph, access, at):
    member = read_in(clara)

    assert refused(services.renew_member, member=member, ends_at=at + MONTH / 2, by=access(joseph), at=at) == {
        "not_later"
    }


def test_somebody_who_is_outside_is_not_renewed(propose, clara, joseph, access, at):
    asked = {"member": propose(clara), "ends_at": at + 2 * MONTH, "by": access(joseph), "at": at}

    assert refused(services.renew_member, **asked) == {"not_inside"}


def test_the_last_two_owners_do_not_run_out(circle, at):
    eve = at + LONGEST_FOR_OWNER - timedelta(hours=2)

    assert services.keep_owners(eve) == 2
    assert owners(circle, at + LONGEST_FOR_OWNER + timedelta(days=1)) == {"joseph", "pierre"}
    assert Event.objects.filter(kind=Kind.COMPARTMENT_RENEWED, actor_id=None).count() == 2
    assert services.keep_owners(eve) == 0


def test_an_owner_with_two_others_runs_out_on_the_day(circle, read_in, clara, pierre, joseph, access, at):
    read_in(clara, is_owner=True, ends_at=at + MONTH)

    assert services.keep_owners(at + MONTH - timedelta(hours=1)) == 0
    assert owners(circle, at + MONTH) == {"joseph", "pierre"}


# Rotation


def test_the_end_of_a_posting_reads_somebody_out(circle, read_in, clara, maya, access, at):
    read_in(clara)

    services.end_posting(posting=Posting.objects.get(user=clara), by=access(maya), at=at)
    services.open_posting(user=clara, mission=circle.mission, role=Role.ANALYST, starts_at=at, by=access(maya), at=at)

    assert access(clara).postings
    assert circle.pk not in access(clara).compartments
    assert Event.objects.filter(kind=Kind.COMPARTMENT_LEFT, actor_id=maya.pk).count() == 1


def test_somebody_who_keeps_another_post_in_the_mission_stays_inside(circle, read_in, clara, maya, access, at):
    read_in(clara)
    services.open_posting(user=clara, mission=circle.mission, role=Role.ANALYST, starts_at=at, by=access(maya), at=at)

    services.end_posting(posting=Posting.objects.get(user=clara, role=Role.POC_ADVISER), by=access(maya), at=at)

    assert circle.pk in access(clara).compartments


def test_a_posting_that_runs_out_by_itself_closes_the_compartment_as_well(
    circle, read_in, clara, mission, maya, access, at
):
    read_in(clara)
    Posting.objects.filter(user=clara).update(ends_at=at + timedelta(days=1))
    neighbour = factories.make_mission(code="UNX", host_state="X", information_manager=maya, at=at)
    later = at + timedelta(days=2)
    factories.post(clara, mission=neighbour, role=Role.ANALYST, by=maya, at=at)

    assert access(clara, later).postings
    assert circle.pk not in access(clara, later).compartments


def test_the_head_of_mission_stands_in_for_an_owner_who_has_rotated(
    mission, pierre, clara, joseph, sven, maya, access, at
):
    circle = services.open_compartment(mission=mission, second_owner=clara, by=access(pierre), at=at)
    asked = {"user": sven, "is_owner": True, "reason": "Succeeds her.", "ends_at": at + MONTH, "at": at}
    assert refused(services.propose_member, compartment=circle, **asked, by=access(joseph)) == {"not_owner"}

    services.end_posting(posting=Posting.objects.get(user=clara), by=access(maya), at=at)
    member = services.propose_member(compartment=circle, **asked, by=access(pierre))
    services.confirm_member(member=member, by=access(joseph), at=at)

    assert owners(circle, at) == {"pierre", "sven"}
    assert circle.pk not in access(joseph).compartments


# Who learns of it


@pytest.mark.parametrize(
    ("name", "knows"),
    [("joseph", True), ("clara", True), ("sven", False), ("maya", False), ("otto", False), ("ingrid", False)],
)
def test_members_and_the_head_of_mission_learn_that_it_exists(cast, mission, pierre, hana, access, at, name, knows):
    circle = factories.make_compartment(mission=mission, owner=pierre, members=[cast["clara"]], at=at)

    assert Compartment.objects.visible_to(access(cast[name])).filter(pk=circle.pk).exists() is knows


def test_the_head_of_mission_reads_the_name_and_not_the_records(mission, pierre, joseph, access, at, group):
    group.compartment = factories.make_compartment(mission=mission, owner=pierre, at=at)
    group.save()

    assert Compartment.objects.visible_to(access(joseph)).exists()
    assert not Group.objects.visible_to(access(joseph)).exists()


def test_on_the_road_nobody_learns_of_any(circle, joseph, access, at):
    joseph.travel_ceiling, joseph.travelling_since = 1, at
    joseph.save()

    assert not Compartment.objects.visible_to(access(joseph)).exists()


def test_every_step_is_an_event_that_names_nobody(circle, propose, clara, pierre, joseph, access, at):
    member = services.confirm_member(member=propose(clara), by=access(pierre), at=at)
    services.renew_member(member=member, ends_at=at + 2 * MONTH, by=access(joseph), at=at)
    services.read_out(member=member, by=access(joseph), at=at)

    written = Event.objects.filter(object_id=member.pk).order_by("pk")
    assert [(event.kind, event.mission_id == circle.mission_id) for event in written] == [
        (Kind.COMPARTMENT_PROPOSED, True),
        (Kind.COMPARTMENT_JOINED, True),
        (Kind.COMPARTMENT_RENEWED, True),
        (Kind.COMPARTMENT_LEFT, True),
    ]
    assert all(event.fields in ([], ["ends_at"]) for event in written)
