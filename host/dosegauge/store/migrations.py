"""How a database gets its tables: all at once when it is new, step by step when it is older.

A step adds; it never changes or takes away what an older version stored.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, insert, select

from dosegauge.store import tables

_POSTGRESQL_REFUSAL = (
    "CREATE OR REPLACE FUNCTION dosegauge_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
)


def create(connection: Connection, at: str) -> None:
    """Makes all tables of a new database."""
    tables.metadata.create_all(connection)
    _guard(connection, tables.APPEND_ONLY)
    _note_version(connection, tables.SCHEMA_VERSION, at)


def migrate(connection: Connection, at: str) -> None:
    """Takes an older database through every step to the present version, in the caller's
    transaction: all of them or none."""
    for version in range(present_version(connection) + 1, tables.SCHEMA_VERSION + 1):
        _STEPS[version](connection)
        _note_version(connection, version, at)


def present_version(connection: Connection) -> int:
    """The version that the database notes of itself, 0 when it notes none."""
    newest = select(func.max(tables.schema_versions.c.version))
    return int(connection.execute(newest).scalar_one() or 0)


def _add_registers(connection: Connection) -> None:
    tables.register_entries.create(connection)
    _guard(connection, (tables.register_entries,))


def _add_image_measurements(connection: Connection) -> None:
    tables.image_measurements.create(connection)
    _guard(connection, (tables.image_measurements,))


_STEPS = {2: _add_registers, 3: _add_image_measurements}


def _note_version(connection: Connection, version: int, at: str) -> None:
    row = {"version": version, "applied_at": at}
    connection.execute(insert(tables.schema_versions).values(row))


def _guard(connection: Connection, append_only: Sequence[Table]) -> None:
    """Makes the database itself refuse updates and deletes in these tables."""
    if connection.dialect.name == "sqlite":
        statements = _sqlite_triggers(append_only)
    elif connection.dialect.name == "postgresql":
        statements = _postgresql_triggers(append_only)
    else:
        statements = []
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite_triggers(append_only: Sequence[Table]) -> list[str]:
    return [
        f"CREATE TRIGGER {table.name}_no_{action.lower()} BEFORE {action} ON {table.name} "
        f"BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END"
        for table in append_only
        for action in ("UPDATE", "DELETE")
    ]


def _postgresql_triggers(append_only: Sequence[Table]) -> list[str]:
    return [
        # The driver takes a single % for a placeholder.
        _POSTGRESQL_REFUSAL.replace("%", "%%"),
        *(
            f"CREATE TRIGGER {table.name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table.name} EXECUTE FUNCTION dosegauge_append_only()"
            for table in append_only
        ),
    ]
