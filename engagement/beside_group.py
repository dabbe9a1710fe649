"""The card on the page of a group: the approvals in force, what was promised, and the way to its contacts."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from engagement.models import Commitment, Engagement
from engagement.models.status import LIVE
from missions.access import Access
from nsags.beside import Card
from nsags.models import Group


def dialogue_with(group: Group, access: Access, at: datetime) -> Card:
    """Return what a person may know of the dialogue with a group."""
    on = group.mission.local_day(at)
    approvals = Engagement.objects.visible_to(access).filter(group=group, status__in=LIVE).select_related("request")
    commitments = list(Commitment.objects.visible_to(access).filter(contact__group=group))
    ours = [one for one in commitments if one.by == Commitment.By.US]
    theirs = [one for one in commitments if one.by == Commitment.By.THEM]
    shown = {
        "group": group,
        "approvals": list(approvals.order_by("ends_on", "request__reference")),
        "ours": _by_state(ours),
        "ours_late": _past_their_check(ours, on),
        "theirs": _by_state(theirs),
        "theirs_late": _past_their_check(theirs, on),
    }
    return Card("engagement/beside_group.html", shown)


def _by_state(commitments: Iterable[Commitment]) -> list[tuple[str, int]]:
    """Return how many stand in each state, in the order of the states."""
    counts = Counter(one.state for one in commitments)
    return [(str(state.label), counts[state]) for state in Commitment.State if counts[state]]


def _past_their_check(commitments: Iterable[Commitment], on: date) -> int:
    return sum(one.check_on < on for one in commitments)
