"""Sealing from the command line, for installations without a worker and after an outage."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit import sealing


class Command(BaseCommand):
    """Seals whatever waits, and says how much that was."""

    help = "Seal the events that have no place in the chain yet, and sign a checkpoint."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal everything, however far behind it is."""
        sealed = sealing.seal(timezone.now(), everything=True)
        self.stdout.write(f"Events sealed: {sealed}")
