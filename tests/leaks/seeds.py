"""Chance that can be repeated: what is drawn for hidden records never moves what is drawn for the others."""

import random
import secrets
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.apps import apps
from django.template import engines
from django.urls import get_resolver

T = TypeVar("T")

OURS = {app.name.partition(".")[0] for app in apps.get_app_configs()} | {"config"}


class Seeds:
    """Two streams of chance, one for what everybody may know and one for what is hidden."""

    def __init__(self) -> None:
        self._known = random.Random("known")
        self._hidden = random.Random("hidden")
        self._now = self._known

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Draw from the hidden stream for as long as this lasts."""
        self._now = self._hidden
        try:
            yield
        finally:
            self._now = self._known

    def renew(self, place: str) -> None:
        """Begin both streams again, at a place of its own for each name."""
        self._known.seed(f"known {place}")
        self._hidden.seed(f"hidden {place}")

    def uuid4(self) -> uuid.UUID:
        """Return the next key."""
        return uuid.UUID(int=self._now.getrandbits(128), version=4)

    def choice(self, among: Sequence[T]) -> T:
        """Return one of these."""
        return self._now.choice(among)

    def token_bytes(self, count: int | None = None) -> bytes:
        """Return so many bytes."""
        return self._now.randbytes(count or 32)

    def token_hex(self, count: int | None = None) -> str:
        """Return so many bytes in writing."""
        return self.token_bytes(count).hex()

    def randbelow(self, end: int) -> int:
        """Return a number."""
        return self._now.randrange(end)

    def sow(self, patch: pytest.MonkeyPatch) -> None:
        """Have the application draw from these streams."""
        _load_everything()
        for module in [module for name, module in sys.modules.items() if name.partition(".")[0] in OURS]:
            if getattr(module, "uuid4", None) is uuid.uuid4:
                patch.setattr(module, "uuid4", self.uuid4)
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if field.default is uuid.uuid4:
                    patch.setitem(field.__dict__, "_get_default", self.uuid4)
        patch.setattr(uuid, "uuid4", self.uuid4)
        for name in ("choice", "token_bytes", "token_hex", "randbelow"):
            patch.setattr(secrets, name, getattr(self, name))


def _load_everything() -> None:
    """Load what is loaded late, so that no module keeps a seeded function beyond the test."""
    assert get_resolver().url_patterns
    assert engines["django"]
