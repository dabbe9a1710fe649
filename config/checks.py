"""Checks of an installation that Django does not make: `manage.py check --deploy` runs them with its own."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

IN_FRONT = "config.middleware.SecureHeaders"
# In this order: nobody is signed in before the second factor, and no page opens to who is not signed in.
GUARDS = (
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.Sessions",
    "accounts.middleware.SignInRequired",
)
KEYS = ("SECRET_KEY", "VAULT_KEY", "AUDIT_KEY", "AUDIT_SIGNING_KEY")
SHORTEST_KEY = 32


def _error(number: int, what: str, hint: str) -> Error:
    return Error(what, hint=hint, id=f"parley.E{number:03}")


@register(Tags.security, deploy=True)
def demonstration_is_off(app_configs: Any, **options: Any) -> list[Error]:
    """Refuse an installation in which anybody signs in with one click or errors are shown in full."""
    if settings.DEMO or settings.DEBUG:
        return [_error(1, "Demo or debug mode is on.", "Set PARLEY_DEMO=0 and PARLEY_DEBUG=0.")]
    return []


@register(Tags.security, deploy=True)
def keys_are_apart(app_configs: Any, **options: Any) -> list[Error]:
    """Refuse keys that everybody knows, that are short, or that open two doors at once."""
    keys = [str(getattr(settings, name)) for name in KEYS]
    if len(set(keys)) == len(keys) and all(_is_strong(key) for key in keys):
        return []
    hint = f"Give each of {', '.join(KEYS)} random characters of its own, at least {SHORTEST_KEY}."
    return [_error(5, "A key is missing, short or used twice.", hint)]


def _is_strong(key: str) -> bool:
    return len(key) >= SHORTEST_KEY and not key.startswith("demonstration-only")


@register(Tags.security, deploy=True)
def a_second_factor_is_asked_for(app_configs: Any, **options: Any) -> list[Error]:
    """Refuse an installation that lets people in by password alone."""
    there = [name for name in settings.MIDDLEWARE if name in GUARDS]
    if there == list(GUARDS):
        return []
    return [_error(6, "Nothing asks for the second factor.", f"Keep {', '.join(GUARDS)} in MIDDLEWARE, in this order.")]


@register(Tags.security, deploy=True)
def programs_are_refused_by_default(app_configs: Any, **options: Any) -> list[Error]:
    """Refuse an API whose views are open unless they say otherwise."""
    classes = settings.REST_FRAMEWORK.get("DEFAULT_PERMISSION_CLASSES", [])
    if classes == ["rest_framework.permissions.IsAuthenticated"]:
        return []
    return [_error(2, "The API does not ask for sign-in by default.", "Mend DEFAULT_PERMISSION_CLASSES.")]


@register(Tags.security, deploy=True)
def cookies_are_tied_to_this_host(app_configs: Any, **options: Any) -> list[Error]:
    """Refuse cookies that another host of the same domain, or a plain connection, could plant."""
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    if all(name.startswith("__Host-") for name in names):
        return []
    return [_error(3, "A cookie lacks the prefix __Host-.", "Mend SESSION_COOKIE_NAME and CSRF_COOKIE_NAME.")]


@register(Tags.security, deploy=True)
def the_policy_allows_no_inline_source(app_configs: Any, **options: Any) -> list[Error]:
    """Refuse a content policy with a hole, and headers that an inner layer could leave out."""
    policy = settings.CONTENT_SECURITY_POLICY
    sources = [source for sources in policy["DIRECTIVES"].values() for source in sources]
    is_tight = not any("unsafe" in source or source in {"*", "data:", "blob:", "https:"} for source in sources)
    if is_tight and set(policy) == {"DIRECTIVES"} and settings.MIDDLEWARE[0] == IN_FRONT:
        return []
    return [_error(4, "The content policy has a hole.", f"Name no unsafe source, and keep {IN_FRONT} first.")]
