"""A bench of its own for every test: store, port, time, zone and settings are fixed."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Footer

from dosegauge.link.answers import UnitInfo
from dosegauge.store import Store
from dosegauge.store.chain import START, ChainFollower
from dosegauge.tui.app import BenchApp
from dosegauge.tui.bench import Bench
from tests.link.fake_unit import FakeUnit, Peer
from tests.link.logs import START_MS, UNIT, LogBuilder

STORE = "store.sqlite"
NOW_MS = START_MS + 3_600_000


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    for name in ("DOSEGAUGE_STORE", "DOSEGAUGE_PORT", "DOSEGAUGE_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    monkeypatch.setattr("dosegauge.tui.title_bar.__version__", "0.0.0")
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def store() -> Store:
    """An empty store where the app looks for it."""
    return Store.open(STORE)


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[FakeUnit]:
    """A unit behind a pseudo terminal whose name is always the same: `./unit`."""
    peer = Peer()
    peer.clock_ms = NOW_MS + 5000
    peer.hello_changes = {"state": "idle"}
    with FakeUnit(peer) as fake:
        (tmp_path / "unit").symlink_to(fake.port)
        yield fake


def bench_app(language: str = "en", *, port: str | None = "unit") -> BenchApp:
    """The program on the test's store, with its time stopped."""
    return BenchApp(Bench(STORE, port, now_ms=lambda: NOW_MS), language)


def put(store: Store, log: LogBuilder) -> str:
    """Stores a log as a sync does; its id."""
    info = UnitInfo(UNIT, "test", "0", "", "0", "", 1, 1, None, 0, 0, False, "idle")
    store.note_unit(info)
    follower = ChainFollower(START)
    data = follower.feed(log.data)
    store.append(UNIT, log.session, log.number, data, follower.end)
    return log.session


def damage(session: str, offset: int) -> None:
    """Flips one bit of a stored session behind the store's back."""
    with sqlite3.connect(STORE) as database:
        database.execute("DROP TRIGGER session_bytes_no_update")
        (data,) = database.execute(
            "SELECT data FROM session_bytes WHERE session_id = ?", (session,)
        ).fetchone()
        flipped = data[:offset] + bytes((data[offset] ^ 1,)) + data[offset + 1 :]
        database.execute(
            "UPDATE session_bytes SET data = ? WHERE session_id = ?", (flipped, session)
        )
    database.close()


async def started(pilot: Pilot[None]) -> None:
    """Waits for the first picture: a picture test's own steps may begin before it."""
    while not (pilot.app.is_running and pilot.app.screen_stack[0].query(Footer)):
        await asyncio.sleep(0.02)
    await pilot.pause()


async def until(pilot: Pilot[None], condition: Callable[[], object], within_s: float = 20) -> None:
    """Waits until a condition holds and the screen has been drawn."""
    end = time.monotonic() + within_s
    await started(pilot)
    while not condition():
        assert time.monotonic() < end, f"{condition} does not hold on {pilot.app.screen}"
        await asyncio.sleep(0.02)
        await pilot.pause()
    await pilot.pause()


async def settled(pilot: Pilot[None]) -> None:
    """Waits until every worker that comes to an end has, and what it said is drawn."""
    await started(pilot)
    running = [worker for worker in pilot.app.workers if worker.group not in ("live", "keys")]
    await pilot.app.workers.wait_for_complete(running)
    await pilot.pause()
    await pilot.pause()


def shown(app: BenchApp) -> str:
    """Everything on the screen as plain text."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)
