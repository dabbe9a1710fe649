"""Database triggers that let rows be added and nothing else, on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, migrations
from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END;
$$ LANGUAGE plpgsql
"""


def _create_statements(table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        POSTGRES_FUNCTION,
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def _drop_statements(table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER {table}_no_{verb} ON {table}" for verb in ("change", "truncate")]


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def append_only(table: str) -> migrations.RunPython:
    """Return the migration operation that makes a table refuse UPDATE, DELETE and TRUNCATE."""
    return migrations.RunPython(_install(table), _remove(table))


def changeable(table: str) -> migrations.RunPython:
    """Return the migration operation before one that alters such a table; append_only() follows it again."""
    return migrations.RunPython(_remove(table), _install(table))


def _install(table: str) -> Callable[[Any, Any], None]:
    def install(apps: Any, schema_editor: Any) -> None:
        _execute(schema_editor.connection, _create_statements(table, schema_editor.connection.vendor))

    return install


def _remove(table: str) -> Callable[[Any, Any], None]:
    def remove(apps: Any, schema_editor: Any) -> None:
        _execute(schema_editor.connection, _drop_statements(table, schema_editor.connection.vendor))

    return remove


@contextmanager
def lifted(*tables: str, using: str = "default") -> Iterator[None]:
    """Take the triggers of these tables away for the length of a block, for loading tests and restores only."""
    connection = connections[using]
    for table in tables:
        _execute(connection, _drop_statements(table, connection.vendor))
    try:
        yield
    finally:
        for table in tables:
            _execute(connection, _create_statements(table, connection.vendor))
