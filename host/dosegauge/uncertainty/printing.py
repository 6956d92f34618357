"""Numbers of a budget with a few significant digits, rounded once from the exact value."""

from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import (
    decimals_for_root,
    decimals_of_leading_digit,
    place_decimal_point,
    rounded,
    rounded_root,
    to_text,
)

# Outside these powers of ten a number is written with an exponent.
_SMALLEST_PLAIN, _LARGEST_PLAIN = -4, 6


def significant(value: Ratio, digits: int) -> str:
    """A number with that many significant digits, such as "0.0309" or "-1.15E-5"."""
    if value == 0:
        return "0"
    decimals = decimals_of_leading_digit(value * value) + digits - 1
    count = rounded(value, decimals)
    if abs(count) >= 10**digits:
        decimals -= 1
        count = rounded(value, decimals)
    return _placed(count, decimals, digits)


def significant_root(square: Ratio, digits: int) -> str:
    """The root of an exact square, such as u from u squared."""
    if square == 0:
        return "0"
    decimals = decimals_for_root(square, digits)
    return _placed(rounded_root(square, decimals), decimals, digits)


def _placed(count: int, decimals: int, digits: int) -> str:
    exponent = digits - 1 - decimals
    if _SMALLEST_PLAIN <= exponent <= _LARGEST_PLAIN:
        return place_decimal_point(count, decimals)
    return f"{place_decimal_point(count, digits - 1)}E{exponent}"


def freedom_text(freedom: Ratio | None) -> str:
    """Degrees of freedom: whole, or with one decimal; infinitely many as a sign."""
    if freedom is None:
        return "∞"
    return to_text(freedom, 0 if freedom.den == 1 else 1)
