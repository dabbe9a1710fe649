"""May this person stop, resume or end a dialogue now? If not, why not."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from audit.models import Event, Kind
from engagement.models import Advice, Engagement, EngagementStatus
from engagement.models.status import LIVE
from engagement.policies.deciding import name_holds, required_level
from engagement.policies.dossier import Dossier
from missions.access import Access
from missions.refusals import Refusal
from missions.roles import Authority, Permission

# Anyone at L1 or above, and the security adviser, may stop these at once (LC-09).
CAN_BE_SUSPENDED = frozenset({EngagementStatus.AUTHORISED, EngagementStatus.ACTIVE, EngagementStatus.REDECISION})
CAN_BE_RESUMED = frozenset({EngagementStatus.SUSPENDED, EngagementStatus.REDECISION})

# What opens a dialogue to contact, and what closes it again.
OPENS = frozenset({Kind.ENGAGEMENT_AUTHORISED, Kind.ENGAGEMENT_RESUMED})
CLOSES = frozenset(
    {Kind.ENGAGEMENT_SUSPENDED, Kind.ENGAGEMENT_FROZEN, Kind.ENGAGEMENT_LAPSED, Kind.ENGAGEMENT_CONCLUDED}
)


def suspend(engagement: Engagement, *, reason: str, by: Access) -> Iterator[Refusal]:
    """Say why this person may not stop the dialogue now."""
    if not by.may(Permission.SUSPEND, engagement.request.mission_id):
        yield Refusal(
            "may_not_suspend",
            _("The security adviser, and anyone who leads at L1 or above, can suspend. Call one of them now."),
        )
    if engagement.status not in CAN_BE_SUSPENDED:
        yield Refusal("not_running", _not_running(engagement))
    yield from _no_reason(reason)


def resume(engagement: Engagement, dossier: Dossier, *, reason: str, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this person may not let the dialogue go on."""
    request = engagement.request
    needed = level_to_resume(engagement, dossier.advice)
    held = by.authority_in(request.mission_id)
    if needed is None:
        yield Refusal("blocked", _("A block is in force. Its owner must lift it before the dialogue can go on."))
    elif held is None or held < needed:
        message = _("It takes %(level)s or above to let this dialogue go on.")
        yield Refusal("level_too_low", message % {"level": needed.label})
    if holds := dossier.open_holds:
        message = _("This dialogue goes on only once this is answered on the page of its request: %(items)s.")
        yield Refusal("hold_open", message % {"items": name_holds(holds)})
    if request.created_by_id == by.user_id:
        yield Refusal("own_request", _("You asked for this dialogue, so someone else decides whether it goes on."))
    if engagement.status not in CAN_BE_RESUMED:
        yield Refusal("not_stopped", _("This dialogue is not suspended and waits for no decision."))
    if engagement.ends_on < request.mission.local_day(at):
        yield Refusal("expired", _("The approval has run out. A new request is needed."))
    yield from _no_reason(reason)


def level_to_resume(engagement: Engagement, advice: Iterable[Advice]) -> Authority | None:
    """Return the level of the decision, or the higher one that today's facts ask for; None while blocked."""
    original = Authority(engagement.decision.level)
    assessment = engagement.request.assessment
    if assessment is None:
        return original
    today = required_level(assessment, advice)
    return None if today is None else max(original, today)


def closed_by(history: Iterable[Event], moment: datetime) -> Event | None:
    """Return what had closed the dialogue to contact at that moment, or None where it was open.

    `history` holds what opened and closed it, in order. A time is typed to the minute, so all that happened within
    that minute counts as having happened before.
    """
    before = [event for event in history if to_the_minute(event.at) <= moment]
    return before[-1] if before and before[-1].kind in CLOSES else None


def to_the_minute(moment: datetime) -> datetime:
    """Return the minute in which something happened, as it is typed."""
    return moment.replace(second=0, microsecond=0)


def conclude(engagement: Engagement, *, reason: str, by: Access) -> Iterator[Refusal]:
    """Say why this person may not end the dialogue."""
    request = engagement.request
    leads = by.may(Permission.SUSPEND, request.mission_id) or by.may(Permission.CLASSIFY, request.mission_id)
    asked_for_it = request.created_by_id == by.user_id and request.mission_id in by.mission_ids
    if not asked_for_it and not leads:
        yield Refusal(
            "may_not_conclude", _("The person who asked for the dialogue, the POC adviser or a head of office ends it.")
        )
    if engagement.status not in LIVE:
        yield Refusal("not_running", _not_running(engagement))
    yield from _no_reason(reason)


def _not_running(engagement: Engagement) -> str:
    status = EngagementStatus(engagement.status).label
    return _("This dialogue is not running. Its state: %(status)s.") % {"status": status}


def _no_reason(reason: str) -> Iterator[Refusal]:
    if not reason.strip():
        yield Refusal("no_reason", _("Write the reason in one sentence."), "reason")
