"""Verdict rules against plain floating formulas, away from the boundary, and exactly on it."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import mp, mpf

from dosegauge_core import decisions
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.reporting import FAIL, INCONCLUSIVE, PASS

WHOLE = st.integers(-1000, 1000)


@given(WHOLE, st.integers(0, 10**6), st.integers(1, 3), WHOLE)
def test_guard_band(value, variance, k, limit):
    expanded = k * math.sqrt(variance)
    assume(abs(abs(limit - value) - expanded) > 1e-6)
    expected = INCONCLUSIVE
    if value + expanded < limit:
        expected = PASS
    elif value - expanded > limit:
        expected = FAIL
    got = decisions.within_upper_limit(Ratio(value), Ratio(variance), Ratio(k), Ratio(limit))
    assert got == expected


@pytest.mark.parametrize(
    ("value", "outcome"),
    [(6, PASS), (7, INCONCLUSIVE), (10, INCONCLUSIVE), (14, INCONCLUSIVE), (15, FAIL)],
)
def test_on_the_boundary_y_plus_u_equal_to_the_limit_passes(value, outcome):
    """Limit 10, u = 2, k = 2: 6 + 4 = 10 passes, 14 - 4 = 10 doesn't exceed."""
    assert decisions.within_upper_limit(Ratio(value), Ratio(4), Ratio(2), Ratio(10)) == outcome


def test_the_documents_plain_criteria_include_their_limit():
    assert decisions.at_most(Ratio(2), Ratio(2)) == PASS
    assert decisions.at_most(Ratio(2001, 1000), Ratio(2)) == FAIL
    assert decisions.at_least(Ratio(8, 10), Ratio(8, 10)) == PASS
    assert decisions.at_least(Ratio(799, 1000), Ratio(8, 10)) == FAIL


@pytest.mark.parametrize("n", [2, 3, 5, 10, 30])
def test_factors_are_those_of_the_chi_square_distribution(n):
    with mp.workdps(30):
        for factor, probability in (
            (1 / decisions.upper_bound_factor_squared(n), "0.05"),
            (decisions.exceeds_factor_squared(n), "0.95"),
        ):
            x = (n - 1) * mpf(factor.num) / factor.den
            reached = mp.gammainc(mpf(n - 1) / 2, 0, x / 2, regularized=True)
            assert abs(reached - mpf(probability)) < mpf("1e-13")


@pytest.mark.parametrize(
    ("s_pct", "outcome"),
    [("1.215", PASS), ("1.216", INCONCLUSIVE), ("2.742", INCONCLUSIVE), ("2.743", FAIL)],
)
def test_ten_readings_against_two_percent(s_pct, outcome):
    """Design: shown if s <= 1.215 %, exceeds if s > 2.742 %, else not shown."""
    s = parse_decimal(s_pct) / 100
    assert decisions.spread_against_limit(s * s, Ratio(2, 100), 10) == outcome
