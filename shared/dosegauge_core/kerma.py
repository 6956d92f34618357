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
reading), and those of kerma_budget for the uncertainty. Limits: s_r_pct, nominal_fraction,
exposures (how many the document asks for), background_max_pct (the largest |M0| in % of the mean
indication), temperature_min_c, temperature_max_c, humidity_max_pct, pressure_min_kpa,
pressure_max_kpa; what the plan doesn't limit isn't judged.
"""

from . import kerma_budget
from .exact import Ratio
from .kerma_digits import figures, remarks, verdicts
from .kerma_rate import Inputs, compute, density_correction, divergence_correction
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
from .telegrams import multidos

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .records import Reading

__all__ = (
    "PROCEDURE",
    "Inputs",
    "Ledger",
    "check_plan",
    "compute",
    "density_correction",
    "divergence_correction",
    "figures",
    "remarks",
    "verdicts",
)

PROCEDURE = "air-kerma-rate"
DENSITIES = ("vented", "sealed", "instrument")
_FEMTO = 10**15
_INDICATED_S = {"Gy/s": 1, "Gy/min": 60, "Gy/h": 3600}
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
_PARAMETERS.update(kerma_budget.PARAMETERS)
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
            background,
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
            self._uncertainty(),
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

    def _uncertainty(self) -> "dict[str, Ratio]":
        found = {}
        for name in kerma_budget.PARAMETERS:
            value = self.number(name)
            if value is not None:
                found[name] = value
        return found

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
