"""The ruleset says what is wrong with it, all at once, and names the line."""

import json
import pickle
import tomllib
from typing import Any

import pytest

import risk
from risk.ruleset import OWN_FILE, content_hash, ruleset_from_toml
from risk.ruleset_checks import errors_in

SOURCE = OWN_FILE.read_text(encoding="utf-8")
PARSED = pickle.dumps(tomllib.loads(SOURCE))  # read once; every test gets a copy of its own


@pytest.fixture
def raw() -> dict[str, Any]:
    return pickle.loads(PARSED)


def put(raw: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split("/")
    for key in parents:
        raw = raw[int(key)] if isinstance(raw, list) else raw[key]
    if value is None:
        del raw[last]
    else:
        raw[last] = value


def test_our_own_ruleset_has_no_fault(raw):
    assert errors_in(raw) == []


def test_our_own_ruleset_is_the_one_that_the_cases_were_made_with(ruleset):
    assert ruleset.id == "2018.1-proto"
    assert (len(ruleset.factors), len(ruleset.measures), len(ruleset.gates)) == (35, 21, 20)


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("factors/SEC-02/weight", 165, "SEC-02: its weight must be a positive multiple of 10"),
        ("factors/PRO-01/weight", 210, "PRO-01: its weight must be a positive multiple of 20"),
        ("factors/SEC-02/weight", 170, "SEC: the weights of its factors sum to 1010, not 1000"),
        ("factors/SEC-02/cap", 3, "SEC-02: its cap must be 0, 1 or 2"),
        ("factors/SEC-02/cap", True, "SEC-02: its cap must be 0, 1 or 2"),
        ("factors/PRO-01/cap", 1, "PRO-01: a protection factor takes no measures and has no cap"),
        ("factors/SEC-02/risk", "LEG", "SEC-02: its risk must be one of"),
        ("factors/SEC-02/kind", "guess", "SEC-02: its kind must be design or context"),
        ("factors/SEC-02/source", "", "SEC-02: its source is missing"),
        ("factors/SEC-02/shelf_life_days", None, "SEC-02: a context factor needs a shelf life in days"),
        ("factors/LEG-01/shelf_life_days", 30, "LEG-01: a design factor is a choice and has no shelf life"),
        ("factors/SEC-02/anchors/fr", ["un", "deux"], "SEC-02: it needs five anchors in French"),
        ("factors/SEC-02/anchors", "none", "SEC-02: it needs five anchors in English"),
        ("factors/SEC-02/question/fr", " ", "SEC-02: its question is missing in French"),
        ("floors/9/factor", "SEC-66", "floor 10: 'SEC-66' is no factor of a risk"),
        ("floors/0/factor", "PRO-01", "floor 1: 'PRO-01' is no factor of a risk"),
        ("floors/0/level", 5, "floor 1 (LEG-05): its level must be 1 to 4"),
        ("floors/0/band", "SEVERE", "floor 1 (LEG-05): its band must be"),
        ("measures/M-01/effects", {}, "M-01: it has no effects"),
        ("measures/M-01/effects/LEG-01", 3, "M-01: its effect on LEG-01 must be 1 or 2 levels"),
        ("measures/M-01/effects/PRO-01", 1, "M-01: its effect on 'PRO-01' names no factor of a risk"),
        ("measures/M-01/effects/SEC-02", 1, "M-01: SEC-02 cannot be mitigated (its cap is 0)"),
        ("measures/M-01/verified_when/fr", None, "M-01: its verified when is missing in French"),
        ("measures/M-01/reaffirm", ["GOV-99"], "M-01: reaffirm names 'GOV-99', which is no factor"),
        ("measures/M-01/reaffirm", "GOV-02", "M-01: reaffirm must be a list of factors"),
        ("measures/M-07/reaffirm", ["GOV-02"], "M-07: its reaffirm text is missing in English"),
        ("gates/G-01/effect", "STOP", "G-01: its effect must be one of"),
        ("gates/G-01/min_authority", "L9", "G-01: its min_authority must be L0 to L4 or +1"),
        ("gates/G-01/advisers", ["nobody"], "G-01: its advisers must be a list from"),
        ("gates/G-01/source", None, "G-01: its source is missing"),
        ("gates/G-01/lift/en", None, "G-01: its lift is missing in English"),
        ("postures/EXPECTED/authority", ["L1", "L0", "L2", "L3"], "posture EXPECTED: authority falls as risk rises"),
        ("postures/EXPECTED/authority", ["L1"], "posture EXPECTED: it needs an authority for each of the four bands"),
        ("advice/table/HIGH", ["DECLINE"], "advice: the table needs a row of four codes for each band"),
        (
            "advice/table/HIGH",
            ["PROCEED", "PROCEED", "PROCEED", "PROCEED"],
            "advice HIGH: it is more permissive than the band below",
        ),
        (
            "advice/table/LOW",
            ["PROCEED", "PROCEED", "CONDITIONS", "PROCEED"],
            "advice LOW: it becomes less permissive as protection rises",
        ),
        ("advice/permissiveness/DECLINE", None, "advice DECLINE: it has no permissiveness"),
        ("advice/texts/DECLINE", None, "advice DECLINE: its label is missing in English"),
        ("scale/risk_shape", [0, 10, 5, 60, 100], "scale: risk_shape must be five whole numbers that rise"),
        ("scale/risk_shape", [0, 15, 30, 60, 100], "scale: risk_shape is too fine for whole points"),
        ("scale/confidence_width", {"A": 0, "B": 1}, "scale: confidence_width must give A, B and C a whole number"),
        ("scale/confidence_width/C", 3, "scale: confidence_width must not fall from A to C"),
        ("scale/robustness_limit", 100, "scale: robustness_limit must be"),
        ("bands/cuts", [150, 150, 600], "bands: cuts must be three rising whole numbers"),
        ("bands/labels/HIGH", None, "bands: its HIGH is missing in English"),
        ("robustness/0/from", 5, "robustness: the phrases must start from falling whole numbers"),
        ("id", "", "ruleset: the id is missing"),
        ("gates", None, "gates: missing, or not a table"),
        ("floors", {}, "floors: missing, or not a list of tables"),
        ("floors", [3], "floors 1: not a table"),
        ("factors/SEC-02", 3, "SEC-02: not a table"),
    ],
)
def test_each_fault_is_named(raw, path, value, error):
    put(raw, path, value)

    assert any(found.startswith(error) for found in errors_in(raw)), errors_in(raw)


def test_all_faults_are_named_at_once():
    broken = SOURCE.replace("weight = 160", "weight = 155").replace('band = "HIGH"', 'band = "DIRE"', 1)

    with pytest.raises(risk.RulesetError) as caught:
        ruleset_from_toml(broken)

    named = " ".join(caught.value.errors)
    assert all(line in named for line in ("LEG-01", "GOV-02", "SEC-02", "PRO-03", "PRO-04", "LEG-05"))


def test_a_file_that_is_not_toml_is_refused(tmp_path):
    path = tmp_path / "ruleset.toml"
    path.write_text("id = ", encoding="utf-8")

    with pytest.raises(risk.RulesetError, match="not TOML"):
        risk.load_ruleset(path)


def test_the_hash_follows_content_and_not_comments(ruleset, raw):
    assert ruleset_from_toml("# another comment\n" + SOURCE).hash == ruleset.hash
    assert content_hash(json.loads(json.dumps(raw))) == ruleset.hash

    put(raw, "factors/SEC-02/source", "hearsay")
    assert content_hash(raw) != ruleset.hash


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_wording_can_be_read_in_both_languages(ruleset, lang):
    texts = [
        text
        for factor in ruleset.factors.values()
        for text in (factor.name(lang), factor.question(lang), *factor.anchors(lang))
    ]
    texts += [text for m in ruleset.measures.values() for text in (m.name(lang), m.verified_when(lang))]
    texts += [m.reaffirm_text(lang) for m in ruleset.measures.values() if m.reaffirm]
    texts += [
        text
        for gate in ruleset.gates.values()
        for text in (gate.name(lang), gate.trigger(lang), gate.reason(lang), gate.lift(lang))
    ]
    texts += [text for p in ruleset.postures.values() for text in (p.name(lang), p.sentence(lang))]
    texts += [ruleset.band_label(band, lang) for band in (*risk.Band, *risk.ProtectionBand)]
    texts += [ruleset.authority_label(level, lang) for level in risk.Level]
    texts += [ruleset.confidence_label(code, lang) for code in "ABCU"]
    texts += [ruleset.risk_meaning(name, lang) for name in (*risk.RISKS, risk.PROTECTION)]

    assert all(texts)


def test_french_keeps_engagement_for_what_a_group_promises(ruleset):
    """The word means both contact and promise: contact activity is always « dialogue »."""
    factors, gates = ruleset.factors.values(), ruleset.gates.values()
    french = [text for f in factors for text in (f.name("fr"), f.question("fr"), *f.anchors("fr"))]
    french += [text for gate in gates for text in (gate.name("fr"), gate.trigger("fr"), gate.reason("fr"))]

    french = [text.replace("engagements", "engagement").replace("non-engagement", "") for text in french]

    assert all("engagement pris" in text for text in french if "engagement" in text)


def test_factors_of_a_risk_come_in_order(ruleset):
    assert [factor.id for factor in ruleset.factors_of("GOV")] == [f"GOV-0{place}" for place in range(1, 10)]
