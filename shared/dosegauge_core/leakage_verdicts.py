"""Verdicts and remarks of a leakage survey: every point, then the cabinet.

Rules (this program's own where the draft is silent): a detected point is judged by y +- U with
k = 2, at low counts by Garwood's limits of both counts; one that isn't detected passes when its
detection limit lies below the limit value and its upper bound isn't above it. A background that
differs before and after lets nothing pass; a point above the limit must be so against the larger
of the two. An overloaded point is above the limit when its uncorrected rate is.
"""

from .decisions import bounds_within_upper_limit
from .exact import Ratio
from .leakage_digits import (
    decimals_of,
    expanded_text,
    has_u,
    lower_bound,
    rate_text,
    three_digits,
    upper_bound,
)
from .reporting import FAIL, INCONCLUSIVE, NOT_EVALUATED, PASS, Remark, Verdict
from .rounding import shortest_text, to_text
from .survey import OVERLOAD, TOO_FEW, K

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .survey import Net, Point, Result

LIMIT_UNIT = "uGy/h"
_US = 1000000


def verdicts(result: "Result") -> "list[Verdict]":
    """The cabinet first, then every point. For reference only; [] when the plan has no limit."""
    if result.inputs.limit is None:
        return []
    points = [_point_verdict(result, point) for point in result.points]
    return [_cabinet_verdict(result, points)] + points


def _withheld(result: "Result") -> "str | None":
    """Why nothing is judged at all: the code of the verdict, or None."""
    if not result.inputs.calibrated:
        return "indication-only"
    if result.inputs.unit != LIMIT_UNIT:
        return "other-quantity"
    return None


def _values(result: "Result", point: "Point") -> "dict[str, str]":
    values = {
        "limit": shortest_text(result.inputs.limit),
        "unit": result.inputs.unit,
        "point": point.id,
        "count": str(point.dwell.count),
        "time": to_text(Ratio(point.dwell.time_us, _US), 1),
    }
    net = point.floor if point.fault is not None else point.net
    if net is not None:
        decimals = decimals_of(net, point.detection)
        values["value"] = rate_text(net, decimals)
        values["U"] = expanded_text(net, decimals)
        values["k"] = str(K)
        values["lower"] = lower_bound(net, decimals)
        values["upper"] = upper_bound(net, decimals)
    if point.fault is None:
        values["y_sharp"] = three_digits(point.detection)
    if result.background.drifts:
        values.update(background_counts(result))
    return values


def _point_verdict(result: "Result", point: "Point") -> "Verdict":
    outcome, code = _judge(result, point)
    return Verdict("point:" + point.id, outcome, code, _values(result, point), True)


def _judge(result: "Result", point: "Point") -> "tuple[str, str]":
    """Outcome and code of a point."""
    withheld, limit = _withheld(result), result.inputs.limit
    if point.fault is not None:
        if point.floor is not None and withheld is None and _bounds(point.floor, limit) == FAIL:
            return FAIL, "overload-above-limit"
        return NOT_EVALUATED, "fault-" + str(point.fault)
    if withheld is not None:
        return NOT_EVALUATED, withheld
    if result.background.drifts:
        return _despite_drift(point, limit)
    if is_far_below(point):
        return NOT_EVALUATED, "far-below"
    return _undisturbed(point, limit)


def _despite_drift(point: "Point", limit: "Ratio") -> "tuple[str, str]":
    """Nothing passes; what is above the limit must be so against the larger background too."""
    outcome, code = _undisturbed(point, limit)
    if outcome == PASS or not point.detected:
        return NOT_EVALUATED, "drift"
    if outcome == FAIL and _bounds(point.against_larger, limit) != FAIL:
        return INCONCLUSIVE, "drift-inconclusive"
    return outcome, code


def _undisturbed(point: "Point", limit: "Ratio") -> "tuple[str, str]":
    outcome = _bounds(point.net, limit)
    if not point.detected:
        if point.detection is None:
            return INCONCLUSIVE, "not-detected-unbounded"
        below = point.detection < limit and outcome == PASS
        if point.interval is not None and point.interval.upper > limit:
            below = False
        return (PASS if below else INCONCLUSIVE), "not-detected"
    return outcome, "leakage-limit" + ("" if point.least_count is None else "-low-counts")


def _bounds(net: "Net", limit: "Ratio") -> "str":
    # The upper bound is counted from 0 where y is below: a rate can't be negative.
    y = max(net.y, Ratio(0))
    return bounds_within_upper_limit(y, net.down_squared, net.up_squared, limit)


def is_far_below(point: "Point") -> "bool":
    """More than 5 u below the background, where counts are high enough for u to mean that."""
    return bool(point.least_count is None and point.interval is None and point.net.y < 0)


def _cabinet_verdict(result: "Result", points: "list[Verdict]") -> "Verdict":
    """A point above the limit decides, else a fault, a drifting background or a point far below
    it, else the largest point; a pass is held back by a point whose own verdict is worse."""
    failing = _largest([p for p, verdict in zip(result.points, points) if verdict.outcome == FAIL])
    if failing is not None:
        return _cabinet(FAIL, _cabinet_code(_judge(result, failing)[1]), _values(result, failing))
    for point, verdict in zip(result.points, points):
        if point.fault is not None:
            return _cabinet(NOT_EVALUATED, "cabinet-" + verdict.code, _values(result, point))
    withheld = _withheld(result)
    largest = result.points[result.largest]
    values = _values(result, largest)
    if withheld is not None:
        return _cabinet(NOT_EVALUATED, withheld, values)
    outcome, code = points[result.largest].outcome, _cabinet_code(points[result.largest].code)
    for point, verdict in zip(result.points, points):
        if verdict.outcome == NOT_EVALUATED and outcome != NOT_EVALUATED:
            outcome, code = NOT_EVALUATED, "cabinet-" + verdict.code
            values = _values(result, point)
    if outcome == NOT_EVALUATED:
        return _cabinet(outcome, code, values)
    if not any([point.cabinet_detected for point in result.points]):
        detection = _largest_detection(result)
        values["y_sharp"] = three_digits(detection)
        values["m"] = str(len(points))
        below = detection is not None and detection < result.inputs.limit
        outcome = PASS if below else INCONCLUSIVE
        code = "cabinet-not-detected" + ("" if detection is not None else "-unbounded")
    for point, verdict in zip(result.points, points):
        if outcome == PASS and verdict.outcome != PASS:
            outcome, code = INCONCLUSIVE, "cabinet-held-back"
            values["other"] = point.id
    return _cabinet(outcome, code, values)


def _cabinet_code(code: "str") -> "str":
    """The cabinet's code for that of the point that decides."""
    if code.startswith("leakage-limit"):
        return "cabinet-limit" + code[len("leakage-limit") :]
    return "cabinet-" + ("point-" + code if code.startswith("not-detected") else code)


def _largest(points: "list[Point]") -> "Point | None":
    """The largest by y; an overloaded one is larger than any that isn't."""
    overloaded = [point for point in points if point.fault is not None]
    largest = None
    for point in overloaded or points:
        if largest is None or _rate_of(point) > _rate_of(largest):
            largest = point
    return largest


def _rate_of(point: "Point") -> "Ratio":
    rate: "Ratio" = (point.net if point.fault is None else point.floor).y
    return rate


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
    """The method's origin, doubts about probe and background, where the exact test decided."""
    inputs, background = result.inputs, result.background
    found = [Remark("own-survey-method", {})]
    if background.fault == TOO_FEW:
        found.append(Remark("background-too-few-pulses", background_counts(result)))
    if background.fault == OVERLOAD:
        found.append(Remark("background-overload", {}))
    if background.drifts:
        found.append(Remark("background-drifts", background_counts(result)))
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


def background_counts(result: "Result") -> "dict[str, str]":
    """Counts and times of both backgrounds, as the sentences name them."""
    before, after = result.inputs.before, result.inputs.after
    return {
        "before": str(before.count),
        "before_s": to_text(Ratio(before.time_us, _US), 1),
        "after": str(after.count),
        "after_s": to_text(Ratio(after.time_us, _US), 1),
    }


def _point_remarks(result: "Result") -> "list[Remark]":
    good = [point for point in result.points if point.fault is None]
    undrifted = [] if result.background.drifts else good
    found = []
    for code, names in (
        ("low-counts", [point.id for point in good if point.least_count is not None]),
        ("no-detection-limit", [point.id for point in good if point.detection is None]),
        ("no-uncertainty", [point.id for point in good if not has_u(point)]),
        ("far-below-background", [point.id for point in undrifted if is_far_below(point)]),
        (TOO_FEW, [point.id for point in result.points if point.fault == TOO_FEW]),
        (OVERLOAD, [point.id for point in result.points if point.fault == OVERLOAD]),
    ):
        if names:
            found.append(Remark(code, {"points": ", ".join(names)}))
    return found
