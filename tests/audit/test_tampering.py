"""Whoever changes the log or a record by SQL is found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test import override_settings

from audit import content, sealing, verifying, witness
from audit.append_only import lifted
from audit.verifying import Problem
from tests import factories
from tests.audit import tampering
from tests.audit.a_long_day import Day
from tests.conftest import APPEND_ONLY, MORNING

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def _own_witness() -> None:
    """Leave the notes where the day of this module has left them."""


@pytest.fixture(scope="module")
def notes_of_the_day(tmp_path_factory) -> Iterator[None]:
    """A place for the notes of this module, where no other log has left any."""
    with override_settings(AUDIT_DIR=tmp_path_factory.mktemp("notes")):
        yield


@pytest.fixture(scope="module")
def sealed(django_db_setup, django_db_blocker, notes_of_the_day) -> Iterator[None]:
    """The log of a long day, sealed now and then, with every trigger out of the way as its owner could have it."""
    with django_db_blocker.unblock(), transaction.atomic():
        factories.make_cast(at=MORNING)
        for number, _piece in enumerate(Day(MORNING).pieces()):
            if number % 9 == 8:
                sealing.seal(MORNING + timedelta(minutes=number))
        sealing.seal(MORNING + timedelta(hours=2))
        # What waits for the end of the transaction would keep PostgreSQL from taking triggers away.
        connection.check_constraints()
        with lifted(*APPEND_ONLY):
            yield
            connection.check_constraints()
        transaction.set_rollback(True)


def test_a_log_that_nobody_touched_is_sound(sealed):
    assert verifying.verify().findings == ()


def test_every_way_to_tamper_with_the_log_is_found(sealed):
    outcome = tampering.run(tampering.log_cases())

    assert outcome.missed == ()
    assert outcome.found >= 250
    print(f"the log: {outcome.found} found, {outcome.refused} refused by the database")


def test_every_column_of_every_record_that_sql_changes_is_found(sealed):
    outcome = tampering.run(columns_of_records())

    assert outcome.missed == ()
    assert outcome.found >= 250
    print(f"columns: {outcome.found} found, {outcome.refused} refused by the database")


def columns_of_records() -> Iterator[tampering.Case]:
    for model in tampering.audited_models():
        leave = content.VOLATILE.get(model._meta.label_lower, frozenset())
        rows = model._base_manager.exclude(content.LEFT_OUT.get(model._meta.label_lower, Q(pk__in=())))
        if model._meta.label_lower in content.BEGINS_WITHOUT_AN_EVENT:
            rows = rows.filter(username="yusuf")
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:1])
        yield from tampering.column_edits(model, keys, leave=leave)


def test_every_row_that_sql_deletes_or_inserts_is_found(sealed):
    accounts = content.roots()["accounts.user"]
    outcome = tampering.run(
        case for model in tampering.audited_models() if model is not accounts for case in tampering.row_cases(model)
    )

    assert outcome.missed == ()
    assert outcome.found >= 30
    print(f"rows: {outcome.found} found, {outcome.refused} refused by the database")


def test_only_the_witness_knows_of_an_end_that_was_cut_off(sealed):
    """Who cuts off events, seals and checkpoints alike leaves a log that is whole in itself."""
    with transaction.atomic():
        tampering.cut(2)
        with_witness = verifying.verify()
        witness.begin_anew()
        witness.catch_up()
        without = {finding.problem for finding in verifying.verify().findings}
        transaction.set_rollback(True)

    assert Problem.CUT_OFF in {finding.problem for finding in with_witness.findings}
    assert Problem.CUT_OFF not in without
