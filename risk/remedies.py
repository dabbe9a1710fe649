"""What else would lower a risk: promises still to be verified, and measures that nobody has committed to."""

from collections.abc import Iterator, Mapping

from risk.assessment import Remedy
from risk.ruleset import Measure
from risk.scales import BANDS
from risk.scoring import Reading, band_rank, reading_of
from risk.tables import add_up


def remedies(
    reading: Reading, measures: Mapping[str, Measure], promised: frozenset[str], verified: frozenset[str]
) -> tuple[Remedy, ...]:
    """List what would lower the points or the band of this risk once verified, the greatest relief first."""
    found = _helpful(reading, measures, promised, verified)
    return tuple(sorted(found, key=lambda remedy: (remedy.band.rank, -remedy.points, remedy.measure)))


def _helpful(
    reading: Reading, measures: Mapping[str, Measure], promised: frozenset[str], verified: frozenset[str]
) -> Iterator[Remedy]:
    rank, score = reading.rank(), add_up(reading.cells).score
    bare = add_up(reading.bare_cells)  # what no measure changes
    for measure, effects in reading.table.effects.items():
        if effects and measure not in verified:
            after = _with_verified(reading, measure, is_promised=measure in promised)
            totals = add_up(after.cells)
            to_rank = band_rank(reading.table, totals, add_up(after.verified_cells), bare)
            if totals.score < score or to_rank < rank:
                trade_off = bool(measures[measure].reaffirm)
                yield Remedy(measure, measure in promised, trade_off, score - totals.score, BANDS[to_rank])


def _with_verified(reading: Reading, measure: str, *, is_promised: bool) -> Reading:
    """Return the reading with one more measure verified; a promise counts among the committed already."""
    committed, verified = list(reading.committed), list(reading.verified)
    if not is_promised:
        reading.table.take_off(committed, measure)
    reading.table.take_off(verified, measure)
    return reading_of(reading.table, reading.codes, committed, verified)
