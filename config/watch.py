"""Who read what is closely held, and what was denied to whom: events that no service writes."""

from collections.abc import Callable
from typing import cast

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import empty

from accounts.models import User
from accounts.services import Oneself
from audit import log
from audit.models import Kind
from missions.access import Access
from missions.refusals import Refused, overheard, unmendable

DENIED = frozenset({403, 404, 409})
HALF_A_MINUTE = "30"


class Watched:
    """Write down, after each answer to a signed-in person, what they read inside a compartment or were denied.

    Denied is what answers 403, 404 or 409 on a private address, and what a policy refused for a reason that no field
    of the form can mend, whatever page tells it. Where the log cannot be written, no data goes out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with overheard() as refused:
            response = self.get_response(request)
        user = request.user
        if not isinstance(user, User):
            return response
        try:
            _write_down(request, response, user, refused)
        except DatabaseError:
            response = render(request, "503.html", status=503)
            response["Retry-After"] = HALF_A_MINUTE
        return response


def _write_down(request: HttpRequest, response: HttpResponse, user: User, refused: list[Refused]) -> None:
    access = _opened(request)
    shown = access.shown.closely_held if access and not 300 <= response.status_code < 400 else set()
    reasons = sorted({reason.code for each in refused for reason in unmendable(each.refusals)})
    is_denied = _is_private(request) and (response.status_code in DENIED or bool(reasons))
    if not shown and not is_denied:
        return
    now = timezone.now()
    with transaction.atomic():
        if access and shown:
            log.record_reads(sorted(shown, key=lambda record: record.pk), by=access, at=now)
        if is_denied:
            route = request.resolver_match.view_name if request.resolver_match else ""
            log.record(Kind.ACCESS_DENIED, target=None, by=Oneself(user.pk), at=now, fields=reasons, route=route)


def _opened(request: HttpRequest) -> Access | None:
    """Return the access of the request if anybody has asked for it; asking now would read it for nothing."""
    access = getattr(request, "access", None)
    is_read = access is not None and getattr(access, "_wrapped", None) is not empty
    return cast(Access, access) if is_read else None


def _is_private(request: HttpRequest) -> bool:
    """Say whether the address asks for sign-in, as one that leads nowhere does."""
    match = request.resolver_match
    return match is None or getattr(match.func, "login_required", True)
