"""The keys of the log, which stand outside the database: whoever has only the database can forge nothing."""

from functools import lru_cache

from django.conf import settings

from audit.chain import SigningKey, VerifyingKey


def of_events() -> bytes:
    """Return the key that vouches for events and for the content of records."""
    return str(settings.AUDIT_KEY).encode()


def of_sealer() -> SigningKey:
    """Return the key that signs checkpoints."""
    return _signing(settings.AUDIT_SIGNING_KEY)


def of_verifier() -> dict[str, VerifyingKey]:
    """Return the public keys whose signatures count, by their short name: the present one, and retired ones."""
    present = of_sealer().public
    retired = [_verifying(text) for text in settings.AUDIT_RETIRED_KEYS]
    return {key.id: key for key in (*retired, present)}


@lru_cache
def _signing(secret: str) -> SigningKey:
    return SigningKey(secret)


@lru_cache
def _verifying(text: str) -> VerifyingKey:
    return VerifyingKey.from_text(text)
