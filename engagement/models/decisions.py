"""What was known, advised and decided; these rows are added and never changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from engagement.models.requests import Answer, Request
from engagement.models.status import RequestStatus
from missions.access import PartOfRecord
from missions.models import Delegation
from missions.roles import Authority, Role


class Submission(PartOfRecord):
    """A version of a request, frozen when it was submitted."""

    record = "request"
    request = models.ForeignKey(Request, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="one_submission_per_version")]

    def __str__(self) -> str:
        return f"{self.request} v{self.number}"


class Assessment(PartOfRecord):
    """What the ruleset made of one set of facts; stored with both, never recomputed in place.

    Bands are 1 to 4 (LOW to VERY_HIGH, P1_MINOR to P4_CRITICAL); points are 0 to 1000.
    """

    class Cause(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        FACTS_CHANGED = "facts_changed", _("Facts changed")
        MEASURES_CHANGED = "measures_changed", _("Measures changed")
        EVIDENCE_AGED = "evidence_aged", _("Evidence aged")
        GATES_CHANGED = "gates_changed", _("Gates changed")

    record = "request"
    request = models.ForeignKey(Request, models.PROTECT, related_name="assessments")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assessments")
    cause = models.CharField(max_length=16, choices=Cause)
    note = models.CharField(max_length=300, blank=True)
    ruleset = models.CharField(max_length=40)
    ruleset_hash = models.CharField(max_length=64)
    facts = models.JSONField()
    result = models.JSONField()
    gates = models.JSONField(default=list)
    advisers = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    overall = models.PositiveSmallIntegerField()
    legitimacy = models.PositiveSmallIntegerField()
    host_government = models.PositiveSmallIntegerField()
    security = models.PositiveSmallIntegerField()
    protection = models.PositiveSmallIntegerField()
    highest_score = models.PositiveSmallIntegerField()
    highest_low = models.PositiveSmallIntegerField()
    highest_high = models.PositiveSmallIntegerField()
    protection_score = models.PositiveSmallIntegerField()
    protection_low = models.PositiveSmallIntegerField()
    protection_high = models.PositiveSmallIntegerField()
    # None while a block is in force: nobody may decide.
    authority = models.PositiveSmallIntegerField(choices=Authority, null=True)
    # Sealed until the decider has chosen.
    rule_advice = models.CharField(max_length=12)
    # None when the periodic check found that evidence had aged or a gate had moved.
    assessed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["request", "-assessed_at"], name="assessment_of_request")]

    def __str__(self) -> str:
        return f"{self.request} {self.assessed_at:%Y-%m-%d %H:%M}"


class Rating(PartOfRecord):
    """An adviser's own reading of the three risks, given before the model's was shown (bands 1 to 4)."""

    record = "request"
    request = models.ForeignKey(Request, models.PROTECT, related_name="ratings")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="ratings")
    role = models.CharField(max_length=24, choices=Role)
    legitimacy = models.PositiveSmallIntegerField(null=True)
    host_government = models.PositiveSmallIntegerField(null=True)
    security = models.PositiveSmallIntegerField(null=True)
    rated_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "role", "rated_by"], name="one_rating_before_the_model")
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.request}"


class Advice(PartOfRecord):
    """An adviser's recorded position; the latest of each role counts, the earlier ones stay readable."""

    class Outcome(models.TextChoices):
        SUPPORT = "support", _("Support")
        SUPPORT_WITH_CONDITIONS = "support_with_conditions", _("Support with conditions")
        DO_NOT_SUPPORT = "do_not_support", _("Do not support")
        NO_OBJECTION = "no_objection", _("No objection")
        ABSTAIN = "abstain", _("Abstain")

    record = "request"
    request = models.ForeignKey(Request, models.PROTECT, related_name="advice")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="advice")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="advice")
    role = models.CharField(max_length=24, choices=Role)
    outcome = models.CharField(max_length=24, choices=Outcome)
    reason = models.TextField()
    conditions = models.TextField(blank=True)
    given_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["request", "given_at"], name="advice_of_request")]
        constraints = [
            # The latest position of a role counts, so no two of them may be equally late.
            models.UniqueConstraint(fields=["submission", "role", "given_at"], name="one_position_of_a_role_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.get_outcome_display()}"


class RecordedLevel(PartOfRecord):
    """One factor as an adviser read it after submission; where roles differ, the highest counts until it is settled.

    The `Answer` of the factor holds the level that counts. A settlement is the POC adviser's: it repeats the level
    that stands from then on, with the reason as its note.
    """

    record = "request"
    request = models.ForeignKey(Request, models.PROTECT, related_name="recorded_levels")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="recorded_levels")
    factor = models.CharField(max_length=8)
    role = models.CharField(max_length=24, choices=Role)
    level = models.PositiveSmallIntegerField(null=True)
    confidence = models.CharField(max_length=1, choices=Answer.Confidence, blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_date = models.DateField(null=True)
    why_unknown = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300)
    is_settlement = models.BooleanField(default=False)
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["submission", "recorded_at"], name="recorded_level_of_version")]
        constraints = [
            # The latest level of a role stands, so no two of them may be equally late.
            models.UniqueConstraint(
                fields=["submission", "factor", "role", "recorded_at"], name="one_level_of_a_role_at_a_time"
            ),
            models.CheckConstraint(condition=Q(level=None) | Q(level__lte=4), name="recorded_level_between_0_and_4"),
            models.CheckConstraint(
                condition=Q(level__isnull=False) | ~Q(why_unknown=""), name="recorded_level_or_why_unknown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.factor}"


class Decision(PartOfRecord):
    """What a named person decided, on which assessment, at which level and why."""

    class Outcome(models.TextChoices):
        APPROVE = "approve", _("Approve")
        APPROVE_WITH_CONDITIONS = "approve_with_conditions", _("Approve with conditions")
        RETURN = "return", _("Return for more work")
        DEFER = "defer", _("Defer to a date or event")
        DECLINE = "decline", _("Decline")

    record = "request"
    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=24, choices=Outcome)
    level = models.PositiveSmallIntegerField(choices=Authority)
    role = models.CharField(max_length=24, choices=Role)
    delegation = models.ForeignKey(Delegation, models.PROTECT, null=True, related_name="+")
    relied_on = models.JSONField(default=list)
    reasons = models.TextField(blank=True)
    accepted_risks = models.JSONField(default=list)
    rule_advice = models.CharField(max_length=12)
    departs_from_rule = models.BooleanField(default=False)
    departure_reason = models.TextField(blank=True)
    civilian_consequences = models.TextField(blank=True)
    conditions = models.JSONField(default=list)
    red_lines = models.TextField(blank=True)
    deferred_until = models.DateField(null=True)
    deferred_event = models.CharField(max_length=200, blank=True)
    valid_until = models.DateField(null=True)
    contacts_max = models.PositiveSmallIntegerField(null=True)
    report_within_hours = models.PositiveSmallIntegerField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two deciders may race; one of them wins.
            models.UniqueConstraint(
                fields=["submission"], condition=~Q(outcome="defer"), name="one_decision_per_version"
            ),
            # The last deferral of a version counts.
            models.UniqueConstraint(fields=["submission", "decided_at"], name="one_decision_at_a_time"),
            models.CheckConstraint(
                condition=Q(departs_from_rule=False) | ~Q(departure_reason=""), name="departure_needs_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.request}"

    @property
    def outcome_taken(self) -> str:
        """Return the outcome as what was done with the request, not as what could be done with one."""
        return str(STATUS_AFTER[self.Outcome(self.outcome)].label)


# Where each outcome takes a request.
STATUS_AFTER = {
    Decision.Outcome.APPROVE: RequestStatus.APPROVED,
    Decision.Outcome.APPROVE_WITH_CONDITIONS: RequestStatus.APPROVED_WITH_CONDITIONS,
    Decision.Outcome.RETURN: RequestStatus.RETURNED,
    Decision.Outcome.DEFER: RequestStatus.DEFERRED,
    Decision.Outcome.DECLINE: RequestStatus.DECLINED,
}
