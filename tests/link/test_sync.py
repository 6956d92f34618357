"""A sync over a bad cable ends, sooner or later, with the unit's very bytes in the store."""

import hashlib
import threading
from pathlib import Path

import pytest

from dosegauge.errors import CheckFailed, DosegaugeError, StoreError
from dosegauge.link.client import LARGEST_READ, Timing, UnitClient
from dosegauge.link.damaged import keep_damaged
from dosegauge.link.faults import (
    BadAnswer,
    LinkLost,
    LogDamaged,
    LogDiverged,
    NewerUnit,
    NoAnswer,
    OtherUnit,
    UnitRefused,
)
from dosegauge.link.sync import Progress, SyncReport, delete_on_unit, sync
from dosegauge.link.transport import Transport
from dosegauge.store import Store
from dosegauge.verification import verify_raw
from tests.link.fake_unit import FakeUnit, Peer, Unplugged, Wire
from tests.link.logs import UNIT, LogBuilder, depth_log, long_log

QUICK = Timing(answer_s=0.15, attempts=3)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store.sqlite")


@pytest.fixture(scope="module")
def depth() -> LogBuilder:
    return depth_log()


@pytest.fixture(scope="module")
def long() -> LogBuilder:
    return long_log()


def peer_with(*logs: LogBuilder, unit: str = UNIT) -> Peer:
    peer = Peer(unit)
    for log in logs:
        peer.put(log.session, log.number, log.data)
    return peer


def sync_once(fake: FakeUnit, store: Store, timing: Timing = QUICK) -> SyncReport:
    with UnitClient(Transport(fake.port), timing) as client:
        return sync(client, store)


def require_identical(store: Store, *logs: LogBuilder) -> None:
    for log in logs:
        assert store.raw(log.session) == log.data


def test_a_sync_stores_every_byte_and_a_second_one_adds_nothing(
    store: Store, depth: LogBuilder, long: LogBuilder
) -> None:
    with FakeUnit(peer_with(depth, long)) as fake:
        first = sync_once(fake, store)
        second = sync_once(fake, store)
    require_identical(store, depth, long)
    assert [done.added for done in first.done] == [len(depth.data), len(long.data)]
    assert [done.added for done in second.done] == [0, 0]
    assert all(done.sealed for done in second.done)


def test_more_sessions_than_one_list_answer_holds_are_all_found(store: Store) -> None:
    logs = [depth_log(number=number, sealed=False) for number in range(1, 35)]
    with FakeUnit(peer_with(*logs)) as fake:
        report = sync_once(fake, store)
    assert len(report.done) == 34
    require_identical(store, *logs)


def test_an_open_session_is_stored_as_far_as_it_is_flushed_and_goes_on_later(
    store: Store, depth: LogBuilder
) -> None:
    peer = Peer()
    for end in depth.ends:
        peer.put(depth.session, depth.number, depth.data[:end])
        with FakeUnit(peer) as fake:
            report = sync_once(fake, store)
        assert store.raw(depth.session) == depth.data[:end]
        assert report.done[0].sealed == (end == len(depth.data))


def cut_after(position: int) -> Wire:
    def wire(sent: int, data: bytes) -> bytes:
        if sent + len(data) > position:
            raise Unplugged(data[: position - sent])
        return data

    return wire


def altered_at(position: int, change: str) -> Wire:
    def wire(sent: int, data: bytes) -> bytes:
        at = position - sent
        if not 0 <= at < len(data):
            return data
        changed = {
            "flip": bytes((data[at] ^ 0x04,)),
            "drop": b"",
            "double": data[at : at + 1] * 2,
        }[change]
        return data[:at] + changed + data[at + 1 :]

    return wire


# A whole sync of the session sends about 6 kB; the positions fall into every kind of line.
POSITIONS = range(3, 6000, 331)


@pytest.mark.parametrize("position", POSITIONS)
def test_after_the_cable_is_pulled_at_a_byte_the_next_sync_completes(
    store: Store, depth: LogBuilder, position: int
) -> None:
    peer = peer_with(depth)
    with FakeUnit(peer, cut_after(position)) as fake, pytest.raises((LinkLost, NoAnswer)):
        sync_once(fake, store)
    assert depth.data.startswith(store.raw(depth.session))
    with FakeUnit(peer) as fake:
        sync_once(fake, store)
    require_identical(store, depth)


@pytest.mark.parametrize("change", ["flip", "drop", "double"])
@pytest.mark.parametrize("position", range(10, 6000, 1117))
def test_an_altered_byte_is_asked_for_again_within_the_same_sync(
    store: Store, depth: LogBuilder, position: int, change: str
) -> None:
    with FakeUnit(peer_with(depth), altered_at(position, change)) as fake:
        sync_once(fake, store)
    require_identical(store, depth)


def with_noise(_sent: int, data: bytes) -> bytes:
    traceback = b'Traceback (most recent call last):\r\n  File "<stdin>", line 1\r\n>>> '
    return b"\x00\xff~1c 5 SnsifQ== 00000000\r\n" + traceback + data + b"~1c garbage\n\n"


def test_other_programs_lines_are_passed_over(store: Store, depth: LogBuilder) -> None:
    with FakeUnit(peer_with(depth), with_noise) as fake:
        sync_once(fake, store)
    require_identical(store, depth)


def glued(_sent: int, data: bytes) -> bytes:
    return b"> " + data.replace(b"\n", b"\r\n")


def test_a_prompt_before_a_line_does_no_harm(store: Store, depth: LogBuilder) -> None:
    with FakeUnit(peer_with(depth), glued) as fake:
        sync_once(fake, store)
    require_identical(store, depth)


def test_silence_ends_in_one_clear_error(store: Store, depth: LogBuilder) -> None:
    with (
        FakeUnit(peer_with(depth), lambda _sent, _data: b"") as fake,
        pytest.raises(NoAnswer, match="does not answer"),
    ):
        sync_once(fake, store)


def test_endless_chatter_of_another_program_ends_in_one_clear_error(store: Store) -> None:
    chatter = b"x" * 60 + b"\n"
    with (
        FakeUnit(Peer(), lambda _sent, _data: chatter * 50) as fake,
        pytest.raises(NoAnswer),
    ):
        sync_once(fake, store)


def test_another_unit_that_takes_the_port_in_mid_sync_is_noticed(
    store: Store, depth: LogBuilder, long: LogBuilder
) -> None:
    other = depth_log("DG-OTHER")
    mine, theirs = peer_with(depth, long), peer_with(other, unit="DG-OTHER")
    # The other one has a session of the same name, so that reading it succeeds.
    theirs.put(depth.session, 1, other.data)
    with FakeUnit(mine) as fake:

        def swap(question: dict[str, object]) -> None:
            if question["do"] == "read":
                fake.peer = theirs

        fake.on_question = swap
        with pytest.raises(OtherUnit):
            sync_once(fake, store)
    assert store.sessions() == []


def test_a_log_that_no_longer_continues_what_is_stored_overwrites_nothing(
    store: Store, depth: LogBuilder
) -> None:
    short = depth.data[: depth.ends[3]]
    peer = Peer()
    peer.put(depth.session, depth.number, short)
    with FakeUnit(peer) as fake:
        sync_once(fake, store)
    # The other unit's name is as long, so that its log has the same size and other digests.
    other = depth_log("DG-TEST2")
    histories = {
        "shorter": depth.data[: depth.ends[1]],
        "same size": other.data[: len(short)],
        "longer": other.data,
    }
    for name, data in histories.items():
        peer.put(depth.session, depth.number, data)
        with FakeUnit(peer) as fake:
            report = sync_once(fake, store)
        assert [type(failed.fault) for failed in report.failed] == [LogDiverged], name
        assert depth.session in report.failed[0].fault.line("en")
        assert store.raw(depth.session) == short


def test_a_log_damaged_on_the_unit_is_stored_up_to_the_damage_and_the_others_go_on(
    store: Store, depth: LogBuilder, long: LogBuilder
) -> None:
    peer = peer_with(long)
    at = depth.ends[4] + 20
    damaged = depth.data[:at] + bytes((depth.data[at] ^ 1,)) + depth.data[at + 1 :]
    peer.put(depth.session, depth.number, damaged)
    with FakeUnit(peer) as fake:
        report = sync_once(fake, store)
    assert [type(failed.fault) for failed in report.failed] == [LogDamaged]
    require_identical(store, long)
    assert store.raw(depth.session) == depth.data[: depth.ends[4]]


def test_a_cancelled_sync_keeps_what_has_arrived_and_goes_on_there(store: Store) -> None:
    long = long_log(batches=60)
    assert len(long.data) > LARGEST_READ
    peer = peer_with(long)
    cancel = threading.Event()

    def stop_at_first_progress(event: object) -> None:
        if isinstance(event, Progress):
            cancel.set()

    with FakeUnit(peer) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        report = sync(client, store, on_event=stop_at_first_progress, cancel=cancel)
    assert report.cancelled
    kept = store.stored_size(UNIT, long.session)
    assert 0 < kept < len(long.data)
    with FakeUnit(peer) as fake:
        sync_once(fake, store)
        assert all(
            int(str(question["offset"])) >= kept
            for question in fake.questions
            if question["do"] == "read"
        )
    require_identical(store, long)


def test_progress_rises_to_the_size_of_the_log(store: Store, long: LogBuilder) -> None:
    seen: list[Progress] = []

    def watch(event: object) -> None:
        if isinstance(event, Progress):
            seen.append(event)

    with FakeUnit(peer_with(long)) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        sync(client, store, on_event=watch)
    received = [progress.received for progress in seen]
    assert received == sorted(received)
    assert received[-1] == len(long.data)


def test_nothing_is_deleted_on_the_unit_unless_asked(store: Store, depth: LogBuilder) -> None:
    with FakeUnit(peer_with(depth)) as fake:
        sync_once(fake, store)
        assert fake.peer.deleted == []
        assert not any(question["do"] == "delete" for question in fake.questions)


def test_sealed_sessions_are_deleted_after_the_stored_bytes_were_proven(
    store: Store, depth: LogBuilder
) -> None:
    opened = depth_log(number=2, sealed=False)
    with FakeUnit(peer_with(depth, opened)) as fake:
        with UnitClient(Transport(fake.port), QUICK) as client:
            report = sync(client, store, delete_synced=True)
        assert report.deleted == [depth.session]
        assert fake.peer.deleted == [depth.session]
        assert opened.session in fake.peer.sessions
    require_identical(store, depth, opened)


def test_an_open_session_is_not_deleted(store: Store) -> None:
    opened = depth_log(sealed=False)
    with FakeUnit(peer_with(opened)) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        sync(client, store)
        with pytest.raises(CheckFailed, match="not sealed"):
            delete_on_unit(client, store, opened.session)
        assert fake.peer.deleted == []


def test_a_delete_whose_answer_is_lost_is_done_once(store: Store, depth: LogBuilder) -> None:
    with FakeUnit(peer_with(depth)) as fake:
        sync_once(fake, store)
        lost = [True]

        def lose_first_delete(_sent: int, data: bytes) -> bytes:
            if fake.peer.deleted and lost:
                lost.pop()
                return b""
            return data

        fake.wire = lose_first_delete
        with UnitClient(Transport(fake.port), QUICK) as client:
            delete_on_unit(client, store, depth.session)
        assert fake.peer.deleted == [depth.session]


def test_a_unit_that_refuses_says_why_in_one_line(depth: LogBuilder) -> None:
    with (
        FakeUnit(peer_with(depth)) as fake,
        UnitClient(Transport(fake.port), QUICK) as client,
        pytest.raises(UnitRefused) as refused,
    ):
        client.read("no-such-session", 0, 100)
    assert refused.value.code == "no-session"
    assert "\n" not in refused.value.line("zh")


@pytest.mark.parametrize(("part", "version"), [("link", 2), ("log", 2)])
def test_a_newer_unit_is_refused(store: Store, part: str, version: int) -> None:
    peer = Peer()
    peer.hello_changes = {part: version}
    with FakeUnit(peer) as fake, pytest.raises(NewerUnit, match="Update dosegauge"):
        sync_once(fake, store)


@pytest.mark.parametrize(
    "changes",
    [{"unit": "../../etc"}, {"unit": 5}, {"clock_ms": "now"}, {"ok": 0}, {"protected": "yes"}],
)
def test_a_hello_that_makes_no_sense_is_refused(store: Store, changes: dict[str, object]) -> None:
    peer = Peer()
    peer.hello_changes = changes
    with FakeUnit(peer) as fake, pytest.raises(BadAnswer):
        sync_once(fake, store)


def test_a_port_can_be_used_by_one_program_only(depth: LogBuilder) -> None:
    with FakeUnit(peer_with(depth)) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        with pytest.raises(DosegaugeError, match="in use"):
            Transport(fake.port)
        assert client.hello().unit == UNIT


def test_clock_plans_and_display(depth: LogBuilder) -> None:
    with FakeUnit(peer_with(depth)) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        assert client.set_clock(lambda: 1000) is None
        assert client.set_clock(lambda: 2000) == 1000
        client.put_plan("p", b"{}" * 500)
        assert fake.peer.plans == {"p": b"{}" * 500}
        assert [plan.id for plan in client.plans()] == ["p"]
        assert client.live().lines[0] == "圆孔深度"


def test_a_plan_sent_over_a_bad_cable_arrives_whole(depth: LogBuilder) -> None:
    wire = altered_at(120, "drop")
    with (
        FakeUnit(peer_with(depth), wire) as fake,
        UnitClient(Transport(fake.port), QUICK) as client,
    ):
        client.put_plan("p", bytes(range(256)) * 4)
        assert fake.peer.plans == {"p": bytes(range(256)) * 4}


@pytest.mark.parametrize("change", ["flip", "drop", "double"])
@pytest.mark.parametrize("position", range(5, 800, 173))
def test_a_question_altered_on_its_way_is_asked_again(
    store: Store, depth: LogBuilder, position: int, change: str
) -> None:
    with FakeUnit(peer_with(depth)) as fake:
        fake.wire_there = altered_at(position, change)
        sync_once(fake, store)
    require_identical(store, depth)


def test_a_session_of_a_moved_flash_fails_alone_and_says_whose_it_is(
    store: Store, depth: LogBuilder, long: LogBuilder
) -> None:
    foreign = depth_log("DG-OTHER", 9)
    with FakeUnit(peer_with(foreign, depth, long)) as fake:
        report = sync_once(fake, store)
    assert [failed.session for failed in report.failed] == [f"{UNIT}-{foreign.session}"]
    said = report.failed[0].fault.line("en")
    assert "recorded by unit DG-OTHER" in said
    assert "DG-OTHER" in report.failed[0].fault.line("zh")
    require_identical(store, depth, long)
    assert len(store.sessions()) == 2


def test_a_session_that_the_unit_refuses_to_read_fails_alone(
    store: Store, depth: LogBuilder, long: LogBuilder
) -> None:
    peer = peer_with(depth, long)
    peer.unreadable.add(depth.session)
    with FakeUnit(peer) as fake:
        report = sync_once(fake, store)
    assert [type(failed.fault) for failed in report.failed] == [UnitRefused]
    require_identical(store, long)


def test_all_bytes_of_a_damaged_log_are_kept_in_a_file_once(
    store: Store, depth: LogBuilder
) -> None:
    at = depth.ends[4] + 20
    damaged = depth.data[:at] + bytes((depth.data[at] ^ 1,)) + depth.data[at + 1 :]
    peer = Peer()
    peer.put(depth.session, depth.number, damaged)
    for _ in range(2):
        with FakeUnit(peer) as fake:
            report = sync_once(fake, store)
        sha256 = hashlib.sha256(damaged).hexdigest()
        files = list((store.folder / "damaged").iterdir())
        assert [file.name for file in files] == [f"{depth.session}-{sha256[:8]}.dgs"]
        assert files[0].read_bytes() == damaged
        for language in ("zh", "en"):
            assert str(files[0]) in report.failed[0].fault.line(language)
    assert not verify_raw(damaged).ok


def test_a_file_of_the_same_name_with_other_bytes_is_not_overwritten(tmp_path: Path) -> None:
    first = keep_damaged(tmp_path, "s", b"bytes")
    first.write_bytes(b"others")
    second = keep_damaged(tmp_path, "s", b"bytes")
    assert (first.read_bytes(), second.read_bytes()) == (b"others", b"bytes")
    assert {path.name for path in first.parent.iterdir()} == {first.name, second.name}


def test_a_stored_log_that_is_damaged_on_the_unit_later_is_kept_and_named(
    store: Store, depth: LogBuilder
) -> None:
    with FakeUnit(peer_with(depth)) as fake:
        sync_once(fake, store)
    peer = Peer()
    peer.put(depth.session, depth.number, depth.data[:-1] + b"\0")
    with FakeUnit(peer) as fake:
        report = sync_once(fake, store)
    assert [type(failed.fault) for failed in report.failed] == [LogDamaged]
    assert store.raw(depth.session) == depth.data


def test_damaged_bytes_that_can_not_be_kept_do_not_stop_the_others(
    store: Store, depth: LogBuilder, long: LogBuilder
) -> None:
    (store.folder / "damaged").write_text("in the way")
    peer = peer_with(long)
    peer.put(depth.session, depth.number, depth.data[:-1] + b"\0")
    with FakeUnit(peer) as fake:
        report = sync_once(fake, store)
    assert [type(failed.fault) for failed in report.failed] == [StoreError, LogDamaged]
    require_identical(store, long)


def test_a_measuring_unit_says_so_in_both_languages_and_keeps_its_sessions(
    store: Store, depth: LogBuilder
) -> None:
    peer = peer_with(depth)
    peer.measuring = True
    with FakeUnit(peer) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        report = sync(client, store, delete_synced=True)
    assert (report.deleted, peer.deleted) == ([], [])
    fault = report.failed[0].fault
    assert "a measurement is running" in fault.line("en")
    assert "正在测量" in fault.line("zh")
    require_identical(store, depth)


def test_language_and_plans_of_the_unit() -> None:
    peer = Peer()
    peer.plans["p"] = b"{}"
    with FakeUnit(peer) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        client.set_language("en")
        client.delete_plan("p")
        with pytest.raises(UnitRefused):
            client.delete_plan("p")
        with pytest.raises(UnitRefused):
            client.set_language("fr")
    assert (peer.language, peer.plans) == ("en", {})


@pytest.mark.parametrize(
    ("changes", "epoch"), [({}, None), ({"epoch": "1a2b", "further": [1]}, "1a2b")]
)
def test_the_epoch_of_the_flash_is_told_where_the_unit_has_one(
    changes: dict[str, object], epoch: str | None
) -> None:
    peer = Peer()
    peer.hello_changes = changes
    with FakeUnit(peer) as fake, UnitClient(Transport(fake.port), QUICK) as client:
        assert client.hello().epoch == epoch


@pytest.mark.parametrize("port", ["socket://bad", "socket://x:y", "socket://h:99999", "foo://x"])
def test_a_misspelt_port_is_one_clear_line(port: str) -> None:
    with pytest.raises(DosegaugeError, match="no port's name") as fault:
        Transport(port)
    assert "socket://HOST:PORT" in fault.value.line("en")


def test_a_session_that_the_unit_itself_can_not_read_does_not_stop_the_others(
    store: Store, depth: LogBuilder
) -> None:
    peer = peer_with(depth)
    peer.put("broken", 7, b"\xff" * 100)
    with FakeUnit(peer) as fake:
        report = sync_once(fake, store)
    assert [failed.session for failed in report.failed] == [f"{UNIT}-broken"]
    require_identical(store, depth)
