"""Register entries are added, never changed; who changed what and why stays readable."""

import sqlite3
from pathlib import Path

import pytest

from dosegauge.backup import back_up, restore
from dosegauge.errors import StoreError, WrongUse
from dosegauge.store import Store
from dosegauge.store.devices import Device
from dosegauge.store.registers import NewEntry, Registers

FIRST = NewEntry(("HG-17",), {"values": {"identity": "HG-17", "name": "高度计"}})
CHANGED = {"values": {"identity": "HG-17", "name": "数显高度计"}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def registers(path: Path) -> Registers:
    return Store.open(path).registers


def test_a_change_is_a_new_row_that_names_the_old_one_who_and_why(registers: Registers) -> None:
    registers.add("instruments", [FIRST], "Li", "")
    (old,) = registers.current("instruments")
    registers.add("instruments", [NewEntry(FIRST.subject, CHANGED, old.id)], "Wang", "typo")
    (new,) = registers.current("instruments")
    assert (new.content, new.supersedes, new.who, new.why) == (CHANGED, old.id, "Wang", "typo")
    assert registers.history("instruments") == [old, new]
    assert registers.versions("instruments", FIRST.subject) == [new, old]


@pytest.mark.parametrize(("who", "why"), [("", "typo"), ("Wang", " ")])
def test_a_change_without_who_or_why_is_refused(registers: Registers, who: str, why: str) -> None:
    registers.add("instruments", [FIRST], "", "")
    (old,) = registers.current("instruments")
    with pytest.raises(ValueError, match="who made it and why"):
        registers.add("instruments", [NewEntry(FIRST.subject, CHANGED, old.id)], who, why)
    assert registers.current("instruments") == [old]


def test_registers_do_not_mix(registers: Registers) -> None:
    registers.add("instruments", [FIRST], "", "")
    registers.add("detectors", [FIRST], "", "")
    assert [row.register for row in registers.current("instruments")] == ["instruments"]


def test_what_another_program_changed_meanwhile_is_not_overwritten(registers: Registers) -> None:
    registers.add("instruments", [FIRST], "", "")
    (old,) = registers.current("instruments")
    change = NewEntry(FIRST.subject, CHANGED, old.id)
    registers.add("instruments", [change], "Wang", "typo")
    for late in (change, FIRST):
        with pytest.raises(StoreError, match="another program changed this register"):
            registers.add("instruments", [NewEntry(("NEW",), {}), late], "Li", "recalibrated")
    assert len(registers.history("instruments")) == 2


def test_the_database_itself_allows_one_line_of_rows_for_each_subject(
    path: Path, registers: Registers
) -> None:
    registers.add("instruments", [FIRST], "", "")
    (old,) = registers.current("instruments")
    registers.add("instruments", [NewEntry(FIRST.subject, CHANGED, old.id)], "Wang", "typo")
    copied = "INSERT INTO register_entries SELECT 9, register, subject, content, NULL, created_at,"
    with sqlite3.connect(path) as raw:
        for supersedes in ("NULL", str(old.id)):
            with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
                raw.execute(f"{copied} {supersedes}, who, why FROM register_entries WHERE id = 1")
        for statement in ("UPDATE register_entries SET why = ''", "DELETE FROM register_entries"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)


def test_an_entry_about_a_device_belongs_to_the_device_with_its_nominal(
    path: Path, registers: Registers
) -> None:
    device = Device("Maker", "CT-1", "007")
    registers.add("devices", [NewEntry(("Maker", "CT-1", "007"), {}, device=device)], "", "")
    registers.add("clients", [NewEntry(("Hospital",), {})], "", "")
    with sqlite3.connect(path) as raw:
        found = raw.execute(
            "SELECT maker, model, serial FROM devices d JOIN register_entries e"
            " ON e.device_id = d.id WHERE register = 'devices'"
        ).fetchall()
        assert found == [("Maker", "CT-1", "007")]
        assert raw.execute("SELECT count(device_id) FROM register_entries").fetchone() == (1,)


def test_a_restore_that_would_take_an_entry_away_is_refused(
    path: Path, registers: Registers, tmp_path: Path
) -> None:
    registers.add("instruments", [FIRST], "", "")
    back_up(str(path), tmp_path / "b")
    assert Store.open(tmp_path / "b").registers.history("instruments") == registers.history(
        "instruments"
    )
    assert restore(tmp_path / "b", str(path)).kept is not None
    (old,) = registers.current("instruments")
    registers.add("instruments", [NewEntry(FIRST.subject, CHANGED, old.id)], "Wang", "typo")
    with pytest.raises(WrongUse, match="register_entries"):
        restore(tmp_path / "b", str(path))
    assert len(registers.history("instruments")) == 2
