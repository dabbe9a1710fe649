"""Tables that somebody took out of Parley: who, of what, for what, and how much."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from missions.access import Marking


class Export(models.Model):
    """One file of rows that left Parley: its number stands in its name and its last lines."""

    class Of(models.TextChoices):
        REQUESTS = "requests", _("Requests")
        CONTACTS = "contacts", _("Contacts")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey("missions.Mission", models.PROTECT, related_name="exports")
    of = models.CharField(max_length=10, choices=Of)
    purpose = models.CharField(max_length=300)
    recipient = models.CharField(max_length=120)
    rows = models.PositiveSmallIntegerField()
    marking = models.PositiveSmallIntegerField(choices=Marking)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["mission", "-made_at"], name="export_of_mission")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def name(self) -> str:
        """Return the name of the file, which tells nothing."""
        return f"export-{self.pk}.csv"
