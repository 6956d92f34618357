"""The unit's display on the screen, and the virtual unit worked by hand and by its operator."""

from rich.cells import cell_len

from dosegauge.store import Store
from dosegauge.tui.app import BenchApp
from dosegauge.tui.bench import Bench
from dosegauge.tui.display_box import CELLS, LINES, DisplayBox
from dosegauge.tui.home_screen import HomeScreen
from dosegauge.tui.units_table import UnitsTable
from tests.link.fake_unit import FakeUnit
from tests.tui.conftest import STORE, bench_app, shown, until

WIDE = (110, 32)


async def test_the_display_has_four_lines_of_sixteen_cells(unit: FakeUnit) -> None:
    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("l")
        await until(pilot, lambda: "圆孔深度" in shown(app))
        display = app.screen.query_one(DisplayBox)
        lines = str(display.content).split("\n")
        assert [cell_len(line) for line in lines] == [CELLS] * LINES
        assert display.content_size == (CELLS, LINES)
        assert "For watching only" in shown(app)


async def test_a_lost_connection_blanks_the_display(unit: FakeUnit) -> None:
    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        await pilot.press("l")
        await until(pilot, lambda: "圆孔深度" in shown(app))
        unit.wire = lambda _sent, _data: b""
        await until(pilot, lambda: "No connection, trying again" in shown(app))
        assert "圆孔深度" not in shown(app)
        unit.wire = lambda _sent, data: data
        await until(pilot, lambda: "圆孔深度" in shown(app))


async def test_a_virtual_unit_is_worked_by_hand_then_by_its_operator_and_synced(
    store: Store,
) -> None:
    app = BenchApp(Bench(STORE), "zh", start_virtual=True)
    try:
        async with app.run_test(size=WIDE) as pilot:
            await until(
                pilot,
                lambda: (
                    isinstance(app.screen, HomeScreen) and app.screen.query_one(UnitsTable).chosen
                ),
                60,
            )
            await pilot.press("l")
            await until(pilot, lambda: "选择项目" in shown(app))
            while "圆孔深度" not in shown(app):
                before = shown(app)
                await pilot.press("down")
                await until(pilot, lambda before=before: shown(app) != before)
            await pilot.press("enter")
            # The gauge's MPE is typed digit by digit: 05.0 becomes 00.5.
            await until(pilot, lambda: "+05.0 um" in shown(app))
            await pilot.press("enter", *["down"] * 5, "enter", *["up"] * 5, "enter")
            await until(pilot, lambda: "2/10" in shown(app))
            await pilot.press("enter")
            await until(pilot, lambda: "3/10" in shown(app))
            await pilot.press("enter")
            await until(pilot, lambda: "测杆移到 0.0000 mm" in shown(app))
            await until(pilot, lambda: "4/10" in shown(app))
            await pilot.press("backspace", "backspace")
            await pilot.press("a")
            await until(pilot, lambda: "自动操作员已完成" in shown(app), 90)
            await pilot.press("escape")
            await until(
                pilot,
                lambda: (
                    isinstance(app.screen, HomeScreen) and app.screen.query_one(UnitsTable).chosen
                ),
            )
            await pilot.press("s")
            await until(pilot, lambda: "完成：" in shown(app))
    finally:
        app.bench.close()
    procedures = {row.procedure for row in store.sessions()}
    assert procedures == {"hole-depth", "air-kerma-rate", "leakage-survey"}
