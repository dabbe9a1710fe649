"""Who may raise and lower the marking of a record: each rule yields the reasons against."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from missions.access import Access, LivePosting, Marking, Record
from missions.refusals import Refusal
from missions.roles import ADVISERS, LEADERSHIP, Role

# Raising is easy: whoever works on a record may find that it says more than was thought.
RAISES = ADVISERS | LEADERSHIP | {Role.HEAD_OF_OFFICE, Role.ANALYST}
# Lowering is not: who answers for it, by the marking that it comes down from.
LOWERS: dict[int, frozenset[Role]] = {
    Marking.CONFIDENTIAL: LEADERSHIP,
    Marking.STRICTLY_CONFIDENTIAL: frozenset({Role.HEAD_OF_MISSION}),
}


def set_marking(
    *, record: Record, marking: int, least: int, reason: str, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why that person cannot mark the record so; `least` is the highest marking among its parts."""
    if marking not in Marking.values:
        yield Refusal("unknown_marking", _("Choose one of the three markings."), "marking")
    elif marking == record.marking:
        yield Refusal("same_marking", _("The record bears this marking already. Choose another."), "marking")
    elif marking > record.marking:
        yield from raise_marking(record, by)
    else:
        yield from _lower(record, marking, least, reason, by)


def raise_marking(record: Record, by: Access) -> Iterator[Refusal]:
    """Say why that person does not work on the record; who reads it by a grant or in an emergency does not."""
    wrote_it = record.created_by_id == by.user_id and record.mission_id in by.mission_ids
    if not wrote_it and not RAISES & {posting.role for posting in _reaching(record, by)}:
        yield Refusal(
            "not_at_work_on_it", _("Its author, the advisers and mission leadership mark it. Ask one of them.")
        )


def loses_sight(record: Record, marking: int, by: Access) -> bool:
    """Say whether that person would not see the record any more under this marking."""
    wrote_it = record.created_by_id == by.user_id
    postings = [posting for posting in by.postings if posting.mission_id == record.mission_id]
    highest = max((posting.ceiling for posting in (postings if wrote_it else _reaching(record, by))), default=-1)
    return marking > (highest if by.travel_ceiling is None else min(highest, by.travel_ceiling))


def _lower(record: Record, marking: int, least: int, reason: str, by: Access) -> Iterator[Refusal]:
    if not LOWERS[record.marking] & {posting.role for posting in _reaching(record, by)}:
        yield Refusal("no_authority", _who_lowers(record.marking), "marking", is_wall=True)
    if not reason.strip():
        yield Refusal("no_reason", _("Say why it may be read more widely. The reason stays on record."), "reason")
    if marking < least:
        yield Refusal(
            "parts_higher",
            _("It names a group or a threat that bears a higher marking. Lower that one first."),
            "marking",
        )


def _who_lowers(marking: int) -> str:
    if marking == Marking.STRICTLY_CONFIDENTIAL:
        return _("Only the head of mission lowers this marking. Ask their office.")
    return _("A pillar head or the head of mission lowers this marking. Ask one of them.")


def _reaching(record: Record, by: Access) -> list[LivePosting]:
    """Return the postings in the mission of the record that open it: headquarters marks nothing."""
    return [posting for posting in by.postings if posting.opens(record.mission_id, record.office_id, record.marking)]
