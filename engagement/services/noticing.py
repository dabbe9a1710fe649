"""Telling people that something waits for them: a row with the change, and a bell once it is safe."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from engagement import notices
from engagement.models import Notice, Request
from missions.access import Record
from missions.models import CompartmentMember, Mission, Posting
from missions.roles import AUTHORITY_OF_ROLE, Authority

logger = logging.getLogger(__name__)


def notify(*, users: Iterable[User], kind: Notice.Kind, reference: str, at: datetime) -> list[Notice]:
    """Leave one line for each of these people, and ring for the mail once the change is committed."""
    people = {user.pk: user for user in users}
    rows = [Notice(user=user, kind=kind, reference=reference, created_at=at) for user in people.values()]
    if rows:
        Notice.objects.bulk_create(rows)
        transaction.on_commit(ring, robust=True)
    return rows


def notify_role(
    *,
    mission: Mission,
    roles: Iterable[str],
    kind: Notice.Kind,
    reference: str,
    at: datetime,
    about: Record | None = None,
) -> list[Notice]:
    """Tell those who hold one of the roles in the mission now, or at headquarters; of `about`, only who may know."""
    return notify(users=holding(mission, roles, at, about), kind=kind, reference=reference, at=at)


def notify_deciders(request: Request, *, level: int | None, kind: Notice.Kind, at: datetime) -> list[Notice]:
    """Tell those who decide at that level, if they may read the request."""
    return notify(users=deciders(request, level=level, at=at), kind=kind, reference=request.reference, at=at)


def deciders(request: Request, *, level: int | None, at: datetime) -> list[User]:
    """Return who decides at that level, at L0 the requester alone; nobody, while a block keeps it from everybody."""
    if level is None:
        return []
    role = next(role for role, carried in AUTHORITY_OF_ROLE.items() if carried >= level)
    return [request.created_by] if level == Authority.L0 else holding(request.mission, [role], at, request)


def holding(mission: Mission, roles: Iterable[str], at: datetime, about: Record | None = None) -> list[User]:
    """Return the people who hold one of the roles now; of a record, only those whose eyes it is for."""
    postings = Posting.objects.live(at).filter(Q(mission=mission) | Q(mission=None), role__in=list(roles))
    if about is not None:
        postings = postings.reaching(about)
    people = User.objects.filter(pk__in=postings.values("user"), is_active=True)
    if about is not None and about.compartment_id:
        inside = CompartmentMember.objects.live(at).filter(compartment=about.compartment_id)
        people = people.filter(pk__in=inside.values("user"))
    return list(people.order_by("username"))


def ring() -> None:
    """Tell a worker that there is mail to send; without one the rows wait for the next tick."""
    try:
        notices.deliver.apply_async(retry=False)
    except Exception as error:
        logger.warning("The bell did not ring: %s", type(error).__name__)
