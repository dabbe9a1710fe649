"""An installation for real records starts only as it should: Django's checks and those of the house find nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from config import checks, environment, headers

ROOT = Path(__file__).resolve().parents[2]
KEY = "{}-5fJq0Xk2vTz8Rb1LwN7yHc4GsMdPaUe9"
REAL = {
    "PARLEY_DEBUG": "0",
    "PARLEY_DEMO": "0",
    "PARLEY_ALLOWED_HOSTS": "parley.example",
    "PARLEY_TRUSTED_ORIGINS": "https://parley.example",
    "PARLEY_SECRET_KEY": KEY.format("secret") * 2,
    "PARLEY_VAULT_KEY": KEY.format("vault"),
    "PARLEY_AUDIT_KEY": KEY.format("audit"),
    "PARLEY_AUDIT_SIGNING_KEY": KEY.format("signing"),
}


def deploy(tmp_path, **changed):
    """Run the checks of an installation as whoever installs it does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "DJANGO_"))}
    said = kept | REAL | {"DATABASE_URL": f"sqlite:///{tmp_path}/real.sqlite3"} | changed
    words = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(words, cwd=ROOT, env=said, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_installation_with_its_keys_passes_every_check(tmp_path):
    done = deploy(tmp_path)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_only_two_checks_are_silenced_each_for_a_reason_that_stands_beside_it(settings):
    assert settings.SILENCED_SYSTEM_CHECKS == ["guardian.W001", "axes.W002"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"PARLEY_DEMO": "1"}, "parley.E001"),
        ({"PARLEY_VAULT_KEY": REAL["PARLEY_AUDIT_KEY"]}, "parley.E005"),
        ({"PARLEY_AUDIT_KEY": "short"}, "parley.E005"),
    ],
)
def test_an_installation_that_is_not_ready_is_told_why(tmp_path, changed, said):
    done = deploy(tmp_path, **changed)

    assert done.returncode != 0
    assert said in done.stderr


def found(settings, **changed):
    for name, value in changed.items():
        setattr(settings, name, value)
    return {each.id for each in run_checks(include_deployment_checks=True) if each.id.startswith("parley.")}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", True, "parley.E001"),
        ("REST_FRAMEWORK", {}, "parley.E002"),
        ("SESSION_COOKIE_NAME", "sessionid", "parley.E003"),
        ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {"script-src": ["'self'", "'unsafe-inline'"]}}, "parley.E004"),
        ("CONTENT_SECURITY_POLICY", headers.content_policy() | {"EXCLUDE_URL_PREFIXES": ["/x/"]}, "parley.E004"),
        ("MIDDLEWARE", [checks.IN_FRONT], "parley.E006"),
    ],
)
def test_each_check_of_the_house_finds_what_it_looks_for(settings, name, value, said):
    settings.DEMO = settings.DEBUG = False

    assert said in found(settings, **{name: value})


def test_a_policy_names_the_provider_where_people_sign_in_and_nobody_else():
    policy = headers.content_policy(sign_in_at=headers.origins("https://login.example/realms/parley", ""))

    assert policy["DIRECTIVES"]["form-action"] == ["'self'", "https://login.example"]


# Nobody waits for a database for ever


def test_postgresql_is_told_to_give_up_waiting_unless_tables_are_being_changed(tmp_path):
    url = "postgres://parley@db/parley"

    limited = environment.database(url, sqlite_path=tmp_path, limited=True)["OPTIONS"]["options"]
    unlimited = environment.database(url, sqlite_path=tmp_path, limited=False)["OPTIONS"]["options"]

    assert limited.split("-c ")[1:] == [
        "jit=off ", "statement_timeout=10s ", "lock_timeout=3s ", "idle_in_transaction_session_timeout=30s",
    ]  # fmt: skip
    assert unlimited == "-c jit=off"
    assert (
        'LIMITS: "0"'
        in (ROOT / "docker-compose.yml").read_text().partition("  migrate:")[2].partition("  database:")[0]
    )


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite waits for twenty seconds, and knows no limits")
def test_postgresql_understands_what_it_is_told(db):
    import psycopg2

    options = environment.database("postgres://x@y/z", sqlite_path=ROOT)["OPTIONS"]["options"]
    with psycopg2.connect(**connection.get_connection_params() | {"options": options}) as other:
        cursor = other.cursor()
        for name, value in (environment.TUNING | environment.LIMITS).items():
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
    other.close()
