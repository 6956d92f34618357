"""What a file gives to a model: its members matched to the model's fields, units converted."""

from collections.abc import Mapping
from typing import Any

from dosegauge.texts import Text
from dosegauge.uncertainty.described import read_measured, read_readings
from dosegauge.uncertainty.files import Refused, because, decimal, members, whole
from dosegauge.uncertainty.units import SUFFIXES, conversion
from dosegauge_core.exact import Ratio
from dosegauge_core.plan_rules import NOT_NEGATIVE, POSITIVE
from dosegauge_core.uncertainty.formula import parse
from dosegauge_core.uncertainty.model import (
    ACUTE,
    CELSIUS,
    CORRELATION,
    Counts,
    Field,
    Model,
    formula_of,
    with_defaults,
)

_DEFAULT_TABLE = "1.69"
_ABSOLUTE_ZERO_C = Ratio(-27315, 100)


def usual_name(field: Field) -> str:
    """How a field is usually called in a file: "mpe_um"."""
    return f"{field.name}_{field.shown}" if field.shown else str(field.name)


def read(model: Model, content: Mapping[str, Any]) -> dict[str, object]:
    """The model's given values. Refused names what is unknown, missing, given twice or wrong."""
    fields = {field.name: field for field in model.fields}
    found: dict[str, object] = {}
    table = _DEFAULT_TABLE
    if "range_table" in content and "range_table" in fields:
        table = _word(fields["range_table"], "range_table", content["range_table"])
    for name, value in content.items():
        field, unit = _field_and_unit(model, fields, name)
        if field.name in found:
            raise Refused(name, Text("重复给出", f"{field.name} is given twice"))
        found[field.name] = _read_value(field, name, value, unit, table)
    _require_needed(model, found)
    return found


def _field_and_unit(model: Model, fields: dict[str, Field], name: str) -> tuple[Field, str]:
    """The field that a member means, and the unit of its name."""
    if name in fields and not fields[name].shown:
        return fields[name], fields[name].unit
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        field = fields.get(name.removesuffix("_" + suffix))
        if field is not None and name.endswith("_" + suffix):
            unit = SUFFIXES[suffix]
            _require_unit(field, name, unit)
            return field, unit
    if name in fields:
        usual = usual_name(fields[name])
        raise Refused(name, Text(f"缺少单位，应为 {usual}", f"without its unit: {usual}"))
    known = ", ".join(usual_name(field) for field in model.fields)
    raise Refused(
        name, Text(f"没有这个输入量；可用：{known}", f"no such input; there are {known}")
    )


def _require_unit(field: Field, name: str, unit: str) -> None:
    try:
        conversion(unit, field.unit)
    except ValueError as error:
        usual = usual_name(field)
        raise Refused(
            name,
            Text(f"{because('单位不符', error).zh}，应为 {usual}", f"{error}; give {usual}"),
        ) from error


def _read_value(field: Field, name: str, value: object, unit: str, table: str) -> object:
    if field.kind == "word":
        return _word(field, name, value)
    if field.kind == "counts":
        return _counts(name, value)
    if field.kind == "measured":
        measured = read_measured(name, value, unit, field.unit)
        _require_rule(field, name, measured.value)
        return measured
    factor = conversion(unit, field.unit)
    if field.kind == "readings":
        return read_readings(name, value, field.rule, table, factor)
    number = decimal(name, value) * factor
    _require_rule(field, name, number)
    return number


def _word(field: Field, name: str, value: object) -> str:
    if value not in field.rule:
        allowed = ", ".join(field.rule)
        raise Refused(name, Text(f"可为 {allowed}，而不是 {value!r}", f"{allowed}, not {value!r}"))
    return str(value)


def _counts(name: str, value: object) -> Counts:
    given = members(name, value, ("count", "time_s"))
    for member in ("count", "time_s"):
        if member not in given:
            raise Refused(f"{name}.{member}", Text("缺少", "is missing"))
    time_s = decimal(f"{name}.time_s", given["time_s"])
    if time_s <= 0:
        raise Refused(f"{name}.time_s", Text("必须大于 0", "must be greater than 0"))
    count = whole(f"{name}.count", given["count"])
    if count == 0:
        # A counter that counts nothing at all, not even the background, is taken for a fault.
        raise Refused(f"{name}.count", Text("没有计数", "nothing was counted"))
    return Counts(count, time_s)


def _require_rule(field: Field, name: str, number: Ratio) -> None:
    rule = field.rule
    if rule == POSITIVE and number <= 0:
        raise Refused(name, Text("必须大于 0", "must be greater than 0"))
    if rule == NOT_NEGATIVE and number < 0:
        raise Refused(name, Text("不能为负", "must not be negative"))
    if rule == CELSIUS and number <= _ABSOLUTE_ZERO_C:
        raise Refused(name, Text("低于绝对零度", "is below absolute zero"))
    if rule == CORRELATION and abs(number) > 1:
        raise Refused(name, Text("必须在 -1 到 1 之间", "must be between -1 and 1"))
    if rule == ACUTE and not Ratio(0) < number < Ratio(89):
        raise Refused(name, Text("必须在 0° 到 89° 之间", "must be between 0 and 89 degrees"))


def _require_needed(model: Model, found: dict[str, object]) -> None:
    """Every field that the formula needs must be given or have a default."""
    complete = with_defaults(model, found)
    fields = {field.name: field for field in model.fields}
    for name in needed_fields(model, complete):
        if complete.get(name) is None:
            usual = usual_name(fields[name])
            raise Refused(usual, Text("缺少这个输入量", "is missing"))


def needed_fields(model: Model, given: Mapping[str, object]) -> list[str]:
    """The fields that the formula for what is given takes something from."""
    if model.variant and given.get(model.variant) is None:
        return [model.variant]
    formula = formula_of(model, dict(given))
    inputs = [operation.value for operation in parse(formula) if operation.kind == "input"]
    names = []
    for term in model.terms:
        if term.name in inputs:
            if term.source not in ("zero", "one", "constant"):
                names.append(term.field)
            for part in term.parts:
                names += [name for name in (part.field, part.other) if name]
    return list(dict.fromkeys(names))
