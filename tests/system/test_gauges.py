"""The hole of Annex D measured with a Digimatic gauge and with a scale: the real firmware against
their signals edge by edge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dosegauge.link.finder import connect
from dosegauge.standards.plans import compile_plan
from dosegauge.verification import verify_session
from dosegauge.virtual.instruments.digimatic_gauge import DigimaticGauge
from dosegauge.virtual.unit import VirtualUnit
from dosegauge.virtual.world import World
from tests.system.conftest import Bench, figures

SETTINGS = {"digimatic": {"decimals": 4}, "scale": {"resolution_nm": 100}}
# Annex D of the draft, table D.1, recomputed (reference, methods): t = 0.1039 mm.
DEPTH = "0.1039"


def bench_with(instrument: str, interpreter: Path, folder: Path) -> Iterator[Bench]:
    with VirtualUnit(
        scenario=f"annex-d-{instrument}",
        interpreter=str(interpreter),
        runtime="micropython",
        state_dir=folder,
    ) as unit:
        with connect(unit.port) as client:
            plan = compile_plan(
                "mri-hole-depth", instrument=instrument, settings=SETTINGS[instrument]
            )
            client.put_plan("mri-hole-depth", plan)
        yield Bench(unit, folder)


@pytest.fixture(params=["digimatic", "scale"])
def gauge_bench(
    request: pytest.FixtureRequest, micropython: Path, tmp_path: Path
) -> Iterator[Bench]:
    yield from bench_with(request.param, micropython, tmp_path)


@pytest.fixture
def digimatic_bench(any_micropython: Path, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_with("digimatic", any_micropython, tmp_path)


@pytest.fixture
def scale_bench(any_micropython: Path, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_with("scale", any_micropython, tmp_path)


def test_the_hole_of_annex_d(gauge_bench: Bench) -> None:
    gauge_bench.unit.measure(["mri-hole-depth"])
    evaluated = gauge_bench.newest()
    assert evaluated.status == "complete"
    assert evaluated.discrepancies == []
    assert figures(evaluated)["t"] == f"{DEPTH} mm"
    (row,) = gauge_bench.store.sessions()
    assert verify_session(gauge_bench.store, row.id).damages == []
    gauge_bench.require_no_trace()


def gauge_of(world: World) -> DigimaticGauge:
    assert isinstance(world.gauge, DigimaticGauge)
    return world.gauge


@pytest.mark.parametrize("fault", ["silent", "truncated", "flipped", "inch", "decimals"])
def test_a_frame_that_is_wrong_once_is_asked_for_again(digimatic_bench: Bench, fault: str) -> None:
    unit = digimatic_bench.unit
    unit.change(lambda world: gauge_of(world).disturb(fault))
    unit.measure(["mri-hole-depth"])
    evaluated = digimatic_bench.newest()
    assert figures(evaluated)["t"] == f"{DEPTH} mm"


@pytest.mark.parametrize(
    ("fault", "code"),
    [("silent", "absent"), ("truncated", "truncated"), ("inch", "unit"), ("decimals", "decimals")],
)
def test_a_gauge_that_stays_wrong_is_told_and_gives_no_value(
    digimatic_bench: Bench, fault: str, code: str
) -> None:
    unit = digimatic_bench.unit
    unit.change(lambda world: gauge_of(world).disturb(fault, 6))
    unit.measure(["mri-hole-depth"])
    evaluated = digimatic_bench.newest()
    troubles = [row.details["code"] for row in evaluated.rows.events if row.what == "trouble"]
    assert troubles[0] == code
    assert figures(evaluated)["t"] == f"{DEPTH} mm"


def test_a_gauge_that_sleeps_is_waited_for(digimatic_bench: Bench) -> None:
    unit = digimatic_bench.unit

    def tired(world: World) -> None:
        gauge = gauge_of(world)
        gauge.settings = type(gauge.settings)(
            resolution_nm=100, noise_nm=0.0, latency_ms=(1800.0, 1990.0)
        )

    unit.change(tired)
    unit.measure(["mri-hole-depth"])
    assert figures(digimatic_bench.newest())["t"] == f"{DEPTH} mm"


def lose_signal(world: World) -> None:
    assert world.scale is not None
    world.scale.lose_signal()


def test_a_scale_that_lost_its_signal_gives_no_value_until_it_is_zeroed(
    scale_bench: Bench,
) -> None:
    unit = scale_bench.unit
    unit.change(lambda world: unit.operator.hold_at("ask:inside-2"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held)
    unit.change(lose_signal)
    unit.press("ok")
    unit.wait_for(lambda world: world.screen == "trouble:inside-2:sensor")
    (opened,) = scale_bench.synced()
    steps = [row.step_id for row in opened.rows.readings]
    assert steps == ["outside-0", "outside-90", "outside-180", "outside-270", "inside-1"]
