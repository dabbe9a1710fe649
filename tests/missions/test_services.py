"""Posting people and laying down the posture, told about people."""

from datetime import timedelta

import pytest

from audit.models import Event, Kind
from missions import services
from missions.models import Area, Mission, Office, Posting, Posture, Prohibition
from missions.roles import PERMISSIONS_OF_ROLE, Permission, Role
from tests import factories
from tests.refusing import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(cast):
    return factories.make_user("lena", name="Lena Fischer")


@pytest.fixture
def ban(mission, joseph, group, at, access):
    return services.prohibit(mission=mission, **_ban(group, at), by=access(joseph), at=at)


def _ban(group, at, **changes):
    return {
        "group_id": group.pk,
        "subject": "The Front",
        "text": "No contact while the talks in the capital last.",
        "review_on": at.date() + timedelta(days=30),
        "issuer_title": "Head of mission",
    } | changes


def _delegation(to_user, at, **changes):
    return {
        "to_user": to_user,
        "level": 2,
        "highest_band": "MODERATE",
        "reason": "Leave",
        "starts_on": at.date(),
        "ends_on": at.date() + timedelta(days=9),
    } | changes


@pytest.mark.parametrize("role", Role.values)
def test_a_mission_gives_each_role_exactly_its_permissions(mission, role, access, at, maya, newcomer):
    if role in {Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY}:
        return
    office = Office.objects.filter(mission=mission).first()
    services.open_posting(
        user=newcomer, mission=mission, role=role, office=office, starts_at=at, by=access(maya), at=at
    )

    held = {permission for _mission, permission in access(newcomer).permissions}

    assert held == PERMISSIONS_OF_ROLE[role]


def test_opening_a_mission_posts_its_information_manager(newcomer, at, access):
    mission = services.open_mission(code="UNNEW", name="New", host_state="Nova", information_manager=newcomer, at=at)

    assert access(newcomer).may(Permission.MANAGE_POSTINGS, mission.pk)
    assert Event.objects.filter(kind=Kind.MISSION_OPENED, mission_id=mission.pk, actor_id=newcomer.pk).exists()


def test_a_permission_in_one_mission_is_none_in_another(maya, omar, access):
    assert not access(maya).may(Permission.MANAGE_POSTINGS, access(omar).postings[0].mission_id)


def test_only_the_information_manager_posts_people(mission, joseph, newcomer, access, at):
    codes = refused(
        services.open_posting,
        user=newcomer,
        mission=mission,
        role=Role.ANALYST,
        starts_at=at,
        by=access(joseph),
        at=at,
    )

    assert codes == {"not_information_manager"}


def test_the_information_manager_does_not_post_herself(mission, maya, access, at):
    codes = refused(
        services.open_posting,
        user=maya,
        mission=mission,
        role=Role.HEAD_OF_MISSION,
        starts_at=at,
        by=access(maya),
        at=at,
    )

    assert codes == {"own_posting"}


def test_nobody_decides_for_every_mission_from_headquarters(maya, newcomer, access, at):
    codes = refused(
        services.open_posting,
        user=newcomer,
        mission=None,
        role=Role.HEAD_OF_MISSION,
        starts_at=at,
        by=access(maya),
        at=at,
    )

    assert codes == {"not_at_headquarters"}


def test_a_field_officer_is_posted_to_an_office(mission, maya, newcomer, access, at):
    codes = refused(
        services.open_posting,
        user=newcomer,
        mission=mission,
        role=Role.FIELD_STAFF,
        starts_at=at,
        by=access(maya),
        at=at,
    )

    assert codes == {"no_office"}


def test_an_office_of_another_mission_is_refused(mission, maya, newcomer, access, at):
    codes = refused(
        services.open_posting,
        user=newcomer,
        mission=mission,
        role=Role.FIELD_STAFF,
        office=Office.objects.get(name="Lumo"),
        starts_at=at,
        by=access(maya),
        at=at,
    )

    assert codes == {"office_elsewhere"}


def test_the_same_posting_is_not_opened_twice(mission, maya, sven, access, at):
    codes = refused(
        services.open_posting,
        user=sven,
        mission=mission,
        role=Role.SECURITY_ADVISER,
        starts_at=at,
        by=access(maya),
        at=at,
    )

    assert codes == {"posted_already"}


def test_a_posting_ends_at_once_and_only_once(mission, maya, sven, access, at):
    posting = Posting.objects.get(user=sven)

    services.end_posting(posting=posting, by=access(maya), at=at)

    assert access(sven).postings == ()
    assert refused(services.end_posting, posting=posting, by=access(maya), at=at) == {"ended_already"}


def test_the_head_of_mission_changes_the_posture_and_the_old_one_stays_on_record(mission, joseph, access, at):
    services.set_posture(
        mission=mission, code="CLOSELY_HELD", reason="Talks", issuer_title="SRSG", by=access(joseph), at=at
    )

    assert Posture.objects.in_force(mission, at).code == "CLOSELY_HELD"
    assert Posture.objects.in_force(mission, at - timedelta(seconds=1)).code == "EXPECTED"
    assert Event.objects.filter(kind=Kind.POSTURE_SET, actor_id=joseph.pk, at=at).count() == 1


def test_a_posture_does_not_change_without_a_reason(mission, joseph, access, at):
    codes = refused(
        services.set_posture, mission=mission, code="CLOSELY_HELD", issuer_title="SRSG", by=access(joseph), at=at
    )

    assert codes == {"no_reason"}


def test_a_pillar_head_does_not_set_the_posture(mission, pierre, access, at):
    codes = refused(
        services.set_posture,
        mission=mission,
        code="CLOSELY_HELD",
        reason="Talks",
        issuer_title="DSRSG",
        by=access(pierre),
        at=at,
    )

    assert codes == {"not_head_of_mission"}


def test_a_mission_without_posture_has_none_in_force(omar, access, at):
    mission = Mission.objects.get(code="UNSTOR")

    assert Posture.objects.in_force(mission, at) is None
    assert mission.pk not in Posture.objects.in_force_by_mission(at)


def test_a_prohibition_stands_until_it_is_lifted(mission, joseph, ban, access, at):
    later = at + timedelta(days=2)
    services.lift_prohibition(prohibition=ban, by=access(joseph), at=later)

    assert list(Prohibition.objects.in_force(mission, at)) == [ban]
    assert not Prohibition.objects.in_force(mission, later).exists()
    assert refused(services.lift_prohibition, prohibition=ban, by=access(joseph), at=later) == {"not_in_force"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"group_id": None}, "no_subject"),
        ({"subject": " "}, "no_words"),
        ({"text": ""}, "no_text"),
    ],
)
def test_a_prohibition_says_whom_and_why(mission, joseph, group, access, at, changes, code):
    assert refused(services.prohibit, mission=mission, **_ban(group, at, **changes), by=access(joseph), at=at) == {code}


def test_a_prohibition_is_reviewed_one_day(mission, joseph, group, access, at):
    past = _ban(group, at, review_on=at.date())

    assert refused(services.prohibit, mission=mission, **past, by=access(joseph), at=at) == {"review_past"}


def test_a_security_adviser_prohibits_nothing(mission, sven, group, access, at):
    assert refused(services.prohibit, mission=mission, **_ban(group, at), by=access(sven), at=at) == {
        "not_head_of_mission"
    }


def test_the_head_of_mission_delegates_and_takes_it_back(mission, joseph, pierre, access, at):
    delegation = services.delegate(mission=mission, **_delegation(pierre, at), by=access(joseph), at=at)
    assert delegation.is_live(at.date())

    services.revoke_delegation(delegation=delegation, by=access(joseph), at=at)
    delegation.refresh_from_db()

    assert not delegation.is_live(at.date())
    assert refused(services.revoke_delegation, delegation=delegation, by=access(joseph), at=at) == {"revoked_already"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"highest_band": "VERY_HIGH"}, "band"),
        ({"level": 4}, "level"),
        ({"level": 0}, "level"),
        ({"reason": ""}, "no_reason"),
    ],
)
def test_some_authority_is_never_delegated(mission, joseph, pierre, access, at, changes, code):
    asked = _delegation(pierre, at, **changes)

    assert refused(services.delegate, mission=mission, **asked, by=access(joseph), at=at) == {code}


@pytest.mark.parametrize(("name", "highest"), [("amina", 1), ("clara", 1), ("odile", 2), ("pierre", 3)])
def test_authority_moves_one_level_down_and_no_further(mission, cast, joseph, access, at, name, highest):
    for level in range(1, 4):
        asked = _delegation(cast[name], at, level=level)
        if level <= highest:
            assert services.delegate(mission=mission, **asked, by=access(joseph), at=at).level == level
        else:
            assert refused(services.delegate, mission=mission, **asked, by=access(joseph), at=at) == {"too_far_down"}


def test_a_delegation_about_a_group_says_which_in_words_for_everybody(mission, joseph, pierre, group, access, at):
    unsaid = _delegation(pierre, at, group_id=group.pk, subject=" ")

    assert refused(services.delegate, mission=mission, **unsaid, by=access(joseph), at=at) == {"no_words"}


def test_words_about_a_group_that_was_not_chosen_do_not_make_a_delegation_for_all(mission, joseph, pierre, access, at):
    unlimited = _delegation(pierre, at, subject="The front of the upper river")

    assert refused(services.delegate, mission=mission, **unlimited, by=access(joseph), at=at) == {"no_group"}


def test_a_delegation_is_for_an_area_of_the_mission(mission, joseph, pierre, access, at):
    elsewhere = Area.objects.exclude(mission=mission).first()

    asked = _delegation(pierre, at, area=elsewhere)

    assert refused(services.delegate, mission=mission, **asked, by=access(joseph), at=at) == {"other_mission"}


def test_a_delegation_does_not_run_backwards(mission, joseph, pierre, access, at):
    asked = _delegation(pierre, at, ends_on=at.date() - timedelta(days=1))

    assert refused(services.delegate, mission=mission, **asked, by=access(joseph), at=at) == {"ends_first"}


def test_authority_goes_to_somebody_else_who_serves_in_the_mission(mission, joseph, omar, access, at):
    to_neighbour, to_herself = _delegation(omar, at), _delegation(joseph, at)

    assert refused(services.delegate, mission=mission, **to_neighbour, by=access(joseph), at=at) == {"not_posted"}
    assert refused(services.delegate, mission=mission, **to_herself, by=access(joseph), at=at) == {"to_oneself"}


def _posting(user, mission, at, **changes):
    return {"user": user, "mission": mission, "role": Role.ANALYST, "starts_at": at, "at": at} | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"role": "emperor"}, "unknown_role"), ({"role": Role.HEADQUARTERS_DESK}, "only_at_headquarters")],
)
def test_a_role_fits_the_place(mission, maya, newcomer, access, at, changes, code):
    asked = _posting(newcomer, mission, at, **changes)

    assert refused(services.open_posting, **asked, by=access(maya)) == {code}


def test_a_posting_does_not_end_before_it_starts(mission, maya, newcomer, access, at):
    asked = _posting(newcomer, mission, at, ends_at=at - timedelta(days=1))

    assert refused(services.open_posting, **asked, by=access(maya)) == {"ends_first"}


def test_a_closed_account_is_not_posted(mission, maya, newcomer, access, at):
    newcomer.is_active = False
    newcomer.save()

    assert refused(services.open_posting, **_posting(newcomer, mission, at), by=access(maya)) == {"inactive"}


def test_a_posting_that_has_not_begun_can_be_ended(mission, maya, newcomer, access, at):
    later = _posting(newcomer, mission, at, starts_at=at + timedelta(days=9))
    posting = services.open_posting(**later, by=access(maya))

    services.end_posting(posting=posting, by=access(maya), at=at)

    assert access(newcomer, at + timedelta(days=10)).postings == ()


def test_there_are_four_postures(mission, joseph, access, at):
    asked = {"code": "OPEN_BAR", "reason": "Why not", "issuer_title": "SRSG", "by": access(joseph), "at": at}

    assert refused(services.set_posture, mission=mission, **asked) == {"unknown_posture"}


def test_a_delegation_in_the_past_is_refused(mission, joseph, pierre, access, at):
    past = at.date() - timedelta(days=9)

    asked = _delegation(pierre, at, starts_on=past, ends_on=past)

    assert refused(services.delegate, mission=mission, **asked, by=access(joseph), at=at) == {"past"}
