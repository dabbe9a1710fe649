"""The one rule of who may see what: `Model.objects.visible_to(access)`.

Access is read from the database once per request or task. Everything that holds content is a `Record` or hangs on
one; an evaluation of such a queryset that has not said whose eyes it is for raises UnscopedQuery.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from missions.roles import AUTHORITY_OF_ROLE, OFFICE_BOUND, WITHOUT_CONTENT, Authority


class Marking(models.IntegerChoices):
    """UN classification levels (ST/SGB/2007/6)."""

    UNCLASSIFIED = 0, _("UN Unclassified")
    CONFIDENTIAL = 1, _("UN Confidential")
    STRICTLY_CONFIDENTIAL = 2, _("UN Strictly confidential")


@dataclass(frozen=True)
class LivePosting:
    """A posting that is in force now; `mission_id` is None at headquarters."""

    role: str
    mission_id: uuid.UUID | None
    mission_code: str
    duty_contact: str
    office_id: uuid.UUID | None
    office_name: str
    ceiling: int

    def opens(self, mission_id: uuid.UUID, office_id: uuid.UUID | None, marking: int) -> bool:
        """Say whether this posting opens a record that is held so and stands in no compartment, as `reach` has it."""
        in_its_office = self.role not in OFFICE_BOUND or self.office_id is None or office_id in {None, self.office_id}
        has_content = self.role not in WITHOUT_CONTENT
        return self.mission_id == mission_id and self.ceiling >= marking and in_its_office and has_content


@dataclass(frozen=True)
class LiveEmergency:
    """Emergency access in force now: to one record by its reference, or to a mission up to Confidential."""

    mission_id: uuid.UUID
    reference: str

    def covers(self, record: Record) -> bool:
        """Say whether a record lies in what this opens, whether or not a posting opens it as well."""
        # What a list left unread of a record is not asked of the database for this.
        reference = record.__dict__.get("reference", "")
        return record.mission_id == self.mission_id and (not self.reference or self.reference == reference)


@dataclass
class Shown:
    """What a page was built from: the highest marking, for its banner, and what is not read without a trace.

    Closely held is whatever stands in a compartment, and whatever is read while emergency access to it is open.
    """

    highest: int = Marking.UNCLASSIFIED
    closely_held: set[Record] = field(default_factory=set)
    emergencies: tuple[LiveEmergency, ...] = ()

    def note(self, row: object) -> None:
        """Remember that this record went into the page, or the record that this part hangs on."""
        record = row.noted_record() if isinstance(row, PartOfRecord) else row
        if isinstance(record, Record):
            self.note_marking(record.marking)
            if record.compartment_id or any(emergency.covers(record) for emergency in self.emergencies):
                self.closely_held.add(record)

    def forget(self) -> None:
        """Start again: what was read so far is not shown."""
        self.highest = Marking.UNCLASSIFIED
        self.closely_held.clear()

    def note_marking(self, marking: int) -> None:
        """Remember that something with this marking went into the page, of which only columns were read."""
        self.highest = max(self.highest, marking)


@dataclass(frozen=True)
class Access:
    """What one person may see and do at one moment, read from the database and never from a session."""

    user: User
    at: datetime
    postings: tuple[LivePosting, ...] = ()
    compartments: frozenset[uuid.UUID] = frozenset()
    grants: frozenset[uuid.UUID] = frozenset()
    emergencies: tuple[LiveEmergency, ...] = ()
    # Travel mode: nothing above this opens, whatever the postings say.
    travel_ceiling: int | None = None
    shown: Shown = field(default_factory=Shown, compare=False, repr=False)
    permissions: frozenset[tuple[uuid.UUID, str]] = frozenset()
    headquarters_permissions: frozenset[str] = frozenset()

    @property
    def user_id(self) -> uuid.UUID:
        """Return who this is, for the log."""
        return self.user.pk

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return every role held in any mission."""
        return frozenset(posting.role for posting in self.postings)

    @cached_property
    def mission_ids(self) -> frozenset[uuid.UUID]:
        """Return the missions of the postings, headquarters left out."""
        return frozenset(posting.mission_id for posting in self.postings if posting.mission_id)

    @property
    def ceiling(self) -> int:
        """Return the highest marking that any posting opens; -1 without a posting."""
        return max((posting.ceiling for posting in self.postings), default=-1)

    @property
    def is_at_headquarters(self) -> bool:
        """Say whether one of the postings is at headquarters."""
        return any(posting.mission_id is None for posting in self.postings)

    def may(self, permission: str, mission_id: uuid.UUID) -> bool:
        """Say whether a role held in that mission, or at headquarters, carries the permission."""
        return (mission_id, permission) in self.permissions or permission in self.headquarters_permissions

    def roles_in(self, mission_id: uuid.UUID | None) -> tuple[str, ...]:
        """Return the roles held in that mission and at headquarters."""
        return tuple(p.role for p in self.postings if p.mission_id in {mission_id, None})

    def role_in(self, mission_id: uuid.UUID | None) -> str:
        """Return the first role held in that mission, for the log."""
        return next(iter(self.roles_in(mission_id)), "")

    def authority_in(self, mission_id: uuid.UUID) -> Authority | None:
        """Return the highest level at which this person may decide in that mission, or None."""
        levels = [AUTHORITY_OF_ROLE[role] for role in self.roles_in(mission_id) if role in AUTHORITY_OF_ROLE]
        return max(levels, default=None)


@dataclass(frozen=True)
class Automatic:
    """Periodic work acting for nobody: it sees no record, holds no permission, and the log shows no actor."""

    user: None = None
    user_id: None = None

    def role_in(self, mission_id: uuid.UUID | None) -> str:
        """Return no role."""
        return ""


Actor = Access | Automatic


# What is read along with every part of a record, so that the page knows how the record itself is held.
NOTED = {f"record_{name}": name for name in ("marking", "compartment", "mission", "reference")}


class UnscopedQuery(RuntimeError):
    """A queryset of content was evaluated without visible_to(access)."""


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that gives nothing away until it is told whose eyes it is for."""

    _scope: str = ""
    _shown: Shown | None = None

    def visible_to(self, access: Access) -> Self:
        """Keep what this person may see, and remember what they were shown."""
        queryset = self.filter(self.model.visibility(access)).unscoped("narrowed by the visibility rule")
        if issubclass(self.model, PartOfRecord):
            queryset = queryset.annotate(**{name: F(f"{self.model.record}__{path}") for name, path in NOTED.items()})
        queryset._shown = access.shown
        return queryset

    def unscoped(self, reason: str) -> Self:
        """Allow evaluation without a person, for the stated reason: services that act for the system itself."""
        queryset = self.all()
        queryset._scope = reason
        return queryset

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._scope = self._scope
        clone._shown = self._shown
        return clone

    def _require_scope(self) -> None:
        if not self._scope and not self.query.is_empty():
            raise UnscopedQuery(f"{self.model.__name__}.objects must go through visible_to(access) first.")

    def _fetch_all(self) -> None:
        self._require_scope()
        fetched_before = self._result_cache is not None
        super()._fetch_all()  # type: ignore[misc]
        if self._shown and not fetched_before:
            for row in self._result_cache or ():
                self._shown.note(row)

    def __or__(self, other: models.QuerySet[Any]) -> Self:
        self._require_scope()
        getattr(other, "_require_scope", lambda: None)()
        return super().__or__(other)

    def count(self) -> int:
        """Count what may be seen."""
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        """Say whether anything may be seen."""
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Summarise what may be seen."""
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Walk over what may be seen."""
        self._require_scope()
        return self._noting(super().iterator(chunk_size))

    def _noting(self, rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            if self._shown:
                self._shown.note(row)
            yield row

    def update(self, **kwargs: Any) -> int:
        """Change what may be seen."""
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Remove what may be seen."""
        self._require_scope()
        return super().delete()


def reach(access: Access, through: str = "") -> Q:
    """Return the condition under which a Record may be seen; `through` is the path to it, like "request__".

    A posting reaches its mission up to its marking ceiling (field staff: their office and what has no office), and
    there one's own records in any role. A live grant on the single record and emergency access reach up to the highest
    of one's ceilings. Nothing but membership opens a compartment, and travel mode closes compartments, grants and
    whatever is marked above it. The training library is historical and public, so everyone with a posting reads it.
    """

    def where(**conditions: Any) -> Q:
        return Q(**{through + name: value for name, value in conditions.items()})

    reached = Q(pk__in=())
    for posting in access.postings:
        if posting.mission_id:
            within = where(mission_id=posting.mission_id, marking__lte=posting.ceiling)
            reached |= within & where(created_by_id=access.user_id)
            if posting.role in OFFICE_BOUND and posting.office_id:
                within &= where(office_id=posting.office_id) | where(office_id=None)
            if posting.role not in WITHOUT_CONTENT:
                reached |= within
    if access.postings:
        reached |= where(mission__is_library=True, marking__lte=access.ceiling)
    if access.grants:
        reached |= where(pk__in=access.grants, marking__lte=access.ceiling)
    for emergency in access.emergencies:
        reached |= _in_emergency(emergency, access, where)
    reached &= where(compartment_id=None) | where(compartment_id__in=access.compartments)
    return reached if access.travel_ceiling is None else reached & where(marking__lte=access.travel_ceiling)


def _in_emergency(emergency: LiveEmergency, access: Access, where: Callable[..., Q]) -> Q:
    if emergency.reference:
        return where(mission_id=emergency.mission_id, reference=emergency.reference, marking__lte=access.ceiling)
    ceiling = min(Marking.CONFIDENTIAL, access.ceiling)
    return where(mission_id=emergency.mission_id, marking__lte=ceiling)


def counted(access: Access, through: str = "") -> Q:
    """Return the condition under which a Record may be counted at headquarters, though nobody there may read it.

    Headquarters desk and policy postings, up to their marking ceiling and that of travel mode, count what stands in no
    compartment. This opens figures, codes, states and references (engagement/figures.py), never a text.
    """
    postings = [p for p in access.postings if p.mission_id is None and p.role in WITHOUT_CONTENT]
    if not postings:
        return Q(pk__in=())
    ceiling = max(posting.ceiling for posting in postings)
    if access.travel_ceiling is not None:
        ceiling = min(ceiling, access.travel_ceiling)
    return Q(**{f"{through}marking__lte": ceiling, f"{through}compartment_id": None})


class Record(models.Model):
    """Anything with content: it belongs to a mission, bears a marking and may stand inside a compartment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    mission = models.ForeignKey("missions.Mission", models.PROTECT, related_name="+")
    office = models.ForeignKey("missions.Office", models.PROTECT, null=True, related_name="+")
    marking = models.PositiveSmallIntegerField(choices=Marking, default=Marking.CONFIDENTIAL)
    compartment = models.ForeignKey("missions.Compartment", models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def visibility(cls, access: Access) -> Q:
        """Return the condition of the one rule for this model."""
        return reach(access)


def in_sight(access: Access, *columns: str, **wanted: Any) -> models.QuerySet[Any]:
    """Return columns of the records of every kind that fit and that this person may see, in one query."""
    kinds: list[type[Record]] = Record.__subclasses__()
    first, *others = (
        kind.objects.visible_to(access).filter(**wanted).order_by().values_list(*columns) for kind in kinds
    )
    return first.union(*others)


def names_seen(
    access: Access, kind: type[Record], keys: Iterable[uuid.UUID | None], name: str = "reference"
) -> dict[uuid.UUID, str]:
    """Return what these records are called, as far as this person may see them.

    Whatever a record shows of another one that it points to is looked up here, and held back where it is missing:
    that somebody may see the one does not say that they may know of the other.
    """
    seen = kind.objects.visible_to(access).filter(pk__in={key for key in keys if key}).order_by()
    rows = list(seen.values_list("pk", name, "marking"))
    for _key, _name, marking in rows:
        access.shown.note_marking(marking)
    return {key: called for key, called, _marking in rows}


class PartOfRecord(models.Model):
    """Content that hangs on a Record and is seen exactly when that Record is; `record` names the path to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    objects = ScopedQuerySet.as_manager()
    record: str

    class Meta:
        abstract = True

    @classmethod
    def visibility(cls, access: Access) -> Q:
        """Return the rule of the record that this hangs on."""
        return reach(access, through=f"{cls.record}__")

    def noted_record(self) -> Record | None:
        """Return the record that this hangs on, as far as it was read along with it; None where it was not."""
        if not hasattr(self, "record_marking"):
            return None
        path = self._meta.get_field(self.record)
        named: Any = path.related_model
        return named(
            pk=getattr(self, f"{self.record}_id"),
            marking=self.record_marking,
            compartment_id=getattr(self, "record_compartment", None),
            mission_id=getattr(self, "record_mission", None),
            reference=getattr(self, "record_reference", ""),
        )
