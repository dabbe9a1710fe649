"""What the decider reads is built from the figures, and says the same in both languages."""

import re
from dataclasses import replace

import pytest

import risk
from tests.risk.cases import CASES, RULESET, answered, assessed, everything, facts_of


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def ids(text: str) -> set[str]:
    return set(re.findall(r"\b(?:LEG|GOV|SEC|PRO|M|G)-\d\d\b", text))


@pytest.mark.parametrize("case", CASES)
def test_rp19_both_languages_carry_the_same_numbers_and_ids(case):
    english, french = (risk.explain(assessed(case), RULESET, lang) for lang in ("en", "fr"))

    assert numbers(english) == numbers(french)
    assert ids(english) == ids(french)


@pytest.mark.parametrize("case", CASES)
def test_rp02_every_factor_has_one_line_in_the_tables(case):
    text = risk.explain(assessed(case), RULESET, "en")

    rows = re.findall(r"^  ((?:LEG|GOV|SEC|PRO)-\d\d)  +\d+ of \d+ ", text, flags=re.MULTILINE)
    assert sorted(rows) == sorted(RULESET.factors)


def test_rp03_the_table_adds_up():
    section = risk.explain(assessed("C02"), RULESET, "en").split("\n\n")[3]

    points = [int(points) for points in re.findall(r"(\d+) of \d+ ", section)]
    assert points == [160, 72, 60, 30, 18, 12, 12, 10, 6, 4]
    assert re.search(r"Total +384$", section, flags=re.MULTILINE)


def test_bangassou_is_told_in_english():
    sentence = risk.risk_sentence(assessed("C02"), "SEC", RULESET, "en")

    assert sentence == (
        "Security: HIGH. Mainly because: Record of harming UN or international personnel: Deliberate attack on the "
        "mission, hostage-taking, or harm to people who came to talk (SEC-02); Exposure of communities and "
        "intermediaries to reprisals: Threats or beatings of suspected informants here in the last year (SEC-06). "
        "A critical answer sets at least HIGH: SEC-02 >= 4. The most useful missing protection: M-11 (Community and "
        "source protection plan). Evidence is fair; worst plausible reading is VERY HIGH."
    )


def test_bangassou_is_told_in_french():
    sentence = risk.risk_sentence(assessed("C02"), "SEC", RULESET, "fr").replace("\u00a0", " ")

    assert sentence.startswith("Sécurité : ÉLEVÉ. Principalement parce que : Antécédents d’attaques")
    assert sentence.endswith("Le dossier est moyen ; la pire lecture plausible est TRÈS ÉLEVÉ.")


def test_doubt_is_named_where_it_raises_the_band():
    assert "Raised one band" in risk.risk_sentence(assessed("C02"), "LEG", RULESET, "en")


def test_a_capped_promise_says_what_verification_would_do():
    promised = replace(everything(3, risks="SEC"), promised=frozenset(RULESET.measures))
    sentence = risk.risk_sentence(risk.assess(promised, RULESET), "SEC", RULESET, "en")

    assert "once all are verified it would be MODERATE" in sentence


def test_unknown_is_named_as_a_reason():
    facts = answered(everything(0), "SEC-01", risk.UNKNOWN)
    sentence = risk.risk_sentence(risk.assess(facts, RULESET), "SEC", RULESET, "en")

    assert "nobody knows (SEC-01: " in sentence


def test_no_points_need_no_reason():
    sentence = risk.risk_sentence(risk.assess(everything(0), RULESET), "SEC", RULESET, "en")

    assert sentence == "Security: LOW. No answer adds points. Evidence is strong; worst plausible reading is LOW."


def test_weak_evidence_is_called_weak():
    sentence = risk.risk_sentence(risk.assess(everything(2, "C"), RULESET), "GOV", RULESET, "en")

    assert "Evidence is weak" in sentence


def test_what_would_change_the_band_is_listed_under_its_risk():
    text = risk.explain(assessed("C09"), RULESET, "en")

    assert re.search(r"^  GOV-01 .*: 3 -> 4 would make it VERY HIGH$", text, flags=re.MULTILINE)


def test_the_least_certain_answer_is_the_best_question():
    facts = answered(facts_of("C10"), "LEG-05", risk.UNKNOWN)
    first = risk.assess(facts, RULESET).pivots[0]

    assert first.is_learning
