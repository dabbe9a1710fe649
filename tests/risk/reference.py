"""The model a second time, as plainly as it can be written, to check the fast one against."""

import tomllib
from typing import Any

import risk
from risk.ruleset import OWN_FILE

RAW: dict[str, Any] = tomllib.loads(OWN_FILE.read_text(encoding="utf-8"))
WIDTH = {"A": 0, "B": 1, "C": 2}
ORDER = ["LOW", "MODERATE", "HIGH", "VERY_HIGH"]


def points(factor: str, level: int) -> int:
    return RAW["factors"][factor]["weight"] * (0, 10, 30, 60, 100)[level] // 100


def band(score: int) -> int:
    return sum(score >= cut for cut in (150, 350, 600))


def reduction(factor: str, measures: frozenset[str]) -> int:
    offered = sum(RAW["measures"][measure]["effects"].get(factor, 0) for measure in measures)
    return min(RAW["factors"][factor]["cap"], offered)


def levels(facts: risk.Facts, factor: str, committed: frozenset[str], verified: frozenset[str]) -> tuple[int, int, int]:
    """Return floor, score and ceiling level."""
    answer = facts.answers.get(factor, risk.UNKNOWN)
    if answer.level is None:
        return 0, 4, 4
    width, taken = WIDTH[answer.confidence or "C"], reduction(factor, committed)
    score = max(0, answer.level - taken)
    ceiling = max(score, max(0, min(4, answer.level + width) - reduction(factor, verified)))
    return max(0, answer.level - width - taken), score, ceiling


def sums(
    facts: risk.Facts, name: str, committed: frozenset[str], verified: frozenset[str]
) -> tuple[int, int, int, int]:
    """Return LOW, SCORE, HIGH and the rank that critical answers demand."""
    found = {f: levels(facts, f, committed, verified) for f in RAW["factors"] if f.startswith(name)}
    demanded = [
        ORDER.index(floor["band"])
        for floor in RAW["floors"]
        if floor["factor"] in found and found[floor["factor"]][1] >= floor["level"]
    ]
    low, score, high = (sum(points(f, three[place]) for f, three in found.items()) for place in range(3))
    return low, score, high, max(demanded, default=0)


def core(facts: risk.Facts, name: str, committed: frozenset[str], verified: frozenset[str]) -> int:
    _, score, high, critical = sums(facts, name, committed, verified)
    return max(band(score), band(high) - 1, critical)


def figure(facts: risk.Facts, name: str) -> dict[str, Any]:
    """Return the figures of one risk."""
    everything, verified, nothing = facts.promised | facts.verified, facts.verified, frozenset[str]()
    low, score, high, _ = sums(facts, name, everything, verified)
    rank = min(
        max(core(facts, name, everything, verified), core(facts, name, nothing, nothing) - 1),
        core(facts, name, verified, verified),
    )
    inherent = sums(facts, name, nothing, nothing)[1]
    return {"inherent": inherent, "score": score, "low": low, "high": high, "band": ORDER[rank]}


def protection(facts: risk.Facts) -> tuple[int, str]:
    """Return score and band of the protection side."""
    low = score = 0
    for key, factor in RAW["factors"].items():
        answer = facts.answers.get(key, risk.UNKNOWN)
        if factor["risk"] == "PRO" and answer.level is not None:
            score += factor["weight"] * answer.level // 4
            low += factor["weight"] * max(0, answer.level - WIDTH[answer.confidence or "C"]) // 4
    rank = min(sum(score >= cut for cut in (300, 500, 750)), sum(low >= cut for cut in (300, 500, 750)) + 1)
    return score, ("P1_MINOR", "P2_USEFUL", "P3_MAJOR", "P4_CRITICAL")[rank]
