"""The seven sections ask for everything once."""

from collections import Counter

from engagement import sections
from engagement.models import Request
from risk import current_ruleset


def test_every_factor_of_the_ruleset_is_asked_in_exactly_one_section():
    asked = Counter(factor for section in sections.SECTIONS for factor in section.factors)

    assert set(asked) == set(current_ruleset().factors)
    assert set(asked.values()) == {1}


def test_every_field_of_a_section_is_a_field_of_the_request():
    known = {field.name for field in Request._meta.get_fields()}

    assert all(set(section.fields) <= known for section in sections.SECTIONS)


def test_every_field_has_a_name_to_be_read_back_under():
    assert set(sections.TERMS) == {name for section in sections.SECTIONS for name in section.fields}


def test_sections_follow_one_another_and_the_last_has_none_after_it():
    assert [section.number for section in sections.SECTIONS] == [1, 2, 3, 4, 5, 6, 7]
    assert sections.SECTIONS[0].following == sections.SECTIONS[1]
    assert sections.SECTIONS[-1].following is None


def test_section_of_finds_fields_factors_and_measures():
    assert sections.section_of("threat").slug == "purpose"
    assert sections.section_of("GOV-08").slug == "legitimacy"
    assert sections.section_of("M-04").slug == "measures"
    assert sections.section_of("status") is None
