"""A budget whose formula stands in the file itself.

{"formula": "a * b", "unit": "mm", "symbol": "y",
 "inputs": {"a": {"value": "2", "unit": "mm", "u": "0.1"}, "b": "1.5"},
 "together": [{"name": "five sets", "units": {"V": "V"}, "readings": {"V": [...], "I": [...]}}],
     "lines": [{"name": "calibration", "intercept": "y_1", "slope": "y_2", "reference": "20",
                "x": ["21.5", ...], "y": ["-0.171", ...], "units": {"y_1": "Cel"}}],
 "correlations": [{"first": ["a", "certificate"], "second": ["b", "certificate"], "r": "0.5"}]}
"""

from collections.abc import Mapping
from typing import Any

from dosegauge.texts import Text
from dosegauge.uncertainty import line_fit
from dosegauge.uncertainty.described import read_measured
from dosegauge.uncertainty.files import Refused, because, decimal, decimals, members
from dosegauge.uncertainty.units import check, parse
from dosegauge_core.uncertainty.combination import Correlation, Quantity
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.formula import FormulaError, is_name
from dosegauge_core.uncertainty.model import Assembled
from dosegauge_core.uncertainty.simultaneous import read_together

_MEMBERS = ("formula", "symbol", "unit", "inputs", "together", "lines", "correlations")
_LINE = ("name", "intercept", "slope", "reference", "x", "y", "units")


def read(content: Mapping[str, Any]) -> tuple[Assembled, str, str]:
    """Expression with inputs, the result's symbol and its unit. Refused names what is wrong."""
    given = members("", dict(content), _MEMBERS)
    for name in ("formula", "unit"):
        if not isinstance(given.get(name), str):
            raise Refused(name, Text("缺少", "is missing"))
    unit = str(given["unit"])
    try:
        expression = Expression(given["formula"])
    except FormulaError as error:
        raise Refused("formula", because("公式无法读取", error)) from error
    quantities, correlations = _together(given.get("together", []))
    for fitted, fitted_correlations in _lines(given.get("lines", [])):
        quantities += fitted
        correlations += fitted_correlations
    quantities += _inputs(given.get("inputs", {}))
    _require_units(expression, quantities, unit)
    correlations += _correlations(given.get("correlations", []))
    assembled = Assembled(expression, quantities, tuple(correlations))
    return assembled, str(given.get("symbol", "y")), unit


def _inputs(value: object) -> list[Quantity]:
    if not isinstance(value, dict):
        raise Refused("inputs", Text("应为对象", "an object is needed"))
    quantities = []
    for name, described in value.items():
        where = f"inputs.{name}"
        if not is_name(name):
            raise Refused(where, Text("不能用作输入量名称", "can't name a quantity"))
        unit = _unit(where, described.get("unit", "1") if isinstance(described, dict) else "1")
        measured = read_measured(where, described, unit, unit)
        quantities.append(Quantity(name, measured.value, unit, measured.components))
    return quantities


def _unit(where: str, value: object) -> str:
    try:
        parse(str(value))
    except ValueError as error:
        raise Refused(f"{where}.unit", because("单位未知", error)) from error
    return str(value)


def _together(value: object) -> tuple[list[Quantity], list[Correlation]]:
    quantities: list[Quantity] = []
    correlations: list[Correlation] = []
    if not isinstance(value, list):
        raise Refused("together", Text("应为列表", "a list is needed"))
    for index, entry in enumerate(value):
        where = f"together[{index}]"
        given = members(where, entry, ("name", "readings", "units"))
        observed = given.get("readings")
        if not isinstance(observed, dict) or not observed:
            raise Refused(f"{where}.readings", Text("缺少", "is missing"))
        units = members(f"{where}.units", given.get("units", {}), tuple(observed))
        read = {
            name: decimals(f"{where}.readings.{name}", readings)
            for name, readings in observed.items()
        }
        try:
            made, together = read_together(str(given.get("name", where)), read)
        except ValueError as error:
            raise Refused(where, because("", error)) from error
        for quantity in made:
            unit = _unit(f"{where}.units.{quantity.name}", units.get(quantity.name, "1"))
            quantities.append(quantity._replace(unit=unit))
        correlations += together
    return quantities, correlations


def _lines(value: object) -> list[tuple[list[Quantity], tuple[Correlation, ...]]]:
    if not isinstance(value, list):
        raise Refused("lines", Text("应为列表", "a list is needed"))
    found = []
    for index, entry in enumerate(value):
        where = f"lines[{index}]"
        given = members(where, entry, _LINE)
        for name in ("intercept", "slope", "x", "y"):
            if name not in given:
                raise Refused(f"{where}.{name}", Text("缺少", "is missing"))
        names = (str(given["intercept"]), str(given["slope"]))
        units = members(f"{where}.units", given.get("units", {}), names)
        x, y = decimals(f"{where}.x", given["x"]), decimals(f"{where}.y", given["y"])
        if len(x) != len(y):
            raise Refused(where, Text("x 与 y 的个数不同", "x and y differ in number"))
        try:
            fitted = line_fit.fit(
                str(given.get("name", where)),
                names,
                (
                    _unit(f"{where}.units.{names[0]}", units.get(names[0], "1")),
                    _unit(f"{where}.units.{names[1]}", units.get(names[1], "1")),
                ),
                list(zip(x, y, strict=True)),
                decimal(f"{where}.reference", given.get("reference", "0")),
            )
        except ValueError as error:
            raise Refused(where, because("", error)) from error
        found.append(fitted)
    return found


def _correlations(value: object) -> list[Correlation]:
    if not isinstance(value, list):
        raise Refused("correlations", Text("应为列表", "a list is needed"))
    found = []
    for index, entry in enumerate(value):
        where = f"correlations[{index}]"
        given = members(where, entry, ("first", "second", "r"))
        ends = []
        for name in ("first", "second"):
            end = given.get(name)
            if not isinstance(end, list) or len(end) != 2:
                raise Refused(
                    f"{where}.{name}",
                    Text('应为 ["输入量", "分量"]', 'must be ["quantity", "component"]'),
                )
            ends.append((str(end[0]), str(end[1])))
        coefficient = decimal(f"{where}.r", given.get("r"))
        found.append(Correlation(ends[0], ends[1], coefficient, None))
    return found


def _require_units(expression: Expression, quantities: list[Quantity], unit: str) -> None:
    units = {quantity.name: quantity.unit for quantity in quantities}
    if any(name not in units for name in expression.inputs):
        # combine() tells which input is missing.
        return
    try:
        check(expression, units, unit)
    except ValueError as error:
        raise Refused("unit", because("单位不符", error)) from error
