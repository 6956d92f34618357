"""What is printed of a simulation: digits of u, the seed, and what the GUM is found to be."""

import re

from dosegauge.uncertainty.monte_carlo.report import as_data, as_lines
from dosegauge.uncertainty.monte_carlo.simulation import simulate, simulate_adaptively
from dosegauge.uncertainty.monte_carlo.tolerance import exact
from dosegauge.uncertainty.monte_carlo.validation import validate
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.rounding import to_text
from dosegauge_core.uncertainty.combination import combine, expand
from dosegauge_core.uncertainty.simultaneous import read_together
from tests.uncertainty.inputs import bounded, correlated, normal, problem, scaled_t

LEVEL = Ratio(95, 100)


def _simulated(assembled, **settings):
    budget = combine(*assembled)
    found = simulate(assembled, seed=42, **settings)
    return found, validate(budget, expand(budget, LEVEL), found)


def test_figures_end_where_u_ends():
    # y = 1, u = 0.05: two digits of u are 0.050, and every figure has three decimals.
    found, compared = _simulated(problem("x", normal("x", "1", "0.05")))
    data = as_data(found, compared)
    for text in (data["value"], data["u"], *data["symmetric"], *data["shortest"]):
        assert re.fullmatch(r"\d\.\d{3}", text)
    assert (data["value"], data["u"]) == ("1.000", "0.050")
    assert data["symmetric"] == ["0.902", "1.098"]
    assert (data["trials"], data["seed"], data["level"]) == (1_000_000, 42, "0.9500")
    assert data["validation"]["validated"] is True
    assert data["validation"]["delta"] == "0.00050"
    assert data["adaptive"] is None


def test_the_lines_name_seed_and_verdict_in_both_languages():
    assembled = problem("a + b", normal("a", "0", "1"), bounded("b", "0", "20"))
    lines = as_lines(*_simulated(assembled), "y", "mm")
    english, chinese = (" ".join(line[which] for line in lines) for which in (1, 0))
    assert "1000000 trials, seed 42 (numpy " in english
    assert "种子 42" in chinese
    assert "GUM result refuted by Monte Carlo" in english
    assert "未通过蒙特卡洛验证" in chinese
    assert "95 % interval [" in english


def test_few_degrees_of_freedom_are_said():
    found = simulate(problem("x", scaled_t("x", "5", "1", "0.9")), trials=100_000, seed=1)
    data = as_data(found, None)
    assert (data["value"], data["u"], data["validation"]) == (None, None, None)
    english = " ".join(line.en for line in as_lines(found, None, "y", "mm"))
    assert "no standard uncertainty exists" in english
    assert "median of y = " in english
    assert "no interval of this level to compare" in english


def test_an_adaptive_run_that_did_not_stabilise_says_so():
    found = simulate_adaptively(
        problem("x", normal("x", "0", "1")), digits=2, most_trials=20_000, seed=1
    )
    assert as_data(found, None)["adaptive"] == {"digits": 2, "stabilised": False}
    english = " ".join(line.en for line in as_lines(found, None, "y", ""))
    assert "did not stabilise to 2 digits of u" in english


def test_a_small_result_keeps_its_digits_in_the_histogram():
    found, compared = _simulated(problem("x", normal("x", "0", "0.0000001")))
    bars = as_data(found, compared)["histogram"]
    assert bars["low"].endswith("E-7")
    assert sum(bars["counts"]) + bars["below"] + bars["above"] == found.trials


def test_a_seed_gives_these_figures():
    """Not a reference but a promise: a printed seed gives the same digits years later."""
    inputs = [
        normal("a", "1", "0.1"), scaled_t("b", "2", "0.1", "2.7"), bounded("c", "3", "0.2"),
        bounded("d", "1", "0.1", "trapezoid", "0.5"), bounded("e", "1", "0.1", "arcsine"),
        bounded("f", "1", "0.1", "curvilinear", "0.05"),
    ]  # fmt: skip
    assembled = problem(
        "a * b + c * d - e / f", *inputs, correlations=[correlated("c", "d", "0.5")]
    )
    found = simulate(assembled, trials=100_000, seed=20261126)
    figures = (found.mean, *_ends(found.symmetric), *_ends(found.shortest))
    assert [to_text(exact(figure), 6) for figure in figures] == [
        "3.998375",
        "3.322405",
        "4.700839",
        "3.317468",
        "4.694967",
    ]


def _ends(interval):
    return interval.low, interval.high


# GUM H.2, table H.2: five simultaneous readings of V in V, I in mA, phi in rad.
H_2 = {
    "V": "5.007 4.994 5.005 4.990 4.999",
    "I": "19.663 19.639 19.640 19.685 19.678",
    "phi": "1.0456 1.0438 1.0468 1.0428 1.0433",
}


def test_gum_h_2_is_validated_as_a_multivariate_t():
    observed = {name: [parse_decimal(part) for part in text.split()] for name, text in H_2.items()}
    quantities, correlations = read_together("run", observed)
    assembled = problem("1000 * V / I * cos(phi)", *quantities, correlations=correlations)
    found, compared = _simulated(assembled)
    data = as_data(found, compared)
    # R = 127.732 ohm, u = 0.071; with nu = 4 U95 = 2.776 * 0.071 = 0.197, and a t with 4 degrees
    # of freedom has a standard deviation of sqrt(2) times its scale.
    assert data["value"] == "127.73"
    assert data["u"] == "0.10"
    assert abs((found.symmetric.high - found.symmetric.low) / 2 - 0.197) < 0.001
    # delta of two digits is 0.0005, the ends' own standard error with 10^6 trials: one digit.
    budget = combine(*assembled)
    assert compared.d_high < Ratio(25, 10000)
    assert validate(budget, expand(budget, LEVEL), found, digits=1).validated
