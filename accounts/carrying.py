"""Carrying a typed form across a sign-in that expired: it travels in the page itself and is stored nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

PREFIX = "carried:"
ADDRESS = "carried-to"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# A long report is some 20,000 characters; beyond this, the page would be too heavy for a slow line.
MOST_CHARACTERS = 200_000
# Sign-in itself and what it hands on are never carried as content.
# Nor is who a source is: such a form is typed again.
SECRET = "secret-"
NEVER = {"csrfmiddlewaretoken", "next", "username", "person"}


@dataclass(frozen=True)
class Carried:
    """What somebody had typed, and the address that it was on its way to."""

    address: str
    fields: tuple[tuple[str, str], ...]

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """Return names and values of the hidden inputs that carry this through the sign-in page."""
        return [(ADDRESS, self.address), *((PREFIX + name, value) for name, value in self.fields)]

    @property
    def is_too_long(self) -> bool:
        """Say whether this is more than a page can sensibly hold."""
        return sum(len(name) + len(value) for name, value in self.fields) > MOST_CHARACTERS


def carried_by(request: HttpRequest) -> Carried | None:
    """Return what a sign-in page carries, or None when it carries nothing."""
    address = request.POST.get(ADDRESS, "")
    if not _is_ours(address, request):
        return None
    named = ((name.removeprefix(PREFIX), values) for name, values in request.POST.lists() if name.startswith(PREFIX))
    return Carried(address, _flat(named))


def carry(request: HttpRequest) -> Carried | None:
    """Return what a refused POST of a private page held, or None when it did not come from a page of ours."""
    if request.method != "POST" or request.content_type not in FORMS or not is_same_origin(request):
        return None
    return carried_by(request) or (typed(request) if _is_private(request) else None)


def typed(request: HttpRequest) -> Carried:
    """Return what a form of ours holds, and the address that it was sent to."""
    return Carried(request.get_full_path(), _flat(request.POST.lists()))


def is_same_origin(request: HttpRequest) -> bool:
    """Say whether the browser states that the form stood on a page of ours."""
    stated = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(stated)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def _is_private(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and getattr(match.func, "login_required", True)


def _flat(named: Iterable[tuple[str, list[str]]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, values in named if _may_travel(name) for value in values)


def _may_travel(name: str) -> bool:
    if name.startswith(SECRET):
        return False
    return name not in NEVER and name != ADDRESS and not name.startswith(PREFIX) and "password" not in name.lower()


def _is_ours(address: str, request: HttpRequest) -> bool:
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return False
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True


def is_key(value: str) -> bool:
    """Say whether this is the key of a record, which tells a person nothing."""
    try:
        UUID(value)
    except ValueError:
        return False
    return True
