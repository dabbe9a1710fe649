"""Reading of environment variables that refuses odd values and says how to mend them."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; only 1, 0, true and false are accepted."""
    value = os.environ.get(name, "").strip().lower()
    known = {"": default, "1": True, "true": True, "0": False, "false": False}
    if value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")
    return known[value]


def number(name: str, *, default: int) -> int:
    """Return a variable that counts something."""
    value = os.environ.get(name, "").strip()
    if value and not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to a number, or leave it out.")
    return int(value or default)


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def secret(name: str, *, needed: bool, default: str) -> str:
    """Return a secret from NAME or from the file that NAME_FILE points to."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    value = os.environ.get(name, "")
    if needed and not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Put 50 random characters into {name}, or their file's path into {name}_FILE."
        )
    return value or default


# How long PostgreSQL works on one statement, waits for one lock, and bears a transaction that does nothing.
LIMITS = {"statement_timeout": "10s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "30s"}
# The rule of who sees what makes long statements that run for a moment: compiling them costs more than it saves.
TUNING = {"jit": "off"}


def database(url: str, *, sqlite_path: Path, limited: bool = True) -> dict[str, Any]:
    """Return the DATABASES entry for a DATABASE_URL, or SQLite in WAL mode when there is none."""
    if not url:
        return sqlite(str(sqlite_path))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(parts.path)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL starts with postgres:// or sqlite:///, for example postgres://me@db/parley."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, "options": _parameters(TUNING | LIMITS if limited else TUNING)},
    }


def _parameters(of_session: dict[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in of_session.items())


def sqlite(path: str) -> dict[str, Any]:
    """Return a SQLite entry that readers and one writer can share without waiting for each other."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # REPLACE deletes without telling triggers unless they are recursive; the append-only tables rely on it.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
        },
    }
