"""A session on the screen: its result with its verdict, its readings, and its faults."""

from dosegauge.store import Store
from dosegauge.tui.app import BenchApp
from dosegauge.tui.session_screen import SessionScreen
from tests.tui.conftest import bench_app, damage, put, settled, shown, until
from tests.tui.logs import depth_log

WIDE = (140, 40)


def _session_app(store: Store, **log: object) -> BenchApp:
    put(store, depth_log(1, **log))  # type: ignore[arg-type]
    return bench_app(port=None)


async def test_the_result_shows_annex_d_with_its_verdict_for_reference(store: Store) -> None:
    """MRI phantom draft, Annex D: t = 0.1039 mm; U = 5.3 um, U95 = 8.5 um unrounded."""
    app = _session_app(store)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "0.1039" in shown(app))
        text = shown(app)
        assert "✓ for reference: pass" in text
        for part in ("5.3", "8.5", "2.669", "sealed (complete)", "Li", "MRI 体模 Acme P-200 007"):
            assert part in text
        assert "2026-01-01 08:00 UTC+08:00" in text


async def test_a_repeated_reading_is_marked_as_superseded(store: Store) -> None:
    app = _session_app(store)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("t")
        await until(pilot, lambda: "outside-90" in shown(app))
        rows = [line for line in shown(app).splitlines() if "outside-90" in line]
        assert ["× repeated" in row for row in rows] == [True, False]
        assert all("-0.0036" in row and "-000.0036" in row for row in rows)
        await pilot.press("t")
        await until(pilot, lambda: "[parity]" in shown(app))


async def test_verify_says_that_everything_holds(store: Store) -> None:
    app = _session_app(store)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "records hold" in shown(app))
        assert store.sessions()[0].digest in shown(app)


async def test_a_damaged_log_shows_the_fault_and_no_numbers(store: Store) -> None:
    put(store, depth_log(1))
    damage("DG-TEST1-000001", 2500)
    app = bench_app(port=None)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "The log is damaged at byte" in shown(app))
        assert "No numbers are shown" in shown(app)
        assert "0.10" not in shown(app)
        await pilot.press("t")
        await until(pilot, lambda: "No readings." in shown(app))
        await pilot.press("v")
        await until(pilot, lambda: "The check failed" in shown(app))
        assert "Damaged: bytes" in shown(app)


async def test_when_unit_and_bench_differ_both_are_shown_and_neither_as_the_result(
    store: Store,
) -> None:
    app = _session_app(store, alter_result=True)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Unit and bench disagree" in shown(app))
        assert "Differs: t: unit 0.1038 mm; derived 0.1039 mm" in shown(app)
        assert "for reference" not in shown(app)


async def test_a_session_speaks_both_languages(store: Store) -> None:
    app = _session_app(store)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "0.1039" in shown(app))
        await pilot.press("z")
        await until(pilot, lambda: "仅供参考: 符合" in shown(app))
        assert isinstance(app.screen, SessionScreen)
        for zh in ("结果", "读数", "事件", "核查", "孔深 t", "被校设备", "返回"):
            assert zh in shown(app)
        for en in ("Result", "Hole depth", "for reference", "Back"):
            assert en not in shown(app)
        await pilot.press("escape", "z")
        await until(pilot, lambda: "Hole depth" in shown(app))


async def test_a_session_that_was_broken_off_has_figures_but_no_verdict(store: Store) -> None:
    app = _session_app(store, status="cancelled")
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert "0.1039" not in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Not a complete measurement (cancelled)" in shown(app))
        assert "0.1039" in shown(app)
        assert "pass" not in shown(app)
