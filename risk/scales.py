"""The ordered words of the model: bands, authority levels, effects of gates."""

from enum import StrEnum
from typing import Literal

Confidence = Literal["A", "B", "C"]
RISKS = ("LEG", "GOV", "SEC")
PROTECTION = "PRO"


class Ordered(StrEnum):
    """A word that is also a step on a scale: members compare by the order in which they are declared."""

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    def __lt__(self, other: str, /) -> bool:
        return self.rank < type(self)(other).rank

    def __le__(self, other: str, /) -> bool:
        return self.rank <= type(self)(other).rank

    def __gt__(self, other: str, /) -> bool:
        return self.rank > type(self)(other).rank

    def __ge__(self, other: str, /) -> bool:
        return self.rank >= type(self)(other).rank


class Band(Ordered):
    """How high a risk is."""

    LOW = "LOW"
    MODERATE = "MODERATE"
    HIGH = "HIGH"
    VERY_HIGH = "VERY_HIGH"


class ProtectionBand(Ordered):
    """How much a contact may do for civilians."""

    P1_MINOR = "P1_MINOR"
    P2_USEFUL = "P2_USEFUL"
    P3_MAJOR = "P3_MAJOR"
    P4_CRITICAL = "P4_CRITICAL"


class Level(Ordered):
    """Who decides; BLOCK stands above all because nobody can."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    BLOCK = "BLOCK"

    def one_up(self) -> "Level":
        """Return the next level of authority; L4 and BLOCK have none above them."""
        return self if self >= Level.L4 else tuple(Level)[self.rank + 1]


class Effect(Ordered):
    """What a gate does to a request, mildest first."""

    ALERT = "ALERT"
    ESCALATE = "ESCALATE"
    HOLD = "HOLD"
    BLOCK = "BLOCK"


BANDS = tuple(Band)
PROTECTION_BANDS = tuple(ProtectionBand)
