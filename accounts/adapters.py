"""Where allauth asks how Parley signs people in."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import entering, services
from accounts.models import User

# What an authenticator app shows beside the codes: a phone that is searched should not name the product.
ISSUER = "Staff sign-in"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; a session opens in our own way, and the second factor is never skipped."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many tries. Wait 15 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: an information manager adds people."""
        return False

    def get_login_stages(self) -> list[str]:
        """Return what stands between a right password and an open session."""
        return ["accounts.adapters.SecondFactorStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session; without a second factor it leads to setting one up, and nowhere else."""
        shown = get_authentication_records(request, user)
        has_second_factor = any(record["method"] == "mfa" for record in shown)
        services.sign_in(request=request, user=user, has_second_factor=has_second_factor, at=timezone.now())

    def post_login(self, request: HttpRequest, user: Any, *, redirect_url: str | None, **unused: Any) -> HttpResponse:
        """Go where the person was going."""
        return entering.go_on(request, user, redirect_url)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Say of a closed account what is said of a wrong password."""
        return entering.refuse(request)

    def is_reauthentication_required(self, *, app: str, **unused: Any) -> bool:
        """Say no: our own step_up_required stands before each change of a factor."""
        return False

    def add_message(self, *unused: Any, **also_unused: Any) -> None:
        """Say nothing: our pages say it in their own words."""


class SecondFactorStage(AuthenticateStage):
    """Stands between a right password and an open session, for everybody who has a second factor."""

    urlname = "accounts:second_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Lead to our own page."""
        return (redirect(self.urlname) if self._should_handle(self.request) else None), True


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps secrets encrypted in the database, and words short."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right, or it was used already. Wait for the next one and try again."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it stands in the database."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as it is."""
        return _keys().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """Return a word that does not give the product away."""
        return ISSUER

    def get_totp_label(self, user: Any) -> str:
        """Return the name that the person signs in with."""
        return str(user.username)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return who asks for a passkey."""
        return super().get_public_key_credential_rp_entity() | {"name": ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Return who a passkey is for, without their real name."""
        return super().get_public_key_credential_user_entity(user) | {
            "display_name": user.username,
            "name": user.username,
        }


def _keys() -> MultiFernet:
    """Return the keys of factor secrets, derived from the secret of the installation, which no backup holds."""
    secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"second factor {s}".encode()).digest())) for s in secrets])
