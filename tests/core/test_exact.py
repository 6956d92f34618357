"""Exact ratios behave as fractions.Fraction does, and decimal text is read exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core.exact import Ratio, as_ratio, gcd, parse_decimal, parse_scaled, total

WHOLE = st.integers(-(10**20), 10**20)
PAIRS = st.tuples(WHOLE, WHOLE.filter(bool))


def fraction(ratio):
    return Fraction(ratio.num, ratio.den)


@given(PAIRS, PAIRS)
def test_arithmetic_and_order_are_those_of_fractions(first, second):
    a, b = Ratio(*first), Ratio(*second)
    x, y = Fraction(*first), Fraction(*second)
    assert fraction(a + b) == x + y
    assert fraction(a - b) == x - y
    assert fraction(a * b) == x * y
    if y:
        assert fraction(a / b) == x / y
    assert (a < b, a <= b, a == b, a >= b, a > b) == (x < y, x <= y, x == y, x >= y, x > y)
    assert fraction(-a) == -x
    assert fraction(abs(a)) == abs(x)
    assert a.floor() == x.__floor__()


@given(PAIRS, WHOLE)
def test_whole_numbers_mix_with_ratios_on_either_side(pair, whole):
    a, x = Ratio(*pair), Fraction(*pair)
    assert fraction(whole + a) == whole + x
    assert fraction(whole - a) == whole - x
    assert fraction(whole * a) == whole * x
    if x:
        assert fraction(whole / a) == whole / x


@given(PAIRS)
def test_a_ratio_is_in_lowest_terms_with_a_positive_denominator(pair):
    ratio = Ratio(*pair)
    assert ratio.den > 0
    assert gcd(ratio.num, ratio.den) == 1


@given(st.lists(PAIRS, max_size=6))
def test_total_adds_exactly(pairs):
    assert fraction(total([Ratio(*pair) for pair in pairs])) == sum(
        (Fraction(*pair) for pair in pairs), Fraction(0)
    )


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=8
    )
)
def test_decimal_text_is_read_exactly(value):
    assert fraction(parse_decimal(str(value))) == Fraction(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "1.",
        "-",
        "1e",
        "1e100",
        "1,5",
        "0x1",
        "nan",
        "inf",
        "1_0",
        "1 2",
        "--1",
        "1" * 41,
    ],
)
def test_what_is_no_decimal_number_is_refused_by_name(text):
    with pytest.raises(ValueError, match="not a decimal number"):
        parse_decimal(text)


@pytest.mark.parametrize(
    ("text", "exponent", "count"), [("0.0036", -6, 3600), ("-1.5E-3", -6, -1500), ("12", 0, 12)]
)
def test_scaled_reading(text, exponent, count):
    assert parse_scaled(text, exponent) == count


def test_a_reading_finer_than_its_unit_is_refused_not_rounded():
    with pytest.raises(ValueError, match="finer than 1E-6"):
        parse_scaled("0.00000051", -6)


def test_floats_never_enter():
    with pytest.raises(TypeError, match=r"not 0\.5"):
        as_ratio(0.5)


def test_a_ratio_over_zero_is_refused():
    with pytest.raises(ZeroDivisionError):
        Ratio(1, 0)
