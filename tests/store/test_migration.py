"""An older store becomes one of the present version when it is opened, whole or not at all."""

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from dosegauge.backup import back_up, restore
from dosegauge.errors import DosegaugeError, StoreError, WrongUse
from dosegauge.nominals import QUANTITY
from dosegauge.store import Store
from dosegauge.store.database import Database
from dosegauge.store.devices import Device
from dosegauge.store.registers import NewEntry
from dosegauge.store.tables import SCHEMA_VERSION
from dosegauge.verification import verify_session

GOLDEN = Path(__file__).parents[1] / "golden" / "v1"
ALL_VERSIONS = list(range(1, SCHEMA_VERSION + 1))
VERSION_1_TABLES = (
    *("units", "unit_sightings", "sessions", "session_bytes", "session_ends"),
    *("results", "entries", "devices", "device_values"),
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite"
    with sqlite3.connect(path) as made:
        made.executescript((GOLDEN / "store.sql").read_text(encoding="utf-8"))
    made.close()
    return path


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as raw:
        return {name: list(raw.execute(f"SELECT * FROM {name}")) for name in VERSION_1_TABLES}


def versions(path: Path) -> list[int]:
    with sqlite3.connect(path) as raw:
        return [row[0] for row in raw.execute("SELECT version FROM schema_versions")]


def schema(path: Path) -> set[tuple[str, str]]:
    with sqlite3.connect(path) as raw:
        found = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {(name, sql) for name, sql in found}


def test_everything_of_a_version_1_store_is_there_and_verified_after_it(old: Path) -> None:
    before = rows(old)
    store = Store.open(old)
    assert versions(old) == ALL_VERSIONS
    assert rows(old) == before
    for row in store.sessions():
        assert store.raw(row.id) == (GOLDEN / f"{row.plan_id}.dgs").read_bytes()
        assert verify_session(store, row.id).damages == []
    device = Device("Demo Imaging", "uCT-80", "CT-0042")
    nominal = store.devices.nominal(device, QUANTITY)
    assert nominal is not None
    assert (nominal.value, nominal.unit) == ("15.246", "mGy/min")


def test_a_migrated_store_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    Store.open(old)
    Store.open(tmp_path / "new.sqlite")
    assert schema(old) == schema(tmp_path / "new.sqlite")


def test_a_migrated_store_is_migrated_once(old: Path) -> None:
    Store.open(old)
    before = old.read_bytes()
    Store.open(old)
    assert old.read_bytes() == before


def test_two_programs_that_migrate_at_once_do_it_once(old: Path) -> None:
    threads = [threading.Thread(target=Store.open, args=(old,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert versions(old) == ALL_VERSIONS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a forked process")
def test_killed_at_any_statement_it_is_version_1_whole_or_the_present_one(old: Path) -> None:
    before, plain = rows(old), schema(old)
    statement, killed_in_version_1 = 1, 0
    while killed_at(statement, lambda: Store.open(old)):
        if versions(old) == [1]:
            killed_in_version_1 += 1
            assert schema(old) == plain
        assert rows(old) == before
        statement += 1
    assert versions(old) == ALL_VERSIONS
    # One table, one index, two triggers and the note of the version at least.
    assert killed_in_version_1 >= 5


def killed_at(statement: int, act: Callable[[], object]) -> bool:
    """Acts in a process that kills itself after this statement; False when it ended before."""
    child = os.fork()
    if not child:
        done = 0

        def count(*_arguments: object) -> None:
            nonlocal done
            done += 1
            if done == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        code = 1
        try:
            event.listen(Engine, "after_cursor_execute", count)
            act()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def test_an_error_midway_leaves_version_1_whole(old: Path) -> None:
    # Something of this name stands in the way of the migration's index, after its table.
    with sqlite3.connect(old) as raw:
        raw.execute("CREATE TABLE register_entries_first (x)")
    before, plain = rows(old), schema(old)
    with pytest.raises(DosegaugeError, match="register_entries_first") as fault:
        Store.open(old)
    assert "\n" not in fault.value.line("zh")
    assert (rows(old), schema(old), versions(old)) == (before, plain, [1])


def test_a_version_1_store_that_can_not_be_written_is_read_as_it_is(old: Path) -> None:
    def refuse_to_write(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(Engine, "connect", refuse_to_write)
    try:
        store = Store.open(old)
        assert len(store.sessions()) == 3
        assert store.registers.history("instruments") == []
        with pytest.raises(StoreError, match="read-only"):
            store.registers.add("clients", [NewEntry(("A",), {})], "", "")
    finally:
        event.remove(Engine, "connect", refuse_to_write)
    assert versions(old) == [1]


def test_a_backup_of_version_1_stays_one_and_is_migrated_where_it_is_restored(
    old: Path, tmp_path: Path
) -> None:
    backup, target = tmp_path / "b.sqlite", tmp_path / "new" / "store.sqlite"
    assert back_up(str(old), backup).sessions == 3
    assert (versions(old), versions(backup)) == ([1], [1])
    kept = backup.read_bytes()
    restore(backup, str(target))
    assert backup.read_bytes() == kept
    assert len(Store.open(target).sessions()) == 3
    assert versions(target) == ALL_VERSIONS


def test_a_version_1_backup_does_not_take_register_entries_away(old: Path, tmp_path: Path) -> None:
    backup = tmp_path / "b.sqlite"
    back_up(str(old), backup)
    Store.open(old).registers.add("clients", [NewEntry(("A",), {})], "", "")
    with pytest.raises(WrongUse, match="register_entries: the present store holds"):
        restore(backup, str(old))
    assert len(Store.open(old).registers.history("clients")) == 1


def test_the_version_of_a_store_is_told(old: Path) -> None:
    assert Database(str(old), migrate=False).version == 1
    assert Database(str(old)).version == SCHEMA_VERSION
