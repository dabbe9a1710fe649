"""The arithmetic: what the answers of one risk add up to, with and without measures, and the band that follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from risk.facts import Answer
from risk.tables import Cell, RiskTable, Totals, add_up


@dataclass(frozen=True, slots=True)
class Reading:
    """One risk as answered: a code per factor, and the levels taken off by committed and by verified measures."""

    table: RiskTable
    codes: list[int]
    committed: list[int]
    verified: list[int]

    @property
    def cells(self) -> list[Cell]:
        """Return what each factor adds with every committed measure."""
        return [
            cells[code][red][ver]
            for cells, code, red, ver in zip(self.table.cells, self.codes, self.committed, self.verified, strict=True)
        ]

    @property
    def verified_cells(self) -> list[Cell]:
        """Return what each factor adds with the verified measures only."""
        return [
            cells[code][ver][ver] for cells, code, ver in zip(self.table.cells, self.codes, self.verified, strict=True)
        ]

    @property
    def bare_cells(self) -> list[Cell]:
        """Return what each factor adds before any measure."""
        return [cells[code][0][0] for cells, code in zip(self.table.cells, self.codes, strict=True)]


def read(table: RiskTable, answers: Mapping[str, Answer], committed: Iterable[str], verified: Iterable[str]) -> Reading:
    """Take from the facts what concerns one risk."""
    return Reading(table, table.read(answers), table.reductions(committed), table.reductions(verified))


def core(table: RiskTable, totals: Totals) -> int:
    """Return the rank of the band before the promise cap: points, plausible worst less one, critical answer."""
    ranks = table.band_ranks
    return max(ranks[totals.score], ranks[totals.high] - 1, totals.floor)


def band_rank(table: RiskTable, committed: Totals, verified: Totals, bare: Totals) -> int:
    """Return the rank of the band: promises buy one band at most, verified measures count in full."""
    return min(max(core(table, committed), core(table, bare) - 1), core(table, verified))


def reading_rank(reading: Reading) -> int:
    """Return the rank of the band of a whole reading."""
    return band_rank(reading.table, add_up(reading.cells), add_up(reading.verified_cells), add_up(reading.bare_cells))


def protection_rank(table: RiskTable, totals: Totals) -> int:
    """Return the rank of the protection band: by points, but at most one above what is certain."""
    return min(table.band_ranks[totals.score], table.band_ranks[totals.low] + 1)
