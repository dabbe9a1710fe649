"""Second factors: what a person has, and whether what they show is theirs. allauth does the mathematics."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import get_totp_secret, validate_totp_code
from allauth.mfa.webauthn.internal import auth as passkeys
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User

APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
# A code holds in its own half minute and in the ones beside it.
LIFE_OF_A_CODE = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)


@dataclass(frozen=True)
class Factors:
    """What a person can show besides the password."""

    user: User

    @cached_property
    def rows(self) -> list[Authenticator]:
        """Return all of them, oldest first."""
        return list(Authenticator.objects.filter(user=self.user).order_by("created_at", "pk"))

    @property
    def app(self) -> Authenticator | None:
        """Return the authenticator app."""
        return next((row for row in self.rows if row.type == APP), None)

    @property
    def passkeys(self) -> list[Authenticator]:
        """Return the passkeys."""
        return [row for row in self.rows if row.type == PASSKEY]

    @property
    def codes_left(self) -> int:
        """Return how many recovery codes were not used yet."""
        return next((len(row.wrap().get_unused_codes()) for row in self.rows if row.type == CODES), 0)

    @property
    def main(self) -> list[Authenticator]:
        """Return those that a person needs at least one of."""
        return [row for row in self.rows if row.type != CODES]

    @property
    def has_codes(self) -> bool:
        """Say whether a six-digit or a recovery code can be asked for."""
        return any(row.type != PASSKEY for row in self.rows)


def check_code(user: User, code: str) -> Authenticator:
    """Return the factor that this code belongs to, or raise ValidationError; a code counts once."""
    forget_failures = _count_try(user)
    for factor in Authenticator.objects.filter(user=user).exclude(type=PASSKEY):
        if factor.wrap().validate_code(code) and (factor.type == CODES or _is_first_use(user, code)):
            forget_failures()
            factor.record_usage()
            return factor
    raise _wrong()


def check_passkey(user: User, credential: Any) -> Authenticator:
    """Return the passkey that signed this, or raise ValidationError."""
    forget_failures = _count_try(user)
    try:
        passkeys.parse_authentication_response(credential)
        factor = passkeys.complete_authentication(user, credential)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _wrong() from None
    forget_failures()
    factor.record_usage()
    return factor


def check_new_passkey(credential: Any) -> None:
    """Raise ValidationError unless this is the passkey that was just asked for."""
    try:
        passkeys.parse_registration_response(credential)
        passkeys.complete_registration(credential)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _wrong() from None


def check_new_app(user: User, secret: str, code: str) -> None:
    """Raise ValidationError unless the app shows the codes of this secret."""
    forget_failures = _count_try(user)
    if not validate_totp_code(secret, code):
        raise _wrong()
    forget_failures()


def secret_for_app(*, is_new: bool) -> str:
    """Return the secret that the person's app is to learn; a new one when the page is opened."""
    return str(get_totp_secret(regenerate=is_new))


def picture_for_app(user: User, secret: str) -> SafeString:
    """Return the secret as a picture that an app can read, to stand in the page itself."""
    adapter = get_adapter()
    drawing = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return mark_safe(drawing[drawing.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


def options_to_create(user: User) -> str:
    """Return what the browser needs to make a passkey."""
    return json.dumps(passkeys.begin_registration(user, passwordless=False), cls=DjangoJSONEncoder)


def options_to_get(user: User) -> str:
    """Return what the browser needs to sign with a passkey of this person."""
    return json.dumps(passkeys.begin_authentication(user), cls=DjangoJSONEncoder)


def _count_try(user: User) -> Callable[[], None]:
    forget: Callable[[], None] = check_rate_limit(user)
    return forget


def _is_first_use(user: User, code: str) -> bool:
    digits = "".join(filter(str.isdigit, code))
    return bool(cache.add(f"parley.code.{user.pk}.{digits}", True, timeout=LIFE_OF_A_CODE))


def _wrong() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error
