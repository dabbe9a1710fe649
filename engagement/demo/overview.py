"""One page on the training library, worked out from its data files without a database."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import risk
from engagement import library
from engagement.demo import case_files
from nsags.models import Label

HEAD = """\
# The training library

Printed by `manage.py library_overview` from `engagement/demo/library/*.toml`; a test compares this page with the files.

{count} historical cases, each loaded as a request of its day and assessed by the method as it stands now. Levels are
test inputs that the editors drew from public accounts. They check the method and do not judge what people did: see
[honesty about history](../explanation/honesty-about-history.md).

Figures are points from 0 to 1000, with the range that the evidence leaves open.
"""
BANDS = {
    "LOW": "Low",
    "MODERATE": "Moderate",
    "HIGH": "High",
    "VERY_HIGH": "Very high",
    "P1_MINOR": "Minor",
    "P2_USEFUL": "Useful",
    "P3_MAJOR": "Major",
    "P4_CRITICAL": "Critical",
}
COLUMNS = ("Case", "Date", "Legitimacy", "Host government", "Security", "Protection", "Standing rule")


def page() -> str:
    """Return the whole page."""
    count = sum(1 for _ in library.cases())
    return "\n".join([HEAD.format(count=count), *(_chapter(library.chapter(name)) for name in library.FILES)])


def _chapter(written: Mapping[str, Any]) -> str:
    about = written["mission"]
    rows = sorted(written["cases"], key=lambda case: (case["date"], case["id"]))
    table = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    table += ["| " + " | ".join(_row(case, written)) + " |" for case in rows]
    told = [line for case in rows for line in _told(case)]
    return "\n".join([f"## {about['code']}: {about['name']}", "", *table, "", *told])


def _row(case: Mapping[str, Any], written: Mapping[str, Any]) -> Iterator[str]:
    found = risk.assess(facts_of(case, written), risk.current_ruleset())
    yield f"{library.reference_of(case)}"
    yield f"{case['date']:%Y-%m}"
    for code in risk.RISKS:
        yield _figure(found.risks[code])
    yield _figure(found.protection)
    yield "Blocked" if found.authority == risk.Level.BLOCK else found.advice.capitalize()


def _figure(figure: Any) -> str:
    return f"{BANDS[figure.band.value]} ({figure.score}, {figure.low}–{figure.high})"


def _told(case: Mapping[str, Any]) -> Iterator[str]:
    yield f"**{library.reference_of(case)}. {case['title']}** ({case['date_note']}). {case['history']}"
    yield f"Source: {case['source']}."
    yield ""


def facts_of(case: Mapping[str, Any], written: Mapping[str, Any]) -> risk.Facts:
    """Return what the method looks at in a case."""
    answers: dict[str, dict[str, Any]] = {code: {} for code in (*risk.RISKS, risk.PROTECTION)}
    for factor, level, sure in case_files.levels(case):
        answers[factor[:3]][factor] = [level, sure or None]
    stated = {"levels": answers, "posture": _posture(case, written)}
    return risk.Facts.from_case(
        {**stated, "measures": [*case.get("measures", ())], "verified": [*case.get("verified", ())]}
    )


def _posture(case: Mapping[str, Any], written: Mapping[str, Any]) -> str:
    if any(ban["group"] == case["group"] for ban in written.get("prohibitions", ())):
        return "PROHIBITED"
    code = written["mission"]["posture"]["code"]
    if code == "STRATEGY_BASED":
        return f"{code}/strategy" if case.get("inside_strategy") else f"{code}/none"
    if code == "COMPLIANT_ONLY":
        return f"{code}/compliant" if _is_compliant(case["group"], case["date"], written) else f"{code}/other"
    return str(code)


def _is_compliant(key: str, on: date, written: Mapping[str, Any]) -> bool:
    group = next(group for group in written["groups"] if group["key"] == key)
    stated = (label for label in group.get("labels", ()) if label["value"] == Label.Value.COMPLIANT)
    return any(label["starts_on"] <= on for label in stated)
