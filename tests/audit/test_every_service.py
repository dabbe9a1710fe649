"""Whatever can be done through a service leaves a line: a service that writes and says nothing fails here by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path
    for app in ("accounts", "missions", "nsags", "protection", "engagement")
    for path in (ROOT / app).glob("services*/**/*.py")
) + sorted((ROOT / app / "services.py") for app in ("accounts", "nsags", "protection"))
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
# What changes rows of no record, and why nobody needs to know who did it.
SILENT = {
    "accounts.services.keep_form": "what somebody typed and has not sent, until they sign in again",
    "accounts.services.set_preferences": "how a person likes their pages",
    "engagement.services.form_drafts.keep": "what somebody typed and has not sent",
    "engagement.services.form_drafts.discard": "the same, once it is sent",
    "engagement.services.form_drafts.forget_old": "the same, after 90 days",
    "engagement.services.levels.record": "called by services that say which level was recorded",
    "engagement.services.moves.move": "called by services that say what happened",
    "engagement.services.moves.move_engagement": "called by services that say what happened",
    "engagement.services.noticing.notify": "a line that something waits, not a change",
    "engagement.services.noticing.notify_role": "the same",
    "engagement.services.noticing.notify_deciders": "the same",
    "engagement.services.sources.tell_custodians": "the same",
}


def functions() -> Iterator[tuple[str, str, ast.FunctionDef]]:
    """Yield every function of the services: its module, its name and its body."""
    for path in MODULES:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield module, node.name, node


def calls(node: ast.FunctionDef) -> set[str]:
    """Return the last word of everything that a function calls; `log.record` in full."""
    found = set()
    for call in (inner for inner in ast.walk(node) if isinstance(inner, ast.Call)):
        word = call.func
        if isinstance(word, ast.Attribute):
            is_log = isinstance(word.value, ast.Name) and word.value.id == "log"
            found.add(f"log.{word.attr}" if is_log else word.attr)
        elif isinstance(word, ast.Name):
            found.add(word.id)
    return found


def reached(start: str, graph: dict[str, set[str]]) -> set[str]:
    """Return everything that a function calls, and what those call in turn."""
    seen: set[str] = set()
    frontier = [start]
    while frontier:
        word = frontier.pop()
        if word not in seen:
            seen.add(word)
            frontier += graph.get(word, ())
    return seen


def silent() -> set[str]:
    """Return the public services that write rows and leave no line."""
    graph: dict[str, set[str]] = {}
    public = []
    for module, name, node in functions():
        graph.setdefault(name, set()).update(calls(node))
        if not name.startswith("_"):
            public.append((module, name))
    return {
        f"{module}.{name}"
        for module, name in public
        if WRITES & (words := reached(name, graph)) and "log.record" not in words
    }


def test_every_service_that_writes_leaves_a_line_or_says_why_not():
    assert silent() == set(SILENT)


def test_most_services_write_and_leave_a_line():
    assert (
        len([name for _module, name, node in functions() if not name.startswith("_") and "log.record" in calls(node)])
        > 60
    )
