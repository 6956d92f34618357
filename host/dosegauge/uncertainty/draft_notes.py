"""Where the MRI phantom draft's Annexes C and D print other figures than their data give.

The notes appear when a budget is given just the annex's readings. Source: its Annexes C and D;
reference sheet 6, S2-1 to S2-9, S2-13.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dosegauge.texts import Text
from dosegauge.uncertainty.calculation import Calculation
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.rounding import root_to_text
from dosegauge_core.uncertainty.readings import Readings

_UM = 1000


@dataclass(frozen=True)
class _Figure:
    """A figure of an annex: what it is, what the draft prints, and why that differs."""

    name: Text
    printed: str
    unit: str
    reason: Text
    ours: Callable[[Calculation], str]


def notes(calculation: Calculation) -> list[Text]:
    """One sentence for each figure of the annex that its data don't give; else none."""
    annex = _ANNEXES.get(calculation.name)
    if annex is None or not _is_given(calculation, annex.readings):
        return []
    found = []
    for figure in annex.figures:
        ours = figure.ours(calculation)
        if ours != figure.printed:
            found.append(
                Text(
                    f"{annex.name.zh}：{figure.name.zh}印作 {figure.printed} {figure.unit}，"
                    f"由其数据得 {ours} {figure.unit}：{figure.reason.zh}",
                    f"{annex.name.en} prints {figure.name.en} {figure.printed} {figure.unit}, its "
                    f"data give {ours} {figure.unit}: {figure.reason.en}",
                )
            )
    return found + [remark for applies, remark in annex.remarks if applies(calculation)]


def _is_given(calculation: Calculation, readings: dict[str, str]) -> bool:
    for name, text in readings.items():
        given = calculation.given.get(name)
        expected = tuple(parse_decimal(part) for part in text.split())
        if not isinstance(given, Readings) or given.values != expected:
            return False
    return True


def _variance(calculation: Calculation, quantity: str, component: str = "") -> Ratio:
    """u squared of an input, or of one of its components."""
    total = Ratio(0)
    for one in calculation.budget.contributions:
        if one.quantity == quantity and component in ("", one.component.name):
            total = total + one.component.variance
    return total


def _um(square_mm: Ratio, decimals: int) -> str:
    return root_to_text(square_mm * _UM * _UM, decimals)


def _spread_um(calculation: Calculation, field: str, decimals: int) -> str:
    readings: Any = calculation.given[field]
    return _um(readings.spread.variance, decimals)


def _has_mpe(text: str) -> Callable[[Calculation], bool]:
    return lambda calculation: bool(calculation.given["mpe"] == parse_decimal(text))


_ROUNDED = Text("草案对中间结果作了修约", "the draft rounds intermediate values")


@dataclass(frozen=True)
class _Annex:
    name: Text
    readings: dict[str, str]
    figures: tuple[_Figure, ...]
    remarks: tuple[tuple[Callable[[Calculation], bool], Text], ...]


_ANNEX_C = _Annex(
    Text("附录C", "Annex C"),
    {"width": "4.923 4.921 4.924"},
    (
        _Figure(
            Text("标准偏差 s ", "s ="),
            "2.4",
            "µm",
            Text(
                "极差为3 µm，C(3) = 1.69；2.4 µm 需极差4 µm",
                "the range is 3 µm and C(3) = 1.69; 2.4 µm needs a range of 4 µm",
            ),
            lambda c: _spread_um(c, "width", 1),
        ),
        _Figure(
            Text("重复性分量 u1 ", "u1 ="),
            "1.4",
            "µm",
            Text("由 s 而来", "it follows from s"),
            lambda c: _um(_variance(c, "w", "repeatability"), 1),
        ),
        _Figure(
            Text("投影仪分量 u3 ", "u3 ="),
            "1.16",
            "µm",
            Text("2/√3 = 1.1547", "2/√3 = 1.1547"),
            lambda c: _um(_variance(c, "w", "mpe"), 2),
        ),
        _Figure(
            Text("线宽的标准不确定度 u ", "u ="),
            "1.81",
            "µm",
            _ROUNDED,
            lambda c: _um(_variance(c, "w"), 2),
        ),
        _Figure(
            Text("合成标准不确定度 u_c ", "u_c ="),
            "0.036",
            "%",
            Text(
                "由 u 而来；式中除以实测值，数值却是除以标称值",
                "it follows from u; the formula divides by the measured width, the figure by the "
                "nominal one",
            ),
            lambda c: root_to_text(c.budget.variance, 3),
        ),
        _Figure(
            Text("扩展不确定度 U ", "U ="),
            "0.07",
            "%",
            Text("由 u_c 而来", "it follows from u_c"),
            lambda c: root_to_text(4 * c.budget.variance, 3),
        ),
    ),
    (
        (
            _has_mpe("0.002"),
            Text(
                "附录C用MPE ±2 µm，6.2.1规定±5 µm：用后者时 U = 0.12 %",
                "Annex C takes an MPE of ±2 µm, 6.2.1 allows ±5 µm: with that, U = 0.12 %",
            ),
        ),
        (
            lambda c: True,
            Text(
                "附录C未给出其结果 δ_H1 = 1.55 %，也未计入“偏差最大者”的选择效应",
                "Annex C never prints its result, δ_H1 = 1.55 %, and leaves out what choosing the "
                "worst groove does",
            ),
        ),
    ),
)

_ANNEX_D = _Annex(
    Text("附录D", "Annex D"),
    {
        "outside": "0.0000 -0.0036 0.0071 0.0024",
        "inside": "-0.1026 -0.1033 -0.1014 -0.1024",
    },
    (
        _Figure(
            Text("u(t1) ", "u(t1) ="),
            "2.62",
            "µm",
            _ROUNDED,
            lambda c: _um(_variance(c, "t_1"), 2),
        ),
        _Figure(
            Text("u_c ", "u_c ="), "2.68", "µm", _ROUNDED, lambda c: _um(c.budget.variance, 2)
        ),
        _Figure(Text("U ", "U ="), "5.4", "µm", _ROUNDED, lambda c: _um(4 * c.budget.variance, 1)),
    ),
    (
        (
            _has_mpe("0.0005"),
            Text(
                "附录D用MPE ±0.5 µm，6.2.2规定±5 µm：用后者时 U = 9.7 µm",
                "Annex D takes an MPE of ±0.5 µm, 6.2.2 allows ±5 µm: with that, U = 9.7 µm",
            ),
        ),
        (
            _has_mpe("0.0005"),
            Text(
                "附录D未给出其结果 t；有效自由度只有3，k = 2 达不到95 %：U95 = 8.5 µm",
                "Annex D never prints its result t; with nu_eff = 3, k = 2 is not 95 %: "
                "U95 = 8.5 µm",
            ),
        ),
        (
            lambda c: True,
            Text(
                "附录D把 ∂t/∂t1 写作 ∂t1/∂t；高度计在 t1、t2 中的误差若相同则抵消，u_c = 2.64 µm",
                "Annex D writes ∂t1/∂t for ∂t/∂t1; were the gauge's error the same in t1 and t2, "
                "it would cancel: u_c = 2.64 µm",
            ),
        ),
    ),
)
_ANNEXES = {"line-width": _ANNEX_C, "hole-depth": _ANNEX_D}
