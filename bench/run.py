"""Measure what one core gets through in a second: proposals assessed by the risk module, events sealed and compared."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import risk
from bench import sealing

PROPOSALS = 400
ROUNDS = 5
SECONDS = 1.0
CONFIDENCES: tuple[risk.Confidence, ...] = ("A", "B", "C")


def invented_proposals(ruleset: risk.Ruleset, count: int = PROPOSALS) -> list[risk.Facts]:
    """Return full proposals, the same ones on every machine: every factor answered, one in ten with Unknown."""
    chance = random.Random("bench")
    return [invented_proposal(ruleset, chance) for _ in range(count)]


def invented_proposal(ruleset: risk.Ruleset, chance: random.Random) -> risk.Facts:
    """Return one full proposal with up to eight measures, about half of them verified."""
    promised = frozenset(chance.sample(sorted(ruleset.measures), chance.randint(0, 8)))
    return risk.Facts(
        answers={factor: invented_answer(chance) for factor in ruleset.factors},
        posture=chance.choice(sorted(ruleset.postures)),
        promised=promised,
        verified=frozenset(measure for measure in sorted(promised) if chance.random() < 0.5),
    )


def invented_answer(chance: random.Random) -> risk.Answer:
    """Return a level with a confidence, or Unknown."""
    if chance.random() < 0.1:
        return risk.UNKNOWN
    return risk.Answer(chance.randint(0, 4), chance.choice(CONFIDENCES))


def a_second(work: Callable[[Any], object], proposals: Sequence[Any]) -> float:
    """Return how many proposals a second of one core gets through: the median of some rounds."""
    return statistics.median(one_round(work, proposals) for _ in range(ROUNDS))


def one_round(work: Callable[[Any], object], proposals: Sequence[Any]) -> float:
    """Return the rate of one round; processor time, so that other work on the machine counts less."""
    done = 0
    began = time.process_time()
    while (spent := time.process_time() - began) < SECONDS:
        work(proposals[done % len(proposals)])
        done += 1
    return done / spent


def report(title: str, rate: float, wanted: int) -> None:
    """Print one line."""
    print(f"{title:<58}{rate:>9,.0f} a second   (wanted: {wanted:,})", flush=True)


def main() -> None:
    """Print the rates of the risk module and of the sealed log."""
    ruleset = risk.current_ruleset()
    proposals = invented_proposals(ruleset)
    full = a_second(lambda facts: risk.assess(facts, ruleset), proposals)
    report("Full assessments, with robustness and what would change", full, 500)
    bands = a_second(lambda facts: risk.score(facts, ruleset), proposals)
    report("Scores and bands alone", bands, 5000)
    for (title, rate), wanted in zip(sealing.rates().items(), (2000, 2000), strict=True):
        report(title, rate, wanted)


if __name__ == "__main__":
    main()
