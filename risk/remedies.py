"""What else would lower a risk: promises still to be verified, and measures that nobody has committed to."""

from collections.abc import Iterator, Mapping

from risk.assessment import Remedy
from risk.ruleset import Measure
from risk.scales import BANDS
from risk.scoring import Reading, reading_rank


def remedies(
    reading: Reading, measures: Mapping[str, Measure], promised: frozenset[str], verified: frozenset[str]
) -> tuple[Remedy, ...]:
    """List what would lower the points or the band of this risk, the greatest relief first."""
    found = _helpful(reading, measures, promised, verified)
    return tuple(sorted(found, key=lambda remedy: (remedy.band.rank, -remedy.points, remedy.measure)))


def _helpful(
    reading: Reading, measures: Mapping[str, Measure], promised: frozenset[str], verified: frozenset[str]
) -> Iterator[Remedy]:
    rank, score = reading_rank(reading), _score(reading)
    for measure, effects in reading.table.effects.items():
        if effects and measure not in verified:
            after = _with_verified(reading, measure, promised | verified, verified)
            points, to_rank = score - _score(after), reading_rank(after)
            if points or to_rank < rank:
                trade_off = bool(measures[measure].reaffirm)
                yield Remedy(measure, measure in promised, trade_off, points, BANDS[to_rank])


def _with_verified(reading: Reading, measure: str, committed: frozenset[str], verified: frozenset[str]) -> Reading:
    table = reading.table
    return Reading(
        table, reading.codes, table.reductions(committed | {measure}), table.reductions(verified | {measure})
    )


def _score(reading: Reading) -> int:
    return sum(cell.score for cell in reading.cells)
