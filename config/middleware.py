"""Response rules that hold for every page."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NOUGHT = ("\x00", "%00", "\\000")


class NoNoughtBytes:
    """Refuse addresses and cookies that hold a nought byte: no page writes one, and PostgreSQL cannot look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = (request.path_info, request.META.get("QUERY_STRING", ""), request.META.get("HTTP_COOKIE", ""))
        if any(nought in text for nought in NOUGHT for text in sent):
            raise BadRequest("a nought byte")
        return self.get_response(request)


class NeverStore:
    """Keep every signed-in page out of browser and proxy caches: laptops are shared and can be seized."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
