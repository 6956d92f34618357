"""Further figures of some budgets: thresholds, bounds of a standard deviation, dead time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dosegauge.texts import Text
from dosegauge.uncertainty.printing import significant, significant_root
from dosegauge_core import characteristic, detection
from dosegauge_core.decisions import exceeds_factor_squared, upper_bound_factor_squared
from dosegauge_core.distributions import chi2_quantile
from dosegauge_core.elementary import exp, sqrt
from dosegauge_core.exact import Ratio
from dosegauge_core.fixed import ONE
from dosegauge_core.uncertainty.combination import Budget

# alpha = beta = 5 %, ISO 11929-1's usual choice.
_K = Ratio(1645, 1000)
_COVERAGE = 95 * ONE // 100
_DIGITS = 3
_US = 10**6


@dataclass(frozen=True)
class Extra:
    """One figure more: its name in both languages, as printed, in a unit."""

    key: str
    label: Text
    text: str
    unit: str


_Given = Mapping[str, Any]
_Made = Callable[[_Given, Budget], list[Extra]]


def extras(name: str, given: _Given, budget: Budget) -> list[Extra]:
    """The further figures of a budget; none for most."""
    return _MADE[name](given, budget) if name in _MADE else []


def _repeatability(given: _Given, budget: Budget) -> list[Extra]:
    freedom = given["readings"].spread.freedom
    # The bounds are written for n readings, whose s has n - 1 degrees of freedom.
    n = max(freedom.floor(), 1) + 1
    squared = budget.value * budget.value
    upper = squared * upper_bound_factor_squared(n)
    lower = squared / exceeds_factor_squared(n)
    relative = 10000 / (2 * freedom)
    outside = (ONE - _COVERAGE) // 2
    ends = [
        squared * Ratio((n - 1) * ONE, chi2_quantile(p, n - 1)) for p in (ONE - outside, outside)
    ]
    return [
        Extra(
            "s_r_upper",
            Text(
                "σ_r 的 95 % 单侧上限（χ²）", "one-sided 95 % upper bound of sigma_r (chi-square)"
            ),
            significant_root(upper, _DIGITS),
            "%",
        ),
        Extra(
            "s_r_lower",
            Text(
                "σ_r 的 95 % 单侧下限（χ²）", "one-sided 95 % lower bound of sigma_r (chi-square)"
            ),
            significant_root(lower, _DIGITS),
            "%",
        ),
        Extra(
            "s_r_interval",
            Text("σ_r 的 95 % 双侧区间（χ²）", "two-sided 95 % interval of sigma_r (chi-square)"),
            " … ".join(significant_root(end, _DIGITS) for end in ends),
            "%",
        ),
        Extra(
            "u_rel_s",
            Text("s 的相对标准不确定度", "relative standard uncertainty of s"),
            significant_root(relative, _DIGITS),
            "%",
        ),
    ]


def _leakage(given: _Given, budget: Budget) -> list[Extra]:
    """ISO 11929-1 for a reading meter: gross readings at background spread as the background."""
    gross, background = given["gross"], given["background"]
    resolution = given["resolution"] * given["resolution"] / 12
    drift = given["background_drift"] * given["background_drift"] / 3
    factor = given["n"].value * given["k_tp"].value
    of_readings = {"g": Ratio(0), "b": Ratio(0)}
    for one in budget.contributions:
        if one.quantity in of_readings:
            of_readings[one.quantity] += one.component.variance
    relative = _relative(budget, ("g", "b"))
    at_zero = background.spread.variance / gross.averaged + resolution
    limits = detection.analog_limits(
        detection.Analog(
            factor,
            relative,
            gross.mean - background.mean,
            of_readings["g"],
            at_zero,
            background.spread.variance / background.averaged + resolution + drift,
        ),
        _K,
    )
    return _limits(limits, "uGy/h") + _interval(budget, "uGy/h")


def _leakage_counts(given: _Given, budget: Budget) -> list[Extra]:
    gross, background, tau = given["gross"], given["background"], given["dead_time"].value
    relative = _relative(budget, ("m_g", "m_0", "tau"))
    rates = [
        characteristic.dead_time_corrected(counts.count / counts.time_s, tau)
        for counts in (gross, background)
    ]
    # In 1/s first: the core's roots keep a number of decimals, not of digits.
    measured = characteristic.Measurement(
        Ratio(1),
        relative,
        rates[0],
        gross.time_s,
        rates[1],
        characteristic.rate_variance(rates[1], background.time_s, tau),
        tau,
    )
    factor = given["factor"].value
    found = []
    if characteristic.is_low_count(gross.count, background.count):
        times = [(counts.time_s * _US).floor() for counts in (gross, background)]
        least, detected = characteristic.exact_limits(
            measured, background.count, (times[0], times[1]), ONE // 20, characteristic.power(_K)
        )
        found.append(
            Extra(
                "least_count",
                Text(
                    "最少显著总计数（计数少于100，精确检验）",
                    "least significant gross count (fewer than 100 counts: exact test)",
                ),
                str(least),
                "",
            )
        )
        at_least = characteristic.dead_time_corrected(least / gross.time_s, tau)
        threshold = at_least - rates[1]
    else:
        threshold = characteristic.decision_threshold(measured, _K)
        detected = characteristic.detection_limit(measured, threshold, _K)
    limits = detection.Limits(factor * threshold, None if detected is None else factor * detected)
    return found + _limits(limits, "uGy/h") + _interval(budget, "uGy/h")


def _relative(budget: Budget, of_readings: tuple[str, ...]) -> Ratio:
    """Relative variance of the product of all factors: from themselves, since y may be 0."""
    values = {quantity.name: quantity.value for quantity in budget.quantities}
    relative = Ratio(0)
    for one in budget.contributions:
        if one.quantity not in of_readings:
            value = values[one.quantity]
            relative += one.component.variance / (value * value)
    return relative


def _limits(limits: detection.Limits, unit: str) -> list[Extra]:
    limit = "-" if limits.detection is None else significant(limits.detection, _DIGITS)
    return [
        Extra(
            "y*",
            Text("判断限 y*（α = 5 %）", "decision threshold y* (alpha = 5 %)"),
            significant(limits.threshold, _DIGITS),
            unit,
        ),
        Extra("y#", Text("探测限 y#（β = 5 %）", "detection limit y# (beta = 5 %)"), limit, unit),
    ]


def _interval(budget: Budget, unit: str) -> list[Extra]:
    # So that u is about 1, whatever the unit: see above.
    u = sqrt(budget.variance)
    interval = characteristic.coverage_interval(budget.value / u, Ratio(1), _COVERAGE)
    if interval is None:
        return []
    lower, upper = interval.lower * u, interval.upper * u
    shown = f"{significant(lower, _DIGITS)} … {significant(upper, _DIGITS)}"
    return [
        Extra(
            "best", Text("最佳估计值", "best estimate"), significant(interval.best * u, 4), unit
        ),
        Extra("interval", Text("95 % 包含区间", "95 % coverage interval"), shown, unit),
    ]


def _line(given: _Given, budget: Budget) -> list[Extra]:
    return [
        Extra("mean", Text("平均值", "mean"), significant(given["width"].mean, 7), "mm"),
        Extra(
            "absolute",
            Text("偏差的绝对值（征求意见稿式(1)、(2)）", "magnitude, as the draft's (1) and (2)"),
            significant(abs(budget.value), _DIGITS),
            "%",
        ),
    ]


def _distance(given: _Given, budget: Budget) -> list[Extra]:
    distance = budget.value + given["nominal"]
    return [Extra("distance", Text("中心距", "distance"), significant(distance, 7), "mm")]


def _resolution(given: _Given, budget: Budget) -> list[Extra]:
    """The Nyquist limit 1 / (2 voxel), where the voxel is given; nothing above it was resolved."""
    if given.get("voxel") is None:
        return []
    limit = 1 / (2 * given["voxel"])
    label = Text("奈奎斯特极限 1/(2·体素)", "Nyquist limit 1 / (2 voxel)")
    found = [Extra("nyquist", label, significant(limit, _DIGITS), "lp/mm")]
    if budget.value >= limit:
        found.append(
            Extra(
                "reported",
                Text("超过奈奎斯特极限，应报告为", "not below the Nyquist limit: reported as"),
                f"≥ {significant(limit, _DIGITS)}",
                "lp/mm",
            )
        )
    return found


def _low_contrast(given: _Given, budget: Budget) -> list[Extra]:
    """Of the threshold: in HU, and how well its sigma_mu is known (GUM E.4.3)."""
    if given["figure"] != "threshold":
        return []
    return [
        Extra(
            "threshold_hu",
            Text("阈值，以HU计", "threshold in HU"),
            significant(budget.value * given["reference"].value / 100, _DIGITS),
            "HU",
        ),
        Extra(
            "u_rel_s_mu",
            Text("σ_μ 的相对标准不确定度", "relative standard uncertainty of sigma_mu"),
            significant_root(10000 / (2 * given["region_means"].spread.freedom), _DIGITS),
            "%",
        ),
    ]


def _count_rate(given: _Given, budget: Budget) -> list[Extra]:
    tau_us = Ratio(10**6) / (exp(Ratio(1)) * budget.value)
    return [
        Extra(
            "tau",
            Text("可扩展死时间 1/(e·R)，仅供参考", "paralysable dead time 1/(e R), information"),
            significant(tau_us, _DIGITS),
            "us",
        )
    ]


def _sensitivity(given: _Given, budget: Budget) -> list[Extra]:
    counts, activity = given["counts"], given["activity"].value
    plain = counts.count / (counts.time_s * activity)
    return [
        Extra(
            "without_decay",
            Text("不作衰变修正时（核对用）", "without any decay correction, as a check"),
            significant(plain, 4),
            "1/s/MBq",
        )
    ]


_MADE: dict[str, _Made] = {
    "repeatability": _repeatability,
    "leakage": _leakage,
    "leakage-counts": _leakage_counts,
    "line-width": _line,
    "pitch": _line,
    "hole-distance": _distance,
    "mtf": _resolution,
    "low-contrast": _low_contrast,
    "count-rate": _count_rate,
    "planar-sensitivity": _sensitivity,
}
