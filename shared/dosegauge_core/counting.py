"""Tests on pulse counts: do two differ, are there fewer than there must be.

Two counts are compared by the conditional binomial test, exact at low counts and by its normal
approximation where both are high (Przyborowski and Wilenski, Biometrika 31 (1940) 313).
"""

from collections import namedtuple

from .characteristic import LOW_COUNTS, is_low_count
from .distributions import binomial_at_most, chi2_cdf, least_gross_count, normal_quantile
from .exact import Ratio
from .fixed import ONE

# Pulses counted and the real time that took.
Dwell = namedtuple("Dwell", ("count", "time_us"))

_US = 1000000
# Two-sided chance below which the background before and after is said to differ.
_DRIFT_CHANCE = ONE // 100
# A count has too few pulses when chance gives that many or fewer less than once in 1000.
_SELDOM = ONE // 1000
# 2 ln 1000, scaled and rounded up: see _surely_too_few.
_TWICE_LN_SELDOM = 13815510557964275


def backgrounds_differ(before: "Dwell", after: "Dwell") -> "bool":
    """Whether two dwells differ by more than chance (two-sided 1 %), given their sum."""
    if is_low_count(before.count, after.count):
        side = _DRIFT_CHANCE // 2
        most_after = least_gross_count(before.count, after.time_us, before.time_us, side)
        most_before = least_gross_count(after.count, before.time_us, after.time_us, side)
        return bool(after.count >= most_after or before.count >= most_before)
    return _beyond(before, after, ONE - _DRIFT_CHANCE // 2)


def _beyond(one: "Dwell", other: "Dwell", p: "int") -> "bool":
    """Whether the two counts lie further apart than the normal quantile of p."""
    z = normal_quantile(p)
    difference = one.count * other.time_us - other.count * one.time_us
    spread = (one.count + other.count) * one.time_us * other.time_us
    return bool(difference * difference * ONE * ONE > z * z * spread)


def too_few(dwell: "Dwell", reference: "Dwell") -> "bool":
    """Whether so few pulses, or fewer, come by chance less than once in 1000.

    The reference's rate is taken as the least there must be; the binomial test is conditional on
    the sum of the counts.
    """
    n = dwell.count + reference.count
    whole_us = dwell.time_us + reference.time_us
    if dwell.count * reference.time_us >= reference.count * dwell.time_us:
        return False
    if _surely_too_few(dwell.count, Ratio(n * dwell.time_us, whole_us)):
        return True
    if min(dwell.count, reference.count) >= LOW_COUNTS:
        return _beyond(dwell, reference, ONE - _SELDOM)
    if dwell.count < LOW_COUNTS:
        return binomial_at_most(dwell.count, n, dwell.time_us, whole_us) < _SELDOM
    at_most = binomial_at_most(reference.count - 1, n, reference.time_us, whole_us)
    return ONE - at_most < _SELDOM


def too_few_for_nature(dwell: "Dwell", natural_rate: "Ratio") -> "bool":
    """As `too_few`, against a rate in 1/s that is there everywhere (Poisson)."""
    expected = natural_rate * Ratio(dwell.time_us, _US)
    if expected <= dwell.count:
        return False
    if _surely_too_few(dwell.count, expected):
        return True
    # P(N <= n) is what chi-square with 2 n + 2 degrees of freedom has above 2 mu.
    return ONE - chi2_cdf((2 * expected * ONE).floor(), 2 * dwell.count + 2) < _SELDOM


def _surely_too_few(count: "int", expected: "Ratio") -> "bool":
    """Chernoff's bound exp(-(mu - n)^2 / (2 mu)) for binomial and Poisson: spares long sums."""
    gap = expected - count
    return bool(gap * gap * ONE > expected * _TWICE_LN_SELDOM)
