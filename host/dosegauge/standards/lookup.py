"""Finds a document, an item and the limit that holds: asked by name, refused by name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from dosegauge.errors import WrongUse
from dosegauge.standards import load_all
from dosegauge.standards.model import (
    MAKERS_VALUE,
    NONE,
    Item,
    ItemLimit,
    Standard,
)
from dosegauge.texts import Text


def standard_named(name: str) -> Standard:
    """The document with this file name (".toml" may be left out) or code; WrongUse when none."""
    wanted = _plain(name)
    known = load_all()
    for standard in known:
        file = _plain(standard.file)
        if wanted and wanted in (file, file.removesuffix(".toml"), _plain(standard.code)):
            return standard
    raise _unknown("没有这个规范", "there is no such document", name, [one.file for one in known])


def item_named(standard: Standard, item_id: str) -> Item:
    """An item of a document; WrongUse when there is none of this id."""
    item = standard.item(item_id)
    if item is None:
        known = [one.id for one in standard.items]
        raise _unknown("没有这个项目", "there is no such item", item_id, known, standard.file)
    return item


def limit_for(
    standard: Standard,
    item_id: str,
    stage: str,
    region: str | None = None,
    at: Mapping[str, str] | None = None,
    makers_value: str | None = None,
) -> ItemLimit:
    """The limit of an item at a stage, with its clause and provenance.

    `at` gives the quantities that its conditions depend on, as decimal strings in the condition's
    unit: {"f": "6"}. Where they fit none of the conditions the document has no limit, and the
    operator is NONE. Where the maker's value is the limit, `needs_makers_value` is true until
    `makers_value` is given. WrongUse: an unknown item, stage or region, a region or a quantity
    that is needed and not given, a value that is no number, a maker's value that isn't asked for.
    """
    item = item_named(standard, item_id)
    where = f"{standard.file}, {item_id}"
    if standard.stage(stage) is None:
        stages = [one.id for one in standard.stages]
        raise _unknown("没有这个检测类别", "there is no such stage", stage, stages, where)
    regions: Sequence[str | None] = item.regions.names if item.regions else (None,)
    if region not in regions:
        raise _wrong_region(region, item, where)
    among = [one for one in item.limits if (one.stage, one.region) == (stage, region)]
    limit = _holding(among, at or {}, where)
    return limit if makers_value is None else _filled_in(limit, makers_value, where)


def period_of(standard: Standard, limit: ItemLimit) -> str | None:
    """When an item is due again at the limit's stage: as its limit says, else as the stage does
    (ISO 8601); None where the document names nothing or asks nothing."""
    if limit.operator == NONE:
        return None
    stage = standard.stage(limit.stage)
    return limit.period or (stage.period if stage else None)


def _holding(among: Sequence[ItemLimit], at: Mapping[str, str], where: str) -> ItemLimit:
    for limit in among:
        values = [_value_at(at, one.quantity, one.unit, where) for one in limit.conditions]
        if all(one.holds(value) for one, value in zip(limit.conditions, values, strict=True)):
            return limit
    beyond = among[0]
    return replace(beyond, operator=NONE, value=None, conditions=(), relative_to=None)


def _value_at(at: Mapping[str, str], quantity: str, unit: str, where: str) -> Decimal:
    if quantity not in at:
        raise WrongUse(
            Text(
                f"限值取决于 {quantity}（{unit}），但未给出",
                f"the limit depends on {quantity} ({unit}), which isn't given",
            ),
            where,
        )
    return _number(at[quantity], quantity, where)


def _filled_in(limit: ItemLimit, makers_value: str, where: str) -> ItemLimit:
    if limit.operator == NONE:
        raise WrongUse(
            Text(
                f"规范在此不作要求，不使用出厂指标 {makers_value}",
                f"the document asks nothing at this stage, the maker's {makers_value} isn't used",
            ),
            where,
        )
    if not limit.needs_makers_value:
        raise WrongUse(
            Text(
                f"规范（{limit.clause}）已给出限值，不使用出厂指标 {makers_value}",
                f"the document ({limit.clause}) sets the limit, not the maker's {makers_value}",
            ),
            where,
        )
    _number(makers_value, "maker's value", where)
    return replace(limit, value=makers_value, provenance=MAKERS_VALUE)


def _number(text: str, name: str, where: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise WrongUse(Text(f"{name} 不是数：{text}", f"{name} is no number: {text}"), where)
    return number


def _wrong_region(region: str | None, item: Item, where: str) -> WrongUse:
    if item.regions is None:
        what = Text(f"该项目不分区域：{region}", f"the item has no regions, {region} is given")
        return WrongUse(what, where)
    known = ", ".join(item.regions.names)
    if region is None:
        return WrongUse(
            Text(f"需要指定区域：{known}", f"a region must be named: {known}"),
            where,
        )
    return _unknown("没有这个区域", "there is no such region", region, item.regions.names, where)


def _unknown(zh: str, en: str, name: str, known: Sequence[str], where: str = "") -> WrongUse:
    listed = ", ".join(known)
    return WrongUse(
        Text(zh, en),
        f"{where}: {name}" if where else name,
        Text(f"可用：{listed}", f"There are {listed}"),
    )


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
