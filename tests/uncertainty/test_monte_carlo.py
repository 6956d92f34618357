"""The examples of JCGM 101:2008 clause 9 against exact references, and the rules of clause 7.

References are derived here, from closed forms or by quadrature, without any sampling. Bounds are
five standard errors: sigma sqrt(1/M) of the mean, u sqrt((kurtosis - 1) / 4M) of u, and
sqrt(q(1 - q)/M) for the probability below an estimated quantile.
"""

import math
import subprocess
import sys
from itertools import product

import mpmath as mp
import numpy as np
import pytest

from dosegauge.errors import CheckFailed, WrongUse
from dosegauge.uncertainty.monte_carlo.simulation import (
    MOST_TRIALS,
    Stopped,
    simulate,
    simulate_adaptively,
)
from dosegauge.uncertainty.monte_carlo.tolerance import exact
from dosegauge.uncertainty.monte_carlo.validation import validate
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import to_text
from dosegauge_core.uncertainty.combination import combine, expand
from tests.uncertainty.inputs import bounded, correlated, fixed, normal, problem, scaled_t

TRIALS = 1_000_000
SEED = 2008
SIGMAS = 5
LEVEL = Ratio(95, 100)
HALF_WIDTH_1 = "1.7320508075688772"
HALF_WIDTH_10 = "17.320508075688772"


def _probability_bound(probability, trials=TRIALS):
    return SIGMAS * math.sqrt(probability * (1 - probability) / trials)


def _require_symmetric(found, cdf):
    """Both ends lie where the exact distribution has 2.5 % and 97.5 %."""
    bound = _probability_bound(0.025, found.trials)
    assert abs(cdf(found.symmetric.low) - 0.025) < bound
    assert abs(cdf(found.symmetric.high) - 0.975) < bound


def _require_moments(found, mean, u, kurtosis):
    assert abs(found.mean - mean) < SIGMAS * u / math.sqrt(found.trials)
    error_of_u = u * math.sqrt((kurtosis - 1) / (4 * found.trials))
    assert abs(found.standard_uncertainty - u) < SIGMAS * error_of_u


def _sum_of_uniforms_cdf(half_widths):
    """Inclusion and exclusion over the corners of the box in which the inputs lie."""
    n = len(half_widths)
    volume = mp.factorial(n) * mp.fprod(2 * mp.mpf(a) for a in half_widths)

    def cdf(y):
        result = mp.mpf(0)
        for signs in product((1, -1), repeat=n):
            reach = y + mp.fsum(s * a for s, a in zip(signs, half_widths, strict=True))
            if reach > 0:
                result += mp.fprod(signs) * reach**n
        return result / volume

    return cdf


SUM = "x_1 + x_2 + x_3 + x_4"
NAMES = ("x_1", "x_2", "x_3", "x_4")


def test_9_2_2_four_normal_inputs():
    found = simulate(problem(SUM, *[normal(name, "0", "1") for name in NAMES]), seed=SEED)
    _require_moments(found, 0, 2, 3)
    _require_symmetric(found, lambda y: mp.ncdf(y, 0, 2))
    # JCGM 101 9.2.2: 2.0, [-3.92, 3.92]; an end's standard error is 0.005.
    assert abs(found.symmetric.high - 3.92) < 0.03
    assert abs(found.shortest.length - 7.84) < 0.05


def test_9_2_3_four_rectangular_inputs():
    inputs = [bounded(name, "0", HALF_WIDTH_1) for name in NAMES]
    found = simulate(problem(SUM, *inputs), seed=SEED)
    # Excess kurtosis of a rectangle is -6/5; of a sum of four a quarter of that.
    _require_moments(found, 0, 2, 3 - 0.3)
    cdf = _sum_of_uniforms_cdf([mp.sqrt(3)] * 4)
    _require_symmetric(found, cdf)
    # JCGM 101 9.2.3: 2.0, [-3.88, 3.88]
    assert mp.nstr(mp.findroot(lambda y: cdf(y) - 0.975, 3.9), 3) == "3.88"


def _rectangular_of_one_larger():
    inputs = [bounded(name, "0", HALF_WIDTH_1) for name in NAMES[:3]]
    return problem(SUM, *inputs, bounded("x_4", "0", HALF_WIDTH_10))


def test_9_2_4_rectangular_inputs_of_different_width():
    assembled = _rectangular_of_one_larger()
    found = simulate(assembled, seed=SEED)
    kurtosis = 3 - 1.2 * (3 + 10**4) / 103**2
    _require_moments(found, 0, math.sqrt(103), kurtosis)
    cdf = _sum_of_uniforms_cdf([mp.sqrt(3)] * 3 + [10 * mp.sqrt(3)])
    _require_symmetric(found, cdf)
    # JCGM 101 9.2.4: 10.1, [-17.0, 17.0]; the GUM's [-19.9, 19.9] is not validated.
    assert mp.nstr(mp.findroot(lambda y: cdf(y) - 0.975, 17), 3) == "17.0"
    budget = combine(*assembled)
    compared = validate(budget, expand(budget, LEVEL), found, digits=2)
    assert to_text(compared.high, 1) == "19.9"
    assert not compared.validated


# 9.3: masses in mg, densities in kg/m3; Y is the deviation from the nominal 100 g.
MASS = "(m_Rc + dm_Rc) * (1 + (rho_a - 1.2) * (1 / rho_W - 1 / rho_R)) - 100000"


def _mass_calibration():
    return problem(
        MASS,
        normal("m_Rc", "100000.000", "0.050"),
        normal("dm_Rc", "1.234", "0.020"),
        bounded("rho_a", "1.20", "0.10"),
        bounded("rho_W", "8000", "1000"),
        bounded("rho_R", "8000", "50"),
    )


def _mass_moments():
    """Mean and u: D = rho_a - 1.2 has mean 0 and is independent of G = 1/rho_W - 1/rho_R."""
    d_squared = mp.mpf("0.1") ** 2 / 3
    (w_1, w_2), (r_1, r_2) = _mass_inverses(7000, 9000), _mass_inverses(7950, 8050)
    g_squared = w_2 - 2 * w_1 * r_1 + r_2
    mean, variance = mp.mpf("100001.234"), mp.mpf("0.0029")
    return mp.mpf("1.234"), mp.sqrt(variance + (variance + mean**2) * d_squared * g_squared)


def _mass_inverses(low, high):
    """E(1/rho) and E(1/rho^2) of a rectangle."""
    return mp.log(mp.mpf(high) / low) / (high - low), mp.mpf(1) / (low * high)


def _mass_cdf():
    """The normal distribution averaged over the three rectangles by Gauss and Legendre."""
    points, weights = np.polynomial.legendre.leggauss(24)
    w = 1 / (8000 + 1000 * points)[:, None, None]
    r = 1 / (8000 + 50 * points)[None, :, None]
    shift = 100001.234 * (0.1 * points)[None, None, :] * (w - r)
    weight = weights[:, None, None] * weights[None, :, None] * weights[None, None, :] / 8
    u = math.sqrt(0.0029)
    pairs = list(zip(shift.ravel().tolist(), weight.ravel().tolist(), strict=True))

    def cdf(y):
        return sum(part * math.erfc(-(y - 1.234 - s) / u / math.sqrt(2)) / 2 for s, part in pairs)

    return cdf


def test_9_3_mass_calibration():
    assembled = _mass_calibration()
    found = simulate(assembled, seed=SEED)
    mean, u = _mass_moments()
    # JCGM 101 9.3: 0.0754 from 0.72e6 trials, rounded; their standard error is 0.00008.
    assert abs(u - 0.0754) < 0.00005 + 2 * 0.00008
    # Its kurtosis is below 6: half of the variance is normal, half of a product of rectangles.
    _require_moments(found, float(mean), float(u), 6)
    cdf = _mass_cdf()
    _require_symmetric(found, cdf)
    # JCGM 101 9.3 gives the shortest interval [1.0834, 1.3825] of a run of its own.
    assert abs(cdf(1.3825) - cdf(1.0834) - 0.95) < _probability_bound(0.95, 100_000)
    assert abs(cdf(found.shortest.high) - cdf(found.shortest.low) - 0.95) < _probability_bound(
        0.95
    )
    assert abs(found.shortest.length - (1.3825 - 1.0834)) < 0.002


def test_9_3_the_first_order_gum_result_is_refuted():
    assembled = _mass_calibration()
    budget = combine(*assembled)
    # JCGM 101 9.3, GUM framework of first order: 1.2340, u = 0.0539, [1.1285, 1.3395]
    expanded = expand(budget, LEVEL)
    found = simulate(assembled, seed=SEED)
    compared = validate(budget, expanded, found, digits=1, shortest=True)
    assert to_text(budget.value, 4) == "1.2340"
    assert to_text(compared.low, 4) == "1.1285"
    assert to_text(compared.high, 4) == "1.3395"
    assert compared.delta == Ratio(5, 1000)
    # d_low = 0.0451, d_high = 0.0430 there; the shortest interval's ends vary by some 0.002.
    assert abs(compared.d_low - Ratio(451, 10000)) < Ratio(5, 1000)
    assert abs(compared.d_high - Ratio(430, 10000)) < Ratio(5, 1000)
    assert not compared.validated


# 9.4: Y = X_1^2 + X_2^2, x_2 = 0, u(x_1) = u(x_2) = 0.005. x_1, r, u(y) of Monte Carlo and of
# its closed form in JCGM 101 9.4, in 10^-6.
POWER = [
    ("0", "0", 50, 50),
    ("0.010", "0", 150, 112),
    ("0.050", "0", 2550, 502),
    ("0", "0.9", 50, 67),
    ("0.010", "0.9", 150, 121),
    ("0.050", "0.9", 2550, 505),
]
POWER_U = mp.mpf("0.005")


def _power_meter(x_1, r):
    together = [correlated("X_1", "X_2", r)] if r != "0" else []
    return problem(
        "X_1**2 + X_2**2",
        normal("X_1", x_1, "0.005"),
        normal("X_2", "0", "0.005"),
        correlations=together,
    )


def _principal_axes(x_1, r):
    """Y = sum w_j (Z_j + d_j)^2 with independent standard normal Z_j: pairs (w, d)."""
    weights = [POWER_U**2 * (1 + mp.mpf(r)), POWER_U**2 * (1 - mp.mpf(r))]
    return [(w, mp.mpf(x_1) / mp.sqrt(2 * w)) for w in weights]


def _cumulant(axes, n):
    """Of a weighted sum of noncentral chi-squares: 2^(n-1) (n-1)! sum w^n (1 + n d^2)."""
    total = mp.fsum(w**n * (1 + n * d**2) for w, d in axes)
    return 2 ** (n - 1) * mp.factorial(n - 1) * total


def _power_cdf(axes):
    """The normal density over the ellipse: an integral over one axis, closed over the other."""
    (w_1, d_1), (w_2, d_2) = axes

    def cdf(y):
        if y <= 0:
            return mp.mpf(0)

        def slice_of(angle):
            # z_1 = reach sin(angle) has no singular end.
            reach = mp.sqrt(y / w_1)
            z_1, half = reach * mp.sin(angle), mp.sqrt(y / w_2) * mp.cos(angle)
            inside = mp.ncdf(half - d_2) - mp.ncdf(-half - d_2)
            return mp.npdf(z_1 - d_1) * inside * reach * mp.cos(angle)

        # The density is narrow where d_1 is large.
        peak = mp.asin(min(mp.mpf(1), d_1 / mp.sqrt(y / w_1)))
        ends = sorted({-mp.pi / 2, mp.mpf(0), peak / 2, peak, mp.pi / 2})
        return mp.quad(slice_of, ends)

    return cdf


@pytest.mark.parametrize(("x_1", "r", "mean_e6", "u_e6"), POWER)
def test_9_4_comparison_loss(x_1, r, mean_e6, u_e6):
    found = simulate(_power_meter(x_1, r), seed=SEED)
    axes = _principal_axes(x_1, r)
    mean, variance = _cumulant(axes, 1), _cumulant(axes, 2)
    assert round(float(mean * 10**6)) == mean_e6
    assert round(float(mp.sqrt(variance) * 10**6)) in (u_e6, u_e6 - 1)
    kurtosis = 3 + _cumulant(axes, 4) / variance**2
    _require_moments(found, float(mean), float(mp.sqrt(variance)), float(kurtosis))
    cdf = _power_cdf(axes)
    _require_symmetric(found, cdf)
    covered = cdf(mp.mpf(found.shortest.high)) - cdf(mp.mpf(found.shortest.low))
    assert abs(covered - 0.95) < _probability_bound(0.95)
    assert found.shortest.length <= found.symmetric.length


def test_9_4_the_shortest_interval_begins_at_zero():
    # x_1 = 0, r = 0: Y / u^2 is chi-square with 2 degrees of freedom, its density falls from 0
    # on: [0, -2 u^2 ln 0.05] = [0, 149.8e-6], JCGM 101 9.4: [0, 150].
    found = simulate(_power_meter("0", "0"), seed=SEED)
    high = -2 * 25e-6 * math.log(0.05)
    # The density at the upper end is 0.05 / 50e-6.
    error_of_end = math.sqrt(0.95 * 0.05 / TRIALS) * 50e-6 / 0.05
    assert 0 < found.shortest.low < 1e-8
    assert abs(found.shortest.high - high) < SIGMAS * error_of_end


def test_9_4_where_the_gum_has_no_uncertainty_at_all():
    # x_1 = x_2 = 0: both sensitivity coefficients are 0.
    budget = combine(*_power_meter("0", "0"))
    assert budget.variance == 0
    with pytest.raises(ValueError, match="no input has an uncertainty"):
        expand(budget, LEVEL)


# --- what else is reported ---


def test_the_same_seed_gives_the_same_figures():
    assert simulate(_mass_calibration(), trials=50_000, seed=7) == simulate(
        _mass_calibration(), trials=50_000, seed=7
    )


def test_a_seed_is_drawn_and_reported():
    found = simulate(_mass_calibration(), trials=5000)
    again = simulate(_mass_calibration(), trials=5000, seed=found.seed)
    assert again == found
    assert found.seed != simulate(_mass_calibration(), trials=5000).seed
    assert found.numpy_version == np.__version__


def test_a_figure_is_rounded_once_from_the_exact_float():
    # 0.15 as a float is a little below; half to even on the decimal would give 0.2.
    assert to_text(exact(0.15), 1) == "0.1"


def test_intervals_are_the_order_statistics_of_clause_7_7():
    # One chunk of a uniform input; the reference sorts everything.
    assembled = problem("x", bounded("x", "0", "1"))
    found = simulate(assembled, trials=2001, seed=3, level=Ratio(9, 10))
    from dosegauge.uncertainty.monte_carlo.sampling import Sampler

    y = np.sort(Sampler(assembled.quantities, (), 3, 2001).next_chunk(2001)["x"])
    # pM = 1800.9: q = 1801; (M - q)/2 = 100 = r.
    assert (found.symmetric.low, found.symmetric.high) == (y[99], y[99 + 1801])
    lengths = [y[r + 1801] - y[r] for r in range(200)]
    assert found.shortest.length == min(lengths)
    assert found.median is None
    assert math.isclose(found.mean, np.mean(y), abs_tol=1e-15)
    assert math.isclose(found.standard_uncertainty, np.std(y, ddof=1), rel_tol=1e-13)


@pytest.mark.parametrize("level", [Ratio(1, 2), Ratio(6827, 10000), Ratio(99, 100), Ratio(1, 100)])
@pytest.mark.parametrize("trials", [20_000, 123_457])
def test_any_level_has_its_quantiles(level, trials):
    found = simulate(problem("x", normal("x", "0", "1")), trials=trials, seed=5, level=level)
    p = level.num / level.den
    bound = _probability_bound((1 - p) / 2, trials)
    assert abs(mp.ncdf(found.symmetric.low) - (1 - p) / 2) < bound
    assert abs(mp.ncdf(found.symmetric.high) - (1 + p) / 2) < bound


def test_two_values_only():
    found = simulate(problem("x", bounded("x", "0", "1", "two-point")), trials=20_000, seed=5)
    assert (found.symmetric.low, found.symmetric.high) == (-1, 1)
    assert sum(found.histogram.counts) == 20_000


def test_the_histogram_counts_every_trial():
    found = simulate(problem("x", normal("x", "2", "1")), trials=200_000, seed=5)
    bars = found.histogram
    assert sum(bars.counts) + bars.below + bars.above == 200_000
    width = (bars.high - bars.low) / len(bars.counts)
    for position, count in enumerate(bars.counts):
        low = bars.low + position * width
        expected = 200_000 * (mp.ncdf(low + width, 2) - mp.ncdf(low, 2))
        assert abs(count - expected) < SIGMAS * mp.sqrt(expected) + 1


# nu = 1.8 is the range method with 3 readings, 0.9 that with 2.
@pytest.mark.parametrize(("nu", "has_mean"), [("2.7", True), ("1.8", True), ("0.9", False)])
def test_few_degrees_of_freedom_leave_intervals_only(nu, has_mean):
    found = simulate(problem("x", scaled_t("x", "5", "1", nu)), seed=5)
    assert (found.mean is not None) is has_mean
    assert (found.standard_uncertainty is not None) is (nu == "2.7")
    assert abs(_t_cdf(found.symmetric.high - 5, mp.mpf(nu)) - 0.975) < _probability_bound(0.025)
    assert (found.median is None) is (nu == "2.7")


@pytest.mark.parametrize("nu", ["1.8", "0.9"])
def test_the_median_stands_in_for_a_mean(nu):
    found = simulate(problem("x", scaled_t("x", "5", "1", nu)), seed=5)
    assert abs(_t_cdf(found.median - 5, mp.mpf(nu)) - 0.5) < _probability_bound(0.5)


def _t_cdf(t, nu):
    half = mp.betainc(nu / 2, mp.mpf(1) / 2, 0, nu / (nu + t * t), regularized=True) / 2
    return 1 - half if t > 0 else half


# --- the adaptive procedure, 7.9 ---


def test_the_adaptive_procedure_stops_when_it_is_stable():
    found = simulate_adaptively(_mass_calibration(), digits=2, seed=SEED)
    assert found.stabilised is True
    assert found.digits == 2
    assert found.trials % 10_000 == 0
    assert 20_000 <= found.trials < MOST_TRIALS
    _, u = _mass_moments()
    # Stable to delta = 0.0005 at two standard deviations.
    assert abs(found.standard_uncertainty - u) < 0.0005
    cdf = _mass_cdf()
    assert abs(cdf(found.symmetric.high) - 0.975) < _probability_bound(0.025, found.trials)


def test_one_digit_needs_fewer_trials():
    one, two = (
        simulate_adaptively(_mass_calibration(), digits=digits, seed=SEED) for digits in (1, 2)
    )
    assert one.trials < two.trials


def test_the_adaptive_procedure_has_a_bound():
    found = simulate_adaptively(_mass_calibration(), digits=2, most_trials=55_000, seed=SEED)
    assert found.stabilised is False
    assert found.trials == 50_000


def test_a_batch_has_at_least_100_trials_beyond_the_interval():
    # J = 100 / (1 - 0.999) = 100 000 > 10 000, JCGM 101 7.9.4 b.
    found = simulate_adaptively(
        problem("x", normal("x", "0", "1")), digits=1, seed=1, level=Ratio(999, 1000)
    )
    assert found.trials % 100_000 == 0


def test_the_adaptive_procedure_needs_a_standard_uncertainty():
    with pytest.raises(WrongUse, match="no standard uncertainty exists"):
        simulate_adaptively(problem("x", scaled_t("x", "0", "1", "1.8")), seed=1)


# --- progress and cancelling ---


def test_progress_is_told_between_chunks():
    told = []
    simulate(_mass_calibration(), trials=50_000, seed=1, progress=lambda *both: told.append(both))
    done = [one for one, _ in told]
    assert done == sorted(done)
    assert len(done) > 1
    assert told[-1] == (50_000, 50_000)
    assert {planned for _, planned in told} == {50_000}


def test_cancelling_stops_between_chunks():
    told = []
    with pytest.raises(Stopped, match="cancelled after"):
        simulate(
            _mass_calibration(),
            seed=1,
            progress=lambda done, planned: told.append(done),
            cancelled=lambda: len(told) == 3,
        )
    assert len(told) == 3
    assert told[-1] < TRIALS


# --- refusals ---

PLAIN = problem("x + y", normal("x", "0", "1"), normal("y", "0", "1"))
REFUSED = [
    ({"trials": 999}, "999 trials are too few; at least 2000 are needed"),
    ({"trials": 1500, "level": Ratio(1, 2)}, None),
    ({"trials": 900, "level": Ratio(1, 2)}, "900 trials are too few; at least 1000 are needed"),
    ({"trials": 5000, "level": Ratio(99, 100)}, "at least 10000 are needed"),
    ({"trials": MOST_TRIALS + 1}, "10000001 trials are more than 10000000"),
    ({"trials": 1e6}, "1000000.0 trials is no whole number"),
    ({"trials": True}, "True trials is no whole number"),
    ({"seed": "abc"}, "the seed is a whole number from 0, not 'abc'"),
    ({"seed": 1.5}, "the seed is a whole number from 0, not 1.5"),
    ({"seed": True}, "the seed is a whole number from 0, not True"),
    ({"seed": -1}, "the seed is a whole number from 0, not -1"),
    ({"level": Ratio(1)}, "the level of confidence must be between 0 and 1"),
    ({"level": Ratio(0)}, "the level of confidence must be between 0 and 1"),
]


@pytest.mark.parametrize(("settings", "reason"), REFUSED)
def test_wrong_settings_are_refused_by_name(settings, reason):
    if reason is None:
        assert simulate(PLAIN, **settings).trials == settings["trials"]
        return
    with pytest.raises(WrongUse) as refusal:
        simulate(PLAIN, **settings)
    assert reason in refusal.value.line("en")
    assert refusal.value.line("zh") != refusal.value.line("en")
    assert "\n" not in refusal.value.line("en")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"digits": 3}, "1 or 2 significant digits, not 3"),
        ({"most_trials": 15_000}, "15000 trials are too few; at least 20000 are needed"),
    ],
)
def test_wrong_settings_of_the_adaptive_procedure(settings, reason):
    with pytest.raises(WrongUse, match=reason):
        simulate_adaptively(PLAIN, seed=1, **settings)


def _negative():
    one = normal("y", "0", "1")
    component = one.components[0]._replace(variance=Ratio(-1))
    return one._replace(components=(component,))


CORE_REFUSALS = [
    (problem("x + y", normal("x", "0", "1")), "the input y is missing"),
    (problem("x", normal("x", "0", "1"), normal("z", "0", "1")), "the formula has no input z"),
    (problem("x + y", normal("x", "0", "1"), _negative()), "the variance of y, c is negative"),
    (
        problem("x", normal("x", "0", "1"), correlations=[correlated("x", "q", "0.5")]),
        "a correlation names q, c: there is none",
    ),
    (
        problem(
            "x + y",
            normal("x", "0", "1"),
            normal("y", "0", "1"),
            correlations=[correlated("x", "y", "1.1")],
        ),
        "x, c and y, c is not within -1 and 1",
    ),
    (
        problem(
            "x + y + z",
            *[normal(name, "0", "1") for name in "xyz"],
            correlations=[correlated(*pair, "-0.9") for pair in ("xy", "xz", "yz")],
        ),
        "contradict one another",
    ),
]


@pytest.mark.parametrize(("assembled", "reason"), CORE_REFUSALS)
def test_what_no_budget_takes_no_simulation_takes(assembled, reason):
    with pytest.raises(ValueError, match=reason):
        simulate(assembled, trials=2000, seed=1)


def test_nothing_uncertain_is_refused():
    with pytest.raises(WrongUse, match="no input has an uncertainty"):
        simulate(problem("x * 2", fixed("x", "1")), trials=2000, seed=1)


def test_a_result_that_no_uncertain_input_reaches_is_refused():
    with pytest.raises(ValueError, match="the formula has no input y"):
        simulate(problem("x * 2", fixed("x", "1"), normal("y", "0", "1")), trials=2000, seed=1)


def test_a_division_by_what_may_be_zero_names_the_operation():
    with pytest.raises(CheckFailed, match=r"^sqrt\(x - 1\): no value in \d+ of the first"):
        simulate(problem("1 + sqrt(x - 1)", normal("x", "2", "0.5")), trials=20_000, seed=1)


def test_digits_lost_to_floats_are_found():
    # 10^15 + x keeps x to 0.125 only; the exact value is 0.3.
    assembled = problem("(x + z) - z", normal("x", "0.3", "0.01"), fixed("z", "1E15"))
    with pytest.raises(CheckFailed, match="floats lose"):
        simulate(assembled, trials=2000, seed=1)


def test_numpy_is_loaded_for_simulations_only():
    program = (
        "import sys, dosegauge.cli, dosegauge.commands.budget\nsys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
