"""Type A evaluation against CPython's statistics and the integrals behind the range table."""

import random
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from dosegauge_core import type_a
from dosegauge_core.exact import Ratio, parse_decimal, total

READINGS = st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=12)


def ratios(values):
    return [Ratio(value) for value in values]


def fraction(ratio):
    return Fraction(ratio.num, ratio.den)


@given(READINGS)
def test_mean_and_bessel_are_those_of_statistics(values):
    as_fractions = [Fraction(value) for value in values]
    assert fraction(type_a.mean(ratios(values))) == statistics.mean(as_fractions)
    assert fraction(type_a.bessel_variance(ratios(values))) == statistics.variance(as_fractions)


@given(READINGS, st.integers(10**12, 10**15))
def test_a_large_offset_changes_no_digit_of_s(values, offset):
    shifted = ratios([value + offset for value in values])
    assert type_a.bessel_variance(shifted) == type_a.bessel_variance(ratios(values))


@pytest.mark.parametrize("n", range(2, 10))
def test_the_table_is_the_mathematical_divisor_rounded(n):
    """C is the expected range of n standard normal values: the integral of 1 - F^n - (1 - F)^n."""
    with mp.workdps(20):
        exact = mp.quad(lambda x: 1 - mp.ncdf(x) ** n - mp.ncdf(-x) ** n, [-8, 0, 8])
    printed = type_a.range_estimate(ratios([0] * (n - 1) + [1])).divisor
    assert abs(mpf(printed.num) / printed.den - exact) <= mpf("0.00501")


@pytest.mark.parametrize("n", [2, 4, 9])
def test_degrees_of_freedom_are_those_that_the_spread_of_ranges_shows(n):
    """nu = d2^2 / (2 d3^2) with d3 the standard deviation of the range, simulated."""
    draw = random.Random(n)
    ranges = []
    for _ in range(20000):
        values = [draw.gauss(0, 1) for _ in range(n)]
        ranges.append(max(values) - min(values))
    nu = statistics.fmean(ranges) ** 2 / (2 * statistics.variance(ranges))
    printed = type_a.range_estimate(ratios([0] * (n - 1) + [1])).nu
    assert printed.num / printed.den == pytest.approx(nu, rel=0.05)


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 50)), min_size=1, max_size=6))
def test_effective_freedom_lies_between_the_least_and_the_sum(components):
    """GUM G.4.1: Welch and Satterthwaite stay between min(nu_i) and sum(nu_i)."""
    parts = [(Ratio(variance), Ratio(nu)) for variance, nu in components]
    variance = Ratio(sum(variance for variance, _ in components))
    freedom = type_a.effective_freedom(variance, parts)
    assert min(nu for _, nu in components) <= fraction(freedom) <= sum(nu for _, nu in components)


def test_gum_h1_gives_16_degrees_of_freedom():
    """GUM H.1.6: components 25 (18), 9.7 (25.6), 2.9 (50), 16.6 (2) nm; 16.7, used as 16."""
    parts = [("25", "18"), ("9.7", "25.6"), ("2.9", "50"), ("16.6", "2")]
    components = [(parse_decimal(u) * parse_decimal(u), parse_decimal(nu)) for u, nu in parts]
    freedom = type_a.effective_freedom(total([u for u, _ in components]), components)
    assert type_a.truncated_freedom(freedom) == 16


def test_no_readings_have_no_mean():
    with pytest.raises(ValueError, match="no readings"):
        type_a.mean([])
