"""Who may know of a record, said once more in plain Python and plain SQL.

This module imports no model and no rule of the application: it is the second opinion that every answer of the suite
is held against. It reads the rows that were written, not what the application makes of them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

NOWHERE_READING = {"headquarters_desk", "headquarters_policy", "information_manager"}
KNOWING_OF_SOURCES = {"poc_adviser", "security_adviser", "pillar_head", "head_of_mission"}
READING_RISK_SHEETS = KNOWING_OF_SOURCES - {"security_adviser"}
COUNTING = {"headquarters_desk", "headquarters_policy"}
AT_ONE_OFFICE = {"field_staff", "head_of_office"}
CONFIDENTIAL = 1


@dataclass(frozen=True)
class Posted:
    """One posting in force."""

    role: str
    mission: str | None
    office: str | None
    ceiling: int


@dataclass(frozen=True)
class Knower:
    """What decides what one person may know at one moment."""

    key: str
    postings: tuple[Posted, ...]
    circles: frozenset[str]
    grants: frozenset[str]
    emergencies: tuple[tuple[str, str], ...]
    travel_ceiling: int | None

    @property
    def ceiling(self) -> int:
        """Return the highest marking that any posting opens."""
        return max((posted.ceiling for posted in self.postings), default=-1)


@dataclass(frozen=True)
class Kept:
    """Where a record stands: who wrote it, for which office, how it is marked and which circle holds it."""

    key: str
    reference: str
    mission: str
    office: str | None
    marking: int
    circle: str | None
    author: str
    in_library: bool
    # Of a source: handler and alternate.
    handlers: tuple[str, ...] = ()


def rows(sql: str, values: Collection[Any] = ()) -> list[tuple[Any, ...]]:
    """Read rows without leaving a trace in the queries that a test counts."""
    debugged, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(values))
            return list(cursor.fetchall())
    finally:
        connection.force_debug_cursor = debugged


def key(value: Any) -> str | None:
    """Return a key as both databases can be asked for it."""
    return None if value is None else str(value).replace("-", "")


def marks(values: Collection[Any]) -> str:
    """Return as many placeholders as there are values."""
    return ", ".join(["%s"] * len(values))


def moment(value: Any) -> datetime | None:
    """Return a moment as it was read from either database, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def _between(start: Any, end: Any, at: datetime) -> bool:
    begins, ends = moment(start), moment(end)
    return (begins is None or begins <= at) and (ends is None or at < ends)


def knower(user_key: Any, at: datetime, grant_tables: Iterable[str]) -> Knower:
    """Read what one person may know at that moment."""
    me = key(user_key)
    (travels,) = rows("SELECT travel_ceiling, is_active FROM accounts_user WHERE id = %s", [me]) or [(None, False)]
    posted = rows(
        "SELECT role, mission_id, office_id, ceiling, starts_at, ends_at FROM missions_posting WHERE user_id = %s", [me]
    )
    postings = tuple(
        Posted(role, key(mission), key(office), ceiling)
        for role, mission, office, ceiling, start, end in posted
        if travels[1] and _between(start, end, at)
    )
    more = bool(postings) and travels[0] is None
    served = {held.mission for held in postings}
    return Knower(
        key=me or "",
        postings=postings,
        circles=frozenset(_circles(me, at)) if more else frozenset(),
        grants=frozenset(_grants(me, at, grant_tables)) if more else frozenset(),
        emergencies=tuple(case for case in _emergencies(me, at) if case[0] in served) if more else (),
        travel_ceiling=travels[0],
    )


def _circles(me: str | None, at: datetime) -> Iterable[str]:
    sql = "SELECT compartment_id, starts_at, ends_at, confirmed_at FROM missions_compartmentmember WHERE user_id = %s"
    return (str(key(circle)) for circle, start, end, sure in rows(sql, [me]) if sure and _between(start, end, at))


def _grants(me: str | None, at: datetime, tables: Iterable[str]) -> Iterable[str]:
    for table in tables:
        for record, until in rows(f"SELECT content_object_id, expires_at FROM {table} WHERE user_id = %s", [me]):
            if _between(None, until, at):
                yield str(key(record))


def _emergencies(me: str | None, at: datetime) -> Iterable[tuple[str, str]]:
    sql = (
        "SELECT mission_id, reference, opened_at, ends_at FROM missions_emergencyaccess "
        "WHERE user_id = %s AND closed_at IS NULL"
    )
    return ((str(key(place)), ref) for place, ref, start, end in rows(sql, [me]) if _between(start, end, at))


def may_read(person: Knower, record: Kept) -> bool:
    """Say whether this person may read this record."""
    if not person.postings:
        return False
    if record.circle is not None and record.circle not in person.circles:
        return False
    if person.travel_ceiling is not None and record.marking > person.travel_ceiling:
        return False
    if record.in_library or any(_posting_opens(posted, record) for posted in person.postings):
        return True
    if record.marking > person.ceiling:
        return False
    serves_there = record.mission in {posted.mission for posted in person.postings}
    if record.author == person.key and serves_there:
        return True
    return record.key in person.grants or any(_emergency_opens(*case, record) for case in person.emergencies)


def _posting_opens(posted: Posted, record: Kept) -> bool:
    if posted.role in NOWHERE_READING or posted.mission != record.mission or record.marking > posted.ceiling:
        return False
    bound = posted.role in AT_ONE_OFFICE and posted.office is not None
    return not bound or record.office in {None, posted.office}


def _emergency_opens(mission: str, reference: str, record: Kept) -> bool:
    if mission != record.mission:
        return False
    return record.reference == reference if reference else record.marking <= CONFIDENTIAL


def may_know(person: Knower, record: Kept) -> bool:
    """Say whether this person may know of this record, whatever its kind."""
    return may_read_of_source(person, record, in_depth=False) if record.handlers else may_read(person, record)


def may_read_of_source(person: Knower, source: Kept, *, in_depth: bool) -> bool:
    """Say whether this person may know of a source; in depth: what it agreed to and what could happen to it."""
    if not may_read(person, source):
        return False
    roles = READING_RISK_SHEETS if in_depth else KNOWING_OF_SOURCES
    serving = {posted.role for posted in person.postings if posted.mission == source.mission}
    return person.key in source.handlers or bool(roles & serving)


def may_count(person: Knower, record: Kept) -> bool:
    """Say whether this person may know the reference and the figures of a record, though not its content."""
    if record.circle is not None:
        return False
    if person.travel_ceiling is not None and record.marking > person.travel_ceiling:
        return False
    return any(
        posted.mission is None and posted.role in COUNTING and record.marking <= posted.ceiling
        for posted in person.postings
    )


def wrote_reference(person: Knower, record: Kept) -> bool:
    """Say whether this person wrote the reference of a record themselves, when they broke the glass."""
    sql = "SELECT COUNT(*) FROM missions_emergencyaccess WHERE user_id = %s AND reference = %s"
    return bool(rows(sql, [person.key, record.reference])[0][0])
