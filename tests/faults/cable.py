"""Faults of the cable between a unit and a host, each at one place of the traffic."""

import os
import time
from collections.abc import Callable

from dosegauge_core import linkline
from tests.link.fake_unit import FakeUnit, Unplugged, Wire

# Longer than a host that waits 0.05 s, polling as long, can possibly wait for a line.
DELAY_S = 0.12
TO_HOST, TO_UNIT = "unit to host", "host to unit"
DIRECTIONS = (TO_HOST, TO_UNIT)

REPL = b"\r\n>>> print(machine.freq())\r\n125000000\r\n>>> "
TRACEBACK = b'Traceback (most recent call last):\r\n  File "<stdin>", line 1\r\nMemoryError: \r\n'
# A modem's probing, a line with a wrong CRC, and an intact line with somebody else's number.
OTHER_PROGRAM = (
    b"\x00\xffAT+CGMI\r\r\n~1c 5 SnsifQ== 00000000\r\n"
    + linkline.encode_json(7, {"do": "hello", "ok": 1, "end": True, "lines": 0})
    + b"$GPGGA,~"
)


class FaultyUnit(FakeUnit):
    """A unit on a cable that has one fault, in one direction."""

    def disturb(self, direction: str, wire: Wire) -> None:
        """Lets all bytes of a direction go through this wire."""
        if direction == TO_HOST:
            self.wire = wire
        else:
            self.wire_there = wire

    def send_now(self, data: bytes) -> None:
        """Bytes that reach the host at once, before the wire is done with the rest."""
        if data:
            os.write(self._ours, data)


# (unit, direction, place) -> the wire with a fault at that place.
Fault = Callable[[FaultyUnit, str, int], Wire]


def _at(place: int, change: Callable[[bytes, int], bytes]) -> Wire:
    """Changes the one piece of data that has the byte at this place."""

    def wire(sent: int, data: bytes) -> bytes:
        at = place - sent
        return change(data, at) if 0 <= at < len(data) else data

    return wire


def cut(_unit: FaultyUnit, direction: str, place: int) -> Wire:
    """The cable is out before this byte."""

    def change(data: bytes, at: int) -> bytes:
        # What goes to the unit ends in the middle of a question: the unit says nothing more.
        raise Unplugged(data[:at] if direction == TO_HOST else b"")

    return _at(place, change)


def flip(_unit: FaultyUnit, _direction: str, place: int) -> Wire:
    """One bit of this byte is wrong, another one from byte to byte."""
    bit = 1 << (place * 5 % 8)
    return _at(place, lambda data, at: data[:at] + bytes((data[at] ^ bit,)) + data[at + 1 :])


def drop(_unit: FaultyUnit, _direction: str, place: int) -> Wire:
    """This byte is lost."""
    return _at(place, lambda data, at: data[:at] + data[at + 1 :])


def double(_unit: FaultyUnit, _direction: str, place: int) -> Wire:
    """This byte comes twice."""
    return _at(place, lambda data, at: data[: at + 1] + data[at:])


def delay(unit: FaultyUnit, direction: str, place: int) -> Wire:
    """From this byte on everything is late, so that the answer comes to the next question."""

    def change(data: bytes, at: int) -> bytes:
        # A unit does nothing with the begin of a line: only a host has to get it now.
        if direction == TO_HOST:
            unit.send_now(data[:at])
        time.sleep(DELAY_S)
        return data[at:] if direction == TO_HOST else data

    return _at(place, change)


def inject(foreign: bytes) -> Fault:
    """Somebody else's bytes come before this byte."""

    def fault(_unit: FaultyUnit, _direction: str, place: int) -> Wire:
        return _at(place, lambda data, at: data[:at] + foreign + data[at:])

    return fault


def hold_line(line_end: bytes) -> Fault:
    """The line at this place comes in one write with the next piece, joined by `line_end`."""

    def fault(_unit: FaultyUnit, _direction: str, place: int) -> Wire:
        held: list[bytes] = []

        def wire(sent: int, data: bytes) -> bytes:
            if sent <= place < sent + len(data):
                held.append(data.removesuffix(b"\n") + line_end)
                return b""
            if not held:
                return data
            return held.pop() + data.removesuffix(b"\n") + (line_end or b"\n")

        return wire

    return fault


AT_BYTES: dict[str, Fault] = {
    "cable cut": cut,
    "byte flipped": flip,
    "byte dropped": drop,
    "byte doubled": double,
    "bytes late": delay,
    "REPL output between": inject(REPL),
    "traceback between": inject(TRACEBACK),
    "other program's bytes between": inject(OTHER_PROGRAM),
}
AT_LINES: dict[str, Fault] = {
    "line end lost": hold_line(b""),
    "two lines in one write, CR LF": hold_line(b"\r\n"),
}
