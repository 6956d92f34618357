"""The uncertainty budget of an air kerma rate, from what the plan says of each component.

The model is budgets.kerma; a budget is complete, and U is printed, when the plan gives every
component in `asked`. Source: reference sheet 1.1; which components are asked is own choice.
"""

from .budgets.kerma import AIR_KERMA_RATE
from .exact import Ratio
from .plan_rules import NOT_NEGATIVE, POSITIVE
from .uncertainty import component
from .uncertainty.combination import combine
from .uncertainty.model import Measured, assemble
from .uncertainty.readings import evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .kerma_rate import Inputs
    from .uncertainty.combination import Budget
    from .uncertainty.component import Component

# Plan parameters, decimal strings. U in percent of the factor, with its k; limits are half-widths;
# resolution_rate is in result_unit.
PARAMETERS = {
    "n_k_U_pct": NOT_NEGATIVE,
    "n_k_k": POSITIVE,
    "k_q_U_pct": NOT_NEGATIVE,
    "k_q_k": POSITIVE,
    "d_limit_mm": NOT_NEGATIVE,
    "focus_limit_mm": NOT_NEGATIVE,
    "temperature_limit_c": NOT_NEGATIVE,
    "pressure_limit_kpa": NOT_NEGATIVE,
    "energy_response_pct": NOT_NEGATIVE,
    "stability_pct": NOT_NEGATIVE,
    "field_nonuniformity_pct": NOT_NEGATIVE,
    "resolution_rate": NOT_NEGATIVE,
}
_ALWAYS = ("n_k_U_pct", "n_k_k", "d_limit_mm", "stability_pct", "resolution_rate")
_VENTED = ("temperature_limit_c", "pressure_limit_kpa")
# One of the two: what is known of the response at the used radiation quality.
_QUALITY = ("k_q_U_pct", "energy_response_pct")


def lacking(inputs: "Inputs") -> "list[str]":
    """The plan parameters that a complete budget still needs."""
    given = inputs.uncertainty
    asked = _ALWAYS + (_VENTED if inputs.detector_density == "vented" else ())
    found = [name for name in asked if name not in given]
    if not any([name in given for name in _QUALITY]):
        found.append(" / ".join(_QUALITY))
    if "k_q_U_pct" in given and "k_q_k" not in given:
        found.append("k_q_k")
    return found


def budget(
    inputs: "Inputs",
    rates: "list[Ratio]",
    background: "list[Ratio]",
) -> "Budget":
    """The budget of a mean rate. rates and background: as indicated, in the result's unit.

    `inputs` must lack nothing. A background of one reading has no type A component.
    """
    given = inputs.uncertainty
    values: "dict[str, object]" = {
        "readings": evaluate(rates, "bessel"),
        "background": _background(background),
        "resolution": given["resolution_rate"],
        "n_k": Measured(inputs.n_k, _certificate(inputs.n_k, given, "n_k")),
        "k_q": Measured(inputs.k_q, _certificate(inputs.k_q, given, "k_q")),
        "distance": _limited(inputs.d_mm, given.get("d_limit_mm")),
        "focus": _limited(Ratio(0), given.get("focus_limit_mm")),
        "detector_density": inputs.detector_density,
    }
    if inputs.detector_density == "vented":
        values["temperature"] = _limited(inputs.temperature_c, given.get("temperature_limit_c"))
        values["pressure"] = _limited(inputs.pressure_kpa, given.get("pressure_limit_kpa"))
        values["t0"], values["p0"] = inputs.t0_c, inputs.p0_kpa
    for name in ("energy_response", "stability", "field_nonuniformity"):
        values[name] = given.get(name + "_pct", Ratio(0)) / 100
    return combine(*assemble(AIR_KERMA_RATE, values))


def _background(rates: "list[Ratio]") -> "Measured":
    if not rates:
        return Measured(Ratio(0), ())
    if len(rates) == 1:
        return Measured(rates[0], ())
    found = evaluate(rates, "bessel")
    return Measured(found.mean, (component.type_a("repeatability", found.spread, found.averaged),))


def _certificate(
    value: "Ratio", given: "dict[str, Ratio]", name: "str"
) -> "tuple[Component, ...]":
    expanded = given.get(name + "_U_pct")
    if expanded is None:
        return ()
    return (component.certificate("certificate", value * expanded / 100, given[name + "_k"]),)


def _limited(value: "Ratio", half_width: "Ratio | None") -> "Measured":
    if half_width is None or half_width == 0:
        return Measured(value, ())
    return Measured(value, (component.bounded("limits", "uniform", half_width),))
