"""What was submitted, assessed, advised, decided, marked, taken out and logged is never rewritten."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit import sealing
from engagement.models import RequestStatus
from engagement.services.exports import export
from missions.access import Marking
from missions.services import set_marking
from tests.conftest import APPEND_ONLY
from tests.factories import make_request, worsen

pytestmark = pytest.mark.django_db
ASKED = {"purpose": "Weekly report", "recipient": "Pillar head"}
COLUMN = {"audit_seal": "digest", "audit_checkpoint": "head"}
STATEMENTS = {
    "changed": "UPDATE {table} SET {column} = {column}",
    "removed": "DELETE FROM {table}",
    "emptied": "TRUNCATE {table} CASCADE",
}


@pytest.fixture
def decided(amina, access, at):
    """Take a request through every table."""
    request = worsen(make_request(author=amina, status=RequestStatus.APPROVED_WITH_CONDITIONS, at=at), at=at)
    set_marking(record=request, marking=Marking.STRICTLY_CONFIDENTIAL, reason="", by=access(amina), at=at)
    export(of="contacts", mission=request.mission, starts_on=None, ends_on=None, **ASKED, by=access(amina), at=at)
    sealing.seal(at)
    return request


@pytest.mark.parametrize("verb", STATEMENTS)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_line_is_not(decided, table, verb):
    if verb == "emptied" and connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    # Checks that wait for the end of a transaction would stop PostgreSQL before the trigger does.
    connection.check_constraints()
    rows = _count(table)
    assert rows, "the story leads through this table"

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STATEMENTS[verb].format(table=table, column=COLUMN.get(table, "id")))

    assert _count(table) == rows


def _count(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's REPLACE deletes without telling the triggers")
def test_a_line_is_not_replaced_under_its_own_key(decided):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event LIMIT 1")
