"""Comparing the log with its seals, its signatures, the file outside of the database, and the records themselves."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from audit import content, keys, sealing, witness
from audit.chain import FIRST, Note, VerifyingKey, anybody_signed, is_authentic, link, moment, note_of
from audit.content import Root
from audit.models import Checkpoint, Event, Seal, Verification

# Whoever forged one thing has often forged more; the first few say enough.
MOST = 20
AT_ONCE = 2000


class Problem(models.TextChoices):
    """What may be wrong with an event, a seal, a checkpoint, a note outside, or a record."""

    FORGED = "forged", _("was changed, or not written by Parley")
    MISSING = "missing", _("is missing")
    UNLINKED = "unlinked", _("does not fit the chain")
    UNSIGNED = "unsigned", _("bears no valid signature")
    OUT_OF_STEP = "out_of_step", _("does not agree with the chain")
    CUT_OFF = "cut_off", _("vouches for lines that the log no longer holds")
    ALTERED = "altered", _("was changed without an event")
    UNRECORDED = "unrecorded", _("exists without an event")
    VANISHED = "vanished", _("has vanished without an event")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed: a kind of thing, which one, and what is wrong; never content."""

    what: str
    where: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.what} {self.where} {self.problem.label}"


@dataclass
class Report:
    """What a verification looked at, and what it found."""

    sealed: int = 0
    waiting: int = 0
    checkpoints: int = 0
    records: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Say whether everything agrees."""
        return not self.findings


@dataclass
class _Seen:
    """What the walk along the chain leaves behind for the later checks."""

    report: Report = field(default_factory=Report)
    # The digest at each place where a checkpoint ends.
    heads: dict[int, str] = field(default_factory=dict)
    records: dict[Root, str] = field(default_factory=dict)
    in_motion: set[Root] = field(default_factory=set)


def verify(most: int = MOST) -> Report:
    """Compare everything, as of one moment, and return what was found, the first `most` of it."""
    with transaction.atomic():
        _stand_still()
        seen = _Seen()
        seen.report.findings = tuple(islice(_findings(seen), most))
    return seen.report


def remember(report: Report, at: datetime) -> Verification:
    """Keep what came of a verification, for the auditor's page."""
    first = report.findings[0] if report.findings else None
    return Verification.objects.create(
        at=at,
        sealed=report.sealed,
        is_sound=report.is_sound,
        what=first.what[:60] if first else "",
        where=first.where[:60] if first else "",
        problem=first.problem.value if first else "",
    )


def _stand_still() -> None:
    """Look at one moment only, although others go on writing; inside a transaction that has begun, it is too late."""
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _findings(seen: _Seen) -> Iterator[Finding]:
    seen.heads = dict.fromkeys(Checkpoint.objects.values_list("size", flat=True), "")
    yield from _along_the_chain(seen)
    yield from _waiting(seen)
    yield from _checkpoints(seen)
    yield from _outside()
    yield from _records(seen)


# ---- Events and their places ----


def _along_the_chain(seen: _Seen) -> Iterator[Finding]:
    key, head, expected = keys.of_events(), FIRST, 1
    for seal, event in _sealed():
        while expected < seal.position:
            yield Finding("seal", str(expected), Problem.MISSING)
            expected = seal.position
        where = f"{seal.event_id} (position {seal.position})"
        if event is None:
            yield Finding("event", where, Problem.MISSING)
        elif not is_authentic(event, key):
            yield Finding("event", where, Problem.FORGED)
        elif link(head, seal.position, event, _of_record(seal)) != seal.digest:
            yield Finding("event", where, Problem.UNLINKED)
        head, expected = seal.digest, seal.position + 1
        _note(seal, seen)


def _sealed() -> Iterator[tuple[Seal, Event | None]]:
    position = -1
    while seals := list(Seal.objects.filter(position__gt=position).order_by("position")[:AT_ONCE]):
        events = {event.pk: event for event in Event.objects.filter(pk__in=[seal.event_id for seal in seals])}
        yield from ((seal, events.get(seal.event_id)) for seal in seals)
        position = seals[-1].position


def _of_record(seal: Seal) -> tuple[str, str, str]:
    return seal.record_type, str(seal.record_id or ""), seal.record_digest


def _note(seal: Seal, seen: _Seen) -> None:
    seen.report.sealed += 1
    if seal.position in seen.heads:
        seen.heads[seal.position] = seal.digest
    if seal.record_digest and seal.record_id:
        seen.records[seal.record_type, seal.record_id] = seal.record_digest


def _waiting(seen: _Seen) -> Iterator[Finding]:
    """Look at what has not been sealed yet; a record that it changed cannot be judged before it is."""
    key, unsealed = keys.of_events(), list(sealing.waiting(everything=True))
    seen.report.waiting = len(unsealed)
    owners = sealing.owners_of(unsealed)
    seen.in_motion = sealing.changed_by(unsealed, owners)
    for event in unsealed:
        if not is_authentic(event, key):
            yield Finding("event", f"{event.pk} (not yet sealed)", Problem.FORGED)


# ---- Signatures ----


def _checkpoints(seen: _Seen) -> Iterator[Finding]:
    verifiers, size, expected = keys.of_verifier(), 0, 1
    for checkpoint in Checkpoint.objects.order_by("number").iterator():
        seen.report.checkpoints += 1
        if checkpoint.number != expected:
            yield Finding("checkpoint", str(expected), Problem.MISSING)
        if not _is_signed(checkpoint, verifiers):
            yield Finding("checkpoint", str(checkpoint.number), Problem.UNSIGNED)
        elif checkpoint.size <= size or seen.heads.get(checkpoint.size) != checkpoint.head:
            yield Finding("checkpoint", str(checkpoint.number), Problem.OUT_OF_STEP)
        size, expected = checkpoint.size, checkpoint.number + 1
    if size != seen.report.sealed:
        yield Finding("checkpoint", f"of {seen.report.sealed} lines", Problem.MISSING)


def _is_signed(checkpoint: Checkpoint, verifiers: Mapping[str, VerifyingKey]) -> bool:
    signer = verifiers.get(checkpoint.key_id)
    try:
        note = note_of(checkpoint)
        return signer is not None and _is_exact(checkpoint, note) and signer.signed(note)
    except ValueError:
        return False


def _is_exact(checkpoint: Checkpoint, note: Note) -> bool:
    """Say whether the signature is written in the one way it is written, with no letter to spare."""
    return base64.b64encode(note.signature).decode() == checkpoint.signature


def _outside() -> Iterator[Finding]:
    """Compare the file outside of the database: each of its notes is a beginning of this chain."""
    known = {row.number: (row.size, row.head, moment(row.at)) for row in Checkpoint.objects.all()}
    verifiers, count = keys.of_verifier().values(), 0
    for count, note in enumerate(witness.notes(), start=1):
        if note is None or not anybody_signed(note, verifiers):
            yield Finding("witness note", str(count), Problem.UNSIGNED)
        elif note.number not in known:
            yield Finding("witness note", str(count), Problem.CUT_OFF)
        elif known[note.number] != (note.size, note.head, note.at):
            yield Finding("witness note", str(count), Problem.OUT_OF_STEP)
    if known and not count:
        yield Finding("witness", "file", Problem.MISSING)


# ---- Records ----


def _records(seen: _Seen) -> Iterator[Finding]:
    """Compare what every record holds now with what was sealed last."""
    left = {root: digest for root, digest in seen.records.items() if root not in seen.in_motion}
    for root, digest in content.everything():
        seen.report.records += 1
        label, key = root
        sealed = left.pop(root, None)
        if sealed is None and root not in seen.in_motion and label not in content.BEGINS_WITHOUT_AN_EVENT:
            yield Finding(label, str(key), Problem.UNRECORDED)
        elif sealed is not None and sealed != digest:
            yield Finding(label, str(key), Problem.ALTERED)
    nothing = content.digests(root for root in left if root[0] in content.roots())
    for root, sealed in left.items():
        if nothing.get(root) != sealed:
            yield Finding(root[0], str(root[1]), Problem.VANISHED)
