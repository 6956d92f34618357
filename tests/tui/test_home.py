"""The first screen: who is there, what is stored, and what to do when there is nothing."""

from pathlib import Path

from textual.widgets import DataTable

from dosegauge.store import Store
from dosegauge.tui.error_screen import ErrorScreen
from dosegauge.tui.home_screen import HomeScreen
from dosegauge.tui.paged_table import PagedTable
from dosegauge.tui.sessions_panel import SessionsPanel
from dosegauge.tui.units_table import UnitsTable
from tests.link.fake_unit import FakeUnit
from tests.tui.conftest import bench_app, damage, put, settled, shown, until
from tests.tui.logs import depth_log

WIDE = (160, 30)


async def test_an_empty_bench_says_what_to_do_next() -> None:
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "Plug one in and press r" in shown(app))
        assert "press u for a virtual unit" in shown(app)
        assert "No sessions yet. Press s" in shown(app)


async def test_a_unit_is_shown_with_its_clock_and_its_missing_protection(unit: FakeUnit) -> None:
    app = bench_app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(UnitsTable).chosen)
        text = shown(app)
        assert unit.peer.unit in text
        assert "! +5.0 s" in text
        assert "not protected against reformat" in text


async def test_a_port_that_is_not_there_is_told_in_one_line() -> None:
    app = bench_app(port="absent")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "there is no such port" in shown(app))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ErrorScreen))
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)


async def test_sessions_are_listed_newest_first_with_result_status_and_check(
    store: Store,
) -> None:
    put(store, depth_log(1))
    put(store, depth_log(2, status="cancelled"))
    put(store, depth_log(3, status=None))
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "0.1039 mm" in shown(app))
        lines = [line for line in shown(app).splitlines() if "DG-TEST1-" in line]
        assert [line.split()[1] for line in lines] == [
            "DG-TEST1-000003",
            "DG-TEST1-000002",
            "DG-TEST1-000001",
        ]
        assert "open" in lines[0]
        assert "cancelled" in lines[1]
        assert "0.1039 mm  for reference: pass" in lines[2]
        assert "2026-01-01 08:00" in lines[2]  # UTC+8
        assert "complete" in lines[2]
        assert "✓ holds" in lines[2]


async def test_a_damaged_session_and_one_that_differs_show_no_number(store: Store) -> None:
    put(store, depth_log(1, alter_result=True))
    damage(put(store, depth_log(2)), 1500)
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "damaged" in shown(app) and "differs" in shown(app))
        assert "0.10" not in shown(app)


async def test_markup_in_a_device_name_is_shown_as_it_is(store: Store) -> None:
    put(store, depth_log(device={"name": "[bold]x[/]", "maker": "[/nothing]"}))
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "[bold]x[/] [/nothing]" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "0.1039" in shown(app))
        assert "[bold]x[/] [/nothing]" in shown(app)


async def test_the_filter_narrows_and_escape_clears_it(store: Store) -> None:
    put(store, depth_log(1))
    put(store, depth_log(2, status="cancelled"))
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: shown(app).count("✓ holds") == 2)
        await pilot.press("slash", *"cancel")
        assert shown(app).count("DG-TEST1-") == 1
        await pilot.press(*"xzq")
        assert "No session fits" in shown(app)
        assert app.language == "en"  # z was text, no command
        await pilot.press("escape")
        assert shown(app).count("DG-TEST1-") == 2


async def test_the_whole_screen_changes_language_while_it_is_shown(store: Store) -> None:
    put(store, depth_log(1))
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "0.1039 mm" in shown(app))
        assert "Quit" in shown(app)
        await pilot.press("z")
        await until(pilot, lambda: "退出" in shown(app))
        text = shown(app)
        for zh in ("装置", "测量", "同步", "圆孔深度", "仅供参考: 符合", "完成", "一致", "筛选"):
            assert zh in text
        for en in ("Units", "Sessions", "Sync", "Hole depth", "complete", "holds", "Quit"):
            assert en not in text


async def test_every_key_is_in_the_command_palette_in_the_language_in_use() -> None:
    app = bench_app("zh", port=None)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert {"同步", "屏幕", "刷新", "English", "帮助", "退出"} <= set(titles)
        await pilot.press("colon")
        await until(pilot, lambda: "查找命令" in shown(app))


async def test_more_rows_than_a_page_are_turned_page_by_page(store: Store) -> None:
    for number in range(1, 6):
        put(store, depth_log(number, status="cancelled"))
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        app.screen.query_one("#sessions-table", PagedTable)._page_rows = 2
        await pilot.press("r")
        await until(pilot, lambda: "page 1 of 3" in shown(app))
        await settled(pilot)
        await pilot.press("n", "n", "n")
        await until(pilot, lambda: "page 3 of 3" in shown(app))
        assert app.screen.query_one(SessionsPanel).paged.table.row_count == 1
        await pilot.press("p")
        await until(pilot, lambda: "page 2 of 3" in shown(app))


async def test_a_narrow_terminal_still_works(store: Store) -> None:
    put(store, depth_log(1))
    app = bench_app(port=None)
    async with app.run_test(size=(40, 12)) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.query_one("#figures", DataTable).row_count > 10
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)


async def test_an_unexpected_error_becomes_one_line_and_a_log_file(
    store: Store,
) -> None:
    put(store, depth_log(1))
    app = bench_app(port=None)

    def broken() -> frozenset[str]:
        raise ZeroDivisionError("secret detail")

    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, HomeScreen)
        screen.in_background(broken, "test")  # type: ignore[arg-type]
        await until(pilot, lambda: isinstance(app.screen, ErrorScreen))
        text = shown(app)
        assert "internal error (ZeroDivisionError)" in text
        assert "secret detail" not in text
        fault = app.screen.fault  # type: ignore[attr-defined]
        path = fault.todo.en.rpartition(" ")[2]
        assert "secret detail" in Path(path).read_text(encoding="utf-8")
