"""Leakage survey of a Micro CT's cabinet with a counting probe: every point, then the cabinet.

Sources: the Micro CT draft, 5.6 and 7.6; ISO 11929-1; reference sheet 1.6 and 4. The background is
counted before and after the points and pooled; each point's net rate times the probe's factor is
its air kerma rate. The largest point decides for the cabinet. How the survey goes is this
program's own choice: the draft refers to JJF 1596-2016, 7.5.

Plan: steps of kind "dwell"; the ids "background-before" and "background-after" are the background,
all others are points; a step's `seconds` (optional) is the planned dwell. Parameters (decimal
strings unless told): factor_ugy_per_h_per_cps; factor_u_rel_pct (k = 1), or factor_U_pct with
factor_k; energy_response_pct, angular_response_pct, distance_effect_pct (half-widths, optional);
dead_time_us, dead_time_u_us ("0" when not given); k ("1.645"); alpha ("0.05");
probe_calibrated ("yes", "no"); unit_label ("uGy/h", "uSv/h"); natural_background_ugy_per_h (the
least that nature gives everywhere; without it a background of no counts at all is a fault).
Limit: leakage_ugy_per_h.
"""

from .counting import Dwell
from .distributions import poisson_interval
from .exact import Ratio
from .leakage_digits import (
    decimals_of,
    digits,
    expanded_text,
    has_u,
    lower_bound,
    rate_text,
    three_digits,
    upper_bound,
)
from .leakage_verdicts import LIMIT_UNIT, remarks, verdicts
from .ledger import StepLedger, decimal_member
from .plan_rules import (
    NOT_NEGATIVE,
    POSITIVE,
    check_entries,
    check_members,
    members,
    objects,
    require_given,
)
from .reporting import Figure
from .rounding import decimals_for_root, root_to_text, to_text
from .survey import COVERAGE, Inputs, K, compute, corrected_limits, require_same_risk
from .telegrams import pulses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .records import Reading, Record
    from .survey import Point, Result

__all__ = (
    "Dwell",
    "Inputs",
    "Ledger",
    "check_plan",
    "compute",
    "details",
    "figures",
    "remarks",
    "verdicts",
)

PROCEDURE = "leakage-survey"
BEFORE, AFTER = "background-before", "background-after"
UNITS = (LIMIT_UNIT, "uSv/h")
_HALF_MODULUS = pulses.MODULUS // 2
# A dwell counts as done from this part of its time (the clock of the last sample may be early).
_ENOUGH_PCT = 95
# Longest time between two samples, and how far the record's clock may be from the counter's.
_LONGEST_GAP_US = 5000000
# A dwell may be longer than planned by 5 s or 5 %, whichever is more.
_LONGER_PCT = 5
_US = 1000000
_DEFAULT_K, _DEFAULT_ALPHA = Ratio(1645, 1000), Ratio(5, 100)

_PARAMETERS: "dict[str, str | tuple[str, ...]]" = {
    "factor_ugy_per_h_per_cps": POSITIVE,
    "factor_u_rel_pct": NOT_NEGATIVE,
    "factor_U_pct": NOT_NEGATIVE,
    "factor_k": POSITIVE,
    "energy_response_pct": NOT_NEGATIVE,
    "angular_response_pct": NOT_NEGATIVE,
    "distance_effect_pct": NOT_NEGATIVE,
    "dead_time_us": NOT_NEGATIVE,
    "dead_time_u_us": NOT_NEGATIVE,
    "k": POSITIVE,
    "alpha": POSITIVE,
    "probe_calibrated": ("yes", "no"),
    "unit_label": UNITS,
    "natural_background_ugy_per_h": POSITIVE,
}
_LIMITS: "dict[str, str | tuple[str, ...]]" = {"leakage_ugy_per_h": POSITIVE}
# Half-widths in percent of the result; without all three the budget isn't complete.
RESPONSES = ("energy_response_pct", "angular_response_pct", "distance_effect_pct")


def check_plan(plan: "dict[str, object]") -> None:
    """Whether a plan's parameters, limits and steps can be used; ValueError with one line."""
    check_members(members(plan, "parameters"), _PARAMETERS, "parameter")
    check_members(members(plan, "limits"), _LIMITS, "limit")
    check_entries(plan, ())
    require_given(plan, ("factor_ugy_per_h_per_cps", "dead_time_us", "probe_calibrated"))
    given = members(plan, "parameters")
    _check_factor_uncertainty(given)
    k, alpha = decimal_member(given, "k"), decimal_member(given, "alpha")
    alpha = _DEFAULT_ALPHA if alpha is None else alpha
    if alpha >= Ratio(1, 2):
        raise ValueError("the parameter alpha must be between 0 and 0.5")
    require_same_risk(_DEFAULT_K if k is None else k, alpha)
    names = [step.get("id") for step in objects(plan, "steps") if step.get("kind") == "dwell"]
    for name in (BEFORE, AFTER):
        if name not in names:
            raise ValueError("the plan has no step {}".format(name))
    if len(names) < 3:
        raise ValueError("the survey has no points")


def _check_factor_uncertainty(given: "dict[str, object]") -> None:
    """The factor's uncertainty must be said once: as k = 1, or as U with its k."""
    standard = given.get("factor_u_rel_pct") is not None
    expanded = [given.get(name) is not None for name in ("factor_U_pct", "factor_k")]
    if standard and any(expanded):
        raise ValueError(
            "the factor's uncertainty is given twice: factor_u_rel_pct, and factor_U_pct with "
            "factor_k; leave one out"
        )
    if not standard and not all(expanded):
        raise ValueError(
            "the factor's uncertainty is missing: give factor_u_rel_pct, or factor_U_pct with "
            "factor_k"
        )


def figures(result: "Result") -> "list[Figure]":
    """The largest point, the background, then for each point its rate and U (or y#)."""
    unit = result.inputs.unit
    printed = [Figure("points", str(len(result.points)), "")]
    if result.largest is not None:
        largest = result.points[result.largest]
        printed += [
            Figure("max_point", largest.id, ""),
            Figure("H_max", _rate(largest), unit),
        ]
        if has_u(largest):
            printed.append(Figure("U_max", _expanded(largest), unit))
    if any([point.fault is None and has_u(point) for point in result.points]):
        printed.append(Figure("k", str(K), ""))
    background = result.background
    if background.fault is None:
        decimals = decimals_for_root(background.variance, 2) if background.variance > 0 else 3
        printed.append(Figure("background", to_text(background.rate, decimals), "1/s"))
        in_unit = background.rate * result.inputs.factor
        printed.append(Figure("background_rate", to_text(in_unit, digits(in_unit, 2)), unit))
    for point in result.points:
        if point.fault is None:
            printed.append(Figure("H:" + point.id, _rate(point), unit))
            if point.detected or background.drifts:
                if has_u(point):
                    printed.append(Figure("U:" + point.id, _expanded(point), unit))
            else:
                printed.append(Figure("y#:" + point.id, three_digits(point.detection), unit))
    return printed


def _decimals(point: "Point") -> "int":
    return decimals_of(point.net, point.detection)


def _rate(point: "Point") -> "str":
    return rate_text(point.net, _decimals(point))


def _expanded(point: "Point") -> "str":
    return expanded_text(point.net, _decimals(point))


def details(result: "Result", index: "int") -> "list[Figure]":
    """Everything about one point: counts, time, rates, thresholds, best estimate, interval."""
    point = result.points[index]
    name = ":" + point.id
    printed = [
        Figure("counts" + name, str(point.dwell.count), ""),
        Figure("time" + name, to_text(Ratio(point.dwell.time_us, _US), 3), "s"),
    ]
    if point.fault is not None:
        return printed
    unit, decimals = result.inputs.unit, _decimals(point)
    printed += _gross_interval(result, point)
    printed += [
        Figure("gross" + name, to_text(point.rate, digits(point.rate, 5)), "1/s"),
        Figure("net" + name, to_text(point.net.y / result.inputs.factor, decimals + 2), "1/s"),
        Figure("H" + name, _rate(point), unit),
    ]
    if has_u(point):
        printed.append(Figure("u" + name, root_to_text(point.net.variance, decimals + 1), unit))
        printed.append(Figure("U" + name, _expanded(point), unit))
    threshold = "y*" if point.least_count is None else "y*_normal"
    printed += [
        Figure(threshold + name, three_digits(point.threshold), unit),
        Figure("y#" + name, three_digits(point.detection), unit),
    ]
    if point.least_count is not None:
        printed += [
            Figure("least_count" + name, str(point.least_count), ""),
            Figure("lower" + name, lower_bound(point.net, decimals), unit),
            Figure("upper" + name, upper_bound(point.net, decimals), unit),
        ]
    if point.interval is not None:
        printed += [
            Figure("best" + name, to_text(point.interval.best, decimals + 1), unit),
            Figure("u_best" + name, root_to_text(point.interval.variance, decimals + 1), unit),
            Figure("lower" + name, to_text(point.interval.lower, decimals), unit),
            Figure("upper" + name, to_text(point.interval.upper, decimals), unit),
        ]
    return printed


def _gross_interval(result: "Result", point: "Point") -> "list[Figure]":
    """Garwood's limits of the count as rates, corrected as the gross rate is."""
    counts = poisson_interval(point.dwell.count, COVERAGE)
    low, high = corrected_limits(counts, point.dwell, result.inputs.tau_s)
    places = digits(point.rate if high is None else high, 4)
    name = ":" + point.id
    return [
        Figure("lower_gross" + name, to_text(low, places), "1/s"),
        Figure("upper_gross" + name, "-" if high is None else to_text(high, places), "1/s"),
    ]


class Ledger(StepLedger):
    """Samples of the pulse counter, kept as sums: pulses and time from first to last sample."""

    def __init__(self, plan: "dict[str, object]") -> None:
        super().__init__(plan)
        # Per step: [pulses, time in us, the last sample].
        self._dwells: "dict[int, list[pulses.Sample]]" = {}
        # Per step: what is wrong with its samples; a step that is begun again loses that too.
        self._gaps: "dict[int, str]" = {}
        # Of the record under way and of each step's last sample: (time in ms, clock set).
        self._time: "tuple[int, bool]" = (0, False)
        self._times: "dict[int, tuple[int, bool]]" = {}

    def add(self, record: "Record") -> None:
        """As StepLedger.add; its time is compared with the counter's."""
        self._time = (record.time_ms, record.clock_set)
        super().add(record)

    def take(self, index: "int", reading: "Reading") -> None:
        """One counter sample; its value must be the count in its raw bytes."""
        if self.steps[index].get("kind") != "dwell":
            raise ValueError("the step {} takes no counter sample".format(self.step_id(index)))
        sample = pulses.parse(reading.raw)
        if sample.count != reading.value:
            raise ValueError(
                "the sample of {} says {}, its raw bytes {}".format(
                    self.step_id(index), reading.value, sample.count
                )
            )
        earlier = self._times.get(index, (0, False))
        self._times[index] = self._time
        if index not in self._dwells:
            self._dwells[index] = [pulses.Sample(0, 0), sample]
            return
        sums, last = self._dwells[index]
        step = pulses.between(last, sample)
        if step.count >= _HALF_MODULUS or step.time_us >= _HALF_MODULUS:
            raise ValueError("the counter ran backwards in {}".format(self.step_id(index)))
        self._note_gap(index, step.time_us, earlier)
        self._dwells[index] = [
            pulses.Sample(sums.count + step.count, sums.time_us + step.time_us),
            sample,
        ]

    def _note_gap(self, index: "int", time_us: "int", earlier: "tuple[int, bool]") -> None:
        if time_us > _LONGEST_GAP_US:
            self._gaps[index] = "{} s between two samples, at most 5".format(
                to_text(Ratio(time_us, _US), 1)
            )
        # The record's clock says nothing when it has no time or was set in between.
        now, was = self._time, earlier
        if now[0] > 0 and was[0] > 0 and now[1] == was[1]:
            apart_us = abs((now[0] - was[0]) * 1000 - time_us)
            if apart_us > _LONGEST_GAP_US:
                self._gaps[index] = "the records' clock and the counter's are {} s apart".format(
                    to_text(Ratio(apart_us, _US), 1)
                )

    def forget(self, index: "int") -> None:
        """Drop the samples of a step that is begun again."""
        self._dwells.pop(index, None)
        self._gaps.pop(index, None)
        self._times.pop(index, None)

    def complete(self, index: "int") -> "bool":
        """Whether a step is done; a dwell is, when its samples span its time."""
        if self.steps[index].get("kind") != "dwell":
            return super().complete(index)
        dwell, planned_us = self.dwell(index), self._planned_us(index)
        return bool(dwell.time_us > 0 and dwell.time_us * 100 >= planned_us * _ENOUGH_PCT)

    def _planned_us(self, index: "int") -> "int":
        seconds = self.steps[index].get("seconds", 0)
        if not isinstance(seconds, int):
            raise ValueError("seconds of {} is no whole number".format(self.step_id(index)))
        return seconds * _US

    def _require_sound(self, index: "int") -> None:
        """ValueError when a dwell has gaps or is longer than planned."""
        name = self.step_id(index)
        if index in self._gaps:
            raise ValueError("{}: {}; measure it again".format(name, self._gaps[index]))
        time_us, planned_us = self.dwell(index).time_us, self._planned_us(index)
        if planned_us and time_us > planned_us + max(
            _LONGEST_GAP_US, planned_us * _LONGER_PCT // 100
        ):
            raise ValueError(
                "{}: {} s instead of {}; measure it again".format(
                    name, to_text(Ratio(time_us, _US), 1), planned_us // _US
                )
            )

    def dwell(self, index: "int") -> "Dwell":
        """Pulses and time of a step so far."""
        if index not in self._dwells:
            return Dwell(0, 0)
        sums = self._dwells[index][0]
        return Dwell(sums.count, sums.time_us)

    def inputs(self) -> "Inputs":
        """Everything the computation needs; ValueError that names what is missing."""
        self.require_complete()
        dwells = {}
        points = []
        for index, step in enumerate(self.steps):
            name = self.step_id(index)
            if step.get("kind") == "dwell" and self.complete(index):
                self._require_sound(index)
                if name in (BEFORE, AFTER):
                    dwells[name] = self.dwell(index)
                else:
                    points.append((name, self.dwell(index)))
        for name in (BEFORE, AFTER):
            if name not in dwells:
                raise ValueError("the plan has no step {}".format(name))
        _check_factor_uncertainty(self.parameters)
        return Inputs(
            dwells[BEFORE],
            dwells[AFTER],
            points,
            self.required("factor_ugy_per_h_per_cps"),
            self._u_rel_squared(),
            self.required("dead_time_us") / _US,
            (self.number("dead_time_u_us") or Ratio(0)) / _US,
            self.number("k") or _DEFAULT_K,
            self.number("alpha") or _DEFAULT_ALPHA,
            self._calibrated(),
            self.choice("unit_label", UNITS),
            self.limit("leakage_ugy_per_h"),
            self.number("natural_background_ugy_per_h"),
            self.repeated,
        )

    def _u_rel_squared(self) -> "Ratio":
        """Of the factor and of what its calibration doesn't cover (budgets.leakage)."""
        standard = self.number("factor_u_rel_pct")
        if standard is None:
            standard = self.required("factor_U_pct") / self.required("factor_k")
        if standard < 0:
            raise ValueError("the factor's uncertainty can't be negative")
        squared = standard * standard
        for name in RESPONSES:
            half_width = self.number(name) or Ratio(0)
            squared = squared + half_width * half_width / 3
        return squared / 10000

    def _calibrated(self) -> "bool":
        # No default: an uncalibrated probe must be said to be one.
        if "probe_calibrated" not in self.parameters:
            raise ValueError("probe_calibrated is missing: yes or no")
        return self.choice("probe_calibrated", ("yes", "no")) == "yes"
