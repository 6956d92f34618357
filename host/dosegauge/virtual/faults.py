"""What can go wrong between an instrument and the unit, by name.

The menu is that of the interface reference, section 0. A fault waits for the n-th answer from
now (or the first one at or after a time), spoils it, and is spent after `times` answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

FAULTS = {
    "no-answer": "the instrument stays silent",
    "late-0.9": "the answer comes at 0.9 of the driver's timeout",
    "late-1.5": "the answer comes at 1.5 of the driver's timeout",
    "truncated": "the answer ends before byte `at_byte`",
    "bit-flipped": "bit `bit` of byte `at_byte` is wrong (bit 7 is the parity bit of 7-bit lines)",
    "first-byte-dropped": "the first byte is lost",
    "glued": "the answer before comes again, directly in front (`keep_end`: with its terminator)",
    "garbage-before": "the bytes `garbage` come directly in front",
    "wrong-unit": "somebody has changed the instrument's unit",
    "over-range": "the quantity is out of the instrument's range",
    "cable-pulled": "the cable is pulled before byte `at_byte`, plugged again after `for_us`",
    "reboot": "the instrument restarts: a banner instead of the answer, settings forgotten",
}

STATE_FAULTS = ("wrong-unit", "over-range", "reboot")


@dataclass
class Fault:
    """One fault and when it strikes. `answer` 1 is the next answer."""

    name: str
    answer: int = 1
    at_us: int | None = None
    times: int = 1
    at_byte: int = 1
    bit: int = 0
    keep_end: bool = True
    garbage: bytes = b"\x00\xff\x55"
    for_us: int = 3_000_000
    timeout_us: int | None = None

    def __post_init__(self) -> None:
        if self.name not in FAULTS:
            raise ValueError(f"no fault named {self.name!r}; there are {', '.join(FAULTS)}")


@dataclass
class Reply:
    """An answer on its way: patterns on the wire after a delay."""

    delay_us: int
    patterns: list[int]
    pull_before: int | None = None
    pulled_for_us: int = 0
    lost: bool = field(default=False)


class FaultMenu:
    """The faults that wait for one instrument's answers."""

    def __init__(self, now_us: Callable[[], int], timeout_us: int) -> None:
        self._now_us = now_us
        self._timeout_us = timeout_us
        self._waiting: list[Fault] = []
        self._last_patterns: list[int] = []
        self.struck: list[str] = []

    def inject(self, fault: Fault) -> None:
        """Let `fault` wait for its answer."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """No more faults."""
        self._waiting.clear()

    def strike(self) -> Fault | None:
        """The fault for the answer that is due now; called once per answer."""
        struck = None
        for fault in list(self._waiting):
            if fault.at_us is not None:
                due = self._now_us() >= fault.at_us
            else:
                fault.answer -= 1
                due = fault.answer <= 0
            if due and struck is None:
                struck = fault
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
        if struck is not None:
            self.struck.append(struck.name)
        return struck

    def spoil(self, reply: Reply, fault: Fault | None) -> Reply:
        """The answer as it leaves the instrument."""
        whole = list(reply.patterns)
        if fault is not None:
            self._apply(reply, fault)
        self._last_patterns = whole
        return reply

    def _apply(self, reply: Reply, fault: Fault) -> None:
        timeout_us = fault.timeout_us or self._timeout_us
        if fault.name == "no-answer":
            reply.lost = True
        elif fault.name == "late-0.9":
            reply.delay_us = timeout_us * 9 // 10
        elif fault.name == "late-1.5":
            reply.delay_us = timeout_us * 3 // 2
        elif fault.name == "truncated":
            del reply.patterns[fault.at_byte :]
        elif fault.name == "bit-flipped":
            reply.patterns[min(fault.at_byte, len(reply.patterns) - 1)] ^= 1 << fault.bit
        elif fault.name == "first-byte-dropped":
            del reply.patterns[:1]
        elif fault.name == "glued":
            before = self._last_patterns or list(reply.patterns)
            reply.patterns[:0] = before if fault.keep_end else before[:-1]
        elif fault.name == "garbage-before":
            reply.patterns[:0] = fault.garbage
        elif fault.name == "cable-pulled":
            reply.pull_before = min(fault.at_byte, len(reply.patterns))
            reply.pulled_for_us = fault.for_us
