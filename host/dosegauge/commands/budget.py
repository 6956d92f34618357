"""`dosegauge budget`: a quantity's uncertainty, from a file, with what-if."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from dosegauge.errors import WrongUse
from dosegauge.output import print_json, table
from dosegauge.reports.output import write_new
from dosegauge.texts import Text, in_language
from dosegauge.uncertainty import catalogue, chart, decision, files, labels, simulated
from dosegauge.uncertainty.calculation import Calculation, Coverage, calculate
from dosegauge.uncertainty.report import Rounding, as_data, as_text
from dosegauge_core.exact import Ratio

_DEEPEST_SET = 6


def run(arguments: argparse.Namespace) -> int:
    """Lists the budgets, prints an example, or carries one out."""
    if arguments.list:
        return _list(arguments)
    if not arguments.name:
        raise WrongUse(
            Text("没有指定名称", "no budget is named"),
            "budget",
            Text("dosegauge budget --list 列出全部", "dosegauge budget --list lists them"),
        )
    if arguments.example:
        print_json(catalogue.example(arguments.name))
        return 0
    return _carry_out(arguments)


def _list(arguments: argparse.Namespace) -> int:
    models = catalogue.models()
    if arguments.json:
        described: list[dict[str, Any]] = [
            {
                "name": name,
                "title": labels.TITLES[name]._asdict(),
                "symbol": model.symbol,
                "unit": model.unit,
                "formulas": model.formulas,
                "source": labels.source(name, model.source)._asdict(),
            }
            for name, model in models.items()
        ]
        described += [
            {"name": name, "title": labels.TITLES[name]._asdict(), "formulas": {}}
            for name in (*simulated.NAMES, catalogue.FORMULA)
        ]
        print_json(described)
        return 0
    heads = [
        Text("名称", "name"),
        Text("量", "quantity"),
        Text("单位", "unit"),
        Text("公式", "formula"),
    ]
    lines = [
        [
            name,
            in_language(labels.TITLES[name], arguments.lang),
            model.unit,
            f"{model.symbol} = {next(iter(model.formulas.values()))}",
        ]
        for name, model in models.items()
    ]
    only_simulated = in_language(Text("只能模拟", "simulation only"), arguments.lang)
    for name, formula in (
        *((name, only_simulated) for name in simulated.NAMES),
        (catalogue.FORMULA, ""),
    ):
        lines.append([name, in_language(labels.TITLES[name], arguments.lang), "", formula])
    print(table([in_language(head, arguments.lang) for head in heads], lines))
    return 0


def _carry_out(arguments: argparse.Namespace) -> int:
    content = _content(arguments)
    if arguments.name in simulated.NAMES:
        from dosegauge.commands.budget_simulated import run as run_simulated

        return run_simulated(arguments, content)
    coverage, rounding = _coverage(arguments), _rounding(arguments)
    base = calculate(arguments.name, content, coverage)
    changed = None
    if arguments.set:
        changed = calculate(arguments.name, _with_sets(content, arguments.set), coverage)
    shown = changed or base
    decided = _decided(shown, arguments)
    found = _checked(shown, arguments)
    if arguments.chart:
        write_new(Path(arguments.chart), chart.svg(shown, arguments.lang).encode())
    if arguments.json:
        data = as_data(shown, rounding)
        data["decision"] = decision.as_data(decided) if decided else None
        data["monte_carlo"] = found.data if found else None
        data["what_if"] = _what_if(arguments.set, base, rounding) if changed else None
        print_json(data)
        return 0
    print(as_text(shown, rounding, arguments.lang))
    for line in [
        *(decision.sentences(decided) if decided else ()),
        *(found.lines if found else ()),
    ]:
        print(in_language(line, arguments.lang))
    if changed:
        print(_comparison(base, changed, rounding, arguments))
    return 0


def _decided(shown: Calculation, arguments: argparse.Namespace) -> decision.Decided | None:
    """The decision against --item, or --lower and --upper, if one of them is given."""
    if arguments.item:
        return decision.decide(shown, _asked_of_item(shown, arguments))
    limits = [
        None if text is None else files.decimal(option, text)
        for option, text in (("--lower", arguments.lower), ("--upper", arguments.upper))
    ]
    if all(limit is None for limit in limits):
        if arguments.rule or arguments.required:
            raise files.Refused(
                "--rule", Text("没有限值", "without a limit: give --lower, --upper or --item")
            )
        return None
    asked = decision.Asked(
        limits[0], limits[1], _rule(arguments.rule), _optional("--required", arguments.required)
    )
    return decision.decide(shown, asked)


def _rule(named: str | None) -> str:
    if not named:
        known = ", ".join(decision.RULES)
        raise files.Refused(
            "--rule", Text(f"没有指定判定规则：{known}", f"no decision rule is named: {known}")
        )
    return named


def _optional(option: str, text: str | None) -> Ratio | None:
    return None if text is None else files.decimal(option, text)


def _asked_of_item(shown: Calculation, arguments: argparse.Namespace) -> decision.Asked:
    from dosegauge.uncertainty.item_limits import limits_of

    if arguments.lower or arguments.upper:
        raise files.Refused(
            "--item", Text("不能与 --lower、--upper 并用", "not together with --lower or --upper")
        )
    at = {}
    for text in arguments.at:
        name, equals, value = text.partition("=")
        if not equals:
            raise files.Refused("--at", Text("应写作 NAME=VALUE", "must be NAME=VALUE"))
        at[name] = value
    found = limits_of(
        arguments.item, shown.unit, at, arguments.maker, _optional("--nominal", arguments.nominal)
    )
    return decision.Asked(
        found.lower,
        found.upper,
        _rule(arguments.rule or found.rule),
        _optional("--required", arguments.required),
        found.source,
        found.for_reference,
    )


class _Checked(NamedTuple):
    data: dict[str, Any]
    lines: list[Text]


def _checked(shown: Calculation, arguments: argparse.Namespace) -> _Checked | None:
    """What Monte Carlo says of a budget, if it is asked."""
    if arguments.trials is None:
        return None
    from dosegauge.uncertainty.monte_carlo import report
    from dosegauge.uncertainty.monte_carlo.check import check

    digits = arguments.digits
    found, validation = check(shown, arguments.trials, arguments.seed, digits)
    return _Checked(
        report.as_data(found, validation, digits),
        report.as_lines(found, validation, shown.symbol, shown.unit, digits),
    )


def _content(arguments: argparse.Namespace) -> dict[str, Any]:
    if not arguments.input:
        raise WrongUse(
            Text("没有输入文件", "there is no input"),
            arguments.name,
            Text(
                "请用 --input FILE（- 为标准输入），--example 给出例子",
                "Give --input FILE (- is standard input); --example prints one",
            ),
        )
    if arguments.input == "-":
        return files.parse(sys.stdin.buffer.read(files.LARGEST_FILE + 1), "stdin")
    return files.load(Path(arguments.input))


def _coverage(arguments: argparse.Namespace) -> Coverage:
    if arguments.k is not None and arguments.level is not None:
        raise files.Refused("--k", Text("不能与 --level 并用", "not together with --level"))
    if arguments.level is not None:
        level = files.decimal("--level", arguments.level)
        if not Ratio(0) < level < Ratio(1):
            raise files.Refused("--level", Text("应在 0 与 1 之间", "must be between 0 and 1"))
        return Coverage(level=level)
    if arguments.k is not None:
        k = files.decimal("--k", arguments.k)
        if k <= 0:
            raise files.Refused("--k", Text("必须大于 0", "must be greater than 0"))
        return Coverage(k=k)
    return Coverage()


def _rounding(arguments: argparse.Namespace) -> Rounding:
    return Rounding(arguments.digits, arguments.rounding)


def _with_sets(content: dict[str, Any], changes: list[str]) -> dict[str, Any]:
    """The content with NAME=VALUE applied; NAME may go into objects, as in n_k.U_pct=3."""
    changed: dict[str, Any] = _copied(content)
    for change in changes:
        name, equals, text = change.partition("=")
        if not name or not equals:
            raise files.Refused(change, Text("应写作 NAME=VALUE", "must be NAME=VALUE"))
        path = name.split(".")
        if len(path) > _DEEPEST_SET:
            raise files.Refused(name, Text("层次太多", "too many levels"))
        inside: Any = changed
        for part in path[:-1]:
            inside = inside.setdefault(part, {}) if isinstance(inside, dict) else None
        if not isinstance(inside, dict):
            raise files.Refused(name, Text("没有这个对象", "there is no such object"))
        inside[path[-1]] = _set_value(text)
    return changed


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copied(member) for member in value]
    return value


def _set_value(text: str) -> Any:
    """A list or object as JSON, everything else as it is written."""
    if text[:1] in ("[", "{"):
        return files.parse(f'{{"value": {text}}}'.encode(), "--set")["value"]
    return text


def _what_if(changes: list[str], base: Calculation, rounding: Rounding) -> dict[str, Any]:
    data = as_data(base, rounding)
    kept = ("value", "u_c", "nu_eff", "k", "U")
    return {"set": changes, "base": {name: data[name] for name in kept}}


def _comparison(
    base: Calculation, changed: Calculation, rounding: Rounding, arguments: argparse.Namespace
) -> str:
    before, after = as_data(base, rounding), as_data(changed, rounding)
    heads = [Text("假设", "what if"), Text("之前", "before"), Text("之后", "after")]
    lines = [
        [name, str(before[name]), str(after[name])] for name in ("value", "u_c", "nu_eff", "U")
    ]
    shown = table([in_language(head, arguments.lang) for head in heads], lines)
    return f"{json.dumps(arguments.set, ensure_ascii=False)}\n{shown}"
