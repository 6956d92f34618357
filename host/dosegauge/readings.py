"""The readings, entries and events of a session's log as rows that a person can read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dosegauge_core import records
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import to_text
from dosegauge_core.telegrams import TelegramError, heights, multidos, pulses

_NM_PER_MM = 1000000
_FEMTO_PER_MILLI = 10**12
_GAUGE_DECIMALS = 4
# Their raw bytes are no text.
_BINARY = ("pulses", "digimatic", "scale")


@dataclass(frozen=True)
class ReadingRow:
    """One reading. `time` is UTC, or time since the unit's start with a plus sign; `repeat` counts
    a step's repetitions from 0 and `superseded` tells that a later one took its place; `raw` is
    what the instrument sent; `fault` says why the value is not what the raw bytes say, else ""."""

    record: int
    step: int
    step_id: str
    repeat: int
    superseded: bool
    time: str
    operator: str
    channel: int
    value: int
    text: str
    unit: str
    raw: bytes
    raw_text: str
    fault: str


@dataclass(frozen=True)
class EntryRow:
    """One value that the operator typed."""

    record: int
    step_id: str
    repeat: int
    superseded: bool
    time: str
    operator: str
    text: str
    unit: str


@dataclass(frozen=True)
class EventRow:
    """What happened besides: `details` are the members beside what and where."""

    record: int
    time: str
    what: str
    where: str
    details: dict[str, Any]


@dataclass
class SessionRows:
    """All rows of a session in the log's order."""

    readings: list[ReadingRow]
    entries: list[EntryRow]
    events: list[EventRow]


# 9999-12-31T23:59:59.999Z; the log's 48 bits reach 8900 years further.
_LAST_DATE_MS = 253_402_300_799_999


def time_text(time_ms: int, clock_set: bool) -> str:
    """A record's time: ISO 8601 UTC, or "+h:mm:ss.mmm" since the unit's start.

    A time beyond the year 9999, which no clock shows, is told in milliseconds since 1970.
    """
    if clock_set:
        if time_ms > _LAST_DATE_MS:
            return f"{time_ms} ms since 1970 (no date)"
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time_ms % 1000:03d}Z"
    seconds, milliseconds = divmod(time_ms, 1000)
    return f"+{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{milliseconds:03d}"


def session_rows(log: "records.Log", plan: dict[str, Any]) -> SessionRows:
    """The rows of a log; ValueError when a record does not fit the plan."""
    collector = _Collector(plan)
    for record in log.records:
        collector.add(record)
    return collector.rows()


class _Collector:
    def __init__(self, plan: dict[str, Any]) -> None:
        self._steps: list[dict[str, Any]] = plan["steps"]
        self._channels: list[dict[str, Any]] = plan["channels"]
        self._readings: list[tuple[records.Record, records.Reading, dict[str, Any]]] = []
        self._entries: list[tuple[records.Record, dict[str, Any], dict[str, Any]]] = []
        self._events: list[EventRow] = []
        self._begun: dict[int, dict[str, Any]] = {}

    def add(self, record: "records.Record") -> None:
        if record.type == records.STEP:
            begun = records.decode_json(record)
            self._begun[_index(begun)] = begun
        elif record.type == records.READING:
            reading = records.decode_reading(record.payload)
            self._readings.append((record, reading, self._begun.get(reading.step, {})))
        elif record.type == records.ENTRY:
            entry = records.decode_json(record)
            self._entries.append((record, entry, self._begun.get(_index(entry), {})))
        elif record.type == records.EVENT:
            self._events.append(_event_row(record))

    def rows(self) -> SessionRows:
        return SessionRows(
            [self._reading_row(*found) for found in self._readings],
            [self._entry_row(*found) for found in self._entries],
            self._events,
        )

    def _reading_row(
        self, record: "records.Record", reading: "records.Reading", begun: dict[str, Any]
    ) -> ReadingRow:
        if reading.step >= len(self._steps) or reading.channel >= len(self._channels):
            raise ValueError(f"record {record.sequence} is a reading of no step of the plan")
        channel = self._channels[reading.channel]
        text, unit = value_text(reading.value, channel)
        return ReadingRow(
            record=record.sequence,
            step=reading.step,
            step_id=str(self._steps[reading.step]["id"]),
            repeat=_repeat(begun),
            superseded=self._superseded(reading.step, begun),
            time=time_text(record.time_ms, record.clock_set),
            operator=str(begun.get("by", "")),
            channel=reading.channel,
            value=reading.value,
            text=text,
            unit=unit,
            raw=reading.raw,
            raw_text=raw_text(reading.raw, str(channel.get("driver"))),
            fault=_channel_fault(reading, self._steps[reading.step])
            or value_fault(reading.value, reading.raw, channel),
        )

    def _entry_row(
        self, record: "records.Record", entry: dict[str, Any], begun: dict[str, Any]
    ) -> EntryRow:
        return EntryRow(
            record=record.sequence,
            step_id=str(entry.get("id", "")),
            repeat=_repeat(begun),
            superseded=self._superseded(_index(entry), begun),
            time=time_text(record.time_ms, record.clock_set),
            operator=str(entry.get("by", "")),
            text=str(entry.get("value", "")),
            unit=str(entry.get("unit", "")),
        )

    def _superseded(self, step: int, begun: dict[str, Any]) -> bool:
        return self._begun.get(step, begun) is not begun


def _index(body: dict[str, Any]) -> int:
    index = body.get("step")
    if not isinstance(index, int):
        raise ValueError(f"a step without a number: {index!r}")
    return index


def _repeat(begun: dict[str, Any]) -> int:
    repeat = begun.get("repeat", 0)
    return repeat if isinstance(repeat, int) else 0


def _event_row(record: "records.Record") -> EventRow:
    body = dict(records.decode_json(record))
    what, where = str(body.pop("what", "")), str(body.pop("where", ""))
    return EventRow(
        record.sequence, time_text(record.time_ms, record.clock_set), what, where, body
    )


def value_text(value: int, channel: dict[str, Any]) -> tuple[str, str]:
    """A reading's value as digits and the unit they are in, exactly as counted."""
    unit = str(channel.get("unit", ""))
    driver = channel.get("driver")
    if driver == "multidos":
        return _shortest(value, _FEMTO_PER_MILLI), "m" + unit
    if unit == "nm":
        decimals = _setting(channel, "decimals", _GAUGE_DECIMALS)
        finer = value % 10 ** (6 - decimals) if 0 <= decimals <= 6 else 1
        return to_text(Ratio(value, _NM_PER_MM), 6 if finer else decimals), "mm"
    return str(value), unit


def _shortest(count: int, per_unit: int) -> str:
    digits = len(str(per_unit)) - 1
    text = to_text(Ratio(count, per_unit), digits)
    return text.rstrip("0").rstrip(".")


def _channel_fault(reading: "records.Reading", step: dict[str, Any]) -> str:
    planned = step.get("channel", 0)
    if reading.channel == planned:
        return ""
    return f"the reading is of channel {reading.channel}, the step of channel {planned}"


def value_fault(value: int, raw: bytes, channel: dict[str, Any]) -> str:
    """Why the raw bytes do not give this value; "" when they do."""
    try:
        derived = _derived(raw, channel)
    except (TelegramError, ValueError) as error:
        return str(error)
    if derived != value:
        return f"the record says {value}, its raw bytes {derived}"
    return ""


def _derived(raw: bytes, channel: dict[str, Any]) -> int:
    driver = channel.get("driver")
    if driver in heights.GAUGES:
        return heights.height_nm(
            driver, raw, lambda name, default: _setting(channel, name, default)
        )
    if driver == "multidos":
        return multidos.value_femto(raw, _setting(channel, "channel", 0))
    if driver == "pulses":
        return int(pulses.parse(raw).count)
    raise ValueError(f"no instrument {driver!r} is known")


def _setting(channel: dict[str, Any], name: str, default: int) -> int:
    settings = channel.get("settings")
    value = settings.get(name, default) if isinstance(settings, dict) else default
    if not isinstance(value, int):
        raise ValueError(f"the setting {name} is no whole number")
    return value


def raw_text(raw: bytes, driver: str) -> str:
    """Raw bytes in printable characters: parity bits of a gauge left out, others escaped."""
    if driver in _BINARY:
        return raw.hex(" ")
    shown = bytes(byte & 0x7F for byte in raw) if driver == "opto" else raw
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else _escape(byte) for byte in shown)


def _escape(byte: int) -> str:
    return {0x0D: "\\r", 0x0A: "\\n"}.get(byte, f"\\x{byte:02x}")
