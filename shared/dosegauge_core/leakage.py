"""Leakage survey of a Micro CT's cabinet with a counting probe: every point, then the cabinet.

Sources: the Micro CT draft, 5.6 and 7.6; ISO 11929-1; reference sheet 1.6 and 4. The background is
counted before and after the points and pooled; each point's net rate times the probe's factor is
its air kerma rate. The largest point decides for the cabinet.

Plan: steps of kind "dwell"; the ids "background-before" and "background-after" are the background,
all others are points; a step's `seconds` (optional) is the shortest dwell. Parameters (decimal
strings unless told): factor_ugy_per_h_per_cps; factor_u_rel_pct (k = 1), or factor_U_pct with
factor_k; dead_time_us, dead_time_u_us ("0" when not given); k ("1.645"); alpha ("0.05");
probe_calibrated ("yes", "no"); unit_label ("uGy/h", "uSv/h"); natural_background_ugy_per_h (the
least that nature gives everywhere; without it a background of no counts at all is a fault).
Limit: leakage_ugy_per_h.
"""

from .decisions import within_upper_limit
from .distributions import poisson_interval
from .exact import Ratio
from .fixed import ONE
from .ledger import StepLedger
from .reporting import FAIL, INCONCLUSIVE, NOT_EVALUATED, PASS, Figure, Remark, Verdict
from .rounding import decimals_for_root, root_to_text, shortest_text, to_text
from .survey import NO_PULSES, Dwell, Inputs, compute
from .telegrams import pulses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .records import Reading
    from .survey import Point, Result

__all__ = ("Dwell", "Inputs", "Ledger", "compute", "details", "figures", "remarks", "verdicts")

PROCEDURE = "leakage-survey"
BEFORE, AFTER = "background-before", "background-after"
LIMIT_UNIT = "uGy/h"
UNITS = (LIMIT_UNIT, "uSv/h")
_HALF_MODULUS = pulses.MODULUS // 2
# A dwell counts as done from this part of its time (the clock of the last sample may be early).
_ENOUGH_PCT = 95
_K = 2
_US = 1000000


def _decimals(point: "Point") -> "int":
    """Last place of a point's rate: that of U to two digits (of y# when U is 0)."""
    if point.variance > 0:
        return decimals_for_root(_K * _K * point.variance, 2)
    return _digits(point.detection, 2)


def _digits(value: "Ratio | None", digits: "int") -> "int":
    return 0 if value is None else decimals_for_root(value * value, digits)


def _rate_text(point: "Point") -> "str":
    return to_text(point.y, _decimals(point))


def _expanded_text(point: "Point") -> "str":
    return root_to_text(_K * _K * point.variance, _decimals(point))


def _three_digits(value: "Ratio | None") -> "str":
    return "-" if value is None else to_text(value, _digits(value, 3))


def figures(result: "Result") -> "list[Figure]":
    """The largest point, the background, then for each point its rate and U (or y#)."""
    unit = result.inputs.unit
    printed = [Figure("points", str(len(result.points)), "")]
    if result.largest is not None:
        largest = result.points[result.largest]
        printed += [
            Figure("max_point", largest.id, ""),
            Figure("H_max", _rate_text(largest), unit),
            Figure("U_max", _expanded_text(largest), unit),
            Figure("k", str(_K), ""),
        ]
    background = result.background
    if background.fault is None:
        decimals = decimals_for_root(background.variance, 2) if background.variance > 0 else 3
        printed.append(Figure("background", to_text(background.rate, decimals), "1/s"))
        in_unit = background.rate * result.inputs.factor
        printed.append(Figure("background_rate", to_text(in_unit, _digits(in_unit, 2)), unit))
    for point in result.points:
        if point.fault is None:
            printed.append(Figure("H:" + point.id, _rate_text(point), unit))
            if point.detected:
                printed.append(Figure("U:" + point.id, _expanded_text(point), unit))
            else:
                printed.append(Figure("y#:" + point.id, _three_digits(point.detection), unit))
    return printed


def details(result: "Result", index: "int") -> "list[Figure]":
    """Everything about one point: counts, time, rates, thresholds, best estimate, interval."""
    point = result.points[index]
    unit, name = result.inputs.unit, ":" + point.id
    printed = [
        Figure("counts" + name, str(point.dwell.count), ""),
        Figure("time" + name, to_text(Ratio(point.dwell.time_us, _US), 3), "s"),
    ]
    if point.fault is not None:
        return printed
    decimals = _decimals(point)
    seconds = Ratio(point.dwell.time_us, _US)
    # Of the counts as they are, without dead time.
    gross_interval = [
        Ratio(mean, ONE) for mean in poisson_interval(point.dwell.count, 95 * ONE // 100)
    ]
    gross_decimals = _digits(gross_interval[1] / seconds, 4)
    printed += [
        Figure("lower_gross" + name, to_text(gross_interval[0] / seconds, gross_decimals), "1/s"),
        Figure("upper_gross" + name, to_text(gross_interval[1] / seconds, gross_decimals), "1/s"),
        Figure("gross" + name, to_text(point.rate, _digits(point.rate, 5)), "1/s"),
        Figure("net" + name, to_text(point.y / result.inputs.factor, decimals + 2), "1/s"),
        Figure("H" + name, _rate_text(point), unit),
        Figure("u" + name, root_to_text(point.variance, decimals + 1), unit),
        Figure("U" + name, _expanded_text(point), unit),
        Figure("y*" + name, _three_digits(point.iso.threshold), unit),
        Figure("y#" + name, _three_digits(point.detection), unit),
    ]
    if point.least_count is not None:
        printed.append(Figure("least_count" + name, str(point.least_count), ""))
    if point.interval is not None:
        printed += [
            Figure("best" + name, to_text(point.interval.best, decimals + 1), unit),
            Figure("u_best" + name, root_to_text(point.interval.variance, decimals + 1), unit),
            Figure("lower" + name, to_text(point.interval.lower, decimals), unit),
            Figure("upper" + name, to_text(point.interval.upper, decimals), unit),
        ]
    return printed


def verdicts(result: "Result") -> "list[Verdict]":
    """The cabinet first, then every point. For reference only; [] when the plan has no limit."""
    if result.inputs.limit is None:
        return []
    points = [_point_verdict(result, point) for point in result.points]
    return [_cabinet_verdict(result, points)] + points


def _values(result: "Result", point: "Point | None") -> "dict[str, str]":
    values = {"limit": shortest_text(result.inputs.limit), "unit": result.inputs.unit}
    if point is not None:
        values["point"] = point.id
        if point.fault is None:
            values["value"] = _rate_text(point)
            values["U"] = _expanded_text(point)
            values["k"] = str(_K)
            values["y_sharp"] = _three_digits(point.detection)
    return values


def _withheld(result: "Result") -> "str | None":
    """Why nothing is judged at all: the code of the verdict, or None."""
    if not result.inputs.calibrated:
        return "indication-only"
    if result.inputs.unit != LIMIT_UNIT:
        return "other-quantity"
    return None


def _below(detection: "Ratio | None", limit: "Ratio") -> "str":
    """A rate that isn't detected passes when what would be detected lies below the limit."""
    return PASS if detection is not None and detection < limit else INCONCLUSIVE


def _point_verdict(result: "Result", point: "Point") -> "Verdict":
    subject = "point:" + point.id
    values = _values(result, point)
    withheld = _withheld(result)
    if point.fault is not None:
        return Verdict(subject, NOT_EVALUATED, "fault-" + point.fault, values, True)
    if withheld is not None:
        return Verdict(subject, NOT_EVALUATED, withheld, values, True)
    limit = result.inputs.limit
    if not point.detected:
        code = "not-detected" if point.detection is not None else "not-detected-unbounded"
        return Verdict(subject, _below(point.detection, limit), code, values, True)
    outcome = within_upper_limit(point.y, point.variance, Ratio(_K), limit)
    return Verdict(subject, outcome, "leakage-limit", values, True)


def _cabinet_verdict(result: "Result", points: "list[Verdict]") -> "Verdict":
    """The largest point above the limit decides, else a fault, else the largest point; a pass is
    held back by a point whose own verdict is worse."""
    failing = _largest([p for p, verdict in zip(result.points, points) if verdict.outcome == FAIL])
    if failing is not None:
        return _cabinet(FAIL, "cabinet-limit", _values(result, failing))
    for point, verdict in zip(result.points, points):
        if point.fault is not None:
            return _cabinet(NOT_EVALUATED, "cabinet-" + verdict.code, _values(result, point))
    withheld = _withheld(result)
    values = _values(result, result.points[result.largest])
    if withheld is not None:
        return _cabinet(NOT_EVALUATED, withheld, values)
    outcome, code = points[result.largest].outcome, "cabinet-limit"
    if not any([point.cabinet_detected for point in result.points]):
        detection = _largest_detection(result)
        values["y_sharp"] = _three_digits(detection)
        values["m"] = str(len(points))
        outcome = _below(detection, result.inputs.limit)
        code = "cabinet-not-detected" + ("" if detection is not None else "-unbounded")
    for point, verdict in zip(result.points, points):
        if outcome == PASS and verdict.outcome != PASS:
            outcome, code = INCONCLUSIVE, "cabinet-held-back"
            values["other"] = point.id
    return _cabinet(outcome, code, values)


def _largest(points: "list[Point]") -> "Point | None":
    largest = None
    for point in points:
        if largest is None or point.y > largest.y:
            largest = point
    return largest


def _cabinet(outcome: "str", code: "str", values: "dict[str, str]") -> "Verdict":
    return Verdict("cabinet", outcome, code, values, True)


def _largest_detection(result: "Result") -> "Ratio | None":
    largest = Ratio(0)
    for point in result.points:
        if point.cabinet_detection is None:
            return None
        largest = max(largest, point.cabinet_detection)
    return largest


def remarks(result: "Result") -> "list[Remark]":
    """Doubts about probe and background, and where the exact test decided."""
    inputs = result.inputs
    found = []
    if result.background.fault is not None:
        found.append(Remark("background-" + result.background.fault, {}))
    if result.background.drifts:
        found.append(Remark("background-drifts", _background_counts(result)))
    if not inputs.calibrated:
        found.append(Remark("probe-not-calibrated", {}))
    if inputs.unit != LIMIT_UNIT:
        found.append(Remark("other-quantity", {"unit": inputs.unit}))
    if inputs.tau_s == 0:
        found.append(Remark("no-dead-time", {}))
    found += _point_remarks(result)
    if inputs.repeated:
        found.append(Remark("steps-repeated", {"count": str(inputs.repeated)}))
    return found


def _background_counts(result: "Result") -> "dict[str, str]":
    before, after = result.inputs.before, result.inputs.after
    return {
        "before": str(before.count),
        "before_s": to_text(Ratio(before.time_us, _US), 1),
        "after": str(after.count),
        "after_s": to_text(Ratio(after.time_us, _US), 1),
    }


def _point_remarks(result: "Result") -> "list[Remark]":
    good = [point for point in result.points if point.fault is None]
    found = []
    for code, names in (
        ("low-counts", [point.id for point in good if point.least_count is not None]),
        ("no-detection-limit", [point.id for point in good if point.detection is None]),
        ("far-below-background", [p.id for p in good if p.interval is None and p.y < 0]),
        (NO_PULSES, [p.id for p in result.points if p.fault == NO_PULSES]),
    ):
        if names and not (code == NO_PULSES and result.background.fault):
            found.append(Remark(code, {"points": ", ".join(names)}))
    return found


class Ledger(StepLedger):
    """Samples of the pulse counter, kept as sums: pulses and time from first to last sample."""

    def __init__(self, plan: "dict[str, object]") -> None:
        super().__init__(plan)
        # Per step: [pulses, time in us, the last sample].
        self._dwells: "dict[int, list[pulses.Sample]]" = {}

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
        if index not in self._dwells:
            self._dwells[index] = [pulses.Sample(0, 0), sample]
            return
        sums, last = self._dwells[index]
        step = pulses.between(last, sample)
        if step.count >= _HALF_MODULUS or step.time_us >= _HALF_MODULUS:
            raise ValueError("the counter ran backwards in {}".format(self.step_id(index)))
        self._dwells[index] = [
            pulses.Sample(sums.count + step.count, sums.time_us + step.time_us),
            sample,
        ]

    def forget(self, index: "int") -> None:
        """Drop the samples of a step that is begun again."""
        self._dwells.pop(index, None)

    def complete(self, index: "int") -> "bool":
        """Whether a step is done; a dwell is, when its samples span its time."""
        if self.steps[index].get("kind") != "dwell":
            return super().complete(index)
        dwell = self.dwell(index)
        seconds = self.steps[index].get("seconds", 0)
        if not isinstance(seconds, int):
            raise ValueError("seconds of {} is no whole number".format(self.step_id(index)))
        return bool(dwell.time_us > 0 and dwell.time_us * 100 >= seconds * _US * _ENOUGH_PCT)

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
                if name in (BEFORE, AFTER):
                    dwells[name] = self.dwell(index)
                else:
                    points.append((name, self.dwell(index)))
        for name in (BEFORE, AFTER):
            if name not in dwells:
                raise ValueError("the plan has no step {}".format(name))
        u_rel = self._factor_u_rel()
        return Inputs(
            dwells[BEFORE],
            dwells[AFTER],
            points,
            self.required("factor_ugy_per_h_per_cps"),
            u_rel * u_rel,
            self.required("dead_time_us") / _US,
            (self.number("dead_time_u_us") or Ratio(0)) / _US,
            self.number("k") or Ratio(1645, 1000),
            self.number("alpha") or Ratio(5, 100),
            self._calibrated(),
            self.choice("unit_label", UNITS),
            self.limit("leakage_ugy_per_h"),
            self.number("natural_background_ugy_per_h"),
            self.repeated,
        )

    def _factor_u_rel(self) -> "Ratio":
        standard = self.number("factor_u_rel_pct")
        if standard is None:
            standard = self.required("factor_U_pct") / self.required("factor_k")
        if standard < 0:
            raise ValueError("the factor's uncertainty can't be negative")
        return standard / 100

    def _calibrated(self) -> "bool":
        # No default: an uncalibrated probe must be said to be one.
        if "probe_calibrated" not in self.parameters:
            raise ValueError("probe_calibrated is missing: yes or no")
        return self.choice("probe_calibrated", ("yes", "no")) == "yes"
