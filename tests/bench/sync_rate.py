"""Sync of a long session from the virtual unit beside a bare write through the same bridge."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import serial

from dosegauge.link.client import LARGEST_READ
from dosegauge.link.finder import connect
from dosegauge.link.sync import sync
from dosegauge.store import Store
from dosegauge.virtual.unit import BLOCK_SIZE, BLOCKS, VirtualUnit
from tests.bench.figure import AT_LEAST, Figure, NotMeasured
from tests.bench.on_micropython import SCRIPTS, output
from tests.conftest import FIRMWARE
from tests.interpreters import double_precision

RUNS = 5
QUESTIONS = 20
RECORDS = 12000
PLAN = FIRMWARE / "unit" / "plans" / "micro-ct-leakage.json"
LEAST_RATIO = 0.4
LINK_PIECE = 512


def measure(folder: Path) -> list[Figure]:
    """Log bytes a second into a new store each time; bare bytes a second, as many."""
    found = double_precision()
    if found.path is None:
        raise NotMeasured(found.reason)
    size = _write_log(found.path, folder / "synced")
    with _unit(found.path, folder / "synced") as unit:
        answer_s = _answer_s(unit)
        read_s = [_read_s(unit, size) for _ in range(RUNS)]
        synced_s = [_sync_s(unit, folder / f"sync-{run}.sqlite", size) for run in range(RUNS)]
    with _unit(found.path, folder / "bare", SCRIPTS / "bare_writer.py") as unit:
        _wait_until_ready(unit)
        whole_s = [_bare_s(unit, size, size) for _ in range(RUNS)]
        pieces_s = [_bare_s(unit, size, LINK_PIECE) for _ in range(RUNS)]
    synced, read, whole, pieces = (
        size / statistics.median(times_s) / 1e6
        for times_s in (synced_s, read_s, whole_s, pieces_s)
    )
    what = f"sync of a log of {size / 1000:.0f} kB, median of {RUNS}"
    return [
        Figure(what, synced, "MB/s", "bare write at once", whole, AT_LEAST, LEAST_RATIO),
        Figure("  the same", synced, "MB/s", f"bare writes of {LINK_PIECE} bytes", pieces),
        Figure("  its link alone, nothing stored", read, "MB/s", "bare write at once", whole),
        Figure("  one question and its answer", answer_s * 1000, "ms"),
    ]


def _write_log(interpreter: Path, state: Path) -> int:
    """A sealed session in the flash of a unit that has not been started yet; its size."""
    state.mkdir()
    args = [str(state / "flash.img"), str(BLOCK_SIZE), str(BLOCKS), str(PLAN), str(RECORDS)]
    unit_id, size = output(interpreter, SCRIPTS / "long_log.py", args).split()
    (state / "unit-id").write_text(unit_id + "\n", encoding="ascii")
    return int(size)


@contextmanager
def _unit(interpreter: Path, state: Path, main: Path | None = None) -> Iterator[VirtualUnit]:
    with VirtualUnit(
        runtime="micropython",
        interpreter=str(interpreter),
        state_dir=state,
        main=str(main or FIRMWARE / "main.py"),
    ) as unit:
        yield unit


def _answer_s(unit: VirtualUnit) -> float:
    with connect(unit.port) as client:
        client.hello()
        times_s = []
        for _ in range(QUESTIONS):
            began_s = time.perf_counter()
            client.hello()
            times_s.append(time.perf_counter() - began_s)
    return statistics.median(times_s)


def _read_s(unit: VirtualUnit, size: int) -> float:
    """The whole log, window by window, checked line by line and thrown away."""
    with connect(unit.port) as client:
        session = client.sessions()[0].session
        began_s = time.perf_counter()
        offset = 0
        while offset < size:
            offset += len(client.read(session, offset, LARGEST_READ).data)
        return time.perf_counter() - began_s


def _sync_s(unit: VirtualUnit, store_path: Path, size: int) -> float:
    store = Store.open(store_path)
    with connect(unit.port) as client:
        client.hello()
        began_s = time.perf_counter()
        report = sync(client, store)
        taken_s = time.perf_counter() - began_s
    if report.failed or sum(done.added for done in report.done) != size:
        raise NotMeasured("the sync did not fetch the whole log")
    return taken_s


def _wait_until_ready(unit: VirtualUnit) -> None:
    """What is sent before the process reads is lost: asks for a byte until one comes."""
    with serial.Serial(unit.port, timeout=0.5) as port:
        for _ in range(20):
            port.write(b"1 1\n")
            if port.read(1):
                time.sleep(0.2)  # an answer to an earlier line may be on its way
                port.reset_input_buffer()
                return
    raise NotMeasured("the bare writer does not answer")


def _bare_s(unit: VirtualUnit, size: int, piece: int) -> float:
    with serial.Serial(unit.port, timeout=10) as port:
        began_s = time.perf_counter()
        port.write(b"%d %d\n" % (size, piece))
        left = size
        while left:
            came = port.read(1)
            if not came:
                raise NotMeasured(f"the bare write stopped {left} bytes before its end")
            came += port.read(min(port.in_waiting, left - 1))
            left -= len(came)
        return time.perf_counter() - began_s
