"""Times as a person at this computer reads them."""

from datetime import UTC, datetime, timedelta

from dosegauge.readings import time_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Beyond it no local time need exist: 9999-12-30T00:00:00Z.
_LAST_LOCAL_MS = 253_402_128_000_000


def local_minute(time_ms: int, *, clock_set: bool) -> str:
    """A session's beginning, to the minute in local time; "+h:mm" when the clock was not set."""
    if not clock_set:
        minutes = time_ms // 60000
        return f"+{minutes // 60}:{minutes % 60:02d}"
    if time_ms > _LAST_LOCAL_MS:
        return time_text(time_ms, clock_set=True)
    return (_EPOCH + timedelta(milliseconds=time_ms)).astimezone().strftime("%Y-%m-%d %H:%M")


def local_exact(text: str) -> str:
    """A record's UTC time text in local time, to the millisecond; others stay as they are."""
    if not text.endswith("Z") or text >= "9999-12-30":
        return text
    moment = datetime.fromisoformat(text[:-1] + "+00:00").astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def zone(time_ms: int) -> str:
    """The local zone's offset at a time, such as "UTC+08:00"."""
    moment = _EPOCH + timedelta(milliseconds=min(time_ms, _LAST_LOCAL_MS))
    offset = moment.astimezone().strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:]}"


def offset_text(offset_ms: int) -> str:
    """A clock's offset with a sign: seconds, or what is larger once that reads better."""
    sign = "+" if offset_ms >= 0 else "-"
    seconds = abs(offset_ms) // 1000
    if seconds < 100:
        return f"{sign}{abs(offset_ms) / 1000:.1f} s"
    if seconds < 3600:
        return f"{sign}{seconds // 60} min"
    if seconds < 86400 * 2:
        return f"{sign}{seconds // 3600} h"
    return f"{sign}{seconds // 86400} d"
