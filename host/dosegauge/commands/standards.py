"""`dosegauge standards`: the documents that come with the program, their items and plans."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict

from dosegauge.output import print_json, table
from dosegauge.standards import Item, ItemLimit, Standard, load_all
from dosegauge.standards.lookup import item_named, period_of, standard_named
from dosegauge.standards.model import (
    AT_LEAST,
    AT_MOST,
    MAKER,
    MET,
    NONE,
    OWN_CHOICE,
    SOURCE,
    WITHIN_PLUS_MINUS,
    Chosen,
    Combination,
    Condition,
    Method,
    Note,
    Quantity,
)
from dosegauge.texts import Text, in_language

# What has a clause and a provenance of its own.
Said = Quantity | Method | Chosen | Combination | ItemLimit | Note

_HEADS = (
    Text("项目", "item"),
    Text("名称", "title"),
    Text("检测类别", "stage"),
    Text("区域", "region"),
    Text("限值", "limit"),
    Text("周期", "period"),
    Text("条款", "clause"),
    Text("来源", "from"),
)
_FROM = {SOURCE: Text("规范", "source"), OWN_CHOICE: Text("本程序选定", "own choice")}
_SIGNS = {AT_MOST: "≤", AT_LEAST: "≥", WITHIN_PLUS_MINUS: "±"}
_MAKERS = Text("出厂指标", "the maker's value")
_TO_BE_MET = Text("应满足", "to be met")
_NO_LIMIT = Text("无", "none")
_RELATIVE_TO = {"nominal": Text("标称值的 ", " of the nominal")}
_PERIODS = {
    "D": Text("{n}天", "{n} d"),
    "W": Text("{n}周", "{n} weeks"),
    "M": Text("{n}个月", "{n} months"),
    "Y": Text("{n}年", "{n} years"),
}
_UNITS = {"um": "µm", "uGy/h": "µGy/h", "1/s": "s⁻¹", "1/s/MBq": "s⁻¹·MBq⁻¹", "Cel": "°C"}


def run(arguments: argparse.Namespace) -> int:
    """Lists documents, their files and the plans that can be compiled from them."""
    standards = load_all()
    if arguments.json:
        print_json([asdict(standard) for standard in standards])
        return 0
    heads = [
        Text("方案", "plan"),
        Text("项目", "item"),
        Text("条款", "clauses"),
        Text("文件", "file"),
    ]
    rows = [
        [
            procedure.id,
            in_language(procedure.title, arguments.lang),
            procedure.clauses,
            standard.file,
        ]
        for standard in standards
        for procedure in standard.procedures
    ]
    print(table([in_language(head, arguments.lang) for head in heads], rows))
    for standard in standards:
        title = in_language(standard.title, arguments.lang)
        print(f"{standard.file}  {standard.sha256[:12]}  {title}")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """A document's items with their limits; of one item everything that the document says."""
    standard = standard_named(arguments.document)
    chosen = item_named(standard, arguments.item) if arguments.item else None
    if arguments.json:
        print_json(asdict(chosen) if chosen else asdict(standard))
        return 0
    items = (chosen,) if chosen else standard.items
    language = arguments.lang
    print(f"{in_language(standard.title, language)}  {standard.file}  {standard.sha256[:12]}")
    if standard.for_reference:
        note = Text(
            "限值仅供参考，不用于合格判别", "the limits are for reference, not for pass/fail"
        )
        print(in_language(note, language))
    heads = [in_language(head, language) for head in _HEADS]
    print(table(heads, [row for item in items for row in _rows(standard, item, language)]))
    if chosen:
        print(_details(standard, chosen, language))
    return 0


def _rows(standard: Standard, item: Item, language: str) -> list[list[str]]:
    """One line for each limit; the item is named on its first."""
    rows = []
    for number, limit in enumerate(item.limits):
        first = number == 0
        stage = standard.stage(limit.stage)
        rows.append(
            [
                item.id if first else "",
                in_language(item.title, language) if first else "",
                in_language(stage.title, language) if stage else limit.stage,
                limit.region or "",
                _limit_text(limit, language),
                _period_text(period_of(standard, limit), language),
                limit.clause,
                in_language(_FROM[limit.provenance], language),
            ]
        )
    return rows


def _limit_text(limit: ItemLimit, language: str) -> str:
    if limit.operator == NONE:
        return in_language(_NO_LIMIT, language)
    if limit.operator == MET:
        return in_language(_TO_BE_MET, language)
    value = in_language(_MAKERS, language) if limit.value == MAKER else str(limit.value)
    text = f"{_SIGNS[limit.operator]} {value} {_unit(limit.unit)}".strip()
    if limit.relative_to:
        whole = in_language(_RELATIVE_TO[limit.relative_to], language)
        text = f"{whole}{text}" if language == "zh" else f"{text}{whole}"
    return ", ".join([text, *(_condition_text(one) for one in limit.conditions)])


def _condition_text(condition: Condition) -> str:
    lower = _bound(condition.above, "<") + _bound(condition.at_least, "≤")
    below = f" < {condition.below}" if condition.below else ""
    upper = f" ≤ {condition.at_most}" if condition.at_most else below
    return f"{lower}{condition.quantity}{upper} {_unit(condition.unit)}".strip()


def _bound(value: str | None, sign: str) -> str:
    return f"{value} {sign} " if value else ""


def _unit(unit: str) -> str:
    return _UNITS.get(unit, unit)


def _period_text(period: str | None, language: str) -> str:
    if period is None:
        return ""
    text = in_language(_PERIODS[period[-1]], language).format(n=period[1:-1])
    return text.removesuffix("s") if period[1:-1] == "1" and language == "en" else text


def _details(standard: Standard, item: Item, language: str) -> str:
    """What there is about one item besides its limits, a line each."""

    def say(text: Text) -> str:
        return in_language(text, language)

    lines = []
    for head, text, said in _sayings(item, say):
        origin = ", ".join(filter(None, (said.clause, say(_FROM[said.provenance]))))
        lines.append(f"{say(head)}: {text} ({origin})")
    for error in standard.known_errors:
        if error.tag in item.known_errors:
            head = Text("文件中的错误", "known error")
            lines.append(f"{say(head)} {error.tag} ({error.clause}): {say(error.text)}")
    return "\n".join(lines)


def _sayings(item: Item, say: Callable[[Text], str]) -> Iterator[tuple[Text, str, Said]]:
    """Head, text, and what its clause and provenance belong to."""
    quantity = f"{item.quantity.symbol} {_unit(item.quantity.unit)}".strip()
    if quantity:
        yield Text("量", "quantity"), quantity, item.quantity
    for method in item.methods:
        stages = f" [{', '.join(method.stages)}]" if method.stages else ""
        yield Text("方法", "method"), say(method.name) + stages, method
    if item.decision:
        yield Text("判定规则", "decision rule"), item.decision.name, item.decision
    if item.budget:
        yield Text("不确定度评定", "budget"), item.budget.name, item.budget
    if item.combination:
        together = f"{item.combination.group}: {item.combination.rule}"
        yield Text("合并判定", "decided together"), together, item.combination
    for limit in item.limits:
        if limit.statement:
            yield _TO_BE_MET, say(limit.statement), limit
    for note in item.notes:
        yield Text("条件", "note"), say(note.text), note
