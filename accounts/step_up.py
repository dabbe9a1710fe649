"""Asking again who sits there, before something that cannot be undone: deciding, revealing, exporting, granting."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts import session_rules
from accounts.carrying import Carried, typed
from accounts.factors import Factors, options_to_get
from accounts.forms import ConfirmForm
from accounts.models import User

View = Callable[..., HttpResponse]


def step_up_required(view: View) -> View:
    """Let a person through who proved at most five minutes ago who they are; ask everybody else, losing nothing."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return step_up(request) or view(request, *args, **kwargs)

    return wrapped


def step_up_to_send(view: View) -> View:
    """Ask again who sits there before a form is sent; looking at its page takes nothing more."""
    stepped_up = step_up_required(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return (stepped_up if request.method == "POST" else view)(request, *args, **kwargs)

    return wrapped


def step_up(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks who sits there, with everything typed kept in it, or None when that is known."""
    if session_rules.is_confirmed(request.session, timezone.now()):
        return None
    carried = typed(request) if request.method == "POST" else None
    return ask_who_sits_there(request, carried, next_page=request.get_full_path(), status=401)


def ask_who_sits_there(
    request: HttpRequest,
    carried: Carried | None,
    *,
    next_page: str,
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Ask for the password or the second factor; what was typed waits in the page."""
    assert isinstance(request.user, User)
    factors = Factors(request.user)
    context = {
        "form": form or ConfirmForm(factors=factors),
        "factors": factors,
        "passkey_options": options_to_get(request.user) if factors.passkeys else "",
        "carried": carried,
        "next": next_page,
    }
    return render(request, "accounts/confirm.html", context, status=status)
