"""Counting measurements: dead time, decision threshold, detection limit, coverage interval.

Sources: ISO 11929-1:2019 (GB/T 13163 family) for the normal approximation; the conditional
binomial test (Przyborowski and Wilenski 1940) at low counts; non-paralysable dead time with the
variance n (1 + n tau) / T of a corrected rate. Rates in 1/s, times in s, all exact.

Model: y = w (r_g - r_0) with the relative standard uncertainty u_rel of w.
"""

from collections import namedtuple

from .distributions import chi2_quantile, least_gross_count, normal_cdf, normal_quantile
from .exact import Ratio
from .fixed import ONE, exp, isqrt, sqrt_nearest

# Above this fraction of time dead, a corrected rate isn't trusted.
LARGEST_DEAD_FRACTION = Ratio(3, 10)
# Below this sum of gross and background counts the exact test decides.
LOW_COUNTS = 100
# No interval when the net rate lies this many u below zero: that is no measurement of zero.
_FARTHEST_BELOW = -5

# w, u_rel squared, gross rate and its time, background rate, its variance, dead time.
Measurement = namedtuple(
    "Measurement",
    (
        "w",
        "u_rel_squared",
        "gross_rate",
        "gross_s",
        "background_rate",
        "background_variance",
        "tau_s",
    ),
)

# How surely y# is detected: k_beta and its normal probability scaled by fixed.ONE (`power`).
Power = namedtuple("Power", ("k", "reliability"))

# Best estimate, its u squared, and the limits of the coverage interval.
Interval = namedtuple("Interval", ("best", "variance", "lower", "upper"))


def dead_time_corrected(rate: "Ratio", tau_s: "Ratio") -> "Ratio":
    """n = m / (1 - m tau) for a non-paralysable counter; ValueError when m tau is above 0.3."""
    dead = rate * tau_s
    if dead > LARGEST_DEAD_FRACTION:
        raise ValueError("the counter is dead for more than 0.3 of the time: rate too high")
    return rate / (1 - dead)


def rate_variance(true_rate: "Ratio", time_s: "Ratio", tau_s: "Ratio") -> "Ratio":
    """Variance of a corrected rate: n (1 + n tau) / T; n / T without dead time."""
    return true_rate * (1 + true_rate * tau_s) / time_s


_ROOT_SCALE = 10**24


def root(square: "Ratio") -> "Ratio":
    """Square root: exact where it is rational, else to about 24 decimals from below."""
    top, bottom = isqrt(square.num), isqrt(square.den)
    if top * top == square.num and bottom * bottom == square.den:
        return Ratio(top, bottom)
    scaled = square.num * _ROOT_SCALE * _ROOT_SCALE // square.den
    return Ratio(isqrt(scaled), _ROOT_SCALE)


def _count_of_grid(value: "Ratio") -> "int":
    """A value as a whole number of 1e-24, from below."""
    count: "int" = value.num * _ROOT_SCALE // value.den
    return count


def shortened(value: "Ratio") -> "Ratio":
    """A value to 24 decimals from below: what comes from a quantile needs no longer fractions."""
    return Ratio(_count_of_grid(value), _ROOT_SCALE)


def sum_of_squares(a: "Ratio", b: "Ratio") -> "Ratio":
    """a^2 + b^2 of values that need no more than 24 decimals."""
    one, other = _count_of_grid(a), _count_of_grid(b)
    return Ratio(one * one + other * other, _ROOT_SCALE * _ROOT_SCALE)


def decision_threshold(measured: "Measurement", k_alpha: "Ratio") -> "Ratio":
    """y* = k_alpha u(0), the normal approximation of ISO 11929-1."""
    threshold: "Ratio" = k_alpha * root(_variance_at_zero(measured))
    return threshold


def _variance_at_zero(m: "Measurement") -> "Ratio":
    at_zero = rate_variance(m.background_rate, m.gross_s, m.tau_s) + m.background_variance
    variance: "Ratio" = m.w * m.w * at_zero
    return variance


def detection_limit(
    measured: "Measurement", threshold: "Ratio", k_beta: "Ratio"
) -> "Ratio | None":
    """y# for a decision threshold y*; None when it doesn't exist.

    The variance expected at a true value y is A + B y + C y^2, so that
    y# = y* + k_beta sqrt(A + B y# + C y#^2) is a quadratic equation; without dead time and with
    k_alpha = k_beta it is ISO 11929's y# = (2 y* + k^2 w / t_g) / (1 - k^2 u_rel^2).
    """
    m = measured
    linear = m.w * (1 + 2 * m.background_rate * m.tau_s) / m.gross_s
    quadratic = m.u_rel_squared + m.tau_s / m.gross_s
    leading = 1 - k_beta * k_beta * quadratic
    if leading <= 0:
        return None
    half = threshold + k_beta * k_beta * linear / 2
    rest = threshold * threshold - k_beta * k_beta * _variance_at_zero(m)
    detection: "Ratio" = (half + root(half * half - leading * rest)) / leading
    return detection


def primary_result(measured: "Measurement") -> "tuple[Ratio, Ratio]":
    """y = w (r_g - r_0) and u^2(y), with the relative uncertainty of w."""
    m = measured
    y: "Ratio" = m.w * (m.gross_rate - m.background_rate)
    counting = rate_variance(m.gross_rate, m.gross_s, m.tau_s) + m.background_variance
    variance: "Ratio" = m.w * m.w * counting + y * y * m.u_rel_squared
    return y, variance


def coverage_interval(y: "Ratio", variance: "Ratio", coverage: "int") -> "Interval | None":
    """Best estimate and probabilistically symmetric interval of a quantity that can't be negative.

    coverage is scaled by fixed.ONE. None when u is 0 or y lies more than 5 u below 0.
    Source: ISO 11929-1, the normal distribution cut off at 0.
    """
    if variance <= 0 or (y < 0 and y * y > _FARTHEST_BELOW * _FARTHEST_BELOW * variance):
        return None
    u = root(variance)
    z = y / u
    z_scaled = (z * ONE).floor()
    omega = normal_cdf(z_scaled)
    outside = (ONE - coverage) // 2
    lower = y - u * Ratio(normal_quantile(omega * (ONE - outside) // ONE), ONE)
    upper = y + u * Ratio(normal_quantile(ONE - omega * outside // ONE), ONE)
    # exp(-z^2 / 2) is nothing of 1E-15 beyond z = 9; ONE * 40 keeps its argument in range.
    exponent = z * z / 2
    bell = exp(-(exponent * ONE).floor()) if exponent < 40 else 0
    shift = u * Ratio(bell * ONE, omega * sqrt_nearest(_TWO_PI, ONE))
    best = y + shift
    return Interval(best, variance - shift * best, lower, upper)


# 2 pi times ONE squared times ONE, so that sqrt_nearest(_TWO_PI, ONE) is sqrt(2 pi) times ONE.
_TWO_PI = 6283185307179586476925286766559005768394338799


def is_low_count(gross: "int", background: "int") -> "bool":
    """Whether the counts are too few for the normal approximation: the exact test decides."""
    return gross + background < LOW_COUNTS


def power(k_beta: "Ratio") -> "Power":
    """1 - beta for a k_beta; computed once for all points."""
    return Power(k_beta, normal_cdf((k_beta * ONE).floor()))


def exact_limits(
    measured: "Measurement",
    background_count: "int",
    times: "tuple[int, int]",
    alpha: "int",
    beta: "Power",
) -> "tuple[int, Ratio | None]":
    """(least significant gross count, detection limit y#) by the conditional binomial test.

    times: gross and background time as whole numbers of one unit; alpha scaled by fixed.ONE. y# is
    the value whose gross count reaches the least significant count with the probability
    beta.reliability (0.95 for k = 1.645), with u_rel of w combined in quadrature; None when
    beta.k u_rel is 1 or more.
    """
    m = measured
    least = least_gross_count(background_count, times[0], times[1], alpha)
    # 2 mu is chi-square distributed with 2 n degrees of freedom: P(N >= n | mu) = 1 - beta.
    mu = Ratio(chi2_quantile(beta.reliability, 2 * least), 2 * ONE)
    at_least = dead_time_corrected(Ratio(least) / m.gross_s, m.tau_s)
    sure = dead_time_corrected(mu / m.gross_s, m.tau_s)
    relative = beta.k * beta.k * m.u_rel_squared
    if relative >= 1:
        return least, None
    # Whole numbers of 1e-24 from here: y# = (y* + sqrt(q y*^2 + (1 - q) s^2)) / (1 - q).
    threshold = _count_of_grid(m.w * (at_least - m.background_rate))
    spread = _count_of_grid(m.w * (sure - at_least))
    q, rest = relative.num, relative.den - relative.num
    under_root = (q * threshold * threshold + rest * spread * spread) // relative.den
    detection = (threshold + isqrt(under_root)) * relative.den
    return least, Ratio(detection, rest * _ROOT_SCALE)
