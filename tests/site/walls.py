"""What every answer carries, whatever it is, and who looks for it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test.client import ClientHandler

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
# A name of a file says when it was made or which number it has, and nothing of what it holds.
NEUTRAL = re.compile(r'attachment; filename="export-[0-9a-z-]+\.[a-z]+"')
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
    name = answer.headers.get("Content-Disposition", "")
    if name and not NEUTRAL.fullmatch(name):
        yield f"Content-Disposition: {name}"


@pytest.fixture(scope="session", autouse=True)
def walls_around_every_answer() -> Iterator[None]:
    """Look at every answer of the whole run; Django's own pages of debug mode are no pages of ours."""
    handle = ClientHandler.__call__

    def watched(self: ClientHandler, environ: dict[str, Any]) -> Any:
        answer = handle(self, environ)
        assert settings.DEBUG or not list(missing(answer)), (environ["PATH_INFO"], list(missing(answer)))
        return answer

    ClientHandler.__call__ = watched
    yield
    ClientHandler.__call__ = handle


def policy_of(said: str) -> dict[str, str]:
    """Return the directives of a content policy with their sources."""
    parts = (part.strip().partition(" ") for part in said.split(";"))
    return {name: sources for name, _space, sources in parts}
