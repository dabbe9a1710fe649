"""Reading the demonstration's data files: answers written as "3A 2B U", dates, and sources in two languages."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engagement.policies.drafting import AnswerInput
from risk import PROTECTION, RISKS

HERE = Path(__file__).parent
MORNING = time(9, 0)
UNKNOWN = "U"

# How sure the editors are, said in the language of the record; {source} is the publication.
STANDING = {
    "en": {
        "A": "Public report: {source}",
        "B": "Drawn from {source} or generally known",
        "C": "The editors’ judgement",
    },
    "fr": {
        "A": "Rapport public : {source}",
        "B": "Tiré de {source} ou de notoriété publique",
        "C": "Appréciation des auteurs",
    },
}


@cache
def read(name: str) -> dict[str, Any]:
    """Return the content of one data file."""
    with (HERE / name).open("rb") as file:
        return tomllib.load(file)


def morning(day: date, zone: ZoneInfo) -> datetime:
    """Return nine o'clock on that day in that zone."""
    return datetime.combine(day, MORNING, tzinfo=zone)


def levels(written: Mapping[str, Any]) -> Iterator[tuple[str, int | None, str]]:
    """Yield factor, level and confidence from four lines such as LEG = "3A 2B U"."""
    for risk in (*RISKS, PROTECTION):
        for number, answer in enumerate(written[risk].split(), start=1):
            factor = f"{risk}-{number:02}"
            yield (factor, None, "") if answer == UNKNOWN else (factor, int(answer[0]), answer[1])


def historical_answers(case: Mapping[str, Any]) -> dict[str, AnswerInput]:
    """Return the 36 answers of a historical case, each with what it rests on."""
    return {factor: _historical(case, factor, level, sure) for factor, level, sure in levels(case)}


def _historical(case: Mapping[str, Any], factor: str, level: int | None, sure: str) -> AnswerInput:
    if level is None:
        return AnswerInput(level=None, why_unknown=case["unknown"][factor])
    origin = STANDING[case["language"]][sure].format(source=case["source"])
    because = case.get("because", {}).get(factor)
    source = f"{because}. {origin}" if because else origin
    return AnswerInput(level=level, confidence=sure, source=source, source_date=case["date"])


def present_answers(
    written: Mapping[str, Any], changes: Mapping[str, str], *, language: str, on: date
) -> dict[str, AnswerInput]:
    """Return 36 answers with evidence of that day; `changes` replaces single ones, written like "4A"."""
    stated = {factor: (level, sure) for factor, level, sure in levels(written)}
    stated |= {factor: (int(answer[0]), answer[1]) for factor, answer in changes.items()}
    origins = read("present.toml")["sources"][language]
    return {factor: _present(factor, level, sure, origins, on) for factor, (level, sure) in stated.items()}


def _present(factor: str, level: int | None, sure: str, origins: Mapping[str, str], on: date) -> AnswerInput:
    origin = origins[factor.split("-")[0]]
    source = {"A": origins["two"].format(source=origin), "B": origin, "C": origins["unsure"]}[sure]
    return AnswerInput(level=level, confidence=sure, source=source, source_date=on)
