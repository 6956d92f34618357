"""Tail probabilities and their inverses with binary places: the mathematics of distributions.py.

Ways used (formula numbers: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964):
series with positive terms only (26.2.11, 26.5.4, 6.5.29), so that nothing cancels; from
_NU_UNIFORM degrees of freedom on, the chi-square tail by Temme's uniform expansion (SIAM J. Math.
Anal. 10, 1979, 757), so that its cost does not grow. Tails and densities are held with TAIL_BITS
places, everything else with WORK_BITS: the small side of a distribution keeps its digits.
Quantiles start from a rough formula and follow the Taylor series of the inverse function, usually
twice.
"""

from dosegauge_core.fixed import (
    WIDE_BITS,
    WORK_BITS,
    WORK_ONE,
    exp_work,
    ln_wide,
    ln_work,
    pi_work,
    sqrt_work,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    # tail, density (TAIL_BITS places), then psi = -density'/density and its first two
    # derivatives (WORK_BITS places)
    Point = tuple[int, int, int, int, int]

TAIL_BITS = 176
TAIL_ONE = 1 << TAIL_BITS
_TAIL_HALF = 1 << (TAIL_BITS - 1)
# A series stops when its term is below 2**-68 = 3e-21; the sums are 1 or more and multiply the
# density, so that a quantile loses no more than that.
_SERIES_END = 1 << (WORK_BITS - 68)
# Beyond 12 standard deviations less than 2e-33 is left.
_Z_END = 12 * WORK_ONE
# Above this the expansions in 1/nu move a quantile or a probability by less than 1e-17.
_NU_NORMAL = 10**6
_NU_STIRLING = 100
_NU_UNIFORM = 200
_UNIFORM_TERMS = 30
# Bernoulli numbers B_2, B_4, ... of Stirling's series.
_BERNOULLI = (
    (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66),
    (-691, 2730), (7, 6), (-3617, 510), (43867, 798), (-174611, 330),
)  # fmt: skip

_uniform_cache: "list[int]" = []


def _mul(a: "int", b: "int") -> "int":
    """Product of two numbers, one of them with WORK_BITS places."""
    return a * b >> WORK_BITS


def _quotient(a: "int", b: "int") -> "int":
    """a / b with WORK_BITS places, a and b of the same scale."""
    return (a << WORK_BITS) // b


def _exp_tail(x: "int", factor: "int") -> "int":
    """exp(x) * factor with TAIL_BITS places, x and factor with WORK_BITS."""
    mantissa, k = exp_work(x)
    shift = TAIL_BITS - 2 * WORK_BITS + k
    product = mantissa * factor
    return product << shift if shift >= 0 else product >> -shift


def _ratio_series(z: "int", first: "int") -> "int":
    """1 + z/first + z^2/(first (first + 2)) + ..., WORK_BITS places."""
    total = WORK_ONE
    term = WORK_ONE
    divisor = first
    while term > _SERIES_END:
        term = (term * z >> WORK_BITS) // divisor
        total += term
        divisor += 2
    return total


def _beta_series(z: "int", top: "int", bottom: "int") -> "int":
    """1 + z top/bottom + z^2 top (top + 2)/(bottom (bottom + 2)) + ..., WORK_BITS places."""
    total = WORK_ONE
    term = WORK_ONE
    while term > _SERIES_END:
        term = (term * (z * top) >> WORK_BITS) // bottom
        total += term
        top += 2
        bottom += 2
    return total


def _solve(
    evaluate: "Callable[[int], Point]", target: "int", upper: "bool", start: "int"
) -> "int":
    """The x > 0 (WORK_BITS places) whose tail, upper or lower, equals target (TAIL_BITS places).

    Taylor's series of the inverse function up to the fourth order; far away, Newton's step on the
    logarithm of the tail; a bracket catches what leaves it. Ends when the fifth-order term, about
    twice the square of the third by the first, is below 3e-17 of max(x, 1).
    """
    low = 0
    high = 0
    x = start
    while True:
        tail, density, psi, psi1, psi2 = evaluate(x)
        excess = tail - target if upper else target - tail
        if excess > 0:
            low = x
        else:
            high = x
        step = 0
        if density > 0 and tail > 0:
            step = (excess << WORK_BITS) // density
            if 2 * abs(_mul(step, psi)) > WORK_ONE:
                log_step = tail * ln_work(tail, target) // density
                step = log_step if upper else -log_step
            else:
                square = _mul(psi, psi)
                cube = _mul(step, _mul(step, step))
                third = _mul(2 * square + psi1, cube) // 6
                c4 = psi2 + _mul(psi, 7 * psi1 + 6 * square)
                fourth = _mul(_mul(c4, cube), step) // 24
                taylor = step + _mul(_mul(step, step), psi) // 2 + third + fourth
                if third * third << 56 <= abs(step) * max(x, WORK_ONE):
                    return x + taylor
                step = taylor
        x += step
        if step == 0 or x <= low or (high and x >= high):
            x = (low + high) >> 1 if high else 2 * low


# --- normal -----------------------------------------------------------------------------------


def _half_ln_two_pi() -> "int":
    return ln_work(2 * pi_work(), WORK_ONE) >> 1


def _normal_tail(z: "int", ln_density: "int") -> "tuple[int, int]":
    """Upper tail and density (TAIL_BITS places) at z >= 0; A&S 26.2.11."""
    density = _exp_tail(ln_density, WORK_ONE)
    if z >= _Z_END:
        return 0, density
    central = _exp_tail(ln_density, _mul(z, _ratio_series(_mul(z, z), 3)))
    return _TAIL_HALF - central, density


def _normal_start(target: "int") -> "int":
    """z of an upper tail <= 1/2 to 4.5e-4; A&S 26.2.23, its coefficients times 1e6."""
    w = sqrt_work(2 * ln_work(TAIL_ONE, target))
    square = _mul(w, w)
    top = 2515517 * WORK_ONE + 802853 * w + 10328 * square
    bottom = 1000000 * WORK_ONE + 1432788 * w + 189269 * square + 1308 * _mul(square, w)
    return max(w - _quotient(top, bottom), 0)


def normal_quantile_work(target: "int") -> "int":
    """z >= 0 of an upper tail (TAIL_BITS places) up to 1/2."""
    ln_peak = -_half_ln_two_pi()

    def evaluate(z: "int") -> "Point":
        tail, density = _normal_tail(z, ln_peak - _mul(z, z) // 2)
        return tail, density, z, WORK_ONE, 0

    if target == _TAIL_HALF:
        return 0
    return _solve(evaluate, target, True, _normal_start(target))


def normal_upper_tail(z: "int") -> "int":
    """Upper tail (TAIL_BITS places) at z >= 0 (WORK_BITS places)."""
    return _normal_tail(z, -_half_ln_two_pi() - _mul(z, z) // 2)[0]


# --- Student's t ------------------------------------------------------------------------------


def _stirling(nu: "int", halved: "bool") -> "int":
    """Sum of w B_2k / (2k (2k - 1) x^(2k - 1)) at x = nu/2, WORK_BITS places.

    w = 1: ln gamma(x) less its leading terms (A&S 6.1.41). w = 2 - 2^(1 - 2k) (halved): what
    ln(gamma(x + 1/2) / gamma(x)) lacks of ln(x)/2, with the sign turned. Error below 1e-31 from
    x = 50 on.
    """
    total = 0
    power = 2 * WORK_ONE // nu
    for index in range(len(_BERNOULLI)):
        num, den = _BERNOULLI[index]
        double_k = 2 * index + 2
        if halved:
            num *= (1 << double_k) - 1
            den <<= double_k - 1
        total += power * num // (den * double_k * (double_k - 1))
        power = power * 4 // (nu * nu)
    return total


def _t_ln_peak(nu: "int") -> "int":
    """ln of the t density at 0, gamma((nu + 1)/2) / (sqrt(pi nu) gamma(nu/2))."""
    if nu >= _NU_STIRLING:
        return -_half_ln_two_pi() - _stirling(nu, True)
    num = 1
    den = 1
    for step in range(2 - nu % 2, nu - 1, 2):
        num *= step + 1
        den *= step
    if nu % 2:
        return ln_work(num * num, den * den * nu) // 2 - ln_work(pi_work(), WORK_ONE)
    return ln_work(num * num, den * den * nu * 4) // 2


def _t_tail(t: "int", nu: "int", ln_peak: "int") -> "tuple[int, int]":
    """Upper tail and density (TAIL_BITS places) at t >= 0 (WORK_BITS places); A&S 26.5.4.

    With y = t^2/(nu + t^2): below t^2 = nu the central part in powers of y, above it the tail in
    powers of 1 - y; each equals t * density * series.
    """
    square = t * t
    nu_square = nu << (2 * WORK_BITS)
    exponent = (nu + 1) * ln_wide(nu_square + square, nu_square)
    ln_density = ln_peak - (exponent >> (WIDE_BITS - WORK_BITS + 1))
    density = _exp_tail(ln_density, WORK_ONE)
    if square >= nu_square:
        x = (nu << (3 * WORK_BITS)) // (nu_square + square)
        return _exp_tail(ln_density, _mul(t, _beta_series(x, nu + 1, nu + 2)) // nu), density
    if t > 2 * WORK_ONE and density << 64 < TAIL_ONE:
        return 0, density
    y = (square << WORK_BITS) // (nu_square + square)
    central = _exp_tail(ln_density, _mul(t, _beta_series(y, nu + 1, 3)))
    return _TAIL_HALF - central, density


def t_upper_tail(t: "int", nu: "int") -> "int":
    """Upper tail (TAIL_BITS places) at t >= 0 (WORK_BITS places)."""
    if nu <= _NU_NORMAL:
        return _t_tail(t, nu, _t_ln_peak(nu))[0]
    if t >= _Z_END:
        return 0
    square = _mul(t, t)
    first = _mul(t, square + WORK_ONE) // (4 * nu)
    inner = _mul(13 * square + 8 * WORK_ONE, square) + 3 * WORK_ONE
    return normal_upper_tail(t - first + _mul(t, inner) // (96 * nu * nu))


def _t_from_normal(z: "int", nu: "int") -> "int":
    """t of the same tail as the normal z, up to 1/nu^3; A&S 26.7.5."""
    square = _mul(z, z)
    first = _mul(z, square + WORK_ONE) // (4 * nu)
    inner = _mul(5 * square + 16 * WORK_ONE, square) + 3 * WORK_ONE
    second = _mul(z, inner) // (96 * nu * nu)
    inner = _mul(_mul(3 * square + 19 * WORK_ONE, square) + 17 * WORK_ONE, square) - 15 * WORK_ONE
    return z + first + second + _mul(z, inner) // (384 * nu * nu * nu)


def _t_start(target: "int", nu: "int", ln_peak: "int") -> "int":
    """t of an upper tail: its leading power far out, else from the normal value."""
    ln_x = (2 * ln_work(target, TAIL_ONE) + ln_work(nu, 1) - 2 * ln_peak) // nu
    if ln_x < -7 * WORK_ONE // 5:
        mantissa, k = exp_work(-ln_x)
        ratio = mantissa << k if k >= 0 else mantissa >> -k
        return sqrt_work(nu * (ratio - WORK_ONE))
    return _t_from_normal(_normal_start(target), nu)


def t_quantile_work(target: "int", nu: "int") -> "int":
    """t >= 0 of an upper tail (TAIL_BITS places) up to 1/2."""
    if target == _TAIL_HALF:
        return 0
    if nu > _NU_NORMAL:
        return _t_from_normal(normal_quantile_work(target), nu)
    ln_peak = _t_ln_peak(nu)

    def evaluate(t: "int") -> "Point":
        tail, density = _t_tail(t, nu, ln_peak)
        square = _mul(t, t)
        nu_work = nu << WORK_BITS
        width = nu_work + square
        psi = (nu + 1) * _quotient(t, width)
        psi1 = (nu + 1) * _quotient(_quotient(nu_work - square, width), width)
        psi2 = 2 * _mul(psi, _quotient(_quotient(square - 3 * nu_work, width), width))
        return tail, density, psi, psi1, psi2

    return _solve(evaluate, target, True, _t_start(target, nu, ln_peak))


# --- chi-square, through the gamma distribution of x/2 with shape nu/2 -------------------------


def _ln_gamma_half(nu: "int") -> "int":
    """ln gamma(nu/2) from the exact factorial; for nu below _NU_UNIFORM."""
    num = 1
    for odd_or_even in range(2 - nu % 2, nu - 1, 2):
        num *= odd_or_even
    value = ln_work(num, 1 << ((nu - 1) // 2))
    if nu % 2:
        value += ln_work(pi_work(), WORK_ONE) // 2
    return value


def _gamma_lower_small(x: "int", nu: "int", ln_gamma: "int") -> "tuple[int, int]":
    """Lower tail and density at x > 0 of the gamma distribution with shape nu/2.

    Up to the mean the series A&S 6.5.29; above it the upper tail as the finite sum of
    densities of shapes nu/2, nu/2 - 1, ..., for odd nu down to the normal tail (A&S 26.4.4, 5).
    """
    ln_x = ln_work(x, WORK_ONE)
    ln_density = (nu - 2) * ln_x // 2 - x - ln_gamma
    density = _exp_tail(ln_density, WORK_ONE)
    if 2 * x <= nu << WORK_BITS:
        return _exp_tail(ln_density + ln_x, 2 * _ratio_series(2 * x, nu + 2) // nu), density
    inverse = _quotient(WORK_ONE, 2 * x)
    total = 0
    term = WORK_ONE
    shape = nu
    while shape > 1 and term > _SERIES_END:
        total += term
        shape -= 2
        term = _mul(term, inverse) * shape
    tail = _exp_tail(ln_density, total)
    if shape == 1:
        tail += 2 * _normal_tail(sqrt_work(2 * x), -_half_ln_two_pi() - x)[0]
    return TAIL_ONE - tail, density


def _uniform_coefficients() -> "list[int]":
    """Taylor coefficients (WORK_BITS places) of eta/(m - 1) in eta, where eta^2/2 = m - 1 - ln m.

    From m' (m - 1) = eta m, first m - 1 = eta + eta^2/3 + ..., then its reciprocal.
    """
    if not _uniform_cache:
        shift = [0, WORK_ONE]
        for n in range(2, _UNIFORM_TERMS + 2):
            square = sum([_mul(shift[i], shift[n + 1 - i]) for i in range(2, n)])
            shift.append(shift[n - 1] // (n + 1) - square // 2)
        _uniform_cache.append(WORK_ONE)
        for n in range(1, _UNIFORM_TERMS + 1):
            products = [_mul(shift[j + 1], _uniform_cache[n - j]) for j in range(1, n + 1)]
            _uniform_cache.append(-sum(products))
    return _uniform_cache


def _gamma_lower_uniform(x: "int", nu: "int", gamma_star: "int") -> "tuple[int, int]":
    """As _gamma_lower_small, for large nu: moments of the normal tail, cost independent of nu.

    gamma_star is Stirling's correction of ln gamma(nu/2).
    """
    ratio = 2 * x // nu
    half_square = max(ratio - WORK_ONE - ln_work(2 * x, nu << WORK_BITS), 0)
    eta = sqrt_work(2 * half_square)
    z = sqrt_work(nu * half_square)
    ln_normal = -_half_ln_two_pi() - nu * half_square // 2
    if z >= _Z_END:
        return (TAIL_ONE if ratio > WORK_ONE else 0), 0
    moment, normal_density = _normal_tail(z, ln_normal)
    root_shape = sqrt_work(nu << (WORK_BITS - 1))
    power = (normal_density << WORK_BITS) // root_shape
    older = moment
    newer = power
    upper = ratio >= WORK_ONE
    tail = moment
    coefficients = _uniform_coefficients()
    for k in range(1, _UNIFORM_TERMS + 1):
        part = _mul(newer, coefficients[k])
        tail += -part if k & 1 and not upper else part
        power = _mul(power, eta)
        older, newer = newer, older * 2 * k // nu + power
    mantissa, k = exp_work(-gamma_star)
    correction = mantissa << k if k >= 0 else mantissa >> -k
    tail = _mul(tail, correction)
    density = _mul(_mul(normal_density, correction), _quotient(root_shape, x))
    return (TAIL_ONE - tail if upper else tail), density


def _gamma_constant(nu: "int") -> "int":
    return _stirling(nu, False) if nu >= _NU_UNIFORM else _ln_gamma_half(nu)


def _gamma_lower(x: "int", nu: "int", constant: "int") -> "tuple[int, int]":
    if nu >= _NU_UNIFORM:
        return _gamma_lower_uniform(x, nu, constant)
    return _gamma_lower_small(x, nu, constant)


def gamma_lower_tail(x: "int", nu: "int") -> "int":
    """Lower tail (TAIL_BITS places) at x > 0 (WORK_BITS places) of the shape nu/2."""
    return _gamma_lower(x, nu, _gamma_constant(nu))[0]


def _gamma_start(target: "int", upper: "bool", nu: "int", constant: "int") -> "int":
    """First value of x: its leading power near 0, else Wilson and Hilferty (A&S 26.4.17)."""
    if not upper and nu < _NU_UNIFORM:
        ln_factorial = constant + ln_work(nu, 2)
        mantissa, k = exp_work(2 * (ln_work(target, TAIL_ONE) + ln_factorial) // nu)
        leading = mantissa << k if k >= 0 else mantissa >> -k
        if 8 * leading < (nu + 2) << WORK_BITS:
            return leading + 2 * _mul(leading, leading) // (nu + 2)
    z = _normal_start(target)
    spread = sqrt_work(2 * WORK_ONE // (9 * nu))
    root = WORK_ONE - 2 * WORK_ONE // (9 * nu) + _mul(z if upper else -z, spread)
    return nu * _mul(root, _mul(root, root)) // 2


def gamma_quantile_work(target: "int", upper: "bool", nu: "int") -> "int":
    """x (WORK_BITS places), half the chi-square value, of a tail (TAIL_BITS places) up to 1/2."""
    constant = _gamma_constant(nu)

    def evaluate(x: "int") -> "Point":
        lower, density = _gamma_lower(x, nu, constant)
        slope = _quotient((nu - 2) << (WORK_BITS - 1), x)
        slope1 = _quotient(slope, x)
        tail = TAIL_ONE - lower if upper else lower
        return tail, density, WORK_ONE - slope, slope1, -2 * _quotient(slope1, x)

    start = _gamma_start(target, upper, nu, constant)
    if start >> (WORK_BITS // 2) == 0:
        return start
    return _solve(evaluate, target, upper, start)
