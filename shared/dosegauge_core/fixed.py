"""Elementary functions on scaled integers: the same digits on every interpreter.

A real number x is carried as the integer nearest to x * ONE. Inside, values have WORK_BITS
binary places, so that a result is in error by its last rounding only (at most 0.51 units of
1/ONE, unless a function says otherwise). No float occurs anywhere.

The names that end in `_work` are the kernels with WORK_BITS places; tails.py builds on them.
"""

ONE = 10**15
EXP_MAX = 100 * ONE

WORK_BITS = 112
WORK_ONE = 1 << WORK_BITS

_GUARD_BITS = 16
WIDE_BITS = WORK_BITS + _GUARD_BITS
_WIDE_ONE = 1 << WIDE_BITS
# ln 2, pi and 1/sqrt(2), times 2**160 and 2**128, rounded; the tests derive them again.
_LN2_BITS = 160
_LN2 = 1013035739299659071135698605846798551586536899366
_PI_BITS = 160
_PI = 4591442807048218921384805199743311128454155024418
_SQRT_HALF_WIDE = 240615969168004511545033772477625056927
# exp(-40) is below 1e-17: nothing of it is left at a scale of 1e-15.
_EXP_VANISHES = -40 * ONE
_HALVINGS = 6
_EXP_TERMS = 13


def div_half_even(a: "int", b: "int") -> "int":
    """The integer nearest to a / b, ties to the even one; exact for every combination of signs.

    Raises ZeroDivisionError for b = 0. Source: GB/T 8170, round half to even.
    """
    if b == 0:
        raise ZeroDivisionError("div_half_even: the divisor is 0; give a divisor other than 0")
    negative = (a < 0) != (b < 0)
    a = abs(a)
    b = abs(b)
    quotient = a // b
    twice_rest = 2 * (a - quotient * b)
    if twice_rest > b or (twice_rest == b and quotient & 1):
        quotient += 1
    return -quotient if negative else quotient


def bit_length(n: "int") -> "int":
    """Number of binary digits of n >= 1 (MicroPython has no int.bit_length)."""
    return len(bin(n)) - 2


def isqrt(n: "int") -> "int":
    """Largest integer whose square is at most n; exact. Raises ValueError for n < 0.

    Source: Newton's iteration from above, which falls until it reaches the floor.
    """
    if n < 0:
        raise ValueError(f"isqrt: {n} is negative; give 0 or more")
    if n == 0:
        return 0
    root = 1 << ((bit_length(n) + 1) // 2)
    while True:
        lower = (root + n // root) >> 1
        if lower >= root:
            return root
        root = lower


def sqrt_nearest(num: "int", den: "int") -> "int":
    """The integer nearest to sqrt(num / den), exact; a tie (such as 9 / 4) goes to the even one.

    For a scaled root of a / b give num = a * ONE**2, den = b.
    Raises ValueError for num < 0 or den < 0, ZeroDivisionError for den = 0.
    """
    if den == 0:
        raise ZeroDivisionError("sqrt_nearest: the divisor is 0; give a divisor above 0")
    if num < 0 or den < 0:
        raise ValueError(f"sqrt_nearest: {num} / {den}: neither part may be negative")
    root = isqrt(num // den)
    excess = 4 * num - (2 * root + 1) ** 2 * den
    if excess > 0 or (excess == 0 and root & 1):
        return root + 1
    return root


def to_work(x: "int") -> "int":
    """A number of scale ONE as the nearest one with WORK_BITS binary places."""
    return div_half_even(x << WORK_BITS, ONE)


def from_work(x: "int") -> "int":
    """A number with WORK_BITS binary places as the nearest one of scale ONE."""
    return div_half_even(x * ONE, WORK_ONE)


def sqrt_work(x: "int") -> "int":
    """Square root of x >= 0, both with WORK_BITS places, rounded down."""
    return isqrt(x << WORK_BITS)


def pi_work() -> "int":
    """pi with WORK_BITS places."""
    return _PI >> (_PI_BITS - WORK_BITS)


def _expm1_reduced(r: "int") -> "int":
    """exp(r) - 1 for |r| <= ln(2)/2, WORK_BITS places in, WIDE_BITS places out.

    Taylor's series at r / 2**6, then six times e(2s) = e(s) * (2 + e(s)): nothing cancels.
    """
    step = r << (_GUARD_BITS - _HALVINGS)
    total = step
    term = step
    for n in range(2, _EXP_TERMS + 1):
        term = (term * step >> WIDE_BITS) // n
        total += term
    for _ in range(_HALVINGS):
        total = 2 * total + (total * total >> WIDE_BITS)
    return total


def _split_exponent(x: "int") -> "tuple[int, int]":
    """x (WORK_BITS places) as (r, k) with x = r + k * ln 2 and |r| <= ln(2)/2."""
    shift = _LN2_BITS - WORK_BITS
    k = ((x << (shift + 1)) + _LN2) // (2 * _LN2)
    return x - (k * _LN2 >> shift), k


def exp_work(x: "int") -> "tuple[int, int]":
    """exp(x) as (mantissa, k) = mantissa * 2**k, mantissa with WORK_BITS places, about 0.7 to 1.4.

    x has WORK_BITS places. Relative error below 2**-108: small results keep their digits.
    """
    r, k = _split_exponent(x)
    return (_WIDE_ONE + _expm1_reduced(r)) >> _GUARD_BITS, k


def ln_wide(num: "int", den: "int") -> "int":
    """ln(num / den) for num, den > 0 with WIDE_BITS places, error below 2**-122.

    Halved or doubled into 0.707..1.414, then ln m = 2 artanh((m - 1) / (m + 1)).
    """
    k = bit_length(num) - bit_length(den)
    m = (num << WIDE_BITS) // (den << k) if k >= 0 else (num << (WIDE_BITS - k)) // den
    if m < _SQRT_HALF_WIDE:
        m <<= 1
        k -= 1
    elif m > 2 * _SQRT_HALF_WIDE:
        m >>= 1
        k += 1
    z = (abs(m - _WIDE_ONE) << WIDE_BITS) // (m + _WIDE_ONE)
    z_squared = z * z >> WIDE_BITS
    total = 0
    divisor = 1
    while z:
        total += z // divisor
        z = z * z_squared >> WIDE_BITS
        divisor += 2
    if m < _WIDE_ONE:
        total = -total
    return 2 * total + (k * _LN2 >> (_LN2_BITS - WIDE_BITS))


def ln_work(num: "int", den: "int") -> "int":
    """ln(num / den) for num, den > 0 with WORK_BITS places, error below one of its last places."""
    return ln_wide(num, den) >> _GUARD_BITS


def exp(x: "int") -> "int":
    """exp of a scaled number, scaled. 0 below -40; ValueError above EXP_MAX (100).

    Error at most 0.51 units plus 1e-28 of the result.
    """
    if x > EXP_MAX:
        raise ValueError(f"exp: the argument {x} is above {EXP_MAX} (100 in units of 1e-15)")
    if x < _EXP_VANISHES:
        return 0
    mantissa, k = exp_work(to_work(x))
    if k >= 0:
        return div_half_even((mantissa << k) * ONE, WORK_ONE)
    return div_half_even(mantissa * ONE, WORK_ONE << -k)


def expm1(x: "int") -> "int":
    """exp(x) - 1, scaled. -ONE below -40; ValueError above EXP_MAX (100).

    Near 0 (|x| <= 0.34) by its own series, not by a difference. Error as exp.
    """
    if x > EXP_MAX:
        raise ValueError(f"expm1: the argument {x} is above {EXP_MAX} (100 in units of 1e-15)")
    if x < _EXP_VANISHES:
        return -ONE
    r, k = _split_exponent(to_work(x))
    if k == 0:
        return div_half_even(_expm1_reduced(r) * ONE, _WIDE_ONE)
    mantissa, k = exp_work(to_work(x))
    power = mantissa << k if k > 0 else mantissa >> -k
    return from_work(power - WORK_ONE)


def ln(x: "int") -> "int":
    """Natural logarithm of a scaled number > 0, scaled. Error at most 0.51 units.

    Raises ValueError for x <= 0.
    """
    if x <= 0:
        raise ValueError(f"ln: the argument {x} is not above 0")
    return from_work(ln_work(x, ONE))


def ln_ratio(num: "int", den: "int") -> "int":
    """ln(num / den) of two integers > 0 of any size, scaled. Error at most 0.51 units.

    Raises ValueError when one of them is 0 or negative.
    """
    if num <= 0 or den <= 0:
        raise ValueError(f"ln_ratio: {num} / {den}: both parts must be above 0")
    return from_work(ln_work(num, den))


def tan_degrees(angle_udeg: "int") -> "int":
    """Tangent, scaled, of an angle in micro-degrees; |angle| < 89 degrees, else ValueError.

    Error at most 0.51 units. Taylor's series of sine and cosine at the angle itself.
    """
    if abs(angle_udeg) >= 89000000:
        raise ValueError(f"tan_degrees: {angle_udeg} micro-degrees is not within +-89 degrees")
    x = (abs(angle_udeg) * _PI // 180000000) >> (_PI_BITS - WIDE_BITS)
    x_squared = x * x >> WIDE_BITS
    sine = 0
    cosine = 0
    term = _WIDE_ONE
    n = 0
    while term:
        odd_term = term * x // ((n + 1) << WIDE_BITS)
        if n & 2:
            cosine -= term
            sine -= odd_term
        else:
            cosine += term
            sine += odd_term
        term = term * x_squared // ((n + 1) * (n + 2) << WIDE_BITS)
        n += 2
    tangent = div_half_even(sine * ONE, cosine)
    return -tangent if angle_udeg < 0 else tangent
