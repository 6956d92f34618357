"""The arguments of `dosegauge register`. Read at every start: nothing heavy is imported here."""

import argparse
from typing import TypeVar

from dosegauge.texts import Text, in_language

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)
REGISTERS = ("instruments", "detectors", "devices", "clients", "people")


def add_register_commands(
    commands: "argparse._SubParsersAction[_Parser]",
    common: _Parser,
    parser: type[_Parser],
    language: str,
) -> None:
    """Adds `register` and its actions to a parser's commands."""

    def say(zh: str, en: str) -> str:
        return in_language(Text(zh, en), language)

    text = say(
        "登记仪器、探测器、设备、客户和人员", "instruments, detectors, devices, clients, people"
    )
    register = commands.add_parser("register", help=text, description=text)
    actions = register.add_subparsers(metavar="ACTION", required=True, parser_class=parser)

    def add(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        made = actions.add_parser(
            name, help=say(zh, en), description=say(zh, en), parents=[common]
        )
        made.set_defaults(command=f"register {name}")
        return made

    taken = add("import", "从 csv 或 xlsx 文件登记", "take entries from a csv or xlsx file")
    taken.add_argument("file", metavar="FILE")
    taken.add_argument("--kind", choices=REGISTERS, required=True)
    taken.add_argument("--who", default="", metavar="NAME", help=say("由谁登记", "who enters it"))
    taken.add_argument(
        "--why", default="", metavar="TEXT", help=say("更改的原因", "why it changes")
    )
    listed = add("list", "列出登记及其问题", "list entries and what speaks against them")
    listed.add_argument("kind", choices=REGISTERS)
    listed.add_argument(
        "--history", action="store_true", help=say("包括被取代的", "with those replaced")
    )
    listed.add_argument(
        "--on",
        metavar="DATE",
        help=say("按该日期核对（默认今天）", "judged for this day, or today"),
    )
    listed.add_argument(
        "--kv", metavar="KV", help=say("按该管电压核对", "judged for this tube voltage")
    )
    exported = add("export", "导出为 csv 或 xlsx 文件", "write entries to a csv or xlsx file")
    template = add("template", "生成可填写的空表", "write a table to be filled in")
    for writer in (exported, template):
        writer.add_argument("kind", choices=REGISTERS)
        writer.add_argument("--out", required=True, metavar="FILE")
