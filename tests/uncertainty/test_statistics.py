"""Order statistics, moments and histograms against plain references."""

import math

import numpy as np
import pytest

from dosegauge.uncertainty.monte_carlo.statistics import Ordered, histogram_of, moments_of
from dosegauge_core.exact import Ratio

TRIALS = 40_000


def _misleading(extreme):
    """The trials that suggest the limits, every second one, are all at one end."""
    values = np.random.default_rng(1).random(TRIALS)
    values[::2] += extreme
    return values


SAMPLES = {
    "random": np.random.default_rng(2).standard_normal(TRIALS),
    "rising": np.arange(TRIALS) / 7,
    "falling": -np.arange(TRIALS) / 7,
    "constant": np.full(TRIALS, 3.0),
    "two values": np.random.default_rng(3).integers(0, 2, TRIALS).astype(float),
    "limits suggested too low": _misleading(-10),
    "limits suggested too high": _misleading(10),
    "heavy tails": np.random.default_rng(4).standard_cauchy(TRIALS),
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("level", [Ratio(95, 100), Ratio(1, 2), Ratio(1, 100), Ratio(999, 1000)])
def test_order_statistics_are_those_of_the_sorted_values(name, level):
    values = SAMPLES[name]
    before = values.copy()
    ordered = Ordered(values, level)
    y = np.sort(values)
    # JCGM 101 7.7.2: q = pM, r = (M - q) / 2, both rounded up at one half.
    q = math.floor(level.num * TRIALS / level.den + 0.5)
    r = (TRIALS - q + 1) // 2
    symmetric = ordered.symmetric()
    assert (symmetric.low, symmetric.high) == (y[r - 1], y[r - 1 + q])
    assert ordered.shortest().length == np.min(y[q:] - y[: TRIALS - q])
    assert ordered.median() == y[TRIALS // 2]
    assert (ordered.least, ordered.greatest) == (y[0], y[-1])
    assert np.array_equal(values, before)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_histogram_has_every_trial(name):
    values = SAMPLES[name]
    ordered = Ordered(values, Ratio(95, 100))
    bars = histogram_of(values, ordered, ordered.symmetric())
    assert bars.below == np.count_nonzero(values < bars.low)
    assert bars.above == np.count_nonzero(values > bars.high)
    assert bars.below + sum(bars.counts) + bars.above == TRIALS


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_moments_of_parts_are_those_of_the_whole(offset):
    values = SAMPLES["random"] + offset
    whole = moments_of(values)
    parts = moments_of(values[:7]).with_more(moments_of(values[7:]))
    assert whole.count == parts.count == TRIALS
    for one in (whole, parts):
        assert math.isclose(one.mean, math.fsum(values) / TRIALS, rel_tol=1e-13)
        squares = math.fsum((values - math.fsum(values) / TRIALS) ** 2)
        assert math.isclose(
            one.standard_uncertainty, math.sqrt(squares / (TRIALS - 1)), rel_tol=1e-9
        )
