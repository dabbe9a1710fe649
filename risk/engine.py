"""From facts to an assessment. Pure and total: odd answers read as Unknown, unknown measures credit nothing."""

from collections.abc import Sequence
from dataclasses import replace

from risk.assessment import Assessment, FactorRow, FloorHit, ProtectionFigure, RiskFigure, RulesetRef
from risk.facts import UNKNOWN, Answer, Facts
from risk.pivots import pivots
from risk.remedies import remedies
from risk.robustness import robust_percent
from risk.ruleset import Ruleset
from risk.scales import BANDS, PROTECTION, PROTECTION_BANDS, RISKS, Band, Level
from risk.scoring import Reading, band_rank, core, protection_rank, read
from risk.tables import UNKNOWN_CODE, Cell, RiskTable, add_up


def assess(facts: Facts, ruleset: Ruleset) -> Assessment:
    """Assess a proposal in full: figures, rows, robustness, remedies and pivots."""
    readings = _readings(facts, ruleset)
    risks = {risk: _full_figure(readings[risk], facts, ruleset) for risk in RISKS}
    protection = _protection_figure(readings[PROTECTION])
    protection = replace(protection, rows=_rows(readings[PROTECTION], facts, ruleset))
    return replace(_conclude(facts, ruleset, risks, protection), pivots=pivots(tuple(readings.values())))


def score(facts: Facts, ruleset: Ruleset) -> Assessment:
    """Assess scores and bands alone, for previews and lists: no rows, robustness, remedies or pivots."""
    readings = _readings(facts, ruleset)
    risks = {risk: _figure(readings[risk], ruleset) for risk in RISKS}
    return _conclude(facts, ruleset, risks, _protection_figure(readings[PROTECTION]))


def _readings(facts: Facts, ruleset: Ruleset) -> dict[str, Reading]:
    committed = facts.committed
    return {risk: read(table, facts.answers, committed, facts.verified) for risk, table in ruleset.tables.items()}


def _conclude(facts: Facts, ruleset: Ruleset, risks: dict[str, RiskFigure], protection: ProtectionFigure) -> Assessment:
    overall = max((figure.band for figure in risks.values()), key=BANDS.index)
    return Assessment(
        risks=risks,
        overall=overall,
        protection=protection,
        advice=ruleset.advice(overall, protection.band),
        authority=authority(facts.posture, overall, ruleset),
        ruleset=RulesetRef(ruleset.id, ruleset.hash),
        posture=facts.posture,
        promised=tuple(sorted(facts.promised)),
        verified=tuple(sorted(facts.verified)),
    )


def authority(posture: str, band: Band, ruleset: Ruleset) -> Level:
    """Say who decides at this band, before gates; nobody, where the posture is unknown."""
    return ruleset.postures[posture].level(band) if posture in ruleset.postures else Level.BLOCK


def _figure(reading: Reading, ruleset: Ruleset) -> RiskFigure:
    table, cells = reading.table, reading.cells
    now, verified, bare = add_up(cells), add_up(reading.verified_cells), add_up(reading.bare_cells)
    kept = add_up(reading.kept_cells())
    return RiskFigure(
        risk=table.risk,
        inherent=bare.score,
        inherent_band=BANDS[core(table, bare)],
        score=now.score,
        low=now.low,
        high=now.high,
        base_band=BANDS[table.band_ranks[now.score]],
        high_band=BANDS[table.band_ranks[now.high]],
        band=BANDS[band_rank(table, now, verified, bare)],
        verified_band=BANDS[core(table, verified)],
        kept_band=BANDS[core(table, kept)],
        floors=_floors(reading, cells, ruleset) if now.floor else (),
        contributions=dict(zip(table.factors, (cell.score for cell in cells), strict=True)),
    )


def _floors(reading: Reading, cells: Sequence[Cell], ruleset: Ruleset) -> tuple[FloorHit, ...]:
    levels = {factor: cell.level for factor, cell in zip(reading.table.factors, cells, strict=True)}
    return tuple(
        FloorHit(floor.factor, floor.level, floor.band)
        for floor in ruleset.floors
        if levels.get(floor.factor, 0) >= floor.level
    )


def _full_figure(reading: Reading, facts: Facts, ruleset: Ruleset) -> RiskFigure:
    table = reading.table
    points = [cell.score for cell in reading.cells]
    return replace(
        _figure(reading, ruleset),
        robust_pct=robust_percent(table.weights, points, table.cuts, ruleset.robustness_limit),
        rows=_rows(reading, facts, ruleset),
        remedies=remedies(reading, ruleset.measures, facts.promised, facts.verified),
    )


def _protection_figure(reading: Reading) -> ProtectionFigure:
    cells = reading.bare_cells
    totals = add_up(cells)
    return ProtectionFigure(
        score=totals.score,
        low=totals.low,
        high=totals.high,
        band=PROTECTION_BANDS[protection_rank(reading.table, totals)],
        contributions=dict(zip(reading.table.factors, (cell.score for cell in cells), strict=True)),
    )


def _rows(reading: Reading, facts: Facts, ruleset: Ruleset) -> tuple[FactorRow, ...]:
    acting = _acting_measures(reading.table, facts.committed)
    kinds = zip(reading.cells, reading.verified_cells, reading.bare_cells, strict=True)
    return tuple(
        _row(factor, facts.answers.get(factor, UNKNOWN), reading.codes[place], kind, acting.get(place, ()), ruleset)
        for place, (factor, kind) in enumerate(zip(reading.table.factors, kinds, strict=True))
    )


def _row(
    factor: str, answer: Answer, code: int, cells: tuple[Cell, Cell, Cell], measures: tuple[str, ...], ruleset: Ruleset
) -> FactorRow:
    now, verified, bare = cells
    known = code != UNKNOWN_CODE
    return FactorRow(
        factor=factor,
        level=answer.level if known else None,
        confidence=answer.confidence if known else None,
        score_level=now.level,
        points=now.score,
        points_low=now.low,
        points_high=now.high,
        points_max=ruleset.factors[factor].weight,
        points_answered=bare.score,
        removed_verified=bare.score - verified.score,
        removed_promised=verified.score - now.score,
        measures=measures if known else (),
        critical=now.floor > 0,
    )


def _acting_measures(table: RiskTable, committed: frozenset[str]) -> dict[int, tuple[str, ...]]:
    """Name the committed measures that act on each factor, by the factor's place."""
    acting: dict[int, tuple[str, ...]] = {}
    for measure in sorted(committed):
        for place, _ in table.effects.get(measure, ()):
            acting[place] = (*acting.get(place, ()), measure)
    return acting
