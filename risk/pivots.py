"""What would change the band: every answer that moves one, best question first."""

from collections.abc import Iterator, Sequence

from risk.assessment import Pivot
from risk.scales import BANDS, PROTECTION, PROTECTION_BANDS
from risk.scoring import Reading, band_rank, protection_rank
from risk.tables import LEVELS, TOP, UNKNOWN_CODE, add_up, answer_of, plus, without

SortKey = tuple[int, int, int]
Outcome = tuple[int, int]  # band rank and score
UNKNOWN_DOUBT = 3  # more than the widths of A, B and C


def pivots(readings: Sequence[Reading]) -> tuple[Pivot, ...]:
    """List every single answer that, one level away or once known, moves the band of its risk or of protection.

    The best question comes first: the least certain answer, then the one that moves the band furthest, then the one
    that moves most points.
    """
    found = [move for reading in readings for move in _moves(reading)]
    return tuple(pivot for _, pivot in sorted(found, key=lambda move: move[0]))


class _Rest:
    """A reading whose factors can be answered otherwise, one at a time."""

    __slots__ = ("bare", "committed", "reading", "verified")

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.committed = add_up(reading.cells)
        self.verified = add_up(reading.verified_cells)
        self.bare = add_up(reading.bare_cells)

    def now(self) -> Outcome:
        """Return how the reading comes out as answered."""
        if self.reading.table.risk == PROTECTION:
            return protection_rank(self.reading.table, self.committed), self.committed.score
        return band_rank(self.reading.table, self.committed, self.verified, self.bare), self.committed.score

    def outcomes(self, place: int, codes: list[int]) -> Iterator[Outcome]:
        """Yield how it would come out with each of these codes in one place."""
        reading, table = self.reading, self.reading.table
        red, ver = reading.committed[place], reading.verified[place]
        committed = without(self.committed, reading.cells, place)
        verified = without(self.verified, reading.verified_cells, place)
        bare = without(self.bare, reading.bare_cells, place)
        for cells in (table.cells[place][code] for code in codes):
            total = plus(committed, cells[red][ver])
            if table.risk == PROTECTION:
                yield protection_rank(table, total), total.score
            else:
                rank = band_rank(table, total, plus(verified, cells[ver][ver]), plus(bare, cells[0][0]))
                yield rank, total.score


def _moves(reading: Reading) -> Iterator[tuple[SortKey, Pivot]]:
    table, rest = reading.table, _Rest(reading)
    bands = PROTECTION_BANDS if table.risk == PROTECTION else BANDS
    rank, score = rest.now()
    for place, code in enumerate(reading.codes):
        level, width = answer_of(code)
        for to_level, to_rank, to_score in _changes(rest, place, code, rank):
            doubt = UNKNOWN_DOUBT if level is None else width
            key = (-doubt, -abs(to_rank - rank), -abs(to_score - score))
            names = bands[rank].value, bands[to_rank].value
            yield key, Pivot(table.factors[place], table.risk, level, to_level, *names, to_score - score)


def _changes(rest: _Rest, place: int, code: int, rank: int) -> Iterator[tuple[int, int, int]]:
    """Yield the first answer that leads to each other band: its level, the band's rank, the score."""
    met = {rank}
    codes = _alternatives(rest.reading.table.risk, code)
    for other, (to_rank, to_score) in zip(codes, rest.outcomes(place, codes), strict=True):
        if to_rank not in met:
            met.add(to_rank)
            yield other // 3, to_rank, to_score


def _alternatives(risk: str, code: int) -> list[int]:
    """List the answers one level away; for Unknown every level learnt firmly, from what Unknown is charged at."""
    if code == UNKNOWN_CODE:
        return [3 * level for level in (LEVELS if risk == PROTECTION else reversed(LEVELS))]
    return [other for other in (code - 3, code + 3) if 0 <= other < 3 * (TOP + 1)]
