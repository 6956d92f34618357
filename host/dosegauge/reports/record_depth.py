"""Live formulas of a hole depth: t = t1 - t2 and its uncertainty by the range method."""

from typing import TYPE_CHECKING

from dosegauge.reports.measured import Measured, label
from dosegauge.reports.record_readings import VALUE_COLUMN, write_entries, write_readings
from dosegauge.reports.sheet import Calculation, SheetWriter, column_letter
from dosegauge.texts import Text
from dosegauge_core.rounding import shortest_text

if TYPE_CHECKING:
    from dosegauge_core.depth_budget import Height, Result

CALCULATION = Text("计算", "Calculation")
_NM_PER_UM = 1000


def write_depth(writer: SheetWriter, measured: Measured, result: "Result") -> None:
    """Entries, readings and calculation. Lengths in mm, uncertainties in um."""
    entries = write_entries(writer, measured)
    used = write_readings(writer, measured)
    letter = column_letter(VALUE_COLUMN)
    writer.heading(CALCULATION)
    table = Calculation(writer, measured.figures)
    directed = result.inputs.rounding != "half-even"
    if "mpe_um" in entries:
        mpe = table.computed("MPE", entries["mpe_um"], "um")
    else:
        mpe = table.given("MPE", shortest_text(result.inputs.mpe_nm / _NM_PER_UM), "um")
    resolution = table.given(
        Text("分辨力", "Resolution"), shortest_text(result.inputs.resolution_nm / _NM_PER_UM), "um"
    )
    u3 = table.computed(label("u3"), f"{mpe}/SQRT(3)", "um", "u3")
    by_resolution = table.computed(
        Text("分辨力引入的u", "u from the resolution"), f"{resolution}/SQRT(12)", "um"
    )
    heights = [
        _Height(table, index, _cells(used, role, letter), height, (u3, by_resolution))
        for index, role, height in (("1", "outside", result.t1), ("2", "inside", result.t2))
    ]
    first, second = heights
    table.computed(label("t"), f"{first.mean}-{second.mean}", "mm", "t")
    u_c = table.computed(label("u_c"), f"SQRT({first.u}^2+{second.u}^2)", "um", "u_c")
    freedom = table.computed(
        label("nu_eff"),
        f'IF({first.weight}+{second.weight}=0,"∞",'
        f"MAX(1,TRUNC(ROUND({u_c}^4/({first.weight}+{second.weight}),9))))",
        "",
        "nu_eff",
    )
    k = table.computed(label("k"), "2", "", "k")
    k95 = table.computed(
        label("k95"),
        f"IF(ISNUMBER({freedom}),_xlfn.T.INV.2T(0.05,{freedom}),_xlfn.NORM.S.INV(0.975))",
        "",
        "k95",
    )
    table.computed(label("U"), f"{k}*{u_c}", "um", "U", directed=directed)
    table.computed(label("U95"), f"{k95}*{u_c}", "um", "U95", directed=directed)
    table.computed(label("u_c_correlated"), f"SQRT({u_c}^2-2*{u3}^2)", "um", "u_c_correlated")
    table.computed(
        label("u_c_bessel"),
        f"SQRT(MAX({first.bessel}^2/{first.count},{by_resolution}^2)"
        f"+MAX({second.bessel}^2/{second.count},{by_resolution}^2)+2*{u3}^2)",
        "um",
        "u_c_bessel",
    )


class _Height:
    """The rows of one of the two heights, and the addresses that others need.

    `instrument`: addresses of u3 and of the u from the resolution.
    """

    def __init__(
        self,
        table: Calculation,
        index: str,
        cells: str,
        height: "Height",
        instrument: tuple[str, str],
    ) -> None:
        u3, by_resolution = instrument
        name = f"t{index}"
        self.count = table.computed(f"n({name})", f"COUNT({cells})")
        self.mean = table.computed(label(name), f"AVERAGE({cells})", "mm", name)
        divisor = table.given(f"C({name})", shortest_text(height.estimate.divisor))
        freedom = table.given(f"ν({name})", shortest_text(height.estimate.nu))
        spread = table.computed(
            label(f"R{index}"), f"(MAX({cells})-MIN({cells}))*1000", "um", f"R{index}"
        )
        s = table.computed(label(f"s{index}"), f"{spread}/{divisor}", "um", f"s{index}")
        self.bessel = table.computed(
            label(f"s_bessel{index}"), f"_xlfn.STDEV.S({cells})*1000", "um", f"s_bessel{index}"
        )
        u1 = table.computed(label(f"u1_t{index}"), f"{s}/SQRT({self.count})", "um", f"u1_t{index}")
        self.u = table.computed(
            label(f"u_t{index}"),
            f"SQRT(MAX({u1},{by_resolution})^2+{u3}^2)",
            "um",
            f"u_t{index}",
        )
        # Welch and Satterthwaite's term; the resolution's has infinitely many degrees of freedom.
        self.weight = table.computed(
            f"u1({name})⁴/ν", f"IF({by_resolution}>{u1},0,{u1}^4/{freedom})", "µm⁴"
        )


def _cells(used: dict[str, list[int]], role: str, letter: str) -> str:
    rows = [row for step, found in used.items() if step.startswith(role) for row in found]
    return ",".join(f"{letter}{row}" for row in rows)
