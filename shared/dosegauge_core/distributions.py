"""Normal, t, chi-square, Poisson and binomial: probabilities and quantiles on scaled integers.

Numbers are scaled by fixed.ONE. Unless a function says otherwise, a probability is in error by
at most 1 unit (1e-15), a quantile by at most 1 unit or 1e-15 of itself, whichever is more; the
same digits come out on every interpreter. The mathematics is in tails.py.
"""

from dosegauge_core.fixed import ONE, div_half_even, from_work, to_work
from dosegauge_core.tails import (
    TAIL_BITS,
    TAIL_ONE,
    gamma_lower_tail,
    gamma_quantile_work,
    normal_quantile_work,
    normal_upper_tail,
    t_quantile_work,
    t_upper_tail,
)


def _scaled_probability(tail: "int") -> "int":
    return div_half_even(tail * ONE, TAIL_ONE)


def _tail_of_side(p: "int", whole: "int", name: "str") -> "tuple[int, bool]":
    """(smaller tail with TAIL_BITS places, whether it is the upper one) of p / whole."""
    if not 0 < p < whole:
        raise ValueError(f"{name}: the probability {p} of {whole} is not between 0 and 1")
    upper = 2 * p > whole
    side = whole - p if upper else p
    return div_half_even(side << TAIL_BITS, whole), upper


def _require_degrees(nu: "int", name: "str") -> "None":
    if nu < 1:
        raise ValueError(f"{name}: {nu} degrees of freedom; give an integer of 1 or more")


def _require_coverage(coverage: "int", name: "str") -> "None":
    if not 0 < coverage < ONE:
        raise ValueError(f"{name}: the coverage {coverage} of {ONE} is not between 0 and 1")


def normal_cdf(z: "int") -> "int":
    """Probability that a standard normal value is at most z, scaled in and out.

    Any z; error at most 1 unit. Source: A&S 26.2.11.
    """
    tail = normal_upper_tail(to_work(abs(z)))
    return _scaled_probability(TAIL_ONE - tail if z > 0 else tail)


def normal_quantile(p: "int") -> "int":
    """z with normal_cdf(z) = p, for 0 < p < ONE (else ValueError); error at most 1 unit."""
    target, upper = _tail_of_side(p, ONE, "normal_quantile")
    z = from_work(normal_quantile_work(target))
    return z if upper else -z


def t_cdf(t: "int", nu: "int") -> "int":
    """Probability that Student's t with nu degrees of freedom is at most t, scaled.

    nu is an integer >= 1 (else ValueError) without upper limit: above 1e6 it is the normal
    distribution with its corrections in 1/nu and 1/nu^2. Error at most 1 unit. Source: A&S 26.5.4.
    """
    _require_degrees(nu, "t_cdf")
    tail = t_upper_tail(to_work(abs(t)), nu)
    return _scaled_probability(TAIL_ONE - tail if t > 0 else tail)


def t_quantile(p: "int", nu: "int") -> "int":
    """t with t_cdf(t, nu) = p, for 0 < p < ONE and an integer nu >= 1 (else ValueError).

    Error at most 1 unit or 1e-15 of the value. Above nu = 1e6 from the normal value.
    """
    _require_degrees(nu, "t_quantile")
    target, upper = _tail_of_side(p, ONE, "t_quantile")
    t = from_work(t_quantile_work(target, nu))
    return t if upper else -t


def t_two_sided(coverage: "int", nu: "int") -> "int":
    """k with P(|t| <= k) = coverage: for 0.95 it is the 0.975 quantile. 0 < coverage < ONE.

    Source: GUM G.3; range, errors and accuracy as t_quantile.
    """
    _require_degrees(nu, "t_two_sided")
    _require_coverage(coverage, "t_two_sided")
    target = div_half_even((ONE - coverage) << TAIL_BITS, 2 * ONE)
    return from_work(t_quantile_work(target, nu))


def t_quantile_interpolated(p: "int", nu_num: "int", nu_den: "int") -> "int":
    """t_quantile at nu = nu_num / nu_den >= 1 by interpolation in 1/nu between integers.

    ValueError for nu below 1: there is no neighbour. In error by at most 2 units (or 1e-15 of the
    value) against that definition, which itself lies above the true quantile: at p = 0.975 by up
    to 19 % for 1 < nu < 2, 1.6 % for 2 < nu < 3, 0.4 % for 3 < nu < 4.
    """
    if nu_den <= 0 or nu_num < nu_den:
        raise ValueError(f"t_quantile_interpolated: {nu_num} / {nu_den} is not 1 or more")
    below = nu_num // nu_den
    t_below = t_quantile(p, below)
    rest = nu_num - below * nu_den
    if rest == 0:
        return t_below
    t_above = t_quantile(p, below + 1)
    return t_below + div_half_even((t_above - t_below) * rest * (below + 1), nu_num)


def chi2_cdf(x: "int", nu: "int") -> "int":
    """Probability that chi-square with nu degrees of freedom is at most x, scaled.

    x >= 0 and an integer nu >= 1, else ValueError. Error at most 1 unit up to nu = 20000, and at
    most 1e-13 up to nu = 10**6.
    """
    _require_degrees(nu, "chi2_cdf")
    if x < 0:
        raise ValueError(f"chi2_cdf: the argument {x} is negative; give 0 or more")
    x_work = to_work(x) >> 1
    if x_work == 0:
        return 0
    return _scaled_probability(gamma_lower_tail(x_work, nu))


def chi2_quantile(p: "int", nu: "int") -> "int":
    """x with chi2_cdf(x, nu) = p, for 0 < p < ONE and an integer nu >= 1 (else ValueError).

    Error at most 1 unit or 1e-15 of the value.
    """
    _require_degrees(nu, "chi2_quantile")
    target, upper = _tail_of_side(p, ONE, "chi2_quantile")
    return from_work(2 * gamma_quantile_work(target, upper, nu))


def poisson_interval(n: "int", coverage: "int") -> "tuple[int, int]":
    """Exact central interval (lower, upper) of the mean of a Poisson count n, scaled.

    n >= 0 and 0 < coverage < ONE, else ValueError. Error as chi2_quantile.
    Source: Garwood, Biometrika 28 (1936) 437.
    """
    if n < 0:
        raise ValueError(f"poisson_interval: the count {n} is negative; give 0 or more")
    _require_coverage(coverage, "poisson_interval")
    target = div_half_even((ONE - coverage) << TAIL_BITS, 2 * ONE)
    lower = gamma_quantile_work(target, False, 2 * n) if n else 0
    return from_work(lower), from_work(gamma_quantile_work(target, True, 2 * n + 2))


def _greatest_common_divisor(a: "int", b: "int") -> "int":
    while b:
        a, b = b, a % b
    return a


def _binomial_sum(first: "int", last: "int", n: "int", a: "int", b: "int") -> "int":
    """Sum over i = first..last of C(n, i) a^i b^(n - i) for a, b > 0; exact."""
    term = b ** (n - first) * a**first
    for i in range(first):
        term = term * (n - i) // (i + 1)
    total = 0
    for i in range(first, last + 1):
        total += term
        term = term * (n - i) * a // ((i + 1) * b)
    return total


def binomial_tail_at_least(k: "int", n: "int", p_num: "int", p_den: "int") -> "int":
    """P(X >= k) for n trials with probability p_num / p_den, scaled, correctly rounded.

    n >= 0 and 0 <= p_num <= p_den with p_den > 0, else ValueError; any k. Summed in exact
    integers, so the cost grows with n: meant for counts up to a few hundred.
    """
    if n < 0 or p_den <= 0 or not 0 <= p_num <= p_den:
        raise ValueError(
            f"binomial_tail_at_least: n = {n}, p = {p_num} / {p_den}; "
            "give n >= 0 and a probability from 0 to 1"
        )
    if k <= 0:
        return ONE
    if k > n or p_num == 0:
        return 0
    if p_num == p_den:
        return ONE
    divisor = _greatest_common_divisor(p_num, p_den)
    a = p_num // divisor
    whole = p_den // divisor
    if 2 * k <= n:
        part = whole**n - _binomial_sum(0, k - 1, n, a, whole - a)
    else:
        part = _binomial_sum(k, n, n, a, whole - a)
    return div_half_even(part * ONE, whole**n)


# Significant bits of a power, and with it the places of the sums built on it.
_POWER_BITS = 160


def _power(part: "int", whole: "int", n: "int") -> "tuple[int, int]":
    """(part / whole)^n from below as (mantissa, places): mantissa / 2^places.

    0 < part < whole, n >= 0. The mantissa has at least _POWER_BITS - 1 bits, so that its relative
    error is below 4 (n + 1) 2^-_POWER_BITS.
    """
    base_places = _POWER_BITS
    while (part << base_places) // whole >> (_POWER_BITS - 1) == 0:
        base_places += 1
    base = (part << base_places) // whole
    mantissa, places = 1 << _POWER_BITS, _POWER_BITS
    bit = 1
    while bit <= n:
        bit *= 2
    while bit > 1:
        bit //= 2
        mantissa, places = mantissa * mantissa, 2 * places
        if n & bit:
            mantissa, places = mantissa * base, places + base_places
        while mantissa >> (_POWER_BITS + 32):
            mantissa, places = mantissa >> 32, places - 32
    return mantissa, places


def binomial_at_most(k: "int", n: "int", p_num: "int", p_den: "int") -> "int":
    """P(X <= k) for n trials with probability p_num / p_den, scaled; error at most 1 unit.

    0 <= k < n and 0 < p_num < p_den, else ValueError. Its cost grows with k, not with n, as long
    as the probability isn't tiny (its first term, (1 - p)^n, is held with all its places).
    """
    if not (0 <= k < n and 0 < p_num < p_den):
        raise ValueError(
            f"binomial_at_most: k = {k}, n = {n}, p = {p_num} / {p_den}; "
            "give 0 <= k < n and a probability between 0 and 1"
        )
    divisor = _greatest_common_divisor(p_num, p_den)
    hit = p_num // divisor
    miss = p_den // divisor - hit
    term, places = _power(miss, hit + miss, n)
    total = term
    for i in range(k):
        term = term * ((n - i) * hit) // ((i + 1) * miss)
        total += term
    return min(div_half_even(total * ONE, 1 << places), ONE)


def least_gross_count(n0: "int", t_g: "int", t_0: "int", alpha: "int") -> "int":
    """Smallest gross count in the time t_g that is above a background n0 in the time t_0.

    Conditional binomial test: given n_g + n_0, the gross count is binomial with the probability
    t_g / (t_g + t_0) when there is no source; significant when P(X >= n_g) <= alpha, decided as
    in exact integers. Times > 0 in one unit, 0 < alpha < ONE, n0 >= 0, else ValueError.
    Source: Przyborowski and Wilenski, Biometrika 31 (1940) 313.
    """
    if n0 < 0 or t_g <= 0 or t_0 <= 0 or not 0 < alpha < ONE:
        raise ValueError(
            f"least_gross_count: n0 = {n0}, times {t_g} and {t_0}, alpha = {alpha}; "
            f"give n0 >= 0, times above 0, alpha between 0 and {ONE}"
        )
    divisor = _greatest_common_divisor(t_g, t_0)
    gross = t_g // divisor
    background = t_0 // divisor
    whole = gross + background
    # P(X < n_g) is the chance of fewer than n_g gross counts before the background count
    # number n0 + 1: a negative binomial sum, one more term for each n_g.
    term, places = _power(background, whole, n0 + 1)
    one = 1 << places
    bar = (alpha << places) // ONE
    below = 0
    n_g = 0
    while True:
        below += term
        n_g += 1
        # Everything above is cut off, never rounded up, so that this can't be too small.
        tail = one - below
        if tail <= bar:
            return n_g
        # So far may it be too great: the power's error, then one unit of each term.
        slack = ((n_g + n0 + 8) * (n_g + n0 + 8)) << (places - _POWER_BITS + 4)
        if tail - slack <= bar and _is_significant(n_g, n0, (gross, background), alpha):
            return n_g
        term = term * ((n0 + n_g) * gross) // (n_g * whole)


def _is_significant(n_g: "int", n0: "int", times: "tuple[int, int]", alpha: "int") -> "bool":
    """The condition of least_gross_count in exact integers."""
    gross, background = times
    n = n_g + n0
    tail = _binomial_sum(0, n0, n, background, gross)
    return bool(tail * ONE <= alpha * (gross + background) ** n)
