"""Missions, where they work, who serves in them, and what their leadership has laid down about dialogue."""

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group as RoleGroup
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.models import User
from audit.constraints import all_or_none
from missions.access import Access, Marking, Record
from missions.roles import OFFICE_BOUND, Authority, Permission, Role


class MissionQuerySet(models.QuerySet["Mission"]):
    """Which missions a person may open the pages of."""

    def open_to(self, access: Access) -> "MissionQuerySet":
        """Keep the missions of a person's postings and the training library; headquarters reads all."""
        if access.is_at_headquarters:
            return self.all()
        library = Q(is_library=True) if access.postings else Q(pk__in=())
        return self.filter(library | Q(pk__in=access.mission_ids))


class Mission(models.Model):
    """A peace operation or special political mission."""

    class Type(models.TextChoices):
        PEACEKEEPING = "peacekeeping", _("Peacekeeping operation")
        POLITICAL = "political", _("Special political mission")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=160)
    name_fr = models.CharField(max_length=160, blank=True)
    type = models.CharField(max_length=16, choices=Type, default=Type.PEACEKEEPING)
    host_state = models.CharField(max_length=80)
    timezone = models.CharField(max_length=40, default="UTC")
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    duty_contact = models.CharField(max_length=160, blank=True)
    # The training library: historical and public, so readable by everyone who has a posting.
    is_library = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)

    objects = MissionQuerySet.as_manager()

    class Meta:
        permissions = [(permission.value, permission.label) for permission in Permission]

    def __str__(self) -> str:
        return self.code

    @property
    def zone(self) -> ZoneInfo:
        """Return the mission's local time zone."""
        return ZoneInfo(self.timezone)

    def local_day(self, moment: datetime) -> date:
        """Return which day a moment falls on in the mission."""
        return moment.astimezone(self.zone).date()

    @property
    def mission_id(self) -> uuid.UUID:
        """Return the mission that an event about this record belongs to."""
        return self.pk

    def local_name(self) -> str:
        """Return the name in the language of the page."""
        return self.name_fr if self.name_fr and get_language() == "fr" else self.name


class MissionGroupPermission(GroupObjectPermissionBase):
    """What the group of one role may do in one mission (guardian, direct foreign key)."""

    content_object = models.ForeignKey(Mission, models.CASCADE)


class MissionUserPermission(UserObjectPermissionBase):
    """Guardian's companion table; Parley gives permissions to the groups of roles only."""

    content_object = models.ForeignKey(Mission, models.CASCADE)


class Mandate(models.Model):
    """A paragraph of a Council resolution that bears on contact with armed groups (E-008, E-010)."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="mandates")
    resolution = models.CharField(max_length=60)
    summary = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.resolution


class Area(models.Model):
    """A place that contacts and threats refer to, never finer than the second administrative level."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="areas")
    name = models.CharField(max_length=80)
    pcode = models.CharField(max_length=20)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mission", "pcode"], name="one_area_per_pcode")]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """A field office, or the mission's headquarters."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="offices")
    name = models.CharField(max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="offices")

    def __str__(self) -> str:
        return self.name


class PostingQuerySet(models.QuerySet["Posting"]):
    """Who serves where, and when."""

    def live(self, at: datetime) -> "PostingQuerySet":
        """Keep postings that have begun and not ended."""
        return self.filter(starts_at__lte=at).filter(Q(ends_at=None) | Q(ends_at__gt=at))

    def holding(self, role: str, mission: Mission | None) -> "PostingQuerySet":
        """Keep postings of one role in one mission, or at headquarters when the mission is None."""
        return self.filter(role=role, mission=mission)

    def reaching(self, record: Record) -> "PostingQuerySet":
        """Keep postings whose marking and office let them to a record; what their role reads there is not asked."""
        inside = self.filter(ceiling__gte=record.marking)
        if record.office_id is None:
            return inside
        return inside.exclude(Q(role__in=OFFICE_BOUND, office__isnull=False) & ~Q(office=record.office_id))


class Posting(models.Model):
    """One person serving in one role in one mission for a time; no mission means headquarters."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    mission = models.ForeignKey(Mission, models.PROTECT, null=True, related_name="postings")
    role = models.CharField(max_length=24, choices=Role)
    role_group = models.ForeignKey(RoleGroup, models.PROTECT, null=True, related_name="postings")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="postings")
    ceiling = models.PositiveSmallIntegerField(choices=Marking, default=Marking.CONFIDENTIAL)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    # More than Confidential is asked for by one person and confirmed by another.
    asked_ceiling = models.PositiveSmallIntegerField(choices=Marking, null=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        indexes = [
            # Access is built from a person's postings on every request.
            models.Index(fields=["user", "starts_at"], name="posting_of_person"),
        ]
        constraints = [
            all_or_none("asked_ceiling", "asked_by", "asked_at"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="posting_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.mission or ''}".strip()


class CompartmentQuerySet(models.QuerySet["Compartment"]):
    """Who learns that a compartment exists."""

    def visible_to(self, access: Access) -> "CompartmentQuerySet":
        """Keep those that a person is inside of, and those of the mission that the person heads; on the road, none."""
        if access.travel_ceiling is not None:
            return self.none()
        headed = {posting.mission_id for posting in access.postings if posting.role == Role.HEAD_OF_MISSION}
        return self.filter(Q(pk__in=access.compartments) | Q(mission_id__in=headed))


class Compartment(models.Model):
    """A need-to-know circle with a name of two random words; nobody outside it learns that it exists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="compartments")
    name = models.CharField(max_length=60)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = CompartmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mission", "name"], name="one_compartment_per_name")]

    def __str__(self) -> str:
        return self.name


class CompartmentMemberQuerySet(models.QuerySet["CompartmentMember"]):
    """Who is inside at a moment."""

    def live(self, at: datetime) -> "CompartmentMemberQuerySet":
        """Keep those whom two owners read in, and who have not been read out."""
        return self.filter(confirmed_at__isnull=False, starts_at__lte=at, ends_at__gt=at)


class CompartmentMember(models.Model):
    """One person read into one compartment until a date: one owner proposes, another confirms."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    compartment = models.ForeignKey(Compartment, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="compartment_memberships")
    is_owner = models.BooleanField(default=False)
    reason = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    objects = CompartmentMemberQuerySet.as_manager()

    class Meta:
        constraints = [all_or_none("confirmed_by", "confirmed_at")]

    def __str__(self) -> str:
        return f"{self.user} in {self.compartment}"

    @property
    def mission_id(self) -> uuid.UUID:
        """Return the mission that an event about this membership belongs to."""
        return self.compartment.mission_id

    def end(self, at: datetime) -> None:
        """Close the compartment to this person from that moment on."""
        self.ends_at = at
        self.save(update_fields=["ends_at"])


class MarkingChange(models.Model):
    """Who marked a record higher or lower, and why it may be read more widely."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="+")
    # The records stand above missions in the order of imports, so this is the key and no more.
    record_id = models.UUIDField()
    before = models.PositiveSmallIntegerField(choices=Marking)
    after = models.PositiveSmallIntegerField(choices=Marking)
    reason = models.TextField(blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["record_id", "-changed_at"], name="marking_of_record")]

    def __str__(self) -> str:
        return f"{self.get_before_display()} > {self.get_after_display()}"


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    """Which emergencies are open at a moment."""

    def live(self, at: datetime) -> "EmergencyAccessQuerySet":
        """Keep what has been opened, has not run out and has not been closed."""
        return self.filter(opened_at__lte=at, ends_at__gt=at, closed_at=None)


class EmergencyAccess(models.Model):
    """Break-glass: one person reads one record, or a mission up to Confidential, for four hours and for a reason.

    It never opens a compartment, changes nothing, is announced to the information manager, the auditor and the
    author of the record, and is reviewed afterwards. `reference` is empty when it covers the mission, and may name
    nothing that exists: who asks is not told.
    """

    class Reason(models.TextChoices):
        LIFE_AT_RISK = "life_at_risk", _("Somebody’s life is at risk now")
        COLLEAGUE_ABSENT = "colleague_absent", _("The colleague who knows cannot be reached")
        SECURITY_INCIDENT = "security_incident", _("A security incident is going on")
        OTHER = "other", _("Something else")

    class Finding(models.TextChoices):
        JUSTIFIED = "justified", _("It was justified")
        NOT_JUSTIFIED = "not_justified", _("It was not justified")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="emergencies")
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="emergencies")
    reference = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=20, choices=Reason)
    explanation = models.TextField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=16, choices=Finding, blank=True)
    review = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        indexes = [
            # Access is built from a person's open emergencies on every request.
            models.Index(fields=["user", "ends_at"], name="emergency_of_person"),
        ]
        constraints = [
            all_or_none("reviewed_by", "reviewed_at"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("user")), name="nobody_reviews_their_own_emergency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.opened_at:%Y-%m-%d %H:%M}"


class RecordGrant(UserObjectPermissionBase):
    """A time-limited permission for one person on one record (guardian, direct foreign key).

    A concrete grant adds `content_object`, a foreign key to its kind of record.
    """

    reason = models.CharField(max_length=200)
    # None when the periodic check found that headquarters has to be consulted.
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class PostureQuerySet(models.QuerySet["Posture"]):
    """What holds at a moment."""

    def in_force(self, mission: Mission, at: datetime) -> "Posture | None":
        """Return the posture that holds in a mission at that moment, or None before the first one."""
        return self.filter(mission=mission, starts_at__lte=at).order_by("-starts_at").first()

    def in_force_by_mission(self, at: datetime) -> "dict[uuid.UUID, Posture]":
        """Return the posture that holds at that moment in each mission that has one."""
        return {posture.mission_id: posture for posture in self.filter(starts_at__lte=at).order_by("starts_at")}


class Posture(models.Model):
    """What the head of mission has laid down about dialogue with armed groups, from a date on (E-035)."""

    class Code(models.TextChoices):
        EXPECTED = "EXPECTED", _("Dialogue is expected of staff at all levels")
        STRATEGY_BASED = "STRATEGY_BASED", _("Dialogue follows a strategy for each group")
        COMPLIANT_ONLY = "COMPLIANT_ONLY", _("Dialogue is regular with groups that keep the agreement")
        CLOSELY_HELD = "CLOSELY_HELD", _("Dialogue is possible and closely held")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="postures")
    code = models.CharField(max_length=16, choices=Code)
    explanation = models.CharField(max_length=300, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issuer_title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    objects = PostureQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["mission", "-starts_at"], name="posture_in_force")]

    def __str__(self) -> str:
        return self.code

    @property
    def sentence(self) -> str:
        """Return the posture in one sentence."""
        return f"{self.get_code_display()}: {self.explanation}" if self.explanation else f"{self.get_code_display()}."


class ProhibitionQuerySet(models.QuerySet["Prohibition"]):
    """Which bans hold at a moment."""

    def in_force(self, mission: Mission, at: datetime) -> "ProhibitionQuerySet":
        """Keep the bans that stand in a mission at that moment."""
        begun = self.filter(mission=mission, starts_at__lte=at)
        return begun.filter(Q(lifted_at=None) | Q(lifted_at__gt=at))


class Prohibition(models.Model):
    """A standing ban on contact with a group or a person, by a named issuer (gate G-01, E-083).

    `group_id` and `person_id` are keys into nsags, which stands above missions in the order of imports.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="prohibitions")
    group_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=120)
    text = models.TextField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issuer_title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    review_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ProhibitionQuerySet.as_manager()

    class Meta:
        constraints = [
            all_or_none("lifted_at", "lifted_by"),
            models.CheckConstraint(
                condition=Q(group_id__isnull=False) | Q(person_id__isnull=False), name="prohibition_names_a_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def is_in_force(self, at: datetime) -> bool:
        """Say whether the ban stands at that moment."""
        return self.starts_at <= at and (self.lifted_at is None or self.lifted_at > at)


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Which delegations hold on a day."""

    def live(self, mission: Mission, on: date) -> "DelegationQuerySet":
        """Keep what has begun, has not ended and has not been revoked."""
        return self.filter(mission=mission, revoked_at=None, starts_on__lte=on, ends_on__gte=on)


class Delegation(models.Model):
    """Authority passed to a named person for a time (domain reference 2.8 and 3.7); it cannot be passed on.

    It may be limited to one area and to one group. `group_id` is a key into nsags, as it is of a prohibition, and
    `subject` says in the words that everybody in the mission reads which group is meant.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="delegations")
    from_user = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, models.PROTECT, related_name="delegations_held")
    level = models.PositiveSmallIntegerField(choices=Authority)
    highest_band = models.CharField(max_length=10, default="MODERATE")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    group_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            all_or_none("revoked_at", "revoked_by"),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="nobody_delegates_to_themselves"),
            models.CheckConstraint(condition=Q(level__lte=3), name="delegation_below_headquarters"),
            models.CheckConstraint(
                condition=Q(group_id__isnull=True) | ~Q(subject=""), name="delegation_says_which_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.to_user}"

    def is_live(self, on: date) -> bool:
        """Say whether the delegation holds on that day."""
        return self.revoked_at is None and self.starts_on <= on <= self.ends_on

    def covers(self, *, area: Area | None, group_id: uuid.UUID | None) -> bool:
        """Say whether a matter about that group, in that area, lies within what was delegated."""
        places = {area.pk, area.parent_id} if area else set()
        return self.area_id in {None, *places} and self.group_id in {None, group_id}
