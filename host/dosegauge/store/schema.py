"""Whether a SQLite store has just the tables, indexes and triggers that its version has."""

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine

from dosegauge.store import migrations
from dosegauge.store.database import now

_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


def has_own_schema(file: Path) -> bool:
    """Whether nothing is missing and nothing was added, once an older version is brought up.

    sqlite3.Error when the file can't be read.
    """
    with contextlib.closing(sqlite3.connect(file)) as connection:
        objects = connection.execute(f"{_OBJECTS} ORDER BY rowid").fetchall()
        known = "SELECT 1 FROM sqlite_master WHERE name = 'schema_versions'"
        versions = []
        if connection.execute(known).fetchone():
            versions = connection.execute("SELECT version FROM schema_versions").fetchall()
    try:
        return _brought_up(objects, versions) == _fresh()
    except Exception:
        # Statements that don't run, or a version without its tables: not a schema of ours.
        return False


def _brought_up(
    objects: list[tuple[str, str, str]], versions: list[tuple[int]]
) -> set[tuple[object, ...]]:
    """The objects after the migration of an empty database with the given ones."""
    with create_engine("sqlite://").begin() as connection:
        for _, _, statement in objects:
            connection.exec_driver_sql(statement)
        for (version,) in versions:
            connection.exec_driver_sql(
                "INSERT INTO schema_versions VALUES (?, ?)", (version, now())
            )
        migrations.migrate(connection, now())
        return _objects(connection)


def _fresh() -> set[tuple[object, ...]]:
    with create_engine("sqlite://").begin() as connection:
        migrations.create(connection, now())
        return _objects(connection)


def _objects(connection: Connection) -> set[tuple[object, ...]]:
    return {tuple(row) for row in connection.exec_driver_sql(_OBJECTS)}
