"""One canonical form of a record's content, and its fingerprint."""

import hashlib
import json


def canonical(content: object) -> str:
    """Return content as JSON that is the same, letter for letter, whenever the content is the same."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest_of(content: object) -> str:
    """Return the SHA-256 of content in its canonical form."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
