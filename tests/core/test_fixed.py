"""fixed.py: exact where it says exact, else within 0.51 units of 1e-15 of mpmath at 50 digits."""

import ast
import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from dosegauge_core import distributions, fixed, tails
from dosegauge_core.fixed import ONE


@pytest.fixture(scope="module", autouse=True)
def fifty_digits():
    """The references' precision, in this module only."""
    with mp.workdps(50):
        yield


VECTORS = Path(__file__).parents[1] / "vectors" / "fixed.json"
HALF_UNIT = mpf("0.51")
INTEGERS = st.integers(-(10**40), 10**40)


def exact_exp(x):
    return mp.exp(mpf(x) / ONE) * ONE


def exact_expm1(x):
    return mp.expm1(mpf(x) / ONE) * ONE


def exact_ln(x):
    return mp.log(mpf(x) / ONE) * ONE


def exact_ln_ratio(num, den):
    return mp.log(mpf(num) / den) * ONE


def exact_tan_degrees(angle_udeg):
    return mp.tan(mp.radians(mpf(angle_udeg) / 10**6)) * ONE


def exact_isqrt(n):
    return math.isqrt(n)


def exact_sqrt_nearest(num, den):
    return mp.sqrt(mpf(num) / den)


def exact_div_half_even(a, b):
    return round(Fraction(a, b))


EXACT = {
    "exp": exact_exp,
    "expm1": exact_expm1,
    "ln": exact_ln,
    "ln_ratio": exact_ln_ratio,
    "tan_degrees": exact_tan_degrees,
    "isqrt": exact_isqrt,
    "sqrt_nearest": exact_sqrt_nearest,
    "div_half_even": exact_div_half_even,
}


def assert_within(got, exact, relative=0):
    assert isinstance(got, int)
    assert abs(got - exact) <= HALF_UNIT + relative * abs(exact), (got, exact)


# --- no float in any of the three modules -------------------------------------------------------


@pytest.mark.parametrize("module", [fixed, tails, distributions], ids=lambda m: m.__name__)
def test_no_float_can_arise(module):
    """No float literal, no true division, no negative power, no import from outside the core."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Div), "true division"
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float), f"float literal in line {node.lineno}"
        if isinstance(node, ast.Name):
            assert node.id != "float", f"float in line {node.lineno}"
        if isinstance(node, ast.Import):
            raise AssertionError(f"import in line {node.lineno}")
        if isinstance(node, ast.ImportFrom):
            assert node.module.startswith("dosegauge_core.") or node.module == "collections.abc"


@pytest.mark.parametrize(
    ("constant", "bits", "value"),
    [
        (fixed._LN2, fixed._LN2_BITS, lambda: mp.log(2)),
        (fixed._PI, fixed._PI_BITS, lambda: +mp.pi),
        (fixed._SQRT_HALF_WIDE, fixed.WIDE_BITS, lambda: mp.sqrt(mpf(1) / 2)),
    ],
    ids=["ln 2", "pi", "sqrt 1/2"],
)
def test_constants_are_correctly_rounded(constant, bits, value):
    with mp.workdps(80):
        assert constant == int(mp.nint(value() * mpf(2) ** bits))


# --- exact integer functions --------------------------------------------------------------------


@settings(deadline=None)
@given(INTEGERS, INTEGERS.filter(bool))
def test_division_rounds_half_to_even_for_every_sign(a, b):
    assert fixed.div_half_even(a, b) == round(Fraction(a, b))


@settings(deadline=None)
@given(st.integers(-(10**20), 10**20), st.integers(1, 10**20), st.sampled_from([1, -1]))
def test_division_ties_go_to_the_even_quotient(quotient, half, sign):
    a = (2 * quotient + 1) * half
    assert fixed.div_half_even(sign * a, sign * 2 * half) % 2 == 0
    assert fixed.div_half_even(sign * a, sign * 2 * half) in (quotient, quotient + 1)


def test_division_by_zero_says_what_to_do():
    with pytest.raises(ZeroDivisionError, match="divisor is 0; give"):
        fixed.div_half_even(3, 0)


@settings(deadline=None)
@given(st.integers(0, 10**80))
def test_isqrt_is_the_floor(n):
    assert fixed.isqrt(n) == math.isqrt(n)


@pytest.mark.parametrize("root", [1, 2, 3, 2**31, 2**32, 10**15, 10**30])
def test_isqrt_around_squares(root):
    assert fixed.isqrt(root * root) == root
    assert fixed.isqrt(root * root - 1) == root - 1


def test_isqrt_refuses_a_negative_number():
    with pytest.raises(ValueError, match="-1 is negative"):
        fixed.isqrt(-1)


@settings(deadline=None)
@given(st.integers(0, 10**60), st.integers(1, 10**30))
def test_sqrt_nearest_is_nearest(num, den):
    root = fixed.sqrt_nearest(num, den)
    exact = Fraction(num, den)
    assert (root + Fraction(1, 2)) ** 2 >= exact
    assert root == 0 or (root - Fraction(1, 2)) ** 2 <= exact


@pytest.mark.parametrize(("num", "root"), [(1, 0), (9, 2), (25, 2), (49, 4), (81, 4)])
def test_sqrt_nearest_ties_go_to_even(num, root):
    """sqrt(num / 4) is 0.5, 1.5, 2.5, 3.5, 4.5."""
    assert fixed.sqrt_nearest(num, 4) == root


@pytest.mark.parametrize(("num", "den"), [(-1, 2), (1, -2), (-1, -2)])
def test_sqrt_nearest_refuses_negative_parts(num, den):
    with pytest.raises(ValueError, match="negative"):
        fixed.sqrt_nearest(num, den)


def test_sqrt_nearest_refuses_a_zero_divisor():
    with pytest.raises(ZeroDivisionError, match="divisor is 0"):
        fixed.sqrt_nearest(1, 0)


@settings(deadline=None)
@given(st.integers(1, 10**50))
def test_bit_length_is_that_of_the_integer(n):
    assert fixed.bit_length(n) == n.bit_length()


# --- exp, expm1, ln, tan ------------------------------------------------------------------------

EXP_GRID = sorted(
    {sign * k * ONE // 7 for k in range(0, 281) for sign in (1, -1)}
    | {sign * 10**e for e in range(0, 17) for sign in (1, -1)}
    | {0, 41 * ONE, 99 * ONE, fixed.EXP_MAX, fixed.EXP_MAX - 1, -39 * ONE, -40 * ONE - 1}
)
LN_GRID = sorted(
    {10**e for e in range(0, 40)}
    | {ONE + d for d in range(-20, 21)}
    | {k * ONE // 16 for k in range(1, 65)}
    | {ONE << k for k in range(0, 60, 7)}
)
TAN_GRID = [*range(-88_900_000, 89_000_000, 1_234_567), 0, 1, -1, 88_999_999, 45_000_000]


@pytest.mark.parametrize("name", ["exp", "expm1"])
def test_exponentials_over_a_dense_grid(name):
    for x in EXP_GRID:
        assert_within(getattr(fixed, name)(x), EXACT[name](x), mpf("1e-28"))


@settings(deadline=None)
@given(st.integers(-45 * ONE, fixed.EXP_MAX))
def test_exponentials_anywhere(x):
    assert_within(fixed.exp(x), exact_exp(x), mpf("1e-28"))
    assert_within(fixed.expm1(x), exact_expm1(x), mpf("1e-28"))


@settings(deadline=None)
@given(st.integers(-45 * ONE, fixed.EXP_MAX - 1))
def test_exp_never_falls(x):
    assert fixed.exp(x + 1) >= fixed.exp(x)


@pytest.mark.parametrize("x", [-41 * ONE, -(10**30)])
def test_exp_of_a_large_negative_number_is_zero(x):
    assert fixed.exp(x) == 0
    assert fixed.expm1(x) == -ONE


@pytest.mark.parametrize("name", ["exp", "expm1"])
def test_exp_refuses_what_is_too_large(name):
    with pytest.raises(ValueError, match="above 100000000000000000"):
        getattr(fixed, name)(fixed.EXP_MAX + 1)


def test_ln_over_a_dense_grid():
    for x in LN_GRID:
        assert_within(fixed.ln(x), exact_ln(x))


@settings(deadline=None)
@given(st.integers(1, 10**60), st.integers(1, 10**60))
def test_ln_of_any_ratio(num, den):
    assert_within(fixed.ln_ratio(num, den), exact_ln_ratio(num, den))
    assert fixed.ln_ratio(num, den) == -fixed.ln_ratio(den, num)


@settings(deadline=None)
@given(st.integers(-20 * ONE, 90 * ONE))
def test_ln_undoes_exp(x):
    """To half a unit of exp(x), carried back by the slope exp(-x), and half a unit of ln."""
    assert abs(fixed.ln(fixed.exp(x)) - x) <= 1 + ONE // fixed.exp(x)


@pytest.mark.parametrize("x", [0, -1])
def test_ln_refuses_zero_and_below(x):
    with pytest.raises(ValueError, match="not above 0"):
        fixed.ln(x)
    with pytest.raises(ValueError, match="must be above 0"):
        fixed.ln_ratio(1, x)
    with pytest.raises(ValueError, match="must be above 0"):
        fixed.ln_ratio(x, 1)


@pytest.mark.parametrize("angle_udeg", TAN_GRID)
def test_tangent_over_a_grid(angle_udeg):
    assert_within(fixed.tan_degrees(angle_udeg), exact_tan_degrees(angle_udeg))


@settings(deadline=None)
@given(st.integers(-88_999_999, 88_999_999))
def test_tangent_anywhere_and_odd(angle_udeg):
    assert_within(fixed.tan_degrees(angle_udeg), exact_tan_degrees(angle_udeg))
    assert fixed.tan_degrees(-angle_udeg) == -fixed.tan_degrees(angle_udeg)


@pytest.mark.parametrize("angle_udeg", [89_000_000, -89_000_000, 10**12])
def test_tangent_refuses_steep_angles(angle_udeg):
    with pytest.raises(ValueError, match="not within \\+-89 degrees"):
        fixed.tan_degrees(angle_udeg)


# --- vectors ------------------------------------------------------------------------------------

CASES = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_vector_digits_are_those_of_mpmath(case):
    assert_within(case["expect"], EXACT[case["function"]](*case["args"]), mpf("1e-28"))
    assert getattr(fixed, case["function"])(*case["args"]) == case["expect"]
