"""The same walls around every answer: pages, refusals, faults, files, programs."""

import re
from importlib import import_module
from wsgiref.simple_server import ServerHandler

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import get_resolver

from config import headers
from tests.site import walls
from tests.site.test_pages import writes_no_style_and_no_script
from tests.site.visits import Page

pytestmark = pytest.mark.django_db

ANSWERS = {
    "a page": (200, "/requests/", {}),
    "sent on": (302, "/language/", {}),
    "a nought byte": (400, "/requests/?mission=%00", {}),
    "a name that is not ours": (400, "/", {"HTTP_HOST": "evil.example"}),
    "not there": (404, "/requests/R-2026-AAAAA/", {}),
    "no such address": (404, "/wp-admin/", {}),
    "no such verb": (405, "/sign-out/", {}),
    "the style sheet": (200, "/static/app.css", {}),
    "the script": (200, "/static/app.js", {}),
    "a file that is not there": (404, "/static/nothing.js", {}),
    "whether it is up": (200, "/healthz", {}),
    "for programs": (200, "/api/v1/requests/", {}),
    "for programs, not there": (404, "/api/v1/requests/R-2026-AAAAA/", {}),
}


@pytest.mark.parametrize(("status", "address", "said"), ANSWERS.values(), ids=ANSWERS)
def test_every_kind_of_answer_carries_every_header(signed_in, amina, status, address, said):
    client = signed_in(amina)

    answer = client.post(address, {"language": "fr"}) if status == 302 else client.get(address, **said)
    answer.close()

    assert answer.status_code == status
    assert list(walls.missing(answer)) == []


@pytest.mark.parametrize("address", ["/requests/", "/api/v1/requests/", "/sign-in/", "/healthz"])
def test_a_stranger_gets_them_too(client, address):
    assert list(walls.missing(client.get(address))) == []


def test_a_form_without_its_token_is_refused_behind_the_same_walls(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["amina"])

    answer = client.post("/groups/new/", {})

    assert answer.status_code == 403
    assert list(walls.missing(answer)) == []


def breaks(error):
    def view(request, **_parts):
        raise error

    return view


@pytest.fixture
def broken(monkeypatch, signed_in, amina):
    """Return what a page answers whose view fails: broken(RuntimeError("private"))."""

    def answer(error, address="/groups/"):
        entry = get_resolver().resolve(address)
        route = next(each for each in _patterns() if each.callback is entry.func)
        monkeypatch.setattr(route, "callback", breaks(error))
        client = signed_in(amina)
        client.raise_request_exception = False
        return client.get(address)

    return answer


def _patterns(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        yield from _patterns(entry) if hasattr(entry, "url_patterns") else [entry]


def test_a_fault_of_ours_stands_behind_them_and_tells_nothing(broken):
    answer = broken(RuntimeError("Commander Kasa in Bria"))

    assert answer.status_code == 500
    assert list(walls.missing(answer)) == []
    assert "Kasa" not in answer.content.decode()


def test_a_database_that_gives_up_waiting_asks_for_patience(broken):
    class LockNotAvailable(Exception):
        pass

    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = LockNotAvailable()

    answer = broken(error)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Nothing was changed." in answer.content.decode()
    assert list(walls.missing(answer)) == []


def test_another_fault_of_the_database_is_a_fault(broken):
    assert broken(OperationalError("no such table")).status_code == 500


def test_browsers_are_told_to_stay_with_https(client, settings):
    settings.SECURE_HSTS_SECONDS = 63_072_000

    answer = client.get("/sign-in/", secure=True)

    assert answer["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert "Strict-Transport-Security" not in client.get("/sign-in/").headers


def test_who_comes_without_https_is_sent_there_and_a_wrong_name_is_told_so_behind_the_walls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 63_072_000

    assert client.get("/requests/").url == "https://testserver/requests/"
    assert client.get("/healthz").status_code == 200
    refused = client.get("/requests/", headers={"host": "evil.example"})
    assert refused.status_code == 400
    assert list(walls.missing(refused)) == []


def test_no_page_is_kept_and_only_files_are(signed_in, amina):
    client = signed_in(amina)

    assert client.get("/requests/")["Cache-Control"] == "no-store"
    assert client.get("/nothing/")["Cache-Control"] == "no-store"
    sheet = client.get("/static/app.css")
    sheet.close()
    assert "no-store" not in sheet["Cache-Control"]


def test_a_file_that_has_not_changed_says_so_behind_the_walls(client):
    first = client.get("/static/app.css")
    first.close()

    answer = client.get("/static/app.css", headers={"if-modified-since": first["Last-Modified"]})

    assert answer.status_code == 304
    assert list(walls.missing(answer)) == []


def test_no_feature_is_open_but_passkeys_of_this_site():
    assert set(re.findall(r"=(\S+?)(?:,|$)", headers.EVERYWHERE["Permissions-Policy"])) == {"()", "(self)"}
    assert headers.OURS == ("publickey-credentials-create", "publickey-credentials-get")


def test_no_answer_names_a_version_of_its_server():
    import_module("config.wsgi")

    assert ServerHandler.server_software == "Parley"


def test_whoever_reads_every_page_finds_what_the_policy_would_have_to_allow():
    guilty = '<p style="color:red">a</p><a onclick="x()">b</a><style>p{}</style><script>x()</script><svg onload="x()"/>'
    page = Page("/", 200, guilty.encode(), "", "", "en")

    assert len(list(writes_no_style_and_no_script(page))) == 5
