"""Compiles the plan that a unit follows from a standards file (plan version 1)."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.standards import Procedure, Standard, load_all
from dosegauge.texts import Text
from dosegauge_core import procedures

PLAN_VERSION = 1
LARGEST_PLAN = 3500
# What only the standards file is interested in.
_NOT_IN_PLAN = ("from", "clause", "limit_from")
# A parameter that is given in place of another one makes the other's default void.
_IN_PLACE_OF = {"factor_U_pct": "factor_u_rel_pct"}


@dataclass(frozen=True)
class PlanDevice:
    """The device under test as the plan and the session's record name it."""

    name: str = ""
    maker: str = ""
    model: str = ""
    serial: str = ""
    client: str = ""


def plan_ids() -> list[str]:
    """The ids of all plans that can be compiled."""
    return [procedure.id for standard in load_all() for procedure in standard.procedures]


def compile_plan(
    plan_id: str,
    *,
    device: PlanDevice | None = None,
    operator: str = "",
    parameters: Mapping[str, str | int | bool | None] | None = None,
    instrument: str = "",
    settings: Mapping[str, str | int] | None = None,
    seconds: Mapping[str, int] | None = None,
) -> bytes:
    """The plan as compact UTF-8 JSON.

    parameters override or add to the procedure's (decimals as strings, None leaves one out),
    instrument names the driver of its first channel where the document has others for it, settings
    are those of that channel, seconds a dwell's length by step id. Limits come from the standards
    file alone. WrongUse: no such plan, instrument or dwell step, a parameter that is unknown or
    has a value that can't be used, too large for a unit.
    """
    standard, procedure = _find(plan_id)
    plan = {
        "plan": PLAN_VERSION,
        "id": plan_id,
        "procedure": procedure.procedure,
        "title": procedure.title._asdict(),
        "document": _document(standard, procedure),
        "device": vars(device or PlanDevice()),
        "operator": operator,
        "channels": _channels(procedure, instrument, settings or {}),
        "steps": _steps(procedure, seconds or {}),
        "parameters": _parameters(procedure, parameters or {}),
        "limits": {limit.name: limit.value for limit in procedure.limits},
    }
    _require_usable(plan)
    _require_fit(plan)
    return json.dumps(plan, ensure_ascii=False, separators=(",", ":")).encode()


def _find(plan_id: str) -> tuple[Standard, Procedure]:
    for standard in load_all():
        for procedure in standard.procedures:
            if procedure.id == plan_id:
                return standard, procedure
    known = ", ".join(plan_ids())
    raise WrongUse(
        Text("没有这个方案", "there is no such plan"),
        plan_id,
        Text(f"可用：{known}", f"There are {known}"),
    )


def _document(standard: Standard, procedure: Procedure) -> dict[str, str]:
    return {
        "code": standard.code,
        "title": standard.title.zh,
        "clauses": procedure.clauses,
        "file": standard.file,
        "sha256": standard.sha256,
    }


def _channels(
    procedure: Procedure, instrument: str, settings: Mapping[str, str | int]
) -> list[dict[str, Any]]:
    channels = [_for_plan(channel) for channel in procedure.channels]
    if instrument:
        channels[0] = _with_instrument(procedure, instrument)
    channels[0]["settings"] = {**channels[0]["settings"], **settings}
    return channels


def _with_instrument(procedure: Procedure, instrument: str) -> dict[str, Any]:
    usual = procedure.channels[0]
    others = [channel for channel in procedure.instead if channel["name"] == usual["name"]]
    possible = {channel["driver"]: channel for channel in (usual, *others)}
    if instrument not in possible:
        known = ", ".join(possible)
        raise WrongUse(
            Text("该方案没有这种仪器", "the plan has no such instrument"),
            instrument,
            Text(f"可用：{known}", f"There are {known}"),
        )
    return _for_plan(possible[instrument])


def _steps(procedure: Procedure, seconds: Mapping[str, int]) -> list[dict[str, Any]]:
    steps = [_for_plan(step) for step in procedure.steps]
    dwells = {step["id"]: step for step in steps if step["kind"] == "dwell"}
    for step_id, length in seconds.items():
        if step_id not in dwells or length < 1:
            raise WrongUse(
                Text("没有这个测点，或时间不对", "no such dwell, or a wrong time"), step_id
            )
        dwells[step_id]["seconds"] = length
    return steps


def _parameters(
    procedure: Procedure, given: Mapping[str, str | int | bool | None]
) -> dict[str, str | int | bool]:
    void = {_IN_PLACE_OF[name] for name in given if name in _IN_PLACE_OF}
    defaults = {entry.name: entry.value for entry in procedure.parameters}
    merged = {name: value for name, value in defaults.items() if name not in void} | dict(given)
    for name, value in merged.items():
        if isinstance(value, float):
            raise TypeError(f"parameter {name} is a float; decimals are strings")
    return {name: value for name, value in merged.items() if value is not None}


def _for_plan(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in _NOT_IN_PLAN}


def _require_usable(plan: dict[str, Any]) -> None:
    """The unit asks the same of a plan that it is sent."""
    try:
        procedures.check_plan(plan)
    except ValueError as error:
        raise WrongUse(
            Text(f"方案不能用（{error}）", f"the plan can't be used ({error})"),
            str(plan["id"]),
            Text("请改正 --set 的参数", "Correct what --set gives"),
        ) from error


def _require_fit(plan: dict[str, Any]) -> None:
    # The unit writes the plan into one log record, spaced and possibly in ASCII with escapes.
    size = len(json.dumps(plan))
    if size > LARGEST_PLAN:
        raise WrongUse(
            Text(
                f"方案有 {size} 字节，最多 {LARGEST_PLAN}",
                f"the plan has {size} bytes, at most {LARGEST_PLAN}",
            ),
            str(plan["id"]),
            Text("请缩短名称", "Shorten the names in it"),
        )


def write_builtin(folder: Path) -> list[Path]:
    """Writes the plans that a unit carries from the start; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for plan_id in plan_ids():
        path = folder / f"{plan_id}.json"
        path.write_bytes(compile_plan(plan_id))
        written.append(path)
    return written


if __name__ == "__main__":
    for path in write_builtin(Path(sys.argv[1])):
        print(path)
