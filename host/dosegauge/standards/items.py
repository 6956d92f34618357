"""Reads the items of a standards file: what each must have, and what would contradict itself."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from dosegauge.standards.model import (
    ALL,
    ANY,
    BOUNDS,
    CHECK,
    DECISION_RULES,
    MAKER,
    MET,
    NONE,
    OPERATORS,
    QUANTITY,
    Chosen,
    Combination,
    Condition,
    FormBlock,
    Item,
    ItemLimit,
    Method,
    Note,
    Quantity,
    Regions,
)
from dosegauge.standards.tables import Table


def item(table: Table, stages: Sequence[str], tags: Sequence[str]) -> Item:
    """An item, given the document's stages and the tags of its known errors."""
    with table:
        item_id = table.text("id")
        title = table.words("title")
        kind = table.word("kind", (QUANTITY, CHECK))
        quantity = _quantity(table.table("quantity"))
        clause, provenance = table.origin()
        regions = _regions(table.table("regions")) if table.has("regions") else None
        read = Item(
            item_id,
            title,
            kind,
            quantity,
            clause,
            provenance,
            regions,
            tuple(_method(entry, stages) for entry in table.tables("methods")),
            tuple(_limit(entry, quantity.unit) for entry in table.tables("limits")),
            _chosen(table, "decision"),
            _chosen(table, "budget"),
            _combination(table.table("combination")) if table.has("combination") else None,
            tuple(_note(entry) for entry in table.tables("notes")),
            _form_block(table.table("record")) if table.has("record") else None,
            _form_block(table.table("certificate")) if table.has("certificate") else None,
            known_errors(table, tags),
        )
    _check(table, read, stages)
    return read


def known_errors(table: Table, tags: Sequence[str]) -> tuple[str, ...]:
    """The tags of known errors that a reader must know here; each is one of the document's."""
    named = table.names("known_errors")
    for tag in named:
        if tag not in tags:
            raise table.refusal(f"there is no known error {tag!r}")
    return named


def _quantity(table: Table) -> Quantity:
    with table:
        return Quantity(table.text("symbol"), table.text("unit"), *table.origin())


def _regions(table: Table) -> Regions:
    with table:
        return Regions(table.names("names"), *table.origin())


def _method(table: Table, stages: Sequence[str]) -> Method:
    with table:
        served = table.names("stages")
        for stage in served:
            _require_known(table, "stage", stage, stages)
        return Method(table.own_words(), served, *table.origin())


def _note(table: Table) -> Note:
    with table:
        return Note(table.own_words(), *table.origin())


def _chosen(table: Table, member: str) -> Chosen | None:
    if not table.has(member):
        return None
    with table.table(member) as inside:
        return Chosen(inside.text("name"), *inside.origin())


def _combination(table: Table) -> Combination:
    with table:
        return Combination(table.text("group"), table.word("rule", (ANY, ALL)), *table.origin())


def _form_block(table: Table) -> FormBlock:
    with table:
        return FormBlock(
            table.words("heading"),
            table.count("rows"),
            table.count("columns"),
            table.text("unit"),
            table.names("lines"),
            *table.origin(),
        )


def _limit(table: Table, unit: str) -> ItemLimit:
    with table:
        operator = table.word("operator", OPERATORS)
        limit = ItemLimit(
            table.text("stage"),
            table.optional_text("region"),
            operator,
            _value(table),
            table.text("unit") if table.has("unit") else unit,
            table.optional_text("relative_to"),
            tuple(_condition(entry) for entry in table.tables("conditions")),
            table.optional_words("statement"),
            table.period(),
            *table.origin(),
        )
    if (limit.value is not None) != (operator in BOUNDS):
        raise table.refusal(f"a limit {operator!r} {_with(operator in BOUNDS)} a value")
    if (limit.statement is not None) != (operator == MET):
        raise table.refusal(f"a limit {operator!r} {_with(operator == MET)} a statement")
    if operator == NONE and limit.conditions:
        raise table.refusal("a limit 'none' has no conditions")
    return limit


def _with(has: bool) -> str:
    return "must have" if has else "can't have"


def _value(table: Table) -> str | None:
    """A decimal string that isn't negative, or MAKER."""
    if not table.has("value"):
        return None
    value = table.take("value")
    if value == MAKER:
        return MAKER
    with Table({"value": value}, table.where) as again:
        number = again.decimal("value")
    if number is not None and number.startswith("-"):
        raise table.refusal(f"value {value!r} is negative")
    return number


def _condition(table: Table) -> Condition:
    with table:
        condition = Condition(
            table.text("quantity"),
            table.text("unit"),
            table.decimal("above"),
            table.decimal("at_least"),
            table.decimal("below"),
            table.decimal("at_most"),
            *table.origin(),
        )
    lower = [condition.above, condition.at_least]
    upper = [condition.below, condition.at_most]
    if lower.count(None) == 0 or upper.count(None) == 0:
        raise table.refusal("a side is bounded twice")
    if lower.count(None) == upper.count(None) == 2:
        raise table.refusal("there is neither a lower nor an upper bound")
    if _below(condition, condition):
        raise table.refusal("the lower bound is above the upper")
    return condition


def _check(table: Table, read: Item, stages: Sequence[str]) -> None:
    """What single members can't show: that everything needed is there, and nothing twice."""
    if not read.methods:
        raise table.refusal("there is no method")
    for member, chosen in (("budget", read.budget), ("decision", read.decision)):
        if (chosen is not None) != (read.kind == QUANTITY):
            raise table.refusal(f"a {read.kind} {_with(read.kind == QUANTITY)} a {member}")
    if read.decision:
        _require_known(table, "decision rule", read.decision.name, DECISION_RULES)
    regions: Sequence[str | None] = read.regions.names if read.regions else (None,)
    for limit in read.limits:
        _require_known(table, "stage", limit.stage, stages)
        if limit.region not in regions:
            raise table.refusal(f"a limit's region {limit.region!r} is none of the item's")
    for stage in stages:
        for region in regions:
            found = [one for one in read.limits if (one.stage, one.region) == (stage, region)]
            where = stage if region is None else f"{stage}, {region}"
            if not found:
                raise table.refusal(f"there is no limit for {where}")
            for first, second in combinations(found, 2):
                if not _exclude_each_other(first.conditions, second.conditions):
                    raise table.refusal(f"two limits for {where} can hold at once")


def _exclude_each_other(first: Sequence[Condition], second: Sequence[Condition]) -> bool:
    """Whether some quantity can't be within both at once."""
    return any(
        _below(one, other) or _below(other, one)
        for one in first
        for other in second
        if (one.quantity, one.unit) == (other.quantity, other.unit)
    )


def _below(lower: Condition, higher: Condition) -> bool:
    """Whether the one range ends before the other begins."""
    top, bottom = lower.below or lower.at_most, higher.above or higher.at_least
    if top is None or bottom is None:
        return False
    gap = Decimal(bottom) - Decimal(top)
    both_closed = lower.at_most is not None and higher.at_least is not None
    return gap > 0 or (gap == 0 and not both_closed)


def _require_known(table: Table, what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise table.refusal(f"there is no {what} {name!r}; there are {', '.join(known)}")
