"""What no measurement knows: the laboratory, its instruments, the job. Read from TOML files.

Everything may be unknown; an unknown field is an empty string and is printed as not given.
"""

import re
import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.readings import time_text
from dosegauge.registers.fields import Unfit, positive
from dosegauge.texts import Text

LONGEST_TEXT = 400
_OFFSET = re.compile("[+-](0[0-9]|1[0-4]):[0-5][0-9]")


@dataclass(frozen=True)
class MeasurementStandard:
    """One instrument of the traceability table. `registered` is its id in the register, which then
    tells all the rest; `flags` is what speaks against its use."""

    name: str = ""
    identity: str = ""
    measuring_range: str = ""
    accuracy: str = ""
    certificate: str = ""
    valid_to: str = ""
    registered: str = ""
    flags: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Laboratory:
    """The laboratory that signs."""

    name: str = ""
    address: str = ""
    authorisation: str = ""
    # The laboratory's time zone: sessions carry UTC, dates on paper are local.
    utc_offset: str = "+08:00"
    standards: tuple[MeasurementStandard, ...] = ()

    def moment(self, unix_ms: int) -> datetime:
        """A session's time in the laboratory's time zone."""
        return datetime.fromtimestamp(unix_ms / 1000, UTC).astimezone(zone(self.utc_offset))

    def day(self, unix_ms: int) -> str:
        """The laboratory's date of a session's time, ISO; of a time that has none, its number."""
        try:
            return self.moment(unix_ms).date().isoformat()
        except (ValueError, OverflowError):
            return time_text(unix_ms, clock_set=True)


@dataclass(frozen=True)
class Job:
    """One certificate's particulars. Dates are ISO (2026-03-01); the device's and the client's
    fields, when empty, are those of the sessions' plan. `standards`, when given, are the
    instruments that served instead of the laboratory's; `tube_kv` is the tube voltage of use."""

    certificate_no: str = ""
    client: str = ""
    client_address: str = ""
    device: str = ""
    maker: str = ""
    model: str = ""
    serial: str = ""
    place: str = ""
    temperature_c: str = ""
    humidity_pct: str = ""
    pressure_kpa: str = ""
    operator: str = ""
    checker: str = ""
    approver: str = ""
    received: str = ""
    issued: str = ""
    with_verdicts: bool = False
    # Recommended only when agreed with the client (ISO/IEC 17025, 7.8.4.3).
    interval_months: str = ""
    tube_kv: str = ""
    standards: tuple[MeasurementStandard, ...] = ()


def load_laboratory(path: Path) -> Laboratory:
    """A laboratory's TOML file: name, address, authorisation and [[standards]]."""
    content = _read(path)
    standards = _standards(path, content)
    lab = Laboratory(**_texts(path, Laboratory, content), standards=standards)
    try:
        zone(lab.utc_offset)
    except ValueError as error:
        raise _unreadable(path, f"utc_offset: {error}") from error
    return lab


def load_job(path: Path) -> Job:
    """A job's TOML file; its members are Job's."""
    content = _read(path)
    with_verdicts = content.pop("with_verdicts", False)
    if not isinstance(with_verdicts, bool):
        raise _unreadable(path, "with_verdicts is neither true nor false")
    standards = _standards(path, content)
    texts = _texts(path, Job, content)
    job = Job(**texts, with_verdicts=with_verdicts, standards=standards)
    for name in ("received", "issued"):
        _require_date(path, name, getattr(job, name))
    if job.tube_kv:
        try:
            positive(job.tube_kv)
        except Unfit as unfit:
            raise _unreadable(path, f"tube_kv: {unfit.reason.en}") from unfit
    return job


def zone(utc_offset: str) -> timezone:
    """The time zone of an offset such as +08:00; ValueError for anything else."""
    if not _OFFSET.fullmatch(utc_offset):
        raise ValueError(f"{utc_offset!r} is no offset like +08:00")
    offset = timedelta(hours=int(utc_offset[1:3]), minutes=int(utc_offset[4:]))
    return timezone(-offset if utc_offset[0] == "-" else offset)


def issue_time(issued: str) -> datetime | None:
    """Midnight UTC of an ISO date, None when it isn't given."""
    if not issued:
        return None
    day = date.fromisoformat(issued)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise _unreadable(path, str(error.strerror)) from error
    except ValueError as error:
        raise _unreadable(path, str(error)) from error


def _standards(path: Path, content: dict[str, Any]) -> tuple[MeasurementStandard, ...]:
    """The [[standards]] of a file, which are taken out of its content."""
    rows = content.pop("standards", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unreadable(path, "standards is no list of tables")
    found: list[dict[str, Any]] = [_texts(path, MeasurementStandard, row) for row in rows]
    for members in found:
        if "registered" in members and len(members) > 1:
            raise _unreadable(path, "registered stands alone: the register tells the rest")
        if not (members.get("name") or members.get("registered")):
            raise _unreadable(path, "a measurement standard without name")
        _require_date(path, "valid_to", members.get("valid_to", ""))
    return tuple(MeasurementStandard(**members) for members in found)


def _texts(path: Path, kind: type[Any], content: dict[str, Any]) -> dict[str, str]:
    known = {field.name for field in fields(kind) if field.type is str}
    found = {}
    for name, value in content.items():
        if name not in known:
            raise _unreadable(path, f"{name} is not known; there are {', '.join(sorted(known))}")
        text = value.isoformat() if isinstance(value, date) else value
        if not isinstance(text, str):
            raise _unreadable(path, f"{name} is no text")
        if len(text) > LONGEST_TEXT:
            raise _unreadable(path, f"{name} has more than {LONGEST_TEXT} characters")
        found[name] = " ".join(text.split())
    return found


def _require_date(path: Path, name: str, text: str) -> None:
    try:
        issue_time(text)
    except ValueError as error:
        raise _unreadable(path, f"{name} is no date like 2026-03-01") from error


def _unreadable(path: Path, reason: str) -> WrongUse:
    return WrongUse(Text(f"无法读取（{reason}）", f"can't be read ({reason})"), str(path))
