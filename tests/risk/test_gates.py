"""Gates stand outside the points: they fire on records and answers, raise who decides, and call for advice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import risk
from risk import Answer, Band, Effect, Level
from risk.gates import TRIGGERS
from tests.risk import strategies as some
from tests.risk.cases import RULESET, answered, assessed, everything, facts_of

SOUND = {"purpose_given": True, "threat_linked": True, "threat_fresh": True, "srm_valid": True}
MILD = {**everything(0).answers, "PRO-04": Answer(3, "A")}
FLAGS = (
    "prohibited", "un_listed", "person_check_stale", "proscribed", "icc", "joint_operation", "red_line_breached",
    "children_or_survivors", "intermediary", "third_country_and_listed_travel_ban", "detainees", "parallel_contact",
    "public_report_in_window",
)  # fmt: skip
gate_facts = st.builds(lambda on: risk.GateFacts(**SOUND, **dict.fromkeys(on, True)), st.sets(st.sampled_from(FLAGS)))


def fired(answers=None, **facts):
    return risk.fired(risk.GateFacts(**SOUND | facts), {**MILD, **(answers or {})}, RULESET)


def ids(gates):
    return [gate.gate for gate in gates]


def test_nothing_fires_on_a_sound_request():
    assert fired() == ()


@pytest.mark.parametrize(
    ("gate", "effect", "least", "facts"),
    [
        ("G-01", Effect.BLOCK, Level.L3, {"prohibited": True}),
        ("G-02", Effect.HOLD, Level.L3, {"un_listed": True}),
        ("G-02", Effect.HOLD, Level.L3, {"person_check_stale": True}),
        ("G-03", Effect.HOLD, Level.L2, {"proscribed": True}),
        ("G-04", Effect.HOLD, Level.L3, {"icc": True}),
        ("G-05", Effect.HOLD, Level.L3, {"joint_operation": True}),
        ("G-06", Effect.BLOCK, None, {"purpose_given": False}),
        ("G-07", Effect.BLOCK, None, {"srm_valid": False}),
        ("G-08", Effect.HOLD, None, {"red_line_breached": True}),
        ("G-09", Effect.HOLD, None, {"threat_fresh": False}),
        ("G-11", Effect.HOLD, None, {"children_or_survivors": True}),
        ("G-12", Effect.HOLD, None, {"intermediary": True}),
        ("G-13", Effect.HOLD, Level.L4, {"third_country_and_listed_travel_ban": True}),
        ("G-16", Effect.ALERT, None, {"parallel_contact": True}),
        ("G-19", Effect.HOLD, Level.L3, {"detainees": True}),
        ("G-20", Effect.ALERT, None, {"public_report_in_window": True}),
    ],
)
def test_a_record_fires_its_gate(gate, effect, least, facts):
    [found] = fired(**facts)

    assert (found.gate, found.effect, found.min_authority) == (gate, effect, least)
    assert found.reason("en") != found.reason("fr")


@pytest.mark.parametrize(
    ("factor", "level", "gate", "effect", "least"),
    [
        ("GOV-05", 4, "G-05", Effect.HOLD, Level.L3),
        ("PRO-04", 0, "G-06", Effect.BLOCK, None),
        ("PRO-04", None, "G-06", Effect.BLOCK, None),
        ("SEC-01", 4, "G-07", Effect.BLOCK, None),
        ("SEC-01", None, "G-07", Effect.BLOCK, None),
        ("LEG-09", 3, "G-14", Effect.HOLD, Level.L3),
        ("SEC-07", 4, "G-15", Effect.HOLD, Level.L2),
        ("GOV-08", 4, "G-17", Effect.HOLD, Level.L3),
        ("GOV-01", 3, "G-18", Effect.ESCALATE, Level.L2),
        ("GOV-01", 4, "G-18", Effect.ESCALATE, Level.L3),
        ("GOV-01", None, "G-18", Effect.ESCALATE, Level.L3),
    ],
)
def test_an_answer_fires_its_gate_and_unknown_reads_as_the_worst(factor, level, gate, effect, least):
    [found] = fired({factor: Answer(level, None if level is None else "A")})

    assert (found.gate, found.effect, found.min_authority) == (gate, effect, least)


@pytest.mark.parametrize(
    ("answers", "facts"),
    [
        ({}, {"intermediary": True, "intermediary_consented": True}),
        ({}, {"detainees": True, "recognised_process_step": True}),
        ({}, {"srm_valid": False, "movement": False}),
        ({"SEC-01": Answer(4, "A")}, {"movement": False}),
        ({"LEG-09": Answer(2, "A")}, {"asset_freeze": True}),
    ],
)
def test_what_answers_a_gate_keeps_it_shut(answers, facts):
    assert fired(answers, **facts) == ()


def test_a_request_without_a_threat_has_neither_purpose_nor_fresh_assessment():
    assert ids(fired(threat_linked=False)) == ["G-06", "G-09"]


def test_support_to_a_group_under_asset_freeze_is_blocked():
    [gate] = fired({"LEG-09": Answer(4, "B")}, asset_freeze=True)

    assert (gate.gate, gate.effect) == ("G-14", Effect.BLOCK)


def test_every_gate_of_the_ruleset_has_a_trigger_but_the_one_on_the_decider():
    assert set(RULESET.gates) - set(TRIGGERS) == {"G-10"}


@pytest.mark.parametrize("tie", ["is_requester", "is_participant", "is_sole_adviser", "has_tie"])
def test_a_decider_with_a_conflict_is_blocked(tie):
    ties = dict.fromkeys(("is_requester", "is_participant", "is_sole_adviser", "has_tie"), False)

    assert risk.decider_gate(RULESET, **ties) is None
    assert risk.decider_gate(RULESET, **ties | {tie: True}).effect == Effect.BLOCK


def test_a_red_line_goes_one_level_above_the_first_decider():
    gates = fired(red_line_breached=True)

    assert risk.required_authority(assessed("C18").authority, gates) == Level.L3
    assert risk.required_authority(Level.L4, gates) == Level.L4


def test_a_gate_raises_and_never_lowers_who_decides():
    listed = fired(un_listed=True)

    assert risk.required_authority(Level.L1, listed) == Level.L3
    assert risk.required_authority(Level.L4, listed) == Level.L4
    assert risk.required_authority(Level.BLOCK, ()) == Level.BLOCK


def test_while_one_gate_blocks_nobody_decides():
    assert risk.required_authority(Level.L1, fired(prohibited=True, un_listed=True)) == Level.BLOCK


@given(some.facts, gate_facts, gate_facts)
def test_rp13_more_gates_never_lower_who_decides(facts, some_gates, other_gates):
    level = risk.score(facts, RULESET).authority
    few = risk.fired(some_gates, facts.answers, RULESET)
    more = few + risk.fired(other_gates, facts.answers, RULESET)

    assert level <= risk.required_authority(level, few) <= risk.required_authority(level, more)


@given(some.facts, gate_facts)
def test_rp12_gates_read_the_facts_and_change_no_point(facts, records):
    before = risk.score(facts, RULESET)

    risk.fired(records, facts.answers, RULESET)

    assert risk.score(facts, RULESET) == before


@given(some.facts, some.protection_factors, some.answers)
def test_protection_never_changes_who_decides(facts, factor, answer):
    changed = answered(facts, factor, answer)

    assert risk.score(changed, RULESET).authority == risk.score(facts, RULESET).authority


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        ("C20", ()),
        ("C03", ("poc", "security")),
        ("C02", ("poc", "security")),
        ("C08", ("poc", "security", "political", "human_rights")),
        ("C07", ("poc", "security", "political", "human_rights")),
    ],
)
def test_advice_is_mandatory_by_band(case, wanted):
    assert risk.advisers_required(assessed(case), (), facts_of(case).answers) == wanted


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"icc": True}, ("legal",)),
        ({"joint_operation": True}, ("political", "force")),
        ({"children_or_survivors": True}, ("protection",)),
        ({"detainees": True}, ("security", "legal", "human_rights")),
        ({"parallel_contact": True}, ()),
    ],
)
def test_a_gate_calls_for_advice_even_at_low_risk(facts, wanted):
    assert risk.advisers_required(assessed("C20"), fired(**facts), MILD) == wanted


def test_security_advice_is_not_needed_where_nobody_moves_and_the_risk_is_low():
    still = assessed("C15")

    assert still.risks["SEC"].band == Band.LOW
    assert "security" not in risk.advisers_required(still, (), facts_of("C15").answers, movement=False)
    assert "security" in risk.advisers_required(still, (), facts_of("C15").answers)


@pytest.mark.parametrize(("decided_at", "least"), [(Level.L0, Level.L1), (Level.L3, Level.L4), (Level.L4, Level.L4)])
def test_a_red_line_is_reviewed_one_level_above_whoever_authorised_the_dialogue(decided_at, least):
    [found] = fired(red_line_breached=True, decided_at_level=decided_at)

    assert found.min_authority == least
    assert risk.required_authority(Level.L0, (found,)) == least
