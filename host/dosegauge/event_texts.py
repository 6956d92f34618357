"""What an event of a log says, in words."""

import json
from collections.abc import Callable, Mapping

from dosegauge.readings import time_text
from dosegauge.self_test import summary
from dosegauge.texts import Text, in_language

Details = Mapping[str, object]


def event_text(what: str, details: Details, language: str) -> str:
    """A sentence for a person; "" for an event whose name says it all."""
    tell = _TOLD.get(what)
    return str(details.get("say", "")) if tell is None else tell(details, language)


def whole_event_text(what: str, details: Details, language: str) -> str:
    """The sentence, and the members that it leaves out."""
    told = event_text(what, details, language)
    if what in _TOLD:
        return told
    members = ", ".join(
        f"{name} {json.dumps(value, ensure_ascii=False)}"
        for name, value in details.items()
        if name != "say"
    )
    return "  ".join(part for part in (told, members) if part)


def _self_test(details: Details, language: str) -> str:
    checks = details.get("checks")
    return summary(checks if isinstance(checks, list) else [], language)


def _clock_last_set(details: Details, language: str) -> str:
    before_ms, after_ms = details.get("before_ms"), details.get("after_ms")
    if not isinstance(after_ms, int):
        return ""
    at = time_text(after_ms, clock_set=True)
    if not isinstance(before_ms, int):
        return in_language(Text(f"{at}，此前未设置", f"{at}, not set before"), language)
    by_ms = after_ms - before_ms
    return in_language(Text(f"{at}，调整 {by_ms:+d} ms", f"{at}, by {by_ms:+d} ms"), language)


def _supply(details: Details, language: str) -> str:
    low = Text("电压过低", "low") if details.get("low") else Text("恢复", "enough again")
    return f"{details.get('supply_mv', '')} mV {in_language(low, language)}"


_TOLD: dict[str, Callable[[Details, str], str]] = {
    "self-test": _self_test,
    "clock-last-set": _clock_last_set,
    "clock": _clock_last_set,
    "supply": _supply,
}
