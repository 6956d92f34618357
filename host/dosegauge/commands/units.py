"""`dosegauge unit ...`: what is plugged in, and what it is told to do."""

import argparse
import time
from dataclasses import asdict
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.link.answers import UnitPlan
from dosegauge.link.finder import Candidate, candidates, connect
from dosegauge.output import print_json, printable, table, tell
from dosegauge.readings import time_text
from dosegauge.texts import Text, in_language

_YES, _NO = Text("是", "yes"), Text("否", "no")


def run_list(arguments: argparse.Namespace) -> int:
    """The units plugged in; exit 1 when one of them does not answer."""
    found = candidates(arguments.port)
    if arguments.json:
        print_json([_candidate_json(candidate, arguments.lang) for candidate in found])
    elif not found:
        tell(in_language(Text("没有找到装置", "no unit found"), arguments.lang))
    else:
        heads = [
            Text("串口", "port"),
            Text("装置", "unit"),
            Text("存储编号", "epoch"),
            Text("状态", "state"),
        ]
        rows = [_candidate_row(candidate, arguments.lang) for candidate in found]
        print(table([in_language(head, arguments.lang) for head in heads], rows))
    return 1 if any(candidate.fault for candidate in found) else 0


def _candidate_json(candidate: Candidate, language: str) -> dict[str, Any]:
    return {
        "port": candidate.port,
        "description": candidate.description,
        "unit": asdict(candidate.info) if candidate.info else None,
        "fault": candidate.fault.line(language) if candidate.fault else None,
    }


def _candidate_row(candidate: Candidate, language: str) -> list[str]:
    if candidate.info:
        info = candidate.info
        return [candidate.port, info.unit, info.epoch or "-", info.state]
    fault = candidate.fault
    return [candidate.port, "-", "-", in_language(fault.what, language) if fault else ""]


def run_info(arguments: argparse.Namespace) -> int:
    """Who the unit is and what it has."""
    with connect(arguments.port) as client:
        info = client.hello()
        sessions = client.sessions()
        plans = client.plans()
    if arguments.json:
        print_json(
            {
                **asdict(info),
                "sessions": [asdict(session) for session in sessions],
                "plans": [asdict(plan) for plan in plans],
            }
        )
        return 0
    clock = (
        in_language(Text("未设置", "not set"), arguments.lang)
        if info.clock_ms is None
        else time_text(info.clock_ms, clock_set=True)
    )
    sealed = sum(session.sealed for session in sessions)
    rows = [
        (Text("装置", "unit"), info.unit),
        (Text("板", "board"), info.board),
        (Text("固件", "firmware"), f"{info.firmware} {info.revision}".strip()),
        (Text("公式库", "core"), f"{info.core} {info.core_hash[:12]}"),
        (Text("时钟", "clock"), clock),
        (Text("存储编号", "epoch of its flash"), info.epoch or "-"),
        (Text("空闲字节", "free bytes"), str(info.free_bytes)),
        (Text("状态", "state"), info.state),
        (Text("测量（已封存）", "sessions (sealed)"), f"{len(sessions)} ({sealed})"),
        (
            Text("方案", "plans"),
            ", ".join(_plan_text(plan, arguments.lang) for plan in plans),
        ),
    ]
    for name, value in rows:
        print(table([in_language(name, arguments.lang), value], []))
    if not info.protected:
        warning = Text("闪存未受重新格式化保护", "not protected against reformat")
        print(in_language(warning, arguments.lang))
    return 0


def _plan_text(plan: UnitPlan, language: str) -> str:
    """The id; a plan without a procedure is one that the unit can't read any more."""
    if plan.procedure:
        return plan.id
    return plan.id + in_language(Text("（损坏）", " (damaged)"), language)


def run_clock(arguments: argparse.Namespace) -> int:
    """Sets the unit's clock to this computer's."""
    with connect(arguments.port) as client:
        unit = client.hello().unit
        before_ms = client.set_clock(lambda: time.time_ns() // 1_000_000)
        difference_ms = None if before_ms is None else time.time_ns() // 1_000_000 - before_ms
    if arguments.json:
        print_json({"unit": unit, "before_ms": before_ms, "difference_ms": difference_ms})
    elif difference_ms is None:
        print(in_language(Text("时钟已设置", "clock set"), arguments.lang))
    else:
        said = Text(
            f"时钟已设置，本机与其此前相差 {difference_ms:+d} ms",
            f"clock set; this computer's minus its own was {difference_ms:+d} ms",
        )
        print(in_language(said, arguments.lang))
    return 0


def run_test(arguments: argparse.Namespace) -> int:
    """Lets the unit test itself, or shows its last test; exit 1 when a check failed."""
    from dosegauge.self_test import FAILED, row_of

    with connect(arguments.port) as client:
        unit = client.hello().unit
        checks = client.self_test(run=not arguments.last)
    if arguments.json:
        print_json({"unit": unit, "checks": [asdict(check) for check in checks]})
    else:
        heads = [Text("项目", "check"), Text("状态", "state"), Text("数值", "figure")]
        rows = [
            row_of(check.check, check.state, printable(check.figure), arguments.lang)
            for check in checks
        ]
        print(table([in_language(head, arguments.lang) for head in heads], rows))
    return 1 if any(check.state == FAILED for check in checks) else 0


def run_plan(arguments: argparse.Namespace) -> int:
    """Compiles a plan and stores it on the unit."""
    from dosegauge.nominals import nominal_parameters
    from dosegauge.standards.plans import PlanDevice, compile_plan
    from dosegauge.store import Store, store_path

    device = PlanDevice(
        arguments.device_name,
        arguments.maker,
        arguments.model,
        arguments.serial,
        arguments.client,
    )
    store = Store.open(store_path(arguments.store))
    plan = compile_plan(
        arguments.plan,
        device=device,
        operator=arguments.operator,
        instrument=arguments.instrument,
        settings=dict(_setting(text) for text in arguments.setting),
        parameters={
            **nominal_parameters(store, arguments.plan, device),
            **dict(_parameter(text) for text in arguments.set),
        },
    )
    with connect(arguments.port) as client:
        unit = client.hello().unit
        client.put_plan(arguments.plan, plan)
    if arguments.json:
        print_json({"unit": unit, "plan": arguments.plan, "bytes": len(plan)})
    else:
        said = Text(
            f"方案 {arguments.plan} 已存入装置 {unit}", f"plan {arguments.plan} is on {unit}"
        )
        print(in_language(said, arguments.lang))
    return 0


def run_language(arguments: argparse.Namespace) -> int:
    """Sets the language of the unit's display."""
    with connect(arguments.port) as client:
        unit = client.hello().unit
        client.set_language(arguments.language)
    if arguments.json:
        print_json({"unit": unit, "language": arguments.language})
    else:
        said = Text(
            f"装置 {unit} 的显示语言：{arguments.language}",
            f"the display of {unit} speaks {arguments.language}",
        )
        print(in_language(said, arguments.lang))
    return 0


def run_plan_delete(arguments: argparse.Namespace) -> int:
    """Deletes a plan that was sent to the unit; those built in stay."""
    with connect(arguments.port) as client:
        unit = client.hello().unit
        client.delete_plan(arguments.plan)
    if arguments.json:
        print_json({"unit": unit, "deleted_plan": arguments.plan})
    else:
        said = Text(
            f"方案 {arguments.plan} 已从装置 {unit} 删除",
            f"plan {arguments.plan} is deleted on {unit}",
        )
        print(printable(in_language(said, arguments.lang)))
    return 0


def _setting(text: str) -> tuple[str, int]:
    name, equals, value = text.partition("=")
    if not equals or not name or not (value.isascii() and value.isdigit()):
        raise WrongUse(
            Text("设置应写成 名称=整数", "a setting is given as NAME=WHOLE NUMBER"), text
        )
    return name, int(value)


def _parameter(text: str) -> tuple[str, str | int]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise WrongUse(Text("参数应写成 名称=数值", "a parameter is given as NAME=VALUE"), text)
    # The unit counts whole seconds in integers; every other number stays a decimal string.
    return name, int(value) if name.endswith(
        "_s"
    ) and value.isascii() and value.isdigit() else value


def run_delete(arguments: argparse.Namespace) -> int:
    """Deletes a session on its unit, once it is proven to be in the store."""
    from dosegauge.link.sync import delete_on_unit
    from dosegauge.store import Store, store_path

    store = Store.open(store_path(arguments.store))
    session = store.find(arguments.session)
    with connect(arguments.port) as client:
        delete_on_unit(client, store, session.id)
    if arguments.json:
        print_json({"deleted": session.id, "unit": session.unit})
    else:
        said = Text(f"{session.id} 已从装置上删除", f"{session.id} is deleted on the unit")
        print(in_language(said, arguments.lang))
    return 0


def run_live(arguments: argparse.Namespace) -> int:
    """Shows the unit's display, once or until interrupted."""
    with connect(arguments.port) as client:
        client.hello()
        shown = None
        while True:
            screen = client.live()
            if arguments.json:
                print_json(asdict(screen))
            elif screen != shown:
                print("\n".join(["----------------", *map(printable, screen.lines)]), flush=True)
            shown = screen
            if not arguments.follow:
                return 0
            time.sleep(0.5)
