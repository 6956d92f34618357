"""Micro CT draft, 5.1: without a nominal air kerma rate the first calibration becomes it."""

from dosegauge.link.finder import connect
from dosegauge.nominals import learn_nominals, nominal_parameters
from dosegauge.standards.plans import PlanDevice, compile_plan
from dosegauge.store.devices import Nominal
from dosegauge.virtual.operator import Operator
from tests.system.conftest import Bench, figures

DEVICE = PlanDevice("Micro CT", "Maker", "uCT", "SN-1", "client")
OTHER = PlanDevice("Micro CT", "Maker", "uCT", "SN-2", "client")
PLAN = "micro-ct-air-kerma"


def calibrate(bench: Bench, device: PlanDevice) -> None:
    plan = compile_plan(
        PLAN, device=device, parameters=dict(nominal_parameters(bench.store, PLAN, device))
    )
    with connect(bench.unit.port) as client:
        client.put_plan(PLAN, plan)
    bench.unit.measure([PLAN])


def test_the_first_calibration_becomes_the_nominal_of_the_next(fresh_bench: Bench) -> None:
    assert nominal_parameters(fresh_bench.store, PLAN, DEVICE) == {}
    calibrate(fresh_bench, DEVICE)
    first = fresh_bench.newest()
    assert first.evaluation is not None
    outcomes = [(v.subject, v.outcome, v.code) for v in first.evaluation.verdicts]
    assert ("mean", "not evaluated", "nominal-first") in outcomes
    mean, unit = figures(first)["mean"].split()

    sessions = [row.id for row in fresh_bench.store.sessions()]
    (learnt,) = learn_nominals(fresh_bench.store, sessions)
    assert (learnt.value, learnt.unit, learnt.from_session) == (mean, unit, sessions[0])
    assert learn_nominals(fresh_bench.store, sessions) == []
    assert nominal_parameters(fresh_bench.store, PLAN, OTHER) == {}

    calibrate(fresh_bench, DEVICE)
    second = fresh_bench.newest()
    assert second.plan["parameters"]["nominal_rate"] == mean
    assert second.evaluation is not None
    verdict = next(v for v in second.evaluation.verdicts if v.subject == "mean")
    assert (verdict.outcome, verdict.code) == ("pass", "nominal-limit")
    assert figures(second)["mean_to_nominal"].endswith("%")
    assert (
        learn_nominals(fresh_bench.store, [row.id for row in fresh_bench.store.sessions()]) == []
    )


def test_a_session_without_a_serial_number_teaches_nothing(fresh_bench: Bench) -> None:
    calibrate(fresh_bench, PlanDevice())
    fresh_bench.synced()
    assert learn_nominals(fresh_bench.store, [r.id for r in fresh_bench.store.sessions()]) == []


def learnt_from(bench: Bench) -> list[Nominal]:
    bench.synced()
    return learn_nominals(bench.store, [row.id for row in bench.store.sessions()])


def test_a_session_outside_its_environment_teaches_nothing(fresh_bench: Bench) -> None:
    """Micro CT draft, 6.1.2: at most 85 % relative humidity."""
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.scenario.entries.update(humidity_pct="90"))
    calibrate(fresh_bench, DEVICE)
    evaluation = fresh_bench.newest().evaluation
    assert evaluation is not None
    assert "humidity-outside" in [remark.code for remark in evaluation.remarks]
    assert learnt_from(fresh_bench) == []


def test_a_background_measured_with_the_beam_on_judges_and_teaches_nothing(
    fresh_bench: Bench,
) -> None:
    """From four times the distance a sixteenth of the rate is taken for background: 6 %."""
    unit = fresh_bench.unit

    def beam_on_far_away(operator: Operator) -> None:
        operator.world.chamber_distance_mm = 400.0
        operator.world.set_beam(True)
        operator.press("ok", 12.0)

    def back_in_place(operator: Operator) -> None:
        operator.world.chamber_distance_mm = 100.0
        operator.press("ok", operator.do_step("exposure-1"))

    unit.change(lambda world: unit.operator.at("ask:background", beam_on_far_away))
    unit.change(lambda world: unit.operator.at("ask:exposure-1", back_in_place))
    calibrate(fresh_bench, DEVICE)
    evaluation = fresh_bench.newest().evaluation
    assert evaluation is not None
    assert [(verdict.outcome, verdict.code) for verdict in evaluation.verdicts] == [
        ("not evaluated", "background-too-high")
    ] * 3
    assert learnt_from(fresh_bench) == []
