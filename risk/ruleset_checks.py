"""What a ruleset must satisfy before it is used; every fault is collected and names the line that it concerns."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from risk.scales import PROTECTION, RISKS, Band, Effect, Level, ProtectionBand

GROUPS = (*RISKS, PROTECTION)
ADVISERS = ("poc", "security", "political", "legal", "human_rights", "protection", "force")
TABLES = ("scale", "risks", "bands", "confidence", "factors", "measures", "gates", "authority", "postures", "advice")
LISTS = ("floors", "robustness")


def errors_in(raw: Mapping[str, Any]) -> list[str]:
    """List every fault of a parsed ruleset; an empty list means that it can be used."""
    if shape := list(_shape_errors(raw)):
        return shape
    checks = (_scale, _labels, _factors, _weights, _floors, _measures, _gates, _postures, _advice, _robustness)
    return [error for check in checks for error in check(raw)]


def _shape_errors(raw: Mapping[str, Any]) -> Iterator[str]:
    if not _is_text(raw.get("id")):
        yield "ruleset: the id is missing"
    for kind, names in ((dict, TABLES), (list, LISTS)):
        for name in names:
            if not isinstance(raw.get(name), kind):
                yield f"{name}: missing, or not a {'table' if kind is dict else 'list of tables'}"
    for name in ("factors", "measures", "gates", "postures"):
        for key, data in _table(raw, name).items():
            if not isinstance(data, dict):
                yield f"{key}: not a table"
    for name in LISTS:
        for place, data in enumerate(raw.get(name) or (), start=1):
            if not isinstance(data, dict):
                yield f"{name} {place}: not a table"


def _scale(raw: Mapping[str, Any]) -> Iterator[str]:
    scale, bands = raw["scale"], raw["bands"]
    for name in ("risk_shape", "protection_shape"):
        shape = scale.get(name)
        if not _are_ints(shape, 5) or shape[0] != 0 or shape[4] != 100 or not _rises(shape):
            yield f"scale: {name} must be five whole numbers that rise from 0 to 100"
        elif any(percent % (10 if name == "risk_shape" else 5) for percent in shape):
            yield f"scale: {name} is too fine for whole points"
    widths = scale.get("confidence_width")
    if not isinstance(widths, dict) or list(widths) != ["A", "B", "C"] or not _are_ints(list(widths.values()), 3):
        yield "scale: confidence_width must give A, B and C a whole number"
    elif not 0 <= widths["A"] <= widths["B"] <= widths["C"] <= 2:
        yield "scale: confidence_width must not fall from A to C, and stay within 0 to 2"
    if not _is_between(scale.get("robustness_limit"), 1, 99):
        yield "scale: robustness_limit must be a whole number between 1 and 99"
    for name in ("cuts", "protection_cuts"):
        cuts = bands.get(name)
        if not _are_ints(cuts, 3) or not _rises([0, *cuts, 1001]):
            yield f"bands: {name} must be three rising whole numbers between 1 and 1000"


def _labels(raw: Mapping[str, Any]) -> Iterator[str]:
    for risk in GROUPS:
        yield from _texts(f"risks {risk}", _table(raw["risks"], risk), "name", "meaning")
    yield from _texts("bands", _table(raw["bands"], "labels"), *Band, *ProtectionBand)
    yield from _texts("confidence", raw["confidence"], "A", "B", "C", "U")
    yield from _texts("authority", raw["authority"], *Level)


def _factors(raw: Mapping[str, Any]) -> Iterator[str]:
    for key, factor in raw["factors"].items():
        if factor.get("risk") not in GROUPS or not key.startswith(f"{factor['risk']}-"):
            yield f"{key}: its risk must be one of {', '.join(GROUPS)} and begin its id"
        if factor.get("kind") not in ("design", "context"):
            yield f"{key}: its kind must be design or context"
        if not _is_text(factor.get("source")):
            yield f"{key}: its source is missing"
        yield from _factor_numbers(key, factor)
        yield from _texts(key, factor, "name", "question")
        yield from _anchors(key, factor.get("anchors"))


def _factor_numbers(key: str, factor: Mapping[str, Any]) -> Iterator[str]:
    step = 20 if factor.get("risk") == PROTECTION else 10
    weight = factor.get("weight")
    if not _is_between(weight, 1, 1000) or factor["weight"] % step:
        yield f"{key}: its weight must be a positive multiple of {step}, so that points stay whole"
    if factor.get("risk") == PROTECTION:
        if "cap" in factor:
            yield f"{key}: a protection factor takes no measures and has no cap"
    elif not _is_between(factor.get("cap"), 0, 2):
        yield f"{key}: its cap must be 0, 1 or 2"
    shelf_life = factor.get("shelf_life_days")
    if factor.get("kind") == "context" and not _is_between(shelf_life, 1, 3650):
        yield f"{key}: a context factor needs a shelf life in days"
    if factor.get("kind") == "design" and shelf_life is not None:
        yield f"{key}: a design factor is a choice and has no shelf life"


def _anchors(key: str, anchors: Any) -> Iterator[str]:
    for lang in ("en", "fr"):
        texts = anchors.get(lang) if isinstance(anchors, dict) else None
        if not isinstance(texts, list) or len(texts) != 5 or not all(_is_text(text) for text in texts):
            yield f"{key}: it needs five anchors in {_LANGUAGES[lang]}"


def _weights(raw: Mapping[str, Any]) -> Iterator[str]:
    for risk in GROUPS:
        weights = [f["weight"] for f in raw["factors"].values() if f.get("risk") == risk and _is_int(f.get("weight"))]
        if sum(weights) != 1000:
            yield f"{risk}: the weights of its factors sum to {sum(weights)}, not 1000"


def _floors(raw: Mapping[str, Any]) -> Iterator[str]:
    for place, floor in enumerate(raw["floors"], start=1):
        key = floor.get("factor")
        if not isinstance(key, str) or key not in _risk_factors(raw):
            yield f"floor {place}: '{key}' is no factor of a risk"
        if not _is_between(floor.get("level"), 1, 4):
            yield f"floor {place} ({key}): its level must be 1 to 4"
        if floor.get("band") not in tuple(Band)[1:]:
            yield f"floor {place} ({key}): its band must be MODERATE, HIGH or VERY_HIGH"


def _measures(raw: Mapping[str, Any]) -> Iterator[str]:
    known = _risk_factors(raw)
    for key, measure in raw["measures"].items():
        effects = measure.get("effects")
        if not isinstance(effects, dict) or not effects:
            yield f"{key}: it has no effects"
            effects = {}
        for factor, amount in effects.items():
            if factor not in known:
                yield f"{key}: its effect on '{factor}' names no factor of a risk"
            elif known[factor].get("cap") == 0:
                yield f"{key}: {factor} cannot be mitigated (its cap is 0)"
            if not _is_between(amount, 1, 2):
                yield f"{key}: its effect on {factor} must be 1 or 2 levels"
        yield from _texts(key, measure, "name", "verified_when")
        yield from _reaffirm(raw, key, measure)


def _reaffirm(raw: Mapping[str, Any], key: str, measure: Mapping[str, Any]) -> Iterator[str]:
    again = measure.get("reaffirm")
    if not isinstance(again, list):
        yield f"{key}: reaffirm must be a list of factors, empty when nothing is traded off"
        return
    for factor in again:
        if not isinstance(factor, str) or factor not in raw["factors"]:
            yield f"{key}: reaffirm names '{factor}', which is no factor"
    if again:
        yield from _texts(key, measure, "reaffirm_text")


def _gates(raw: Mapping[str, Any]) -> Iterator[str]:
    for key, gate in raw["gates"].items():
        if gate.get("effect") not in tuple(Effect):
            yield f"{key}: its effect must be one of {', '.join(Effect)}"
        if gate.get("min_authority", "+1") not in ("+1", *tuple(Level)[:-1]):
            yield f"{key}: its min_authority must be L0 to L4 or +1"
        advisers = gate.get("advisers")
        if not isinstance(advisers, list) or any(adviser not in ADVISERS for adviser in advisers):
            yield f"{key}: its advisers must be a list from {', '.join(ADVISERS)}"
        if not _is_text(gate.get("source")):
            yield f"{key}: its source is missing"
        yield from _texts(key, gate, "name", "trigger", "reason", "lift")


def _postures(raw: Mapping[str, Any]) -> Iterator[str]:
    for key, posture in raw["postures"].items():
        row = posture.get("authority")
        if not isinstance(row, list) or len(row) != len(Band) or any(level not in tuple(Level) for level in row):
            yield f"posture {key}: it needs an authority for each of the four bands"
        elif any(Level(after) < Level(before) for before, after in pairwise(row)):
            yield f"posture {key}: authority falls as risk rises"
        yield from _texts(f"posture {key}", posture, "name", "sentence")


def _advice(raw: Mapping[str, Any]) -> Iterator[str]:
    advice = raw["advice"]
    table, order, texts = (_table(advice, name) for name in ("table", "permissiveness", "texts"))
    rows = [table.get(band) for band in Band]
    if list(table) != list(Band) or not all(_are_texts(row, len(ProtectionBand)) for row in rows):
        yield "advice: the table needs a row of four codes for each band"
        return
    for code in sorted({code for row in rows for code in row or ()}):
        if not _is_int(order.get(code)):
            yield f"advice {code}: it has no permissiveness"
        yield from _texts(f"advice {code}", _table(texts, code), "label", "text")
    if all(_is_int(order.get(code)) for row in rows for code in row or ()):
        yield from _monotone([[order[code] for code in row or ()] for row in rows])


def _monotone(grid: list[list[int]]) -> Iterator[str]:
    for band, (milder, graver) in zip(list(Band)[1:], pairwise(grid), strict=True):
        if any(after > before for before, after in zip(milder, graver, strict=True)):
            yield f"advice {band}: it is more permissive than the band below"
    for band, row in zip(Band, grid, strict=True):
        if not all(before <= after for before, after in pairwise(row)):
            yield f"advice {band}: it becomes less permissive as protection rises"


def _robustness(raw: Mapping[str, Any]) -> Iterator[str]:
    starts = [phrase.get("from") for phrase in raw["robustness"]]
    if not starts or not all(map(_is_int, starts)) or starts[-1] != 0 or not _rises(starts[::-1]):
        yield "robustness: the phrases must start from falling whole numbers, the last from 0"
    for place, phrase in enumerate(raw["robustness"], start=1):
        yield from _texts("robustness", {f"phrase {place}": phrase}, f"phrase {place}")


_LANGUAGES = {"en": "English", "fr": "French"}


def _texts(owner: str, data: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        text = data.get(name)
        for lang, language in _LANGUAGES.items():
            if not isinstance(text, dict) or not _is_text(text.get(lang)):
                yield f"{owner}: its {name.replace('_', ' ')} is missing in {language}"


def _risk_factors(raw: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {key: factor for key, factor in raw["factors"].items() if factor.get("risk") in RISKS}


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_int(value: Any) -> bool:
    return type(value) is int


def _is_between(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _are_ints(values: Any, length: int) -> bool:
    return isinstance(values, list) and len(values) == length and all(map(_is_int, values))


def _are_texts(values: Any, length: int) -> bool:
    return isinstance(values, list) and len(values) == length and all(map(_is_text, values))


def _rises(values: Sequence[int]) -> bool:
    return all(before < after for before, after in pairwise(values))
