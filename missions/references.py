"""References that people can read out on a radio and nobody can guess or count."""

import secrets

from missions.access import Record

# No vowels, so that no word appears by chance; no 0 O 1 I, so that nobody misreads one for another.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 5
GIVEN_ONCE = "a reference is given once"


def new_reference(kind: type[Record], prefix: str, year: int | None = None) -> str:
    """Return a random reference that no record of that kind bears, such as C-7F3K2, or R-2026-7F3K2 with a year."""
    beginning = f"{prefix}-{year}-" if year else f"{prefix}-"
    while kind.objects.unscoped(GIVEN_ONCE).filter(reference=(drawn := beginning + _draw())).exists():
        pass
    return drawn


def _draw() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
