"""Verdicts: what the document says, and what the data show.

Comparisons are exact: with y, U = k u and a limit T, y + U <= T is decided from squares.
Sources: JJF 1094-2002 and JCGM 106 (guard band), chi-square interval of a standard deviation.
"""

from .distributions import chi2_quantile
from .exact import Ratio
from .fixed import ONE
from .reporting import FAIL, INCONCLUSIVE, PASS

# One-sided risk of "shown" and of "exceeds".
_RISK = ONE // 20


def within_upper_limit(value: "Ratio", variance: "Ratio", k: "Ratio", limit: "Ratio") -> "str":
    """PASS when value + k u <= limit, FAIL when value - k u > limit, else INCONCLUSIVE."""
    expanded_squared = k * k * variance
    return bounds_within_upper_limit(value, expanded_squared, expanded_squared, limit)


def bounds_within_upper_limit(
    value: "Ratio", down_squared: "Ratio", up_squared: "Ratio | None", limit: "Ratio"
) -> "str":
    """PASS when value + up <= limit, FAIL when value - down > limit, else INCONCLUSIVE.

    For an interval that isn't symmetric, its two sides given as squares. up_squared None: the
    upper bound isn't known, and nothing passes.
    """
    room = limit - value
    if room >= 0:
        known = up_squared is not None and room * room >= up_squared
        return PASS if known else INCONCLUSIVE
    return FAIL if room * room > down_squared else INCONCLUSIVE


def at_most(value: "Ratio", limit: "Ratio") -> "str":
    """The document's plain criterion value <= limit, without regard to uncertainty."""
    return PASS if value <= limit else FAIL


def at_least(value: "Ratio", limit: "Ratio") -> "str":
    """The document's plain criterion value >= limit, without regard to uncertainty."""
    return PASS if value >= limit else FAIL


def upper_bound_factor_squared(n: "int") -> "Ratio":
    """(sigma_up / s) squared: one-sided 95 % upper bound of a standard deviation from n readings.

    (n - 1) / chi2_0.05(n - 1); n = 10 gives 1.645 squared.
    """
    return Ratio((n - 1) * ONE, chi2_quantile(_RISK, n - 1))


def exceeds_factor_squared(n: "int") -> "Ratio":
    """(s / sigma) squared above which s shows with 95 % that sigma is exceeded.

    chi2_0.95(n - 1) / (n - 1); n = 10 gives 1.371 squared.
    """
    return Ratio(chi2_quantile(ONE - _RISK, n - 1), (n - 1) * ONE)


def spread_against_limit(variance: "Ratio", limit: "Ratio", n: "int") -> "str":
    """What s from n readings shows about sigma <= limit, each way with 95 % one-sided.

    PASS "shown", FAIL "exceeds", else INCONCLUSIVE "not shown".
    """
    limit_squared = limit * limit
    if variance * upper_bound_factor_squared(n) <= limit_squared:
        return PASS
    if variance > limit_squared * exceeds_factor_squared(n):
        return FAIL
    return INCONCLUSIVE
