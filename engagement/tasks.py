"""Periodic work: what time alone changes. Safe to run as often as one likes, and again after a crash."""

import logging
from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from audit import sealing
from engagement import notices
from engagement.services import advising, assessing, deciding, dialogue, form_drafts
from missions import services as missions

logger = logging.getLogger(__name__)


def seal_events(at: datetime) -> int:
    """Seal every event that no ring of the bell has had sealed, and return how many those were."""
    return sealing.seal(at, everything=True)


STEPS: dict[str, Callable[[datetime], int]] = {
    "approvals ended": dialogue.lapse_expired,
    "requests sent on to decision": advising.ready_overdue,
    "deferred requests taken up": deciding.wake_deferred,
    "assessments made again": assessing.refresh,
    "owners of compartments kept": missions.keep_owners,
    "old drafts forgotten": form_drafts.forget_old,
    "notices mailed": notices.send_unsent,
    # Last, so that it takes in what the other steps have done.
    "events sealed": seal_events,
}


@shared_task
def tick() -> None:
    """Do whatever is due now."""
    run(timezone.now())


def run(at: datetime) -> dict[str, int | None]:
    """Take every step; one that fails is logged by its kind, answers None, and holds up no other."""
    return {name: _take(name, step, at) for name, step in STEPS.items()}


def _take(name: str, step: Callable[[datetime], int], at: datetime) -> int | None:
    try:
        return step(at)
    except Exception as error:
        logger.error("Periodic work failed (%s): %s", name, type(error).__name__)
        return None
