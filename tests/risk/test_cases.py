"""The historical cases: every figure, their order, and what one changed thing does."""

from dataclasses import replace
from itertools import pairwise

import pytest

import risk
from risk import Band, Level
from tests.risk.cases import CASES, RULESET, answered, assessed, everything, facts_of, without_measures

ORDERINGS = {
    "O-1": ("SEC", ["C10", "C19", "C05b", "C05", "C20"]),
    "O-2": ("SEC", ["C07", "C06", "C12", "C11"]),
    "O-3": ("SEC", ["C02", "C01"]),
    "O-4": ("SEC", ["C18", "C01"]),
    "O-5": ("GOV", ["C07", "C13", "C09", "C06", "C08", "C03"]),
    "O-6": ("GOV", ["C16", "C08"]),
    "O-7": ("LEG", ["C15", "C01", "C03", "C20"]),
    "O-8": ("LEG", ["C16", "C08", "C14"]),
    "O-9": ("LEG", ["C18", "C01"]),
}


def scores(assessment: risk.Assessment) -> dict[str, int]:
    return {name: figure.score for name, figure in assessment.risks.items()}


def bands(assessment: risk.Assessment) -> dict[str, Band]:
    return {name: figure.band for name, figure in assessment.risks.items()}


def test_all_cases_are_here():
    assert len(CASES) == 21


@pytest.mark.parametrize("case", CASES)
def test_every_figure_of_a_case_is_as_expected(case):
    expected, found = CASES[case]["expected"], assessed(case).headline()

    for name, figures in expected["risks"].items():
        assert found["risks"][name] | figures == found["risks"][name]
    assert found["protection"] | expected["protection"] == found["protection"]
    assert [found[key] for key in ("overall", "advice", "authority")] == [
        expected[key] for key in ("overall", "advice", "authority")
    ]


@pytest.mark.parametrize("case", CASES)
def test_the_bands_of_a_case_are_among_those_a_sensible_model_gives(case):
    found = {**bands(assessed(case)), "PRO": assessed(case).protection.band}

    assert all(found[name] in allowed for name, allowed in CASES[case]["accept"].items())


@pytest.mark.parametrize(("name", "chain"), ORDERINGS.values(), ids=ORDERINGS)
def test_scores_fall_along_the_chain(name, chain):
    found = [assessed(case).risks[name].score for case in chain]

    assert all(graver > milder for graver, milder in pairwise(found))


def test_mp1_meeting_in_the_country_raises_security_and_no_other_score():
    abroad, at_home = assessed("C05"), without_measures("C05", "M-03")

    assert (abroad.risks["SEC"].score, at_home.risks["SEC"].score) == (208, 454)
    assert bands(abroad)["SEC"] == Band.MODERATE
    assert bands(at_home)["SEC"] == Band.HIGH
    assert scores(abroad) | {"SEC": 454} == scores(at_home)
    assert at_home.risks["LEG"].high >= abroad.risks["LEG"].high


def test_mp2_a_state_that_does_not_lead_costs_points():
    led, alone = scores(assessed("C03")), scores(without_measures("C03", "M-05"))

    assert (led["GOV"], alone["GOV"]) == (36, 86)
    assert (led["LEG"], alone["LEG"]) == (178, 228)


def test_mp3_a_formal_ceremony_against_objection_costs_points_and_goes_higher():
    informal, formal = assessed("C08"), assessed("C16")
    gates = risk.fired(
        risk.GateFacts(purpose_given=True, threat_linked=True, threat_fresh=True, srm_valid=True),
        facts_of("C16").answers,
        RULESET,
    )

    assert (scores(informal)["GOV"], scores(formal)["GOV"]) == (184, 302)
    assert (scores(informal)["LEG"], scores(formal)["LEG"]) == (148, 310)
    assert [gate.gate for gate in gates] == ["G-18"]
    assert risk.required_authority(formal.authority, gates) == Level.L2


def test_mp4_a_mission_in_the_visible_lead_gains_nowhere():
    behind, leading = scores(assessed("C04")), scores(without_measures("C04"))

    assert behind == {"LEG": 138, "GOV": 60, "SEC": 220}
    assert leading == {"LEG": 328, "GOV": 136, "SEC": 236}


def test_mp5_an_open_meeting_exposes_people_and_the_explanation_says_so():
    open_meeting = without_measures("C06", "M-02", "M-11")

    assert (assessed("C06").risks["SEC"].score, open_meeting.risks["SEC"].score) == (432, 554)
    assert "SEC-06" in [floor.factor for floor in open_meeting.risks["SEC"].floors]
    assert "SEC-06 >= 4" in risk.risk_sentence(open_meeting, "SEC", RULESET, "en")


def test_mp6_the_facts_of_autumn_raise_both_bands():
    spring, autumn = assessed("C01"), assessed("C18")

    assert (scores(spring)["SEC"], scores(autumn)["SEC"]) == (208, 460)
    assert (scores(spring)["LEG"], scores(autumn)["LEG"]) == (282, 430)
    assert all(bands(autumn)[name] > bands(spring)[name] for name in ("SEC", "LEG"))


@pytest.mark.parametrize("case", CASES)
def test_mp7_no_figure_falls_when_one_answer_becomes_unknown(case):
    before = assessed(case).risks

    for factor in (key for key, factor in RULESET.factors.items() if factor.risk in risk.RISKS):
        after = risk.score(answered(facts_of(case), factor, risk.UNKNOWN), RULESET).risks
        for name, figure in before.items():
            assert after[name].score >= figure.score
            assert after[name].high >= figure.high
            assert after[name].band >= figure.band


def test_mp8_a_blank_form_is_the_worst_case():
    blank = risk.assess(risk.Facts({}, "EXPECTED"), RULESET)

    assert scores(blank) == {"LEG": 1000, "GOV": 1000, "SEC": 1000}
    assert set(bands(blank).values()) == {Band.VERY_HIGH}
    assert blank.protection.score == 0
    assert len(risk.missing(risk.Facts({}, "EXPECTED"), RULESET)) == 35


def test_mp9_promises_buy_one_band_and_verification_counts_in_full():
    bare = everything(3, risks="SEC")
    every = frozenset(RULESET.measures)

    def band(**measures):
        return bands(risk.assess(replace(bare, **measures), RULESET))["SEC"]

    assert band() == Band.VERY_HIGH
    assert band(promised=every) == Band.HIGH
    assert band(promised=every, verified=every) == Band.MODERATE


def test_mp10_a_prohibition_changes_the_route_and_no_point():
    forbidden = assessed("C09")
    allowed = risk.assess(replace(facts_of("C09"), posture="STRATEGY_BASED/none"), RULESET)

    assert forbidden.authority == Level.BLOCK
    assert allowed.authority == Level.L3
    assert allowed.risks == forbidden.risks


def test_a_score_on_the_cut_counts_up():
    security = assessed("C11").risks["SEC"]

    assert (security.score, security.base_band) == (150, Band.MODERATE)


def test_lists_sort_by_the_worst_band_before_anything_else():
    order = sorted(("C07", "C20", "C02"), key=lambda case: assessed(case).sort_key())

    assert order == ["C20", "C02", "C07"]
