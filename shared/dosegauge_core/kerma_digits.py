"""What is printed of an air kerma rate: figures, verdicts, remarks. See `kerma`."""

from .decisions import (
    at_least,
    at_most,
    exceeds_factor_squared,
    spread_against_limit,
    upper_bound_factor_squared,
)
from .exact import Ratio
from .fixed import isqrt
from .kerma_rate import REFERENCE_MM
from .reporting import FAIL, NOT_EVALUATED, PASS, Figure, Remark, Verdict
from .rounding import (
    decimals_for_root,
    place_decimal_point,
    root_to_text,
    rounded,
    rounded_root,
    shortest_text,
    to_text,
)
from .uncertainty.combination import expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .kerma_rate import Inputs, Result
    from .uncertainty.combination import Expanded

_LEVEL_95 = Ratio(95, 100)


def _n(result: "Result") -> "int":
    return len(result.rates)


def _mean_decimals(result: "Result") -> "int":
    """Last place of the mean: that of U to two digits, else of its type A uncertainty."""
    if result.budget is not None:
        return max(decimals_for_root(_expanded(result).variance, 2), 0)
    return _type_a_decimals(result)


def _type_a_decimals(result: "Result") -> "int":
    if result.variance == 0:
        return decimals_for_root(result.mean * result.mean, 4)
    return decimals_for_root(result.variance / _n(result), 2)


def _percent(square: "Ratio", decimals: "int") -> "str":
    return root_to_text(square * 10000, decimals)


def _s_r_text(result: "Result") -> "str":
    """s_r in %, three decimals, or as many as tell it from a limit that it doesn't equal."""
    square = result.s_r_squared * 10000
    limit = result.inputs.limits.get("s_r_pct")
    decimals = 3
    if limit is None or square == limit * limit:
        return root_to_text(square, decimals)
    while limit * 10**decimals == rounded_root(square, decimals):
        decimals += 1
    return root_to_text(square, decimals)


def _mean_text(result: "Result", border: "Ratio | None" = None) -> "str":
    """The mean to its last place, or as many more as tell it from a border that it isn't at."""
    decimals = _mean_decimals(result)
    if border is None or result.mean == border:
        return to_text(result.mean, decimals)
    while rounded(result.mean, decimals) == rounded(border, decimals):
        decimals += 1
    return to_text(result.mean, decimals)


def figures(result: "Result") -> "list[Figure]":
    """The printed figures; the mean to the last place of its type A uncertainty."""
    n = _n(result)
    unit = result.inputs.result_unit
    decimals = _mean_decimals(result)
    of_mean = result.variance / n
    finer = decimals_for_root(result.variance, 4)
    printed = [
        Figure("mean", _mean_text(result), unit),
        Figure("s_r", _s_r_text(result), "%"),
        Figure("s_r_upper", _percent(result.s_r_squared * upper_bound_factor_squared(n), 2), "%"),
        Figure("s", root_to_text(result.variance, finer), unit),
        Figure("u_a", root_to_text(of_mean, _type_a_decimals(result)), unit),
        Figure("nu_a", str(n - 1), ""),
    ]
    printed += _uncertainty(result)
    printed += [
        Figure("n", str(n), ""),
        Figure("u_rel_s", _percent(Ratio(1, 2 * (n - 1)), 1), "%"),
        Figure("k_TP", to_text(result.k_tp, 5), ""),
        Figure("N_K", shortest_text(result.inputs.n_k), ""),
        Figure("k_Q", shortest_text(result.inputs.k_q), ""),
        Figure("k_d", to_text(result.k_d, 5), ""),
    ]
    if result.background is not None:
        printed.append(Figure("M0", to_text(result.background, decimals + 1), unit))
    if result.k_v is not None:
        printed.append(Figure("k_v", to_text(result.k_v, 5), ""))
    if result.inputs.nominal is not None:
        ratio = result.mean / result.inputs.nominal
        printed.append(Figure("mean_to_nominal", to_text(ratio * 100, 1), "%"))
    for index, rate in enumerate(result.rates):
        printed.append(Figure("K:{}".format(index + 1), to_text(rate, decimals + 1), unit))
    return printed


def _expanded(result: "Result") -> "Expanded":
    expanded: "Expanded" = expand(result.budget)
    return expanded


def _uncertainty(result: "Result") -> "list[Figure]":
    """U of the mean with k = 2, and U95, where the plan gives every component."""
    if result.budget is None:
        return []
    unit, decimals = result.inputs.result_unit, _mean_decimals(result)
    expanded, at_95 = _expanded(result), expand(result.budget, _LEVEL_95)
    printed = [
        Figure("u_c", root_to_text(result.budget.variance, decimals + 1), unit),
        Figure("U", root_to_text(expanded.variance, decimals), unit),
        Figure("k", shortest_text(expanded.k), ""),
        Figure("U95", root_to_text(at_95.variance, decimals), unit),
        Figure("k95", to_text(at_95.k, 2), ""),
    ]
    if at_95.freedom is not None:
        printed.append(Figure("nu_eff", str(at_95.freedom), ""))
    return printed


def verdicts(result: "Result") -> "list[Verdict]":
    """s_r and mean by the document's criteria, then what the data show. For reference only.

    With a background that can't be one (beam on?) nothing is judged: mean and s_r are wrong then.
    """
    found = _repeatability_verdicts(result) + _nominal_verdicts(result)
    if not result.background_doubt:
        return found
    values = _background_values(result)
    return [
        Verdict(verdict.subject, NOT_EVALUATED, "background-too-high", values, True)
        for verdict in found
    ]


def _background_values(result: "Result") -> "dict[str, str]":
    limit = result.inputs.limits["background_max_pct"]
    return {
        "pct": _text_above(result.background_pct, limit, 1),
        "limit": shortest_text(limit),
    }


def _text_above(value: "Ratio", limit: "Ratio", decimals: "int") -> "str":
    """A value above its limit with as many decimals as show that."""
    while limit * 10**decimals == rounded(value, decimals):
        decimals += 1
    return to_text(value, decimals)


def _repeatability_verdicts(result: "Result") -> "list[Verdict]":
    limit_pct = result.inputs.limits.get("s_r_pct")
    if limit_pct is None:
        return []
    limit = limit_pct / 100
    n = _n(result)
    values = {
        "value": _s_r_text(result),
        "limit": to_text(limit_pct, 1) if (limit_pct * 10).den == 1 else shortest_text(limit_pct),
        "unit": "%",
        "n": str(n),
    }
    shown = dict(values)
    shown["shown_up_to"] = _percent_down(limit * limit / upper_bound_factor_squared(n))
    shown["exceeds_above"] = _percent_down(limit * limit * exceeds_factor_squared(n))
    outcome = spread_against_limit(result.s_r_squared, limit, n)
    code = {PASS: "sigma-shown", FAIL: "sigma-exceeds"}.get(outcome, "sigma-not-shown")
    return [
        Verdict("s_r", at_most(result.s_r_squared, limit * limit), "s-r-limit", values, True),
        Verdict("sigma", outcome, code, shown, True),
    ]


def _percent_down(square: "Ratio") -> "str":
    """A bound in % with three decimals, rounded down. The decision is made from the exact one."""
    return place_decimal_point(isqrt((square * 10**10).floor()), 3)


def _nominal_verdicts(result: "Result") -> "list[Verdict]":
    fraction = result.inputs.limits.get("nominal_fraction")
    if fraction is None:
        return []
    nominal = result.inputs.nominal
    border = None if nominal is None else fraction * nominal
    values = {
        "value": _mean_text(result, border),
        "unit": result.inputs.result_unit,
        "fraction_pct": shortest_text(fraction * 100),
    }
    if nominal is None:
        return [Verdict("mean", NOT_EVALUATED, "nominal-first", values, True)]
    values["nominal"] = shortest_text(nominal)
    outcome = at_least(result.mean, fraction * nominal)
    return [Verdict("mean", outcome, "nominal-limit", values, True)]


def remarks(result: "Result") -> "list[Remark]":
    """Choices and doubts: the detector's air density, the environment, what u doesn't hold."""
    inputs = result.inputs
    found = _budget_remarks(result) + [_density_remark(inputs)]
    if inputs.k_q == 1:
        found.append(Remark("k-q-one", {}))
    found += _exposure_remarks(result)
    if not inputs.background_gy_per_s:
        found.append(Remark("no-background", {}))
    elif result.background_doubt:
        found.append(Remark("background-too-high", _background_values(result)))
    if inputs.over_time:
        found.append(Remark("dose-over-time", {}))
    if inputs.d_mm != REFERENCE_MM:
        found.append(Remark("distance-corrected", {"d": shortest_text(inputs.d_mm)}))
    if result.k_v is not None:
        found.append(Remark("k-v-information", {"k_v": to_text(result.k_v, 5)}))
    found += _environment_remarks(inputs)
    if inputs.repeated:
        found.append(Remark("steps-repeated", {"count": str(inputs.repeated)}))
    return found


def _budget_remarks(result: "Result") -> "list[Remark]":
    if result.budget is not None:
        return []
    if not result.inputs.uncertainty:
        return [Remark("budget-incomplete", {})]
    return [Remark("budget-lacks", {"names": ", ".join(result.lacking)})]


def _exposure_remarks(result: "Result") -> "list[Remark]":
    asked = result.inputs.limits.get("exposures")
    if asked is None or asked == _n(result):
        return []
    return [Remark("exposures-count", {"n": str(_n(result)), "asked": shortest_text(asked)})]


def _density_remark(inputs: "Inputs") -> "Remark":
    if inputs.detector_density != "vented":
        return Remark("k-tp-" + inputs.detector_density, {})
    values = {
        "t": shortest_text(inputs.temperature_c),
        "p": shortest_text(inputs.pressure_kpa),
        "t0": shortest_text(inputs.t0_c),
        "p0": shortest_text(inputs.p0_kpa),
    }
    return Remark("k-tp-vented", values)


def _environment_remarks(inputs: "Inputs") -> "list[Remark]":
    found = []
    for code, value, unit, lowest, highest in (
        ("temperature", inputs.temperature_c, "Cel", "temperature_min_c", "temperature_max_c"),
        ("humidity", inputs.humidity_pct, "%", None, "humidity_max_pct"),
        ("pressure", inputs.pressure_kpa, "kPa", "pressure_min_kpa", "pressure_max_kpa"),
    ):
        low = inputs.limits.get(lowest)
        high = inputs.limits.get(highest)
        if value is None:
            if low is not None or high is not None:
                found.append(Remark(code + "-not-recorded", {}))
        elif (low is not None and value < low) or (high is not None and value > high):
            values = {"value": shortest_text(value), "unit": unit, "limits": _span(low, high)}
            found.append(Remark(code + "-outside", values))
    return found


def _span(low: "Ratio | None", high: "Ratio | None") -> "str":
    if low is None:
        return "" if high is None else "≤ " + shortest_text(high)
    if high is None:
        return "≥ " + shortest_text(low)
    return "{} – {}".format(shortest_text(low), shortest_text(high))
