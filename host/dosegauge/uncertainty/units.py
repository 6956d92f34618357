"""Units of budgets: exact conversion, and whether a formula's units fit together.

A unit is written as "mGy/min", "1/K", "kg/m3" or "uGy*s/h": names joined by * and /, each with an
optional whole power. Gray and sievert are different quantities here, as they are in the documents.
A temperature on the Celsius scale is no difference of temperatures: Cel and K don't convert, since
nothing here adds 273.15. Degrees, line pairs and percent are no plain numbers either, except that
the program's own formulas turn degrees into radians and ratios into percent themselves.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dosegauge_core.elementary import sqrt
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.formula import Operation

Dimensions = tuple[tuple[str, int], ...]

_BASE = {
    "1": ("", Ratio(1)),
    "%": ("", Ratio(1, 100)),
    "rad": ("", Ratio(1)),
    "m": ("length", Ratio(1)),
    "cm": ("length", Ratio(1, 100)),
    "mm": ("length", Ratio(1, 10**3)),
    "um": ("length", Ratio(1, 10**6)),
    "nm": ("length", Ratio(1, 10**9)),
    "s": ("time", Ratio(1)),
    "ms": ("time", Ratio(1, 10**3)),
    "us": ("time", Ratio(1, 10**6)),
    "min": ("time", Ratio(60)),
    "h": ("time", Ratio(3600)),
    "g": ("mass", Ratio(1, 10**3)),
    "mg": ("mass", Ratio(1, 10**6)),
    "kg": ("mass", Ratio(1)),
    "Gy": ("kerma", Ratio(1)),
    "mGy": ("kerma", Ratio(1, 10**3)),
    "uGy": ("kerma", Ratio(1, 10**6)),
    "Sv": ("dose equivalent", Ratio(1)),
    "mSv": ("dose equivalent", Ratio(1, 10**3)),
    "uSv": ("dose equivalent", Ratio(1, 10**6)),
    "Bq": ("activity", Ratio(1)),
    "kBq": ("activity", Ratio(10**3)),
    "MBq": ("activity", Ratio(10**6)),
    "GBq": ("activity", Ratio(10**9)),
    "K": ("temperature", Ratio(1)),
    "Cel": ("Celsius temperature", Ratio(1)),
    "Pa": ("pressure", Ratio(1)),
    "hPa": ("pressure", Ratio(100)),
    "kPa": ("pressure", Ratio(1000)),
    "V": ("voltage", Ratio(1)),
    "mV": ("voltage", Ratio(1, 1000)),
    "kV": ("voltage", Ratio(1000)),
    "A": ("current", Ratio(1)),
    "mA": ("current", Ratio(1, 1000)),
    "ohm": ("resistance", Ratio(1)),
    "W": ("power", Ratio(1)),
    "lp": ("line pairs", Ratio(1)),
    "HU": ("CT number", Ratio(1)),
    "deg": ("angle in degrees", Ratio(1)),
}
# What else follows from the base units, so that V / A is a resistance.
_DERIVED = {"resistance": (("voltage", 1), ("current", -1))}

# How the name of an input in a file ends, and the unit that this means.
SUFFIXES = {
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "um": "um",
    "nm": "nm",
    "s": "s",
    "ms": "ms",
    "us": "us",
    "min": "min",
    "h": "h",
    "c": "Cel",
    "k": "K",
    "per_k": "1/K",
    "pa": "Pa",
    "hpa": "hPa",
    "kpa": "kPa",
    "pct": "%",
    "deg": "deg",
    "mgy_per_min": "mGy/min",
    "mgy_per_s": "mGy/s",
    "gy_per_min": "Gy/min",
    "gy_per_s": "Gy/s",
    "ugy_per_h": "uGy/h",
    "mgy_per_h": "mGy/h",
    "usv_per_h": "uSv/h",
    "ugy_per_h_per_cps": "uGy*s/h",
    "per_s": "1/s",
    "kbq": "kBq",
    "mbq": "MBq",
    "lp_per_mm": "lp/mm",
    "lp_per_cm": "lp/cm",
    "hu": "HU",
}


@dataclass(frozen=True)
class Unit:
    """A unit: its dimensions and what one of it is in base units, exact."""

    dimensions: Dimensions
    factor: Ratio


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Unit:
    """The unit that a text writes; ValueError that names an unknown one."""
    exponents: dict[str, int] = {}
    factor = Ratio(1)
    parts = _parts(text)
    if len(parts) % 2 == 0 or any(part in "*/" for part in parts[::2]):
        raise ValueError(f"there is no unit {text!r}")
    for position, part in enumerate(parts):
        if position % 2:
            if part not in "*/":
                raise ValueError(f"there is no unit {text!r}")
            continue
        sign = -1 if position and parts[position - 1] == "/" else 1
        name, power = _name_and_power(part, text)
        dimension, one = _BASE[name]
        for _ in range(power):
            factor = factor * one if sign > 0 else factor / one
        for base, exponent in _DERIVED.get(dimension, ((dimension, 1),)):
            if base:
                exponents[base] = exponents.get(base, 0) + sign * power * exponent
    return Unit(_dimensions(exponents), factor)


def _parts(text: str) -> list[str]:
    return text.replace("*", " * ").replace("/", " / ").split()


def _name_and_power(part: str, text: str) -> tuple[str, int]:
    name = part.rstrip("23") or part
    power = part[len(name) :]
    if name not in _BASE or len(power) > 1:
        raise ValueError(f"there is no unit {part!r} (in {text!r})")
    return name, int(power or "1")


def _dimensions(exponents: dict[str, int]) -> Dimensions:
    return tuple(sorted((base, exponent) for base, exponent in exponents.items() if exponent))


def conversion(given: str, wanted: str) -> Ratio:
    """The exact factor from one unit to another; ValueError when they measure different things."""
    one, other = parse(given), parse(wanted)
    if one.dimensions != other.dimensions:
        raise ValueError(f"{given} can't be converted to {wanted}")
    return one.factor / other.factor


def check(
    expression: Expression, units: dict[str, str], result: str, *, converts: bool = False
) -> None:
    """Whether a formula of quantities in these units gives the result in its unit.

    converts: the formula itself turns degrees into radians and gives percent, as those of the
    program's own models do; numbers in a formula carry no unit, so that this can't be seen in it.
    ValueError that names the operation where different things are added, a function is taken of
    something with a unit, or the result has another unit than is said.
    """
    if converts:
        units = {name: "1" if unit == "deg" else unit for name, unit in units.items()}
        result = "1" if result == "%" else result
    found: list[Unit] = []
    for operation in expression.operations:
        found.append(_unit_of(operation, [found[i] for i in operation.operands], units))
    if found[-1] != parse(result):
        raise ValueError(f"the formula doesn't give {result}: its inputs' units don't fit")


def _unit_of(operation: Operation, operands: list[Unit], units: dict[str, str]) -> Unit:
    kind = operation.kind
    if kind == "input":
        return parse(units[operation.value])
    if kind in _OF_LIKE:
        if any(operand != operands[0] for operand in operands):
            raise ValueError(f"{kind} of quantities in different units in the formula")
        return operands[0]
    if kind in _FROM_OPERANDS:
        return _FROM_OPERANDS[kind](operands, operation.value)
    if any(operand != _PURE for operand in operands):
        raise ValueError(f"{kind} of a quantity with a unit in the formula")
    return _PURE


# Operations on quantities of one unit that give that unit.
_OF_LIKE = ("+", "-", "abs", "negative", "max", "min", "mean", "stdev")
_PURE = Unit((), Ratio(1))


def _product(one: Unit, other: Unit, sign: int) -> Unit:
    exponents = dict(one.dimensions)
    for base, exponent in other.dimensions:
        exponents[base] = exponents.get(base, 0) + sign * exponent
    factor = one.factor * other.factor if sign > 0 else one.factor / other.factor
    return Unit(_dimensions(exponents), factor)


def _power(operands: list[Unit], exponent: int) -> Unit:
    result = _PURE
    for _ in range(abs(exponent)):
        result = _product(result, operands[0], 1 if exponent > 0 else -1)
    return result


def _root(operands: list[Unit], _: object) -> Unit:
    square = operands[0]
    factor = sqrt(square.factor)
    if any(exponent % 2 for _, exponent in square.dimensions) or factor * factor != square.factor:
        raise ValueError("sqrt of a quantity whose unit has no root in the formula")
    halves = tuple((base, exponent // 2) for base, exponent in square.dimensions)
    return Unit(halves, factor)


_FROM_OPERANDS: dict[str, Callable[[list[Unit], Any], Unit]] = {
    "*": lambda operands, _: _product(operands[0], operands[1], 1),
    "/": lambda operands, _: _product(operands[0], operands[1], -1),
    "power": _power,
    "sqrt": _root,
}
