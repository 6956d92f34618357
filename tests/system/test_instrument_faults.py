"""What instruments and cables do wrong: the operator reads one line, tries again, and the result
has the same digits; nothing wrong ever becomes a reading.
"""

import pytest

from dosegauge.link.finder import connect
from dosegauge.standards.plans import compile_plan
from dosegauge.virtual.faults import Fault
from dosegauge.virtual.operator import Operator
from dosegauge.virtual.world import World
from tests.system.conftest import Bench, figures

ANNEX_D = {"t": "0.1039 mm", "U": "5.3 um", "u_c": "2.669 um", "U95": "8.5 um", "nu_eff": "3"}
TELEGRAM_BYTES = 10

GAUGE_FAULTS = {
    "no answer": [Fault("no-answer", answer=n, times=2) for n in (1, 6, 11)],
    "late within the timeout": [Fault("late-0.9", answer=n) for n in (1, 4, 9)],
    "late behind the timeout": [Fault("late-1.5", answer=n) for n in (1, 4, 9)],
    "first byte lost": [Fault("first-byte-dropped", answer=n) for n in (1, 4, 9)],
    "two glued": [Fault("glued", answer=n) for n in (2, 5, 9)],
    "glued without an end": [Fault("glued", answer=n, keep_end=False) for n in (2, 5, 9)],
    "garbage before": [Fault("garbage-before", answer=n) for n in (1, 4, 9)],
    "cable pulled": [Fault("cable-pulled", answer=n, at_byte=n % 9) for n in (2, 14)],
    "reboot": [Fault("reboot", answer=5)],
    "truncated": [
        Fault("truncated", answer=1 + 3 * byte, at_byte=byte) for byte in range(TELEGRAM_BYTES)
    ],
    "every data bit flipped": [
        Fault(
            "bit-flipped", answer=1 + 2 * number, at_byte=number % TELEGRAM_BYTES, bit=number % 8
        )
        for number in range(10)
    ],
}

DOSIMETER_FAULTS = {
    "no answer": [Fault("no-answer", answer=n) for n in (1, 9, 30)],
    "late behind the timeout": [Fault("late-1.5", answer=n) for n in (5, 12)],
    "truncated": [Fault("truncated", answer=6 + 3 * n, at_byte=7 * n) for n in range(1, 9)],
    "first byte lost": [Fault("first-byte-dropped", answer=n) for n in (5, 12)],
    "two glued": [Fault("glued", answer=n) for n in (5, 12)],
    "garbage before": [Fault("garbage-before", answer=n) for n in (5, 12)],
    "wrong unit": [Fault("wrong-unit", answer=n) for n in (6, 11)],
    "reboot": [Fault("reboot", answer=7)],
    "cable pulled": [Fault("cable-pulled", answer=n, at_byte=20) for n in (5, 13)],
    "over range": [Fault("over-range", answer=n) for n in (9, 16)],
}


def inject(bench: Bench, instrument: str, faults: list[Fault]) -> None:
    def place(world: World) -> None:
        menu = getattr(world, instrument).faults
        menu.struck.clear()
        for fault in faults:
            menu.inject(Fault(**vars(fault)))

    bench.unit.change(place)


def struck(bench: Bench, instrument: str) -> list[str]:
    def look(world: World) -> list[str]:
        menu = getattr(world, instrument).faults
        menu.clear()
        return list(menu.struck)

    return bench.unit.change(look)


@pytest.mark.parametrize("name", GAUGE_FAULTS)
def test_a_gauge_that_misbehaves_changes_no_digit(bench: Bench, name: str) -> None:
    inject(bench, "gauge", GAUGE_FAULTS[name])
    bench.unit.measure(["mri-hole-depth"])
    assert struck(bench, "gauge") != []
    evaluated = bench.newest()
    assert evaluated.status == "complete"
    assert evaluated.discrepancies == []
    assert {key: figures(evaluated)[key] for key in ANNEX_D} == ANNEX_D
    bench.require_no_trace()


@pytest.mark.parametrize("name", DOSIMETER_FAULTS)
def test_a_dosimeter_that_misbehaves_gives_no_wrong_exposure(bench: Bench, name: str) -> None:
    inject(bench, "multidos", DOSIMETER_FAULTS[name])
    bench.unit.measure(["micro-ct-air-kerma"])
    assert struck(bench, "multidos") != []
    evaluated = bench.newest()
    assert evaluated.status == "complete"
    assert evaluated.discrepancies == []
    readings = [row for row in evaluated.rows.readings if row.step_id.startswith("exposure")]
    assert all(14_000_000_000_000 < row.value < 16_500_000_000_000 for row in readings)
    bench.require_no_trace()


def test_a_gauge_out_of_range_is_told_and_recorded(bench: Bench) -> None:
    inject(bench, "gauge", [Fault("over-range", answer=3, times=8)])
    seen: list[tuple[str, tuple[str, ...]]] = []
    bench.unit.change(
        lambda world: world.screen_listeners.append(
            lambda screen: seen.append((screen, world.display))
        )
    )
    bench.unit.measure(["mri-hole-depth"])
    struck(bench, "gauge")
    trouble = [lines for screen, lines in seen if screen == "trouble:outside-0:range"]
    assert trouble
    assert "超出量程" in trouble[0][1]
    evaluated = bench.newest()
    events = [row for row in evaluated.rows.events if row.what == "trouble"]
    assert events[0].where == "outside-0"
    assert events[0].details["code"] == "range"
    assert {key: figures(evaluated)[key] for key in ANNEX_D} == ANNEX_D


def test_a_gauge_that_is_not_at_zero_is_not_accepted(bench: Bench) -> None:
    def at(screen: str, height_nm: int) -> None:
        def act(operator: Operator) -> None:
            operator.world.gauge.move(height_nm)
            operator.press("ok")

        bench.unit.change(lambda _world: bench.unit.operator.at(screen, act))

    at("ask:zero", 50_000)
    at("trouble:zero:not-zero", 0)
    bench.unit.measure(["mri-hole-depth"])
    evaluated = bench.newest()
    assert any(row.details.get("code") == "not-zero" for row in evaluated.rows.events)
    assert {key: figures(evaluated)[key] for key in ANNEX_D} == ANNEX_D


def test_a_probe_without_high_voltage_gives_no_verdict(fresh_bench: Bench) -> None:
    fresh_bench.unit.change(lambda world: world.set_high_voltage(False))
    with connect(fresh_bench.unit.port) as client:
        plan = compile_plan("micro-ct-leakage", parameters={"probe_calibrated": "yes"})
        client.put_plan("micro-ct-leakage", plan)
    fresh_bench.unit.measure(["micro-ct-leakage"])
    evaluation = fresh_bench.newest().evaluation
    assert evaluation is not None
    assert {verdict.outcome for verdict in evaluation.verdicts} == {"not evaluated"}
    assert not [figure for figure in evaluation.figures if figure.key == "H_max"]
