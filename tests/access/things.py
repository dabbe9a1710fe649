"""What the access tests know of what was built: people, things that an address names, and where each token stands."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from tests.access.people import Facts

TOKEN = re.compile(r"CNRY-[A-Z2-7]{10}")
LETTERS_OF_TOKENS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
SPACE = uuid.UUID("6f1d3b1e-6a34-4c0e-9a0a-9b8f3f1f7a10")


@dataclass
class Thing:
    """Something that an address can name: its facts in plain words, and what stands in its address."""

    place: str
    about: str
    facts: Facts
    address: dict[str, Any]


@dataclass
class World:
    """Everything that was built, and what must not be seen where."""

    at: datetime
    people: dict[str, User] = field(default_factory=dict)
    # Facts of each person, with references where people.py names places.
    facts: dict[str, Facts] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    # Facts of every record by its reference.
    records: dict[str, Facts] = field(default_factory=dict)
    # What each token stands in: token -> (facts of the record, name of the field).
    canaries: dict[str, tuple[Facts, str]] = field(default_factory=dict)

    def token(self, facts: Facts, what: str) -> str:
        """Return a text that stands nowhere else, and remember whose it is."""
        # They begin with a letter that those of tests/leaks never hold, so that each finds its own.
        made = "CNRY-A" + letters(f"{facts['id']} {what}", LETTERS_OF_TOKENS, 9)
        self.canaries[made] = (facts, what)
        return made

    def thing(self, about: str, place: str) -> Thing:
        """Return what stands at a place."""
        return next(thing for thing in self.things if (thing.about, thing.place) == (about, place))


def key(*words: object) -> uuid.UUID:
    """Return the key that these words always have."""
    return uuid.uuid5(SPACE, " ".join(map(str, words)))


def letters(words: str, alphabet: str, count: int) -> str:
    """Return the letters that these words always have."""
    number = int.from_bytes(hashlib.sha256(words.encode()).digest()[:16], "big")
    found = ""
    for _ in range(count):
        number, index = divmod(number, len(alphabet))
        found += alphabet[index]
    return found
