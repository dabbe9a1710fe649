"""Sign-in by default, and pages in the person's own language."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class SignInRequired(LoginRequiredMiddleware):
    """Make every page private unless its view says otherwise."""


class OwnLanguage:
    """Show pages in the language that the signed-in person chose, on whatever computer they sit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
