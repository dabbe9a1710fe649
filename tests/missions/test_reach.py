"""What a posting opens is told alike to the database, to a policy and to whoever sends notices."""

import pytest

from missions.access import Marking
from missions.models import Office, Posting
from missions.postings import access_for
from missions.roles import WITHOUT_CONTENT, Role
from nsags.models import Group

pytestmark = pytest.mark.django_db
EVERY_ROLE_OF_A_MISSION = sorted(set(Role.values) - {Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY})


@pytest.fixture
def records(amina, mission, at):
    """A group in each office and in none, with each marking, all written by somebody else."""
    offices = [None, *mission.offices.order_by("name")]
    assert len(offices) > 2
    held = [
        Group(reference=f"N-{number}{marking}", mission=mission, office=office, marking=marking, name="Kesi Wing",
              created_by=amina, created_at=at)
        for number, office in enumerate(offices)
        for marking in Marking.values
    ]  # fmt: skip
    return Group.objects.bulk_create(held)


@pytest.mark.parametrize("role", EVERY_ROLE_OF_A_MISSION)
@pytest.mark.parametrize("ceiling", Marking.values)
@pytest.mark.parametrize("office", ["Bria", ""])
def test_the_rule_reads_the_same_in_sql_in_a_policy_and_for_notices(omar, mission, records, at, role, ceiling, office):
    bound = Office.objects.filter(mission=mission, name=office).first()
    Posting.objects.filter(user=omar).update(mission=mission, role=role, ceiling=ceiling, office=bound)
    access = access_for(omar, at)
    (posting,) = access.postings

    seen = set(Group.objects.visible_to(access).filter(pk__in=[record.pk for record in records]))

    opened = {r for r in records if posting.opens(r.mission_id, r.office_id, r.marking)}
    told = {record for record in records if Posting.objects.filter(user=omar).reaching(record).exists()}
    assert seen == opened == (set() if role in WITHOUT_CONTENT else told)
