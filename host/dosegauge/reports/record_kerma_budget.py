"""Live formulas of an air kerma rate's budget: a row for each component, u_c, nu_eff, U, U95."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosegauge.reports.measured import label
from dosegauge.reports.sheet import Calculation
from dosegauge.texts import Text
from dosegauge.uncertainty import labels
from dosegauge_core.rounding import shortest_text

if TYPE_CHECKING:
    from dosegauge_core.kerma_rate import Result

_LIMITS = "SQRT(3)"
_PARTS = {
    "energy_response_pct": "energy response",
    "stability_pct": "stability",
    "field_nonuniformity_pct": "field non-uniformity",
}


@dataclass(frozen=True)
class Cells:
    """Addresses or formulas that the budget needs: of the mean, its type A component and degrees
    of freedom, the product of all factors, the readings without beam, and the typed inputs."""

    mean: str
    u_a: str
    nu_a: str
    factor: str
    beam_off: tuple[str, ...]
    inputs: Mapping[str, str]


def write_budget(table: Calculation, result: "Result", cells: Cells) -> None:
    """Components relative to the mean, in the order of the model."""
    given = {
        name: table.given(_name(name), shortest_text(value))
        for name, value in result.inputs.uncertainty.items()
    }
    repeated, is_repeatability = _repeatability(table, result, given, cells)
    parts = [repeated]
    terms = [f"IF({is_repeatability},{repeated}^4/{cells.nu_a},0)"]
    if len(cells.beam_off) > 1:
        n = len(cells.beam_off)
        part = table.computed(
            Text("本底重复性", "repeatability of the background"),
            f"_xlfn.STDEV.S({','.join(cells.beam_off)})/SQRT({n})*{cells.factor}/{cells.mean}",
        )
        parts.append(part)
        terms.append(f"{part}^4/{n - 1}")
    for text, formula in _relative(given, cells, result.inputs.detector_density):
        parts.append(table.computed(text, formula))
    squares = "+".join(f"{part}^2" for part in parts)
    unit = result.inputs.result_unit
    u_c = table.computed(label("u_c"), f"{cells.mean}*SQRT({squares})", unit, "u_c")
    table.computed(label("U"), f"2*{u_c}", unit, "U")
    weighted = table.computed("Σu⁴/ν", "+".join(terms))
    freedom = f"MAX(1,TRUNC(({u_c}/{cells.mean})^4/{weighted}))"
    nu_eff = table.computed(label("nu_eff"), f'IF({weighted}=0,"∞",{freedom})', "", "nu_eff")
    k95 = table.computed(
        label("k95"),
        f"IF({weighted}=0,_xlfn.NORM.S.INV(0.975),_xlfn.T.INV.2T(0.05,{nu_eff}))",
        "",
        "k95",
    )
    table.computed(label("U95"), f"{k95}*{u_c}", unit, "U95")


def _name(parameter: str) -> Text:
    return Text(parameter, parameter)


def _repeatability(
    table: Calculation, result: "Result", given: Mapping[str, str], cells: Cells
) -> tuple[str, str]:
    """The larger of repeatability and resolution, and whether it is the repeatability."""
    resolution = table.computed(
        labels.component("resolution"),
        f"{given['resolution_rate']}/SQRT(12)*{cells.factor}/{cells.mean}",
    )
    u_rel = f"{cells.u_a}/{cells.mean}"
    larger = table.computed(labels.component("repeatability"), f"MAX({u_rel},{resolution})")
    return larger, f"{u_rel}>={resolution}"


def _relative(given: Mapping[str, str], cells: Cells, density: str) -> list[tuple[Text, str]]:
    inputs = cells.inputs
    found = [(Text("N_K", "N_K"), f"{given['n_k_U_pct']}/100/{given['n_k_k']}")]
    if "k_q_U_pct" in given:
        found.append((Text("k_Q", "k_Q"), f"{given['k_q_U_pct']}/100/{given['k_q_k']}"))
    for name in ("d_limit_mm", "focus_limit_mm"):
        if name in given:
            found.append((_name(name), f"2*{given[name]}/{_LIMITS}/{inputs['d_mm']}"))
    if density == "vented":
        kelvin = f"(273.15+{inputs['temperature_c']})"
        found.append(
            (labels.component("temperature"), f"{given['temperature_limit_c']}/{_LIMITS}/{kelvin}")
        )
        found.append(
            (
                Text("气压", "air pressure"),
                f"{given['pressure_limit_kpa']}/{_LIMITS}/{inputs['pressure_kpa']}",
            )
        )
    for name, part in _PARTS.items():
        if name in given:
            found.append((labels.component(part), f"{given[name]}/100/{_LIMITS}"))
    return found
