"""The three procedures on the real firmware, and what the host makes of their logs."""

from pathlib import Path

import pytest

from dosegauge.evaluation import evaluate_session
from dosegauge.link.finder import connect
from dosegauge.standards.plans import PlanDevice, compile_plan
from dosegauge.verification import verify_stored
from dosegauge.virtual.operator import Operator
from dosegauge.virtual.unit import VirtualUnit
from tests.system.conftest import Bench, figures

PLANS = ["mri-hole-depth", "micro-ct-air-kerma", "micro-ct-leakage"]


def test_annex_d_from_gauge_bytes_to_digits(fresh_bench: Bench) -> None:
    """MRI phantom draft, Annex D; figures of the reference sheet, section 3.7."""
    fresh_bench.unit.measure(["mri-hole-depth"])
    evaluated = fresh_bench.newest()
    found = figures(evaluated)
    assert found["t"] == "0.1039 mm"
    assert found["u_c"] == "2.669 um"
    assert found["U"] == "5.3 um"
    assert found["k"] == "2"
    assert found["nu_eff"] == "3"
    assert found["U95"] == "8.5 um"
    assert [(row.step_id, row.text) for row in evaluated.rows.entries] == [("mpe_um", "0.5")]
    assert evaluated.evaluation is not None
    drafts = {
        (remark.values["step"], remark.values["draft"])
        for remark in evaluated.evaluation.remarks
        if remark.code == "draft-rounding"
    }
    assert {("u_t1", "2.62"), ("u_c", "2.68"), ("U", "5.4")} <= drafts
    assert evaluated.discrepancies == []
    fresh_bench.require_no_trace()


def test_all_three_are_complete_and_agree_with_the_unit(fresh_bench: Bench) -> None:
    with connect(fresh_bench.unit.port) as client:
        plan = compile_plan("micro-ct-leakage", parameters={"probe_calibrated": "yes"})
        client.put_plan("micro-ct-leakage", plan)
    names = fresh_bench.unit.measure(PLANS)
    found = fresh_bench.synced()
    assert [evaluated.status for evaluated in found] == ["complete"] * 3
    assert [evaluated.discrepancies for evaluated in found] == [[]] * 3
    assert all(evaluated.unit_result is not None for evaluated in found)
    assert [evaluated.opening["session"] for evaluated in found] == names
    for row in fresh_bench.store.sessions():
        assert verify_stored(fresh_bench.store.pieces(row.id)).ok
    kerma, leakage = found[1].evaluation, found[2].evaluation
    assert kerma is not None
    assert leakage is not None
    assert kerma.verdicts[0].outcome == "pass"
    assert leakage.verdicts[0].subject == "cabinet"
    assert leakage.verdicts[0].outcome == "pass"
    assert "door-seam-left" in str(leakage.verdicts[0].values)
    fresh_bench.require_no_trace()


def test_a_leak_above_the_limit_fails(any_micropython: Path, tmp_path: Path) -> None:
    with VirtualUnit(
        scenario="leaky",
        interpreter=str(any_micropython),
        runtime="micropython",
        state_dir=tmp_path,
    ) as unit:
        bench = Bench(unit, tmp_path)
        with connect(unit.port) as client:
            plan = compile_plan("micro-ct-leakage", parameters={"probe_calibrated": "yes"})
            client.put_plan("micro-ct-leakage", plan)
        unit.measure(["micro-ct-leakage"])
        evaluation = bench.newest().evaluation
    assert evaluation is not None
    outcomes = {verdict.subject: verdict.outcome for verdict in evaluation.verdicts}
    assert outcomes["cabinet"] == "fail"
    assert outcomes["point:cable-port"] == "fail"
    assert outcomes["point:left"] == "pass"


def test_a_power_cut_loses_nothing_acknowledged(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.hold_at("ask:inside-2"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held, 30)
    unit.power_cut()
    unit.wait_for(lambda world: world.screen.startswith("menu:"), 30)
    evaluated = fresh_bench.newest()
    assert evaluated.status == "interrupted"
    steps = [row.step_id for row in evaluated.rows.readings]
    assert steps == ["zero", "outside-0", "outside-90", "outside-180", "outside-270", "inside-1"]
    assert [row.what for row in evaluated.rows.events] == ["self-test", "interrupted"]


def test_an_open_session_syncs_and_is_listed_as_open(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.hold_at("ask:inside-1"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held, 30)
    (open_one,) = fresh_bench.synced()
    assert open_one.status == "open"
    assert not open_one.log.sealed
    unit.change(lambda world: unit.operator.resume())
    unit.wait_done()
    (whole,) = fresh_bench.synced()
    assert whole.status == "complete"
    assert whole.log.verified_size > open_one.log.verified_size


def test_going_back_repeats_a_step_and_keeps_the_first_reading(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.at("ask:outside-90", lambda op: op.press("back")))
    unit.measure(["mri-hole-depth"])
    evaluated = fresh_bench.newest()
    twice = [row for row in evaluated.rows.readings if row.step_id == "outside-0"]
    assert [(row.repeat, row.superseded) for row in twice] == [(0, True), (1, False)]
    assert figures(evaluated)["t"] == "0.1039 mm"
    assert evaluated.discrepancies == []


def test_the_mpe_of_the_gauge_is_an_input(fresh_bench: Bench) -> None:
    """Reference sheet 3.7: with the MPE of 6.2 (5 um) u_c is 4.86 and U 9.7 um.

    The operator accepts what the editor starts with: the plan's parameter.
    """
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.scenario.entries.pop("mpe_um"))
    with connect(fresh_bench.unit.port) as client:
        client.put_plan(
            "mri-hole-depth",
            compile_plan(
                "mri-hole-depth",
                parameters={"mpe_um": "5.0"},
                device=PlanDevice("phantom", "maker", "model", "1", "client"),
                operator="王",
            ),
        )
    fresh_bench.unit.measure(["mri-hole-depth"])
    evaluated = fresh_bench.newest()
    assert figures(evaluated)["U"] == "9.7 um"
    assert figures(evaluated)["u_c"].startswith("4.86")
    assert evaluated.rows.readings[0].operator == "王"
    assert [(row.step_id, row.text, row.unit) for row in evaluated.rows.entries] == [
        ("mpe_um", "5.0", "um")
    ]


def test_back_before_the_first_digit_leaves_an_entry(fresh_bench: Bench) -> None:
    """From the first step, an entry, that asks whether to give the session up."""
    unit = fresh_bench.unit

    def leave(operator: Operator) -> None:
        operator.press("back")
        operator.at("number:mpe_um:+05.0:0", lambda again: again.press("back"))
        operator.at("leave:mpe_um", lambda asked: asked.press("ok"))

    unit.change(lambda world: unit.operator.at("number:mpe_um:+05.0:1", leave))
    unit.measure(["mri-hole-depth"])
    evaluated = fresh_bench.newest()
    assert evaluated.status == "cancelled"
    assert evaluated.rows.entries == []


@pytest.mark.parametrize("seed", [1, 7])
def test_both_runtimes_give_the_same_digits(micropython: Path, tmp_path: Path, seed: int) -> None:
    """The same world on either float precision and on CPython: the same figures."""
    results = []
    for runtime in ("micropython", "cpython"):
        folder = tmp_path / runtime
        unit = VirtualUnit(
            scenario="demo",
            seed=seed,
            runtime=runtime,
            interpreter=str(micropython) if runtime == "micropython" else None,
            state_dir=folder,
        )
        unit.begin(PLANS)
        with unit:
            unit.wait_done()
            bench = Bench(unit, folder)
            results.append([figures(evaluated) for evaluated in bench.synced()])
            raw = [bench.store.raw(row.id) for row in bench.store.sessions()]
            assert all(evaluate_session(data).discrepancies == [] for data in raw)
    assert results[0] == results[1]
