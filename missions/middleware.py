"""Gives every request its access."""

from collections.abc import Callable
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from missions.access import Access
from missions.postings import access_for


class SignedInRequest(HttpRequest):
    """A request of somebody who has signed in, as every private view receives it."""

    user: User
    access: Access
    # The word of the menu to mark, where a page is reached from another one than its address says.
    menu_path: str


class RequestAccess:
    """Set request.access, read from the database when a view first asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            signed_in = cast(SignedInRequest, request)
            user = signed_in.user
            signed_in.access = cast(Access, SimpleLazyObject(lambda: access_for(user, timezone.now())))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Forget what was read for a page that is not shown in the end."""
        if isinstance(exception, (Http404, PermissionDenied)) and hasattr(request, "access"):
            cast(SignedInRequest, request).access.shown.forget()
