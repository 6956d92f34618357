"""Turns what a file says of one input into readings, an estimate and components.

An estimate with its uncertainty may be written as

    "1.02"                                                    no uncertainty
    {"value": "1.02", "U_pct": "2.0", "k": "2"}               one component
    {"value": "1.02", "components": [{"name": "...", ...}]}   several
    {"readings": ["1.01", "1.03"], "components": [...]}       the mean, with its type A component

and one component as u (or u_pct) with optional freedom; U (or U_pct) with k, or with level and
optional freedom; half_width (or half_width_pct) with an optional distribution and its beta or d,
and freedom or doubt; resolution; count; readings. _pct is relative to the estimate's magnitude.
"""

from collections.abc import Callable
from typing import Any

from dosegauge.texts import Text
from dosegauge.uncertainty.files import Refused, because, decimal, decimals, members, whole
from dosegauge.uncertainty.units import conversion
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty import component, readings
from dosegauge_core.uncertainty.component import Component
from dosegauge_core.uncertainty.model import Measured

_READINGS = ("readings", "method", "table", "earlier", "averaged", "mean", "s", "n")
_FORMS = ("u", "u_pct", "U", "U_pct", "half_width", "half_width_pct", "resolution", "count")
_DETAILS = ("name", "unit", "k", "level", "freedom", "doubt", "distribution", "beta", "d")
_COMPONENT = (*_FORMS, *_DETAILS, *_READINGS)
_ESTIMATE = ("value", "unit", "components", *_COMPONENT)
_HUNDRED = Ratio(100)


def read_readings(
    where: str, value: object, method: str, table: str, factor: Ratio
) -> readings.Readings:
    """Repeated readings: a list, or an object that also says how they are evaluated.

    factor converts them to the wanted unit; method and table are the defaults.
    """
    if not isinstance(value, dict):
        listed: readings.Readings = _refusing(
            where, readings.evaluate, _converted(where, value, factor), method, table
        )
        return listed
    given = members(where, value, _READINGS)
    _require_meaning(where, given, "readings" if "readings" in given else "mean")
    if given.get("earlier") and given.get("method", "pooled") != "pooled":
        raise Refused(
            f"{where}.earlier", Text("只用于 pooled", "only pooled readings have earlier groups")
        )
    if "readings" not in given:
        for name in ("mean", "s", "n"):
            if name not in given:
                raise Refused(f"{where}.{name}", Text("缺少", "is missing"))
        summed: readings.Readings = _refusing(
            where,
            readings.summary,
            decimal(f"{where}.mean", given["mean"]) * factor,
            decimal(f"{where}.s", given["s"]) * factor,
            whole(f"{where}.n", given["n"]),
        )
        return summed
    earlier = given.get("earlier", [])
    if not isinstance(earlier, list):
        raise Refused(f"{where}.earlier", Text("应为列表的列表", "a list of lists is needed"))
    groups = [
        _converted(f"{where}.earlier[{index}]", group, factor)
        for index, group in enumerate(earlier)
    ]
    found: readings.Readings = _refusing(
        where,
        readings.evaluate,
        _converted(f"{where}.readings", given["readings"], factor),
        str(given.get("method", "pooled" if groups else method)),
        str(given.get("table", table)),
        groups,
    )
    if "averaged" in given:
        found = found._replace(averaged=whole(f"{where}.averaged", given["averaged"]))
    return found


def _converted(where: str, value: object, factor: Ratio) -> list[Ratio]:
    return [reading * factor for reading in decimals(where, value)]


def _refusing(where: str, function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except ValueError as error:
        raise Refused(where, because("", error)) from error


def read_measured(where: str, value: object, unit: str, wanted: str) -> Measured:
    """An estimate with its components, converted from the file's unit to the wanted one."""
    factor = conversion(unit, wanted)
    if not isinstance(value, dict):
        return Measured(decimal(where, value) * factor, ())
    given = members(where, value, _ESTIMATE)
    if given.get("unit", unit) != unit:
        raise Refused(
            f"{where}.unit",
            Text(f"单位已由名称给出：{unit}", f"the unit stands in the name: {unit}"),
        )
    components: list[Component] = []
    if "readings" in given or "mean" in given:
        if "value" in given:
            raise Refused(where, Text("value 与 readings 不能并存", "both a value and readings"))
        repeated = {name: given[name] for name in _READINGS if name in given}
        found = read_readings(where, repeated, "bessel", "1.69", factor)
        estimate = found.mean
        components.append(
            _refusing(where, component.type_a, "repeatability", found.spread, found.averaged)
        )
    elif "value" in given:
        estimate = decimal(f"{where}.value", given["value"]) * factor
        single = {name: given[name] for name in _COMPONENT if name in given}
        if any(name in single for name in _FORMS):
            components.append(read_component(where, single, estimate, unit, wanted))
        elif single.keys() - {"unit"}:
            raise Refused(
                f"{where}.{next(iter(single))}",
                Text("没有说明不确定度", "without a u, U, half_width or resolution"),
            )
    else:
        raise Refused(f"{where}.value", Text("缺少", "is missing"))
    for index, entry in enumerate(_list(f"{where}.components", given.get("components", []))):
        components.append(
            read_component(f"{where}.components[{index}]", entry, estimate, unit, wanted)
        )
    return Measured(estimate, tuple(_with_own_names(components)))


def _list(where: str, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(where, Text("应为列表", "a list is needed"))
    return value


def _with_own_names(components: list[Component]) -> list[Component]:
    """Components that the file doesn't name are told apart by numbers."""
    names: list[str] = []
    told = []
    for one in components:
        name, number = one.name, 2
        while name in names:
            name, number = f"{one.name} {number}", number + 1
        names.append(name)
        told.append(one._replace(name=name))
    return told


def read_component(
    where: str, value: object, estimate: Ratio, unit: str, wanted: str
) -> Component:
    """One component in the wanted unit; its own unit is that of the estimate unless it says."""
    given = members(where, value, _COMPONENT)
    forms = [form for form in (*_FORMS, "readings", "mean") if form in given]
    if len(forms) != 1:
        raise Refused(
            where,
            Text(
                f"应恰好给出一个：{', '.join(_FORMS)}, readings",
                f"just one of {', '.join(_FORMS)}, readings is needed",
            ),
        )
    form = forms[0]
    _require_meaning(where, given, form)
    own = given.get("unit", unit)
    try:
        factor = conversion(str(own), wanted)
    except ValueError as error:
        raise Refused(f"{where}.unit", because("单位不符", error)) from error
    if form.endswith("_pct"):
        factor = abs(estimate) / _HUNDRED
        form = form[: -len("_pct")]
    name = str(given.get("name", _NAMES.get(form, "repeatability")))
    made: Component = _refusing(where, _READERS[form], where, name, given, forms[0])
    return component.scaled(made, factor)


# What may stand beside each form of a component, but for its name and unit.
_DOUBTS = ("freedom", "doubt")
_BESIDE = {
    "u": _DOUBTS,
    "U": ("k", "level", *_DOUBTS),
    "half_width": ("distribution", "beta", "d", *_DOUBTS),
    "resolution": (),
    "count": (),
    "readings": ("method", "table", "earlier", "averaged"),
    "mean": ("s", "n"),
}
# What only one distribution has.
_SHAPES = {"beta": "trapezoid", "d": "curvilinear"}


def _require_meaning(where: str, given: dict[str, Any], form: str) -> None:
    """Nothing is passed over: what has no meaning beside a form is refused."""
    allowed = (form, "name", "unit", *_BESIDE[form.removesuffix("_pct")])
    for name in given:
        of_other = name in _SHAPES and given.get("distribution", "uniform") != _SHAPES[name]
        if name not in allowed or of_other:
            raise Refused(
                f"{where}.{name}",
                Text(f"与 {form} 并列没有意义", f"has no meaning beside {form}"),
            )


def _freedom(where: str, given: dict[str, Any]) -> Ratio | None:
    if "doubt" in given:
        if "freedom" in given:
            raise Refused(where, Text("doubt 与 freedom 不能并存", "both doubt and freedom"))
        return component.freedom_of_doubt(decimal(f"{where}.doubt", given["doubt"]))
    if "freedom" not in given:
        return None
    return decimal(f"{where}.freedom", given["freedom"])


def _standard(where: str, name: str, given: dict[str, Any], form: str) -> Component:
    u = decimal(f"{where}.{form}", given[form])
    return component.standard(name, u, _freedom(where, given))


def _certificate(where: str, name: str, given: dict[str, Any], form: str) -> Component:
    expanded = decimal(f"{where}.{form}", given[form])
    freedom = _freedom(where, given)
    if ("k" in given) == ("level" in given):
        raise Refused(where, Text("U 需要 k 或 level 之一", "U needs either k or level"))
    if "k" in given:
        return component.certificate(name, expanded, decimal(f"{where}.k", given["k"]), freedom)
    level = decimal(f"{where}.level", given["level"])
    return component.certificate_at_level(name, expanded, level, freedom)


def _half_width(where: str, name: str, given: dict[str, Any], form: str) -> Component:
    distribution = str(given.get("distribution", "uniform"))
    shape_name = {"trapezoid": "beta", "curvilinear": "d"}.get(distribution, "")
    shape = None
    if shape_name in given:
        shape = decimal(f"{where}.{shape_name}", given[shape_name])
    half_width = decimal(f"{where}.{form}", given[form])
    return component.bounded(name, distribution, half_width, shape, _freedom(where, given))


def _resolution(where: str, name: str, given: dict[str, Any], form: str) -> Component:
    return component.resolution(name, decimal(f"{where}.{form}", given[form]))


def _count(where: str, name: str, given: dict[str, Any], form: str) -> Component:
    return component.counted(name, whole(f"{where}.{form}", given[form]))


def _repeated(where: str, name: str, given: dict[str, Any], form: str) -> Component:
    repeated = {member: given[member] for member in _READINGS if member in given}
    found = read_readings(where, repeated, "bessel", "1.69", Ratio(1))
    return component.type_a(name, found.spread, found.averaged)


_NAMES = {
    "u": "standard uncertainty",
    "U": "certificate",
    "half_width": "limits",
    "resolution": "resolution",
    "count": "counting",
}
_READERS: dict[str, Callable[[str, str, dict[str, Any], str], Component]] = {
    "u": _standard,
    "U": _certificate,
    "half_width": _half_width,
    "resolution": _resolution,
    "count": _count,
    "readings": _repeated,
    "mean": _repeated,
}
