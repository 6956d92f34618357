"""Live formulas of an air kerma rate: ten corrected exposures, their mean and repeatability."""

from typing import TYPE_CHECKING

from dosegauge_core.rounding import shortest_text

from dosegauge.reports.measured import Measured, label
from dosegauge.reports.record_depth import CALCULATION
from dosegauge.reports.record_readings import (
    TIME_COLUMN,
    VALUE_COLUMN,
    write_entries,
    write_readings,
)
from dosegauge.reports.results import subject_name
from dosegauge.reports.sheet import Calculation, SheetWriter
from dosegauge.texts import Text

if TYPE_CHECKING:
    from dosegauge_core.exact import Ratio
    from dosegauge_core.kerma import Result

BACKGROUND = "background"
_INDICATED_S = {"Gy/s": "1", "Gy/min": "60", "Gy/h": "3600"}
_RESULT_S = {"mGy/s": "1", "mGy/min": "60"}


def write_kerma(writer: SheetWriter, measured: Measured, result: "Result") -> None:
    """Entries, readings and calculation. Rates in the result's unit."""
    entries = write_entries(writer, measured)
    used = write_readings(writer, measured)
    writer.heading(CALCULATION)
    table = Calculation(writer, measured.figures)
    inputs = result.inputs
    shown = str(measured.plan["channels"][0].get("unit"))

    def linked(entry: str, text: Text | str, value: "Ratio", unit: str = "") -> str:
        if entry in entries:
            return table.computed(text, entries[entry], unit)
        return table.given(text, shortest_text(value), unit)

    k_tp = _density(table, result, linked) if inputs.detector_density == "vented" else "1"
    k_tp = table.computed(label("k_TP"), k_tp, "", "k_TP")
    n_k = table.computed(label("N_K"), linked("n_k", "N_K", inputs.n_k), "", "N_K")
    k_q = table.computed(label("k_Q"), linked("k_q", "k_Q", inputs.k_q), "", "k_Q")
    distance = linked("d_mm", Text("焦点到探测器中心距离", "Focus to detector centre"), inputs.d_mm, "mm")
    k_d = table.computed(label("k_d"), f"({distance}/100)^2", "", "k_d")
    if inputs.chamber_radius_mm is not None:
        radius = linked("chamber_radius_mm", "r", inputs.chamber_radius_mm, "mm")
        x = f"({radius}/{distance})^2"
        table.computed(label("k_v"), f"{x}/LN(1+{x})", "", "k_v")
    seconds = table.computed(
        Text("单位换算", "Conversion of units"),
        _RESULT_S[inputs.result_unit] + ("" if shown == "Gy" else "/" + _INDICATED_S[shown]),
        f"{inputs.result_unit} / m{shown}",
    )

    def rate(row: int) -> str:
        value = writer.address(VALUE_COLUMN).rstrip("0123456789") + str(row)
        if shown != "Gy":
            return f"{value}*{seconds}"
        return f"{value}/{writer.address(TIME_COLUMN).rstrip('0123456789')}{row}*{seconds}"

    rows = {step: found[-1] for step, found in used.items()}
    background = "0"
    if BACKGROUND in rows:
        background = rate(rows.pop(BACKGROUND))
    background = table.computed(Text("本底 M0", "Background M0"), background, inputs.result_unit)
    rates = [
        table.computed(
            subject_name(measured, f"K:{number}"),
            f"({rate(row)}-{background})*{k_tp}*{n_k}*{k_q}*{k_d}",
            inputs.result_unit,
            f"K:{number}",
        )
        for number, row in enumerate(rows.values(), 1)
    ]
    _summary(table, measured, result, f"{rates[0]}:{rates[-1]}")


def _density(table: Calculation, result: "Result", linked: object) -> str:
    if not callable(linked):
        raise TypeError("linked is no function")
    inputs = result.inputs
    t = linked("temperature_c", Text("温度 T", "Temperature T"), inputs.temperature_c, "Cel")
    p = linked("pressure_kpa", Text("气压 P", "Pressure P"), inputs.pressure_kpa, "kPa")
    t0 = linked("t0_c", "T0", inputs.t0_c, "Cel")
    p0 = linked("p0_kpa", "P0", inputs.p0_kpa, "kPa")
    return f"(273.15+{t})/(273.15+{t0})*{p0}/{p}"


def _summary(table: Calculation, measured: Measured, result: "Result", cells: str) -> None:
    unit = result.inputs.result_unit
    n = table.computed(label("n"), f"COUNT({cells})", "", "n")
    mean = table.computed(label("mean"), f"AVERAGE({cells})", unit, "mean")
    s = table.computed(label("s"), f"_xlfn.STDEV.S({cells})", unit, "s")
    table.computed(label("u_a"), f"{s}/SQRT({n})", unit, "u_a")
    table.computed(label("nu_a"), f"{n}-1", "", "nu_a")
    s_r = table.computed(label("s_r"), f"100*{s}/{mean}", "%", "s_r")
    table.computed(label("u_rel_s"), f"100/SQRT(2*({n}-1))", "%", "u_rel_s")
    table.computed(
        label("s_r_upper"),
        f"{s_r}*SQRT(({n}-1)/_xlfn.CHISQ.INV(0.05,{n}-1))",
        "%",
        "s_r_upper",
    )
    nominal = result.inputs.nominal
    if nominal is not None:
        cell = table.given(Text("标称值", "Nominal"), shortest_text(nominal), unit)
        table.computed(label("mean_to_nominal"), f"100*{mean}/{cell}", "%", "mean_to_nominal")
