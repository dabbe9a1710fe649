"""Sealing outside of the request: by a worker where there is one, else right after the transaction."""

import logging

from celery import shared_task
from django.utils import timezone

from audit import sealing

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def seal() -> int:
    """Seal what has not been sealed yet."""
    return sealing.seal(timezone.now())


def ring() -> None:
    """Have new events sealed; where that fails, they wait for the next ring or the next tick."""
    try:
        seal.apply_async(retry=False)
    except Exception as error:
        logger.warning("The log was not sealed: %s", type(error).__name__)
