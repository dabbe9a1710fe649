"""Asking again who sits there, before something that cannot be undone: deciding, revealing, exporting, granting."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.carrying import Carried, typed
from accounts.forms import ConfirmForm

View = Callable[..., HttpResponse]
CONFIRMED_AT = "confirmed_at"
FRESH = timedelta(minutes=5)


def step_up_required(view: View) -> View:
    """Let a person through who proved at most five minutes ago who they are; ask everybody else, losing nothing."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return step_up(request) or view(request, *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def step_up(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks who sits there, with everything typed kept in it, or None when that is known."""
    if is_confirmed(request, timezone.now()):
        return None
    carried = typed(request) if request.method == "POST" else None
    return ask_who_sits_there(request, carried, next_page=request.get_full_path(), status=401)


def is_confirmed(request: HttpRequest, at: datetime) -> bool:
    """Say whether the person proved who they are at most five minutes ago; in a demonstration nobody is asked."""
    confirmed_at = request.session.get(CONFIRMED_AT)
    return settings.DEMO or bool(confirmed_at and at - datetime.fromisoformat(confirmed_at) <= FRESH)


def confirm(request: HttpRequest, at: datetime) -> None:
    """Remember that the person has just proved who they are."""
    request.session[CONFIRMED_AT] = at.isoformat()


def ask_who_sits_there(
    request: HttpRequest,
    carried: Carried | None,
    *,
    next_page: str,
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Ask for the password or the second factor; what was typed waits in the page."""
    context = {"form": form or ConfirmForm(), "carried": carried, "next": next_page}
    return render(request, "accounts/confirm.html", context, status=status)
