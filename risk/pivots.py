"""What would change the band: every answer that moves one, best question first."""

from collections.abc import Iterator, Sequence

from risk.assessment import Pivot
from risk.scales import BANDS, PROTECTION, PROTECTION_BANDS
from risk.scoring import Reading, band_rank, protection_rank
from risk.tables import LEVELS, TOP, UNKNOWN_CODE, Cell, Totals, add_up, answer_of

SortKey = tuple[int, int, int]
UNKNOWN_DOUBT = 3  # more than the widths of A, B and C


class Rest:
    """A reading with one factor left out, to be completed with other answers to it."""

    __slots__ = ("bare", "cells", "committed", "red", "table", "ver", "verified")

    def __init__(self, reading: Reading, place: int, kinds: tuple[list[Cell], list[Cell], list[Cell]]) -> None:
        self.table = reading.table
        self.cells = reading.table.cells[place]
        self.red, self.ver = reading.committed[place], reading.verified[place]
        self.committed, self.verified, self.bare = (add_up(kind[:place] + kind[place + 1 :]) for kind in kinds)

    def outcome(self, code: int) -> tuple[int, int]:
        """Return band rank and score, were the factor left out answered so."""
        answer = self.cells[code]
        committed = _plus(self.committed, answer[self.red][self.ver])
        if self.table.risk == PROTECTION:
            return protection_rank(self.table, committed), committed.score
        verified, bare = _plus(self.verified, answer[self.ver][self.ver]), _plus(self.bare, answer[0][0])
        return band_rank(self.table, committed, verified, bare), committed.score


def pivots(readings: Sequence[Reading]) -> tuple[Pivot, ...]:
    """List every single answer that, one level away or once known, moves the band of its risk or of protection.

    The best question comes first: the least certain answer, then the one that moves the band furthest, then the one
    that moves most points.
    """
    found = [move for reading in readings for move in _moves(reading)]
    return tuple(pivot for _, pivot in sorted(found, key=lambda move: move[0]))


def _moves(reading: Reading) -> Iterator[tuple[SortKey, Pivot]]:
    table, kinds = reading.table, (reading.cells, reading.verified_cells, reading.bare_cells)
    bands = PROTECTION_BANDS if table.risk == PROTECTION else BANDS
    for place, code in enumerate(reading.codes):
        level, width = answer_of(code)
        for other, rank, to_rank, points in _changes(Rest(reading, place, kinds), code):
            doubt = UNKNOWN_DOUBT if level is None else width
            key = (-doubt, -abs(to_rank - rank), -abs(points))
            yield (
                key,
                Pivot(table.factors[place], table.risk, level, other // 3, bands[rank], bands[to_rank], points),
            )


def _changes(rest: Rest, code: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the first answer that leads to each other band: its code, both ranks, the points between."""
    rank, score = rest.outcome(code)
    met = {rank}
    for other in _alternatives(rest.table.risk, code):
        to_rank, to_score = rest.outcome(other)
        if to_rank not in met:
            met.add(to_rank)
            yield other, rank, to_rank, to_score - score


def _alternatives(risk: str, code: int) -> list[int]:
    """List the answers one level away; for Unknown every level learnt firmly, from what Unknown is charged at."""
    if code == UNKNOWN_CODE:
        return [3 * level for level in (LEVELS if risk == PROTECTION else reversed(LEVELS))]
    return [other for other in (code - 3, code + 3) if 0 <= other < 3 * (TOP + 1)]


def _plus(totals: Totals, cell: Cell) -> Totals:
    floor = cell.floor if cell.floor > totals.floor else totals.floor
    return Totals(totals.low + cell.low, totals.score + cell.score, totals.high + cell.high, floor)
