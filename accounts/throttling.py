"""Counting wrong passwords in the database, under digests: a mistyped name may well be somebody's password."""

from ipaddress import IPv6Address
from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.database import AxesDatabaseHandler
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

PER_ACCOUNT, PER_ADDRESS = 5, 30
SALT = "parley.throttling"
WHERE_FROM = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR")


class Throttle(AxesDatabaseHandler):
    """Evaluates five wrong passwords for one name and thirty from one address, then none for fifteen minutes."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return how many failures count against the limit of one name; those of one address weigh less."""
        found = (tries.aggregate(Sum("failures_since_start")) for tries in self.get_user_attempts(request, credentials))
        of_name, of_address = (row["failures_since_start__sum"] or 0 for row in found)
        return max(of_name, of_address * PER_ACCOUNT // PER_ADDRESS)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the failures of a name after a whole sign-in; anybody could clear those of the address."""
        count, _rows = self.filter_user_attempts(request, credentials)[0].delete()
        return int(count)


def attempt_of(request: HttpRequest) -> HttpRequest:
    """Return a request that says where it comes from and nothing else: axes keeps what a form holds."""
    attempt = HttpRequest()
    attempt.META = {name: request.META[name] for name in WHERE_FROM if name in request.META}
    return attempt


def digest_of_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return what stands in the table of failures in place of the name."""
    return salted_hmac(SALT, (credentials or {}).get("username") or "", algorithm="sha256").hexdigest()


def digest_of_address(request: HttpRequest) -> str | None:
    """Return what stands there in place of the network address, in the shape of one."""
    if not request.META.get("REMOTE_ADDR"):
        return None
    address = get_adapter().get_client_ip(request)
    return str(IPv6Address(salted_hmac(SALT, address, algorithm="sha256").digest()[:16]))
