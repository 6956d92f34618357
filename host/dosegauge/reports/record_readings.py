"""The raw data of a session: every reading, entry and event, superseded ones marked."""

import json

from dosegauge.reports import forms
from dosegauge.reports.measured import Measured
from dosegauge.reports.sheet import SheetWriter
from dosegauge.texts import Text
from dosegauge_core.telegrams import multidos, pulses

READINGS = Text("原始读数", "Raw readings")
ENTRIES = Text("键入值", "Typed values")
EVENTS = Text("事件", "Events")
COLUMNS = (
    Text("记录号", "Record"),
    Text("步骤", "Step"),
    Text("重复", "Repeat"),
    Text("时间（UTC）", "Time (UTC)"),
    Text("操作者", "Operator"),
    Text("读数", "Reading"),
    Text("单位", "Unit"),
    Text("测量时间", "Meter's time"),
    Text("原始报文", "Raw telegram"),
    Text("原始字节", "Raw bytes (hex)"),
    Text("状态", "State"),
)
WIDTHS = (52, 24, 14, 26, 18, 16, 12, 14, 40, 44, 26)
VALUE_COLUMN, TIME_COLUMN = 6, 8
USED = Text("采用", "used")
SUPERSEDED = Text("已被重测取代", "superseded")
BAD = Text("与原始字节不符", "not what the raw bytes say")


def write_readings(writer: SheetWriter, measured: Measured) -> dict[str, list[int]]:
    """The table of readings; the rows of the readings in use, by step id."""
    used: dict[str, list[int]] = {}
    writer.heading(READINGS)
    writer.header(COLUMNS)
    for row in measured.source.rows.readings:
        writer.text(1, str(row.record))
        writer.text(2, writer.say(measured.step_title(row.step_id)))
        writer.text(3, str(row.repeat))
        writer.text(4, row.time)
        writer.text(5, row.operator)
        writer.number(VALUE_COLUMN, row.text, boxed=False)
        writer.text(7, forms.unit_symbol(row.unit))
        time_digits = _time_digits(measured, row.channel, row.raw)
        if time_digits:
            writer.number(TIME_COLUMN, time_digits, boxed=False)
        writer.text(9, row.raw_text)
        writer.text(10, row.raw.hex(" "))
        state = BAD if row.fault else SUPERSEDED if row.superseded else USED
        writer.text(11, writer.say(state))
        if row.superseded:
            writer.strike(11)
        else:
            used.setdefault(row.step_id, []).append(writer.row)
        writer.row += 1
    return used


def _time_digits(measured: Measured, channel: int, raw: bytes) -> str:
    """The instrument's own time: us of a counter sample, s of a dosimeter's telegram."""
    driver = measured.plan["channels"][channel].get("driver")
    try:
        if driver == "pulses":
            return str(pulses.parse(raw).time_us)
        if driver == "multidos":
            time_ms = multidos.parse_data(raw).time_ms
            return "" if time_ms is None else f"{time_ms // 1000}.{time_ms % 1000:03d}"
    except ValueError:
        # Bytes that are no telegram: the state column says so.
        return ""
    return ""


def write_entries(writer: SheetWriter, measured: Measured) -> dict[str, str]:
    """The table of typed values; the addresses of those in use, by id."""
    addresses: dict[str, str] = {}
    if not measured.source.rows.entries:
        return addresses
    writer.heading(ENTRIES)
    writer.header((*COLUMNS[:5], Text("值", "Value"), COLUMNS[6], Text("状态", "State")))
    for row in measured.source.rows.entries:
        writer.text(1, str(row.record), boxed=True)
        writer.text(2, writer.say(measured.step_title(row.step_id)), boxed=True)
        writer.text(3, str(row.repeat), boxed=True)
        writer.text(4, row.time, boxed=True)
        writer.text(5, row.operator, boxed=True)
        try:
            address = writer.number(VALUE_COLUMN, row.text)
        except ValueError:
            # What was typed is no number: it stays a text, and the core evaluates nothing.
            writer.text(VALUE_COLUMN, row.text, boxed=True)
            address = writer.address(VALUE_COLUMN)
        writer.text(7, forms.unit_symbol(row.unit), boxed=True)
        writer.text(8, writer.say(SUPERSEDED if row.superseded else USED), boxed=True)
        if row.superseded:
            writer.strike(8)
        else:
            addresses[row.step_id] = address
        writer.row += 1
    return addresses


def write_events(writer: SheetWriter, measured: Measured) -> None:
    """The table of events; nothing when there were none."""
    if not measured.source.rows.events:
        return
    writer.heading(EVENTS)
    writer.header(
        (COLUMNS[0], COLUMNS[1], Text("事件", "Event"), COLUMNS[3], Text("内容", "Details"))
    )
    for row in measured.source.rows.events:
        writer.text(1, str(row.record), boxed=True)
        writer.text(2, writer.say(measured.step_title(row.where)), boxed=True)
        writer.text(3, row.what, boxed=True)
        writer.text(4, row.time, boxed=True)
        writer.text(5, json.dumps(row.details, ensure_ascii=False) if row.details else "")
        writer.row += 1
