"""The one written form of an event, and every digest made from it: other hands must come to the same letters."""

import base64
import hashlib
import hmac
import json
import random
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit import chain
from audit.models import Checkpoint, Event

AT = datetime(2026, 3, 2, 9, 0, 0, 123, tzinfo=UTC)
KEY = b"a key that is written here"
GOLDEN = (
    '{"actor":"00000000-0000-0000-0000-000000000002","at":"2026-03-02T09:00:00.000123Z","fields":["purpose","title"],'
    '"kind":"request.answered","mission":"00000000-0000-0000-0000-000000000003",'
    '"object":"00000000-0000-0000-0000-000000000004","role":"field_staff","route":"","type":"engagement.request",'
    '"uid":"00000000-0000-0000-0000-000000000001","version":2}'
)
GOLDEN_MAC = "fe71a33dc4a8467cc6f6e70b1c36d157dc043f0e43a90537cde2fc7f0faa55eb"
GOLDEN_LINK = "cb07f8a087740ca352d64ef893ccd6bbbbb41c18c1dbb29fac7306df9401f313"
GOLDEN_RECORD = "57ac85c20241404b3cf5e23aa73ca0696a39f097fbe2cba7c4cc4889a141a0f3"


def event(**changes):
    said = {
        "pk": 7,
        "uid": uuid.UUID(int=1),
        "at": AT,
        "kind": "request.answered",
        "actor_id": uuid.UUID(int=2),
        "actor_role": "field_staff",
        "mission_id": uuid.UUID(int=3),
        "object_type": "engagement.request",
        "object_id": uuid.UUID(int=4),
        "object_version": 2,
        "fields": ["purpose", "title"],
        "route": "",
    }
    return Event(**said | changes)


def test_an_event_is_written_in_one_way():
    assert chain.canonical(chain.content_of(event())) == GOLDEN


def test_the_golden_digests_stand():
    written = event()
    written.mac = chain.mac_of(written, KEY)
    record = ("engagement.request", str(uuid.UUID(int=4)), "ab" * 32)

    assert written.mac == GOLDEN_MAC
    assert chain.link(chain.FIRST, 1, written, record) == GOLDEN_LINK
    assert chain.record_digest("nsags.group", str(uuid.UUID(int=5)), {"name": "Front"}, KEY) == GOLDEN_RECORD


def test_the_same_moment_in_another_time_zone_is_the_same_event():
    there = AT.astimezone(timezone(timedelta(hours=3)))

    assert chain.content_of(event(at=there)) == chain.content_of(event())


def invented(number):
    """Return an event that no other number gives."""
    chance = random.Random(number)
    some = [None, uuid.UUID(int=chance.getrandbits(128))]
    return event(
        pk=chance.randint(1, 10**9),
        uid=uuid.UUID(int=chance.getrandbits(128)),
        at=AT + timedelta(microseconds=chance.randint(0, 10**15)),
        kind=chance.choice(["access.denied", "record.read", "request.decided"]),
        actor_id=chance.choice(some),
        mission_id=chance.choice(some),
        object_id=chance.choice(some),
        object_version=chance.choice([None, 1, 65535]),
        fields=chance.sample(["a", "é", "“", "\n", '"', "purpose", "SEC-01"], k=chance.randint(0, 4)),
        route=chance.choice(["", "engagement:request"]),
    )


def by_other_hands(said, previous, position, record):
    """Write it again from the description alone: docs/explanation/the-sealed-log.md."""

    def text(value):
        return None if value is None else str(value)

    names = ("uid", "actor", "mission", "object")
    values = (said.uid, said.actor_id, said.mission_id, said.object_id)
    content = {name: text(value) for name, value in zip(names, values, strict=True)}
    content |= {"kind": said.kind, "role": said.actor_role, "type": said.object_type, "version": said.object_version}
    content |= {"fields": said.fields, "route": said.route, "at": said.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    line = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    mac = hmac.new(KEY, b"parley-event-v1\n" + line, "sha256").hexdigest()
    whole = [previous, position, said.pk, content, mac, *record]
    joined = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return mac, hashlib.sha256(b"parley-seal-v1\n" + joined).hexdigest()


@pytest.mark.parametrize("number", range(50))
def test_other_hands_come_to_the_same_digests(number):
    said, record = invented(number), ("nsags.group", str(uuid.UUID(int=number)), "cd" * 32)
    previous = hashlib.sha256(str(number).encode()).hexdigest()
    said.mac = chain.mac_of(said, KEY)

    assert (said.mac, chain.link(previous, number, said, record)) == by_other_hands(said, previous, number, record)


def test_a_note_is_read_as_it_was_written():
    key = chain.SigningKey("a secret")
    note = chain.Note(3, 17, "ef" * 32, chain.moment(AT), key.sign(3, 17, "ef" * 32, chain.moment(AT)))

    text = chain.written(note, key.public.id)

    assert chain.read(text) == note
    assert text.splitlines()[:4] == [
        "parley-audit",
        "17",
        base64.b64encode(bytes.fromhex("ef" * 32)).decode(),
        "3 2026-03-02T09:00:00.000123Z",
    ]


def test_a_note_is_signed_as_the_specification_of_signed_notes_has_it():
    secret = "a secret"
    key = chain.SigningKey(secret)
    seed = hashlib.sha256(b"parley-audit-signing\n" + secret.encode()).digest()
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    text = chain.written(
        chain.Note(1, 1, "00" * 32, chain.moment(AT), key.sign(1, 1, "00" * 32, chain.moment(AT))), key.public.id
    )
    body, _, line = text.rstrip("\n").rpartition("\n\n")
    stamp = base64.b64decode(line.split(" ")[2])

    assert stamp[:4] == hashlib.sha256(b"parley-audit\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(stamp[4:], (body + "\n").encode())


@pytest.mark.parametrize(
    "change", [{"number": 4}, {"size": 18}, {"head": "ee" * 32}, {"at": "2026-03-02T09:00:00.000124Z"}]
)
def test_a_signature_holds_for_one_note_only(change):
    key = chain.SigningKey("a secret")
    said = {"number": 3, "size": 17, "head": "ef" * 32, "at": chain.moment(AT)}
    note = chain.Note(**said, signature=key.sign(**said))

    assert key.public.signed(note)
    assert not key.public.signed(chain.Note(**said | change, signature=note.signature))
    assert not chain.SigningKey("another").public.signed(note)


def test_a_checkpoint_of_the_database_is_the_note_that_was_signed():
    key = chain.SigningKey("a secret")
    signature = key.sign(3, 17, "ef" * 32, chain.moment(AT))
    kept = Checkpoint(number=3, size=17, head="ef" * 32, at=AT, signature=base64.b64encode(signature).decode())

    assert key.public.signed(chain.note_of(kept))


@pytest.mark.parametrize("text", ["", "parley-audit\n", "other\n1\nAA==\n1 x\n\n— other AA==\n", "a\nb\nc\nd\ne\nf"])
def test_what_is_not_a_note_is_not_read(text):
    with pytest.raises(ValueError, match=r"."):
        chain.read(text)
