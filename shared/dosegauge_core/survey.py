"""The computation of a leakage survey: background, every point, which is the largest.

Sources: the Micro CT draft, 5.6; ISO 11929-1; reference sheet 1.6 and 4. `leakage` collects the
samples for it and prints its result, `counting` holds the tests on the counts themselves.
"""

from collections import namedtuple

from .characteristic import (
    Measurement,
    coverage_interval,
    dead_time_corrected,
    decision_threshold,
    detection_limit,
    exact_limits,
    is_low_count,
    power,
    primary_result,
    rate_variance,
    shortened,
    sum_of_squares,
)
from .counting import Dwell, backgrounds_differ, too_few, too_few_for_nature
from .distributions import normal_cdf, normal_quantile, poisson_interval
from .exact import Ratio
from .fixed import ONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .characteristic import Interval

_US = 1000000
COVERAGE = 95 * ONE // 100
# Coverage factor of every U.
K = 2
# k is given to a few digits: so far, in percent of alpha, may its probability be from alpha.
_SAME_RISK_PCT = 2

TOO_FEW, OVERLOAD = "too-few-pulses", "overload"
# What a point's fault begins with when the background is to blame.
OF_BACKGROUND = "background-"

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

# A background's counts and time, corrected rate in 1/s and its variance.
Rate = namedtuple("Rate", ("dwell", "rate", "variance"))

# Pooled background as a Rate, a fault or None, whether before and after differ by more than
# chance, and then the smaller and the larger of the two as Rates.
Background = namedtuple(
    "Background", ("dwell", "rate", "variance", "fault", "drifts", "smaller", "larger")
)

# A net kerma rate y, its variance, and what decides about it: the squares of how far down and up
# its bounds lie (2 u each; from Garwood's limits of the counts at low counts). `up_squared` is
# None when the upper limit of the counts is beyond dead time correction.
Net = namedtuple("Net", ("y", "variance", "down_squared", "up_squared"))

# One point. `fault` is None or a code, and then the rest is None, except that `floor` is the Net
# of an overloaded point without dead time correction, a lower bound. `rate` corrected gross in
# 1/s; `net` against the pooled background, `against_larger` against the larger one (None unless
# the background drifts); `threshold` y* of the normal approximation; `least_count` of the exact
# test, None unless counts are low; `detected` and `detection` (y#) by the point's alpha,
# `cabinet_detected` and `cabinet_detection` by alpha / m; `interval` None at low counts.
Point = namedtuple(
    "Point",
    (
        "id",
        "dwell",
        "fault",
        "floor",
        "rate",
        "net",
        "against_larger",
        "threshold",
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

# `largest` is the index of the point with the largest y, None when any point has a fault: what
# that one would have shown isn't known.
Result = namedtuple("Result", ("inputs", "background", "points", "largest"))


def compute(inputs: "Inputs") -> "Result":
    """Background, every point, and which is the largest. ValueError for inputs without sense."""
    _check(inputs)
    survey = _Survey(inputs)
    points = [survey.point(name, dwell) for name, dwell in inputs.points]
    largest = None
    if not any([point.fault for point in points]):
        largest = 0
        for index, point in enumerate(points):
            if point.net.y > points[largest].net.y:
                largest = index
    return Result(inputs, survey.background, points, largest)


def _check(inputs: "Inputs") -> None:
    if not inputs.points:
        raise ValueError("the survey has no points")
    if inputs.factor <= 0 or inputs.k <= 0 or inputs.alpha <= 0 or inputs.alpha >= Ratio(1, 2):
        raise ValueError("factor and k must be greater than 0, alpha between 0 and 0.5")
    require_same_risk(inputs.k, inputs.alpha)
    if inputs.tau_s < 0 or inputs.u_tau_s < 0:
        raise ValueError("the dead time can't be negative")
    if inputs.before.time_us <= 0 or inputs.after.time_us <= 0:
        raise ValueError("a background without a measuring time")


def require_same_risk(k: "Ratio", alpha: "Ratio") -> None:
    """ValueError unless the normal distribution has alpha above k, to 2 % of alpha."""
    wanted = (alpha * ONE).floor()
    above = ONE - normal_cdf((k * ONE).floor())
    if 100 * abs(above - wanted) > _SAME_RISK_PCT * wanted:
        raise ValueError("k and alpha do not belong together: k = 1.645 goes with alpha = 0.05")


def seconds(dwell: "Dwell") -> "Ratio":
    """A dwell's time in s."""
    return Ratio(dwell.time_us, _US)


def corrected(dwell: "Dwell", tau_s: "Ratio") -> "Ratio":
    """A dwell's rate in 1/s; ValueError when it is beyond dead time correction."""
    return dead_time_corrected(dwell.count / seconds(dwell), tau_s)


def _rate(dwell: "Dwell", tau_s: "Ratio") -> "Rate":
    rate = corrected(dwell, tau_s)
    return Rate(dwell, rate, rate_variance(rate, seconds(dwell), tau_s))


def _background(inputs: "Inputs") -> "Background":
    before, after = inputs.before, inputs.after
    pooled = Dwell(before.count + after.count, before.time_us + after.time_us)
    drifts = backgrounds_differ(before, after)
    if _background_too_low(pooled, inputs):
        return Background(pooled, None, None, TOO_FEW, drifts, None, None)
    try:
        smaller, larger = _rate(before, inputs.tau_s), _rate(after, inputs.tau_s)
        whole = _rate(pooled, inputs.tau_s)
    except ValueError:
        return Background(pooled, None, None, OVERLOAD, drifts, None, None)
    if smaller.rate > larger.rate:
        smaller, larger = larger, smaller
    return Background(pooled, whole.rate, whole.variance, None, drifts, smaller, larger)


def _background_too_low(pooled: "Dwell", inputs: "Inputs") -> "bool":
    """Fewer pulses than nature gives, in either background or both together."""
    if inputs.natural is None:
        return bool(pooled.count == 0)
    natural_rate = inputs.natural / inputs.factor
    for dwell in (pooled, inputs.before, inputs.after):
        if too_few_for_nature(dwell, natural_rate):
            return True
    return False


class _Survey:
    """What all points of a survey share."""

    def __init__(self, inputs: "Inputs") -> None:
        self.inputs = inputs
        self.background = _background(inputs)
        alpha = (inputs.alpha * ONE).floor()
        shared = alpha // len(inputs.points)
        self._own = Risk(alpha, inputs.k)
        self._shared = Risk(shared, Ratio(normal_quantile(ONE - shared), ONE))
        self._power = power(inputs.k)
        self._garwood: "dict[int, tuple[int, int]]" = {}

    def point(self, name: "str", dwell: "Dwell") -> "Point":
        """Everything about one point."""
        if dwell.time_us <= 0:
            raise ValueError("the point {} has no measuring time".format(name))
        try:
            rate = corrected(dwell, self.inputs.tau_s)
        except ValueError:
            return Point(name, dwell, OVERLOAD, self._floor(dwell), *[None] * 10)
        fault = self._fault(dwell)
        if fault is not None:
            return Point(name, dwell, fault, *[None] * 11)
        return self._good_point(name, dwell, rate)

    def _fault(self, dwell: "Dwell") -> "str | None":
        inputs, background = self.inputs, self.background
        if inputs.natural is not None and too_few_for_nature(
            dwell, inputs.natural / inputs.factor
        ):
            return TOO_FEW
        if background.fault is not None:
            return OF_BACKGROUND + str(background.fault)
        # Against the smaller background, where the two differ: it is the more lenient one.
        reference = background.smaller if background.drifts else background
        return TOO_FEW if too_few(dwell, reference.dwell) else None

    def _floor(self, dwell: "Dwell") -> "Net | None":
        """A lower bound for an overloaded point: its pulses as they are, none added."""
        background = self.background
        if background.fault is not None:
            return None
        return self._net(dwell, background.larger if background.drifts else background, Ratio(0))

    def _net(self, dwell: "Dwell", background: "Rate | Background", tau_s: "Ratio") -> "Net":
        inputs, time_s = self.inputs, seconds(dwell)
        rate = corrected(dwell, tau_s)
        squared = inputs.factor * inputs.factor
        y, variance = primary_result(
            Measurement(
                inputs.factor,
                inputs.u_rel_squared,
                rate,
                time_s,
                background.rate,
                background.variance,
                tau_s,
            )
        )
        if inputs.u_tau_s > 0 and tau_s > 0:
            # The same error in both rates: d(n)/d(tau) is n^2.
            slope = inputs.factor * (rate * rate - background.rate * background.rate)
            variance = variance + slope * slope * inputs.u_tau_s * inputs.u_tau_s
        if not is_low_count(dwell.count, background.dwell.count):
            expanded = K * K * variance
            return Net(y, variance, expanded, expanded)
        low, high = self.count_limits(dwell, tau_s)
        low_0, high_0 = self.count_limits(background.dwell, inputs.tau_s)
        down = up = None
        if high_0 is not None:
            down = sum_of_squares(rate - low, high_0 - background.rate)
        if high is not None:
            up = sum_of_squares(high - rate, background.rate - low_0)
        # What is not counting: the limits of the counts take the place of its normal variance.
        counting = rate_variance(rate, time_s, tau_s) + background.variance
        rest = K * K * (variance - squared * counting)
        return Net(
            y,
            variance,
            K * K * variance if down is None else squared * down + rest,
            None if up is None else squared * up + rest,
        )

    def count_limits(self, dwell: "Dwell", tau_s: "Ratio") -> "tuple[Ratio, Ratio | None]":
        """Garwood's 95 % limits of a count as corrected rates; None beyond correction."""
        if dwell.count not in self._garwood:
            self._garwood[dwell.count] = poisson_interval(dwell.count, COVERAGE)
        return corrected_limits(self._garwood[dwell.count], dwell, tau_s)

    def _good_point(self, name: "str", dwell: "Dwell", rate: "Ratio") -> "Point":
        inputs, background = self.inputs, self.background
        net = self._net(dwell, background, inputs.tau_s)
        measured = Measurement(
            inputs.factor,
            inputs.u_rel_squared,
            rate,
            seconds(dwell),
            background.rate,
            background.variance,
            inputs.tau_s,
        )
        threshold = decision_threshold(measured, inputs.k)
        low = is_low_count(dwell.count, background.dwell.count)
        if low:
            least, detection = self._exact(measured, dwell, self._own)
            detected = dwell.count >= least
            shared_least, cabinet_detection = self._exact(measured, dwell, self._shared)
            cabinet_detected = dwell.count >= shared_least
        else:
            least, detected = None, net.y > threshold
            detection = detection_limit(measured, threshold, inputs.k)
            shared_threshold = decision_threshold(measured, self._shared.k)
            cabinet_detected = net.y > shared_threshold
            cabinet_detection = detection_limit(measured, shared_threshold, inputs.k)
        return Point(
            name,
            dwell,
            None,
            None,
            rate,
            net,
            self._net(dwell, background.larger, inputs.tau_s) if background.drifts else None,
            threshold,
            least,
            detected,
            detection,
            cabinet_detected,
            cabinet_detection,
            _interval(net, low),
        )

    def _exact(
        self, measured: "Measurement", dwell: "Dwell", risk: "Risk"
    ) -> "tuple[int, Ratio | None]":
        times = (dwell.time_us, self.background.dwell.time_us)
        return exact_limits(measured, self.background.dwell.count, times, risk.alpha, self._power)


def corrected_limits(
    limits: "tuple[int, int]", dwell: "Dwell", tau_s: "Ratio"
) -> "tuple[Ratio, Ratio | None]":
    """Limits of a count, scaled by fixed.ONE, as corrected rates in 1/s.

    The upper one is None when it is beyond dead time correction.
    """
    time_s = seconds(dwell)
    low = shortened(dead_time_corrected(Ratio(limits[0], ONE) / time_s, tau_s))
    try:
        return low, shortened(dead_time_corrected(Ratio(limits[1], ONE) / time_s, tau_s))
    except ValueError:
        return low, None


def _interval(net: "Net", low: "bool") -> "Interval | None":
    return None if low else coverage_interval(net.y, net.variance, COVERAGE)
