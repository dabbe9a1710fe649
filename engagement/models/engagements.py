"""Authorised dialogue, the contacts made under it or by chance, and what was promised."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.constraints import all_or_none
from engagement.models.decisions import Assessment, Decision
from engagement.models.requests import Modality, Request
from engagement.models.status import EngagementStatus
from missions.access import PartOfRecord, Record
from missions.models import Area
from nsags.models import Group


class Engagement(PartOfRecord):
    """The dialogue that a decision authorised: with this group, here, in this way, until then."""

    record = "request"
    request = models.OneToOneField(Request, models.PROTECT, related_name="engagement")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="engagement")
    # What somebody last said yes to: of the decision, then of whoever let the dialogue go on.
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="engagements")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    modality = models.CharField(max_length=12, choices=Modality)
    starts_on = models.DateField()
    # The last day, until midnight in the mission's own time zone.
    ends_on = models.DateField()
    contacts_max = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=EngagementStatus, default=EngagementStatus.AUTHORISED)
    status_reason = models.CharField(max_length=300, blank=True)
    # None when the periodic check moved it.
    status_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    status_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["status", "ends_on"], name="engagement_expiry")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="engagement_window_in_order")
        ]

    def __str__(self) -> str:
        return str(self.request)


class Contact(Record):
    """One meeting, call or message with an armed group, planned or by chance."""

    class Path(models.TextChoices):
        PLANNED = "planned", _("Planned, under an approval")
        SCREENED = "screened", _("Low risk by screening")
        UNPLANNED = "unplanned", _("Not planned")

    class Classification(models.TextChoices):
        NO_ACTION = "no_action", _("No action needed")
        NEEDS_REQUEST = "needs_request", _("Needs a request")
        NEEDS_REVIEW = "needs_review", _("Needs a review")

    path = models.CharField(max_length=10, choices=Path)
    engagement = models.ForeignKey(Engagement, models.PROTECT, null=True, related_name="contacts")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="contacts")
    # Through whom, as a code name; only those who may see the source see it here.
    intermediary = models.ForeignKey("engagement.Source", models.PROTECT, null=True, related_name="contacts")
    happened_at = models.DateTimeField()
    modality = models.CharField(max_length=12, choices=Modality)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    spokesperson = models.CharField(max_length=120, blank=True)
    summary = models.TextField()
    language = models.CharField(max_length=2, default="en")
    has_promise = models.BooleanField(default=False)
    has_safety_problem = models.BooleanField(default=False)
    safety_note = models.TextField(blank=True)
    # The seven answers of the screening, all of them "no", when the path is screened.
    screening = models.JSONField(default=dict)
    # Why the contact could not be logged as planned, when it was first offered as such.
    outside_approval = models.JSONField(default=list)
    classification = models.CharField(max_length=16, choices=Classification, blank=True)
    classified_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    classified_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["mission", "-happened_at"], name="contact_list_of_mission"),
            models.Index(fields=["created_by", "-happened_at"], name="contact_of_person"),
        ]
        constraints = [
            all_or_none("classified_by", "classified_at"),
            models.CheckConstraint(
                condition=Q(path="planned", engagement__isnull=False) | (~Q(path="planned") & Q(engagement=None)),
                name="planned_contact_has_an_approval",
            ),
        ]


class Commitment(PartOfRecord):
    """Something that we or they promised in a contact, and what is known of its keeping (fixed words)."""

    class By(models.TextChoices):
        US = "us", _("By us")
        THEM = "them", _("By the group")

    class State(models.TextChoices):
        CONSISTENT = "consistent", _("Consistent with the commitment so far")
        NOT_ENOUGH = "not_enough", _("Not enough information")
        INCONSISTENT = "inconsistent", _("Inconsistent")
        BREACH = "breach", _("Breach verified")

    record = "contact"
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="commitments")
    by = models.CharField(max_length=4, choices=By)
    text = models.CharField(max_length=300)
    check_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.NOT_ENOUGH)
    checked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [all_or_none("checked_by", "checked_at")]

    def __str__(self) -> str:
        return self.text


class FormDraft(models.Model):
    """What a person has typed into a form and not yet sent; kept on the server, seen by nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="form_drafts")
    form = models.CharField(max_length=24)
    content = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return self.form


class Notice(models.Model):
    """A line to one person that something needs their attention: written with the change, sent afterwards."""

    class Kind(models.TextChoices):
        ADVICE_WANTED = "advice_wanted", _("Your advice is asked for")
        DECISION_WANTED = "decision_wanted", _("Your decision is asked for")
        FACTS_CHANGED = "facts_changed", _("Facts have changed")
        DECIDED = "decided", _("A decision was taken")
        SUSPENDED = "suspended", _("A dialogue was suspended")
        CONTACT_TO_CLASSIFY = "contact_to_classify", _("An unplanned contact waits to be classified")
        CONTACT_ALERT = "contact_alert", _("A contact raises a question")
        CONSULTATION = "consultation", _("Headquarters is consulted")
        LAPSED = "lapsed", _("An approval has lapsed")
        REVEAL_WANTED = "reveal_wanted", _("Somebody asks to see an identity")
        REVEAL_DECIDED = "reveal_decided", _("Your wish to see an identity was answered")
        IDENTITY_REVEALED = "identity_revealed", _("An identity was shown")
        CONSENT_WITHDRAWN = "consent_withdrawn", _("A source withdrew their consent")
        SHREDDING_WANTED = "shredding_wanted", _("Somebody asks to destroy an identity")
        IDENTITY_SHREDDED = "identity_shredded", _("An identity was destroyed")
        ACCESS_GIVEN = "access_given", _("A request was opened to you")
        EMERGENCY_OPENED = "emergency_opened", _("Emergency access was opened")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24, choices=Kind)
    reference = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "seen_at"], name="notice_of_person"),
            # The sender looks for what has not gone out yet.
            models.Index(fields=["created_at"], condition=Q(mailed_at=None), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
