"""One's own second factors: an authenticator app, passkeys and recovery codes.

These pages serve a newcomer too, who knows the password and has no second factor yet, and nobody else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.factors import CODES, Factors, options_to_create, picture_for_app
from accounts.forms import AppForm, PasskeyForm
from accounts.middleware import open_to_newcomers
from accounts.models import User
from accounts.step_up import step_up


def for_oneself(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page to a newcomer, and to everybody else once they proved again who they are."""

    @wraps(view)
    def wrapped(request: Any, *args: object, **kwargs: object) -> HttpResponse:
        if request.newcomer:
            return view(request, request.newcomer, *args, **kwargs)
        return step_up(request) or view(request, request.user, *args, **kwargs)

    return open_to_newcomers(wrapped)


@for_oneself
@require_GET
def factors(request: HttpRequest, user: User) -> HttpResponse:
    """List what a person can show besides the password, and offer to add to it."""
    return render(request, "accounts/factors.html", {"factors": Factors(user)})


@for_oneself
@require_http_methods(["GET", "POST"])
def add_app(request: HttpRequest, user: User) -> HttpResponse:
    """Teach an authenticator app the person's secret."""
    if Factors(user).app:
        return redirect("accounts:factors")
    form = AppForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        return _added(request, user, services.add_app(user=user, secret=form.secret, at=timezone.now()))
    secret = form.secret
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    context = {"form": form, "picture": picture_for_app(user, secret), "secret": " ".join(groups)}
    return render(request, "accounts/add_app.html", context)


@for_oneself
@require_http_methods(["GET", "POST"])
def add_passkey(request: HttpRequest, user: User) -> HttpResponse:
    """Register a passkey that the person's browser made."""
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _added(request, user, services.add_passkey(user=user, at=timezone.now(), **form.cleaned_data))
    return render(request, "accounts/add_passkey.html", {"form": form, "passkey_options": options_to_create(user)})


@for_oneself
@require_POST
def renew_codes(request: HttpRequest, user: User) -> HttpResponse:
    """Make new recovery codes and show them once."""
    if not Factors(user).main:
        return redirect("accounts:factors")
    return _show(request, services.renew_codes(user=user, at=timezone.now()))


@for_oneself
@require_POST
def remove_factor(request: HttpRequest, user: User, factor: int) -> HttpResponse:
    """Take a factor away, but never the last one."""
    row = get_object_or_404(Authenticator.objects.filter(user=user).exclude(type=CODES), pk=factor)
    if services.remove_factor(factor=row, user=user, at=timezone.now()):
        messages.success(request, _("Removed. It opens nothing any more."))
    else:
        messages.error(request, _("This is your only second factor. Add another one first."))
    return redirect("accounts:factors")


def _added(request: Any, user: User, codes: list[str]) -> HttpResponse:
    if request.newcomer:
        services.complete_sign_in(request=request, user=user, at=timezone.now())
    if codes:
        return _show(request, codes)
    messages.success(request, _("Added. You can sign in with it from now on."))
    return redirect("accounts:factors")


def _show(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "accounts/codes.html", {"codes": [f"{code[:4]} {code[4:]}" for code in codes]})
