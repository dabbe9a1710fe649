"""The exact range of the score under other weights, against trying every corner."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from risk.robustness import robust_percent, score_range

CUTS = (150, 350, 600)


def corners(weights, points, percent):
    """Score every way of moving each weight all the way up or down: the extremes are among them."""
    for moves in product((100 - percent, 100 + percent), repeat=len(weights)):
        total = sum(move * weight for move, weight in zip(moves, weights, strict=True))
        yield Fraction(1000 * sum(move * point for move, point in zip(moves, points, strict=True)), total)


def drawn(seed):
    chance = Random(seed)
    weights = [10 * chance.randint(1, 30) for _ in range(chance.randint(1, 7))]
    return weights, [weight * chance.choice((0, 10, 30, 60, 100)) // 100 for weight in weights]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("percent", [0, 1, 13, 50])
def test_the_range_is_that_of_all_corners(seed, percent):
    weights, points = drawn(seed)
    scores = list(corners(weights, points, percent))

    assert score_range(weights, points, percent) == (min(scores), max(scores))


@pytest.mark.parametrize("seed", range(40))
def test_the_figure_is_what_trying_each_percentage_finds(seed):
    weights, points = drawn(seed)

    def bands(percent):
        return {sum(end >= cut for cut in CUTS) for end in score_range(weights, points, percent)}

    tried = next((percent - 1 for percent in range(1, 51) if len(bands(percent)) > 1), 50)
    assert robust_percent(weights, points, CUTS, 50) == tried


def test_a_score_on_the_cut_has_no_room_below():
    assert robust_percent([500, 500], [150, 0], CUTS, 50) == 0


def test_equal_answers_are_robust_whatever_the_weights():
    assert robust_percent([700, 300], [420, 180], CUTS, 50) == 50
