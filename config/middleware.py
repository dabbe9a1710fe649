"""Response rules that hold for every page, and what is let in before any view runs."""

import time
import uuid
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config import logs

NOUGHT = ("\x00", "%00", "\\000")
HALF_A_MINUTE = "30"
# PostgreSQL gave up waiting: for a lock, or for a statement that took too long.
GAVE_UP = {"LockNotAvailable", "QueryCanceled", "DeadlockDetected"}


class SecureHeaders:
    """Give every answer the same walls: pages, errors, files, and refusals of any other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.SECURE_HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            stay = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
            response.headers.setdefault("Strict-Transport-Security", stay)
        return response


class NumberedRequest(HttpRequest):
    """A request with the number by which the lines of the log about it are told from others."""

    request_id: str


class RequestLog:
    """Write one line for each answer: the name of the address and the status, never the address itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(NumberedRequest, request).request_id = uuid.uuid4().hex
        began = time.monotonic()
        response = self.get_response(request)
        took = round((time.monotonic() - began) * 1000)
        logs.requests.info("answered", extra={"request": request, "status_code": response.status_code, "ms": took})
        return response


class NoNoughtBytes:
    """Refuse addresses and cookies that hold a nought byte: no page writes one, and PostgreSQL cannot look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = (request.path_info, request.META.get("QUERY_STRING", ""), request.META.get("HTTP_COOKIE", ""))
        if any(nought in text for nought in NOUGHT for text in sent):
            raise BadRequest("a nought byte")
        return self.get_response(request)


class StatedOrigin:
    """Name the origin of a form that the browser vouches for as ours.

    Under the policy to send no referrer a browser states `Origin: null` for its own forms too. It states in
    Sec-Fetch-Site, which no script can set, whether such a form stood on a page of this very site.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.headers
        if said.get("Origin") == "null" and said.get("Sec-Fetch-Site") == "same-origin":
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
            # The headers were read before, and would be remembered.
            del request.headers
        return self.get_response(request)


class BusyDatabase:
    """Answer 503 where the database gave up waiting: nothing was saved, and trying again may help."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a statement that was given up into a page; leave any other fault as it is."""
        if not (isinstance(exception, OperationalError) and type(exception.__cause__).__name__ in GAVE_UP):
            return None
        answer = render(request, "503.html", status=503)
        answer["Retry-After"] = HALF_A_MINUTE
        return answer
