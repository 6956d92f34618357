"""Air kerma rate of a Micro CT's beam at 100 mm, and its repeatability.

Source: the Micro CT draft, 5.1, 5.2, 6.1, 7.1 and 7.2; reference sheet 1.1 and 1.2. Each exposure
is K = (M - M0) k_TP N_K k_Q (d / 100 mm)^2; the result is the mean, s_r = s / mean by Bessel.

Plan: steps of kind "dosimeter" (one exposure each; those whose id begins with "background",
optional, give M0 by their mean) and of kind "entry" with the ids temperature_c, pressure_kpa,
humidity_pct, n_k, k_q, d_mm (what isn't entered is a parameter). A channel's unit is what the
dosimeter shows ("Gy/min", "Gy/s", "Gy/h", or "Gy" for dose over time); its settings' `channel` is
0 or 1. Parameters (decimal strings unless told): detector_density ("vented", "sealed",
"instrument"), result_unit ("mGy/min", "mGy/s"), n_k, k_q, d_mm, t0_c, p0_kpa, chamber_radius_mm,
nominal_rate with nominal_unit (which must be result_unit), settle_s (whole seconds before each
reading). Limits: s_r_pct, nominal_fraction, exposures (how many the document asks for),
background_max_pct (the largest |M0| in % of the mean indication), temperature_min_c,
temperature_max_c, humidity_max_pct, pressure_min_kpa, pressure_max_kpa; what the plan doesn't
limit isn't judged.
"""

from collections import namedtuple

from .decisions import (
    at_least,
    at_most,
    exceeds_factor_squared,
    spread_against_limit,
    upper_bound_factor_squared,
)
from .exact import Ratio
from .fixed import ONE, isqrt, ln_ratio
from .ledger import StepLedger
from .plan_rules import (
    DECIMAL,
    NOT_NEGATIVE,
    POSITIVE,
    WHOLE_SECONDS,
    check_entries,
    check_members,
    members,
    objects,
    require_given,
)
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
from .telegrams import multidos
from .type_a import bessel_variance, mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .records import Reading

PROCEDURE = "air-kerma-rate"
DENSITIES = ("vented", "sealed", "instrument")
_KELVIN_AT_0_C = Ratio(27315, 100)
_REFERENCE_MM = 100
_FEMTO = 10**15
_MILLI = 1000
_INDICATED_S = {"Gy/s": 1, "Gy/min": 60, "Gy/h": 3600}
_RESULT_S = {"mGy/min": 60, "mGy/s": 1}
RESULT_UNITS = ("mGy/min", "mGy/s")
_DOSE_UNIT = "Gy"
_BACKGROUND = "background"
_ENTRIES = ("temperature_c", "pressure_kpa", "humidity_pct", "n_k", "k_q", "d_mm")
_PARAMETERS: "dict[str, str | tuple[str, ...]]" = {
    "detector_density": DENSITIES,
    "result_unit": RESULT_UNITS,
    "temperature_c": DECIMAL,
    "pressure_kpa": POSITIVE,
    "humidity_pct": NOT_NEGATIVE,
    "t0_c": DECIMAL,
    "p0_kpa": POSITIVE,
    "n_k": POSITIVE,
    "k_q": POSITIVE,
    "d_mm": POSITIVE,
    "chamber_radius_mm": POSITIVE,
    "nominal_rate": POSITIVE,
    "nominal_unit": RESULT_UNITS,
    "settle_s": WHOLE_SECONDS,
}
_LIMITS: "dict[str, str | tuple[str, ...]]" = {
    "s_r_pct": POSITIVE,
    "nominal_fraction": POSITIVE,
    "exposures": POSITIVE,
    "background_max_pct": NOT_NEGATIVE,
    "temperature_min_c": DECIMAL,
    "temperature_max_c": DECIMAL,
    "humidity_max_pct": NOT_NEGATIVE,
    "pressure_min_kpa": POSITIVE,
    "pressure_max_kpa": POSITIVE,
}

# rates_gy_per_s: one Ratio per exposure as the dosimeter shows it; background_gy_per_s or None;
# over_time: whether the rates are doses over the meter's own time. Ratios: temperature_c,
# pressure_kpa, humidity_pct (None when not asked), t0_c, p0_kpa, n_k, k_q, d_mm,
# chamber_radius_mm and nominal (in result_unit) or None. limits: names of the plan's limits to
# Ratios, absent when not set.
Inputs = namedtuple(
    "Inputs",
    (
        "rates_gy_per_s",
        "background_gy_per_s",
        "over_time",
        "detector_density",
        "temperature_c",
        "pressure_kpa",
        "humidity_pct",
        "t0_c",
        "p0_kpa",
        "n_k",
        "k_q",
        "d_mm",
        "chamber_radius_mm",
        "result_unit",
        "nominal",
        "limits",
        "repeated",
    ),
)

# Rates in result_unit: `rates` (one per exposure), `mean`, `variance` (s squared), and
# `background` M0 as indicated, without any correction, or None. `s_r_squared` is relative. `k_v`
# is for information: a Ratio or None. `background_pct` is |M0| in % of the mean indication or
# None, `background_doubt` whether that is more than the plan allows.
Result = namedtuple(
    "Result",
    (
        "inputs",
        "k_tp",
        "k_d",
        "k_v",
        "rates",
        "mean",
        "variance",
        "s_r_squared",
        "background",
        "background_pct",
        "background_doubt",
    ),
)


def check_plan(plan: "dict[str, object]") -> None:
    """Whether parameters, limits, entries and channels are known and allowed; ValueError."""
    parameters = members(plan, "parameters")
    check_members(parameters, _PARAMETERS, "parameter")
    check_members(members(plan, "limits"), _LIMITS, "limit")
    check_entries(plan, _ENTRIES)
    require_given(plan, ("detector_density", "n_k", "k_q", "d_mm"))
    if parameters.get("detector_density") == "vented":
        require_given(plan, ("temperature_c", "pressure_kpa", "t0_c", "p0_kpa"))
    _check_nominal(parameters)
    ledger = Ledger(plan)
    for index, channel in enumerate(ledger.channels):
        if channel.get("driver") == "multidos":
            _check_channel(channel, ledger.setting(index, "channel", 0))
    exposures = [
        step
        for step in objects(plan, "steps")
        if step.get("kind") == "dosimeter" and not _is_background(str(step.get("id")))
    ]
    if len(exposures) < 2:
        raise ValueError("the plan has {} exposures; 2 or more are needed".format(len(exposures)))


def _check_nominal(parameters: "dict[str, object]") -> None:
    rate, unit = parameters.get("nominal_rate"), parameters.get("nominal_unit")
    wanted = parameters.get("result_unit", RESULT_UNITS[0])
    if rate is None and unit is None:
        return
    if rate is None or unit is None:
        raise ValueError("nominal_rate and nominal_unit must be given together")
    if unit != wanted:
        raise ValueError("nominal_rate is in {}, the result in {}".format(unit, wanted))


def _check_channel(channel: "dict[str, object]", number: "int") -> None:
    if number not in multidos.CHANNELS:
        raise ValueError("the dosimeter's channel can be 0 or 1, not {!r}".format(number))
    unit = channel.get("unit")
    if unit != _DOSE_UNIT and unit not in _INDICATED_S:
        known = ", ".join([_DOSE_UNIT] + sorted(_INDICATED_S))
        raise ValueError("the dosimeter's unit can be {}, not {!r}".format(known, unit))


def _is_background(step_id: "str") -> "bool":
    return step_id.startswith(_BACKGROUND)


def density_correction(
    temperature_c: "Ratio", pressure_kpa: "Ratio", t0_c: "Ratio", p0_kpa: "Ratio"
) -> "Ratio":
    """k_TP of a vented chamber: (273.15 + T) / (273.15 + T0) * P0 / P. ValueError for P <= 0."""
    if pressure_kpa <= 0 or p0_kpa <= 0:
        raise ValueError("the air pressure must be greater than 0")
    kelvin, kelvin_0 = temperature_c + _KELVIN_AT_0_C, t0_c + _KELVIN_AT_0_C
    if kelvin <= 0 or kelvin_0 <= 0:
        raise ValueError("the temperature is below absolute zero")
    return kelvin / kelvin_0 * p0_kpa / pressure_kpa


def divergence_correction(radius_mm: "Ratio", d_mm: "Ratio") -> "Ratio":
    """k_v = x / ln(1 + x), x = (r/d)^2: disc chamber of radius r, point source at d; about 1E-13.

    ValueError when r or d isn't positive.
    """
    if radius_mm <= 0 or d_mm <= 0:
        raise ValueError("the chamber radius and the distance must be greater than 0")
    x = radius_mm / d_mm * (radius_mm / d_mm)
    return x * ONE / ln_ratio(x.num + x.den, x.den)


def compute(inputs: "Inputs") -> "Result":
    """Corrected exposures, mean and repeatability.

    ValueError for fewer than two exposures, a distance, factor or mean that isn't positive.
    """
    if inputs.d_mm <= 0 or inputs.n_k <= 0 or inputs.k_q <= 0:
        raise ValueError("distance, calibration factor and k_Q must be greater than 0")
    k_tp = Ratio(1)
    if inputs.detector_density == "vented":
        k_tp = density_correction(
            inputs.temperature_c, inputs.pressure_kpa, inputs.t0_c, inputs.p0_kpa
        )
    k_d = inputs.d_mm * inputs.d_mm / (_REFERENCE_MM * _REFERENCE_MM)
    k_v = None
    if inputs.chamber_radius_mm is not None:
        k_v = divergence_correction(inputs.chamber_radius_mm, inputs.d_mm)
    conversion = Ratio(_MILLI * _RESULT_S[inputs.result_unit])
    factor = k_tp * inputs.n_k * inputs.k_q * k_d * conversion
    measured = inputs.background_gy_per_s
    background = Ratio(0) if measured is None else measured
    rates = [(rate - background) * factor for rate in inputs.rates_gy_per_s]
    variance = bessel_variance(rates)
    average = mean(rates)
    indicated = mean(inputs.rates_gy_per_s)
    if average <= 0 or indicated <= 0:
        raise ValueError("the mean net air kerma rate is not greater than 0: was the beam on?")
    background_pct = None
    if measured is not None:
        background_pct = abs(measured) * 100 / indicated
    most_pct = inputs.limits.get("background_max_pct")
    doubt = background_pct is not None and most_pct is not None and background_pct > most_pct
    return Result(
        inputs,
        k_tp,
        k_d,
        k_v,
        rates,
        average,
        variance,
        variance / (average * average),
        None if measured is None else measured * conversion,
        background_pct,
        bool(doubt),
    )


def _n(result: "Result") -> "int":
    return len(result.rates)


def _mean_decimals(result: "Result") -> "int":
    """Last place of the mean: that of its type A uncertainty to two digits."""
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
        Figure("u_a", root_to_text(of_mean, decimals), unit),
        Figure("nu_a", str(n - 1), ""),
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
    found = [Remark("budget-incomplete", {}), _density_remark(inputs)]
    if inputs.k_q == 1:
        found.append(Remark("k-q-one", {}))
    found += _exposure_remarks(result)
    if inputs.background_gy_per_s is None:
        found.append(Remark("no-background", {}))
    elif result.background_doubt:
        found.append(Remark("background-too-high", _background_values(result)))
    if inputs.over_time:
        found.append(Remark("dose-over-time", {}))
    if inputs.d_mm != _REFERENCE_MM:
        found.append(Remark("distance-corrected", {"d": shortest_text(inputs.d_mm)}))
    if result.k_v is not None:
        found.append(Remark("k-v-information", {"k_v": to_text(result.k_v, 5)}))
    found += _environment_remarks(inputs)
    if inputs.repeated:
        found.append(Remark("steps-repeated", {"count": str(inputs.repeated)}))
    return found


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


class Ledger(StepLedger):
    """Readings of a session: one dosimeter telegram for each exposure, entries of the room."""

    def __init__(self, plan: "dict[str, object]") -> None:
        super().__init__(plan)
        self._rates_gy_per_s: "dict[int, Ratio]" = {}
        self._over_time = False

    def take(self, index: "int", reading: "Reading") -> None:
        """One telegram; refused when it carries a flag or another value than the record."""
        where = "exposure {}".format(self.step_id(index))
        if self.steps[index].get("kind") != "dosimeter":
            raise ValueError("the step {} takes no dosimeter reading".format(self.step_id(index)))
        if index in self._rates_gy_per_s:
            raise ValueError("a second reading of {}".format(where))
        try:
            value_femto = multidos.value_femto(
                reading.raw, self.setting(reading.channel, "channel", 0)
            )
            telegram = multidos.parse_data(reading.raw)
        except ValueError as error:
            raise ValueError("{}: {}".format(where, error))
        if value_femto != reading.value:
            raise ValueError(
                "the record of {} says {}, its raw bytes {} (1E-15)".format(
                    where, reading.value, value_femto
                )
            )
        if telegram.mode == multidos.MODE_DOSE:
            self._over_time = True
        self._rates_gy_per_s[index] = _rate_gy_per_s(
            value_femto, telegram, str(self.channel(reading.channel).get("unit")), where
        )

    def forget(self, index: "int") -> None:
        """Drop the reading of a step that is begun again."""
        self._rates_gy_per_s.pop(index, None)

    def inputs(self) -> "Inputs":
        """Everything the computation needs; ValueError that names what is missing."""
        self.require_complete()
        density = self._density()
        vented = density == "vented"
        taken = sorted(self._rates_gy_per_s)
        background = [self._rates_gy_per_s[i] for i in taken if _is_background(self.step_id(i))]
        return Inputs(
            [self._rates_gy_per_s[i] for i in taken if not _is_background(self.step_id(i))],
            mean(background) if background else None,
            self._over_time,
            density,
            self.required("temperature_c") if vented else self.number("temperature_c"),
            self.required("pressure_kpa") if vented else self.number("pressure_kpa"),
            self.number("humidity_pct"),
            self.required("t0_c") if vented else None,
            self.required("p0_kpa") if vented else None,
            self.required("n_k"),
            self.required("k_q"),
            self.required("d_mm"),
            self.number("chamber_radius_mm"),
            self.choice("result_unit", RESULT_UNITS),
            self._nominal(),
            self._limits(),
            self.repeated,
        )

    def _density(self) -> "str":
        # No default: whether k_TP applies is a property of the detector, never a guess.
        density = self.parameters.get("detector_density")
        if density not in DENSITIES:
            raise ValueError(
                "detector_density is {!r}; it can be {}".format(density, ", ".join(DENSITIES))
            )
        return str(density)

    def _nominal(self) -> "Ratio | None":
        nominal = self.number("nominal_rate")
        _check_nominal(self.parameters)
        if nominal is not None and nominal <= 0:
            raise ValueError("nominal_rate must be greater than 0")
        return nominal

    def _limits(self) -> "dict[str, Ratio]":
        found = {}
        for name in self.limits:
            value = self.limit(name)
            if value is not None:
                found[name] = value
        return found


def _rate_gy_per_s(
    value_femto: "int", telegram: "multidos.DataTelegram", unit: "str", where: "str"
) -> "Ratio":
    """The shown rate, or the dose over its time, in Gy/s."""
    value = Ratio(value_femto, _FEMTO)
    if telegram.state == "RES":
        raise ValueError("{}: the dosimeter has been reset and holds no reading".format(where))
    if telegram.mode == multidos.MODE_RATE:
        if unit not in _INDICATED_S:
            raise ValueError("{}: a rate, but the channel's unit is {!r}".format(where, unit))
        return value / _INDICATED_S[unit]
    if unit != _DOSE_UNIT:
        raise ValueError("{}: a dose, but the channel's unit is {!r}".format(where, unit))
    if not telegram.time_ms:
        raise ValueError("{}: a dose without a measuring time".format(where))
    return value * 1000 / int(telegram.time_ms)
