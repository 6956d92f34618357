"""Printed digits against decimal's own rounding, and against squares for roots."""

import math
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dosegauge_core import rounding
from dosegauge_core.exact import Ratio, parse_decimal

DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=9
)


@given(DECIMALS, st.integers(0, 8))
def test_half_even_is_that_of_decimal(value, decimals):
    expected = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    expected = expected if expected else abs(expected)
    assert rounding.to_text(parse_decimal(str(value)), decimals) == f"{expected:f}"


@given(st.integers(0, 10**24), st.integers(1, 10**12), st.integers(0, 12))
def test_a_printed_root_is_the_nearest(num, den, decimals):
    count = rounding.rounded_root(Ratio(num, den), decimals)
    # (count - 1/2)^2 <= 100^decimals num/den <= (count + 1/2)^2, without any root
    four = 4 * num * 100**decimals
    assert (2 * count + 1) ** 2 * den >= four
    assert count == 0 or (2 * count - 1) ** 2 * den <= four


@given(st.integers(1, 10**18), st.integers(1, 10**18), st.integers(1, 4))
def test_significant_digits_of_a_root_are_as_many_as_asked(num, den, digits):
    square = Ratio(num, den)
    count = rounding.rounded_root(square, rounding.decimals_for_root(square, digits))
    assert len(str(count)) == digits


@pytest.mark.parametrize("mode", rounding.MODES)
@given(num=st.integers(0, 10**15), den=st.integers(1, 10**9))
@example(num=700, den=63)  # 10/3: exactly a third of a unit is discarded
@example(num=1, den=4 * 10**6)  # 0.0005: exactly half of one
def test_a_root_rounds_as_its_value_does(mode, num, den):
    square = Ratio(num, den)
    root = Ratio(math.isqrt(square.num), math.isqrt(square.den))
    if root * root != square:
        # An irrational root ties with nothing: any number between the same 30 decimals does.
        root = Ratio(2 * math.isqrt(num * 10**60 // den) + 1, 2 * 10**30)
    assert rounding.rounded_root(square, 3, mode) == rounding.rounded(root, 3, mode)


@given(DECIMALS, st.integers(0, 6))
def test_up_never_gives_less_than_half_even_and_at_most_one_more(value, decimals):
    exact = parse_decimal(str(value))
    plain = abs(rounding.rounded(exact, decimals))
    assert 0 <= abs(rounding.rounded(exact, decimals, "up")) - plain <= 1


def test_the_root_of_a_negative_number_is_refused():
    with pytest.raises(ValueError, match="negative"):
        rounding.rounded_root(Ratio(-1), 2)


@given(DECIMALS)
def test_shortest_text_says_the_whole_value(value):
    with localcontext() as context:
        context.prec = 60
        text = rounding.shortest_text(parse_decimal(str(value)))
        assert Decimal(text) == value
        assert not ("." in text and text.endswith("0"))


def test_a_third_has_no_shortest_text():
    with pytest.raises(ValueError, match="no end"):
        rounding.shortest_text(Ratio(1, 3))
