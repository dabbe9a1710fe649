"""Find what is missing from the translations before a reader does."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

Key = tuple[str | None, str]

# The folders whose texts people read; tests and tools speak English only.
SOURCES = [
    "config", "dashboards", "engagement", "protection", "nsags", "missions", "accounts", "audit", "templates",
]  # fmt: skip
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


class Command(BaseCommand):
    help = "Check that every text has a translation in every language: none missing, none fuzzy."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        used = texts_in_source(settings.BASE_DIR) if shutil.which("xgettext") else None
        if used is None:
            self.stdout.write("gettext is not installed: only the catalogue is checked, not whether it is up to date.")
        problems = [
            problem
            for language, _ in settings.LANGUAGES
            if language != settings.LANGUAGE_CODE
            for problem in problems_in(Path(settings.LOCALE_PATHS[0]), language, used)
        ]
        if problems:
            raise CommandError("\n".join([f"{len(problems)} texts need a translator:", *problems]))
        self.stdout.write("Every text is translated.")


def problems_in(folder: Path, language: str, used: dict[Key, str] | None) -> Iterator[str]:
    """Yield one line for each text of a language that is missing, unfinished or garbled."""
    path = folder / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        yield f"{language}: there is no catalogue {path.name} in {path.parent}"
        return
    entries = [entry for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete]
    for entry in entries:
        if problem := problem_with(entry):
            yield f"{language}: {problem}: {entry.msgid!r}"
    known = {(entry.msgctxt, entry.msgid) for entry in entries}
    for key, place in (used or {}).items():
        if key not in known:
            yield f"{language}: not in the catalogue: {key[1]!r} ({place})"


def problem_with(entry: polib.POEntry) -> str | None:
    """Say what is wrong with one entry, or None."""
    if entry.fuzzy:
        return "a guess that nobody has confirmed (fuzzy)"
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not translations or not all(translations):
        return "not translated"
    expected = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    if any(not placeholders(text) <= expected for text in translations):
        return "a placeholder that the English text does not have"
    if placeholders(entry.msgid) - placeholders(translations[-1]):
        return "a placeholder is lost"
    return None


def placeholders(text: str) -> set[str]:
    """Return the names that are filled in when the text is shown."""
    return set(PLACEHOLDER.findall(text))


def texts_in_source(root: Path) -> dict[Key, str]:
    """Return every translatable text with its place, gathered by gettext in a copy of the sources."""
    with tempfile.TemporaryDirectory() as copy:
        for name in SOURCES:
            if (root / name).is_dir():
                shutil.copytree(root / name, Path(copy) / name, ignore=shutil.ignore_patterns("__pycache__"))
        (Path(copy) / "locale").mkdir()
        gather(copy)
        catalogue = Path(copy) / "locale" / "fr" / "LC_MESSAGES" / "django.po"
        entries = polib.pofile(str(catalogue), encoding="utf-8") if catalogue.exists() else []
        return {(entry.msgctxt, entry.msgid): place_of(entry) for entry in entries}


def gather(folder: str) -> None:
    """Run makemessages in a folder; raise CommandError with its words when it fails."""
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "fr", "--add-location", "file"]
    without_settings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    finished = subprocess.run(command, cwd=folder, env=without_settings, capture_output=True, text=True)
    if finished.returncode:
        raise CommandError(f"The texts could not be gathered:\n{finished.stderr or finished.stdout}")


def place_of(entry: polib.POEntry) -> str:
    """Return the first file that a text stands in."""
    return entry.occurrences[0][0] if entry.occurrences else "no place known"
