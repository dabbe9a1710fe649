"""Which level of a factor counts where advisers read it differently, and who settles that."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.utils.translation import gettext as _

import risk
from engagement.models import RecordedLevel, Request
from missions.access import Access
from missions.refusals import Refusal
from missions.roles import PERMISSIONS_OF_ROLE, Permission, Role

UNKNOWN_RISK, UNKNOWN_PROTECTION = 5, -1


def standing_levels(recorded: Iterable[RecordedLevel]) -> dict[str, RecordedLevel]:
    """Return the level that each role stands by on one factor; a settlement takes the place of all before it."""
    standing: dict[str, RecordedLevel] = {}
    for row in sorted(recorded, key=lambda row: (row.recorded_at, row.is_settlement)):
        if row.is_settlement:
            standing.clear()
        standing[row.role] = row
    return standing


def by_factor(recorded: Iterable[RecordedLevel]) -> dict[str, tuple[RecordedLevel, ...]]:
    """Return the levels that the roles stand by on each factor that any of them recorded."""
    rows: dict[str, list[RecordedLevel]] = defaultdict(list)
    for row in recorded:
        rows[row.factor].append(row)
    return {factor: tuple(standing_levels(own).values()) for factor, own in rows.items()}


def that_counts(factor: str, standing: Collection[RecordedLevel]) -> RecordedLevel:
    """Return the level that drives the score: the highest, the latest of equals (domain reference 2.10).

    Not known is the worst of a risk, and nothing of the protection case.
    """
    unknown = UNKNOWN_PROTECTION if factor.startswith(risk.PROTECTION) else UNKNOWN_RISK
    return max(standing, key=lambda row: (unknown if row.level is None else row.level, row.recorded_at))


def differ(standing: Collection[RecordedLevel]) -> bool:
    """Say whether two roles stand by different levels."""
    return len({row.level for row in standing}) > 1


def recording_role(request: Request, by: Access) -> str:
    """Return the role in which a person records levels in the mission of this request."""
    held = by.roles_in(request.mission_id)
    return next((role for role in held if Permission.REASSESS in PERMISSIONS_OF_ROLE[role]), "")


def settles(request: Request, by: Access) -> Iterator[Refusal]:
    """Say why this person does not settle differences on a request; nothing means that they do."""
    is_adviser = Role.POC_ADVISER in by.roles_in(request.mission_id)
    if not (is_adviser and by.may(Permission.REASSESS, request.mission_id)):
        yield Refusal("not_poc_adviser", _("Only the POC adviser settles which level counts. Tell them what you know."))
    if request.created_by_id == by.user_id:
        yield Refusal("own_request", _("You wrote this request, so another POC adviser must settle this."))


def settle(
    request: Request, standing: Collection[RecordedLevel], *, role: str, note: str, is_watched: bool, by: Access
) -> Iterator[Refusal]:
    """Say why this person may not settle which level counts from now on; nothing means they may."""
    yield from settles(request, by)
    if not is_watched:
        yield Refusal("not_open", _("Nothing waits on this request any more, so its facts are no longer followed."))
    if not differ(standing):
        yield Refusal("nothing_differs", _("The advisers do not differ on this question, so nothing is to be settled."))
    elif role not in {row.role for row in standing}:
        yield Refusal("no_level", _("Choose the level that counts from now on."), "role")
    if not note.strip():
        yield Refusal("no_note", _("Say in one sentence why this level counts."), "note")
