"""Armed groups: people and networks before acronyms, labels as dated statements by an issuer."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.constraints import all_or_none
from missions.access import PartOfRecord, Record


class Group(Record):
    """A non-State armed group that a mission knows of; never deleted, never merged in place (E-020, E-023)."""

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("armed group", "Active")
        DORMANT = "dormant", pgettext_lazy("armed group", "Dormant")
        DISSOLVED = "dissolved", pgettext_lazy("armed group", "Dissolved")
        UNCERTAIN = "uncertain", pgettext_lazy("armed group", "Uncertain")

    class Structure(models.TextChoices):
        HIERARCHICAL = "hierarchical", _("One chain of command")
        FEDERATED = "federated", _("Several commanders who coordinate")
        CELLULAR = "cellular", _("Cells")
        LOOSE = "loose", _("Loose, no common command")
        UNKNOWN = "unknown", _("Not known")

    name = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    structure = models.CharField(max_length=12, choices=Structure, default=Structure.UNKNOWN)
    people_and_networks = models.TextField(blank=True)
    community_relation = models.TextField(blank=True)
    wants = models.TextField(blank=True)
    unknowns = models.TextField(blank=True)
    reviewed_on = models.DateField(null=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [all_or_none("reviewed_on", "reviewed_by")]
        indexes = [models.Index(fields=["mission", "name"], name="group_list_of_mission")]

    def __str__(self) -> str:
        return self.name


class GroupName(PartOfRecord):
    """Another name of a group, and who uses it."""

    class Type(models.TextChoices):
        OFFICIAL = "official", _("Official name")
        ACRONYM = "acronym", _("Acronym")
        BY_OTHERS = "by_others", _("Used by others")

    record = "group"
    group = models.ForeignKey(Group, models.CASCADE, related_name="names")
    text = models.CharField(max_length=120)
    type = models.CharField(max_length=12, choices=Type, default=Type.BY_OTHERS)

    def __str__(self) -> str:
        return self.text


class Person(Record):
    """Someone with a role in a group or a State, known by a public name; prohibitions and checks follow the person."""

    name = models.CharField(max_length=120)
    listed_by_un = models.BooleanField(default=False)
    icc_warrant = models.BooleanField(default=False)
    travel_ban = models.BooleanField(default=False)
    checked_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class Membership(PartOfRecord):
    """A person's role in a group over time."""

    record = "group"
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=120)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.person}, {self.role}"


class Label(PartOfRecord):
    """What an issuer says about a group, since when and on which basis: never the group's nature (E-024, E-026)."""

    class Value(models.TextChoices):
        COMPLIANT = "compliant", _("Keeps the agreement")
        NON_COMPLIANT = "non_compliant", _("Does not keep the agreement")
        SELF_DEFENCE = "self_defence", _("Self-defence group")
        TERRORIST = "terrorist", _("Designated as terrorist")
        PROSCRIBED = "proscribed", _("Proscribed")
        SANCTIONED = "sanctioned", _("Under sanctions")
        LISTED_CHILDREN = "listed_children", _("Listed for violations against children")
        LISTED_SEXUAL_VIOLENCE = "listed_sexual_violence", _("Listed for sexual violence")
        SIGNATORY = "signatory", _("Signatory of the agreement")

    class Issuer(models.TextChoices):
        SECURITY_COUNCIL = "unsc", _("UN Security Council")
        SECRETARY_GENERAL = "sg", _("UN Secretary-General")
        MISSION = "mission", _("The mission")
        HOST_STATE = "host_state", _("Host State")
        OTHER_STATE = "other_state", _("Another State")
        REGIONAL_BODY = "regional", _("Regional body")
        AGREEMENT_BODY = "agreement", _("Body of the peace agreement")

    record = "group"
    group = models.ForeignKey(Group, models.CASCADE, related_name="labels")
    value = models.CharField(max_length=24, choices=Value)
    issuer = models.CharField(max_length=12, choices=Issuer)
    issuer_name = models.CharField(max_length=120, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="label_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_value_display()} ({self.get_issuer_display()})"

    def is_live(self, on: date) -> bool:
        """Say whether the statement stands on that day."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class LineageEvent(PartOfRecord):
    """A split, merger or change of name that leads from one group to another; approvals never follow it."""

    class Type(models.TextChoices):
        SPLIT = "split", _("Split")
        MERGE = "merge", _("Merger")
        RENAME = "rename", _("Change of name")
        ABSORB = "absorb", _("Absorption")
        RE_FORM = "re_form", _("Re-formation")

    record = "parent"
    type = models.CharField(max_length=8, choices=Type)
    parent = models.ForeignKey(Group, models.PROTECT, related_name="lineage_onward")
    child = models.ForeignKey(Group, models.PROTECT, related_name="lineage_before")
    happened_on = models.DateField()
    source = models.CharField(max_length=200, blank=True)
    is_disputed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("child")), name="no_group_descends_from_itself")
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.happened_on:%Y}"
