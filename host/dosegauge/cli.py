"""The command line: parses, calls one function, and turns every fault into one line.

Nothing but argparse is imported before it is known what is asked.
"""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn, TextIO

from dosegauge import __version__
from dosegauge.commands.analyze_options import RUN as _RUN_ANALYZE
from dosegauge.commands.analyze_options import add_analyze_commands
from dosegauge.commands.register_options import add_register_commands
from dosegauge.errors import DosegaugeError
from dosegauge.texts import LANGUAGES, Text, default_language, in_language

EXIT_INTERNAL = 1
EXIT_WRONG_USE = 2
EXIT_INTERRUPTED = 130
_OUTPUT_ENDS = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF)

# Where a command's function is: module and name. Commands whose arguments are their own take
# them unparsed.
_RUN = {
    "unit list": "dosegauge.commands.units:run_list",
    "unit info": "dosegauge.commands.units:run_info",
    "unit clock": "dosegauge.commands.units:run_clock",
    "unit install": "dosegauge.install.command:run",
    "unit test": "dosegauge.commands.units:run_test",
    "unit plan": "dosegauge.commands.units:run_plan",
    "unit language": "dosegauge.commands.units:run_language",
    "unit plan-delete": "dosegauge.commands.units:run_plan_delete",
    "unit delete": "dosegauge.commands.units:run_delete",
    "unit live": "dosegauge.commands.units:run_live",
    "sync": "dosegauge.commands.sessions:run_sync",
    "sessions": "dosegauge.commands.sessions:run_sessions",
    "show": "dosegauge.commands.sessions:run_show",
    "verify": "dosegauge.commands.sessions:run_verify",
    "backup": "dosegauge.commands.backup:run_backup",
    "restore": "dosegauge.commands.backup:run_restore",
    "register import": "dosegauge.commands.register:run_import",
    "register list": "dosegauge.commands.register:run_list",
    "register export": "dosegauge.commands.register:run_export",
    "register template": "dosegauge.commands.register:run_template",
    "standards": "dosegauge.commands.standards:run",
    "standards show": "dosegauge.commands.standards:run_show",
    "budget": "dosegauge.commands.budget:run",
    "demo": "dosegauge.demo:run",
    "virtual": "dosegauge.virtual.command:run",
    "record": "dosegauge.reports.command:run",
    "certificate": "dosegauge.reports.command:run",
    "tui": "dosegauge.tui.app:run",
    **_RUN_ANALYZE,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit code."""
    _prepare_streams()
    given = list(sys.argv[1:] if argv is None else argv)
    language = _early_language(given)
    try:
        # Not by set_defaults: the parsers share the common options, so a default set on one of
        # them would overwrite what was given in front of the command.
        defaults = argparse.Namespace(command="tui", lang=language, json=False, store=None)
        code = _run(given, defaults, language)
        # What waits in a buffer may still fail, and would fail unheard at exit.
        sys.stdout.flush()
        return code
    except DosegaugeError as error:
        _tell(error.line(language))
        return error.exit_code
    except KeyboardInterrupt:
        _tell(in_language(Text("已中断", "interrupted"), language))
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has closed it.
        _drop_output()
        return 0
    except Exception as error:
        fault = _output_fault(error) if isinstance(error, OSError) else None
        if fault is None:
            from dosegauge.internal_errors import internal_error

            fault = internal_error(error)
        _tell(fault.line(language))
        return EXIT_INTERNAL


def _run(given: list[str], defaults: argparse.Namespace, language: str) -> int:
    try:
        arguments = _parser(language).parse_args(given, defaults)
        return _function(arguments.command)(arguments)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else EXIT_WRONG_USE


def _tell(line: str) -> None:
    from dosegauge.output import tell

    tell(line)


def _output_fault(failure: OSError) -> DosegaugeError | None:
    """Why standard output takes no more; None when the failure was another's."""
    if failure.errno not in _OUTPUT_ENDS:
        return None
    try:
        # A write that failed is forgotten by its buffer: only another one tells.
        print(flush=True)
    except OSError as error:
        _drop_output()
        return DosegaugeError(
            Text(f"输出无法写入（{error.strerror}）", f"can't be written ({error.strerror})"),
            "stdout",
            Text("请腾出空间或换一个位置", "Make room, or send the output elsewhere"),
        )
    return None


def _drop_output() -> None:
    """Python must not complain again at exit of what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _prepare_streams() -> None:
    """Output that a terminal can't show must not end the program, nor a closed stream."""
    # Without this the next file opened would take the stream's number, and its output.
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            piped = not stream.isatty()
            reconfigure(encoding="utf-8" if piped else None, errors="backslashreplace")


def _early_language(given: Sequence[str]) -> str:
    """The language before the arguments are parsed, for the parser's own messages."""
    for position, argument in enumerate(given):
        if argument.startswith("--lang="):
            value = argument.partition("=")[2]
        elif argument == "--lang" and position + 1 < len(given):
            value = given[position + 1]
        else:
            continue
        if value in LANGUAGES:
            return value
    return default_language(os.environ)


def _function(command: str) -> Callable[[argparse.Namespace], int]:
    module, _, name = _RUN[command].partition(":")
    function: Callable[[argparse.Namespace], int] = getattr(import_module(module), name)
    return function


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, not its whole usage."""

    def error(self, message: str) -> NoReturn:
        see = Text(f"用 {self.prog} --help 查看", f"See {self.prog} --help")
        language = _early_language(sys.argv[1:])
        _tell(f"{self.prog}: {message}. {in_language(see, language)}")
        raise SystemExit(EXIT_WRONG_USE)

    def add_argument(self, *names: Any, **how: Any) -> argparse.Action:
        """As argparse's, but a percent sign in the help means itself and no place to be filled."""
        if isinstance(how.get("help"), str):
            how["help"] = how["help"].replace("%", "%%")
        return super().add_argument(*names, **how)


def _parser(language: str) -> argparse.ArgumentParser:
    def say(zh: str, en: str) -> str:
        return in_language(Text(zh, en), language)

    common = _common_options(language)
    parser = _Parser(
        prog="dosegauge",
        description=say("剂量与几何量校准装置的上位机", "the bench for dosegauge units"),
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"dosegauge {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    def add(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=say(zh, en), description=say(zh, en), parents=[common]
        )
        made.set_defaults(command=name)
        return made

    _add_unit_commands(commands, common, language)
    sync = add("sync", "取回装置上的全部新测量，可续传", "fetch all new sessions, resumable")
    _add_port(sync, language)
    sync.add_argument(
        "--delete-synced",
        action="store_true",
        help=say(
            "同步并核对后从装置删除已封存的测量", "then delete sealed, proven sessions there"
        ),
    )
    add("sessions", "列出已保存的测量", "list stored sessions")
    show = add("show", "显示一次测量", "show a session")
    show.add_argument("session", metavar="ID")
    _add_details(show, language)
    verify = add("verify", "从原始数据重新推导并核对", "derive everything again and compare")
    verify.add_argument("subject", metavar="ID|FILE")
    backup = add("backup", "备份数据库并逐一核对", "copy the store to a file and check the copy")
    backup.add_argument("file", metavar="FILE")
    restore = add("restore", "用备份取代数据库", "put a backup in the store's place")
    restore.add_argument("file", metavar="FILE")
    _add_standards(
        add("standards", "列出规范和方案", "list documents and plans"), common, language
    )
    _add_budget(
        add("budget", "测量不确定度评定", "evaluate a measurement's uncertainty"), language
    )
    _add_report_commands(add, language)
    add_register_commands(commands, common, _Parser, language)
    add_analyze_commands(commands, common, _Parser, language)
    return parser


def _common_options(language: str) -> _Parser:
    """Options that may stand before or behind a command."""

    def say(zh: str, en: str) -> str:
        return in_language(Text(zh, en), language)

    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--lang", choices=LANGUAGES, help=say("语言", "language"))
    common.add_argument("--json", action="store_true", help=say("以 JSON 输出", "print JSON"))
    common.add_argument(
        "--store",
        metavar="FILE",
        help=say("数据库文件（或 $DOSEGAUGE_STORE）", "the store's file (or $DOSEGAUGE_STORE)"),
    )
    return common


def _add_port(parser: argparse.ArgumentParser, language: str) -> None:
    text = Text("装置的串口（或 $DOSEGAUGE_PORT）", "the unit's port (or $DOSEGAUGE_PORT)")
    parser.add_argument("--port", metavar="P", help=in_language(text, language))


def _add_details(parser: argparse.ArgumentParser, language: str) -> None:
    for option, text in (
        ("--lab", Text("实验室信息 TOML（docs/reports.md）", "the laboratory (docs/reports.md)")),
        ("--job", Text("本次校准信息 TOML（docs/reports.md）", "the job (docs/reports.md)")),
    ):
        parser.add_argument(option, metavar="FILE", help=in_language(text, language))


def _add_unit_commands(
    commands: "argparse._SubParsersAction[_Parser]",
    common: _Parser,
    language: str,
) -> None:
    def say(zh: str, en: str) -> str:
        return in_language(Text(zh, en), language)

    text = say("连接的装置", "units plugged in")
    unit = commands.add_parser("unit", help=text, description=text)
    actions = unit.add_subparsers(metavar="ACTION", required=True, parser_class=_Parser)

    def add(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        made = actions.add_parser(
            name, help=say(zh, en), description=say(zh, en), parents=[common]
        )
        made.set_defaults(command=f"unit {name}")
        _add_port(made, language)
        return made

    add("list", "列出装置", "list units")
    add("info", "装置信息", "what the unit is and has")
    language_of = add("language", "设置装置的显示语言", "set the display's language")
    language_of.add_argument("language", choices=LANGUAGES)
    gone = add("plan-delete", "从装置删除已存入的方案", "delete a plan that was sent")
    gone.add_argument("plan", metavar="PLAN")
    add("clock", "校准装置时钟", "set the unit's clock to this computer's")
    add("install", "在原版 MicroPython 上安装固件", "put the firmware on stock MicroPython")
    test = add("test", "装置自检", "let the unit test itself")
    test.add_argument("--last", action="store_true", help=say("只看上次结果", "show the last one"))
    live = add("live", "显示装置屏幕", "show the unit's display")
    live.add_argument("--follow", action="store_true", help=say("持续显示", "until interrupted"))
    delete = add("delete", "从装置删除已保存的测量", "delete a stored session on the unit")
    delete.add_argument("session", metavar="ID")
    plan = add("plan", "把方案存入装置", "put a plan on the unit")
    plan.add_argument("plan", metavar="PLAN", help=say("见 dosegauge standards", "see standards"))
    plan.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    plan.add_argument("--instrument", default="", help=say("仪器，如 digimatic", "e.g. digimatic"))
    plan.add_argument("--setting", action="append", default=[], metavar="NAME=N")
    plan.add_argument("--operator", default="")
    plan.add_argument("--device-name", default="")
    for option in ("maker", "model", "serial", "client"):
        plan.add_argument(f"--{option}", default="")


def _add_standards(standards: argparse.ArgumentParser, common: _Parser, language: str) -> None:
    text = in_language(Text("显示规范的项目和限值", "a document's items and limits"), language)
    actions = standards.add_subparsers(metavar="ACTION", parser_class=_Parser)
    show = actions.add_parser("show", help=text, description=text, parents=[common])
    show.set_defaults(command="standards show")
    show.add_argument("document", metavar="FILE_OR_CODE")
    show.add_argument("--item", metavar="ID")


def _add_budget(budget: argparse.ArgumentParser, language: str) -> None:
    def say(zh: str, en: str) -> str:
        return in_language(Text(zh, en), language)

    budget.add_argument("name", nargs="?", metavar="NAME", help=say("见 --list", "see --list"))
    budget.add_argument("--list", action="store_true", help=say("列出全部", "list them all"))
    budget.add_argument("--example", action="store_true", help=say("输入示例", "a whole input"))
    budget.add_argument("--input", metavar="FILE", help=say("输入（- 为标准输入）", "- is stdin"))
    budget.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=say("改变一个输入并比较", "what if an input were different"),
    )
    budget.add_argument("--k", metavar="K", help=say("包含因子", "coverage factor, 2"))
    budget.add_argument(
        "--level", metavar="P", help=say("包含概率，如 0.95", "level of confidence such as 0.95")
    )
    budget.add_argument(
        "--digits", type=int, choices=(1, 2), default=2, help=say("U 的有效位数", "digits of U")
    )
    for limit, zh, en in (("lower", "下限", "lower"), ("upper", "上限", "upper")):
        budget.add_argument(
            f"--{limit}", metavar="X", help=say(f"结果的{zh}", f"the result's {en} limit")
        )
    budget.add_argument(
        "--item",
        metavar="DOCUMENT/ITEM[/STAGE[/REGION]]",
        help=say("限值和判定规则取自规范", "limit and rule of a document, see standards"),
    )
    budget.add_argument(
        "--at", action="append", default=[], metavar="NAME=VALUE", help=say("限值的条件", "as f=2")
    )
    budget.add_argument("--maker", metavar="X", help=say("出厂指标", "the maker's value"))
    budget.add_argument("--nominal", metavar="X", help=say("标称值", "the nominal value"))
    budget.add_argument(
        "--rule",
        choices=("simple", "jjf1094", "guard", "probability"),
        help=say("判定规则", "decision rule"),
    )
    budget.add_argument(
        "--required", metavar="P", help=say("要求的合格概率", "probability asked for, as 0.95")
    )
    budget.add_argument(
        "--chart", metavar="FILE.svg", help=say("各分量的条形图", "contributions as a bar chart")
    )
    budget.add_argument(
        "--trials",
        metavar="N",
        help=say(
            "以 N 次（或 adaptive）蒙特卡洛试验检验", "check by N Monte Carlo trials, or adaptive"
        ),
    )
    budget.add_argument(
        "--seed", type=int, metavar="N", help=say("试验的种子", "seed of the trials")
    )
    budget.add_argument(
        "--rounding",
        choices=("half-even", "up", "third"),
        default="half-even",
        help=say("修约方式", "how U is rounded"),
    )


def _add_report_commands(
    add: Callable[[str, str, str], argparse.ArgumentParser], language: str
) -> None:
    def say(zh: str, en: str) -> str:
        return in_language(Text(zh, en), language)

    tui = add(
        "tui", "打开终端界面（无命令时也是它）", "the terminal interface, as without command"
    )
    tui.add_argument(
        "--virtual", action="store_true", help=say("并启动虚拟装置", "and start a virtual unit")
    )
    _add_port(tui, language)
    demo = add("demo", "在虚拟装置上完成整个过程", "the whole job on a virtual unit")
    demo.add_argument("--out", metavar="DIR")
    demo.add_argument("--seed", type=int, metavar="N")
    virtual = add("virtual", "启动虚拟装置并显示其串口", "run a virtual unit and print its port")
    virtual.add_argument("--scenario", metavar="NAME")
    virtual.add_argument("--runtime", choices=("micropython", "cpython"))
    virtual.add_argument(
        "--state", metavar="DIR", help=say("保存其闪存的文件夹", "folder that keeps its flash")
    )
    virtual.add_argument(
        "--measure",
        action="store_true",
        help=say("自动完成三次测量", "measure three sessions by itself"),
    )
    for name, zh, en in (
        ("record", "生成原始记录", "write the original record"),
        ("certificate", "生成校准证书", "write the calibration certificate"),
    ):
        report = add(name, zh, en)
        report.add_argument("sessions", nargs="+", metavar="ID")
        report.add_argument("--format", metavar="xlsx,pdf,...")
        report.add_argument("--language", choices=("zh", "en", "zh-en"))
        report.add_argument("--out", metavar="DIR", help=say("输出文件夹", "output folder"))
        _add_details(report, language)
