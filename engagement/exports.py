"""The text of an exported table: what a spreadsheet would run as a formula is written so that it stays words."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

# What begins a formula in a spreadsheet; a minus sign counts as well as the hyphen on the keyboard.
TRIGGERS = frozenset("=+-@\N{MINUS SIGN}\N{HEAVY PLUS SIGN}\N{HEAVY MINUS SIGN}")
QUOTES = frozenset("\"'`´\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
                   "\N{RIGHT DOUBLE QUOTATION MARK}«»")  # fmt: skip
# A spreadsheet set up for another country or file begins a new cell after any of these.
SEPARATORS = frozenset(",;|\t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# A cell that begins with one of these may lose it on the way, and what follows becomes the beginning.
CONTROLS = ("\t", "\r", "\n")
GUARD = "'"


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, wherever it splits the line.

    An apostrophe is put before every part, at the start or after a separator, that could begin a formula, and before
    every part that begins with an apostrophe or a control character; `original` takes exactly those away again.
    """
    return "".join(GUARD + part if _needs_guard(part) else part for part in _parts(text))


def original(text: str) -> str:
    """Return the text as it was before `neutral`."""
    return "".join(part.removeprefix(GUARD) for part in _parts(text))


def _parts(text: str) -> list[str]:
    """Split a text after each separator; the parts together are the text."""
    starts = [0, *(place + 1 for place, sign in enumerate(text) if sign in SEPARATORS)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _needs_guard(part: str) -> bool:
    if part.startswith((GUARD, *CONTROLS)):
        return True
    first = next((sign for sign in part if not _is_skipped(sign)), "")
    return any(sign in TRIGGERS for sign in (first, *unicodedata.normalize("NFKC", first)))


def _is_skipped(sign: str) -> bool:
    """Say whether a spreadsheet may look past this sign: blanks, marks nobody sees, and quotation marks."""
    folded = unicodedata.normalize("NFKC", sign)
    hidden = unicodedata.category(sign)[0] in "ZCM"
    return sign in QUOTES or hidden or (bool(folded) and all(one in QUOTES or one.isspace() for one in folded))


def sheet(header: Sequence[str], rows: Iterable[Sequence[str]], footer: Iterable[Sequence[str]]) -> bytes:
    """Return a table as a file that spreadsheets open in any country: every cell quoted, UTF-8 with its mark."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (header, *rows, [], *footer):
        cells = [neutral(cell) for cell in row]
        writer.writerow([*cells, *[""] * (len(header) - len(cells))])
    return text.getvalue().encode("utf-8-sig")
