"""Sources and intermediaries: known by a code name, with what they agreed to and what could happen to them."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.constraints import all_or_none
from missions.access import Access, Marking, PartOfRecord, Record, reach
from missions.roles import Role
from nsags.models import Group

# Who reads what was agreed and what could happen to the person, beside handler and alternate (domain reference 7.3).
READ_RISK_SHEET = frozenset({Role.POC_ADVISER, Role.PILLAR_HEAD, Role.HEAD_OF_MISSION})
# Who knows besides that the source exists: whoever plans the safety of a meeting.
KNOW_OF_SOURCE = READ_RISK_SHEET | {Role.SECURITY_ADVISER}
# How long an approved reveal can be opened.
OPEN_FOR = timedelta(minutes=15)


def circle(access: Access, roles: Iterable[str], through: str = "") -> Q:
    """Return the condition that narrows the rule for sources to handler, alternate and some roles of the mission."""
    wanted = frozenset(roles)
    missions = {posting.mission_id for posting in access.postings if posting.mission_id and posting.role in wanted}
    return (
        Q(**{f"{through}handler_id": access.user_id})
        | Q(**{f"{through}alternate_id": access.user_id})
        | Q(**{f"{through}mission_id__in": missions})
    )


class Source(Record):
    """Somebody who tells us things or carries words to a group, known here by a code name and nothing else."""

    class Kind(models.TextChoices):
        SOURCE = "source", _("Source of information")
        INTERMEDIARY = "intermediary", _("Intermediary to a group")

    marking = models.PositiveSmallIntegerField(choices=Marking, default=Marking.STRICTLY_CONFIDENTIAL)
    code_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind)
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="sources")
    handler = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    alternate = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["handler"], name="source_of_handler"),
            models.Index(fields=["alternate"], name="source_of_alternate"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mission", "code_name"], name="one_source_per_code_name"),
            models.CheckConstraint(condition=~Q(handler=F("alternate")), name="alternate_is_somebody_else"),
        ]

    @classmethod
    def visibility(cls, access: Access) -> Q:
        """Return the one rule, narrowed to those who need to know that this source exists."""
        return reach(access) & circle(access, KNOW_OF_SOURCE)

    def is_custodian(self, user_id: uuid.UUID) -> bool:
        """Say whether this is the handler or the alternate."""
        return user_id in {self.handler_id, self.alternate_id}


class PartOfSource(PartOfRecord):
    """What hangs on a source and is seen by whoever sees the source."""

    record = "source"
    readers = KNOW_OF_SOURCE

    class Meta:
        abstract = True

    @classmethod
    def visibility(cls, access: Access) -> Q:
        """Return the rule of the source, narrowed as the source itself is, or more."""
        return reach(access, through="source__") & circle(access, cls.readers, through="source__")


class Consent(PartOfSource):
    """What a source agreed to, in which language it was explained, and whether they took it back; the latest counts.

    It is recorded without a signature: a paper found on the person could kill them (DNH-01).
    """

    readers = READ_RISK_SHEET
    source = models.ForeignKey(Source, models.PROTECT, related_name="consents")
    scope = models.TextField()
    language = models.CharField(max_length=40)
    given_on = models.DateField()
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-recorded_at"], name="consent_of_source")]
        constraints = [all_or_none("withdrawn_on", "withdrawn_by", "withdrawn_at")]

    def __str__(self) -> str:
        return f"{self.source} {self.given_on}"


class RiskSheet(PartOfSource):
    """What could happen to a source and what protects them, as judged on a day by a named person; the latest counts."""

    readers = READ_RISK_SHEET
    source = models.ForeignKey(Source, models.PROTECT, related_name="risk_sheets")
    exposure = models.TextField()
    consequences = models.TextField()
    protection = models.TextField()
    do_not_contact = models.TextField(blank=True)
    assessed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    review_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["source", "-assessed_at"], name="risk_sheet_of_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.assessed_at:%Y-%m-%d}"

    def is_overdue(self, on: date) -> bool:
        """Say whether the day of the review has passed."""
        return self.review_on < on


class SourceIdentity(PartOfRecord):
    """Who a source is, as ciphertext that only engagement.services.identities opens; no page ever queries it.

    The key stands in the key store, outside the database and its backups. `blind_index` holds fingerprints of name
    and telephone made with that same key, so that they die with it.
    """

    record = "source"
    source = models.OneToOneField(Source, models.PROTECT, related_name="identity")
    key_id = models.CharField(max_length=32)
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    blind_index = models.JSONField(default=list)
    stored_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    stored_at = models.DateTimeField()
    shredded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [all_or_none("shredded_by", "shredded_at")]

    def __str__(self) -> str:
        return f"{self.source}"

    @classmethod
    def visibility(cls, access: Access) -> Q:
        """Return a condition that nobody meets: an identity is opened by two people, never looked up."""
        return Q(pk__in=())


class TwoPersonAct(PartOfSource):
    """Something about an identity that one person asks for and another one decides."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            all_or_none("decided_by", "decided_at"),
            models.CheckConstraint(
                condition=Q(decided_by=None, outcome="") | (Q(decided_by__isnull=False) & ~Q(outcome="")),
                name="%(class)s_is_decided_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="nobody_decides_their_own_%(class)s"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.asked_at:%Y-%m-%d %H:%M}"

    source_id: uuid.UUID

    @property
    def is_waiting(self) -> bool:
        """Say whether the second person has not decided yet."""
        return not self.outcome


class Reveal(TwoPersonAct):
    """One person asks to see an identity, another agrees, and the first opens it once."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="reveals")
    reason = models.TextField()
    opened_at = models.DateTimeField(null=True)

    class Meta(TwoPersonAct.Meta):
        indexes = [
            # How often a person has opened an identity today is asked before each reveal.
            models.Index(fields=["asked_by", "opened_at"], name="reveal_of_person"),
        ]
        constraints = [
            *TwoPersonAct.Meta.constraints,
            models.UniqueConstraint(
                fields=["source", "asked_by"], condition=Q(outcome=""), name="one_reveal_asked_at_a_time"
            ),
        ]

    @property
    def opens_until(self) -> datetime | None:
        """Return when the leave to open it ends; None unless it was given."""
        return self.decided_at + OPEN_FOR if self.decided_at and self.outcome == self.Outcome.APPROVED else None


class Shredding(TwoPersonAct):
    """One person asks that an identity be destroyed, another one confirms; the reason is a category, never a text."""

    class Reason(models.TextChoices):
        CONSENT_WITHDRAWN = "withdrawn", _("They withdrew their consent")
        DANGER = "danger", _("Keeping it puts them in danger")
        NOT_NEEDED = "not_needed", _("It is no longer needed")
        MISTAKE = "mistake", _("It was recorded by mistake")

    source = models.ForeignKey(Source, models.PROTECT, related_name="shreddings")
    reason = models.CharField(max_length=12, choices=Reason)

    class Meta(TwoPersonAct.Meta):
        constraints = [
            *TwoPersonAct.Meta.constraints,
            models.UniqueConstraint(fields=["source"], condition=Q(outcome=""), name="one_shredding_asked_at_a_time"),
        ]
