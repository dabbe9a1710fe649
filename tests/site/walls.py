"""What every answer carries, whatever it is, and who looks for it."""

from collections.abc import Iterator

from django.http.response import HttpResponseBase

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def missing(answer: HttpResponseBase) -> Iterator[str]:
    """Yield what an answer lacks."""
    for name, value in ALWAYS.items():
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    said = answer.headers.get("Content-Security-Policy", "")
    if policy_of(said) != POLICY:
        yield f"Content-Security-Policy: {said}"
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        yield "Permissions-Policy"
    if not answer.headers.get("Cache-Control"):
        yield "Cache-Control"


def policy_of(said: str) -> dict[str, str]:
    """Return the directives of a content policy with their sources."""
    parts = (part.strip().partition(" ") for part in said.split(";"))
    return {name: sources for name, _space, sources in parts}
