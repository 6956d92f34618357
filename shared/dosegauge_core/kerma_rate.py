"""The air kerma rate from its exposures: corrections, mean, repeatability, all exact.

Source: the Micro CT draft, 7.1 and 7.2; reference sheet 1.1 and 1.2.
"""

from collections import namedtuple

from . import kerma_budget
from .exact import Ratio
from .fixed import ONE, ln_ratio
from .type_a import bessel_variance, mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

_KELVIN_AT_0_C = Ratio(27315, 100)
REFERENCE_MM = 100
_MILLI = 1000
_RESULT_S = {"mGy/min": 60, "mGy/s": 1}

# rates_gy_per_s: one Ratio per exposure as the dosimeter shows it; background_gy_per_s likewise,
# without beam; over_time: whether the rates are doses over the meter's own time. Ratios:
# temperature_c, pressure_kpa, humidity_pct (None when not asked), t0_c, p0_kpa, n_k, k_q, d_mm,
# chamber_radius_mm and nominal (in result_unit) or None. limits: names of the plan's limits to
# Ratios, absent when not set; uncertainty: kerma_budget.PARAMETERS likewise.
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
        "uncertainty",
        "repeated",
    ),
)

# Rates in result_unit: `rates` (one per exposure), `mean`, `variance` (s squared), and
# `background` M0 as indicated, without any correction, or None. `s_r_squared` is relative. `k_v`
# is for information: a Ratio or None. `background_pct` is |M0| in % of the mean indication or
# None, `background_doubt` whether that is more than the plan allows. `budget` is None when the
# plan gives nothing, or not all, of the components' uncertainties; `lacking` names the rest.
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
        "budget",
        "lacking",
    ),
)


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
    k_d = inputs.d_mm * inputs.d_mm / (REFERENCE_MM * REFERENCE_MM)
    k_v = None
    if inputs.chamber_radius_mm is not None:
        k_v = divergence_correction(inputs.chamber_radius_mm, inputs.d_mm)
    conversion = Ratio(_MILLI * _RESULT_S[inputs.result_unit])
    factor = k_tp * inputs.n_k * inputs.k_q * k_d * conversion
    measured = mean(inputs.background_gy_per_s) if inputs.background_gy_per_s else None
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
    missing = kerma_budget.lacking(inputs)
    budget = None
    if not missing:
        budget = kerma_budget.budget(
            inputs,
            [rate * conversion for rate in inputs.rates_gy_per_s],
            [rate * conversion for rate in inputs.background_gy_per_s],
        )
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
        budget,
        missing,
    )
