"""The limits and the decision rule that a document's item sets for a budget's result."""

from collections.abc import Mapping
from dataclasses import dataclass

from dosegauge.standards.lookup import item_named, limit_for, standard_named
from dosegauge.standards.model import (
    AT_LEAST,
    AT_MOST,
    MET,
    NONE,
    Item,
    ItemLimit,
    Standard,
)
from dosegauge.texts import Text
from dosegauge.uncertainty.files import Refused, because
from dosegauge.uncertainty.units import conversion
from dosegauge_core.exact import Ratio, parse_decimal

_OPTION = "--item"
_CHINESE = {"own choice": "本程序的选择", "source": "原文"}


@dataclass(frozen=True)
class ItemLimits:
    """Limits in the result's unit, the item's own decision rule ("" for none), and what is said
    of where they come from. `for_reference`: the document's limits are not for pass/fail."""

    lower: Ratio | None
    upper: Ratio | None
    rule: str
    source: Text
    for_reference: bool


def limits_of(
    asked: str,
    unit: str,
    at: Mapping[str, str],
    maker: str | None,
    nominal: Ratio | None,
) -> ItemLimits:
    """The limits of DOCUMENT/ITEM[/STAGE[/REGION]] for a result in a unit.

    at: quantities that conditions depend on; maker: the maker's value, where it is the limit;
    nominal: for limits relative to it. Refused or WrongUse names what is missing or unknown.
    """
    parts = asked.split("/")
    if not 2 <= len(parts) <= 4:
        raise Refused(
            _OPTION, Text("应为 规范/项目[/类别[/区域]]", "must be DOCUMENT/ITEM[/STAGE[/REGION]]")
        )
    standard = standard_named(parts[0])
    item = item_named(standard, parts[1])
    stage = parts[2] if len(parts) > 2 else _only_stage(standard)
    region = parts[3] if len(parts) > 3 else None
    limit = limit_for(standard, item.id, stage, region, at, maker)
    lower, upper = _bounds(limit, unit, nominal)
    return ItemLimits(
        lower,
        upper,
        item.decision.name if item.decision else "",
        _source(standard, item, limit),
        standard.for_reference,
    )


def _only_stage(standard: Standard) -> str:
    if len(standard.stages) == 1:
        return standard.stages[0].id
    known = ", ".join(stage.id for stage in standard.stages)
    raise Refused(_OPTION, Text(f"需要指定检测类别：{known}", f"a stage must be named: {known}"))


def _bounds(
    limit: ItemLimit, unit: str, nominal: Ratio | None
) -> tuple[Ratio | None, Ratio | None]:
    if limit.operator in (NONE, MET) or limit.value is None:
        raise Refused(_OPTION, Text("规范对此没有数值限值", "the document sets no figure here"))
    if limit.needs_makers_value:
        raise Refused(
            _OPTION,
            Text("限值为出厂指标，请用 --maker 给出", "the maker's value is the limit: --maker"),
        )
    value = _in_unit(limit, unit, nominal)
    if limit.operator == AT_MOST:
        return None, value
    if limit.operator == AT_LEAST:
        return value, None
    return -value, value


def _in_unit(limit: ItemLimit, unit: str, nominal: Ratio | None) -> Ratio:
    value = parse_decimal(str(limit.value))
    if limit.relative_to is not None and unit != limit.unit:
        if nominal is None:
            raise Refused(
                _OPTION,
                Text(
                    "限值相对于标称值，请用 --nominal 给出",
                    "the limit is relative to the nominal value: --nominal",
                ),
            )
        return nominal * value / 100
    try:
        return value * conversion(limit.unit, unit)
    except ValueError as error:
        raise Refused(_OPTION, because("单位不符", error)) from error


def _source(standard: Standard, item: Item, limit: ItemLimit) -> Text:
    name = standard.code or standard.file
    clause = limit.clause or limit.provenance
    file = f"{standard.file} {standard.sha256[:12]}"
    return Text(
        f"限值：{name}，{item.title.zh}，{_CHINESE.get(clause, clause)}（{file}）",
        f"limit: {name}, {item.title.en}, {clause} ({file})",
    )
