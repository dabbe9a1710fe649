"""The same group under another spelling."""

import pytest

from nsags.matching import alike, look_alikes
from tests import factories


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Séléka", "SELEKA"),
        ("Upper Mbali Front", "upper mbali  front"),
        ("FPRC", "Front populaire pour la renaissance de la Centrafrique"),
        ("UMF", "Upper Mbali Front"),
        ("Mbali Front", "Upper Mbali Front"),
        ("Ansar Dine", "Ansar ad-Dine"),
        ("طالبان", "طالبان"),
    ],
)
def test_two_spellings_of_one_group_meet(one, other):
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Red Hills", "Upper Mbali Front"), ("UPC", "Upper Mbali Front"), ("", "X"), ("...", "-")]
)
def test_two_groups_do_not_meet(one, other):
    assert not alike(one, other)


@pytest.mark.django_db
def test_another_name_counts_too(amina, at, access):
    known = factories.make_group(author=amina, names=[("Ba-Mbali", "by_others")], at=at)

    assert look_alikes(["BA MBALI"], access(amina)) == [known]


@pytest.mark.django_db
def test_a_group_that_one_may_not_see_is_never_suggested(amina, joseph, mission, group, at, access):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    group.save()

    assert look_alikes([group.name], access(amina)) == []
