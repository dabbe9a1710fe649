"""Sealing outside of the request: by a worker where there is one, else right after the transaction."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from audit import sealing

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def seal() -> int:
    """Seal what has not been sealed yet; where that fails, it waits for the next ring or the next tick."""
    try:
        return sealing.seal(timezone.now())
    except Exception as error:
        # What a database says of an error may hold values, so only its kind is logged.
        logger.warning("The log was not sealed: %s", type(error).__name__)
        return 0


def ring() -> None:
    """Have new events sealed by a worker, or at once where there is none."""
    if not settings.REDIS_URL:
        seal()
        return
    try:
        seal.apply_async(retry=False)
    except Exception as error:
        logger.warning("The bell did not ring: %s", type(error).__name__)
