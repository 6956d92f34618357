"""Live formulas of a leakage survey: dead time, net rate, u, decision threshold, detection limit.

One row of formulas for each point, its certified figures beside them. ISO 11929-1 by the normal
approximation; where the exact binomial test decided (low counts), its probability and its
detection limit stand in their own columns and apply, and the interval is that of Garwood's limits
of both counts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosegauge.reports.forms import unit_symbol
from dosegauge.reports.measured import Measured, label
from dosegauge.reports.record_depth import CALCULATION
from dosegauge.reports.record_readings import TIME_COLUMN, VALUE_COLUMN
from dosegauge.reports.sheet import (
    AGREES,
    DIFFERS,
    Calculation,
    SheetWriter,
    agreement,
    column_letter,
    decimals_of,
)
from dosegauge.texts import Text
from dosegauge_core import leakage
from dosegauge_core.rounding import shortest_text

if TYPE_CHECKING:
    from dosegauge_core.reporting import Figure
    from dosegauge_core.survey import Point, Result

POINTS = Text("各测点", "Points")
MODULUS = 2**32
WIDTHS = (30, 14, 12, 14, 14, 14, *(13,) * 28)

# Column of each quantity in the table of points, and its head.
_HEADS = (
    ("name", "测量点 Point"),
    ("count", "N"),
    ("time", "t / s"),
    ("gross", "n / s⁻¹"),
    ("net", "n − n0 / s⁻¹"),
    ("y", "y"),
    ("u", "u"),
    ("U", "U"),
    ("threshold", "y* (ISO 11929)"),
    ("detection", "y# (ISO 11929)"),
    ("least", "N_min"),
    ("chance", "P(N ≥ N_min)"),
    ("before", "P(N ≥ N_min − 1)"),
    ("exact", "y# (exact)"),
    ("applied", "y# (applied)"),
    ("lower", "95 % lower"),
    ("upper", "95 % upper"),
)
_COLUMNS = {name: number for number, (name, _) in enumerate(_HEADS, 1)}
# Figure and the column that it certifies.
_CERTIFIED = (
    ("H", "y"),
    ("U", "U"),
    ("y*", "threshold"),
    ("y*_normal", "threshold"),
    ("y#", "applied"),
    ("lower", "lower"),
    ("upper", "upper"),
)


class _Parameters:
    """Addresses of the inputs, absolute."""

    def __init__(self, table: Calculation, result: "Result") -> None:
        inputs = result.inputs
        unit = inputs.unit
        self.w = _fixed(table.given("w", shortest_text(inputs.factor), f"{unit} / s⁻¹"))
        square = inputs.u_rel_squared
        self.u_rel = _fixed(table.computed("u_rel(w)", f"SQRT({square.num}/{square.den})"))
        self.tau = _fixed(table.given("τ", shortest_text(inputs.tau_s), "s"))
        self.u_tau = _fixed(table.given("u(τ)", shortest_text(inputs.u_tau_s), "s"))
        self.k = _fixed(table.given("k(α), k(β)", shortest_text(inputs.k)))
        self.alpha = _fixed(table.given("α", shortest_text(inputs.alpha)))


def write_leakage(
    writer: SheetWriter,
    measured: Measured,
    result: "Result",
    samples: tuple[str, dict[str, list[int]]],
) -> None:
    """The calculation. `samples`: name of the samples' sheet and their rows by step id."""
    survey = _Survey(writer, measured, result, *samples)
    writer.heading(CALCULATION)
    table = Calculation(writer, measured.figures)
    given = _Parameters(table, result)
    background = survey.background(table, given)
    writer.heading(POINTS)
    writer.header(
        (
            *(head for _, head in _HEADS),
            *(f"{label(key).en} ✓" for key, _ in _CERTIFIED),
            Text("一致", "Agrees"),
        )
    )
    formulas = _Formulas(writer, given, background)
    for index in range(len(result.points)):
        survey.point(index, formulas)


@dataclass(frozen=True)
class _Survey:
    """What is written, and where its samples are."""

    writer: SheetWriter
    measured: Measured
    result: "Result"
    sheet: str
    rows: dict[str, list[int]]

    def background(self, table: Calculation, given: _Parameters) -> tuple[str, str, str, str]:
        """Addresses of the pooled counts, time, corrected rate and its variance."""
        counted = [self._dwell(step) for step in (leakage.BEFORE, leakage.AFTER)]
        counts = table.computed("N0", "+".join(count for count, _ in counted))
        time = table.computed("t0", "+".join(seconds for _, seconds in counted), "s")
        rate = table.computed(
            label("background"), _dead_time(f"{counts}/{time}", given.tau), "1/s", "background"
        )
        variance = table.computed("u²(n0)", f"{rate}*(1+{rate}*{given.tau})/{time}", "s⁻²")
        unit = self.result.inputs.unit
        table.computed(label("background_rate"), f"{given.w}*{rate}", unit, "background_rate")
        return _fixed(counts), _fixed(time), _fixed(rate), _fixed(variance)

    def point(self, index: int, formulas: "_Formulas") -> None:
        """The row of one point; of a faulty one only counts and time."""
        writer, point = self.writer, self.result.points[index]
        writer.text(1, writer.say(self.measured.step_title(point.id)), boxed=True)
        count, seconds = self._dwell(point.id)
        writer.formula(_COLUMNS["count"], count)
        writer.formula(_COLUMNS["time"], seconds)
        if point.fault is None:
            for name, formula in formulas.of_point(point):
                writer.formula(_COLUMNS[name], formula)
            figures = leakage.details(self.result, index)
            _certified(writer, {f.key.partition(":")[0]: f for f in figures})
        writer.row += 1

    def _dwell(self, step: str) -> tuple[str, str]:
        """Pulses and seconds from the first to the last sample; the counters wrap at 2^32."""
        first, last = self.rows[step][0], self.rows[step][-1]

        def span(column: int) -> str:
            letter = column_letter(column)
            return f"MOD('{self.sheet}'!{letter}{last}-'{self.sheet}'!{letter}{first},{MODULUS})"

        return span(VALUE_COLUMN), f"{span(TIME_COLUMN)}/1000000"


def _certified(writer: SheetWriter, figures: "dict[str, Figure]") -> None:
    checks = []
    for offset, (key, name) in enumerate(_CERTIFIED, 1):
        figure = figures.get(key)
        if figure is None:
            continue
        writer.text(len(_HEADS) + offset, f"{figure.text} {unit_symbol(figure.unit)}", boxed=True)
        if figure.text != "-":
            address = writer.address(_COLUMNS[name])
            writer.sheet[address].number_format = "0." + "0" * (decimals_of(figure.text) + 2)
            checks.append(f'{agreement(address, figure.text)}="{AGREES}"')
    column = len(_HEADS) + len(_CERTIFIED) + 1
    writer.formula(column, f'IF(AND({",".join(checks)}),"{AGREES}","{DIFFERS}")')


class _Formulas:
    """The formulas of one point's row, in the order of its columns."""

    def __init__(
        self,
        writer: SheetWriter,
        given: _Parameters,
        background: tuple[str, str, str, str],
    ) -> None:
        self._writer = writer
        self._given = given
        self._counts0, self._time0, self._rate0, self._variance0 = background

    def of_point(self, point: "Point") -> list[tuple[str, str]]:
        """Name and formula of every column that the point has."""
        least = None if point.least_count is None else int(point.least_count)
        interval: list[tuple[str, str]] = []
        if least is not None:
            interval = self._garwood_interval(point.dwell.count == 0)
        elif point.interval is not None:
            interval = self._interval()
        return [*self._rate(), *self._limits(), *self._exact(least), *interval]

    def _cell(self, name: str) -> str:
        return self._writer.address(_COLUMNS[name])

    def _rate(self) -> list[tuple[str, str]]:
        cell, given = self._cell, self._given
        gross, time, y = cell("gross"), cell("time"), cell("y")
        corrected = _dead_time(f"{cell('count')}/{time}", given.tau)
        return [
            ("gross", corrected),
            ("net", f"{gross}-{self._rate0}"),
            ("y", f"{given.w}*{cell('net')}"),
            (
                "u",
                f"SQRT({given.w}^2*({gross}*(1+{gross}*{given.tau})/{time}+{self._variance0})"
                f"+{y}^2*{given.u_rel}^2"
                f"+({given.w}*({gross}^2-{self._rate0}^2)*{given.u_tau})^2)",
            ),
            ("U", f"2*{cell('u')}"),
        ]

    def _limits(self) -> list[tuple[str, str]]:
        cell, given = self._cell, self._given
        time, rate0 = cell("time"), self._rate0
        leading = f"(1-{given.k}^2*({given.u_rel}^2+{given.tau}/{time}))"
        linear = f"{given.w}*(1+2*{rate0}*{given.tau})/{time}"
        return [
            (
                "threshold",
                f"{given.k}*{given.w}*SQRT({rate0}*(1+{rate0}*{given.tau})/{time}"
                f"+{self._variance0})",
            ),
            (
                "detection",
                f'IF({leading}>0,(2*{cell("threshold")}+{given.k}^2*{linear})/{leading},"-")',
            ),
        ]

    def _exact(self, least: int | None) -> list[tuple[str, str]]:
        cell, given = self._cell, self._given
        if least is None:
            return [("applied", cell("detection"))]
        minimum, time = cell("least"), cell("time")
        share = f"{time}/({time}+{self._time0})"

        def tail(count: str) -> str:
            total = f"{count}+{self._counts0}"
            return f"1-_xlfn.BINOM.DIST({count}-1,{total},{share},TRUE)"

        at_least = _dead_time(f"{minimum}/{time}", given.tau)
        sure = _dead_time(f"_xlfn.CHISQ.INV(0.95,2*{minimum})/2/{time}", given.tau)
        threshold = f"({given.w}*({at_least}-{self._rate0}))"
        spread = f"({given.w}*({sure}-{at_least}))"
        relative = f"({given.k}^2*{given.u_rel}^2)"
        return [
            ("least", str(least)),
            ("chance", tail(minimum)),
            ("before", tail(f"({minimum}-1)") if least > 1 else "1"),
            (
                "exact",
                f"IF({relative}<1,({threshold}+SQRT({relative}*{threshold}^2"
                f'+(1-{relative})*{spread}^2))/(1-{relative}),"-")',
            ),
            ("applied", cell("exact")),
        ]

    def _interval(self) -> list[tuple[str, str]]:
        y, u = self._cell("y"), self._cell("u")
        omega = f"_xlfn.NORM.S.DIST({y}/{u},TRUE)"
        return [
            ("lower", f"{y}-{u}*_xlfn.NORM.S.INV({omega}*0.975)"),
            ("upper", f"{y}+{u}*_xlfn.NORM.S.INV(1-{omega}*0.025)"),
        ]

    def _garwood_interval(self, no_counts: bool) -> list[tuple[str, str]]:
        cell, given = self._cell, self._given
        gross, rate0, y = cell("gross"), self._rate0, cell("y")
        low, high = _count_limits(cell("count"), cell("time"), given.tau, no_counts)
        low0, high0 = _count_limits(self._counts0, self._time0, given.tau, False)
        other = f"4*({y}^2*{given.u_rel}^2+({given.w}*({gross}^2-{rate0}^2)*{given.u_tau})^2)"
        down = f"SQRT({given.w}^2*(({gross}-{low})^2+({high0}-{rate0})^2)+{other})"
        up = f"SQRT({given.w}^2*(({high}-{gross})^2+({rate0}-{low0})^2)+{other})"
        return [("lower", f"IF({y}>{down},{y}-{down},0)"), ("upper", f"IF({y}>0,{y},0)+{up}")]


def _count_limits(count: str, time: str, tau: str, no_counts: bool) -> tuple[str, str]:
    """Garwood's 95 % limits of a count as corrected rates."""
    low = "0" if no_counts else _dead_time(f"_xlfn.CHISQ.INV(0.025,2*{count})/2/{time}", tau)
    return low, _dead_time(f"_xlfn.CHISQ.INV(0.975,2*{count}+2)/2/{time}", tau)


def _dead_time(rate: str, tau: str) -> str:
    return f"({rate})/(1-({rate})*{tau})"


def _fixed(address: str) -> str:
    """An absolute address, so that a row can be copied by hand."""
    return f"${address[0]}${address[1:]}"
