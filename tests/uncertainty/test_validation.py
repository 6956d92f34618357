"""The GUM's interval against Monte Carlo's, by JCGM 101 clause 8."""

import pytest

from dosegauge.errors import WrongUse
from dosegauge.uncertainty.monte_carlo.simulation import MonteCarlo, simulate
from dosegauge.uncertainty.monte_carlo.statistics import Histogram, Interval
from dosegauge.uncertainty.monte_carlo.tolerance import exact, numerical_tolerance
from dosegauge.uncertainty.monte_carlo.validation import statement, validate
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.uncertainty.combination import combine, expand
from tests.uncertainty.inputs import bounded, normal, problem

LEVEL = Ratio(95, 100)


# u, digits, delta: the examples of JCGM 101 7.9.2.2 to 7.9.2.4 (0.000 35 g, 2 kV, 0.48 K), then
# carries.
@pytest.mark.parametrize(
    ("u", "digits", "delta"),
    [
        ("0.00035", 2, "0.000005"),
        ("0.00035", 1, "0.00005"),
        ("2", 1, "0.5"),
        ("0.0754", 1, "0.005"),
        ("0.0996", 2, "0.005"),
        ("0.0096", 1, "0.005"),
        ("27", 1, "5"),
        ("2700", 2, "50"),
    ],
)
def test_the_numerical_tolerance_is_half_a_unit_of_the_last_digit(u, digits, delta):
    value = parse_decimal(u)
    assert numerical_tolerance(value * value, digits) == parse_decimal(delta)


@pytest.mark.parametrize("digits", [0, 3, -1])
def test_other_numbers_of_digits_are_refused(digits):
    with pytest.raises(WrongUse, match=f"not {digits}"):
        numerical_tolerance(Ratio(1), digits)


def test_no_uncertainty_has_no_tolerance():
    with pytest.raises(WrongUse, match="uncertainty is 0"):
        numerical_tolerance(Ratio(0), 2)


def _found(low, high, level=LEVEL):
    interval = Interval(low, high)
    return MonteCarlo(
        mean=0.0,
        standard_uncertainty=1.0,
        median=None,
        symmetric=interval,
        shortest=Interval(low + 0.5, high),
        level=level,
        trials=10**6,
        seed=1,
        histogram=Histogram(low, high, (1,), 0, 0),
        numpy_version="2",
    )


def _gum():
    """y = 1, u_c = 0.5, U_95 = 0.979 982."""
    budget = combine(*problem("x", normal("x", "1", "0.5")))
    return budget, expand(budget, LEVEL)


# delta for u_c = 0.50 with two digits is 0.005; the ends of the GUM's interval are 0.020 018 and
# 1.979 982.
@pytest.mark.parametrize(
    ("low", "high", "validated", "d_low", "d_high"),
    [
        (0.020018, 1.979982, True, "0.0000", "0.0000"),
        (0.0160, 1.9840, True, "0.0040", "0.0040"),
        (0.0149, 1.9800, False, "0.0051", "0.0000"),
        (0.0200, 1.9850, False, "0.0000", "0.0050"),
    ],
)
def test_both_ends_must_agree_within_delta(low, high, validated, d_low, d_high):
    compared = validate(*_gum(), _found(low, high), digits=2)
    assert compared.validated is validated
    line = statement(compared).en
    assert f"d_low = {d_low}, d_high = {d_high}" in line
    assert line.startswith(f"GUM result {'validated' if validated else 'refuted'} by Monte Carlo")
    assert ("未通过" in statement(compared).zh) is not validated
    assert compared.delta == parse_decimal("0.005")


def test_what_the_trials_can_not_tell_is_not_told():
    """u = 0.5, delta 0.005: an end's standard error is 0.00067 after 4E6 trials, else 0.013."""
    assembled = problem("a - 2 * b", normal("a", "5", "0.3"), normal("b", "1", "0.2"))
    budget = combine(*assembled)
    many, few = (
        validate(budget, expand(budget, LEVEL), simulate(assembled, trials=trials, seed=5))
        for trials in (4 * 10**6, 10**4)
    )
    assert many.decided
    assert float(many.end_error.num) / many.end_error.den == pytest.approx(0.00067, rel=0.2)
    assert not few.decided
    assert "can't tell yet" in statement(few).en
    assert "尚不能判定" in statement(few).zh


def test_one_digit_is_more_lenient():
    found = _found(0.0149, 1.9800)
    assert validate(*_gum(), found, digits=1).validated


def test_the_shortest_interval_can_be_compared():
    compared = validate(*_gum(), _found(0.02, 1.98), digits=1, shortest=True)
    assert not compared.validated
    assert compared.shortest
    assert compared.d_low == abs(compared.low - exact(0.52))


def test_a_chosen_k_has_no_level_to_compare_at():
    budget, _ = _gum()
    with pytest.raises(WrongUse, match="another level of confidence"):
        validate(budget, expand(budget), _found(0, 2))


def test_another_level_is_refused():
    with pytest.raises(WrongUse, match="another level of confidence"):
        validate(*_gum(), _found(0, 2, Ratio(99, 100)))


def test_a_linear_model_of_normal_inputs_is_validated():
    assembled = problem("a - 2 * b", normal("a", "5", "0.3"), normal("b", "1", "0.2"))
    budget = combine(*assembled)
    # u = 0.5; 10^6 trials: an end's standard error is 0.5 * sqrt(0.025 * 0.975 / 1e6) / 0.0584 =
    # 0.0013, a quarter of delta = 0.005.
    found = simulate(assembled, seed=4)
    assert validate(budget, expand(budget, LEVEL), found, digits=2).validated


def test_a_dominating_rectangle_refutes_the_gum():
    # The like of JCGM 101 9.2.4: the GUM's interval is 19.7, Monte Carlo's 16.6; u = 10.05.
    assembled = problem("a + b", normal("a", "0", "1"), bounded("b", "0", "17.320508075688772"))
    budget = combine(*assembled)
    found = simulate(assembled, seed=4)
    compared = validate(budget, expand(budget, LEVEL), found, digits=2)
    assert not compared.validated
    assert compared.delta == Ratio(1, 2)
