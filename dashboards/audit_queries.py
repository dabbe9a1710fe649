"""What an auditor reads: lines of the log, and who read and decided one record, never what the record says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import sealing
from audit.models import Checkpoint, Event, Kind, Verification
from audit.verifying import Problem
from dashboards.audit_words import in_words
from engagement.models import Decision, Request
from missions.access import Access, in_sight
from missions.dates import time_in_words
from missions.models import Posting
from missions.roles import Role

AT_ONCE = 50
READS = (Kind.RECORD_READ, Kind.IDENTITY_REVEALED)
PERIODS = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
ROLES = dict(Role.choices)
KINDS = dict(Kind.choices)
TYPES: dict[str, str | Promise] = {
    "engagement.request": _("Request"),
    "engagement.contact": _("Contact"),
    "engagement.commitment": _("Commitment"),
    "engagement.source": _("Source"),
    "engagement.export": _("Export"),
    "nsags.group": _("Group"),
    "nsags.person": _("Person"),
    "protection.threatassessment": _("Threat"),
    "missions.mission": _("Mission"),
    "missions.posting": _("Posting"),
    "missions.posture": _("Posture"),
    "missions.prohibition": _("Prohibition"),
    "missions.delegation": _("Delegation"),
    "missions.compartment": _("Compartment"),
    "missions.compartmentmember": _("Compartment"),
    "missions.emergencyaccess": _("Emergency access"),
    "accounts.user": _("Account"),
}


@dataclass(frozen=True)
class Line:
    """One event as the page shows it."""

    at: datetime
    what: str | Promise
    actor_id: UUID | None
    who: str
    role: str | Promise
    kind_of_record: str | Promise
    record_id: UUID | None
    reference: str
    version: int | None
    fields: str
    route: str

    @property
    def day(self) -> date:
        """Return the day on which it happened, by UTC."""
        return self.at.astimezone(UTC).date()

    @property
    def time(self) -> str:
        """Return the time at which it happened, by UTC."""
        return time_in_words(self.at.astimezone(UTC))


@dataclass(frozen=True)
class Integrity:
    """Whether the log can be trusted, as far as is known."""

    checkpoint: Checkpoint | None
    waiting: int
    verified: Verification | None

    @property
    def problem(self) -> str | Promise:
        """Return what the last verification found wrong, if anything."""
        found = self.verified.problem if self.verified else ""
        return dict(Problem.choices).get(found, found)


@dataclass(frozen=True)
class Reader:
    """Somebody who read a record, how often, and when last."""

    who: str
    times: int
    last_at: datetime


def in_scope(access: Access) -> QuerySet[Event]:
    """Return the lines that an auditor may read: of their missions and whoever serves there, or all at headquarters."""
    missions = [posting.mission_id for posting in access.postings if posting.role == Role.AUDITOR]
    if not missions or access.user.carries_only_unclassified:
        return Event.objects.none()
    if None in missions:
        return Event.objects.all()
    people = Posting.objects.filter(mission__in=missions).values("user_id")
    return Event.objects.filter(Q(mission_id__in=missions) | Q(mission_id=None, actor_id__in=people))


def narrowed(events: QuerySet[Event], chosen: Mapping[str, Any], at: datetime) -> QuerySet[Event]:
    """Keep what the filters ask for."""
    if kind := chosen.get("kind"):
        events = events.filter(kind=kind)
    if chosen.get("denied"):
        events = events.filter(kind__in=(Kind.ACCESS_DENIED, Kind.SIGN_IN_REFUSED))
    if person := chosen.get("person"):
        events = events.filter(actor_id=person)
    if period := PERIODS.get(chosen.get("period", "")):
        events = events.filter(at__gte=at - period)
    if before := chosen.get("before"):
        events = events.filter(pk__lt=_place_of(before, events))
    return events


def _place_of(uid: UUID, events: QuerySet[Event]) -> Subquery:
    """Return where a line stands that is among these; nothing stands before one that is not.

    Addresses name a line by its random id. Its place counts the lines of every mission, so it is told to nobody.
    """
    return Subquery(events.filter(uid=uid).order_by().values("pk")[:1])


def page_of(events: QuerySet[Event], access: Access) -> tuple[list[Line], UUID | None]:
    """Return the newest lines, and the line before which the next page begins, if there is one."""
    found = list(events.order_by("-pk")[: AT_ONCE + 1])
    shown = found[:AT_ONCE]
    return lines_of(shown, access), shown[-1].uid if len(found) > AT_ONCE else None


def lines_of(events: Iterable[Event], access: Access) -> list[Line]:
    """Return events with the names of people, and with references of what this auditor may see."""
    events = list(events)
    names = names_of({event.actor_id for event in events} | {event.object_id for event in events})
    references = references_of({event.object_id for event in events if event.object_id}, access)
    return [_line(event, names, references) for event in events]


def _line(event: Event, names: Mapping[UUID | None, str], references: Mapping[UUID | None, str]) -> Line:
    return Line(
        at=event.at,
        what=KINDS.get(event.kind, event.kind),
        actor_id=event.actor_id,
        who=names.get(event.actor_id, ""),
        role=ROLES.get(event.actor_role, ""),
        kind_of_record=TYPES.get(event.object_type, _("Record")) if event.object_id else "",
        record_id=event.object_id,
        reference=references.get(event.object_id) or names.get(event.object_id) or str(event.object_id or "")[:8],
        version=event.object_version,
        fields=in_words(event.fields),
        route=event.route,
    )


def names_of(people: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of those of these who are people."""
    return dict(User.objects.filter(pk__in={key for key in people if key}).values_list("pk", "name"))


def references_of(records: Iterable[UUID], access: Access) -> dict[UUID | None, str]:
    """Return the references of those of these records that this auditor may see, in one query."""
    found: dict[UUID | None, str] = {}
    for key, reference, marking in in_sight(access, "pk", "reference", "marking", pk__in=list(records)):
        access.shown.note_marking(marking)
        found[key] = reference
    return found


def record_by(reference: str, access: Access) -> UUID | None:
    """Return the record of a reference, if this auditor may see it."""
    found = in_sight(access, "pk", reference=reference).first()
    return found[0] if found else None


def person_by(username: str, access: Access) -> UUID | None:
    """Return the person of a sign-in name, if a line that this auditor may read is theirs."""
    return _known(access, username=username).values_list("pk", flat=True).first()


def name_of(person: UUID, access: Access) -> str:
    """Return the name of somebody, if a line that this auditor may read is theirs."""
    return _known(access, pk=person).values_list("name", flat=True).first() or ""


def _known(access: Access, **wanted: Any) -> QuerySet[User]:
    return User.objects.filter(Exists(in_scope(access).filter(actor_id=OuterRef("pk"))), **wanted)


def readers_of(record_id: UUID, access: Access) -> list[Reader]:
    """Return who read a record, last reader first, as far as reading it is written down."""
    reads = in_scope(access).filter(object_id=record_id, kind__in=READS).order_by()
    found = list(reads.values("actor_id").annotate(times=Count("pk"), last_at=Max("at")).order_by("-last_at")[:AT_ONCE])
    names = names_of(row["actor_id"] for row in found)
    return [Reader(names.get(row["actor_id"], ""), row["times"], row["last_at"]) for row in found]


def decisions_on(record_id: UUID, access: Access) -> list[Decision]:
    """Return who decided on a request, at which level, why, and on which assessment, newest first."""
    # Asked for by itself, so that its marking stands over the page and its reading in the log.
    request = Request.objects.visible_to(access).only("marking", "compartment").filter(pk=record_id).first()
    if request is None:
        return []
    decisions = Decision.objects.visible_to(access).filter(request=request)
    related = decisions.select_related("decided_by", "assessment", "submission").defer(
        "assessment__facts", "assessment__result", "submission__content"
    )
    return list(related.order_by("-decided_at"))


def integrity() -> Integrity:
    """Return how far the log is sealed, and when it was last compared with the records."""
    return Integrity(
        checkpoint=Checkpoint.objects.order_by("-number").first(),
        waiting=sealing.waiting().count(),
        verified=Verification.objects.order_by("-pk").first(),
    )
