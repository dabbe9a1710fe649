"""What the log says of a fault: the class and the place, and nothing that anybody typed, opened or stored."""

import json
import logging
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import get_resolver
from django.views.debug import ExceptionReporter, get_exception_reporter_filter

from config import logs
from tests.site.test_routes import address_of, routes

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SECRET = "Colonel Mbaye waits at the mill"
KEYS = {
    "ts", "level", "logger", "event", "request_id", "route", "method", "status", "ms", "actor", "exc_class", "frames",
}  # fmt: skip


@pytest.fixture
def written():
    """Collect what the installation's own handler would write."""
    out, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.AllowedKeys())
    root.addHandler(handler)
    quiet = logging.getLogger("config")
    level = quiet.level
    quiet.setLevel(logging.INFO)
    yield out
    quiet.setLevel(level)
    root.removeHandler(handler)


def lines(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fault(request, *_words, **_parts):
    typed = SECRET
    raise ValueError(f"{typed}: {request.POST}")


def test_each_answer_is_one_line_that_names_the_kind_of_address(signed_in, amina, written):
    signed_in(amina).get("/requests/?mission=MINUBEK", headers={"user-agent": SECRET})

    (line,) = lines(written)
    assert set(line) <= KEYS
    assert (line["route"], line["method"], line["status"]) == ("engagement:requests", "GET", 200)
    assert line["actor"] == str(amina.pk)
    assert "MINUBEK" not in written.getvalue()
    assert SECRET not in written.getvalue()


@pytest.mark.slow
def test_no_fault_in_any_view_tells_what_was_typed(signed_in, amina, written, monkeypatch):
    client, told = signed_in(amina), []
    client.raise_request_exception = False
    for name, entry in routes():
        if name.startswith("api:"):
            continue
        with monkeypatch.context() as patched:
            patched.setattr(entry, "callback", fault)
            for verb in (client.get, client.post):
                answer = verb(address_of(name, entry) + f"?said={SECRET}", {"summary": SECRET})
                if answer.status_code != 500 or SECRET.encode() in answer.content:
                    told.append((name, answer.status_code))

    assert told == []
    assert SECRET not in written.getvalue()
    assert "mill" not in written.getvalue()
    faults = [line for line in lines(written) if line["level"] == "ERROR"]
    assert {line["exc_class"] for line in faults} == {"builtins.ValueError"}
    assert all(set(line) <= KEYS and "test_logs.py" in line["frames"][-1] for line in faults)


def test_a_fault_in_the_programming_interface_tells_nothing_either(signed_in, amina, written, monkeypatch):
    client = signed_in(amina)
    client.raise_request_exception = False
    view = get_resolver().resolve("/api/v1/requests/").func.cls
    monkeypatch.setattr(view, "get_queryset", lambda self: fault(self.request))

    answer = client.get("/api/v1/requests/", {"said": SECRET})

    assert answer.status_code == 500
    assert SECRET.encode() not in answer.content
    assert "Mbaye" not in written.getvalue()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("django.request", ("Internal Server Error: %s", f"/x/{SECRET}")),
        ("django.server", ('"GET %s HTTP/1.1" 500', SECRET)),
        ("django.db.backends", (f"SELECT '{SECRET}'",)),
        ("django.security.DisallowedHost", (f"Invalid HTTP_HOST header: {SECRET}",)),
        ("celery.app.trace", ("Task raised unexpected: %s", SECRET)),
        ("gunicorn.error", ("Error handling request %s", SECRET)),
        ("root", (SECRET,)),
    ],
)
def test_what_other_packages_say_is_left_out(written, name, said):
    logging.getLogger(name).error(*said)

    line = json.loads(logs.AllowedKeys().format(logging.LogRecord(name, 40, "", 1, said[0], said[1:], None)))
    assert set(line) == {"ts", "level", "logger"}
    assert SECRET not in written.getvalue()


def test_a_verb_that_nobody_knows_is_not_repeated(signed_in, amina, written):
    signed_in(amina).generic("MILL", "/requests/")

    assert "MILL" not in written.getvalue()
    assert lines(written)[-1]["method"] == "other"


def test_a_report_of_an_error_holds_no_variable_no_field_and_no_setting():
    request = RequestFactory().post("/groups/new/", {"name": SECRET}, headers={"cookie": f"parley_session={SECRET}"})
    keep_out = get_exception_reporter_filter(request)

    assert isinstance(keep_out, logs.NoValues)
    assert list(keep_out.get_post_parameters(request)) == []
    assert keep_out.get_safe_request_meta(request) == keep_out.get_safe_cookies(request) == {}
    assert keep_out.get_safe_settings() == {}
    try:
        fault(request)
    except ValueError as error:
        reporter = ExceptionReporter(request, type(error), error, error.__traceback__)
        assert [frame["vars"] for frame in reporter.get_traceback_frames() if frame["vars"]] == []


def test_nobody_is_mailed_about_errors():
    assert "mail_admins" not in str(settings.LOGGING)
    names = [name for name in logging.root.manager.loggerDict if name.startswith("django")]
    handlers = [handler for name in names for handler in logging.getLogger(name).handlers]
    assert [handler for handler in handlers if type(handler).__name__ == "AdminEmailHandler"] == []


def test_periodic_work_that_fails_tells_its_step_and_nothing_private(written, monkeypatch):
    from engagement import tasks

    def fail(at):
        raise LookupError(SECRET)

    monkeypatch.setitem(tasks.STEPS, "approvals ended", fail)
    with pytest.raises(CommandError):
        call_command("tick", stdout=StringIO(), stderr=StringIO())

    assert "Periodic work failed (approvals ended): LookupError" in written.getvalue()
    assert SECRET not in written.getvalue()
