"""The file outside of the database that remembers every checkpoint: whoever cuts the end off the log is found by it."""

import fcntl
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from audit import chain
from audit.models import Checkpoint

logger = logging.getLogger(__name__)

# Longer than any note, so that the end of the file holds the last one whole.
TAIL = 2000
NOTE = re.compile(rf"({chain.ORIGIN}\n\d+\n[^\n]+\n\d+ [^\n]+\n\n— {chain.ORIGIN} [^\n]+\n)\n")


def path() -> Path:
    """Return the file of this database."""
    name = Path(str(connection.settings_dict["NAME"])).stem or "parley"
    return Path(settings.AUDIT_DIR) / f"{name}.notes"


def catch_up() -> None:
    """Write the notes of all checkpoints that the file does not hold yet; whatever fails is made up for next time."""
    try:
        _catch_up()
    except OSError as error:
        logger.error("The witness file was not written: %s", type(error).__name__)


def _catch_up() -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last = _last_number(file)
        newer = Checkpoint.objects.filter(number__gt=last).order_by("number")
        lines = [chain.written(chain.note_of(checkpoint), checkpoint.key_id) for checkpoint in newer.iterator()]
        file.write("".join(lines).encode())


def _last_number(file: BinaryIO) -> int:
    """Return the number of the last note, and cut off what a full disk may have left half written behind it."""
    start = max(0, file.seek(0, 2) - TAIL)
    file.seek(start)
    tail = file.read().decode(errors="ignore")
    whole = list(NOTE.finditer(tail))
    if not whole:
        return 0
    rest = tail[whole[-1].end() :].encode()
    if rest:
        file.truncate(file.seek(0, 2) - len(rest))
    return chain.read(whole[-1][1]).number


def notes() -> Iterator[chain.Note | None]:
    """Yield the notes of the file in their order, and None for what is not a note."""
    if not path().exists():
        return
    text = path().read_text(encoding="utf-8", errors="replace")
    end = 0
    for found in NOTE.finditer(text):
        yield _read(found[1]) if found.start() == end else None
        end = found.end()
    if text[end:]:
        yield None


def _read(text: str) -> chain.Note | None:
    try:
        return chain.read(text)
    except ValueError:
        return None


def begin_anew() -> None:
    """Forget the notes of a database that has been thrown away; only the demonstration does that."""
    path().unlink(missing_ok=True)
