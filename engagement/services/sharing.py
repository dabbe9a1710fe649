"""Opening one request to one person for a time, and closing it again."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from engagement.models import Notice, Request, RequestGrant
from engagement.policies import sharing as policies
from engagement.services.moves import locked
from engagement.services.noticing import notify
from missions.access import Access, Actor
from missions.refusals import refuse_if_any


@transaction.atomic
def share(*, request: Request, user: User, reason: str, expires_at: datetime, by: Access, at: datetime) -> RequestGrant:
    """Let one person read one request until then, and tell them that there is something to read."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.share(request, user=user, reason=reason, expires_at=expires_at, by=by, at=at))
    kind = Notice.Kind.ACCESS_GIVEN
    return give(request=request, people=[user], reason=reason, expires_at=expires_at, kind=kind, by=by, at=at)[0]


def give(
    *,
    request: Request,
    people: Iterable[User],
    reason: str,
    expires_at: datetime,
    kind: Notice.Kind,
    by: Actor,
    at: datetime,
) -> list[RequestGrant]:
    """Open a request to these people, in place of what each was given before; the caller has asked the policy."""
    permission = Permission.objects.get(content_type__app_label="engagement", codename="view_request")
    terms = {"reason": reason, "granted_by": by.user, "granted_at": at, "expires_at": expires_at}
    given = [
        RequestGrant.objects.update_or_create(
            user=person, content_object=request, permission=permission, defaults=terms
        )[0]
        for person in people
    ]
    notify(users=[grant.user for grant in given], kind=kind, reference=request.reference, at=at)
    log.record(Kind.REQUEST_SHARED, target=request, by=by, at=at, version=request.version)
    return given


@transaction.atomic
def unshare(*, grant: RequestGrant, by: Access, at: datetime) -> RequestGrant:
    """End that access now: it closes with the person's next click, and stays on record."""
    request = locked(Request.objects.visible_to(by), grant.content_object)
    held: RequestGrant = RequestGrant.objects.select_for_update().get(pk=grant.pk)
    refuse_if_any(policies.unshare(held, request=request, by=by, at=at))
    held.expires_at = at
    held.save(update_fields=["expires_at"])
    log.record(Kind.REQUEST_UNSHARED, target=request, by=by, at=at, version=request.version)
    return held
