"""Pictures of every screen in both languages; the data, the clock and the zone are fixed."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from dosegauge.store import Store
from dosegauge.tui.error_screen import ErrorScreen
from dosegauge.tui.help_screen import HelpScreen
from dosegauge.tui.sync_screen import SyncScreen
from dosegauge.tui.units_table import UnitsTable
from tests.link.fake_unit import FakeUnit
from tests.tui.conftest import bench_app, damage, put, settled, shown, until
from tests.tui.logs import depth_log

Compare = Callable[..., bool]
Act = Callable[[Pilot[None]], Awaitable[None]]
LOOKS = [("zh", (80, 24)), ("en", (80, 24)), ("zh", (120, 36)), ("en", (120, 36))]
both = pytest.mark.parametrize(("language", "size"), [LOOKS[0], LOOKS[3]])
every = pytest.mark.parametrize(("language", "size"), LOOKS)


async def _connected(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: pilot.app.screen.query_one(UnitsTable).chosen)
    await settled(pilot)


def _fill(store: Store) -> None:
    put(store, depth_log(1))
    put(store, depth_log(2, status="cancelled"))
    put(store, depth_log(3, status=None, device={"name": "[bold]x[/]"}))
    put(store, depth_log(4, alter_result=True))


@every
def test_home(
    snap_compare: Compare, store: Store, unit: FakeUnit, language: str, size: tuple[int, int]
) -> None:
    _fill(store)
    assert snap_compare(bench_app(language), terminal_size=size, run_before=_connected)


@both
def test_home_with_nothing(snap_compare: Compare, language: str, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settled(pilot)

    app = bench_app(language, port=None)
    assert snap_compare(app, terminal_size=size, run_before=before)


@both
def test_sync_done(
    snap_compare: Compare, store: Store, unit: FakeUnit, language: str, size: tuple[int, int]
) -> None:
    log = depth_log(1)
    unit.peer.put(log.session, 1, log.data)

    async def before(pilot: Pilot[None]) -> None:
        await _connected(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SyncScreen))
        await settled(pilot)

    assert snap_compare(bench_app(language), terminal_size=size, run_before=before)


@pytest.mark.parametrize("tab", ["result", "readings", "events", "check"])
@both
def test_session(
    snap_compare: Compare, store: Store, language: str, size: tuple[int, int], tab: str
) -> None:
    put(store, depth_log(1))

    async def before(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        for _ in range(("result", "readings", "events").index(tab) if tab != "check" else 0):
            await pilot.press("t")
        if tab == "check":
            await pilot.press("v")
        await settled(pilot)
        await pilot.wait_for_animation()

    app = bench_app(language, port=None)
    assert snap_compare(app, terminal_size=size, run_before=before)


@both
def test_damaged_session(
    snap_compare: Compare, store: Store, language: str, size: tuple[int, int]
) -> None:
    put(store, depth_log(1))
    damage("DG-TEST1-000001", 2500)

    async def before(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)

    app = bench_app(language, port=None)
    assert snap_compare(app, terminal_size=size, run_before=before)


@both
def test_display(
    snap_compare: Compare, unit: FakeUnit, language: str, size: tuple[int, int]
) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await _connected(pilot)
        await pilot.press("l")
        await until(pilot, lambda: "圆孔深度" in shown(pilot.app))

    assert snap_compare(bench_app(language), terminal_size=size, run_before=before)


@both
def test_error(snap_compare: Compare, language: str, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorScreen))

    app = bench_app(language, port="absent")
    assert snap_compare(app, terminal_size=size, run_before=before)


@both
def test_help(snap_compare: Compare, language: str, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))

    app = bench_app(language, port=None)
    assert snap_compare(app, terminal_size=size, run_before=before)
