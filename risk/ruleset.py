"""The ruleset as an object: loaded from its TOML file, checked whole, compiled for scoring, named by id and hash."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from risk.ruleset_checks import errors_in
from risk.scales import PROTECTION, RISKS, Band, Effect, Level, ProtectionBand
from risk.tables import RiskTable, answer_codes, protection_cells, ranks_by_score, risk_cells

OWN_FILE = Path(__file__).with_name("ruleset.toml")


class RulesetError(ValueError):
    """A ruleset breaks its own rules; `errors` lists every fault, each naming the line that it concerns."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in both languages of the house."""

    en: str
    fr: str

    def __call__(self, lang: str) -> str:
        """Return the French for any kind of French, else the English."""
        return self.fr if lang.lower().startswith("fr") else self.en


NO_TEXT = Text("", "")


@dataclass(frozen=True, slots=True)
class Factor:
    """One question with its five anchored answers and what they weigh."""

    id: str
    risk: str
    kind: str
    weight: int
    cap: int
    shelf_life_days: int | None
    source: str
    points: tuple[int, ...]
    names: Text
    questions: Text
    anchor_texts: tuple[Text, ...]

    def name(self, lang: str) -> str:
        """Return the short name."""
        return self.names(lang)

    def question(self, lang: str) -> str:
        """Return the question as it is put to the requester."""
        return self.questions(lang)

    def anchors(self, lang: str) -> tuple[str, ...]:
        """Return the five answers, level 0 first."""
        return tuple(text(lang) for text in self.anchor_texts)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that makes a contact safer or quieter, and what it may make worse."""

    id: str
    effects: Mapping[str, int]
    reaffirm: tuple[str, ...]
    names: Text
    verified_when_texts: Text
    reaffirm_texts: Text

    def name(self, lang: str) -> str:
        """Return what the measure is called."""
        return self.names(lang)

    def verified_when(self, lang: str) -> str:
        """Return what must be seen before the measure counts as verified."""
        return self.verified_when_texts(lang)

    def reaffirm_text(self, lang: str) -> str:
        """Return why some answers must be given again; empty when nothing is traded off."""
        return self.reaffirm_texts(lang)


@dataclass(frozen=True, slots=True)
class Floor:
    """A critical answer: from this level up, the risk is at least in this band."""

    factor: str
    level: int
    band: Band


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition outside the points that blocks, holds, escalates or alerts."""

    id: str
    effect: Effect
    min_authority: Level | None
    raises_one: bool
    advisers: tuple[str, ...]
    source: str
    names: Text
    triggers: Text
    reasons: Text
    lifts: Text

    def name(self, lang: str) -> str:
        """Return what the gate is called."""
        return self.names(lang)

    def trigger(self, lang: str) -> str:
        """Return what makes the gate fire."""
        return self.triggers(lang)

    def reason(self, lang: str) -> str:
        """Return the sentence to show when it has fired."""
        return self.reasons(lang)

    def lift(self, lang: str) -> str:
        """Return what lifts or answers it."""
        return self.lifts(lang)


@dataclass(frozen=True, slots=True)
class Posture:
    """What a mission allows, and who decides at each band."""

    id: str
    authority: tuple[Level, ...]
    names: Text
    sentences: Text

    def name(self, lang: str) -> str:
        """Return the posture's short name."""
        return self.names(lang)

    def sentence(self, lang: str) -> str:
        """Return the posture in one sentence."""
        return self.sentences(lang)

    def level(self, band: Band) -> Level:
        """Say who decides at this band, before gates."""
        return self.authority[band.rank]


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """Everything that the model asks, weighs and says. Immutable: a change is another ruleset."""

    id: str
    hash: str
    factors: Mapping[str, Factor]
    measures: Mapping[str, Measure]
    floors: tuple[Floor, ...]
    gates: Mapping[str, Gate]
    postures: Mapping[str, Posture]
    tables: Mapping[str, RiskTable]
    advice_table: Mapping[Band, tuple[str, ...]]
    robustness_limit: int
    robustness_phrases: tuple[tuple[int, Text], ...]
    wordings: Mapping[str, Mapping[str, Text]]

    def factors_of(self, risk: str) -> tuple[Factor, ...]:
        """Return the questions of one risk, in the order of the ruleset."""
        return tuple(factor for factor in self.factors.values() if factor.risk == risk)

    def advice(self, overall: Band, protection: ProtectionBand) -> str:
        """Return the advice code for a risk and a protection band."""
        return self.advice_table[overall][protection.rank]

    def advice_label(self, code: str, lang: str) -> str:
        """Return the short word for an advice code."""
        return self.wordings["advice_labels"][code](lang)

    def advice_text(self, code: str, lang: str) -> str:
        """Return the sentence for an advice code."""
        return self.wordings["advice"][code](lang)

    def band_label(self, code: str, lang: str) -> str:
        """Return the word for a risk band or a protection band."""
        return self.wordings["bands"][code](lang)

    def risk_name(self, risk: str, lang: str) -> str:
        """Return the word for LEG, GOV, SEC or PRO."""
        return self.wordings["risks"][risk](lang)

    def risk_meaning(self, risk: str, lang: str) -> str:
        """Return what LEG, GOV, SEC or PRO is the risk, or the hope, of."""
        return self.wordings["meanings"][risk](lang)

    def confidence_label(self, code: str, lang: str) -> str:
        """Return what A, B, C or U stands for."""
        return self.wordings["confidence"][code](lang)

    def authority_label(self, code: str, lang: str) -> str:
        """Return who decides at L0 to L4, or that nobody can."""
        return self.wordings["authority"][code](lang)

    def robustness_phrase(self, percent: int, lang: str) -> str:
        """Return the phrase for a robustness figure."""
        return next(text(lang) for start, text in self.robustness_phrases if percent >= start)


def load_ruleset(path: Path | str | None = None) -> Ruleset:
    """Read and check a ruleset file, our own unless told otherwise; raise RulesetError with every fault."""
    return ruleset_from_toml(Path(path or OWN_FILE).read_text(encoding="utf-8"))


@cache
def current_ruleset() -> Ruleset:
    """Return our own ruleset, read once."""
    return load_ruleset()


def ruleset_from_toml(source: str) -> Ruleset:
    """Read and check the text of a ruleset; raise RulesetError with every fault."""
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RulesetError([f"not TOML: {error}"]) from None
    if errors := errors_in(raw):
        raise RulesetError(errors)
    return _build(raw)


def content_hash(raw: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the content in one canonical form: comments and layout do not count."""
    canonical = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _build(raw: Mapping[str, Any]) -> Ruleset:
    factors = {key: _factor(key, data, raw["scale"]) for key, data in raw["factors"].items()}
    measures = {key: _measure(key, data) for key, data in raw["measures"].items()}
    floors = tuple(Floor(data["factor"], data["level"], Band(data["band"])) for data in raw["floors"])
    return Ruleset(
        id=raw["id"],
        hash=content_hash(raw),
        factors=factors,
        measures=measures,
        floors=floors,
        gates={key: _gate(key, data) for key, data in raw["gates"].items()},
        postures={key: _posture(key, data) for key, data in raw["postures"].items()},
        tables={risk: _table(risk, factors, measures, floors, raw) for risk in (*RISKS, PROTECTION)},
        advice_table={Band(band): tuple(row) for band, row in raw["advice"]["table"].items()},
        robustness_limit=raw["scale"]["robustness_limit"],
        robustness_phrases=tuple((data["from"], _text(data)) for data in raw["robustness"]),
        wordings=_wordings(raw),
    )


def _text(data: Mapping[str, str]) -> Text:
    return Text(data["en"], data["fr"])


def _factor(key: str, data: Mapping[str, Any], scale: Mapping[str, Any]) -> Factor:
    shape = scale["protection_shape" if data["risk"] == PROTECTION else "risk_shape"]
    return Factor(
        id=key,
        risk=data["risk"],
        kind=data["kind"],
        weight=data["weight"],
        cap=data.get("cap", 0),
        shelf_life_days=data.get("shelf_life_days"),
        source=data["source"],
        points=tuple(data["weight"] * percent // 100 for percent in shape),
        names=_text(data["name"]),
        questions=_text(data["question"]),
        anchor_texts=tuple(map(Text, data["anchors"]["en"], data["anchors"]["fr"])),
    )


def _measure(key: str, data: Mapping[str, Any]) -> Measure:
    return Measure(
        id=key,
        effects=data["effects"],
        reaffirm=tuple(data["reaffirm"]),
        names=_text(data["name"]),
        verified_when_texts=_text(data["verified_when"]),
        reaffirm_texts=_text(data["reaffirm_text"]) if data["reaffirm"] else NO_TEXT,
    )


def _gate(key: str, data: Mapping[str, Any]) -> Gate:
    least = data.get("min_authority")
    return Gate(
        id=key,
        effect=Effect(data["effect"]),
        min_authority=Level(least) if least and least != "+1" else None,
        raises_one=least == "+1",
        advisers=tuple(data["advisers"]),
        source=data["source"],
        names=_text(data["name"]),
        triggers=_text(data["trigger"]),
        reasons=_text(data["reason"]),
        lifts=_text(data["lift"]),
    )


def _posture(key: str, data: Mapping[str, Any]) -> Posture:
    authority = tuple(Level(level) for level in data["authority"])
    return Posture(id=key, authority=authority, names=_text(data["name"]), sentences=_text(data["sentence"]))


def _table(
    risk: str,
    factors: Mapping[str, Factor],
    measures: Mapping[str, Measure],
    floors: tuple[Floor, ...],
    raw: Mapping[str, Any],
) -> RiskTable:
    own = [factor for factor in factors.values() if factor.risk == risk]
    places = {factor.id: place for place, factor in enumerate(own)}
    demands = {f.id: {floor.level: floor.band.rank for floor in floors if floor.factor == f.id} for f in own}
    cuts = tuple(raw["bands"]["protection_cuts" if risk == PROTECTION else "cuts"])
    return RiskTable(
        risk=risk,
        factors=tuple(places),
        weights=tuple(factor.weight for factor in own),
        caps=tuple(factor.cap for factor in own),
        points=tuple(factor.points for factor in own),
        cells=tuple(
            protection_cells(f.points) if risk == PROTECTION else risk_cells(f.points, f.cap, demands[f.id])
            for f in own
        ),
        effects={
            measure.id: tuple((places[f], amount) for f, amount in measure.effects.items() if f in places)
            for measure in measures.values()
        },
        band_ranks=ranks_by_score(cuts),
        cuts=cuts,
        codes=answer_codes(raw["scale"]["confidence_width"]),
    )


def _wordings(raw: Mapping[str, Any]) -> dict[str, dict[str, Text]]:
    advice = raw["advice"]["texts"]
    return {
        "bands": {key: _text(data) for key, data in raw["bands"]["labels"].items()},
        "confidence": {key: _text(data) for key, data in raw["confidence"].items()},
        "authority": {key: _text(data) for key, data in raw["authority"].items()},
        "risks": {key: _text(data["name"]) for key, data in raw["risks"].items()},
        "meanings": {key: _text(data["meaning"]) for key, data in raw["risks"].items()},
        "advice_labels": {key: _text(data["label"]) for key, data in advice.items()},
        "advice": {key: _text(data["text"]) for key, data in advice.items()},
    }
