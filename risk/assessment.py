"""The result of an assessment: frozen figures that can be stored as JSON and read back unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self

from risk.scales import RISKS, Band, Confidence, Level, ProtectionBand


class RulesetRef(NamedTuple):
    """Which ruleset an assessment was made with."""

    id: str
    hash: str


class FloorHit(NamedTuple):
    """A critical answer that demands at least this band."""

    factor: str
    level: int
    band: Band


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One factor as the decider reads it. Points now and the points taken off add up to the points answered."""

    factor: str
    level: int | None
    confidence: Confidence | None
    score_level: int
    points: int
    points_low: int
    points_high: int
    points_max: int
    points_answered: int
    removed_verified: int
    removed_promised: int
    measures: tuple[str, ...]
    critical: bool

    @property
    def is_unknown(self) -> bool:
        """Say whether the answer is Unknown, and so charged at its worst."""
        return self.level is None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what the assessment wrote."""
        return cls(**{**data, "measures": tuple(data["measures"])})


@dataclass(frozen=True, slots=True)
class Remedy:
    """A measure that would lower one risk: promised and still to be verified, or not yet committed."""

    measure: str
    is_promised: bool
    has_trade_off: bool
    points: int  # taken off the score
    band: Band  # with this measure verified


@dataclass(frozen=True, slots=True)
class RiskFigure:
    """One of the three risks. The last three parts are empty in a result of `score`."""

    risk: str
    inherent: int
    inherent_band: Band
    score: int
    low: int
    high: int
    base_band: Band
    high_band: Band
    band: Band
    verified_band: Band  # were every promise dropped
    kept_band: Band  # were every promise kept and verified
    floors: tuple[FloorHit, ...]
    contributions: Mapping[str, int]
    robust_pct: int | None = None
    rows: tuple[FactorRow, ...] = ()
    remedies: tuple[Remedy, ...] = ()

    def headline(self) -> dict[str, Any]:
        """Return the figures that a list or the command line shows."""
        return {
            "inherent": self.inherent,
            "score": self.score,
            "low": self.low,
            "high": self.high,
            "base_band": self.base_band.value,
            "band": self.band.value,
            "robust_pct": self.robust_pct,
            "floors": [[floor.factor, floor.level, floor.band.value] for floor in self.floors],
            "contributions": dict(self.contributions),
        }

    def as_json(self) -> dict[str, Any]:
        """Write everything."""
        return self.headline() | {
            "inherent_band": self.inherent_band.value,
            "high_band": self.high_band.value,
            "verified_band": self.verified_band.value,
            "kept_band": self.kept_band.value,
            "rows": [_plain(row) for row in self.rows],
            "remedies": [_plain(remedy) for remedy in self.remedies],
        }

    @classmethod
    def from_json(cls, risk: str, data: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        bands = ("inherent_band", "base_band", "high_band", "band", "verified_band", "kept_band")
        restored = {name: Band(data[name]) for name in bands} | {
            "risk": risk,
            "floors": tuple(FloorHit(factor, level, Band(band)) for factor, level, band in data["floors"]),
            "rows": tuple(FactorRow.from_json(row) for row in data["rows"]),
            "remedies": tuple(Remedy(**remedy | {"band": Band(remedy["band"])}) for remedy in data["remedies"]),
        }
        return cls(**{**data, **restored})


@dataclass(frozen=True, slots=True)
class ProtectionFigure:
    """What the contact may do for civilians; it stands beside the risks and never lowers one."""

    score: int
    low: int
    high: int
    band: ProtectionBand
    contributions: Mapping[str, int]
    rows: tuple[FactorRow, ...] = ()

    def headline(self) -> dict[str, Any]:
        """Return the figures that a list or the command line shows."""
        return {"score": self.score, "low": self.low, "high": self.high, "band": self.band.value}

    def as_json(self) -> dict[str, Any]:
        """Write everything."""
        return self.headline() | {
            "contributions": dict(self.contributions),
            "rows": [_plain(row) for row in self.rows],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        rows = tuple(FactorRow.from_json(row) for row in data["rows"])
        return cls(**{**data, "band": ProtectionBand(data["band"]), "rows": rows})


@dataclass(frozen=True, slots=True)
class Pivot:
    """One answer that, one level away or once known, would move a band."""

    factor: str
    risk: str
    level: int | None
    to_level: int
    band: str
    to_band: str
    points: int  # change of the score

    @property
    def is_learning(self) -> bool:
        """Say whether this is about finding out what is Unknown now."""
        return self.level is None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Three risks that are never added up, the protection beside them, and what follows for advice and authority."""

    risks: Mapping[str, RiskFigure]
    overall: Band
    protection: ProtectionFigure
    advice: str
    authority: Level
    ruleset: RulesetRef
    posture: str
    promised: tuple[str, ...]
    verified: tuple[str, ...]
    pivots: tuple[Pivot, ...] = ()

    def sort_key(self) -> tuple[int, int, int]:
        """Return a key that orders lists from mild to grave: worst band, how many risks share it, sum of scores."""
        figures = self.risks.values()
        at_worst = sum(figure.band == self.overall for figure in figures)
        return self.overall.rank, at_worst, sum(figure.score for figure in figures)

    def headline(self) -> dict[str, Any]:
        """Return the figures that a list or the command line shows."""
        return self._outcome(
            risks={risk: figure.headline() for risk, figure in self.risks.items()},
            protection=self.protection.headline(),
        )

    def as_json(self) -> dict[str, Any]:
        """Write everything, in texts, whole numbers, lists and objects only."""
        return {
            **self._outcome(
                risks={risk: figure.as_json() for risk, figure in self.risks.items()},
                protection=self.protection.as_json(),
            ),
            "posture": self.posture,
            "promised": list(self.promised),
            "verified": list(self.verified),
            "pivots": [_plain(pivot) for pivot in self.pivots],
        }

    def _outcome(self, risks: dict[str, Any], protection: dict[str, Any]) -> dict[str, Any]:
        return {
            "risks": risks,
            "overall": self.overall.value,
            "protection": protection,
            "advice": self.advice,
            "authority": self.authority.value,
            "ruleset": self.ruleset.id,
            "ruleset_hash": self.ruleset.hash,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        return cls(
            risks={risk: RiskFigure.from_json(risk, data["risks"][risk]) for risk in RISKS},
            overall=Band(data["overall"]),
            protection=ProtectionFigure.from_json(data["protection"]),
            advice=data["advice"],
            authority=Level(data["authority"]),
            ruleset=RulesetRef(data["ruleset"], data["ruleset_hash"]),
            posture=data["posture"],
            promised=tuple(data["promised"]),
            verified=tuple(data["verified"]),
            pivots=tuple(Pivot(**pivot) for pivot in data["pivots"]),
        )


def _plain(record: FactorRow | Remedy | Pivot) -> dict[str, Any]:
    return {field.name: _plain_value(getattr(record, field.name)) for field in fields(record)}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, Band) else value
