"""`dosegauge register`: import, list, export and template."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.output import print_json, printable, table
from dosegauge.registers import tables
from dosegauge.registers.entries import Entry, Fault, table_of, template_of
from dosegauge.registers.equipment import DETECTORS, INSTRUMENTS
from dosegauge.registers.fields import Check, Unfit, day, positive
from dosegauge.registers.importing import ADDED, CHANGED, REFUSED, UNCHANGED, Import, import_file
from dosegauge.registers.kind import Kind
from dosegauge.registers.kinds import DEVICES, kind_named
from dosegauge.reports.output import require_free, write_new
from dosegauge.standards import load_all
from dosegauge.store import Store, store_path
from dosegauge.store.devices import Device, DeviceRegister
from dosegauge.store.registers import RegisterRow
from dosegauge.suitability import (
    Flag,
    Requirement,
    Use,
    flags,
    instrument_of,
    requirements_of,
)
from dosegauge.texts import Text, in_language

_OUTCOMES = {
    ADDED: Text("新增", "added"),
    UNCHANGED: Text("未变", "unchanged"),
    CHANGED: Text("更改", "changed"),
    REFUSED: Text("拒绝", "refused"),
}
_FLAGS = Text("问题", "flags")
_NOMINALS = Text("标称值", "nominal")
_HISTORY_HEADS = (
    Text("行", "row"),
    Text("登记于", "entered at"),
    Text("取代", "replaces"),
    Text("由谁", "who"),
    Text("原因", "why"),
)


def run_import(arguments: argparse.Namespace) -> int:
    """Takes a file into a register, whole or not at all; exit 1 when a row was refused."""
    kind = kind_named(arguments.kind)
    store = Store.open(store_path(arguments.store))
    done = import_file(store.registers, kind, Path(arguments.file), arguments.who, arguments.why)
    if arguments.json:
        print_json(_import_json(done))
    else:
        for line in _import_lines(done):
            print(printable(in_language(line, arguments.lang)))
    return 0 if done.stored else 1


def run_list(arguments: argparse.Namespace) -> int:
    """Lists the entries of a register, each with what speaks against its use on a day."""
    kind = kind_named(arguments.kind)
    use = _use(arguments)
    store = Store.open(store_path(arguments.store))
    registers = store.registers
    rows = registers.history(kind.name) if arguments.history else registers.current(kind.name)
    if kind is DEVICES:
        return _list_devices(arguments, rows, store.devices)
    asked = [asked for standard in load_all() for asked in requirements_of(standard)]
    flagged = [(row, _flags(kind, row, asked, use)) for row in rows]
    if arguments.json:
        print_json([_row_json(row, found) for row, found in flagged])
    else:
        cells = [
            (row, "; ".join(in_language(flag.text, arguments.lang) for flag in found))
            for row, found in flagged
        ]
        print(_listing(kind, cells, _FLAGS, arguments.history, arguments.lang))
    return 0


def _list_devices(
    arguments: argparse.Namespace, rows: Sequence[RegisterRow], devices: DeviceRegister
) -> int:
    """Devices have their nominal values in the place of flags; those that were calibrated and
    never registered are among them."""
    registered = {row.subject for row in rows}
    listed = [(row, devices.nominals(Device(*row.subject))) for row in rows]
    listed += [
        (_unregistered(device), devices.nominals(device))
        for device in devices.all()
        if (device.maker, device.model, device.serial) not in registered
    ]
    if arguments.json:
        print_json(
            [
                {
                    **_row_json(row, []),
                    "nominals": {name: asdict(nominal) for name, nominal in nominals.items()},
                }
                for row, nominals in listed
            ]
        )
        return 0
    cells = [
        (row, "; ".join(f"{name} {value.value} {value.unit}" for name, value in found.items()))
        for row, found in listed
    ]
    print(_listing(DEVICES, cells, _NOMINALS, arguments.history, arguments.lang))
    return 0


def _unregistered(device: Device) -> RegisterRow:
    values = {"maker": device.maker, "model": device.model, "serial": device.serial}
    content = {"values": values, "parts": []}
    return RegisterRow(None, DEVICES.name, tuple(values.values()), content, "", None, "", "")


def run_export(arguments: argparse.Namespace) -> int:
    """Writes the present entries of a register to a new file, which an import takes back."""
    kind = kind_named(arguments.kind)
    registers = Store.open(store_path(arguments.store)).registers
    entries = [Entry.stored(row.content) for row in registers.current(kind.name)]
    return _write(arguments, kind, table_of(kind, entries, arguments.lang), len(entries))


def run_template(arguments: argparse.Namespace) -> int:
    """Writes a new file with the heads of a register, what belongs below each, and an example."""
    kind = kind_named(arguments.kind)
    return _write(arguments, kind, template_of(kind, arguments.lang), 0)


def _write(
    arguments: argparse.Namespace, kind: Kind, rows: Sequence[Sequence[str]], entries: int
) -> int:
    path = require_free(Path(arguments.out))
    if tables.require_suffix(path) == ".csv":
        data = tables.csv_bytes(rows)
    else:
        data = tables.xlsx_bytes(rows, kind.name)
    write_new(path, data)
    if arguments.json:
        print_json({"file": str(path), "register": kind.name, "entries": entries})
    else:
        print(printable(str(path)))
    return 0


def _use(arguments: argparse.Namespace) -> Use:
    judged = _taken(day, arguments.on or date.today().isoformat(), "--on")
    voltage = _taken(positive, arguments.kv, "--kv") if arguments.kv else None
    return Use(judged, judged, voltage, of_quality=voltage is not None)


def _taken(check: Check, given: str, option: str) -> str:
    try:
        return check(given)
    except Unfit as unfit:
        raise WrongUse(unfit.reason, option) from unfit


def _flags(kind: Kind, row: RegisterRow, asked: Sequence[Requirement], use: Use) -> list[Flag]:
    if kind not in (INSTRUMENTS, DETECTORS):
        return []
    return flags(instrument_of(kind, Entry.stored(row.content)), asked, use)


def _listing(
    kind: Kind,
    cells: Sequence[tuple[RegisterRow, str]],
    last_head: Text,
    history: bool,
    language: str,
) -> str:
    heads = [member.head for member in kind.fields if member.name in kind.listed]
    names = [member.name for member in kind.fields if member.name in kind.listed]
    lines = [
        [
            *(row.content["values"].get(name, "") for name in names),
            *(_history_cells(row) if history else ()),
            last,
        ]
        for row, last in cells
    ]
    shown = [*heads, *(_HISTORY_HEADS if history else ()), last_head]
    return table([in_language(head, language) for head in shown], lines)


def _history_cells(row: RegisterRow) -> tuple[str, ...]:
    replaced = "" if row.supersedes is None else str(row.supersedes)
    return ("" if row.id is None else str(row.id), row.created_at, replaced, row.who, row.why)


def _row_json(row: RegisterRow, found: Sequence[Flag]) -> dict[str, Any]:
    return {
        "row": row.id,
        "register": row.register,
        "values": row.content["values"],
        "parts": row.content["parts"],
        "created_at": row.created_at,
        "supersedes": row.supersedes,
        "who": row.who,
        "why": row.why,
        "flags": [{"code": flag.code, "text": flag.text} for flag in found],
    }


def _import_json(done: Import) -> dict[str, Any]:
    return {
        "file": str(done.file),
        "register": done.kind.name,
        "stored": done.stored,
        "rows": [
            {
                "row": outcome.row,
                "subject": outcome.subject,
                "outcome": outcome.outcome,
                "faults": [
                    {"column": fault.column, "reason": fault.reason} for fault in outcome.faults
                ],
            }
            for outcome in done.outcomes
        ],
    }


def _import_lines(done: Import) -> list[Text]:
    lines = []
    for outcome in done.outcomes:
        name = " ".join(part for part in outcome.subject if part)
        said = _OUTCOMES[outcome.outcome]
        if not outcome.faults:
            lines.append(
                Text(
                    f"第 {outcome.row} 行 {name}：{said.zh}",
                    f"row {outcome.row} {name}: {said.en}",
                )
            )
        for fault in outcome.faults:
            lines.append(_fault_line(done.file, outcome.row, fault))
    counts = {outcome: done.count(outcome) for outcome in _OUTCOMES}
    told = Text(
        "，".join(f"{_OUTCOMES[outcome].zh} {count}" for outcome, count in counts.items()),
        ", ".join(f"{count} {_OUTCOMES[outcome].en}" for outcome, count in counts.items()),
    )
    if not done.stored:
        told = Text(f"{told.zh}；全部未登记", f"{told.en}; nothing was stored")
    return [*lines, Text(f"{done.file}：{told.zh}", f"{done.file}: {told.en}")]


def _fault_line(file: Path, row: int, fault: Fault) -> Text:
    column_zh = f"，{fault.column}" if fault.column else ""
    column_en = f", {fault.column}" if fault.column else ""
    return Text(
        f"{file}，第 {row} 行{column_zh}：{_OUTCOMES[REFUSED].zh}，{fault.reason.zh}",
        f"{file}, row {row}{column_en}: {_OUTCOMES[REFUSED].en}, {fault.reason.en}",
    )
