"""The page on the training library."""

from typing import Any

from django.core.management.base import BaseCommand

from engagement.demo import overview


class Command(BaseCommand):
    """Print docs/reference/library.md."""

    help = "Print the overview of the training library: save the output as docs/reference/library.md."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the page."""
        self.stdout.write(overview.page(), ending="")
