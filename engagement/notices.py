"""Mail that carries nothing: a line that something waits, and the way to the sign-in page."""

import logging
from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from engagement.models import Notice

logger = logging.getLogger(__name__)

BATCH = 200


@shared_task
def deliver() -> int:
    """Mail what has not gone out yet; the rows say what, so the bell carries nothing."""
    return send_unsent(timezone.now())


def send_unsent(at: datetime) -> int:
    """Mail unsent notices, oldest first, and return how many went out; whatever fails waits for the next time."""
    if not settings.SENDS_MAIL:
        return 0
    waiting = Notice.objects.filter(mailed_at=None, user__is_active=True).exclude(user__email="")
    sent = 0
    for notice_id in list(waiting.order_by("created_at", "pk").values_list("pk", flat=True)[:BATCH]):
        try:
            sent += _send_one(notice_id, at)
        except Exception as error:
            # A mail server's message may hold addresses, so only the kind of failure is logged.
            logger.warning("A notice was not mailed: %s", type(error).__name__)
    return sent


@transaction.atomic
def _send_one(notice_id: UUID, at: datetime) -> bool:
    """Mail one notice unless somebody else has or is about to."""
    unsent = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    notice = unsent.filter(pk=notice_id, mailed_at=None).first()
    if notice is None:
        return False
    _mail(notice.user.email, notice.user.language)
    notice.mailed_at = at
    notice.save(update_fields=["mailed_at"])
    return True


def _mail(email: str, language: str) -> None:
    with translation.override(language or settings.LANGUAGE_CODE):
        subject = _("An item needs your attention")
        text = _("An item needs your attention. Sign in to see it:")
        send_mail(subject, f"{text}\n{_front_door()}\n", None, [email])


def _front_door() -> str:
    """Return the address that browsers use, as the installation states it."""
    origins = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    return f"{origins[0] if origins else 'http://127.0.0.1:8000'}/"
