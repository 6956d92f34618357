"""What all instruments on a serial line share: a command line, answers with latency, faults."""

from __future__ import annotations

import random

from ..faults import STATE_FAULTS, Fault, FaultMenu, Reply
from ..ports import LineFormat, SerialPort, data_of, pattern_of
from ..timeline import US_PER_MS, Timeline

LONGEST_COMMAND = 128


class SerialInstrument:
    """Collects commands up to the terminator and answers them.

    Subclasses set `line`, `terminator`, `latency_ms`, `driver_timeout_ms` and answer in
    `command()`. `power()` is false while the instrument or its cable has no supply.
    """

    line = LineFormat(9600, 8, "N", 1)
    terminator = b"\r\n"
    latency_ms = (20.0, 60.0)
    driver_timeout_ms = 500

    def __init__(self, timeline: Timeline, port: SerialPort, rng: random.Random) -> None:
        self.timeline = timeline
        self.port = port
        self.rng = rng
        self.faults = FaultMenu(lambda: timeline.now_us, self.driver_timeout_ms * US_PER_MS)
        self.commands: list[str] = []
        self._incoming = bytearray()
        self._spoiled = False

    def command(self, text: str, fault: Fault | None) -> None:
        """Answer one command; `fault` is what goes wrong with this answer."""
        raise TypeError(f"{type(self).__name__} does not answer commands ({text!r}, {fault})")

    def restart(self) -> str:
        """Forget settings as at power-up; the banner that is sent then ('' for none)."""
        return ""

    def bad_parity(self) -> None:
        """A command contained a frame with wrong parity or framing."""

    def power(self) -> bool:
        """Whether the instrument can receive and send."""
        return True

    def on_lines(self, rts: bool, dtr: bool) -> None:
        """The unit's control lines have changed."""

    def on_pattern(self, pattern: int, stop_ok: bool) -> None:
        """A frame from the unit."""
        if not self.power():
            return
        data, parity_ok = data_of(pattern, self.line)
        if not (parity_ok and stop_ok):
            self._spoiled = True
        self._incoming.append(data)
        if self._incoming.endswith(self.terminator):
            text = self._incoming[: -len(self.terminator)].decode("latin-1")
            spoiled = self._spoiled
            self._incoming.clear()
            self._spoiled = False
            self._take(text, spoiled)
        elif len(self._incoming) > LONGEST_COMMAND:
            self._incoming.clear()

    def forget_input(self) -> None:
        """Half a command is lost, as when the supply fails."""
        self._incoming.clear()
        self._spoiled = False

    def _take(self, text: str, spoiled: bool) -> None:
        self.commands.append(text)
        if spoiled:
            self.bad_parity()
            return
        self.ask(text)

    def ask(self, text: str) -> None:
        """Act as if `text` had arrived as a command."""
        fault = self.faults.strike()
        if fault is not None and fault.name == "reboot":
            banner = self.restart()
            if banner:
                self.reply(banner, None)
            return
        self.command(text, fault)

    def reply(self, text: str, fault: Fault | None, delay_us: int | None = None) -> None:
        """Send `text` and the terminator after the latency (or `delay_us`)."""
        data = text.encode("latin-1") + self.terminator
        if delay_us is None:
            delay_us = int(self.rng.uniform(*self.latency_ms) * US_PER_MS)
        patterns = [pattern_of(byte, self.line) for byte in data]
        wire_fault = fault if fault is not None and fault.name not in STATE_FAULTS else None
        reply = self.faults.spoil(Reply(delay_us, patterns), wire_fault)
        if not reply.lost:
            self.timeline.after(reply.delay_us, lambda: self._send(reply))

    def _send(self, reply: Reply) -> None:
        if not self.power():
            return
        if reply.pull_before is not None:
            frames_us = reply.pull_before * self.line.frame_bits * 1_000_000 // self.line.baud
            half_us = self.line.frame_bits * 500_000 // self.line.baud
            self.timeline.after(frames_us + half_us, lambda: self.port.set_plugged(False))
            if reply.pulled_for_us:
                self.timeline.after(
                    frames_us + half_us + reply.pulled_for_us, lambda: self.port.set_plugged(True)
                )
        self.port.to_unit.send(reply.patterns, self.line)
