"""Write the reference pages that the code can tell by itself."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

import risk
from accounts.glossary import TERMS
from audit.models import Kind
from missions.roles import (
    ADVISERS,
    AUTHORITY_OF_ROLE,
    OFFICE_BOUND,
    PERMISSIONS_OF_ROLE,
    WITHOUT_CONTENT,
    Authority,
    Permission,
    Role,
)

WRITTEN_BY = "<!-- Written by `python manage.py reference_docs`. Change the code it is taken from, not this page. -->"
EFFECTS = {
    "BLOCK": "nobody can decide until it is lifted",
    "HOLD": "no approval until somebody answers it",
    "ESCALATE": "a higher level decides, or one more adviser is asked",
    "ALERT": "shown to everyone who reads the request",
}


class Command(BaseCommand):
    """Write every generated page into docs/reference/."""

    help = "Write the pages of docs/reference/ that are taken from the code."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what has changed, and name it."""
        for name, text in pages().items():
            path = folder() / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"docs/reference/{name}")


def folder() -> Path:
    """Return where the pages stand."""
    return Path(settings.BASE_DIR) / "docs" / "reference"


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    with translation.override("en"):
        return {name: _page(writer()) for name, writer in WRITERS.items()}


def _page(blocks: Iterable[str]) -> str:
    title, *rest = blocks
    return "\n\n".join([title, WRITTEN_BY, *rest]) + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


# ---- Roles ----


def roles() -> Iterator[str]:
    """Say what each role may do, how far it sees and at which level it decides."""
    yield "# Roles and permissions"
    yield (
        "A posting gives one person one role in one mission (or at headquarters), up to a marking, for a time. What "
        "the role may do there is held by the group `<mission>:<role>`, which `missions.services.open_mission` fills "
        "from `missions/roles.py`. Who may see what is told in [who sees what](../explanation/who-sees-what.md)."
    )
    yield "## What each role may do"
    yield table(["Role", "Permissions"], ((role.label, _permissions(role)) for role in Role))
    yield "## How far each role sees, and what it carries"
    yield table(["Role", "Code", "Sees", "Decides up to", "Advises"], (_reach_row(role) for role in Role))
    yield (
        "Own records, single records opened by a grant, and the training library are seen besides. Nothing but "
        "membership opens a compartment, whatever the role."
    )
    yield "## Levels of authority"
    yield table(["Level", "Who decides"], ((level.name, level.label) for level in Authority))
    yield "## Permissions"
    yield table(["Permission", "Code"], ((permission.label, f"`{permission.value}`") for permission in Permission))


def _permissions(role: Role) -> str:
    held = PERMISSIONS_OF_ROLE[role]
    return "; ".join(str(permission.label) for permission in Permission if permission in held) or "none"


def _reach_row(role: Role) -> tuple[str, ...]:
    level = AUTHORITY_OF_ROLE.get(role)
    is_asked = role in ADVISERS or role == Role.HEADQUARTERS_DESK
    return (
        str(role.label),
        f"`{role.value}`",
        _sees(role),
        level.name if level is not None else "",
        "yes" if is_asked else "",
    )


def _sees(role: Role) -> str:
    if role in WITHOUT_CONTENT:
        return "no records by the posting"
    return "own office, and what has no office" if role in OFFICE_BOUND else "the whole mission"


# ---- Events ----


def events() -> Iterator[str]:
    """List everything that leaves a line in the log."""
    yield "# Audit events"
    yield (
        "Every change writes one row of `audit_event` in the same transaction: when, which kind, who, in which role, "
        "in which mission, on which record and version, and the names of the fields that changed. Never their values. "
        "Database triggers refuse to change or delete a row."
    )
    yield table(["Kind", "Name in `audit.models.Kind`", "Shown as"], (_event_row(kind) for kind in Kind))


def _event_row(kind: Kind) -> tuple[str, str, str]:
    return f"`{kind.value}`", f"`{kind.name}`", str(kind.label)


# ---- The ruleset ----


def factors() -> Iterator[str]:
    """List the questions, measures, gates, postures and advice of the ruleset in force."""
    rules = risk.current_ruleset()
    yield "# Factors, measures and gates"
    yield (
        f"Ruleset `{rules.id}`, hash `{rules.hash}`, from `risk/ruleset.toml`. How these add up is told in "
        "[the risk method](../explanation/risk-method.md). The weights are an informed first draft: they need a "
        "workshop with the people who will use them before any live use."
    )
    for code in (*risk.RISKS, risk.PROTECTION):
        yield from _risk(rules, code)
    yield "## Critical answers"
    yield "From this answer on, after measures, the risk stands at least in this band."
    yield table(
        ["Factor", "From answer", "At least"], ((f.factor, f.level, _band(rules, f.band)) for f in rules.floors)
    )
    yield from _measures(rules)
    yield from _gates(rules)
    yield from _tables(rules)


def _risk(rules: risk.Ruleset, code: str) -> Iterator[str]:
    own = rules.factors_of(code)
    yield f"## {rules.risk_name(code, 'en')}: {rules.risk_meaning(code, 'en')}"
    yield table(
        ["Factor", "English", "Français", "Kind", "Weight", "Levels that measures can take off", "Shelf life"],
        (_factor_row(factor) for factor in own),
    )
    yield from (_anchors(factor) for factor in own)


def _factor_row(factor: risk.Factor) -> tuple[object, ...]:
    days = f"{factor.shelf_life_days} days" if factor.shelf_life_days else ""
    return factor.id, factor.name("en"), factor.name("fr"), factor.kind, factor.weight, factor.cap, days


def _anchors(factor: risk.Factor) -> str:
    answers = [f"- {level} ({factor.points[level]} points): {text}" for level, text in enumerate(factor.anchors("en"))]
    return "\n".join([f"**{factor.id}** {factor.question('en')}", "", *answers])


def _band(rules: risk.Ruleset, band: risk.Band) -> str:
    return rules.band_label(band.value, "en")


def _measures(rules: risk.Ruleset) -> Iterator[str]:
    yield "## Measures"
    yield "A promised measure lowers a risk by one band at most; a verified one counts in full."
    yield table(
        ["Measure", "English", "Français", "Lowers by levels", "Counts as verified when", "Answers to give again"],
        (_measure_row(measure) for measure in rules.measures.values()),
    )


def _measure_row(measure: risk.Measure) -> tuple[str, ...]:
    lowers = ", ".join(f"{factor} {amount}" for factor, amount in measure.effects.items())
    again = ", ".join(measure.reaffirm)
    return measure.id, measure.name("en"), measure.name("fr"), lowers, measure.verified_when("en"), again


def _gates(rules: risk.Ruleset) -> Iterator[str]:
    yield "## Gates"
    yield "A gate stands outside the points. Its effect is one of four:"
    yield "\n".join(f"- `{effect}`: {meaning}" for effect, meaning in EFFECTS.items())
    yield table(
        ["Gate", "English", "Français", "Effect", "At least", "Advisers", "Fires when", "Lifted by"],
        (_gate_row(gate) for gate in rules.gates.values()),
    )


def _gate_row(gate: risk.Gate) -> tuple[str, ...]:
    least = gate.min_authority.value if gate.min_authority else ""
    least = "one level up" if gate.raises_one and not least else least
    return (
        gate.id,
        gate.name("en"),
        gate.name("fr"),
        f"`{gate.effect.value}`",
        least,
        ", ".join(gate.advisers),
        gate.trigger("en"),
        gate.lift("en"),
    )


def _tables(rules: risk.Ruleset) -> Iterator[str]:
    bands = [_band(rules, band) for band in risk.Band]
    yield "## Who decides"
    yield "By posture (down) and overall band (across), before gates."
    rows = ((p.name("en"), *(p.level(band).value for band in risk.Band)) for p in rules.postures.values())
    yield table(["Posture", *bands], rows)
    yield "## The rule's advice"
    yield "By overall band (down) and protection band (across). It stays sealed until the decider has chosen."
    heads = [rules.band_label(band.value, "en") for band in risk.ProtectionBand]
    rows = ((_band(rules, band), *(_advice(rules, band, p) for p in risk.ProtectionBand)) for band in risk.Band)
    yield table(["Risk", *heads], rows)


def _advice(rules: risk.Ruleset, band: risk.Band, protection: risk.ProtectionBand) -> str:
    return rules.advice_label(rules.advice(band, protection), "en")


# ---- Words ----


def glossary() -> Iterator[str]:
    """List the words of the product in both languages."""
    yield "# Glossary"
    yield (
        "The words of the pages, as `/help/words/` shows them. In French, “engagement” means both talking with a group "
        "and a promise, so the pages say “dialogue” for the first and “engagement pris” for the second."
    )
    rows = ((term.english, term.french, term.meaning) for term in TERMS)
    yield table(["English", "Français", "Meaning here"], rows)


# ---- Environment ----


def environment() -> Iterator[str]:
    """List the environment variables as .env.example explains them."""
    yield "# Environment variables"
    yield (
        "Everything that differs between installations comes from the environment. `make run` and `make test` need "
        "none of these. A yes/no variable takes 1, 0, true or false; anything else stops the start with a sentence "
        "that says so. The list is kept in `.env.example`. `DATABASE_URL` also takes `sqlite:////path/to/a/file`."
    )
    yield table(["Variable", "In the example", "What it is for"], _variables())


def _variables() -> Iterator[tuple[str, str, str]]:
    reason: list[str] = []
    after_comment = False
    for line in (Path(settings.BASE_DIR) / ".env.example").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = [*reason, line.lstrip("# ")] if after_comment else [line.lstrip("# ")]
        elif found := re.match(r"([A-Z_]+)=(.*)$", line):
            yield f"`{found[1]}`", f"`{found[2]}`" if found[2] else "empty", " ".join(reason)
        after_comment = line.startswith("#")


# ---- Addresses ----


def addresses() -> Iterator[str]:
    """List every address with what its view says of itself."""
    yield "# Addresses"
    yield (
        "Addresses hold references and codes, never names of people, groups or places. Every page asks for sign-in "
        "unless it says “open to all” here. What a person may not see answers 404, like what does not exist."
    )
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for address, name, view in _walk(get_resolver().url_patterns, "/", ""):
        parts.setdefault(name.partition(":")[0] if ":" in name else "config", []).append((address, name, view))
    for app, rows in parts.items():
        yield f"## {app}"
        yield table(["Address", "Name", "What it does"], ((f"`{a}`", f"`{n}`", view) for a, n, view in sorted(rows)))


def _walk(patterns: Iterable[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str, str]]:
    for pattern in patterns:
        address = prefix + _readable(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, address, inner)
        elif isinstance(pattern, URLPattern):
            yield address, f"{namespace}{pattern.name}", _says(pattern.callback)


def _readable(pattern: str) -> str:
    return re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern).strip("^$").replace("\\", "")


def _says(view: Any) -> str:
    shown = getattr(view, "cls", view)
    first_line = (inspect.getdoc(shown) or "").partition("\n")[0]
    is_open = shown is view and not getattr(view, "login_required", True)
    return f"{first_line} Open to all." if is_open else first_line


WRITERS: dict[str, Callable[[], Iterator[str]]] = {
    "addresses.md": addresses,
    "events.md": events,
    "factors.md": factors,
    "glossary.md": glossary,
    "roles.md": roles,
    "settings.md": environment,
}
