"""Sync on the screen, against a real port: progress, cancel, faults; nothing that came is lost."""

import threading

from dosegauge.store import Store
from dosegauge.tui.error_screen import ErrorScreen
from dosegauge.tui.home_screen import HomeScreen
from dosegauge.tui.sessions_panel import SessionsPanel
from dosegauge.tui.sync_screen import SyncScreen
from dosegauge.tui.units_table import UnitsTable
from tests.link.fake_unit import FakeUnit, Unplugged
from tests.link.logs import long_log
from tests.tui.conftest import bench_app, put, shown, until
from tests.tui.logs import depth_log

WIDE = (120, 36)


async def test_a_sync_fetches_everything_and_sums_up(store: Store, unit: FakeUnit) -> None:
    first, second = depth_log(1), long_log(number=2)
    unit.peer.put(first.session, 1, first.data)
    unit.peer.put(second.session, 2, second.data)
    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("s")
        await until(pilot, lambda: "Done: 2 sessions" in shown(app))
        assert f"{len(first.data) + len(second.data)} new bytes" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: "0.1039 mm" in shown(app))
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("s")
        await until(pilot, lambda: "Nothing new." in shown(app))
    assert store.raw(first.session) == first.data
    assert store.raw(second.session) == second.data


async def test_escape_cancels_and_the_next_sync_goes_on(store: Store, unit: FakeUnit) -> None:
    log = long_log(number=1, batches=120)
    unit.peer.put(log.session, 1, log.data)
    reads, go_on = [0], threading.Event()

    def hold_second_read(question: dict[str, object]) -> None:
        if question["do"] == "read":
            reads[0] += 1
            if reads[0] == 2:
                go_on.wait(10)

    unit.on_question = hold_second_read
    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("s")
        await until(pilot, lambda: reads[0] == 2)
        await pilot.press("escape")
        await until(pilot, lambda: "Cancelling" in shown(app))
        go_on.set()
        await until(pilot, lambda: "Cancelled: 0 sessions whole" in shown(app))
        assert 0 < store.stored_size("DG-TEST1", log.session) < len(log.data)
        assert reads[0] == 2
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("s")
        await until(pilot, lambda: "Done: 1 sessions" in shown(app))
    assert store.raw(log.session) == log.data


async def test_a_cable_pulled_midway_is_one_line_and_keeps_what_came(
    store: Store, unit: FakeUnit
) -> None:
    log = long_log(number=1, batches=120)
    unit.peer.put(log.session, 1, log.data)

    def pull(sent: int, data: bytes) -> bytes:
        if sent > 120_000:
            raise Unplugged(data[:10])
        return data

    unit.wire = pull
    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ErrorScreen))
        assert "unit" in shown(app)
        assert isinstance(app.screen, ErrorScreen)
        assert "\n" not in app.screen.fault.line("en")
        await pilot.press("escape")
        assert isinstance(app.screen, SyncScreen)
        assert "Broken off" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
    stored = store.raw(log.session)
    assert stored
    assert log.data.startswith(stored)


async def test_after_a_sync_the_cursor_is_on_the_newest_session(
    store: Store, unit: FakeUnit
) -> None:
    put(store, depth_log(1))
    newest = depth_log(2)
    unit.peer.put(newest.session, 2, newest.data)
    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("s")
        await until(pilot, lambda: "Done: 1 sessions" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        panel = app.screen.query_one(SessionsPanel)
        await until(pilot, lambda: panel.chosen and panel.chosen.id == newest.session)


async def test_a_port_in_use_says_so(unit: FakeUnit) -> None:
    from dosegauge.link.transport import Transport

    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        with Transport("unit"):
            await pilot.press("s")
            await until(pilot, lambda: "in use by another program" in shown(app))
            await pilot.press("c")
            assert app.clipboard == (
                "unit: the port is in use by another program. Close that program and try again"
            )
