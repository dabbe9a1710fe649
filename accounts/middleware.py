"""Sessions that end by themselves, sign-in by default, and pages in the person's own language."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from accounts import services, session_rules
from accounts.carrying import carry
from accounts.expired import ask_to_sign_in
from accounts.factors import Factors
from accounts.models import User


class Sessions:
    """Close a session that nobody has used for fifteen minutes; nobody is signed in before the second factor.

    `request.newcomer` is somebody who knows the password and has shown no second factor: only the pages that set one
    up look at it. `request.locked_out` is whose whole session was closed just now.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.newcomer = request.locked_out = None
        user, at = request.user, timezone.now()
        if not user.is_authenticated:
            return self.get_response(request)
        if session_rules.is_idle(request.session, at):
            request.locked_out = user if session_rules.is_whole(request.session) else None
            services.lock(request=request, at=at)
            return self.get_response(request)
        session_rules.touch(request.session, at)
        if not session_rules.is_whole(request.session):
            request.newcomer, request.user = user, AnonymousUser()
        return self.get_response(request)


class SignInRequired(LoginRequiredMiddleware):
    """Make every page private unless its view says otherwise; what was typed survives an expired sign-in."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[Any, Any],
    ) -> HttpResponseBase | None:
        """Keep a form that arrived too late in the sign-in page; send everyone else to sign in."""
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if not refused:
            return None
        if newcomer := getattr(request, "newcomer", None):
            return None if _may_set_up(newcomer, view_func) else redirect("accounts:factors")
        if carried := carry(request):
            return ask_to_sign_in(request, carried)
        return render(request, "accounts/arriving.html") if _comes_from_elsewhere(request) else refused


def open_to_newcomers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a page on which somebody who has no second factor yet sets one up."""
    view.open_to_newcomers = True  # type: ignore[attr-defined]
    return view


def _may_set_up(newcomer: User, view: Callable[..., HttpResponseBase]) -> bool:
    return getattr(view, "open_to_newcomers", False) and not Factors(newcomer).main


def _comes_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether a link on another site led here: the browser then keeps back a strict cookie once."""
    is_strict = settings.SESSION_COOKIE_SAMESITE == "Strict"
    return is_strict and request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site"


class OwnLanguage:
    """Show pages in the language that the signed-in person chose, on whatever computer they sit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        user = request.newcomer or request.user
        if getattr(user, "language", ""):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
