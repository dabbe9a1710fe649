"""Response rules that hold for every page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NeverStore:
    """Keep every signed-in page out of browser and proxy caches: laptops are shared and can be seized."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
