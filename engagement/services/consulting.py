"""Whom the level of a request brings in: those who have advised raise it, and at L4 headquarters is consulted."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from engagement.models import Advice, Assessment, Notice, Request
from engagement.services import sharing
from engagement.services.noticing import holding
from missions.access import Actor
from missions.roles import Role

OF_REQUEST = "advice on a request that is already at hand"
CONSULTATION_LASTS = timedelta(days=30)


def advice_on(assessment: Assessment) -> list[Advice]:
    """Return the advice on the version that was assessed, in the order in which it was given."""
    given = Advice.objects.unscoped(OF_REQUEST).filter(submission_id=assessment.submission_id)
    return list(given.order_by("given_at"))


def consult_headquarters(*, request: Request, by: Actor, at: datetime) -> None:
    """Open one request to the headquarters desk for 30 days, with the reason, and tell them."""
    sharing.give(
        request=request,
        people=holding(request.mission, [Role.HEADQUARTERS_DESK], at, request),
        reason=_("Consulted before a decision at L4"),
        expires_at=at + CONSULTATION_LASTS,
        kind=Notice.Kind.CONSULTATION,
        by=by,
        at=at,
    )
