"""What the seal is made of: the one written form of an event, what vouches for it, and how each line holds the last.

Pure functions of their arguments: no database, no clock, no settings, so that anybody can write them again.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit.digests import canonical
from audit.models import Checkpoint, Event

ORIGIN = "parley-audit"
FIRST = "0" * 64
# What each digest is a digest of, so that none can stand in another's place.
EVENT, SEAL, RECORD = b"parley-event-v1\n", b"parley-seal-v1\n", b"parley-record-v1\n"


def moment(value: datetime) -> str:
    """Return a moment as it is written down: UTC, to the microsecond."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def content_of(event: Event) -> dict[str, Any]:
    """Return what an event says, in plain values."""
    return {
        "uid": str(event.uid),
        "at": moment(event.at),
        "kind": str(event.kind),
        "actor": _text(event.actor_id),
        "role": event.actor_role,
        "mission": _text(event.mission_id),
        "type": event.object_type,
        "object": _text(event.object_id),
        "version": event.object_version,
        "fields": list(event.fields),
        "route": event.route,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def mac_of(event: Event, key: bytes) -> str:
    """Return what proves that an event was written by somebody who holds the key."""
    return hmac.new(key, EVENT + canonical(content_of(event)).encode(), hashlib.sha256).hexdigest()


def is_authentic(event: Event, key: bytes) -> bool:
    """Say whether an event is as it was written."""
    return hmac.compare_digest(mac_of(event, key), event.mac)


def record_digest(kind: str, key_of_record: str, content: object, key: bytes) -> str:
    """Return the digest of a record's content; keyed, because small fields could be guessed from a plain one."""
    said = canonical([kind, key_of_record, content]).encode()
    return hmac.new(key, RECORD + said, hashlib.sha256).hexdigest()


def link(previous: str, position: int, event: Event, record: tuple[str, str, str]) -> str:
    """Return the digest of one line of the chain; `record` is the type, id and digest of what the event was about."""
    said = [previous, position, event.pk, content_of(event), event.mac, *record]
    return hashlib.sha256(SEAL + canonical(said).encode()).hexdigest()


# ---- Signed notes (C2SP signed-note and tlog-checkpoint) ----


@dataclass(frozen=True)
class Note:
    """One signed statement of how long the chain was, and at which digest it ended."""

    number: int
    size: int
    head: str
    at: str
    signature: bytes


def note_of(checkpoint: Checkpoint) -> Note:
    """Return a checkpoint of the database as the note that was signed."""
    signature = base64.b64decode(checkpoint.signature)
    return Note(checkpoint.number, checkpoint.size, checkpoint.head, moment(checkpoint.at), signature)


def body(number: int, size: int, head: str, at: str) -> bytes:
    """Return the text that is signed: origin, size, head, then number and moment."""
    stated = base64.b64encode(bytes.fromhex(head)).decode()
    return f"{ORIGIN}\n{size}\n{stated}\n{number} {at}\n".encode()


class SigningKey:
    """The key that only the sealer holds."""

    def __init__(self, secret: str) -> None:
        seed = hashlib.sha256(b"parley-audit-signing\n" + secret.encode()).digest()
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = VerifyingKey(self._private.public_key())

    def sign(self, number: int, size: int, head: str, at: str) -> bytes:
        """Return the signature of a note."""
        return self._private.sign(body(number, size, head, at))


class VerifyingKey:
    """The public half, which may be given to anybody."""

    def __init__(self, public: Ed25519PublicKey) -> None:
        self._public = public
        self.raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.tag = hashlib.sha256(f"{ORIGIN}\n\x01".encode() + self.raw).digest()[:4]

    @classmethod
    def from_text(cls, text: str) -> "VerifyingKey":
        """Return the key that was written as base64."""
        return cls(Ed25519PublicKey.from_public_bytes(base64.b64decode(text)))

    @property
    def id(self) -> str:
        """Return the short name of the key."""
        return self.tag.hex()

    def signed(self, note: Note) -> bool:
        """Say whether this key signed a note."""
        try:
            self._public.verify(note.signature, body(note.number, note.size, note.head, note.at))
        except InvalidSignature:
            return False
        return True


def written(note: Note, key_id: str) -> str:
    """Return a signed note as text, with an empty line behind it."""
    text = body(note.number, note.size, note.head, note.at).decode()
    signature = base64.b64encode(bytes.fromhex(key_id) + note.signature).decode()
    return f"{text}\n— {ORIGIN} {signature}\n\n"


def read(text: str) -> Note:
    """Return the note that stands in a text; raise ValueError where it is none."""
    origin, size, head, stated, empty, signed = text.strip("\n").split("\n")
    number, _, at = stated.partition(" ")
    mark, name, signature = signed.split(" ")
    if (origin, empty, mark, name) != (ORIGIN, "", "—", ORIGIN):
        raise ValueError("not a note of this log")
    return Note(int(number), int(size), base64.b64decode(head).hex(), at, base64.b64decode(signature)[4:])


def anybody_signed(note: Note, keys: Iterable[VerifyingKey]) -> bool:
    """Say whether one of these keys signed a note."""
    return any(key.signed(note) for key in keys)
