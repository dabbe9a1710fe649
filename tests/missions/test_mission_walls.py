"""A record names nothing of another mission, whoever could read both."""

import pytest

from missions.roles import Role
from nsags import services as nsags
from protection import services as protection
from tests import factories
from tests.refusing import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(cast, amina, at):
    """A group of the neighbouring mission, in which the field officer of this one serves as well."""
    neighbour = factories.mission_of(factories.access_for(cast["omar"], at))
    factories.post(amina, mission=neighbour, role=Role.ANALYST, by=cast["nadia"], at=at)
    return factories.make_group(author=cast["omar"], at=at, name="Group of the neighbours")


def test_a_threat_is_not_laid_to_a_group_of_another_mission(amina, mission, elsewhere, access, at):
    levels = dict.fromkeys(("intent", "capability", "opportunity", "impact"), 2)
    told = {"title": "Walls", "people_at_risk": "Forty families", "group": elsewhere}

    asked = {"mission": mission, **told, **levels, "by": access(amina), "at": at}
    assert refused(protection.assess_threat, **asked) == {"group_elsewhere"}


@pytest.mark.parametrize("is_parent", [True, False])
def test_a_group_does_not_come_from_one_of_another_mission(amina, group, elsewhere, access, at, is_parent):
    parent, child = (elsewhere, group) if is_parent else (group, elsewhere)
    told = {"type": "split", "parent": parent, "child": child, "happened_on": at.date()}

    assert "group_elsewhere" in refused(nsags.record_lineage, **told, by=access(amina), at=at)
