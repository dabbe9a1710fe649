"""Fill an empty database with the training library and an invented mission of today."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from audit import sealing, witness
from audit.models import Checkpoint
from engagement.demo import library, present
from missions.models import Mission

REFUSAL = (
    "This database holds people or missions that are not of the demonstration, so nothing was loaded; point "
    "DATABASE_URL to an empty database."
)


class Command(BaseCommand):
    """Load the demonstration, once."""

    help = (
        "Fill an empty database with the training library and an invented mission. What is there already is kept as it "
        "is: the dates of the invented mission stay those of the day on which it was loaded. To begin again with "
        "today's dates, delete the database file (var/parley.sqlite3 unless DATABASE_URL says otherwise), run migrate, "
        "and then load_demo."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all of it or nothing."""
        if User.objects.filter(is_demo=False).exists() or Mission.objects.filter(is_demo=False).exists():
            raise CommandError(REFUSAL)
        if Mission.objects.filter(code=present.CODE).exists():
            self.stdout.write("The demonstration is there already; nothing was changed.")
            return
        if settings.DEMO and not Checkpoint.objects.exists():
            # The notes of a demonstration that has been thrown away vouch for nothing in this one.
            witness.begin_anew()
        with transaction.atomic(), translation.override("en"):
            self.stdout.write("Training library")
            cases = library.load(self._say)
            self.stdout.write("Invented mission")
            requests = present.load(self._say, now=timezone.now())
        sealing.seal(timezone.now(), everything=True)
        missions = Mission.objects.count()
        self.stdout.write(f"Loaded {missions} missions, {cases} historical cases and {requests} present requests.")

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()
