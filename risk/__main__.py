"""The risk model on the command line: assess cases line by line, or explain one."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from risk import CaseError, Facts, assess, current_ruleset, explain, validate_facts

LONGEST_LINE = 1_000_000
LONGEST_MESSAGE = 300


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 when every case was answered, else 1."""
    options = _options(arguments)
    try:
        explains = options.command == "explain"
        status = _explain(options.case, options.lang) if explains else _assess(sys.stdin.buffer)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the answers has left, like `head` after ten lines
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it flushes at exit
        return 1
    return status


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m risk", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("assess", help="read one case per line from standard input, write one result per line")
    explaining = commands.add_parser("explain", help="print the explanation of one case as text")
    explaining.add_argument("case", type=Path, help="a file that holds one case as JSON")
    explaining.add_argument("--lang", choices=("en", "fr"), default="en", help="language of the text")
    return parser.parse_args(arguments)


def _assess(source: BinaryIO) -> int:
    status = 0
    for number, line in enumerate(_lines(source), start=1):
        if not line.strip():
            continue
        try:
            print(json.dumps(_answer(_read_case(line)), separators=(",", ":")))
        except CaseError as error:
            print(f"line {number}: {_one_line(error)}", file=sys.stderr)
            status = 1
    return status


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    name = case.get("id")
    if type(name) not in (str, int):
        raise CaseError("the key 'id' is missing, or neither a text nor a whole number")
    return {"id": name, **assess(_facts(case), current_ruleset()).headline()}


def _explain(path: Path, lang: str) -> int:
    try:
        facts = _facts(_read_case(path.read_bytes()))
    except (CaseError, OSError) as error:
        print(f"{path}: {_one_line(error)}", file=sys.stderr)
        return 1
    ruleset = current_ruleset()
    text = explain(assess(facts, ruleset), ruleset, lang)
    plain = text.replace("\u00a0", " ")  # a terminal breaks no lines at spaces
    sys.stdout.buffer.write(plain.encode())  # whatever encoding the terminal claims
    return 0


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:LONGEST_MESSAGE]


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield the lines one by one; of a line that is too long, only so much as to see that it is."""
    while line := source.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE + 1)


def _read_case(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise CaseError(f"longer than {LONGEST_LINE} bytes")
    try:
        case = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise CaseError("not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, CaseError) else CaseError(f"not JSON: {error}") from None
    if not isinstance(case, dict):
        raise CaseError("not a JSON object")
    return case


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, and refuse a key given twice: the last would silently win over the first."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise CaseError(f"the key {key!r} is given twice")
        found[key] = value
    return found


def _facts(case: dict[str, Any]) -> Facts:
    facts = Facts.from_case(case)
    for problem in validate_facts(facts, current_ruleset()):
        if problem.stops_scoring:
            raise CaseError(problem.message("en"))
    return facts


if __name__ == "__main__":
    sys.exit(main())
