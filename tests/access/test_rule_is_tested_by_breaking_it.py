"""Whoever drops or turns a condition of the rule is found out."""

import pytest

from tests.access import breaking
from tests.access.breaking import MUTANTS, PAGE, broken, caught_by, page_of

pytestmark = pytest.mark.nightly


def test_nothing_notices_as_long_as_the_rule_is_whole(bench):
    found = {title: list(detector(bench)) for title, detector in breaking.DETECTORS.items()}

    assert found == {title: [] for title in found}


def test_every_broken_rule_is_noticed_and_the_page_says_by_what(bench):
    caught = {mutant.name: caught_by(bench, mutant) for mutant in MUTANTS}

    assert [name for name, what in caught.items() if not what] == []
    assert PAGE.read_text() == page_of(caught)


def test_the_rule_is_whole_again_afterwards():
    function = MUTANTS[0].function
    before = function.__code__

    with broken(MUTANTS[0]):
        assert function.__code__ != before

    assert function.__code__ == before


def test_a_mutant_that_no_longer_fits_the_rule_says_so():
    strange = breaking.Mutant("nothing", MUTANTS[0].function, "words that stand nowhere", "")

    with pytest.raises(LookupError, match="mend the mutant"), broken(strange):
        pass
