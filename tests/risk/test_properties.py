"""What must hold for any facts at all. RP numbers are those of the risk model's list of properties."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import risk
from risk import Band, Level
from risk.robustness import score_range
from risk.scales import BANDS, PROTECTION_BANDS
from tests.risk import reference
from tests.risk import strategies as some
from tests.risk.cases import RULESET, answered, everything


def scored(facts: risk.Facts) -> risk.Assessment:
    return risk.score(facts, RULESET)


def leaves(value):
    """Yield every single value of a JSON structure."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if children is None:
        yield value
    else:
        for child in children:
            yield from leaves(child)


@given(some.facts)
def test_the_engine_agrees_with_the_model_written_plainly(facts):
    found = scored(facts)

    for name in risk.RISKS:
        expected = reference.figure(facts, name)
        assert found.risks[name].headline() | expected == found.risks[name].headline()
    assert (found.protection.score, found.protection.band) == reference.protection(facts)


@given(some.facts, st.integers())
def test_rp01_order_changes_nothing(facts, seed):
    shuffled = list(facts.answers.items())
    Random(seed).shuffle(shuffled)

    assert risk.assess(replace(facts, answers=dict(shuffled)), RULESET) == risk.assess(facts, RULESET)


@given(some.facts)
def test_rp02_every_factor_appears_once_and_a_missing_answer_is_unknown(facts):
    found = risk.assess(facts, RULESET)
    rows = [*(row for figure in found.risks.values() for row in figure.rows), *found.protection.rows]

    assert [row.factor for row in rows] == list(RULESET.factors)
    assert all(row.is_unknown for row in rows if row.factor in risk.missing(facts, RULESET))


@given(some.facts)
def test_rp03_contributions_add_up(facts):
    found = risk.assess(facts, RULESET)

    for figure in (*found.risks.values(), found.protection):
        assert sum(figure.contributions.values()) == figure.score
        assert sum(row.points for row in figure.rows) == figure.score
        assert sum(row.points_low for row in figure.rows) == figure.low
        assert sum(row.points_high for row in figure.rows) == figure.high
    for figure in found.risks.values():
        assert sum(row.points_answered for row in figure.rows) == figure.inherent
        for row in figure.rows:
            assert row.points + row.removed_verified + row.removed_promised == row.points_answered


@given(some.facts)
def test_rp04_scores_stay_in_range(facts):
    found = scored(facts)

    for figure in (*found.risks.values(), found.protection):
        assert 0 <= figure.low <= figure.score <= figure.high <= 1000


@pytest.mark.parametrize(("level", "score"), [(0, 0), (1, 100), (2, 300), (3, 600), (4, 1000)])
def test_rp04_all_answers_alike_give_the_anchor_scores(level, score):
    found = scored(everything(level))

    assert {figure.score for figure in found.risks.values()} == {score}
    assert found.protection.score == 250 * level


@given(some.facts, some.risk_factors)
def test_rp05_raising_a_level_lowers_nothing(facts, factor):
    answer = facts.answers.get(factor, risk.UNKNOWN)
    if answer.level is None or answer.level == 4:
        return

    before, after = scored(facts), scored(answered(facts, factor, replace(answer, level=answer.level + 1)))

    assert_no_lower(before, after)
    assert after.authority >= before.authority


@given(some.facts, some.risk_factors)
def test_rp06_ignorance_never_helps(facts, factor):
    before, after = scored(facts), scored(answered(facts, factor, risk.UNKNOWN))

    for name, figure in before.risks.items():
        assert after.risks[name].score >= figure.score
        assert after.risks[name].high >= figure.high
        assert after.risks[name].band >= figure.band


@given(some.facts, some.factors)
def test_rp06_weaker_evidence_widens_the_interval_and_lowers_no_band(facts, factor):
    answer = facts.answers.get(factor, risk.UNKNOWN)
    if answer.confidence not in ("A", "B"):
        return

    weaker = replace(answer, confidence="B" if answer.confidence == "A" else "C")
    before, after = scored(facts), scored(answered(facts, factor, weaker))

    for old, new in zip(
        (*before.risks.values(), before.protection), (*after.risks.values(), after.protection), strict=True
    ):
        assert new.score == old.score
        assert new.low <= old.low
        assert new.high >= old.high
    assert all(after.risks[name].band >= figure.band for name, figure in before.risks.items())
    assert after.protection.band <= before.protection.band


@given(some.facts, some.measures)
def test_rp07_a_measure_never_raises_risk(facts, measure):
    promised = replace(facts, promised=facts.promised | {measure})
    verified = replace(promised, verified=facts.verified | {measure})

    now, with_promise, with_proof = (scored(kind).risks for kind in (facts, promised, verified))

    for name, figure in now.items():
        assert figure.score >= with_promise[name].score == with_proof[name].score
        assert figure.band >= with_promise[name].band >= with_proof[name].band
        assert figure.high >= with_proof[name].high


@given(some.facts)
def test_rp08_promises_alone_buy_one_band_at_most(facts):
    for figure in scored(replace(facts, verified=frozenset())).risks.values():
        assert figure.band.rank >= figure.inherent_band.rank - 1


@given(some.facts)
def test_rp09_no_factor_falls_below_its_cap_and_unknown_is_not_mitigated(facts):
    for figure in risk.assess(facts, RULESET).risks.values():
        for row in figure.rows:
            if row.is_unknown:
                assert row.points == row.points_max
            else:
                assert row.score_level >= row.level - RULESET.factors[row.factor].cap


@given(some.facts)
def test_rp10_critical_floors_hold(facts):
    found = risk.assess(facts, RULESET)
    levels = {row.factor: row.score_level for figure in found.risks.values() for row in figure.rows}

    for floor in RULESET.floors:
        if levels[floor.factor] >= floor.level:
            assert found.risks[floor.factor[:3]].band >= floor.band


@given(some.facts, some.factors, some.answers)
def test_rp11_a_factor_moves_its_own_risk_only(facts, factor, answer):
    before, after = scored(facts), scored(answered(facts, factor, answer))
    own = factor[:3]

    assert all(after.risks[name] == before.risks[name] for name in risk.RISKS if name != own)
    if own == risk.PROTECTION:
        assert after.authority == before.authority
    else:
        assert after.protection == before.protection


@given(some.facts, some.postures)
def test_rp12_a_prohibition_changes_no_point(facts, posture):
    before, after = scored(facts), scored(replace(facts, posture=posture))

    assert after.risks == before.risks
    assert after.protection == before.protection
    assert after.advice == before.advice


@pytest.mark.parametrize("posture", RULESET.postures)
def test_rp13_authority_rises_with_the_band(posture):
    row = [risk.authority(posture, band, RULESET) for band in Band]

    assert row == sorted(row, key=lambda level: level.rank)


def test_rp14_advice_is_monotone_both_ways():
    order = reference.RAW["advice"]["permissiveness"]
    grid = [[order[RULESET.advice(band, protection)] for protection in PROTECTION_BANDS] for band in BANDS]

    assert all(row == sorted(row) for row in grid)
    assert all(list(column) == sorted(column, reverse=True) for column in zip(*grid, strict=True))


@given(some.facts, st.integers(0, 50), st.randoms(use_true_random=False))
def test_rp15_random_weights_stay_inside_the_exact_range(facts, percent, chance):
    table = RULESET.tables["SEC"]
    points = list(scored(facts).risks["SEC"].contributions.values())
    factors = [100 + chance.choice((-percent, percent, chance.randint(-percent, percent))) for _ in points]
    low, high = score_range(table.weights, points, percent)

    weight = sum(factor * w for factor, w in zip(factors, table.weights, strict=True))
    value = sum(factor * p for factor, p in zip(factors, points, strict=True))

    assert low * weight <= 1000 * value <= high * weight


@given(some.facts)
def test_rp15_the_band_holds_up_to_the_robustness_and_no_further(facts):
    for name, figure in risk.assess(facts, RULESET).risks.items():
        points, weights = list(figure.contributions.values()), RULESET.tables[name].weights

        assert bands_at(weights, points, figure.robust_pct) == {figure.base_band}
        if figure.robust_pct < 50:
            assert len(bands_at(weights, points, figure.robust_pct + 1)) > 1


@given(some.facts)
def test_rp16_a_stored_assessment_replays_byte_for_byte(facts):
    first = risk.assess(facts, RULESET)
    stored_facts, stored_result = json.dumps(facts.as_json()), json.dumps(first.as_json())

    again = risk.Facts.from_json(json.loads(stored_facts))

    assert again == facts
    assert json.dumps(risk.assess(again, RULESET).as_json()) == stored_result
    assert risk.Assessment.from_json(json.loads(stored_result)) == first


@pytest.mark.parametrize(("score", "band"), [(149, 0), (150, 1), (349, 1), (350, 2), (599, 2), (600, 3)])
def test_rp17_a_score_on_a_cut_counts_up(score, band):
    assert RULESET.tables["GOV"].band_ranks[score] == band


@given(some.facts)
def test_rp20_results_hold_no_floats(facts):
    found = risk.assess(facts, RULESET).as_json()

    assert {type(leaf) for leaf in leaves(found)} <= {int, str, bool, type(None)}


@given(some.facts)
def test_a_cheap_result_carries_the_same_figures(facts):
    full, cheap = risk.assess(facts, RULESET).headline(), scored(facts).headline()

    for figure in full["risks"].values():
        figure["robust_pct"] = None
    assert cheap == full


@given(some.facts, some.factors)
def test_a_pivot_is_named_when_and_only_when_one_level_moves_the_band(facts, factor):
    answer = facts.answers.get(factor, risk.UNKNOWN)
    if answer.level is None:
        return

    levels = {answer.level - 1, answer.level + 1} & set(range(5))
    after = {level: band_of(scored(answered(facts, factor, replace(answer, level=level))), factor) for level in levels}
    now = band_of(scored(facts), factor)

    found = {pivot.to_level: pivot.to_band for pivot in risk.assess(facts, RULESET).pivots if pivot.factor == factor}

    assert found == {level: band for level, band in after.items() if band != now}


@given(some.facts, some.factors)
def test_a_pivot_for_unknown_says_what_learning_it_would_do(facts, factor):
    facts = answered(facts, factor, risk.UNKNOWN)

    for pivot in risk.assess(facts, RULESET).pivots:
        if pivot.factor == factor:
            after = scored(answered(facts, factor, risk.Answer(pivot.to_level, "A")))
            assert band_of(after, factor) == pivot.to_band != pivot.band


@given(some.facts)
def test_a_remedy_does_what_it_says(facts):
    found = risk.assess(facts, RULESET)

    for name, figure in found.risks.items():
        for remedy in figure.remedies[:2]:
            kept = replace(facts, verified=facts.verified | {remedy.measure})
            after = scored(kept).risks[name]
            assert (figure.score - after.score, after.band) == (remedy.points, remedy.band)
            assert remedy.is_promised == (remedy.measure in facts.promised)


@given(some.facts)
def test_the_bands_without_promises_and_with_all_kept_are_those_of_such_facts(facts):
    dropped = replace(facts, promised=frozenset())
    kept = replace(facts, verified=facts.committed)

    for name, figure in scored(facts).risks.items():
        assert figure.verified_band == scored(dropped).risks[name].band
        assert figure.kept_band == scored(kept).risks[name].band


def test_an_unknown_posture_lets_nobody_decide():
    assert scored(risk.Facts({}, "WISHFUL")).authority == Level.BLOCK


def assert_no_lower(before: risk.Assessment, after: risk.Assessment) -> None:
    for name, old in before.risks.items():
        new = after.risks[name]
        assert new.low >= old.low
        assert new.score >= old.score
        assert new.high >= old.high
        assert new.band >= old.band


def bands_at(weights, points, percent) -> set[Band]:
    ends = score_range(weights, points, percent)
    return {BANDS[sum(end >= cut for cut in (150, 350, 600))] for end in ends}


def band_of(assessment: risk.Assessment, factor: str) -> str:
    figure = assessment.protection if factor.startswith("PRO") else assessment.risks[factor[:3]]
    return figure.band.value
