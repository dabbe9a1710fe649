"""Who sees what: the one rule, told about people."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts import services as accounts
from accounts.models import User
from engagement.models import Request, RequestStatus
from engagement.services import emergencies, sharing
from missions import services
from missions.access import Marking, UnscopedQuery, counted
from missions.models import Mission, Office, Posting, Prohibition
from nsags.models import Group, GroupName
from protection.models import ThreatAssessment
from tests import factories

pytestmark = pytest.mark.django_db


def sees(access, record):
    return type(record).objects.visible_to(access).filter(pk=record.pk).exists()


@pytest.fixture
def of_bria(amina, mission, at):
    return factories.make_group(author=amina, office=Office.objects.get(mission=mission, name="Bria"), at=at)


def test_a_field_officer_sees_what_belongs_to_her_office(amina, of_bria, access):
    assert sees(access(amina), of_bria)


def test_a_field_officer_sees_what_belongs_to_no_office(yusuf, group, access):
    assert sees(access(yusuf), group)


def test_a_field_officer_does_not_see_what_belongs_to_another_office(yusuf, of_bria, access):
    assert not sees(access(yusuf), of_bria)


def test_an_adviser_sees_every_office_of_the_mission(clara, of_bria, access):
    assert sees(access(clara), of_bria)


def test_a_person_sees_what_they_wrote_after_it_moved_to_another_office(amina, of_bria, mission, access):
    of_bria.office = Office.objects.get(mission=mission, name="Kesi")
    of_bria.save()

    assert sees(access(amina), of_bria)


def test_a_neighbour_in_another_mission_sees_nothing(omar, of_bria, group, threat, access):
    assert not sees(access(omar), of_bria)
    assert not Group.objects.visible_to(access(omar)).exists()
    assert not ThreatAssessment.objects.visible_to(access(omar)).exists()


def test_a_record_above_the_ceiling_is_hidden(clara, sven, amina, hana, at, access):
    close = factories.make_group(author=_analyst(amina, at), marking=Marking.STRICTLY_CONFIDENTIAL, at=at)

    assert sees(access(clara), close)
    assert not sees(access(hana), close)


def test_the_ceiling_holds_for_ones_own_records_too(amina, group, access):
    group.marking = Marking.STRICTLY_CONFIDENTIAL
    group.save()

    assert not sees(access(amina), group)


def test_a_compartment_opens_for_its_members_only(joseph, clara, sven, mission, group, at, access):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    group.save()

    assert sees(access(clara), group)
    assert sees(access(joseph), group)
    assert not sees(access(sven), group)


def test_a_compartment_closes_on_its_date(joseph, clara, mission, group, at, access):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    group.save()

    assert not sees(access(clara, at + timedelta(days=61)), group)


def test_the_author_of_a_record_loses_it_to_a_compartment(joseph, amina, mission, group, at, access):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    group.save()

    assert not sees(access(amina), group)


def test_the_training_library_is_open_to_everyone_with_a_posting(omar, ingrid, otto, mission, group, access):
    Mission.objects.filter(pk=mission.pk).update(is_library=True)

    assert all(sees(access(person), group) for person in (omar, ingrid, otto))


def test_the_training_library_is_closed_to_somebody_without_a_posting(mission, group, access):
    Mission.objects.filter(pk=mission.pk).update(is_library=True)
    stranger = factories.make_user("nobody")

    assert not sees(access(stranger), group)


def test_an_expired_posting_opens_nothing(amina, group, at, access):
    Posting.objects.filter(user=amina).update(ends_at=at)

    assert not sees(access(amina), group)
    assert access(amina).permissions == frozenset()


def test_a_posting_that_has_not_begun_opens_nothing(amina, group, at, access):
    Posting.objects.filter(user=amina).update(starts_at=at + timedelta(days=1))

    assert not sees(access(amina), group)


@pytest.fixture
def also_next_door(yusuf, at):
    """Yusuf serves in the neighbouring mission as well, so that something of his goes on."""
    mission, keeper = Mission.objects.get(code="UNSTOR"), User.objects.get(username="nadia")
    return factories.post(yusuf, mission=mission, role="field_staff", office="Lumo", by=keeper, at=at)


@pytest.fixture
def of_amina(amina, at):
    return factories.make_request(author=amina, status=RequestStatus.READY, at=at)


def let_in(user, request, *, by, at):
    terms = {"reason": "Follows the road.", "expires_at": at + timedelta(days=20)}
    return sharing.share(request=request, user=user, by=by, at=at, **terms)


def test_emergency_access_closes_when_the_posting_runs_out(also_next_door, mission, of_amina, at, access):
    eyes = access(also_next_door)
    terms = {"reason": "life_at_risk", "explanation": "A convoy is under fire on this road."}
    emergencies.open_emergency(mission=mission, reference="", by=eyes, at=at, **terms)
    assert sees(access(also_next_door), of_amina)

    Posting.objects.filter(user=also_next_door, mission=mission).update(ends_at=at)

    assert access(also_next_door).emergencies == ()
    assert not sees(access(also_next_door), of_amina)


def test_a_grant_closes_when_the_posting_in_its_mission_runs_out(also_next_door, mission, of_amina, pierre, at, access):
    let_in(also_next_door, of_amina, by=access(pierre), at=at)
    later = at + timedelta(days=2)
    assert sees(access(also_next_door, later), of_amina)

    Posting.objects.filter(user=also_next_door, mission=mission).update(ends_at=at + timedelta(days=1))

    assert not sees(access(also_next_door, later), of_amina)


def test_a_grant_to_somebody_of_another_mission_lasts_until_its_own_end(omar, of_amina, pierre, at, access):
    let_in(omar, of_amina, by=access(pierre), at=at)

    assert sees(access(omar, at + timedelta(days=19)), of_amina)
    assert not sees(access(omar, at + timedelta(days=20)), of_amina)


def test_a_grant_to_headquarters_closes_when_the_posting_there_runs_out(ingrid, of_amina, pierre, at, access):
    there = {"mission": Mission.objects.get(code="UNSTOR"), "by": User.objects.get(username="nadia")}
    factories.post(ingrid, role="analyst", at=at, **there)
    let_in(ingrid, of_amina, by=access(pierre), at=at)
    later = at + timedelta(days=2)
    assert sees(access(ingrid, later), of_amina)

    Posting.objects.filter(user=ingrid, mission=None).update(ends_at=at + timedelta(days=1))

    assert not sees(access(ingrid, later), of_amina)


def test_headquarters_counts_nothing_above_the_ceiling_of_its_journey(ingrid, of_amina, at, access):
    def how_many():
        eyes = access(User.objects.get(pk=ingrid.pk))
        return Request.objects.unscoped("a test counts").filter(counted(eyes)).count()

    assert how_many() == 1

    accounts.start_travel(user=ingrid, ceiling=Marking.UNCLASSIFIED, at=at)
    assert how_many() == 0


def test_a_closed_account_sees_nothing(amina, group, access):
    amina.is_active = False

    assert not sees(access(amina), group)


def test_the_headquarters_desk_reads_no_content(ingrid, group, access):
    assert not sees(access(ingrid), group)


def test_the_information_manager_reads_no_content(maya, group, access):
    assert not sees(access(maya), group)


def test_what_hangs_on_a_record_is_seen_exactly_when_the_record_is(amina, omar, at, access):
    group = factories.make_group(author=amina, names=[("UMF", "acronym")], at=at)

    assert GroupName.objects.visible_to(access(amina)).filter(group=group).count() == 1
    assert GroupName.objects.visible_to(access(omar)).count() == 0


@pytest.mark.parametrize(
    "evaluate",
    [
        list,
        len,
        bool,
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.first(),
        lambda rows: rows.update(name="x"),
        lambda rows: rows.delete(),
        lambda rows: list(rows.iterator()),
        lambda rows: list(rows.values_list("name")),
        lambda rows: rows.get(name="Upper Mbali Front"),
    ],
)
def test_content_read_without_saying_for_whom_raises(group, evaluate):
    with pytest.raises(UnscopedQuery):
        evaluate(Group.objects.filter(mission=group.mission))


def test_names_of_a_group_read_without_saying_for_whom_raise(group):
    with pytest.raises(UnscopedQuery):
        list(group.names.all())


def test_a_lifted_ban_always_says_who_lifted_it(mission, joseph, group, at, access):
    ban = services.prohibit(
        mission=mission,
        group_id=group.pk,
        subject="The Front",
        text="No contact.",
        review_on=at.date() + timedelta(days=30),
        issuer_title="Head of mission",
        by=access(joseph),
        at=at,
    )

    with pytest.raises(IntegrityError):
        Prohibition.objects.filter(pk=ban.pk).update(lifted_at=at)


def _analyst(amina, at):
    """Let Amina write above her usual ceiling."""
    Posting.objects.filter(user=amina).update(ceiling=Marking.STRICTLY_CONFIDENTIAL)
    return amina
