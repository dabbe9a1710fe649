"""Periodic work from the command line, for installations without Celery beat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from engagement import tasks


class Command(BaseCommand):
    """Does whatever is due now, and says how much that was."""

    help = (
        "End expired approvals, move overdue requests on, assess again what has aged, mail unsent notices, and seal "
        "the log."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once; the exit code tells whether a step failed."""
        done = tasks.run(timezone.now())
        for name, count in done.items():
            self.stdout.write(f"{name}: {'failed' if count is None else count}")
        if None in done.values():
            raise CommandError("A step failed; the log names its kind. The next run tries again.")
