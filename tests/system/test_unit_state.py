"""What a unit finds out about itself: told on its display, over the link and in every session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from dosegauge.link.answers import UnitCheck
from dosegauge.link.client import UnitClient
from dosegauge.link.faults import UnitRefused
from dosegauge.link.finder import connect
from dosegauge.virtual.unit import VirtualUnit
from dosegauge.virtual.world import World
from tests.system.conftest import Bench

SCRIPTS = Path(__file__).with_name("scripts")
# Long enough for the unit's look at its supply, every ten seconds.
SUPPLY_LOOKS_US = 25_000_000


def states(checks: list[UnitCheck]) -> dict[str, str]:
    return {check.check: check.state for check in checks}


@pytest.fixture
def client(fresh_bench: Bench) -> Iterator[UnitClient]:
    # Somebody is at work, so that world time passes as fast as it can.
    fresh_bench.unit.change(lambda world: world.busy_reasons.add("test"))
    with connect(fresh_bench.unit.port) as client:
        yield client


def test_a_unit_in_order_says_so(client: UnitClient) -> None:
    found = client.self_test(run=False)
    assert states(found) == {
        "memory": "ok",
        "flash": "ok",
        "protection": "ok",
        "clock": "ok",
        "counter": "ok",
        "air": "ok",
        "port-A": "ok",
        "port-B": "ok",
        "spc": "ok",
        "scale": "absent",
        "supply": "ok",
        "start": "ok",
    }
    assert {check.check: check.figure for check in found}["air"] == "22 C 1008 hPa"


def no_sensor(world: World) -> None:
    world.hardware.air.absent = True


def another_chip(world: World) -> None:
    world.hardware.air.garbage = lambda: 0x42


def held_line(world: World) -> None:
    world.hardware.lines_held_low.add("B")


def odd_sensor(world: World) -> None:
    """Its answer makes the firmware's arithmetic fail, not only the value odd."""

    def broken(*_: object) -> dict[str, object]:
        return {"data": "not hex"}

    world.hardware.i2c_read = broken  # type: ignore[method-assign]


def low_supply(world: World) -> None:
    world.hardware.supply_mv = 3200


FAULTS = [
    (no_sensor, "air", "absent"),
    (another_chip, "air", "failed"),
    (odd_sensor, "air", "failed"),
    (held_line, "port-B", "failed"),
    (low_supply, "supply", "warning"),
]


@pytest.mark.parametrize(("fault", "check", "state"), FAULTS, ids=lambda case: str(case)[:24])
def test_a_fault_is_named_and_nothing_else(
    fresh_bench: Bench, client: UnitClient, fault: object, check: str, state: str
) -> None:
    before = states(client.self_test(run=False))
    fresh_bench.unit.change(fault)  # type: ignore[arg-type]
    after = states(client.self_test(run=True))
    assert after == {**before, check: state}


def test_a_session_holds_the_self_test_before_it(fresh_bench: Bench) -> None:
    fresh_bench.unit.change(held_line)
    with connect(fresh_bench.unit.port) as client:
        client.self_test(run=True)
    fresh_bench.unit.measure(["mri-hole-depth"])
    (event,) = [row for row in fresh_bench.newest().rows.events if row.what == "self-test"]
    assert ["port-B", "failed", ""] in event.details["checks"]
    assert event.details["age_ms"] >= 0


def test_the_menu_tells_a_failure_and_its_last_entry_shows_every_check(
    fresh_bench: Bench, client: UnitClient
) -> None:
    unit = fresh_bench.unit
    unit.change(held_line)
    unit.power_cut()
    unit.wait_for(lambda world: world.display[0].startswith("自检有故障"))
    unit.press("up")
    unit.wait_for(lambda world: world.screen == "menu:self-test")
    unit.press("ok")
    unit.wait_for(lambda world: world.screen == "self-test:1/6")
    seen = []
    for page in range(1, 7):
        unit.wait_for(lambda world, page=page: world.screen == f"self-test:{page}/6")
        seen += [line for line in unit.world.display[:3] if line]
        unit.press("down")
    assert "端口B       故障" in seen
    assert "存储        正常" in seen
    unit.wait_for(lambda world: world.screen == "self-test:1/6")
    unit.press("ok")
    unit.wait_for(lambda world: world.screen == "menu:self-test")


def test_no_self_test_while_a_telegram_may_come(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.hold_at("ask:outside-90"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held)
    with connect(unit.port) as client:
        assert states(client.self_test(run=False))["flash"] == "ok"
        with pytest.raises(UnitRefused, match="a measurement is running"):
            client.self_test(run=True)


def test_a_supply_that_gets_low_is_beeped_shown_and_noted(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.hold_at("ask:outside-90"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held)
    unit.change(lambda world: world.busy_reasons.add("test"))
    for mv in (3200, 3400, 3500):  # low, not yet enough, enough
        unit.change(lambda world, mv=mv: setattr(world.hardware, "supply_mv", mv))
        seen_us = unit.change(lambda world: world.now_us)
        unit.wait_for(lambda world, seen_us=seen_us: world.now_us > seen_us + SUPPLY_LOOKS_US)
    assert "alarm" in unit.world.beeps
    unit.change(low_supply)
    unit.change(lambda world: unit.operator.resume())
    unit.wait_done()
    unit.wait_for(lambda world: world.display[0].startswith("电量不足"))
    noted = [row.details for row in fresh_bench.newest().rows.events if row.what == "supply"]
    assert noted[:2] == [
        {"supply_mv": 3200, "low": True},
        {"supply_mv": 3500, "low": False},
    ]


def test_a_session_says_when_its_clock_was_set_and_by_how_much(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    with connect(unit.port) as client:
        before_ms = client.set_clock(lambda: 1_900_000_000_000)
    unit.power_cut()
    unit.measure(["mri-hole-depth"])
    events = fresh_bench.newest().rows.events
    (event,) = [row for row in events if row.what == "clock-last-set"]
    assert event.details["before_ms"] == before_ms
    assert event.details["after_ms"] == 1_900_000_000_000


def test_a_program_that_hangs_is_started_anew(any_micropython: Path, tmp_path: Path) -> None:
    with VirtualUnit(
        scenario="demo",
        interpreter=str(any_micropython),
        runtime="micropython",
        state_dir=tmp_path,
        main=str(SCRIPTS / "hung_unit.py"),
    ) as unit:
        unit.change(lambda world: world.busy_reasons.add("test"))
        with serial.serial_for_url(unit.port, timeout=20) as port:
            assert port.readline() == b"hangs now\n"
            assert port.readline() == b"started by the watchdog\n"


def test_a_fault_of_the_link_service_restarts_the_program(
    any_micropython: Path, tmp_path: Path
) -> None:
    with VirtualUnit(
        scenario="demo",
        interpreter=str(any_micropython),
        runtime="micropython",
        state_dir=tmp_path,
        main=str(SCRIPTS / "broken_link.py"),
    ) as unit:
        unit.wait_for(lambda world: unit.restarts == 1)
        with connect(unit.port) as client:
            assert client.hello().state in ("starting", "idle")
        assert "injected fault of the link service" in unit.log_path.read_text()
