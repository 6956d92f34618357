"""The computation of a leakage survey: background, every point, which is the largest.

Sources: the Micro CT draft, 5.6; ISO 11929-1; reference sheet 1.6 and 4. `leakage` collects the
samples for it and prints its result.
"""

from collections import namedtuple

from .characteristic import (
    Measurement,
    characteristic_limits,
    coverage_interval,
    dead_time_corrected,
    exact_limits,
    is_low_count,
    rate_variance,
)
from .distributions import least_gross_count, normal_cdf, normal_quantile
from .exact import Ratio
from .fixed import ONE, ln_ratio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .characteristic import Limits

_US = 1000000
_COVERAGE = 95 * ONE // 100
# Two-sided chance below which the background before and after is said to differ.
_DRIFT_CHANCE = ONE // 100
# A dwell without a pulse is a dead probe when chance would give that less often than 1 in 1000.
_LN_NO_PULSES = 6907755278982137
# k is given to a few digits: so far may its probability be from 1 - alpha.
_SAME_RISK = ONE // 1000

NO_PULSES, OVERLOAD = "no-pulses", "overload"

# Pulses counted and the real time that took.
Dwell = namedtuple("Dwell", ("count", "time_us"))

# points: list of (id, Dwell). Ratios: factor (unit_label per 1/s), u_rel_squared (of the factor),
# tau_s, u_tau_s, k, alpha, limit (None when the plan has none), natural (None when not given).
Inputs = namedtuple(
    "Inputs",
    (
        "before",
        "after",
        "points",
        "factor",
        "u_rel_squared",
        "tau_s",
        "u_tau_s",
        "k",
        "alpha",
        "calibrated",
        "unit",
        "limit",
        "natural",
        "repeated",
    ),
)

# Pooled background: counts and time, corrected rate in 1/s and its variance, a fault or None,
# whether before and after differ by more than chance.
Background = namedtuple("Background", ("dwell", "rate", "variance", "fault", "drifts"))

# One point. `fault` is None or a code, and then the rest is None. `rate` corrected gross in 1/s;
# y and `variance` of the kerma rate; `threshold` y*, `detection` y# as they apply (of the exact
# test at low counts, where `iso` still holds the normal ones); `least_count` None unless low;
# `detected` by the point's alpha; `cabinet_detected` and `cabinet_detection` by alpha / m.
Point = namedtuple(
    "Point",
    (
        "id",
        "dwell",
        "fault",
        "rate",
        "y",
        "variance",
        "iso",
        "least_count",
        "detected",
        "detection",
        "cabinet_detected",
        "cabinet_detection",
        "interval",
    ),
)

# Risk of a false alarm: alpha scaled by fixed.ONE, and the normal quantile that goes with it.
Risk = namedtuple("Risk", ("alpha", "k"))

# `largest` is the index of the point with the largest y, None when none could be evaluated.
Result = namedtuple("Result", ("inputs", "background", "points", "largest"))


def compute(inputs: "Inputs") -> "Result":
    """Background, every point, and which is the largest. ValueError for inputs without sense."""
    _check(inputs)
    background = _background(inputs)
    points = [_point(name, dwell, background, inputs) for name, dwell in inputs.points]
    largest = None
    for index, point in enumerate(points):
        if point.fault is None and (largest is None or point.y > points[largest].y):
            largest = index
    return Result(inputs, background, points, largest)


def _check(inputs: "Inputs") -> None:
    if not inputs.points:
        raise ValueError("the survey has no points")
    if inputs.factor <= 0 or inputs.k <= 0 or inputs.alpha <= 0 or inputs.alpha >= Ratio(1, 2):
        raise ValueError("factor and k must be greater than 0, alpha between 0 and 0.5")
    if abs(normal_cdf((inputs.k * ONE).floor()) - ONE + (inputs.alpha * ONE).floor()) > _SAME_RISK:
        raise ValueError("k and alpha do not belong together: k = 1.645 goes with alpha = 0.05")
    if inputs.tau_s < 0 or inputs.u_tau_s < 0:
        raise ValueError("the dead time can't be negative")
    if inputs.before.time_us <= 0 or inputs.after.time_us <= 0:
        raise ValueError("a background without a measuring time")


def _seconds(dwell: "Dwell") -> "Ratio":
    return Ratio(dwell.time_us, _US)


def _background(inputs: "Inputs") -> "Background":
    before, after = inputs.before, inputs.after
    pooled = Dwell(before.count + after.count, before.time_us + after.time_us)
    drifts = backgrounds_differ(before, after)
    if _background_silent(pooled, inputs) or silent(before, after) or silent(after, before):
        return Background(pooled, None, None, NO_PULSES, drifts)
    try:
        rate = dead_time_corrected(pooled.count / _seconds(pooled), inputs.tau_s)
    except ValueError:
        return Background(pooled, None, None, OVERLOAD, drifts)
    variance = rate_variance(rate, _seconds(pooled), inputs.tau_s)
    return Background(pooled, rate, variance, None, drifts)


def _background_silent(pooled: "Dwell", inputs: "Inputs") -> "bool":
    if pooled.count:
        return False
    if inputs.natural is None:
        return True
    expected = inputs.natural / inputs.factor * _seconds(pooled)
    return bool(expected * ONE > _LN_NO_PULSES)


def silent(dwell: "Dwell", reference: "Dwell") -> "bool":
    """Whether no pulse at all came where the reference's rate makes that a chance below 1/1000.

    Given the reference's n counts in t0, no count in t has the chance (t0 / (t0 + t))^n.
    """
    if dwell.count or not reference.count:
        return False
    whole = reference.time_us + dwell.time_us
    return bool(reference.count * ln_ratio(whole, reference.time_us) > _LN_NO_PULSES)


def backgrounds_differ(before: "Dwell", after: "Dwell") -> "bool":
    """Whether two dwells differ by more than chance (two-sided 1 %), given their sum.

    Exact (binomial) for low counts, else by the normal approximation to it.
    """
    if is_low_count(before.count, after.count):
        side = _DRIFT_CHANCE // 2
        most_after = least_gross_count(before.count, after.time_us, before.time_us, side)
        most_before = least_gross_count(after.count, before.time_us, after.time_us, side)
        return bool(after.count >= most_after or before.count >= most_before)
    z = normal_quantile(ONE - _DRIFT_CHANCE // 2)
    difference = before.count * after.time_us - after.count * before.time_us
    spread = (before.count + after.count) * before.time_us * after.time_us
    return bool(difference * difference * ONE * ONE > z * z * spread)


def _point(name: "str", dwell: "Dwell", background: "Background", inputs: "Inputs") -> "Point":
    fault = background.fault
    if dwell.time_us <= 0:
        raise ValueError("the point {} has no measuring time".format(name))
    if fault is None and silent(dwell, background.dwell):
        fault = NO_PULSES
    try:
        rate = dead_time_corrected(dwell.count / _seconds(dwell), inputs.tau_s)
    except ValueError:
        fault = OVERLOAD
    if fault is not None:
        return Point(name, dwell, fault, *[None] * 10)
    measured = Measurement(
        inputs.factor,
        inputs.u_rel_squared,
        rate,
        _seconds(dwell),
        background.rate,
        background.variance,
        inputs.tau_s,
    )
    alpha = (inputs.alpha * ONE).floor()
    iso, least, detected, detection = _detection(
        measured, dwell, background.dwell, Risk(alpha, inputs.k), inputs.k
    )
    shared = alpha // len(inputs.points)
    shared_risk = Risk(shared, Ratio(normal_quantile(ONE - shared), ONE))
    _, _, cabinet_detected, cabinet_detection = _detection(
        measured, dwell, background.dwell, shared_risk, inputs.k
    )
    variance = iso.variance + _dead_time_variance(rate, background.rate, inputs)
    return Point(
        name,
        dwell,
        None,
        rate,
        iso.y,
        variance,
        iso,
        least,
        detected,
        detection,
        cabinet_detected,
        cabinet_detection,
        coverage_interval(iso.y, variance, _COVERAGE),
    )


def _detection(
    measured: "Measurement",
    dwell: "Dwell",
    background: "Dwell",
    risk: "Risk",
    k_beta: "Ratio",
) -> "tuple[Limits, int | None, bool, Ratio | None]":
    """ISO's limits, the least significant count (low counts only), whether detected, y#."""
    iso = characteristic_limits(measured, risk.k, k_beta)
    if not is_low_count(dwell.count, background.count):
        return iso, None, iso.y > iso.threshold, iso.detection
    least, detection = exact_limits(
        measured, background.count, (dwell.time_us, background.time_us), risk.alpha, k_beta
    )
    return iso, least, dwell.count >= least, detection


def _dead_time_variance(rate: "Ratio", background_rate: "Ratio", inputs: "Inputs") -> "Ratio":
    """From u(tau), the same in both rates: d(n)/d(tau) is n^2. It vanishes where y does."""
    slope = inputs.factor * (rate * rate - background_rate * background_rate)
    variance: "Ratio" = slope * slope * inputs.u_tau_s * inputs.u_tau_s
    return variance
