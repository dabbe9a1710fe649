"""References that people can read out on a radio and nobody can guess or count."""

import secrets

# No vowels, so that no word appears by chance; no 0 O 1 I, so that nobody misreads one for another.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"


def new_reference(prefix: str, year: int | None = None, length: int = 5) -> str:
    """Return a random reference such as C-7F3K2, or R-2026-7F3K2 when a year is given."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return f"{prefix}-{year}-{code}" if year else f"{prefix}-{code}"
