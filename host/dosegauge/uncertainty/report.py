"""A budget as a table for people and as data for programs; both hold the same strings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dosegauge.output import printable, table
from dosegauge.texts import LANGUAGES, Text, in_language
from dosegauge.uncertainty import labels
from dosegauge.uncertainty.calculation import Calculation
from dosegauge.uncertainty.draft_notes import notes
from dosegauge.uncertainty.extras import extras
from dosegauge.uncertainty.printing import freedom_text, significant, significant_root
from dosegauge.uncertainty.warnings import cross_checks, warnings
from dosegauge_core import statement, texts
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import to_text
from dosegauge_core.statement import Statement
from dosegauge_core.uncertainty.combination import Expanded

Say = Callable[[Text], str]

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
    budget = calculation.budget
    unrounded = {
        "value": significant(budget.value, _UNROUNDED_DIGITS),
        "u_c": significant_root(budget.variance, _UNROUNDED_DIGITS),
        "nu_eff": None if budget.freedom is None else significant(budget.freedom, 6),
    }
    components = [_row_data(row) for row in rows(calculation)]
    return {
        **_result_data(calculation, rounding),
        "unrounded": unrounded,
        "components": components,
    }


def _result_data(calculation: Calculation, rounding: Rounding) -> dict[str, Any]:
    """What people and programs are told of the result."""
    budget, expanded = calculation.budget, calculation.expanded
    stated = _stated(calculation, expanded, rounding)
    return {
        "name": calculation.name,
        "title": labels.TITLES[calculation.name]._asdict(),
        "symbol": calculation.symbol,
        "formula": budget.expression.text,
        "source": labels.source(calculation.name, calculation.source)._asdict(),
        "value": stated.value,
        "unit": calculation.unit,
        "u_c": significant_root(budget.variance, _SHOWN_DIGITS),
        "nu_eff": None if budget.freedom is None else max(budget.freedom.floor(), 1),
        "nu_eff_known": budget.freedom_known,
        "k": stated.k,
        "p_pct": stated.p,
        "U": stated.U,
        "U_rel_pct": _relative(calculation, stated),
        "at_95": _at_95(calculation, rounding),
        "rounding": {"digits": rounding.digits, "mode": rounding.mode},
        "statement": _sentences(calculation, stated),
        "correlated_variance": significant(budget.correlated, _SHOWN_DIGITS),
        "extras": [
            {"key": one.key, "label": one.label._asdict(), "text": one.text, "unit": one.unit}
            for one in extras(calculation.name, calculation.given, budget)
        ],
        "cross_checks": [check._asdict() for check in cross_checks(calculation)],
        "notes": [note._asdict() for note in notes(calculation)],
        "warnings": [warning._asdict() for warning in warnings(calculation)],
    }


def _relative(calculation: Calculation, stated: Statement) -> str | None:
    """U in percent of the value; None for a percentage and for a deviation."""
    is_difference = calculation.name in labels.DEVIATIONS or calculation.unit == "%"
    return None if is_difference else stated.U_rel


def _stated(calculation: Calculation, expanded: Expanded, rounding: Rounding) -> Statement:
    """Value and U as they are printed, aligned."""
    coverage = None
    if expanded.level is not None:
        coverage = statement.Coverage(expanded.level * 100, expanded.freedom)
    return statement.state(
        calculation.budget.value,
        calculation.budget.variance,
        expanded.k,
        calculation.unit,
        coverage,
        rounding.digits,
        rounding.mode,
    )


def _sentences(calculation: Calculation, stated: Statement) -> dict[str, str]:
    """The sentence of a certificate, in each language."""
    title = labels.TITLES[calculation.name]
    said = {}
    for language in LANGUAGES:
        remark = statement.sentence(stated, in_language(title, language))
        said[language] = texts.render(remark.code, remark.values, language)
    return said


def _at_95(calculation: Calculation, rounding: Rounding) -> dict[str, Any] | None:
    if calculation.at_95 is None:
        return None
    stated = _stated(calculation, calculation.at_95, rounding)
    return {"k": stated.k, "nu_eff": calculation.at_95.freedom, "U": stated.U}


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
    data = _result_data(calculation, rounding)

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
    for one in data["extras"]:
        lines.append(f"{say(Text(*one['label'].values()))}: {one['text']} {one['unit']}".rstrip())
    lines += [say(Text(*check.values())) for check in data["cross_checks"]]
    lines += [say(Text(*note.values())) for note in data["notes"]]
    lines += ["! " + say(Text(*warning.values())) for warning in data["warnings"]]
    if calculation.source:
        source = labels.source(calculation.name, calculation.source)
        lines.append(say(Text(f"依据：{source.zh}", f"source: {source.en}")))
    return "\n".join(printable(part) for line in lines for part in line.split("\n"))


def _cells(row: Row, calculation: Calculation, say: Say) -> list[str]:
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


def _result_lines(calculation: Calculation, data: dict[str, Any], say: Say) -> list[str]:
    symbol, unit = calculation.symbol, calculation.unit
    nu = "∞" if data["nu_eff"] is None else str(data["nu_eff"])
    if not data["nu_eff_known"]:
        nu = say(Text("未知", "not known"))
    relative = "" if data["U_rel_pct"] is None else f", U_rel = {data['U_rel_pct']} %"
    lines = [
        f"u_c({symbol}) = {data['u_c']} {unit}, nu_eff = {nu}",
        say(Text(data["statement"]["zh"], data["statement"]["en"])) + relative,
    ]
    if data["at_95"] is not None and data["p_pct"] is None:
        at = data["at_95"]
        shown = "∞" if at["nu_eff"] is None else at["nu_eff"]
        lines.append(f"U95 = {at['U']} {unit} (k95 = {at['k']}, nu_eff = {shown})")
    return lines
