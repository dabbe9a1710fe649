"""Requests for dialogue: what a field officer asks for, answer by answer, until it is frozen."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.constraints import all_or_none
from engagement.models.status import RequestStatus
from missions.access import PartOfRecord, Record
from missions.models import Area, RecordGrant
from nsags.models import Group
from protection.models import ThreatAssessment


class Modality(models.TextChoices):
    """How a contact is made."""

    IN_PERSON = "in_person", _("In person")
    REMOTE = "remote", _("Telephone or radio")
    MESSAGE = "message", _("Written message")
    INTERMEDIARY = "intermediary", _("Through an intermediary")


# The measure by which an intermediary opens or carries the contact.
TRUSTED_INTERMEDIARY = "M-02"


class Request(Record):
    """A proposal to talk with an armed group, for a stated protection purpose."""

    class Purpose(models.TextChoices):
        LINE_OPEN = "line_open", _("Keep a line open")
        INCIDENT = "incident", _("Speak about an incident")
        THEME = "theme", _("Speak about a protection theme")
        COMMITMENT = "commitment", _("Obtain a commitment")
        AGREEMENT = "agreement", _("Facilitate an agreement")

    class Type(models.TextChoices):
        PROTECTION_ADVOCACY = "protection_advocacy", _("Rights and protection advocacy")
        LOCAL_MEDIATION = "local_mediation", _("Local mediation")
        SECURITY_LIAISON = "security_liaison", _("Security liaison")
        INFORMATION_EXCHANGE = "information_exchange", _("Exchange of information")
        DDR_CVR = "ddr_cvr", _("DDR or community violence reduction")
        CHILD_RELEASE = "child_release", _("Release of children")
        HUMANITARIAN_ACCESS = "humanitarian_access", _("Support to humanitarian access")
        FORMAL_PROCESS = "formal_process", _("Formal process")

    status = models.CharField(max_length=24, choices=RequestStatus, default=RequestStatus.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=2, default="en")
    title = models.CharField(max_length=160, blank=True)
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="requests")
    is_urgent = models.BooleanField(default=False)

    purpose_scale = models.CharField(max_length=12, choices=Purpose, blank=True)
    purpose = models.TextField(blank=True)
    threat = models.ForeignKey(ThreatAssessment, models.PROTECT, null=True, related_name="requests")
    if_not_engaging = models.TextField(blank=True)
    alternatives = models.TextField(blank=True)

    interlocutors = models.CharField(max_length=200, blank=True)
    involves_children = models.BooleanField(null=True)
    involves_detainees = models.BooleanField(null=True)
    is_recognised_step = models.BooleanField(null=True)
    label_worksheet = models.TextField(blank=True)

    type = models.CharField(max_length=24, choices=Type, blank=True)
    modality = models.CharField(max_length=12, choices=Modality, blank=True)
    component = models.CharField(max_length=80, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    contacts_planned = models.PositiveSmallIntegerField(null=True)
    inside_strategy = models.BooleanField(null=True)
    uses_intermediary = models.BooleanField(null=True)
    intermediary_consented_on = models.DateField(null=True)
    is_third_country = models.BooleanField(null=True)

    objection_justification = models.TextField(blank=True)
    srm_reference = models.CharField(max_length=60, blank=True)
    srm_valid_until = models.DateField(null=True)
    red_lines = models.TextField(blank=True)
    proposed_conditions = models.TextField(blank=True)

    # Gates that the case record or an adviser raises because no register here can compute them.
    declared_gates = models.JSONField(default=list)
    previewed_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    advice_due_at = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True)
    assessment = models.ForeignKey("engagement.Assessment", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            # Queues ask for one mission's pending requests, oldest deadline first.
            models.Index(fields=["mission", "status", "decide_by"], name="request_queue"),
            # The list of a mission, newest first.
            models.Index(fields=["mission", "-created_at"], name="request_list_of_mission"),
            # "My requests", newest first.
            models.Index(fields=["created_by", "-created_at"], name="request_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="request_window_in_order",
            )
        ]

    @property
    def is_writable(self) -> bool:
        """Say whether the requester may still change it."""
        return self.status == RequestStatus.DRAFT

    @property
    def concerns_children(self) -> bool:
        """Say whether children or survivors are concerned: the answer says so, or the kind of dialogue does."""
        return bool(self.involves_children) or self.type == self.Type.CHILD_RELEASE

    def has_intermediary(self, measures: Collection[str]) -> bool:
        """Say whether somebody stands in between: the answer says so, or the plan, or a measure that is promised."""
        is_planned = self.modality == Modality.INTERMEDIARY or TRUSTED_INTERMEDIARY in measures
        return bool(self.uses_intermediary) or is_planned


class RequestGrant(RecordGrant):
    """Leave for one person to read one request for a time, such as headquarters when it is consulted."""

    content_object = models.ForeignKey(Request, models.CASCADE)


class Answer(PartOfRecord):
    """One factor's level, how sure we are, and where that comes from; a level of None was chosen as not known."""

    class Confidence(models.TextChoices):
        A = "A", _("Two independent sources, or an official document")
        B = "B", _("One reliable source, or consistent analysis")
        C = "C", _("Judgement, or one weak source")

    record = "request"
    request = models.ForeignKey(Request, models.CASCADE, related_name="answers")
    factor = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField(null=True)
    confidence = models.CharField(max_length=1, choices=Confidence, blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_date = models.DateField(null=True)
    why_unknown = models.CharField(max_length=200, blank=True)
    changed_after_preview = models.BooleanField(default=False)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "factor"], name="one_answer_per_factor"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__lte=4), name="answer_between_0_and_4"),
            models.CheckConstraint(
                condition=Q(level__isnull=False) | ~Q(why_unknown=""), name="not_known_needs_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.factor


class Measure(PartOfRecord):
    """A measure promised for a request, and verified by somebody who does not own it."""

    record = "request"
    request = models.ForeignKey(Request, models.CASCADE, related_name="measures")
    code = models.CharField(max_length=8)
    owner = models.CharField(max_length=120)
    due_on = models.DateField(null=True)
    # What it may make worse was answered again with it in mind.
    is_reaffirmed = models.BooleanField(default=False)
    promised_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    promised_at = models.DateTimeField()
    evidence = models.CharField(max_length=300, blank=True)
    verified_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "code"], name="one_promise_per_measure"),
            all_or_none("verified_by", "verified_at"),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=models.F("promised_by")),
                name="nobody_verifies_their_own_measure",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_verified(self) -> bool:
        """Say whether somebody else has checked the evidence."""
        return self.verified_at is not None


class GateAnswer(PartOfRecord):
    """What lifts a hold or acknowledges an alert on one version: a gate is answered, never deleted."""

    record = "request"
    request = models.ForeignKey(Request, models.CASCADE, related_name="gate_answers")
    version = models.PositiveSmallIntegerField()
    gate = models.CharField(max_length=8)
    text = models.TextField()
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answered_role = models.CharField(max_length=24)
    answered_at = models.DateTimeField()
    # When what the gate stands for happened again, so that this answer no longer lifts it.
    reopened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.gate
