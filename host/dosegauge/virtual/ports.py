"""Serial lines bit by bit: what a receiver makes of the levels on the wire.

A frame is put on the wire as start bit, data bits (least significant first), parity bit if any,
and stop bits; the receiver waits for a falling edge and samples the middle of each of its own
bits. Equal settings give the byte; different ones give what a real receiver would read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from .timeline import Event, Timeline

MARK = 1
SPACE = 0


class LineFormat(NamedTuple):
    """Settings of one end of a serial line; parity is "N", "E" or "O"."""

    baud: int
    bits: int
    parity: str
    stop: int

    @property
    def pattern_bits(self) -> int:
        """Data bits and parity bit together."""
        return self.bits + (self.parity != "N")

    @property
    def frame_bits(self) -> int:
        """All bits of a frame: start, data, parity, stop."""
        return 1 + self.pattern_bits + self.stop


def checked_format(baud: object, bits: object, parity: object, stop: object) -> LineFormat:
    """The settings as a `LineFormat`; ValueError names what cannot be."""
    if not isinstance(baud, int) or not 300 <= baud <= 1_000_000:
        raise ValueError(f"baud {baud!r} is not between 300 and 1000000")
    if bits not in (7, 8) or not isinstance(bits, int):
        raise ValueError(f"{bits!r} data bits: 7 or 8 are possible")
    if parity not in ("N", "E", "O") or not isinstance(parity, str):
        raise ValueError(f"parity {parity!r}: N, E or O are possible")
    if stop not in (1, 2) or not isinstance(stop, int):
        raise ValueError(f"{stop!r} stop bits: 1 or 2 are possible")
    return LineFormat(baud, bits, parity, stop)


def parity_bit(data: int, parity: str) -> int:
    """The parity bit that belongs to `data` (0 for parity "N")."""
    ones = bin(data).count("1") & 1
    return {"N": 0, "E": ones, "O": ones ^ 1}[parity]


def pattern_of(data: int, line: LineFormat) -> int:
    """Data and parity bit as they follow each other on the wire, first bit lowest.

    With 7 data bits and parity this is the byte that an 8-bit receiver sees.
    """
    data &= (1 << line.bits) - 1
    if line.parity == "N":
        return data
    return data | parity_bit(data, line.parity) << line.bits


def data_of(pattern: int, line: LineFormat) -> tuple[int, bool]:
    """Data bits of a received pattern, and whether its parity is right."""
    data = pattern & ((1 << line.bits) - 1)
    return data, pattern == pattern_of(data, line)


class Wire:
    """One direction of a line: a sender's frames, the levels, a receiver.

    `deliver(pattern, stop_bit_ok)` is called in the middle of the receiver's first stop bit.
    """

    def __init__(self, timeline: Timeline, deliver: Callable[[int, bool], None]) -> None:
        self._timeline = timeline
        self._deliver = deliver
        self.receiver: LineFormat | None = None
        self.connected = True
        self._levels: list[tuple[int, int]] = [(0, MARK)]
        self._looking_from_us = 0
        self._sampling: Event | None = None
        self._frames: deque[tuple[int, LineFormat]] = deque()
        self._base_us = 0
        self._bits_since_base = 0
        self._sending: Event | None = None

    def send(self, patterns: Iterable[int], line: LineFormat) -> None:
        """Queue frames; they follow those not yet sent without a gap."""
        self._frames.extend((pattern, line) for pattern in patterns)
        if self._sending is None and self._frames:
            self._base_us, self._bits_since_base = self._timeline.now_us, 0
            self._next_frame()

    def silence(self) -> None:
        """Throw away frames that have not begun."""
        self._frames.clear()

    def set_receiver(self, line: LineFormat | None) -> None:
        """The receiver starts anew with these settings (None: it is off)."""
        self.receiver = line
        if self._sampling is not None:
            self._sampling.cancel()
            self._sampling = None
        self._looking_from_us = self._timeline.now_us

    def set_connected(self, connected: bool) -> None:
        """Pull or plug the cable; pulled, the receiver sees an idle line from now on."""
        self.connected = connected
        now = self._timeline.now_us
        if not connected:
            self._levels = [edge for edge in self._levels if edge[0] < now]
            self._levels.append((now, MARK))

    def _next_frame(self) -> None:
        if not self._frames:
            self._sending = None
            return
        pattern, line = self._frames.popleft()
        start_us = self._timeline.now_us
        bits = [SPACE]
        bits += [pattern >> i & 1 for i in range(line.pattern_bits)]
        bits += [MARK] * line.stop
        if self.connected:
            for i, level in enumerate(bits):
                if level != self._levels[-1][1]:
                    self._levels.append((start_us + i * 1_000_000 // line.baud, level))
            self._seek()
        self._bits_since_base += line.frame_bits
        end_us = self._base_us + self._bits_since_base * 1_000_000 // line.baud
        self._sending = self._timeline.at(end_us, self._next_frame)

    def _seek(self) -> None:
        """Find the next falling edge and plan the sampling of the frame behind it."""
        if self.receiver is None or self._sampling is not None:
            return
        edge_us = next(
            (
                us
                for us, level in self._levels[1:]
                if level == SPACE and us >= self._looking_from_us
            ),
            None,
        )
        if edge_us is None:
            self._forget_past()
            return
        line = self.receiver
        stop_us = edge_us + (2 * line.pattern_bits + 3) * 500_000 // line.baud
        self._sampling = self._timeline.at(stop_us, lambda: self._sample(edge_us, line, stop_us))

    def _sample(self, edge_us: int, line: LineFormat, stop_us: int) -> None:
        self._sampling = None
        pattern = 0
        for i in range(line.pattern_bits):
            pattern |= self._level_at(edge_us + (2 * i + 3) * 500_000 // line.baud) << i
        stop_ok = self._level_at(stop_us) == MARK
        self._looking_from_us = stop_us
        self._deliver(pattern, stop_ok)
        self._seek()

    def _level_at(self, us: int) -> int:
        for when, level in reversed(self._levels):
            if when <= us:
                return level
        return MARK

    def _forget_past(self) -> None:
        del self._levels[:-1]


class LineInstrument(Protocol):
    """What stands at the far end of a line."""

    line: LineFormat

    def on_pattern(self, pattern: int, stop_ok: bool) -> None:
        """A frame from the unit has arrived."""

    def on_lines(self, rts: bool, dtr: bool) -> None:
        """The unit's control lines have changed."""


class SerialPort:
    """A port of the unit: receive buffer, two wires, control lines, a cable, an instrument."""

    def __init__(self, timeline: Timeline, name: str, wake: Callable[[], None]) -> None:
        self.name = name
        self.line: LineFormat | None = None
        self.rts = False
        self.dtr = False
        self.received = bytearray()
        self.instrument: LineInstrument | None = None
        self._wake = wake
        self.to_unit = Wire(timeline, self._unit_receives)
        self.to_instrument = Wire(timeline, self._instrument_receives)

    def attach(self, instrument: LineInstrument) -> None:
        """Connect an instrument with its cable."""
        self.instrument = instrument
        self.to_instrument.set_receiver(instrument.line)
        instrument.on_lines(self.rts, self.dtr)

    @property
    def plugged(self) -> bool:
        """True while the cable is in."""
        return self.to_unit.connected

    def configure(self, line: LineFormat | None) -> None:
        """Set the unit's side (None: closed)."""
        self.line = line
        self.to_unit.set_receiver(line)

    def set_lines(self, rts: bool, dtr: bool) -> None:
        """Set the unit's control lines; true is asserted, that is positive."""
        self.rts, self.dtr = rts, dtr
        self._tell_lines()

    def write(self, data: bytes) -> None:
        """Send bytes from the unit; with 7 data bits the port makes the parity bit itself."""
        if self.line is None:
            raise ValueError(f"port {self.name} has no settings yet")
        line = self.line
        self.to_instrument.send([pattern_of(byte, line) for byte in data], line)

    def set_plugged(self, plugged: bool) -> None:
        """Pull or plug the instrument's cable, at any bit."""
        self.to_unit.set_connected(plugged)
        self.to_instrument.set_connected(plugged)
        self._tell_lines()

    def reset(self) -> None:
        """The unit's processor starts anew: no settings, lines down, nothing received."""
        self.configure(None)
        self.to_instrument.silence()
        self.received.clear()
        self.set_lines(False, False)

    def _tell_lines(self) -> None:
        if self.instrument is not None:
            live = self.plugged
            self.instrument.on_lines(self.rts and live, self.dtr and live)

    def _unit_receives(self, pattern: int, stop_ok: bool) -> None:
        # As the RP2040's receivers do, a frame with a framing error is kept.
        del stop_ok
        self.received.append(pattern & 0xFF)
        self._wake()

    def _instrument_receives(self, pattern: int, stop_ok: bool) -> None:
        if self.instrument is not None:
            self.instrument.on_pattern(pattern, stop_ok)
