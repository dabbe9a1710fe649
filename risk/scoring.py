"""The arithmetic: what the answers of one risk add up to, with and without measures, and the band that follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from risk.facts import Answer
from risk.tables import Cell, RiskTable, Totals, add_up


@dataclass(frozen=True, slots=True)
class Reading:
    """One risk as answered: a code per factor, the levels that measures take off, and what each factor then adds."""

    table: RiskTable
    codes: Sequence[int]
    committed: Sequence[int]
    verified: Sequence[int]
    cells: Sequence[Cell]
    verified_cells: Sequence[Cell]
    bare_cells: Sequence[Cell]

    def kept_cells(self) -> list[Cell]:
        """Return what each factor would add, were every promise kept and verified."""
        taken = zip(self.table.cells, self.codes, self.committed, strict=True)
        return [cells[code][red][red] for cells, code, red in taken]

    def rank(self) -> int:
        """Return the rank of the band."""
        return band_rank(self.table, add_up(self.cells), add_up(self.verified_cells), add_up(self.bare_cells))


def read(table: RiskTable, answers: Mapping[str, Answer], committed: Iterable[str], verified: Iterable[str]) -> Reading:
    """Take from the facts what concerns one risk."""
    return reading_of(table, table.read(answers), table.reductions(committed), table.reductions(verified))


def reading_of(table: RiskTable, codes: Sequence[int], committed: Sequence[int], verified: Sequence[int]) -> Reading:
    """Look up what each factor adds: with every committed measure, with the verified ones only, and with none."""
    answers = [cells[code] for cells, code in zip(table.cells, codes, strict=True)]
    cells = [cell[red][ver] for cell, red, ver in zip(answers, committed, verified, strict=True)]
    verified_cells = [cell[ver][ver] for cell, ver in zip(answers, verified, strict=True)]
    return Reading(table, codes, committed, verified, cells, verified_cells, [cell[0][0] for cell in answers])


def core(table: RiskTable, totals: Totals) -> int:
    """Return the rank of the band before the promise cap: points, plausible worst less one, critical answer."""
    ranks = table.band_ranks
    return max(ranks[totals.score], ranks[totals.high] - 1, totals.floor)


def band_rank(table: RiskTable, committed: Totals, verified: Totals, bare: Totals) -> int:
    """Return the rank of the band: promises buy one band at most, verified measures count in full."""
    return min(max(core(table, committed), core(table, bare) - 1), core(table, verified))


def protection_rank(table: RiskTable, totals: Totals) -> int:
    """Return the rank of the protection band: by points, but at most one above what is certain."""
    return min(table.band_ranks[totals.score], table.band_ranks[totals.low] + 1)
