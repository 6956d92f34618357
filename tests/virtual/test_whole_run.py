"""The real firmware in the simulated laboratory: three plans, from the menu to saved sessions."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosegauge.virtual.faults import FAULTS, Fault
from dosegauge.virtual.unit import VirtualUnit
from tests.virtual.test_unit import interpreter_of

PLANS = ["mri-hole-depth", "micro-ct-air-kerma", "micro-ct-leakage"]
Seen = list[tuple[int, str, tuple[str, ...]]]


def unit_in(folder: Path, runtime: str, scenario: str = "demo", seed: int = 1) -> VirtualUnit:
    return VirtualUnit(
        scenario, seed=seed, runtime=runtime, state_dir=folder, interpreter=interpreter_of(runtime)
    )


def watched(unit: VirtualUnit) -> Seen:
    """Everything the display shows from now on, with its time."""
    seen: Seen = []
    world = unit.world
    world.screen_listeners.append(
        lambda screen: seen.append((world.now_us, screen, world.display))
    )
    return seen


def run(unit: VirtualUnit, plans: list[str]) -> Seen:
    seen = watched(unit)
    unit.begin(plans)
    with unit:
        assert len(unit.wait_done(120)) == len(plans)
    return seen


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_three_plans(tmp_path: Path, runtime: str) -> None:
    unit = unit_in(tmp_path, runtime)
    seen = run(unit, PLANS)
    results = [" ".join(display) for _, screen, display in seen if screen.startswith("result")]
    assert any("0.1039" in text for text in results)  # t of Annex D
    assert unit.world.beeps.count("saved") >= 3
    assert unit.world.tube.exposures >= 10


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_the_same_seed_gives_the_same_run_to_the_microsecond(tmp_path: Path, runtime: str) -> None:
    plans = PLANS[1:]
    first, again, other = (
        run(unit_in(tmp_path / name, runtime, "leaky", seed), plans)
        for name, seed in (("first", 3), ("again", 3), ("other", 4))
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_gauge_costs_no_reading(tmp_path: Path, name: str) -> None:
    """After any passing fault, and when the operator has set the gauge right, the run ends as
    without it."""
    unit = unit_in(tmp_path, "cpython", "annex-d")
    assert unit.world.gauge is not None
    # One in the first reading, and five in a row: more than the driver tries by itself.
    faults = unit.world.gauge.faults
    faults.inject(Fault(name, answer=2))
    faults.inject(Fault(name, answer=9, times=5))
    seen = run(unit, PLANS[:1])
    assert faults.struck == [name] * 6
    results = [" ".join(display) for _, screen, display in seen if screen.startswith("result")]
    assert any("0.1039" in text for text in results)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_dosimeter_costs_no_exposure(tmp_path: Path, name: str) -> None:
    unit = unit_in(tmp_path, "cpython", "micro-ct")
    assert unit.world.multidos is not None
    faults = unit.world.multidos.faults
    faults.inject(Fault(name, answer=6, timeout_us=3_000_000))
    faults.inject(Fault(name, answer=14, times=5))
    seen = run(unit, PLANS[1:2])
    assert faults.struck == [name] * 6
    asked = [screen for _, screen, _ in seen if screen.startswith("ask:exposure")]
    assert set(asked) == {f"ask:exposure-{number}" for number in range(1, 11)}


def test_pace_can_change_while_it_runs(tmp_path: Path) -> None:
    unit = unit_in(tmp_path, "cpython", "annex-d")
    with unit:
        unit.change(lambda world: unit.operator.hold_at("ask:outside-90"))
        unit.begin(PLANS[:1])
        unit.wait_for(lambda world: unit.operator.held, 30)
        held_us = unit.change(lambda world: world.now_us)
        unit.pace = "real"
        unit.pace = "fast"
        unit.wait_for(lambda world: world.screen == "ask:outside-90", 5)
        assert unit.change(lambda world: world.now_us) - held_us < 5_000_000
        unit.change(lambda world: unit.operator.resume())
        assert len(unit.wait_done(60)) == 1
