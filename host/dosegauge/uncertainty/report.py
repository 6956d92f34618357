"""A budget as a table for people and as data for programs; both hold the same strings."""

from dataclasses import dataclass
from typing import Any

from dosegauge.output import printable, table
from dosegauge.texts import LANGUAGES, Text, in_language
from dosegauge.uncertainty import labels
from dosegauge.uncertainty.calculation import Calculation
from dosegauge.uncertainty.printing import freedom_text, significant, significant_root
from dosegauge.uncertainty.warnings import cross_checks, warnings
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import decimals_for_root, root_to_text, to_text

_BAR = 20
_SHOWN_DIGITS = 3
_UNROUNDED_DIGITS = 12


@dataclass(frozen=True)
class Rounding:
    """How U is rounded: significant digits (1 or 2) and a mode of dosegauge_core.rounding."""

    digits: int = 2
    mode: str = "half-even"


@dataclass(frozen=True)
class Row:
    """One component's row; every figure as it is printed. `share` is its part of the sum of the
    contributions' squares, 0 to 1."""

    quantity: str
    estimate: str
    unit: str
    component: str
    kind: str
    distribution: str
    u: str
    freedom: str
    sensitivity: str
    contribution: str
    share: Ratio


def rows(calculation: Calculation) -> list[Row]:
    """The components in the order of the formula's inputs."""
    budget = calculation.budget
    quantities = {quantity.name: quantity for quantity in budget.quantities}
    whole = budget.variance - budget.correlated
    found = []
    for one in budget.contributions:
        quantity, component = quantities[one.quantity], one.component
        found.append(
            Row(
                one.quantity,
                significant(quantity.value, 7),
                quantity.unit,
                component.name,
                component.kind,
                component.distribution,
                significant_root(component.variance, _SHOWN_DIGITS),
                freedom_text(component.freedom),
                significant(one.sensitivity, 4),
                significant_root(one.variance, _SHOWN_DIGITS),
                one.variance / whole if whole > 0 else Ratio(0),
            )
        )
    return found


def as_data(calculation: Calculation, rounding: Rounding) -> dict[str, Any]:
    """The whole budget as described in docs/json.md."""
    budget, expanded = calculation.budget, calculation.expanded
    decimals = _decimals(expanded.variance, rounding)
    return {
        "name": calculation.name,
        "title": labels.TITLES[calculation.name]._asdict(),
        "symbol": calculation.symbol,
        "formula": budget.expression.text,
        "source": calculation.source,
        "value": to_text(budget.value, decimals),
        "unit": calculation.unit,
        "u_c": significant_root(budget.variance, _SHOWN_DIGITS),
        "nu_eff": None if budget.freedom is None else max(budget.freedom.floor(), 1),
        "nu_eff_known": budget.freedom_known,
        "k": _factor(expanded.k),
        "level": None if expanded.level is None else to_text(expanded.level, 4),
        "U": root_to_text(expanded.variance, decimals, rounding.mode),
        "U_rel_pct": _relative(calculation, rounding),
        "at_95": _at_95(calculation, rounding),
        "rounding": {"digits": rounding.digits, "mode": rounding.mode},
        "unrounded": {
            "value": significant(budget.value, _UNROUNDED_DIGITS),
            "u_c": significant_root(budget.variance, _UNROUNDED_DIGITS),
            "nu_eff": None if budget.freedom is None else significant(budget.freedom, 6),
        },
        "components": [_row_data(row) for row in rows(calculation)],
        "correlated_variance": significant(budget.correlated, _SHOWN_DIGITS),
        "cross_checks": [check._asdict() for check in cross_checks(calculation)],
        "warnings": [warning._asdict() for warning in warnings(calculation)],
    }


def _decimals(variance: Ratio, rounding: Rounding) -> int:
    """Decimals of U; one digit is not enough for a U that begins with 1 or 2 (own choice)."""
    decimals: int = decimals_for_root(variance, rounding.digits, rounding.mode)
    if rounding.digits == 1:
        first = root_to_text(variance, decimals, rounding.mode).replace(".", "").strip("0")
        if first in ("1", "2"):
            decimals = decimals_for_root(variance, 2, rounding.mode)
    return max(decimals, 0)


def _factor(k: Ratio) -> str:
    return to_text(k, 0 if k.den == 1 else 2)


def _relative(calculation: Calculation, rounding: Rounding) -> str | None:
    """U relative to the value in percent; None where the value is 0 or itself a deviation."""
    value = calculation.budget.value
    if value == 0 or calculation.unit == "%":
        return None
    squared = calculation.expanded.variance / (value * value) * 10000
    return root_to_text(squared, _decimals(squared, rounding), rounding.mode)


def _at_95(calculation: Calculation, rounding: Rounding) -> dict[str, Any] | None:
    expanded = calculation.at_95
    if expanded is None:
        return None
    return {
        "k": to_text(expanded.k, 2),
        "nu_eff": expanded.freedom,
        "U": root_to_text(
            expanded.variance, _decimals(expanded.variance, rounding), rounding.mode
        ),
    }


def _row_data(row: Row) -> dict[str, str]:
    return {
        "quantity": row.quantity,
        "estimate": row.estimate,
        "unit": row.unit,
        "component": row.component,
        "type": row.kind,
        "distribution": row.distribution,
        "u": row.u,
        "nu": row.freedom,
        "sensitivity": row.sensitivity,
        "contribution": row.contribution,
        "share_pct": to_text(row.share * 100, 1),
    }


_HEADS = (
    Text("输入量", "quantity"),
    Text("估计值", "estimate"),
    Text("单位", "unit"),
    Text("分量", "component"),
    Text("类", "type"),
    Text("分布", "distribution"),
    Text("u(x)", "u(x)"),
    Text("ν", "nu"),
    Text("c", "c"),
    Text("|c|u", "|c|u"),
    Text("占比%", "share %"),
    Text("", ""),
)


def as_text(calculation: Calculation, rounding: Rounding, language: str) -> str:
    """Table, result, and what must be known, in one language of LANGUAGES."""
    if language not in LANGUAGES:
        raise ValueError(f"no language {language!r}")
    data = as_data(calculation, rounding)

    def say(text: Text) -> str:
        return in_language(text, language)

    cells = [_cells(row, calculation, say) for row in rows(calculation)]
    lines = [
        f"{say(labels.TITLES[calculation.name])}  {calculation.symbol} = {data['formula']}",
        table([say(head) for head in _HEADS], cells),
    ]
    if calculation.budget.correlated != 0:
        added = f"{data['correlated_variance']} {calculation.unit}²"
        lines.append(say(Text(f"相关性使方差增加 {added}", f"correlation adds {added} to u_c²")))
    lines += _result_lines(calculation, data, say)
    lines += [say(Text(*check.values())) for check in data["cross_checks"]]
    lines += ["! " + say(Text(*warning.values())) for warning in data["warnings"]]
    if calculation.source:
        lines.append(say(Text(f"依据：{calculation.source}", f"source: {calculation.source}")))
    return "\n".join(printable(part) for line in lines for part in line.split("\n"))


def _cells(row: Row, calculation: Calculation, say: Any) -> list[str]:
    name = say(labels.quantity(calculation.name, row.quantity))
    return [
        row.quantity if name == row.quantity else f"{row.quantity} {name}",
        row.estimate,
        row.unit,
        say(labels.component(row.component)),
        row.kind,
        say(labels.DISTRIBUTIONS[row.distribution]),
        row.u,
        row.freedom,
        row.sensitivity,
        row.contribution,
        to_text(row.share * 100, 1),
        "█" * int(to_text(row.share * _BAR, 0)),
    ]


def _result_lines(calculation: Calculation, data: dict[str, Any], say: Any) -> list[str]:
    unit = calculation.unit
    symbol = calculation.symbol
    nu = "∞" if data["nu_eff"] is None else str(data["nu_eff"])
    if not data["nu_eff_known"]:
        nu = say(Text("未知", "not known"))
    lines = [f"u_c({symbol}) = {data['u_c']} {unit}, nu_eff = {nu}"]
    name = "U" if data["level"] is None else f"U_{data['level']}"
    lines.append(
        f"{symbol} = {data['value']} {unit}, {name} = {data['U']} {unit} (k = {data['k']})"
    )
    if data["U_rel_pct"] is not None:
        lines[-1] += f", U_rel = {data['U_rel_pct']} %"
    if data["at_95"] is not None and data["level"] is None:
        at = data["at_95"]
        shown = "∞" if at["nu_eff"] is None else at["nu_eff"]
        lines.append(f"U95 = {at['U']} {unit} (k95 = {at['k']}, nu_eff = {shown})")
    return lines
