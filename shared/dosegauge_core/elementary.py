"""Elementary functions of exact numbers, for uncertainty budgets: the same digits everywhere.

Each takes a Ratio (or int) and returns a Ratio in error by less than 1e-30 of the result, also
where the result is close to 0 (the tests hold them to that against mpmath). A result that isn't a
simple rational number has 34 or 35 significant decimals, so that a formula's numbers don't grow.
No float occurs anywhere. These precisions are this program's own choice.

`characteristic.root` counts decimals, `sqrt` here counts significant digits.
"""

from .exact import Ratio, as_ratio
from .fixed import (
    WIDE_BITS,
    WORK_BITS,
    bit_length,
    div_half_even,
    exp_work,
    isqrt,
    ln_wide,
    sqrt_nearest,
)

LARGEST_EXPONENT = 1000
LARGEST_ANGLE_RAD = 1000000

_SIGNIFICANT = 34
# log10(2) from above, as numerator and denominator.
_LOG10_2 = (30103, 100000)

# Series have more binary places than the 116 of 35 decimals: their terms lose some.
_SERIES_BITS = 136
_SERIES_ONE = 1 << _SERIES_BITS
# What is left of an angle when right angles are taken off keeps that many binary digits.
_ANGLE_DIGITS = 120

_HALF = Ratio(1, 2)
# tan(pi/8) from above: up to there the arc tangent's series is used as it is.
_LARGEST_TANGENT = Ratio(415, 1000)


def shortened(x: "Ratio | int") -> "Ratio":
    """The number itself to 34 or 35 significant decimals, half to even."""
    exact = as_ratio(x)
    decimals = _decimals_to_keep(exact)
    return _unscaled(div_half_even(*_scaled(exact, decimals)), decimals)


def sqrt(x: "Ratio | int") -> "Ratio":
    """Square root: exact where it is rational, else correctly rounded. ValueError for x < 0."""
    square = as_ratio(x)
    if square < 0:
        raise _refusal("sqrt", square, "is negative")
    root = Ratio(isqrt(square.num), isqrt(square.den))
    if root * root == square:
        return root
    decimals = (_decimals_to_keep(square) + _SIGNIFICANT) // 2
    return _unscaled(sqrt_nearest(*_scaled(square, 2 * decimals)), decimals)


def exp(x: "Ratio | int") -> "Ratio":
    """exp(x); ValueError for |x| > 1000."""
    exponent = _within("exp", x, LARGEST_EXPONENT)
    if exponent == 0:
        return Ratio(1)
    return shortened(_exp(exponent))


def expm1(x: "Ratio | int") -> "Ratio":
    """exp(x) - 1, near 0 by its own series and not by a difference; ValueError for |x| > 1000."""
    exponent = _within("expm1", x, LARGEST_EXPONENT)
    if abs(exponent) > _HALF:
        return shortened(_exp(exponent) - 1)
    series = _factorial_series(abs(exponent), exponent < 0, 1, 1)
    return shortened(exponent * series)


def ln(x: "Ratio | int") -> "Ratio":
    """Natural logarithm; ValueError for x <= 0."""
    power = as_ratio(x)
    if power <= 0:
        raise _refusal("ln", power, "is not above 0")
    if power < _HALF or power > 2:
        return shortened(Ratio(ln_wide(power.num, power.den), 1 << WIDE_BITS))
    # ln x = 2 artanh((x - 1)/(x + 1)): the quotient is exact, nothing cancels near 1.
    return shortened(2 * _arc_series((power - 1) / (power + 1), False))


def sin(x: "Ratio | int") -> "Ratio":
    """Sine of an angle in radians; ValueError for |x| > 1e6."""
    rest, turns = _less_right_angles(_within("sin", x, LARGEST_ANGLE_RAD))
    return shortened(_sine_after(rest, turns))


def cos(x: "Ratio | int") -> "Ratio":
    """Cosine of an angle in radians; ValueError for |x| > 1e6."""
    rest, turns = _less_right_angles(_within("cos", x, LARGEST_ANGLE_RAD))
    return shortened(_sine_after(rest, turns + 1))


def tan(x: "Ratio | int") -> "Ratio":
    """Tangent of an angle in radians; ValueError for |x| > 1e6."""
    rest, turns = _less_right_angles(_within("tan", x, LARGEST_ANGLE_RAD))
    return shortened(_sine_after(rest, turns) / _sine_after(rest, turns + 1))


def atan(x: "Ratio | int") -> "Ratio":
    """Arc tangent in radians, -pi/2 to pi/2."""
    tangent = as_ratio(x)
    angle = _atan_of_positive(abs(tangent))
    return shortened(-angle if tangent < 0 else angle)


def pi() -> "Ratio":
    """pi to 34 significant decimals."""
    return shortened(_pi(_SERIES_BITS))


def _refusal(function: "str", x: "Ratio", what: "str") -> "ValueError":
    value = str(x.num) if x.den == 1 else "{}/{}".format(x.num, x.den)
    return ValueError("{}: the argument {} {}".format(function, value, what))


def _within(function: "str", x: "Ratio | int", largest: "int") -> "Ratio":
    exact = as_ratio(x)
    if abs(exact) > largest:
        raise _refusal(function, exact, "is not within +-{}".format(largest))
    return exact


def _decimals_to_keep(x: "Ratio") -> "int":
    """Decimals (negative: places before the point) that show 34 or 35 significant digits."""
    if x == 0:
        return 0
    at_least_2_to = bit_length(abs(x.num)) - bit_length(x.den) - 1
    return _SIGNIFICANT - 1 - at_least_2_to * _LOG10_2[0] // _LOG10_2[1]


def _scaled(x: "Ratio", decimals: "int") -> "tuple[int, int]":
    """x * 10**decimals as numerator and denominator."""
    if decimals >= 0:
        return x.num * 10**decimals, x.den
    return x.num, x.den * 10**-decimals


def _unscaled(count: "int", decimals: "int") -> "Ratio":
    if decimals >= 0:
        return Ratio(count, 10**decimals)
    return Ratio(count * 10**-decimals)


def _exp(x: "Ratio") -> "Ratio":
    mantissa, exponent = exp_work(div_half_even(x.num << WORK_BITS, x.den))
    if exponent >= WORK_BITS:
        return Ratio(mantissa << (exponent - WORK_BITS))
    return Ratio(mantissa, 1 << (WORK_BITS - exponent))


def _factorial_series(z: "Ratio", alternating: "bool", n: "int", step: "int") -> "Ratio":
    """1 +- z n!/(n + step)! + z^2 n!/(n + 2 step)! +- ..., for 0 <= z <= 1."""
    z_places = (z.num << _SERIES_BITS) // z.den
    total = 0
    term = _SERIES_ONE
    sign = 1
    while term:
        total += sign * term
        divisor = 1
        for _ in range(step):
            n += 1
            divisor *= n
        term = (term * z_places >> _SERIES_BITS) // divisor
        sign = -sign if alternating else sign
    return Ratio(total, _SERIES_ONE)


def _arc_series(z: "Ratio", alternating: "bool", bits: "int" = _SERIES_BITS) -> "Ratio":
    """z (1 +- z^2/3 + z^4/5 +- ...): arc tangent if alternating, else its hyperbolic sister."""
    squared = (z.num * z.num << bits) // (z.den * z.den)
    total = 0
    power = 1 << bits
    divisor = 1
    while power:
        total += -(power // divisor) if alternating and divisor & 2 else power // divisor
        power = power * squared >> bits
        divisor += 2
    return z * Ratio(total, 1 << bits)


def _pi(bits: "int") -> "Ratio":
    """pi, in error by less than 2**-(bits - 8). Source: Machin's formula."""
    return 16 * _arc_series(Ratio(1, 5), True, bits) - 4 * _arc_series(Ratio(1, 239), True, bits)


def _atan_of_positive(x: "Ratio") -> "Ratio":
    if x <= _LARGEST_TANGENT:
        return _arc_series(x, True)
    if x > 1:
        return _pi(_SERIES_BITS) / 2 - _atan_of_positive(1 / x)
    return _pi(_SERIES_BITS) / 4 - _arc_series((1 - x) / (1 + x), True)


def _less_right_angles(x: "Ratio") -> "tuple[Ratio, int]":
    """x as (rest, turns): x = rest + turns pi/2 with |rest| up to about pi/4.

    The rest's relative error is below 2**-_ANGLE_DIGITS: where x is so close to a multiple of
    pi/2 that little is left of it, pi is computed with more places. That ends, since a rational
    number is no multiple of pi.
    """
    bits = _SERIES_BITS + 64
    while True:
        quarter = _pi(bits) / 2
        turns = (x / quarter + _HALF).floor()
        if turns == 0:
            return x, 0
        rest = x - turns * quarter
        lost = 8 + bit_length(abs(turns))
        if abs(rest) * (1 << (bits - lost)) >= 1 << _ANGLE_DIGITS:
            return rest, turns
        bits *= 2


def _sine_after(rest: "Ratio", turns: "int") -> "Ratio":
    """sin(rest + turns pi/2) for |rest| up to about pi/4."""
    squared = rest * rest
    if turns & 1:
        value = _factorial_series(squared, True, 0, 2)
    else:
        value = rest * _factorial_series(squared, True, 1, 2)
    return -value if turns & 2 else value
