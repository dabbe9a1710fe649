"""Read-only while emergency access is open: who breaks the glass reads, and changes nothing."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.carrying import carry
from missions.access import Access
from missions.middleware import SignedInRequest
from missions.models import EmergencyAccess

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Closing it; opening it, which answers a second press by itself; and everything about one's own sign-in: locking,
# leaving, confirming who one is, language, travel mode.
ALLOWED = frozenset({"engagement:close_emergency", "engagement:open_emergency"})
OWN_AFFAIRS = ("accounts:", "account_", "mfa_", "socialaccount_", "openid_connect_")


class ReadOnlyInEmergency:
    """Refuse every change by a person who has emergency access open, and keep what they had typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer a change with one sentence and the button that ends the emergency."""
        if request.method in SAFE or not request.user.is_authenticated or _is_allowed(request):
            return None
        if not (emergency := open_for(cast(SignedInRequest, request).access)):
            return None
        context = {"emergency": emergency, "carried": carry(request)}
        return render(request, "engagement/emergency_read_only.html", context, status=403)


def open_for(access: Access) -> EmergencyAccess | None:
    """Return the emergency that a person has open; most have none, which costs no query."""
    if not access.emergencies:
        return None
    return EmergencyAccess.objects.live(access.at).filter(user=access.user).order_by("-opened_at").first()


def banner(access: Access) -> dict[str, Any] | None:
    """Return what stands in red on every page while emergency access is open."""
    emergency = open_for(access)
    if emergency is None:
        return None
    hours, minutes = divmod(max(int((emergency.ends_at - timezone.now()).total_seconds()) // 60, 0), 60)
    return {"key": emergency.pk, "hours": hours, "minutes": minutes, "ends_at": emergency.ends_at}


def _is_allowed(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in ALLOWED or name.startswith(OWN_AFFAIRS)
