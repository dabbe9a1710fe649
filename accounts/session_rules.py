"""How long a session lasts, and what it says about the person in it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
# How exactly the last click is known: at most one write a minute, so a screen locks after 14 to 15 idle minutes.
GRAIN = timedelta(minutes=1)
STEP_UP = timedelta(minutes=5)
# How long what was typed waits for somebody who does not come back.
KEEPING = timedelta(days=7)

SEEN_AT = "seen_at"
SECOND_FACTOR = "second_factor"
CONFIRMED_AT = "confirmed_at"
KEPT = "kept"
HELD = "held"


def begin(session: SessionBase, at: datetime) -> None:
    """Start the clocks of a session."""
    session[SEEN_AT] = at.isoformat()
    session.set_expiry(at + LONGEST)


def complete(session: SessionBase, at: datetime) -> None:
    """Note that the person has passed a second factor, or needs none."""
    session[SECOND_FACTOR] = True
    confirm(session, at)


def is_whole(session: SessionBase) -> bool:
    """Say whether anything private may open; a demonstration asks for no second factor."""
    return settings.DEMO or bool(session.get(SECOND_FACTOR))


def is_idle(session: SessionBase, at: datetime) -> bool:
    """Say whether nobody has clicked for fifteen minutes."""
    seen_at = _moment(session, SEEN_AT)
    return seen_at is None or at - seen_at >= IDLE


def touch(session: SessionBase, at: datetime) -> None:
    """Note that somebody is there."""
    seen_at = _moment(session, SEEN_AT)
    if seen_at is None or at - seen_at >= GRAIN:
        session[SEEN_AT] = at.isoformat()


def confirm(session: SessionBase, at: datetime) -> None:
    """Note that the person has just proved who they are."""
    session[CONFIRMED_AT] = at.isoformat()


def is_confirmed(session: SessionBase, at: datetime) -> bool:
    """Say whether the person proved who they are at most five minutes ago; in a demonstration nobody is asked."""
    confirmed_at = _moment(session, CONFIRMED_AT)
    return settings.DEMO or (confirmed_at is not None and at - confirmed_at <= STEP_UP)


def hold(session: SessionBase, user_id: UUID, address: str, fields: Iterable[tuple[str, str]]) -> None:
    """Hold what somebody typed, in this browser alone, until this person has signed in wholly."""
    session[HELD] = [str(user_id), address, [list(field) for field in fields]]


def let_go(session: SessionBase) -> None:
    """Forget what was held for a sign-in that is begun anew."""
    session.pop(HELD, None)


def take_held(session: SessionBase, user_id: UUID) -> list[list[Any]]:
    """Return what was held in this browser for this person, as an address and fields, and hold it no longer."""
    whose, *held = session.pop(HELD, None) or [""]
    return [held] if whose == str(user_id) else []


def _moment(session: SessionBase, name: str) -> datetime | None:
    written = session.get(name)
    return datetime.fromisoformat(written) if written else None
