"""The store keeps every byte, changes none, and says in one line when it can't."""

import sqlite3
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dosegauge.errors import DosegaugeError, StoreError, WrongUse
from dosegauge.store import Store, store_path
from dosegauge.store.chain import START, ChainEnd, ChainFollower
from dosegauge.store.database import NewerStore
from dosegauge.store.devices import Device
from dosegauge.verification import verify_session
from tests.link.logs import UNIT, LogBuilder, depth_log

LOG = depth_log()
DEVICE = Device("Maker", "CT-1", "007")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "store.sqlite"


def open_with_unit(path: Path) -> Store:
    from dosegauge.link.answers import UnitInfo

    store = Store.open(path, busy_wait_s=0.2)
    store.note_unit(UnitInfo(UNIT, "b", "f", "r", "c", "h", 1, 1, None, 0, 0, False, "menu"))
    return store


def add(store: Store, log: LogBuilder, begin: int, end: int) -> None:
    follower = ChainFollower(store.stored_end(UNIT, log.session))
    data = follower.feed(log.data[begin:end])
    store.append(UNIT, log.session, log.number, data, follower.end)


def test_bytes_survive_closing_and_opening(path: Path) -> None:
    add(open_with_unit(path), LOG, 0, LOG.ends[2])
    again = Store.open(path)
    assert again.raw(LOG.session) == LOG.data[: LOG.ends[2]]
    add(again, LOG, LOG.ends[2], len(LOG.data))
    assert Store.open(path).raw(LOG.session) == LOG.data
    row = Store.open(path).find(LOG.session)
    assert (row.unit, row.procedure, row.plan_id) == (UNIT, "hole-depth", "mri-hole-depth")
    assert row.sealed
    assert row.size == len(LOG.data)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sets(st.sampled_from(LOG.ends[:-1])))
def test_any_division_into_pieces_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, ends: set[int]
) -> None:
    store = open_with_unit(tmp_path_factory.mktemp("store") / "s.sqlite")
    places = [0, *sorted(ends), len(LOG.data)]
    for begin, end in pairwise(places):
        add(store, LOG, begin, end)
    assert store.raw(LOG.session) == LOG.data


def test_bytes_that_do_not_follow_the_stored_ones_are_refused(path: Path) -> None:
    store = open_with_unit(path)
    add(store, LOG, 0, LOG.ends[1])
    end = ChainEnd(LOG.ends[1], b"\0" * 32, 5, sealed=False)
    with pytest.raises(StoreError, match="meanwhile"):
        store.append(UNIT, LOG.session, LOG.number, LOG.data[: LOG.ends[1]], end)
    assert store.raw(LOG.session) == LOG.data[: LOG.ends[1]]


def test_two_writers_at_once_never_mix(path: Path) -> None:
    first, second = open_with_unit(path), Store.open(path)
    faults: list[Exception] = []

    follower = ChainFollower(START)
    data = follower.feed(LOG.data)

    def write(store: Store) -> None:
        try:
            store.append(UNIT, LOG.session, LOG.number, data, follower.end)
        except StoreError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(store,)) for store in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.raw(LOG.session) == LOG.data
    assert len(faults) == 1


@pytest.mark.parametrize(
    "table",
    [
        *("session_bytes", "session_ends", "results", "entries", "device_values"),
        "register_entries",
    ],
)
def test_rows_about_measurements_can_not_be_changed_or_deleted(path: Path, table: str) -> None:
    open_with_unit(path)
    with sqlite3.connect(path) as raw:
        triggers = {
            row[0]
            for row in raw.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=?", (table,)
            )
        }
    assert triggers == {f"{table}_no_update", f"{table}_no_delete"}


def test_an_update_of_stored_bytes_is_refused_by_the_database_itself(path: Path) -> None:
    add(open_with_unit(path), LOG, 0, len(LOG.data))
    with sqlite3.connect(path) as raw:
        for statement in ("UPDATE session_bytes SET data = x'00'", "DELETE FROM session_bytes"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    open_with_unit(path)
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO schema_versions VALUES (99, '')")
    before = path.read_bytes()
    with pytest.raises(NewerStore, match="Update dosegauge"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_locked_store_waits_and_then_says_so_in_one_line(path: Path) -> None:
    store = open_with_unit(path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="in use by another program"):
        add(store, LOG, 0, len(LOG.data))
    holder.execute("ROLLBACK")
    holder.close()
    add(store, LOG, 0, len(LOG.data))
    assert store.raw(LOG.session) == LOG.data


@pytest.mark.parametrize("content", [b"this is no database at all, just text" * 20, None])
def test_a_file_that_is_no_store_is_refused(path: Path, content: bytes | None) -> None:
    path.parent.mkdir()
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE somebody_elses (x)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(WrongUse, match="not a dosegauge store"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_folder_that_can_not_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DosegaugeError) as fault:
        Store.open(tmp_path / "file" / "store.sqlite")
    assert "\n" not in fault.value.line("zh")


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("nosuch://x", "no driver for this kind of database"),
        ("postgresql+nosuch://x/y", "no driver for this kind of database"),
        ("://", "no database URL"),
        ("http://a:b:c/x", "no database URL"),
        ("sqlite://", "keeps nothing"),
    ],
)
def test_a_url_of_no_usable_database_is_one_line(location: str, says: str) -> None:
    with pytest.raises(WrongUse, match=says) as fault:
        Store.open(location)
    assert "\n" not in fault.value.line("zh")


def test_a_url_of_a_file_is_as_safe_as_its_path(path: Path) -> None:
    open_with_unit(path)
    store = Store.open(f"sqlite:///{path}")
    add(store, LOG, 0, len(LOG.data))
    assert store.folder == path.parent
    with sqlite3.connect(path) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute("DELETE FROM session_ends")


def test_thousands_of_sessions_are_listed_with_one_question(path: Path) -> None:
    from sqlalchemy import Engine, event

    store = open_with_unit(path)
    for number in range(1, 6):
        log = depth_log(number=number, sealed=False)
        add(store, log, 0, log.ends[1])
        add(store, log, log.ends[1], len(log.data))
    asked: list[str] = []

    def count(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", count)
    try:
        listed = store.sessions()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert len([question for question in asked if question.startswith("SELECT")]) == 1
    assert [(row.number, row.size, row.digest) for row in listed] == [
        (row.number, end.size, end.digest.hex())
        for row in listed
        for end in [store.stored_end(UNIT, row.session)]
    ]


def test_every_end_that_was_stored_is_noted(path: Path) -> None:
    store = open_with_unit(path)
    add(store, LOG, 0, LOG.ends[2])
    add(store, LOG, LOG.ends[2], len(LOG.data))
    noted = store.noted_ends(LOG.session)
    assert [(end.size, end.sealed) for end in noted] == [
        (LOG.ends[2], False),
        (len(LOG.data), True),
    ]


def test_a_session_whose_last_piece_was_taken_from_the_file_no_longer_verifies(
    path: Path,
) -> None:
    store = open_with_unit(path)
    add(store, LOG, 0, LOG.ends[2])
    add(store, LOG, LOG.ends[2], len(LOG.data))
    assert verify_session(store, LOG.session).ok
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER session_bytes_no_delete")
        raw.execute("DELETE FROM session_bytes WHERE offset > 0")
    damages = verify_session(store, LOG.session).damages
    assert [(damage.begin, damage.end) for damage in damages] == [(LOG.ends[2], len(LOG.data))]
    assert store.find(LOG.session).size == LOG.ends[2]


def test_a_session_is_found_by_id_and_by_a_unique_part(path: Path) -> None:
    store = open_with_unit(path)
    other = depth_log(number=12)
    for log in (LOG, other):
        add(store, log, 0, len(log.data))
    assert store.find(LOG.session).number == 1
    assert store.find("000012").number == 12
    with pytest.raises(WrongUse, match="several sessions"):
        store.find("0000")
    with pytest.raises(WrongUse, match="no such session"):
        store.find("nothing")


def test_what_is_not_stored_has_an_end_of_nothing(path: Path) -> None:
    assert open_with_unit(path).stored_end(UNIT, "x") == START


def test_the_first_calibration_gives_the_nominal_and_later_ones_leave_it(path: Path) -> None:
    store = open_with_unit(path)
    add(store, LOG, 0, len(LOG.data))
    assert store.devices.nominal(DEVICE, "rate") is None
    store.devices.set_first_nominal(DEVICE, "rate", "95.20", "mGy/min", LOG.session, "Li")
    store.devices.set_first_nominal(DEVICE, "rate", "80.00", "mGy/min", LOG.session, "Li")
    nominal = store.devices.nominal(DEVICE, "rate")
    assert nominal is not None
    assert (nominal.value, nominal.unit, nominal.from_session) == ("95.20", "mGy/min", LOG.session)
    # The serial alone does not make the device.
    assert store.devices.nominal(Device("Other", "CT-1", "007"), "rate") is None


def test_a_correction_is_a_new_row_with_who_and_why(path: Path) -> None:
    store = open_with_unit(path)
    add(store, LOG, 0, len(LOG.data))
    first = store.devices.set_first_nominal(DEVICE, "rate", "9", "mGy/min", LOG.session, "Li")
    arguments = (DEVICE, "rate", first, "95", "mGy/min", LOG.session)
    with pytest.raises(ValueError, match="who made it and why"):
        store.devices.correct_nominal(*arguments, who="Wang", why=" ")
    corrected = store.devices.correct_nominal(*arguments, who="Wang", why="digit lost")
    assert corrected.value == "95"
    with pytest.raises(ValueError, match="corrected meanwhile"):
        store.devices.correct_nominal(*arguments, who="Wang", why="again")
    with sqlite3.connect(path) as raw:
        rows = raw.execute("SELECT value, supersedes, who, why FROM device_values").fetchall()
    assert rows == [
        ("9", None, "Li", "first calibration"),
        ("95", first.row, "Wang", "digit lost"),
    ]


def test_results_are_versions_and_none_is_lost(path: Path) -> None:
    store = open_with_unit(path)
    add(store, LOG, 0, len(LOG.data))
    old = store.results.add(LOG.session, "1", "1", "d", {"t": "0.1"}, "Li")
    store.results.add(LOG.session, "1", "1", "d", {"t": "0.2"}, "Wang", supersedes=old, why="MPE")
    found = store.results.of_session(LOG.session)
    assert [(row.content, row.supersedes) for row in found] == [
        ({"t": "0.1"}, None),
        ({"t": "0.2"}, old),
    ]


def test_the_store_is_named_by_option_then_environment_then_the_users_folder() -> None:
    assert store_path("a", {"DOSEGAUGE_STORE": "b"}) == "a"
    assert store_path(None, {"DOSEGAUGE_STORE": "b"}) == "b"
    assert store_path(None, {}).endswith("store.sqlite")


@pytest.mark.parametrize("row", ["(0, '')", None])
def test_a_store_of_no_known_version_is_one_line_and_stays_as_it_is(
    path: Path, row: str | None
) -> None:
    open_with_unit(path)
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM schema_versions")
        if row:
            raw.execute(f"INSERT INTO schema_versions VALUES {row}")
    before = path.read_bytes()
    with pytest.raises(WrongUse, match="not a dosegauge store") as fault:
        Store.open(path)
    assert "\n" not in fault.value.line("zh")
    assert path.read_bytes() == before
