"""What people hold in their hands when they sign in: an authenticator app, recovery codes, a key on a ring."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "eleven purple herons"
SECOND = "/sign-in/second-factor/"


def give_app(user, secret=SECRET):
    """Let a person have an app that knows this secret."""
    TOTP.activate(user, secret)
    return user


def give_codes(user):
    """Let a person have recovery codes; return them."""
    return RecoveryCodes.activate(user).get_unused_codes()


def code(secret=SECRET, *, steps=0):
    """Return what the app shows now, or some half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def wrong_code():
    """Return six digits that no app shows now or near now."""
    shown = {code(steps=steps) for steps in range(-3, 4)}
    return next(
        digits for digits in ("111111", "222222", "333333", "444444", "555555", "666666") if digits not in shown
    )


def sign_in(client, username, *, password=PASSWORD, steps=0, **typed):
    """Sign in with name, password and app; return the last answer."""
    first = client.post("/sign-in/", {"username": username, "password": password} | typed)
    if getattr(first, "url", "") != SECOND:
        return first
    return client.post(SECOND, {"code": code(steps=steps)})
