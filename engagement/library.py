"""The training library as it is written: its files, and what public sources tell of each case."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILES = ("monuc", "monusco", "minusca", "minusma", "unama")
WRITTEN = Path(__file__).parent / "demo" / "library"


@dataclass(frozen=True)
class Note:
    """What stands beside a historical case and not in the request: its date, its source and what became of it."""

    case: str
    date_note: str
    history: str
    source: str
    language: str


@cache
def chapter(name: str) -> dict[str, Any]:
    """Return one mission of the library as it is written."""
    with (WRITTEN / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def notes() -> Mapping[str, Note]:
    """Return the note on every case, by the reference of its request."""
    return {
        reference_of(case): Note(case["id"], case["date_note"], case["history"], case["source"], case["language"])
        for name in FILES
        for case in chapter(name)["cases"]
    }


def reference_of(case: Mapping[str, Any]) -> str:
    """Return the reference of a case's request, such as R-2018-C01."""
    return f"R-{case['date'].year}-{case['id']}"


def cases() -> Iterator[dict[str, Any]]:
    """Yield every case as it is written."""
    for name in FILES:
        yield from chapter(name)["cases"]
