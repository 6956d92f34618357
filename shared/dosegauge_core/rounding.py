"""Rounding, done once, from the exact value, when a figure is printed.

Modes (GB/T 8170; GUM 7.2.6; reference sheet section 0.4):

- "half-even": the general rule of GB/T 8170;
- "up": round up when the discarded part exceeds 5 % of one unit of the last kept digit, so that
  10.47 becomes 11 and 28.05 stays 28 (the 5 % is this program's choice, the two numbers GUM's);
- "third": round up when the discarded part exceeds one third of a unit (a teaching convention).

For "up" and "third" the magnitude is rounded, the sign kept.
"""

from .exact import Ratio, as_ratio
from .fixed import bit_length, isqrt

MODES = ("half-even", "up", "third")

# The fraction of a unit above which "up" and "third" go to the next digit: numerator, denominator.
_THRESHOLD = {"half-even": (1, 2), "up": (1, 20), "third": (1, 3)}

# More places than any decimal that exact.parse_decimal accepts.
_MOST_DECIMALS = 140


def _threshold(mode: "str") -> "tuple[int, int]":
    if mode not in _THRESHOLD:
        raise ValueError("no rounding mode {!r}; there are {}".format(mode, ", ".join(MODES)))
    return _THRESHOLD[mode]


def rounded(value: "Ratio | int", decimals: "int", mode: "str" = "half-even") -> "int":
    """The value as a whole number of 10**-decimals (decimals may be negative)."""
    exact = as_ratio(value)
    numerator, denominator = _scale(abs(exact), decimals, 1)
    part, unit = _threshold(mode)
    count = numerator // denominator
    left = unit * (numerator - count * denominator)
    right = part * denominator
    if left > right or (left == right and mode == "half-even" and count % 2):
        count += 1
    return -count if exact < 0 else count


def rounded_root(square: "Ratio | int", decimals: "int", mode: "str" = "half-even") -> "int":
    """The square root of an exact square as a whole number of 10**-decimals.

    Correctly rounded from the exact root: the comparison is made between squares. ValueError
    when the square is negative.
    """
    exact = as_ratio(square)
    if exact < 0:
        raise ValueError("the square of a quantity is negative: {!r}".format(exact))
    numerator, denominator = _scale(exact, decimals, 2)
    part, unit = _threshold(mode)
    count = isqrt(numerator // denominator)
    left = unit * unit * numerator
    right = (unit * count + part) * (unit * count + part) * denominator
    if left > right or (left == right and mode == "half-even" and count % 2):
        count += 1
    return count


def _scale(exact: "Ratio", decimals: "int", power: "int") -> "tuple[int, int]":
    if decimals >= 0:
        return exact.num * 10 ** (decimals * power), exact.den
    return exact.num, exact.den * 10 ** (-decimals * power)


def place_decimal_point(count: "int", decimals: "int") -> "str":
    """Text of count * 10**-decimals with just that many decimals."""
    sign = "-" if count < 0 else ""
    digits = str(abs(count))
    if decimals <= 0:
        return sign + (digits + "0" * -decimals if count else "0")
    if len(digits) <= decimals:
        digits = "0" * (decimals + 1 - len(digits)) + digits
    return sign + digits[:-decimals] + "." + digits[-decimals:]


def to_text(value: "Ratio | int", decimals: "int", mode: "str" = "half-even") -> "str":
    """A value with the given number of decimals; -0.00 prints as 0.00."""
    return place_decimal_point(rounded(value, decimals, mode), decimals)


def shortest_text(value: "Ratio") -> "str":
    """An exact decimal number with as many decimals as it needs; ValueError when it has no end."""
    decimals = 0
    while (value * 10**decimals).den != 1:
        decimals += 1
        if decimals > _MOST_DECIMALS:
            raise ValueError("{!r} has no end as a decimal number".format(value))
    return to_text(value, decimals)


def root_to_text(square: "Ratio | int", decimals: "int", mode: "str" = "half-even") -> "str":
    """The root of an exact square with the given number of decimals."""
    return place_decimal_point(rounded_root(square, decimals, mode), decimals)


def decimals_for_root(
    square: "Ratio | int", digits: "int" = 2, mode: "str" = "half-even"
) -> "int":
    """How many decimals show the root with that many significant digits, carries included.

    0.0996 to two digits is 0.10, so the answer is 2, not 3. For a root of zero the answer is 0.
    """
    exact = as_ratio(square)
    if exact == 0:
        return 0
    decimals = decimals_of_leading_digit(exact) + digits - 1
    if rounded_root(exact, decimals, mode) >= 10**digits:
        decimals -= 1
    return decimals


def decimals_of_leading_digit(square: "Ratio") -> "int":
    """The place of the first digit of a root, before any rounding: 0.012 gives 2. square > 0."""
    numerator, denominator = square.num, square.den
    # The lengths tell it but for one place: a binary digit is 0.30103 decimal ones.
    decimals = (bit_length(denominator) - bit_length(numerator)) * 30103 // 200000
    if decimals >= 0:
        numerator *= 100**decimals
    else:
        denominator *= 100**-decimals
    while numerator >= 100 * denominator:
        denominator *= 100
        decimals -= 1
    while numerator < denominator:
        numerator *= 100
        decimals += 1
    return decimals
