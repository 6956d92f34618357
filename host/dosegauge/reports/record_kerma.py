"""Live formulas of an air kerma rate: ten corrected exposures, their mean and repeatability."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosegauge.reports.measured import Measured, label
from dosegauge.reports.record_depth import CALCULATION
from dosegauge.reports.record_kerma_budget import Cells, write_budget
from dosegauge.reports.record_readings import (
    TIME_COLUMN,
    VALUE_COLUMN,
    write_entries,
    write_readings,
)
from dosegauge.reports.results import subject_name
from dosegauge.reports.sheet import Calculation, SheetWriter, column_letter
from dosegauge.texts import Text
from dosegauge_core.rounding import shortest_text

if TYPE_CHECKING:
    from dosegauge_core.exact import Ratio
    from dosegauge_core.kerma_rate import Result

BACKGROUND = "background"
_INDICATED_S = {"Gy/s": "1", "Gy/min": "60", "Gy/h": "3600"}
_RESULT_S = {"mGy/s": "1", "mGy/min": "60"}


class _Factors:
    """The inputs of the correction factors: a link to the typed value, else the plan's number."""

    def __init__(self, table: Calculation, entries: dict[str, str]) -> None:
        self._table = table
        self._entries = entries
        self.addresses: dict[str, str] = {}

    def cell(self, entry: str, text: Text | str, value: "Ratio", unit: str = "") -> str:
        if entry in self._entries:
            address = self._table.computed(text, self._entries[entry], unit)
        else:
            address = self._table.given(text, shortest_text(value), unit)
        self.addresses[entry] = address
        return address


def write_kerma(writer: SheetWriter, measured: Measured, result: "Result") -> None:
    """Entries, readings and calculation. Rates in the result's unit."""
    entries = write_entries(writer, measured)
    used = write_readings(writer, measured)
    writer.heading(CALCULATION)
    table = Calculation(writer, measured.figures)
    factors = _Factors(table, entries)
    factor = _correction(table, factors, result)
    indicated = _indicated(table, measured, result)
    unit = result.inputs.result_unit
    # In the plan's order, as the core numbers them: a repeated exposure stands last in the log.
    order = [str(step["id"]) for step in measured.plan["steps"]]
    rows = {step: used[step][-1] for step in order if step in used}
    beam_off = [indicated(rows.pop(step)) for step in order if step.startswith(BACKGROUND)]
    background = "0"
    if beam_off:
        average = f"({'+'.join(beam_off)})/{len(beam_off)}"
        background = table.computed(label("M0"), average, unit, "M0")
    rates = [
        table.computed(
            subject_name(measured, f"K:{number}"),
            f"({indicated(row)}-{background})*{factor}",
            unit,
            f"K:{number}",
        )
        for number, row in enumerate(rows.values(), 1)
    ]
    mean, u_a, nu_a = _summary(table, result, f"{rates[0]}:{rates[-1]}")
    if result.budget is not None:
        cells = Cells(mean, u_a, nu_a, factor, tuple(beam_off), factors.addresses)
        write_budget(table, result, cells)


def _correction(table: Calculation, factors: _Factors, result: "Result") -> str:
    """Rows of the correction factors; the product of all as a formula."""
    inputs = result.inputs
    k_tp = "1"
    if inputs.detector_density == "vented":
        t = factors.cell(
            "temperature_c", Text("温度 T", "Temperature T"), inputs.temperature_c, "Cel"
        )
        p = factors.cell("pressure_kpa", Text("气压 P", "Pressure P"), inputs.pressure_kpa, "kPa")
        t0 = factors.cell("t0_c", "T0", inputs.t0_c, "Cel")
        p0 = factors.cell("p0_kpa", "P0", inputs.p0_kpa, "kPa")
        k_tp = f"(273.15+{t})/(273.15+{t0})*{p0}/{p}"
    distance = factors.cell(
        "d_mm", Text("焦点到探测器中心距离", "Focus to detector centre"), inputs.d_mm, "mm"
    )
    if inputs.chamber_radius_mm is not None:
        radius = factors.cell("chamber_radius_mm", "r", inputs.chamber_radius_mm, "mm")
        x = f"({radius}/{distance})^2"
        table.computed(label("k_v"), f"{x}/LN(1+{x})", "", "k_v")
    n_k = factors.cell("n_k", Text("输入 N_K", "Input N_K"), inputs.n_k)
    k_q = factors.cell("k_q", Text("输入 k_Q", "Input k_Q"), inputs.k_q)
    return "*".join(
        table.computed(label(key), formula, "", key)
        for key, formula in (
            ("k_TP", k_tp),
            ("N_K", n_k),
            ("k_Q", k_q),
            ("k_d", f"({distance}/100)^2"),
        )
    )


def _indicated(table: Calculation, measured: Measured, result: "Result") -> Callable[[int], str]:
    """The shown rate of a reading's row in the result's unit, as a formula."""
    shown = str(measured.plan["channels"][0].get("unit"))
    result_unit = result.inputs.result_unit
    value, time = (column_letter(column) for column in (VALUE_COLUMN, TIME_COLUMN))
    if shown == "Gy":
        seconds = table.computed(
            Text("时间换算", "Conversion of time"),
            _RESULT_S[result_unit],
            f"s / {result_unit[4:]}",
        )
        return lambda row: f"{value}{row}/{time}{row}*{seconds}"
    conversion = table.computed(
        Text("单位换算", "Conversion of units"),
        f"{_RESULT_S[result_unit]}/{_INDICATED_S[shown]}",
        f"{result_unit} / m{shown}",
    )
    return lambda row: f"{value}{row}*{conversion}"


def _summary(table: Calculation, result: "Result", cells: str) -> tuple[str, str, str]:
    """Addresses of the mean, its type A component and their degrees of freedom."""
    unit = result.inputs.result_unit
    n = table.computed(label("n"), f"COUNT({cells})", "", "n")
    mean = table.computed(label("mean"), f"AVERAGE({cells})", unit, "mean")
    s = table.computed(label("s"), f"_xlfn.STDEV.S({cells})", unit, "s")
    u_a = table.computed(label("u_a"), f"{s}/SQRT({n})", unit, "u_a")
    nu_a = table.computed(label("nu_a"), f"{n}-1", "", "nu_a")
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
    return mean, u_a, nu_a
