"""What a line of the log may say: a closed list of keys, and never an address, a value or a message from outside."""

import json
import logging
import traceback
from collections.abc import ItemsView
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

# Only these packages are trusted to write their own words: each line of theirs says nothing but kinds and steps.
OWN = {"config", "dashboards", "engagement", "protection", "nsags", "missions", "accounts", "audit"}
FRAMES = 12
VERBS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

requests = logging.getLogger("config.requests")


class AllowedKeys(logging.Formatter):
    """One JSON object for each record, made of what is on the list."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if record.name.partition(".")[0] in OWN:
            line["event"] = record.getMessage()
        line |= of_request(getattr(record, "request", None))
        line |= {
            key: value
            for key, name in (("status", "status_code"), ("ms", "ms"))
            if isinstance(value := getattr(record, name, None), int)
        }
        if record.exc_info and record.exc_info[0]:
            line |= of_exception(record.exc_info[0], record.exc_info[2])
        return json.dumps(line)


def of_request(request: object) -> dict[str, str]:
    """Return the name of the address, the verb and whose session it was, without reading anything anew."""
    if not isinstance(request, HttpRequest):
        return {}
    said = {"method": request.method if request.method in VERBS else "other"}
    if match := request.resolver_match:
        said["route"] = match.view_name
    if key := getattr(request, "request_id", ""):
        said["request_id"] = key
    actor = getattr(request, "_cached_user", None)
    if actor is not None and actor.pk:
        said["actor"] = str(actor.pk)
    return said


def of_exception(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    """Return the class of an exception and where it arose; what it says may hold what somebody typed."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return {
        "exc_class": f"{kind.__module__}.{kind.__qualname__}",
        "frames": [f"{frame.filename.rpartition('/site-packages/')[2]}:{frame.lineno}" for frame in frames],
    }


class NoValues(SafeExceptionReporterFilter):
    """Keep everything that was sent, stored or configured out of reports of errors."""

    def get_safe_settings(self) -> dict[str, Any]:
        """Return no setting."""
        return {}

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return no header."""
        return {}

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return no cookie."""
        return {}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return no field."""
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> ItemsView[str, Any]:
        """Return no variable."""
        return dict[str, Any]().items()


CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"allowed": {"()": "config.logs.AllowedKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "allowed"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": "INFO"} for name in sorted(OWN)},
        # Django would mail errors to administrators, and write addresses of pages with their queries.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        # In debug mode this one writes statements with their values.
        "django.db.backends": {"level": "ERROR"},
        "django.template": {"level": "WARNING"},
        # Every task that went well would be a line that says nothing.
        "celery": {"level": "WARNING"},
        # The web server's own: a line for a request that it could not read would hold the request.
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
