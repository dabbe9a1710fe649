"""Compile translations on machines that have no gettext."""

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile every catalogue in LOCALE_PATHS whose compiled form is missing or older."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                if not is_current(source):
                    compile_catalogue(source)
                    self.stdout.write(f"Compiled {source.relative_to(folder)}")


def is_current(source: Path) -> bool:
    """Tell whether the compiled catalogue is there and newer than its source."""
    compiled = source.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime > source.stat().st_mtime


def compile_catalogue(source: Path) -> None:
    """Write the compiled catalogue in one move, so that a running server never reads half of it."""
    half = source.with_suffix(f".mo.{os.getpid()}")
    polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(half))
    half.replace(source.with_suffix(".mo"))
