"""The append-only log of who did what, and the receipts that keep one form to one record."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Everything that can happen to a record, as noun and past participle."""

    SIGNED_IN = "session.opened", _("Signed in")
    SIGNED_OUT = "session.closed", _("Signed out")
    SIGN_IN_REFUSED = "session.refused", _("Sign-in refused")
    SESSION_LOCKED = "session.locked", _("Session locked")
    STEPPED_UP = "session.confirmed", _("Identity confirmed again")
    PASSWORD_SET = "password.set", _("Password set")
    FACTOR_ADDED = "factor.added", _("Second factor added")
    FACTOR_REMOVED = "factor.removed", _("Second factor removed")
    TRAVEL_STARTED = "travel.started", _("Travel mode started")
    TRAVEL_ENDED = "travel.ended", _("Travel mode ended")
    ACCESS_DENIED = "access.denied", _("Access denied")
    RECORD_READ = "record.read", _("Closely held record read")
    LOG_READ = "log.read", _("Log read")
    MARKING_RAISED = "marking.raised", _("Marking raised")
    MARKING_LOWERED = "marking.lowered", _("Marking lowered")
    EMERGENCY_OPENED = "emergency.opened", _("Emergency access opened")
    EMERGENCY_CLOSED = "emergency.closed", _("Emergency access closed")
    EMERGENCY_REVIEWED = "emergency.reviewed", _("Emergency access reviewed")
    EXPORTED = "export.made", _("Exported")
    MISSION_OPENED = "mission.opened", _("Mission opened")
    POSTING_OPENED = "posting.opened", _("Posting opened")
    POSTING_CHANGED = "posting.changed", _("Posting changed")
    POSTING_ENDED = "posting.ended", _("Posting ended")
    POSTURE_SET = "posture.set", _("Posture set")
    CONTACT_PROHIBITED = "prohibition.issued", _("Contact prohibited")
    PROHIBITION_LIFTED = "prohibition.lifted", _("Prohibition lifted")
    AUTHORITY_DELEGATED = "delegation.granted", _("Authority delegated")
    DELEGATION_REVOKED = "delegation.revoked", _("Delegation revoked")
    COMPARTMENT_OPENED = "compartment.opened", _("Compartment opened")
    COMPARTMENT_PROPOSED = "compartment.proposed", _("Reading-in proposed")
    COMPARTMENT_JOINED = "compartment.joined", _("Read into a compartment")
    COMPARTMENT_RENEWED = "compartment.renewed", _("Membership of a compartment renewed")
    COMPARTMENT_LEFT = "compartment.left", _("Read out of a compartment")
    GROUP_ADDED = "group.added", _("Group added")
    GROUP_REVIEWED = "group.reviewed", _("Group profile reviewed")
    GROUP_LABELLED = "group.labelled", _("Label recorded")
    GROUP_LABEL_ENDED = "group.label_ended", _("Label ended")
    GROUP_LINEAGE_RECORDED = "group.lineage_recorded", _("Lineage event recorded")
    PERSON_ADDED = "person.added", _("Person added")
    THREAT_ASSESSED = "threat.assessed", _("Threat assessed")
    REQUEST_STARTED = "request.started", _("Request started")
    REQUEST_ANSWERED = "request.answered", _("Section saved")
    REQUEST_PREVIEWED = "request.previewed", _("First saw what the answers imply")
    REQUEST_SUBMITTED = "request.submitted", _("Submitted")
    REQUEST_WITHDRAWN = "request.withdrawn", _("Withdrawn")
    REQUEST_REOPENED = "request.reopened", _("Reopened as a new version")
    REQUEST_RELEASED = "request.released", _("Block lifted")
    REQUEST_READY = "request.ready", _("Ready for decision")
    REQUEST_DECIDED = "request.decided", _("Decided")
    REQUEST_REASSESSED = "request.reassessed", _("Assessed again")
    REQUEST_SHARED = "request.shared", _("Access given")
    REQUEST_UNSHARED = "request.unshared", _("Access withdrawn")
    MEASURE_PROMISED = "measure.promised", _("Measure promised")
    MEASURE_DROPPED = "measure.dropped", _("Measure dropped")
    MEASURE_VERIFIED = "measure.verified", _("Measure verified")
    GATE_ANSWERED = "gate.answered", _("Gate answered")
    RISK_RATED = "risk.rated", _("Risk rated before the model was seen")
    LEVEL_SETTLED = "level.settled", _("Difference between advisers settled")
    ADVICE_GIVEN = "advice.given", _("Advice given")
    ENGAGEMENT_AUTHORISED = "engagement.authorised", _("Dialogue authorised")
    ENGAGEMENT_STARTED = "engagement.started", _("First contact made")
    ENGAGEMENT_SUSPENDED = "engagement.suspended", _("Dialogue suspended")
    ENGAGEMENT_RESUMED = "engagement.resumed", _("Dialogue resumed")
    ENGAGEMENT_FROZEN = "engagement.frozen", _("Frozen for a new decision")
    ENGAGEMENT_LAPSED = "engagement.lapsed", _("Approval lapsed")
    ENGAGEMENT_CONCLUDED = "engagement.concluded", _("Dialogue concluded")
    CONTACT_LOGGED = "contact.logged", _("Contact logged")
    CONTACT_CLASSIFIED = "contact.classified", _("Contact classified")
    COMMITMENT_RECORDED = "commitment.recorded", _("Commitment recorded")
    COMMITMENT_CHECKED = "commitment.checked", _("Commitment checked")
    SOURCE_ADDED = "source.added", _("Source added")
    SOURCE_ASSESSED = "source.assessed", _("Risk sheet of a source written")
    SOURCE_CONSENTED = "source.consented", _("Consent of a source recorded")
    SOURCE_CONSENT_WITHDRAWN = "source.consent_withdrawn", _("Consent of a source withdrawn")
    IDENTITY_STORED = "identity.stored", _("Identity put into the vault")
    REVEAL_ASKED = "reveal.asked", _("Reveal of an identity asked for")
    REVEAL_APPROVED = "reveal.approved", _("Reveal of an identity approved")
    REVEAL_REFUSED = "reveal.refused", _("Reveal of an identity refused")
    IDENTITY_REVEALED = "identity.revealed", _("Identity revealed")
    SHREDDING_ASKED = "shredding.asked", _("Destruction of an identity asked for")
    SHREDDING_REFUSED = "shredding.refused", _("Destruction of an identity refused")
    IDENTITY_SHREDDED = "identity.shredded", _("Identity destroyed")


class Event(models.Model):
    """One thing that one person did to one record: names of fields, never their values."""

    # With `mac`, what tells a line of Parley from one that somebody wrote into the table.
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40, choices=Kind)
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=40, blank=True)
    mission_id = models.UUIDField(null=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    object_version = models.PositiveIntegerField(null=True)
    fields = models.JSONField(default=list)
    # The name of the address, where something was refused: never the address itself.
    route = models.CharField(max_length=60, blank=True)
    mac = models.CharField(max_length=64, editable=False)

    class Meta:
        indexes = [
            # The history of one record, newest first, is on every request page.
            models.Index(fields=["object_id", "-id"], name="event_of_record"),
            # The auditor asks for one person, or for one kind such as what was denied.
            models.Index(fields=["actor_id", "-id"], name="event_of_person"),
            models.Index(fields=["kind", "-id"], name="event_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class Seal(models.Model):
    """One line of the chain: an event at its place for good, and what the record it changed looked like then."""

    position = models.PositiveBigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    # The record that the event belongs to: of a promise the contact, of an answer the request.
    record_type = models.CharField(max_length=60, blank=True)
    record_id = models.UUIDField(null=True)
    # Empty where the event changed no record.
    record_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["record_id"], name="seal_of_record")]

    def __str__(self) -> str:
        return str(self.position)


class Checkpoint(models.Model):
    """A signed statement that the chain had this many lines and ended in this digest."""

    number = models.PositiveBigIntegerField(primary_key=True)
    size = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=8)
    signature = models.CharField(max_length=88)

    def __str__(self) -> str:
        return f"{self.number}: {self.size}"


class Verification(models.Model):
    """When the log was last compared with its seals and with the records, and what came of it."""

    at = models.DateTimeField()
    sealed = models.PositiveBigIntegerField()
    is_sound = models.BooleanField()
    # The first thing found: a kind of thing, which one, and a Problem; never content.
    what = models.CharField(max_length=60, blank=True)
    where = models.CharField(max_length=60, blank=True)
    problem = models.CharField(max_length=12, blank=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {'sound' if self.is_sound else self.problem}"


class FormReceipt(models.Model):
    """Proof that one form of one person has arrived, and where its result stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user_id = models.UUIDField()
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    location = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="one_record_per_form")]

    def __str__(self) -> str:
        return str(self.key)
