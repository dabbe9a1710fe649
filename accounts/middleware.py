"""Sign-in by default, and pages in the person's own language."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from accounts.carrying import carry
from accounts.expired import ask_to_sign_in


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
        carried = carry(request) if refused else None
        return ask_to_sign_in(request, carried) if carried else refused


class OwnLanguage:
    """Show pages in the language that the signed-in person chose, on whatever computer they sit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
