"""A backup holds every byte and is checked; restoring one never takes away what it lacks."""

import sqlite3
from pathlib import Path

import pytest

from dosegauge import backup
from dosegauge.backup import back_up, restore
from dosegauge.cli import main
from dosegauge.errors import CheckFailed, DosegaugeError, StoreError, WrongUse
from dosegauge.store import Store
from dosegauge.store.database import NewerStore
from dosegauge.store.devices import Device
from tests.link.logs import depth_log
from tests.store.test_store import LOG, add, open_with_unit

OTHER = depth_log(number=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite"
    add(open_with_unit(path), LOG, 0, len(LOG.data))
    return path


def test_a_backup_brought_back_is_the_same_store(path: Path, tmp_path: Path) -> None:
    assert back_up(str(path), tmp_path / "b.sqlite").sessions == 1
    path.unlink()
    restored = restore(tmp_path / "b.sqlite", str(path))
    assert (restored.sessions, restored.kept) == (1, None)
    assert Store.open(path).raw(LOG.session) == LOG.data
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.sqlite", "store.sqlite"]


def test_a_backup_is_never_written_over_a_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(WrongUse, match="exists already"):
        back_up(str(path), tmp_path / "b")
    assert (tmp_path / "b").read_text() == "mine"


def test_a_session_that_came_after_the_backup_is_not_lost(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    add(Store.open(path), OTHER, 0, len(OTHER.data))
    before = path.read_bytes()
    with pytest.raises(WrongUse, match="the backup does not") as fault:
        restore(tmp_path / "b", str(path))
    assert OTHER.session in fault.value.line("zh")
    assert path.read_bytes() == before


def test_a_nominal_that_was_corrected_after_the_backup_is_not_lost(
    path: Path, tmp_path: Path
) -> None:
    device = Device("Maker", "CT-1", "007")
    devices = Store.open(path).devices
    first = devices.set_first_nominal(device, "rate", "9", "mGy/min", LOG.session, "Li")
    back_up(str(path), tmp_path / "b")
    assert restore(tmp_path / "b", str(path)).kept is not None
    devices.correct_nominal(
        device, "rate", first, "95", "mGy/min", LOG.session, who="Wang", why="digit lost"
    )
    with pytest.raises(WrongUse, match="device_values"):
        restore(tmp_path / "b", str(path))
    nominal = Store.open(path).devices.nominal(device, "rate")
    assert nominal is not None
    assert nominal.value == "95"


def test_a_damaged_store_is_set_aside_with_its_journal(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    path.write_bytes(b"no database at all" * 100)
    Path(f"{path}-journal").write_bytes(b"would be played into the restored store")
    kept = restore(tmp_path / "b", str(path)).kept
    assert kept is not None
    assert kept.read_bytes() == b"no database at all" * 100
    assert not Path(f"{path}-journal").exists()
    assert Store.open(path).raw(LOG.session) == LOG.data


def damage(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER session_bytes_no_update")
        raw.execute("UPDATE session_bytes SET data = CAST(x'00' || substr(data, 2) AS BLOB)")


def test_damage_is_named_in_a_backup_and_refused_in_a_restore(path: Path, tmp_path: Path) -> None:
    damage(path)
    assert back_up(str(path), tmp_path / "b").damaged == [LOG.session]
    with pytest.raises(CheckFailed, match="damaged sessions"):
        restore(tmp_path / "b", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_newer_backup_is_refused(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    with sqlite3.connect(tmp_path / "b") as raw:
        raw.execute("INSERT INTO schema_versions VALUES (99, '')")
    with pytest.raises(NewerStore):
        restore(tmp_path / "b", str(tmp_path / "new"))


@pytest.mark.parametrize("content", [None, b"", b"just text" * 500])
def test_what_is_no_store_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "b"
    if content is not None:
        file.write_bytes(content)
    for act in (
        lambda: restore(file, str(tmp_path / "new")),
        lambda: back_up(str(file), tmp_path / "copy"),
    ):
        with pytest.raises(DosegaugeError) as fault:
            act()
        assert "\n" not in fault.value.line("zh")
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "copy").exists()


def test_a_folder_is_never_put_aside_by_a_restore(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis").write_text("mine")
    for target in (str(home), "/", "."):
        with pytest.raises(WrongUse, match="no store's file"):
            restore(tmp_path / "b", target)
    assert (home / "thesis").read_text() == "mine"


def _break_pages(path: Path) -> None:
    """Every page but the first, which a file that was written over in part looks like."""
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 8] = b"\xff" * 8
    path.write_bytes(data)


def test_a_store_with_broken_pages_is_replaced_and_kept(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    _break_pages(path)
    broken = path.read_bytes()
    restored = restore(tmp_path / "b", str(path))
    assert restored.kept is not None
    assert restored.kept.read_bytes() == broken
    assert Store.open(path).raw(LOG.session) == LOG.data


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE session_bytes SET data = 'text'",
        "UPDATE session_bytes SET \"offset\" = 'zz'",
        "UPDATE session_ends SET size = 'q'",
        "UPDATE sessions SET opened_ms = 'abc'",
    ],
)
def test_values_of_another_kind_are_damage(change: str, path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    with sqlite3.connect(tmp_path / "b") as connection:
        for table in ("session_bytes", "session_ends"):
            connection.execute(f"DROP TRIGGER {table}_no_update")
        connection.execute(change)
    connection.close()
    path.unlink()
    with pytest.raises(CheckFailed, match="is damaged"):
        restore(tmp_path / "b", str(path))
    assert not path.exists()


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE entries",
        "DROP TABLE register_entries",
        "DROP TRIGGER results_no_update",
        "DROP INDEX session_ends_by_session",
        "CREATE TRIGGER odd AFTER INSERT ON results BEGIN DELETE FROM units; END",
        "ALTER TABLE entries ADD COLUMN odd TEXT",
    ],
)
def test_another_schema_is_damage(change: str, path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    with sqlite3.connect(tmp_path / "b") as connection:
        connection.execute(change)
    connection.close()
    path.unlink()
    with pytest.raises(CheckFailed, match="is damaged"):
        restore(tmp_path / "b", str(path))


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + "/store"], ids=["file", "folder"])
def test_a_name_that_is_too_long_is_one_line(name: str, path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    for attempt in (
        lambda: restore(tmp_path / name, str(path)),
        lambda: restore(tmp_path / "b", str(tmp_path / name)),
        lambda: back_up(str(tmp_path / name), tmp_path / "c"),
        lambda: back_up(str(path), tmp_path / name),
    ):
        with pytest.raises(DosegaugeError) as fault:
            attempt()
        assert "\n" not in fault.value.line("zh")


def test_a_link_to_the_store_stays_one_and_the_mode_is_kept(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    path.chmod(0o600)
    back_up(str(link), tmp_path / "b")
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    restore(tmp_path / "b", str(link))
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_a_note_of_how_far_a_session_came_is_not_lost(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    with sqlite3.connect(tmp_path / "b") as connection:
        connection.execute("DROP TRIGGER session_ends_no_delete")
        connection.execute("DELETE FROM session_ends")
    connection.close()
    with pytest.raises(CheckFailed, match="damaged sessions"):
        restore(tmp_path / "b", str(path))


def test_a_damaged_log_in_the_store_gives_way_to_a_whole_one(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "b")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER session_bytes_no_update")
        damaged = bytearray(LOG.data)
        damaged[-40] ^= 1
        connection.execute("UPDATE session_bytes SET data = ?", (bytes(damaged),))
    connection.close()
    assert restore(tmp_path / "b", str(path)).kept is not None
    assert Store.open(path).raw(LOG.session) == LOG.data


def test_a_server_has_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="server's own tools"):
        back_up("postgresql://somebody:secret@host/x", tmp_path / "b")


def test_the_commands_say_what_they_did(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--store", str(path), "--lang", "en"]
    assert main(["backup", str(tmp_path / "b"), *options]) == 0
    assert "1 sessions, each checked" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "b"), *options]) == 0
    assert "before-restore" in capsys.readouterr().out
    assert main(["backup", str(tmp_path / "b"), *options]) == 2


def test_a_copy_whose_session_rows_are_gone_is_refused(path: Path, tmp_path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM sessions")
    with pytest.raises(CheckFailed, match="database in this file is damaged"):
        back_up(str(path), tmp_path / "b")
    assert [file.name for file in tmp_path.iterdir()] == ["store.sqlite"]


def test_a_journal_without_its_store_is_not_played_into_the_restored_one(
    path: Path, tmp_path: Path
) -> None:
    back_up(str(path), tmp_path / "b")
    path.unlink()
    Path(f"{path}-journal").write_bytes(b"left of the store that is gone")
    assert restore(tmp_path / "b", str(path)).kept is None
    assert not Path(f"{path}-journal").exists()
    assert len(list(tmp_path.glob("*.before-restore-*-journal"))) == 1


def test_a_backup_is_not_written_over_a_file_that_came_meanwhile(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b"
    monkeypatch.setattr(backup, "_sync_to_disk", lambda _part: target.write_text("mine"))
    with pytest.raises(WrongUse, match="exists already"):
        back_up(str(path), target)
    assert target.read_text() == "mine"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b", "store.sqlite"]


def test_nobody_writes_to_a_store_that_is_being_replaced(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(str(path), tmp_path / "b")
    said: list[str] = []
    take_place = backup._take_place
    early = sqlite3.connect(path, timeout=0)
    insert = "INSERT INTO units VALUES ('late', '')"

    def meanwhile(part: Path, target: Path) -> Path | None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            early.execute(insert)
        kept = take_place(part, target)
        said.append("placed")
        return kept

    monkeypatch.setattr(backup, "_take_place", meanwhile)
    kept = restore(tmp_path / "b", str(path)).kept
    assert said == ["placed"]
    # Who had the former store open is told; nothing goes unnoticed into a file set aside.
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        early.execute(insert)
    early.close()
    assert kept is not None
    for file in (kept, path):
        assert Store.open(file).raw(LOG.session) == LOG.data


def test_a_store_that_stays_locked_is_one_line(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "BUSY_WAIT_S", 0.2)
    back_up(str(path), tmp_path / "b")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="in use by another program"):
        restore(tmp_path / "b", str(path))
    with pytest.raises(StoreError, match="in use by another program"):
        backup._copy(path, tmp_path / "part", tmp_path / "c")
    holder.close()
