"""How far a group's descent carries: whom a ban follows, and who are one family."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from uuid import UUID

from nsags.models import LineageEvent

# The same people under another name. A ban follows them for good and either way, and follows a group into what
# comes from it otherwise for 30 days (E-023).
SAME_PEOPLE = frozenset({LineageEvent.Type.RENAME, LineageEvent.Type.RE_FORM})
FOLLOWS_FOR = timedelta(days=30)

Step = tuple[UUID, UUID]


def under_the_same_ban(group_id: UUID, events: Iterable[LineageEvent], day: date) -> frozenset[UUID]:
    """Return the groups on which a ban covers this one on that day, itself included."""
    return _reached(group_id, events, lambda event: _steps_of_bans(event, day))


def _steps_of_bans(event: LineageEvent, day: date) -> list[Step]:
    upward = (event.child_id, event.parent_id)
    if event.happened_on > day:
        return []
    if event.type in SAME_PEOPLE:
        return [upward, upward[::-1]]
    return [upward] if day - event.happened_on <= FOLLOWS_FOR else []


def family_of(group_id: UUID, events: Iterable[LineageEvent], day: date) -> frozenset[UUID]:
    """Return the groups that share descent with this one up to that day, itself included."""
    return _reached(group_id, events, lambda event: _steps_of_kin(event, day))


def _steps_of_kin(event: LineageEvent, day: date) -> list[Step]:
    upward = (event.child_id, event.parent_id)
    return [upward, upward[::-1]] if event.happened_on <= day else []


def _reached(
    group_id: UUID, events: Iterable[LineageEvent], steps_of: Callable[[LineageEvent], list[Step]]
) -> frozenset[UUID]:
    steps = [step for event in events for step in steps_of(event)]
    found, waiting = {group_id}, {group_id}
    while waiting:
        waiting = {there for here, there in steps if here in waiting} - found
        found |= waiting
    return frozenset(found)
