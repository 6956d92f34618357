"""Draws of each distribution against its density, and of components that vary together.

Bounds are five standard errors of what is compared. For the empirical distribution function the
bound is Kolmogorov's: sqrt(n) D above 3 has probability 2 exp(-18).
"""

import math

import mpmath as mp
import numpy as np
import pytest

from dosegauge.errors import WrongUse
from dosegauge.uncertainty.monte_carlo.sampling import Sampler
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.uncertainty import component
from dosegauge_core.uncertainty.combination import Correlation, Quantity
from dosegauge_core.uncertainty.component import Component
from tests.uncertainty.inputs import bounded, correlated, fixed, normal, scaled_t

TRIALS = 200_000
SEED = 101
SIGMAS = 5


def _drawn(quantities, correlations=(), trials=TRIALS, seed=SEED):
    return Sampler(list(quantities), tuple(correlations), seed, trials).next_chunk(trials)


def _t_density(scale, nu):
    top = mp.gamma((nu + 1) / 2) / (mp.sqrt(nu * mp.pi) * mp.gamma(nu / 2))
    return lambda x: top * (1 + (x / scale) ** 2 / nu) ** (-(nu + 1) / 2) / scale


def _trapezoid_density(a, beta):
    def density(x):
        return min(mp.mpf(1), (a - abs(x)) / (a * (1 - beta))) / (a * (1 + beta))

    return density


def _curvilinear_density(a, d):
    """JCGM 101 6.4.3.1."""

    def density(x):
        if abs(x) <= a - d:
            return mp.log((a + d) / (a - d)) / (4 * d)
        return mp.log((a + d) / abs(x)) / (4 * d)

    return density


def _counted(count):
    return Quantity("x", Ratio(count), "1", (component.counted("c", count),))


def _gamma_density(shape, offset):
    return lambda x: (x + offset) ** (shape - 1) * mp.exp(-(x + offset)) / mp.gamma(shape)


INF = mp.inf
# quantity, density of the deviation, ends and kinks of the density.
DENSITIES = {
    "normal, JCGM 101 6.4.7": (
        normal("x", "3", "0.5"), lambda x: mp.npdf(x, 0, 0.5), [-INF, 0, INF],
    ),
    "t, nu = 9, JCGM 101 6.4.9": (
        scaled_t("x", "3", "0.5", "9"), _t_density(0.5, 9), [-INF, 0, INF],
    ),
    "t, nu = 2.7": (scaled_t("x", "3", "0.5", "2.7"), _t_density(0.5, 2.7), [-INF, 0, INF]),
    "t, nu = 1.8": (scaled_t("x", "3", "0.5", "1.8"), _t_density(0.5, 1.8), [-INF, 0, INF]),
    "t, nu = 0.9": (scaled_t("x", "3", "0.5", "0.9"), _t_density(0.5, 0.9), [-INF, 0, INF]),
    "uniform, 6.4.2": (bounded("x", "1", "2"), lambda x: mp.mpf(1) / 4, [-2, 2]),
    "triangular, 6.4.5": (
        bounded("x", "1", "2", "triangular"), lambda x: (2 - abs(x)) / 4, [-2, 0, 2],
    ),
    "trapezoid, 6.4.4": (
        bounded("x", "1", "2", "trapezoid", "0.25"), _trapezoid_density(2, 0.25),
        [-2, -0.5, 0.5, 2],
    ),
    "arcsine, 6.4.6": (
        bounded("x", "1", "2", "arcsine"), lambda x: 1 / (mp.pi * mp.sqrt(4 - x * x)), [-2, 0, 2],
    ),
    "curvilinear trapezoid, 6.4.3": (
        bounded("x", "1", "2", "curvilinear", "0.5"), _curvilinear_density(2, 0.5),
        [-2.5, -1.5, 1.5, 2.5],
    ),
    "7 counts, 6.4.11": (_counted(7), _gamma_density(8, 7), [-7, 0, INF]),
    "no counts, 6.4.11": (_counted(0), _gamma_density(1, 0), [0, INF]),
}  # fmt: skip


@pytest.mark.parametrize("name", DENSITIES)
def test_draws_follow_the_density(name):
    quantity, density, ends = DENSITIES[name]
    deviations = np.sort(_drawn([quantity])["x"]) - float(quantity.value.num / quantity.value.den)
    distance = 0.0
    cumulated, start = mp.mpf(0), ends[0]
    for rank in range(TRIALS // 40, TRIALS, TRIALS // 40):
        point = mp.mpf(float(deviations[rank]))
        kinks = [end for end in ends if start < end < point]
        cumulated += mp.quad(density, [start, *kinks, point])
        start = point
        distance = max(distance, abs(float(cumulated) - (rank + 0.5) / TRIALS))
    assert math.sqrt(TRIALS) * distance < 3


# Where the fourth moment is infinite, nothing bounds the error of a sample's variance.
HEAVY_TAILS = {"t, nu = 2.7", "t, nu = 1.8", "t, nu = 0.9"}


@pytest.mark.parametrize("name", [name for name in DENSITIES if name not in HEAVY_TAILS])
def test_mean_and_variance_are_those_of_the_density(name):
    quantity, density, ends = DENSITIES[name]
    mean = mp.quad(lambda x: x * density(x), ends)
    moments = [mp.quad(lambda x, k=k: (x - mean) ** k * density(x), ends) for k in (2, 4)]
    drawn = _drawn([quantity])["x"]
    centre = float(quantity.value.num / quantity.value.den)
    assert abs(np.mean(drawn) - centre - mean) < SIGMAS * mp.sqrt(moments[0] / TRIALS)
    error_of_variance = mp.sqrt((moments[1] - moments[0] ** 2) / TRIALS)
    assert abs(np.var(drawn) - moments[0]) < SIGMAS * error_of_variance


@pytest.mark.parametrize(
    "name", [name for name in DENSITIES if "t, nu" not in name and "counts" not in name]
)
def test_the_density_has_the_variance_of_the_component(name):
    quantity, density, ends = DENSITIES[name]
    variance = quantity.components[0].variance
    assert (
        abs(mp.quad(lambda x: x * x * density(x), ends) - mp.mpf(variance.num) / variance.den)
        < 1e-8  # what mpmath's quadrature reaches where the arcsine density is infinite
    )


def test_a_t_is_wider_than_its_component_by_nu_over_nu_minus_2():
    # JCGM 101 6.4.9.4: variance s^2/n * nu / (nu - 2).
    drawn = _drawn([scaled_t("x", "0", "1", "20")])["x"]
    kurtosis = 3 + 6 / (20 - 4)
    assert abs(np.var(drawn) * 18 / 20 - 1) < SIGMAS * math.sqrt((kurtosis - 1) / TRIALS)


def test_two_points_are_taken_equally_often():
    drawn = _drawn([bounded("x", "1", "2", "two-point")])["x"]
    assert set(np.unique(drawn)) == {-1.0, 3.0}
    assert abs(np.count_nonzero(drawn > 0) - TRIALS / 2) < SIGMAS * math.sqrt(TRIALS) / 2


def test_dead_time_makes_counts_more_even():
    one = component.counted("c", 10_000, parse_decimal("0.1"))
    drawn = _drawn([Quantity("x", Ratio(0), "1", (one,))])["x"]
    assert abs(np.std(drawn) / 90 - 1) < SIGMAS / math.sqrt(2 * TRIALS)


def test_components_of_one_quantity_add_up():
    parts = (component.standard("a", Ratio(3)), component.standard("b", Ratio(4)))
    drawn = _drawn([Quantity("x", Ratio(7), "1", parts)])["x"]
    assert abs(np.mean(drawn) - 7) < SIGMAS * 5 / math.sqrt(TRIALS)
    assert abs(np.std(drawn) / 5 - 1) < SIGMAS / math.sqrt(2 * TRIALS)


def test_what_cannot_vary_is_fixed():
    sampler = Sampler([fixed("a", "2.5"), normal("b", "1", "0"), normal("x", "1", "1")], (), 1, 10)
    assert sampler.fixed == {"a": 2.5, "b": 1.0}
    assert list(sampler.next_chunk(10)) == ["x"]


def _mixture():
    return [
        normal("n", "0", "1"), normal("m", "0", "1"), scaled_t("t", "0", "1", "3.6"),
        bounded("u", "0", "1", "trapezoid", "0.5"), scaled_t("e", "0", "1", "4", "run"),
        scaled_t("f", "0", "1", "4", "run"),
    ]  # fmt: skip


def test_draws_do_not_depend_on_the_size_of_a_chunk():
    together = [correlated("n", "m", "0.5")]
    whole = _drawn(_mixture(), together, trials=1000)
    sampler = Sampler(_mixture(), tuple(together), SEED, 300)
    pieces = [
        {name: row.copy() for name, row in sampler.next_chunk(size).items()}
        for size in (300, 1, 299, 300, 100)
    ]
    for name, row in whole.items():
        assert np.array_equal(row, np.concatenate([piece[name] for piece in pieces]))


def test_another_seed_draws_other_numbers():
    first, second = (_drawn([normal("x", "0", "1")], seed=seed)["x"] for seed in (1, 2))
    assert abs(np.corrcoef(first, second)[0, 1]) < SIGMAS / math.sqrt(TRIALS)


def _coefficient(drawn, first="x", second="y"):
    return float(np.corrcoef(drawn[first], drawn[second])[0, 1])


def _pair(distribution, shape=None):
    return [bounded(name, "0", "1", distribution, shape) for name in ("x", "y")]


# A sample's coefficient has a standard error of (1 - r^2) / sqrt(n) for normal deviates;
# 1 / sqrt(n) bounds it for these shapes, which are all flatter.
@pytest.mark.parametrize("coefficient", ["-0.7", "0.3", "0.95"])
@pytest.mark.parametrize(
    "pair",
    [
        [normal("x", "0", "2"), normal("y", "5", "3")],
        _pair("uniform"),
        _pair("triangular"),
        _pair("trapezoid", "0.5"),
        _pair("arcsine"),
        _pair("two-point"),
        _pair("curvilinear", "0.4"),
        [normal("x", "0", "2"), bounded("y", "0", "1")],
        [bounded("x", "0", "2", "triangular"), bounded("y", "0", "1")],
    ],
)  # fmt: skip
def test_correlated_components_have_the_given_linear_coefficient(pair, coefficient):
    drawn = _drawn(pair, [correlated("x", "y", coefficient)])
    assert abs(_coefficient(drawn) - float(coefficient)) < SIGMAS / math.sqrt(TRIALS)


@pytest.mark.parametrize("coefficient", ["1", "-1"])
@pytest.mark.parametrize("distribution", ["uniform", "triangular", "arcsine", "two-point"])
def test_fully_correlated_components_follow_from_one_another(distribution, coefficient):
    drawn = _drawn(_pair(distribution), [correlated("x", "y", coefficient)])
    assert np.allclose(drawn["y"], float(coefficient) * drawn["x"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("distribution", ["triangular", "arcsine", "uniform"])
def test_a_correlated_component_keeps_its_shape(distribution):
    # Quantiles of a shape are the same whether it is drawn by itself or through the copula.
    pair = _pair(distribution)
    alone = np.sort(_drawn(pair)["x"])
    together = np.sort(_drawn(pair, [correlated("x", "y", "0.6")])["y"])
    points = np.linspace(-1, 1, 101)
    apart = np.searchsorted(alone, points) - np.searchsorted(together, points)
    # Two samples of n: sqrt(n / 2) D above 3 has probability 2 exp(-18).
    assert np.max(np.abs(apart)) / TRIALS < 3 * math.sqrt(2 / TRIALS)


def test_three_fully_correlated_components():
    quantities = [normal(name, "0", "1") for name in "xyz"]
    pairs = [correlated("x", "y", "1"), correlated("x", "z", "-1"), correlated("y", "z", "-1")]
    drawn = _drawn(quantities, pairs)
    assert np.allclose(drawn["x"], drawn["y"], atol=1e-12)
    assert np.allclose(drawn["x"], -drawn["z"], atol=1e-12)


def test_readings_taken_together_are_a_multivariate_t():
    # Any sum of a multivariate t's components is a t with the same nu (JCGM 102:2011 5.3.2.6):
    # x + y has the squared scale 1 + 4 + 2 * 1.2.
    quantities = [scaled_t("x", "0", "1", "4", "run"), scaled_t("y", "0", "2", "4", "run")]
    covariance = Correlation(("x", "c"), ("y", "c"), None, parse_decimal("1.2"))
    drawn = _drawn(quantities, [covariance])
    scale = math.sqrt(1 + 4 + 2.4)
    for probability in (0.025, 0.25, 0.9, 0.99):
        quantile = _t_quantile(probability, 4) * scale
        below = np.count_nonzero(drawn["x"] + drawn["y"] <= quantile)
        spread = math.sqrt(TRIALS * probability * (1 - probability))
        assert abs(below - TRIALS * probability) < SIGMAS * spread


def test_readings_taken_together_share_one_chi_square_even_when_uncorrelated():
    quantities = [scaled_t(name, "0", "1", "6", "run") for name in "xy"]
    drawn = _drawn(quantities)
    sizes = np.corrcoef(np.log(np.abs(drawn["x"])), np.log(np.abs(drawn["y"])))[0, 1]
    # ln|t| = ln|z| - ln(chi2)/2 + ...: trigamma(3)/4 is common, trigamma(1/2)/4 is not.
    expected = mp.polygamma(1, 3) / (mp.polygamma(1, 3) + mp.polygamma(1, 0.5))
    assert abs(sizes - expected) < SIGMAS / math.sqrt(TRIALS)


def _t_quantile(probability, nu):
    density = _t_density(1, nu)
    return float(
        mp.findroot(
            lambda x: 0.5 + mp.quad(density, [0, x]) - probability, (0, 3), solver="anderson"
        )
    )


REFUSED = [
    (
        [Quantity("x", Ratio(0), "1", (Component("c", "B", "cauchy", (), Ratio(1), None, ""),))],
        (),
        "x, c: no distribution 'cauchy'",
    ),
    (
        [_counted(5), normal("y", "0", "1")],
        [correlated("x", "y", "0.5")],
        "x, c: a poisson distribution can't be correlated",
    ),
    (
        [normal("x", "0", "1"), bounded("y", "0", "1")],
        [correlated("x", "y", "0.99")],
        # E(Z (2 Phi(Z) - 1)) sqrt(3) = sqrt(3 / pi) = 0.9772
        "x, c; y, c: with these two distributions the coefficient is at most 0.9772",
    ),
    (
        [bounded(name, "0", "1", "two-point") for name in "xyz"],
        # Above -1/2, which three normal ones could have, but below -1/3.
        [correlated(*pair, "-0.4") for pair in ("xy", "xz", "yz")],
        "x, c; y, c; z, c: the correlation coefficients contradict one another",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("quantities", "correlations", "reason"), REFUSED)
def test_what_cannot_be_drawn_is_refused_by_name(quantities, correlations, reason):
    with pytest.raises(WrongUse) as refusal:
        Sampler(quantities, tuple(correlations), 1, 10)
    assert refusal.value.line("en").startswith(reason)
    assert refusal.value.line("zh") != refusal.value.line("en")


def test_a_number_too_large_for_a_float_is_refused():
    huge = Quantity("x", Ratio(10**400), "1", ())
    with pytest.raises(WrongUse, match="x: the number is too large"):
        Sampler([huge], (), 1, 10)
