"""The page on the training library and the notes beside its cases."""

from pathlib import Path

import pytest

from engagement import library
from engagement.demo import overview
from tests.risk.cases import CASES, facts_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "library.md"


def test_the_page_on_the_library_shows_the_files_as_they_stand():
    assert PAGE.read_text(encoding="utf-8") == overview.page()


@pytest.mark.parametrize("case", CASES)
def test_the_data_files_hold_the_levels_and_measures_of_the_case(case):
    chapters = [library.chapter(name) for name in library.FILES]
    written, chapter = next((one, chapter) for chapter in chapters for one in chapter["cases"] if one["id"] == case)

    stated, expected = overview.facts_of(written, chapter), facts_of(case)

    assert (stated.answers, stated.posture) == (expected.answers, expected.posture)
    assert (stated.committed, stated.verified) == (expected.committed, expected.verified)


def test_every_case_has_a_note_under_its_reference():
    notes = library.notes()

    assert {note.case for note in notes.values()} == set(CASES)
    assert notes["R-2018-C01"].date_note == "month known only"
