"""The integer tables that a ruleset is compiled into, so that scoring is only looking up and adding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from risk.facts import UNKNOWN, Answer

TOP = 4
LEVELS = range(TOP + 1)
UNKNOWN_CODE = 3 * len(LEVELS)


class Cell(NamedTuple):
    """What one factor adds, for one answer under given reductions."""

    low: int
    score: int
    high: int
    floor: int  # rank of the band that a critical answer demands, 0 when none
    level: int  # the level that is scored


class Totals(NamedTuple):
    """What all factors of one risk add up to."""

    low: int
    score: int
    high: int
    floor: int


# Cells of one factor by answer code, by levels taken off by committed and by verified measures.
FactorCells = tuple[tuple[tuple[Cell, ...], ...], ...]


def answer_codes(widths: Mapping[str, int]) -> dict[tuple[int | None, str | None], int]:
    """Number the answers: level by level, within a level by confidence; no stated confidence reads as the widest."""
    codes: dict[tuple[int | None, str | None], int] = {
        (level, confidence): 3 * level + width for level in LEVELS for confidence, width in widths.items()
    }
    codes.update({(level, None): 3 * level + max(widths.values()) for level in LEVELS})
    return codes


def answer_of(code: int) -> tuple[int | None, int]:
    """Return the level and the width that a code stands for."""
    return (None, 0) if code == UNKNOWN_CODE else divmod(code, 3)


@dataclass(frozen=True, slots=True, eq=False)
class RiskTable:
    """One risk, or the protection side, ready to be added up."""

    risk: str
    factors: tuple[str, ...]
    weights: tuple[int, ...]
    caps: tuple[int, ...]
    points: tuple[tuple[int, ...], ...]
    cells: tuple[FactorCells, ...]
    effects: Mapping[str, tuple[tuple[int, int], ...]]  # measure -> (place of the factor, levels taken off)
    band_ranks: tuple[int, ...]  # rank of the band for every score from 0 to 1000
    cuts: tuple[int, ...]
    codes: Mapping[tuple[int | None, str | None], int]

    def read(self, answers: Mapping[str, Answer]) -> list[int]:
        """Turn the answers into codes; what is missing or off the scale reads as Unknown."""
        codes = self.codes
        found = [answers.get(factor, UNKNOWN) for factor in self.factors]
        return [codes.get((answer.level, answer.confidence), UNKNOWN_CODE) for answer in found]

    def reductions(self, measures: Iterable[str]) -> list[int]:
        """Say how many levels these measures take off each factor, up to its cap."""
        taken = [0] * len(self.factors)
        for measure in measures:
            self.take_off(taken, measure)
        return taken

    def take_off(self, taken: list[int], measure: str) -> None:
        """Add what one more measure takes off each factor, up to its cap."""
        for place, amount in self.effects.get(measure, ()):
            cap, more = self.caps[place], taken[place] + amount
            taken[place] = more if more < cap else cap


def add_up(cells: Sequence[Cell]) -> Totals:
    """Add the cells of a risk; the highest floor counts."""
    low, score, high, floor, _ = zip(*cells, strict=True)
    return Totals(sum(low), sum(score), sum(high), max(floor))


def without(totals: Totals, cells: Sequence[Cell], place: int) -> Totals:
    """Take one factor out of the totals of all."""
    cell, floor = cells[place], totals.floor
    if floor and cell.floor == floor:
        floor = max((other.floor for at, other in enumerate(cells) if at != place), default=0)
    return Totals(totals.low - cell.low, totals.score - cell.score, totals.high - cell.high, floor)


def plus(totals: Totals, cell: Cell) -> Totals:
    """Add one more factor to the totals of others."""
    floor = cell.floor if cell.floor > totals.floor else totals.floor
    return Totals(totals.low + cell.low, totals.score + cell.score, totals.high + cell.high, floor)


def risk_cells(points: tuple[int, ...], cap: int, floors: Mapping[int, int]) -> FactorCells:
    """Lay out every cell of a risk factor. `floors` gives the band rank demanded from each trigger level up."""
    demanded = tuple(max((rank for at, rank in floors.items() if level >= at), default=0) for level in LEVELS)
    return tuple(
        tuple(tuple(_risk_cell(points, demanded, code, red, ver) for ver in range(red + 1)) for red in range(cap + 1))
        for code in range(UNKNOWN_CODE + 1)
    )


def _risk_cell(points: tuple[int, ...], demanded: tuple[int, ...], code: int, red: int, verified: int) -> Cell:
    level, width = answer_of(code)
    if level is None:  # charged at its worst, and not mitigated
        return Cell(0, points[TOP], points[TOP], demanded[TOP], TOP)
    scored = max(0, level - red)
    ceiling = max(scored, min(TOP, level + width) - verified)
    floor = max(0, level - width - red)
    return Cell(points[floor], points[scored], points[ceiling], demanded[scored], scored)


def protection_cells(points: tuple[int, ...]) -> FactorCells:
    """Lay out every cell of a protection factor: the mirror image, where Unknown is worth nothing."""
    return tuple((((_protection_cell(points, code)),),) for code in range(UNKNOWN_CODE + 1))


def _protection_cell(points: tuple[int, ...], code: int) -> Cell:
    level, width = answer_of(code)
    if level is None:
        return Cell(0, 0, points[TOP], 0, 0)
    return Cell(points[max(0, level - width)], points[level], points[min(TOP, level + width)], 0, level)


def ranks_by_score(cuts: tuple[int, ...]) -> tuple[int, ...]:
    """List the band rank of every score; a score equal to a cut counts up."""
    return tuple(sum(score >= cut for cut in cuts) for score in range(1001))
