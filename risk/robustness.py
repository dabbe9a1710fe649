"""How far the weights may be changed before the band by points changes. Exact: whole numbers and fractions only."""

from collections.abc import Sequence
from fractions import Fraction

FULL = 1000


def score_range(weights: Sequence[int], points: Sequence[int], percent: int) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest score when every weight may move by this percentage, then sum to 1000 again.

    The score is then a ratio of two linear forms, whose extremes lie where the factors with the highest value per
    unit of weight move one way and all others the other way: sort by value, and look at each place for the split.
    """
    order = sorted(range(len(weights)), key=lambda place: Fraction(points[place], weights[place]))
    low = min(_splits(weights, points, order, 100 + percent, 100 - percent))
    high = max(_splits(weights, points, order, 100 - percent, 100 + percent))
    return low, high


def _splits(
    weights: Sequence[int], points: Sequence[int], order: Sequence[int], below: int, above: int
) -> list[Fraction]:
    """List the score for every split of the sorted factors into those below it and those above it."""
    return [
        Fraction(
            FULL * (below * sum(points[i] for i in order[:split]) + above * sum(points[i] for i in order[split:])),
            below * sum(weights[i] for i in order[:split]) + above * sum(weights[i] for i in order[split:]),
        )
        for split in range(len(order) + 1)
    ]


def robust_percent(weights: Sequence[int], points: Sequence[int], cuts: Sequence[int], limit: int) -> int:
    """Return the largest whole percentage, up to the limit, at which the band by points cannot change.

    It is what trying `score_range` at 1, 2, 3... would find, solved at once for each cut. With the scaled weights w'
    the score lies on one side of a cut as long as the sum of w' * (value - cut) keeps its sign; that sum moves by at
    most the percentage of the sum of its absolute terms, and can move by just so much.
    """
    return min(min(limit, _reach(weights, points, cut)) for cut in cuts)


def _reach(weights: Sequence[int], points: Sequence[int], cut: int) -> int:
    terms = [FULL * point - cut * weight for weight, point in zip(weights, points, strict=True)]
    distance, spread = sum(terms), sum(map(abs, terms))
    if distance >= 0:  # above the cut, where touching it does not change the band
        return 100 * distance // spread if spread else 100
    return (-100 * distance - 1) // spread
