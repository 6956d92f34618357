"""What the unit prints and what `dosegauge budget` prints come from one model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge.uncertainty.calculation import Coverage, calculate
from dosegauge.uncertainty.report import Rounding, as_data
from dosegauge_core import kerma, survey
from dosegauge_core.budgets.leakage import LEAKAGE_COUNTS
from dosegauge_core.counting import Dwell
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.uncertainty.combination import combine
from dosegauge_core.uncertainty.component import standard
from dosegauge_core.uncertainty.model import Counts, Measured, assemble

D = parse_decimal
RATES = ["1.520", "1.512", "1.531", "1.526", "1.508", "1.517", "1.523", "1.534", "1.519", "1.510"]
UNCERTAINTY = {
    "n_k_U_pct": "2.0",
    "n_k_k": "2",
    "d_limit_mm": "0.5",
    "temperature_limit_c": "0.5",
    "pressure_limit_kpa": "0.1",
    "energy_response_pct": "5.0",
    "stability_pct": "2.0",
    "resolution_rate": "0.001",
}


def _inputs(uncertainty=UNCERTAINTY, density="vented", background=()):
    return kerma.Inputs(
        [D(rate) / 60000 for rate in RATES], [D(b) / 60000 for b in background], False, density,
        D("24"), D("100"), None, D("20"), D("101.325"), D("1.02"), D("1.01"), D("100"), None,
        "mGy/min", None, {}, {name: D(text) for name, text in uncertainty.items()}, 0,
    )  # fmt: skip


def _printed(inputs):
    return {figure.key: figure.text for figure in kerma.figures(kerma.compute(inputs))}


FILE = {
    "readings_mgy_per_min": RATES,
    "background_mgy_per_min": {"readings": ["0.010", "0.012", "0.011"]},
    "resolution_mgy_per_min": "0.001",
    "n_k": {"value": "1.02", "U_pct": "2.0", "k": "2"},
    "k_q": "1.01",
    "distance_mm": {"value": "100", "half_width": "0.5"},
    "detector_density": "vented",
    "temperature_c": {"value": "24", "half_width": "0.5"},
    "pressure_kpa": {"value": "100", "half_width": "0.1"},
    "t0_c": "20",
    "p0_kpa": "101.325",
    "energy_response_pct": "5.0",
    "stability_pct": "2.0",
}


def test_the_unit_and_the_command_give_one_air_kerma_rate():
    inputs = _inputs(background=("0.010", "0.012", "0.011"))
    result = kerma.compute(inputs)
    calculation = calculate("air-kerma-rate", FILE, Coverage())
    assert result.mean == result.budget.value == calculation.budget.value
    assert result.budget.variance == calculation.budget.variance
    assert result.budget.freedom == calculation.budget.freedom
    printed = as_data(calculation, Rounding())
    assert _printed(inputs)["mean"] == printed["value"]
    assert _printed(inputs)["U"] == printed["U"]


def test_a_budget_that_lacks_a_component_states_no_expanded_one_and_names_it():
    for name in UNCERTAINTY:
        rest = {other: text for other, text in UNCERTAINTY.items() if other != name}
        result = kerma.compute(_inputs(rest))
        assert "U" not in _printed(_inputs(rest))
        remark = kerma.remarks(result)[0]
        assert remark.code == "budget-lacks"
        assert name in remark.values["names"]


def test_a_plan_without_uncertainties_is_told_as_before():
    result = kerma.compute(_inputs({}))
    assert kerma.remarks(result)[0].code == "budget-incomplete"
    assert result.budget is None


def test_a_sealed_detector_needs_no_temperature_or_pressure():
    rest = {n: t for n, t in UNCERTAINTY.items() if not n.startswith(("temperature", "pressure"))}
    assert kerma.compute(_inputs(rest, "sealed")).budget is not None


counts = st.integers(200, 100000)
times = st.integers(10, 3600)


@given(counts, times, counts, times, st.integers(0, 20), st.integers(0, 5), st.integers(0, 30))
def test_a_survey_s_point_has_the_variance_of_the_model(n_g, t_g, n_0, t_0, tau, u_tau, u_rel):
    """The survey's closed form (it serves y* and y#, too) against the model, exact."""
    factor, tau_s = D("0.12"), Ratio(tau, 10**6)
    relative = Ratio(u_rel, 100)
    background = Dwell(n_0, t_0 * 10**6)
    inputs = survey.Inputs(
        background, background, [("p", Dwell(n_g, t_g * 10**6))], factor, relative * relative,
        tau_s, Ratio(u_tau, 10**6), D("1.645"), D("0.05"), True, "uGy/h", None, None, 0,
    )  # fmt: skip
    point = survey.compute(inputs).points[0]
    if point.fault is not None:
        return
    dead_time = (standard("limits", Ratio(u_tau, 10**6)),) if tau and u_tau else ()
    given_values = {
        "gross": Counts(n_g, Ratio(t_g)),
        "background": Counts(2 * n_0, Ratio(2 * t_0)),
        "factor": Measured(factor, (standard("certificate", factor * relative),)),
        "dead_time": Measured(tau_s, dead_time),
    }
    budget = combine(*assemble(LEAKAGE_COUNTS, given_values))
    assert budget.value == point.net.y
    assert budget.variance == point.net.variance


@pytest.mark.parametrize("share", ["5", "15"])
def test_responses_add_to_a_survey_s_relative_uncertainty(share):
    """u_rel^2 = 4 %^2 + share^2 / 3, as in the model's k_E."""
    given_values = {
        "gross": Counts(1000, Ratio(100)),
        "background": Counts(100, Ratio(100)),
        "factor": Measured(Ratio(1), (standard("certificate", D("0.04")),)),
        "energy_response": D(share) / 100,
    }
    budget = combine(*assemble(LEAKAGE_COUNTS, given_values))
    relative = D("0.0016") + D(share) * D(share) / 30000
    assert budget.variance == 9 * 9 * relative + Ratio(1100, 10000)
