"""The watch: every answer, mail and line of the log of the whole suite is searched for what its reader may not know.

An answer is searched for the canaries of canaries.py and for references. Whoever may not read a record must meet
neither; who counts at headquarters may meet references. Mail and log carry no canary, mail no reference either.
"""

import html
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import mail
from django.db import connection
from django.http import HttpRequest
from django.test.client import ClientHandler
from django.utils import timezone

from tests.leaks import canaries, knowing
from tests.leaks.knowing import Kept, Knower

LETTERS = "2-9BCDFGHJKLMNPQRSTVWXZ"
TOKEN = re.compile(rf"CNRY-[{LETTERS}]{{7}}|(?<![\w-])[A-Z]-(?:\d{{4}}-)?[{LETTERS}]{{5}}(?![\w-])".encode())
CANARY = b"CNRY-"
RECORD = "id, reference, mission_id, office_id, marking, compartment_id, created_by_id"
# How the references of each kind of record begin; a new kind without a letter here fails every test.
LETTER_OF = {"person": "P", "group": "N", "threatassessment": "T", "contact": "C", "request": "R", "source": "S"}
SOURCES = "engagement_source"
IN_DEPTH = {"consent", "risksheet"}
# The one answer that may say who somebody is.
REVEALS = "engagement:open_reveal"
SHORTEST_NAME = 5


@dataclass
class Watch:
    """What has been found out so far, in the test that is running."""

    leaks: list[str] = field(default_factory=list)
    # What the answers of the whole run held: how many were searched, and how many tokens were judged.
    answers: int = 0
    judged: int = 0
    # Words of the identities that this test has put into the vault.
    identities: set[str] = field(default_factory=set)

    def report(self, leak: str) -> None:
        """Take note of a leak."""
        self.leaks.append(leak)

    def take(self) -> list[str]:
        """Return what was found, and begin anew."""
        found, self.leaks = list(dict.fromkeys(self.leaks)), []
        self.identities.clear()
        return found


watch = Watch()


@contextmanager
def leaks_expected() -> Iterator[list[str]]:
    """Let a test break the rule on purpose; yield the list that the leaks go into."""
    before, watch.leaks = watch.leaks, []
    found = watch.leaks
    try:
        yield found
    finally:
        watch.leaks = before


def examine(response: Any) -> None:
    """Search one answer."""
    request: HttpRequest | None = getattr(response, "wsgi_request", None)
    if request is None:
        return
    watch.answers += 1
    body = _whole(response)
    if watch.identities:
        _look_for_identities(request, body)
    found = set(TOKEN.findall(body))
    if found:
        found -= set(TOKEN.findall(_asked(request)))
    if found and (leaked := _unknown_to(request.user if hasattr(request, "user") else None, found)):
        watch.report(f"{request.method} {request.path} shows {_name(request)} {', '.join(sorted(leaked))}")


def _look_for_identities(request: HttpRequest, body: bytes) -> None:
    match = getattr(request, "resolver_match", None)
    if match and match.view_name == REVEALS and request.method == "POST":
        return
    text, asked = html.unescape(body.decode(errors="replace")), _asked(request).decode(errors="replace")
    shown = {word for word in watch.identities if word in text and word not in asked}
    if shown:
        watch.report(f"{request.method} {request.path} shows {_name(request)} who a source is: {sorted(shown)}")


def _whole(response: Any) -> bytes:
    if response.streaming:
        content = b"".join(response.streaming_content)
        response.streaming_content = [content]
    else:
        content = response.content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return content + b" " + response.get("Location", "").encode() + response.get("Content-Disposition", "").encode()


def _asked(request: HttpRequest) -> bytes:
    """Return what the person has sent: an address or a form that comes back tells them nothing new."""
    sent = [request.path, request.META.get("QUERY_STRING", "")]
    if request.method == "POST":
        sent += [value for _name, values in request.POST.lists() for value in values]
    return " ".join(sent).encode()


def _name(request: HttpRequest) -> str:
    return getattr(getattr(request, "user", None), "username", "") or "nobody"


def _unknown_to(user: Any, found: Iterable[bytes]) -> set[str]:
    """Return the tokens among these that tell a person of what they may not know."""
    tokens = {token.decode() for token in found}
    held = {token: canaries.owners[token] for token in tokens if token in canaries.owners}
    named = {token for token in tokens if not token.startswith("CNRY-")}
    kept = _records(named, held.values())
    watch.judged += len(tokens)
    person = _person(user)
    leaked = set()
    for token in named:
        records = [record for record in kept.values() if record.reference == token]
        if records and not any(_may_meet(person, record) for record in records):
            leaked.add(token)
    for token, (table, row, part) in held.items():
        if not _may_read(person, table, row, part, kept):
            leaked.add(f"{token} of {_told(table, row, kept)}")
    return leaked


def _person(user: Any) -> Knower | None:
    if user is None or not user.is_authenticated:
        return None
    return knowing.knower(user.pk, timezone.now(), grant_tables())


def _may_meet(person: Knower | None, record: Kept) -> bool:
    if person is None:
        return False
    knows = knowing.may_know(person, record) or knowing.may_count(person, record)
    return knows or knowing.wrote_reference(person, record)


def _may_read(person: Knower | None, table: str, row: str, part: str, kept: dict[tuple[str, str], Kept]) -> bool:
    if person is None:
        return False
    if table == "missions_compartment":
        return row in person.circles or _owns(person, row)
    record = kept.get((table, row))
    if record is not None and record.handlers:
        return knowing.may_read_of_source(person, record, in_depth=part in IN_DEPTH)
    return record is None or knowing.may_read(person, record)


def _owns(person: Knower, circle: str) -> bool:
    """Say whether a person has been named an owner of a circle: the second owner confirms what the first proposes."""
    sql = "SELECT COUNT(*) FROM missions_compartmentmember WHERE is_owner AND user_id = %s AND compartment_id = %s"
    return bool(knowing.rows(sql, [person.key, circle])[0][0])


def _told(table: str, row: str, kept: dict[tuple[str, str], Kept]) -> str:
    record = kept.get((table, row))
    return record.reference if record else table


_known_tables: tuple[dict[str, str], list[str]] | None = None


def _tables() -> tuple[dict[str, str], list[str]]:
    """Return the tables of records by the letter of their references, and the tables of leave."""
    global _known_tables
    if _known_tables is None:
        from missions.access import Record
        from missions.models import RecordGrant

        records = [model for model in apps.get_models() if issubclass(model, Record)]
        _known_tables = (
            {LETTER_OF[model._meta.model_name or ""]: model._meta.db_table for model in records},
            [model._meta.db_table for model in apps.get_models() if issubclass(model, RecordGrant)],
        )
    return _known_tables


def grant_tables() -> list[str]:
    """Return the tables that let a person into a single record."""
    return _tables()[1]


def records_by(references: Iterable[str]) -> Iterable[Kept]:
    """Return the records of these references."""
    return _records(set(references), ()).values()


def _records(named: set[str], held: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], Kept]:
    by_letter = _tables()[0]
    wanted: dict[str, tuple[list[str], list[str]]] = {}
    for reference in named:
        if table := by_letter.get(reference[0]):
            wanted.setdefault(table, ([], []))[0].append(reference)
    for table, row, _part in set(held):
        if table in by_letter.values():
            wanted.setdefault(table, ([], []))[1].append(row)
    if not wanted:
        return {}
    library = {knowing.key(row[0]) for row in knowing.rows("SELECT id FROM missions_mission WHERE is_library")}
    found = {}
    for table, (references, keys) in wanted.items():
        conditions = [
            f"{column} IN ({knowing.marks(values)})"
            for column, values in (("reference", references), ("id", keys))
            if values
        ]
        columns = f"{RECORD}, handler_id, alternate_id" if table == SOURCES else RECORD
        sql = f"SELECT {columns} FROM {table} WHERE {' OR '.join(conditions)}"
        for row in knowing.rows(sql, [*references, *keys]):
            one, reference, mission, office, marking, circle, author, *handlers = row
            k = knowing.key
            kept = Kept(
                key=str(k(one)),
                reference=reference,
                mission=str(k(mission)),
                office=k(office),
                marking=marking,
                circle=k(circle),
                author=str(k(author)),
                in_library=k(mission) in library,
                handlers=tuple(str(k(handler)) for handler in handlers),
            )
            found[table, kept.key] = kept
    return found


def examine_line(record: logging.LogRecord) -> None:
    """Search one line of the log, with the traceback that goes with it."""
    line = logging.Formatter().format(record)
    found = [*canaries.SHAPE.findall(line), *(word for word in watch.identities if word in line)]
    if found:
        watch.report(f"the log of {record.name} holds {found}")


def examine_mail() -> None:
    """Search what was mailed in this test: nothing that names a record belongs there."""
    for message in getattr(mail, "outbox", []):
        text = f"{message.subject} {message.body} {message.extra_headers}"
        found = [*TOKEN.findall(text.encode()), *(word for word in watch.identities if word in text)]
        if found:
            watch.report(f"a mail to {message.to} holds {found}")


def begin() -> None:
    """Plant canaries in every sensitive field from now on, and search every answer and every line of the log."""
    canaries.plant_everywhere()
    answer = ClientHandler.__call__
    # Of the class and not a handler: a worker that starts in a test lays its own handlers down anew.
    write = logging.Logger.callHandlers

    def searched(self: ClientHandler, environ: dict[str, Any]) -> Any:
        response = answer(self, environ)
        if not connection.needs_rollback:
            examine(response)
        return response

    def overheard(self: logging.Logger, record: logging.LogRecord) -> None:
        examine_line(record)
        write(self, record)

    _watch_the_vault()
    ClientHandler.__call__ = searched
    logging.Logger.callHandlers = overheard


def _watch_the_vault() -> None:
    """Remember the words of every identity that is sealed from now on."""
    from engagement.services import identities

    seal = identities.seal

    def remembered(content: bytes, **kwargs: Any) -> Any:
        for text in json.loads(content).values():
            watch.identities |= {line for line in text.splitlines() if len(line) > SHORTEST_NAME}
        return seal(content, **kwargs)

    identities.seal = remembered


def finish() -> list[str]:
    """Return what leaked in the test that ends here."""
    examine_mail()
    return watch.take()
