"""Threats to civilians: the case that a dialogue has to answer."""

from datetime import date, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from missions.access import Record
from missions.models import Area
from nsags.models import Group

SCALE = [MaxValueValidator(4)]
# However long somebody says that it is valid.
FRESH_FOR = timedelta(days=90)

# Likelihood by impact (domain reference 5.2): an ordering aid for attention, monotone both ways.
PRIORITIES = (
    ("watch", "watch", "watch", "watch", "medium"),
    ("watch", "watch", "low", "medium", "high"),
    ("watch", "low", "medium", "high", "high"),
    ("watch", "low", "medium", "high", "critical"),
    ("watch", "medium", "high", "critical", "critical"),
)


class ThreatAssessment(Record):
    """Who may be harmed, by whom, how gravely and how soon, as judged on a date by a named person."""

    class Priority(models.TextChoices):
        WATCH = "watch", _("Watch")
        LOW = "low", _("Low priority")
        MEDIUM = "medium", _("Medium priority")
        HIGH = "high", _("High priority")
        CRITICAL = "critical", _("Critical priority")

    title = models.CharField(max_length=160)
    people_at_risk = models.TextField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="threats")
    intent = models.PositiveSmallIntegerField(validators=SCALE)
    capability = models.PositiveSmallIntegerField(validators=SCALE)
    opportunity = models.PositiveSmallIntegerField(validators=SCALE)
    impact = models.PositiveSmallIntegerField(validators=SCALE)
    early_signs = models.TextField(blank=True)
    dissent = models.TextField(blank=True)
    assessed_on = models.DateField()
    valid_until = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["mission", "-assessed_on"], name="threat_list_of_mission")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(intent__lte=4, capability__lte=4, opportunity__lte=4, impact__lte=4),
                name="threat_levels_between_0_and_4",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def likelihood(self) -> int:
        """Return 0 to 4: all three are needed to harm, so the lowest counts."""
        return min(self.intent, self.capability, self.opportunity)

    @property
    def priority(self) -> "ThreatAssessment.Priority":
        """Return the place in the queue for attention."""
        return self.Priority(PRIORITIES[self.likelihood][self.impact])

    @property
    def fresh_until(self) -> date:
        """Return the last day on which it stands: nobody can vouch for longer than 90 days (gate G-09)."""
        return min(self.valid_until, self.assessed_on + FRESH_FOR)

    @staticmethod
    def lapsed_by(day: date) -> models.Q:
        """Return the condition that an assessment stands no longer on that day; see `fresh_until`."""
        return models.Q(valid_until__lt=day) | models.Q(assessed_on__lt=day - FRESH_FOR)

    def is_fresh(self, on: date) -> bool:
        """Say whether the assessment stands on that day."""
        return self.assessed_on <= on <= self.fresh_until
