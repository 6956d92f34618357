"""The host's serial port: bytes both ways, a host that does not read, faults in the cable."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from dosegauge.virtual.bridge import Bridge, Direction
from dosegauge.virtual.endpoints import has_terminals

needs_terminals = pytest.mark.skipif(not has_terminals(), reason="there are no pseudo terminals")
EVERY_BYTE = bytes(range(256))


class Process:
    """The unit's end of the bridge, held by the test."""

    def __init__(self) -> None:
        self.outgoing: list[bytes] = []
        self.received = bytearray()

    def read(self, timeout_s: float) -> bytes | None:
        if self.outgoing:
            return self.outgoing.pop(0)
        time.sleep(min(timeout_s, 0.005))
        return b""

    def write(self, data: bytes, timeout_s: float) -> int:
        self.received += data
        return len(data)

    def close(self) -> None:
        self.outgoing.clear()

    def got(self, size: int) -> bytes:
        until_s = time.monotonic() + 5
        while len(self.received) < size and time.monotonic() < until_s:
            time.sleep(0.005)
        return bytes(self.received)


@pytest.fixture(
    params=[pytest.param(True, marks=needs_terminals, id="pty"), pytest.param(False, id="socket")]
)
def bridge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bridge]:
    made = Bridge(request.param, tmp_path / "port")
    yield made
    made.stop()


@pytest.fixture
def process(bridge: Bridge) -> Process:
    process = Process()
    bridge.attach(process)
    return process


def opened(bridge: Bridge) -> serial.SerialBase:
    port = serial.serial_for_url(bridge.port, timeout=3)
    if bridge.port.startswith("socket:"):
        time.sleep(0.15)  # until the connection is accepted
    return port


def test_every_byte_passes_both_ways(bridge: Bridge, process: Process) -> None:
    with opened(bridge) as port:
        port.write(EVERY_BYTE)
        assert process.got(256) == EVERY_BYTE
        process.outgoing.append(EVERY_BYTE)
        assert port.read(256) == EVERY_BYTE
    assert bridge.to_unit.passed == bridge.to_host.passed == 256


def test_a_port_can_be_opened_again(bridge: Bridge, process: Process) -> None:
    for text in (b"first", b"again"):
        with opened(bridge) as port:
            process.outgoing.append(text)
            assert port.read(5) == text
        time.sleep(0.2)


def test_what_the_host_does_not_read_is_dropped_after_half_a_second(
    bridge: Bridge, process: Process
) -> None:
    blocks = 3
    process.outgoing += [b"x" * 65536] * blocks
    began_s = time.monotonic()
    while process.outgoing and time.monotonic() < began_s + 10:
        time.sleep(0.02)
    assert not process.outgoing, "the unit is blocked"
    until_s = time.monotonic() + 2
    while bridge.to_host.dropped == 0 and time.monotonic() < until_s:
        time.sleep(0.02)
    assert bridge.to_host.dropped > 65536


def test_without_a_process_bytes_of_the_host_are_lost(bridge: Bridge) -> None:
    with opened(bridge) as port:
        port.write(b"nobody")
        until_s = time.monotonic() + 3
        while bridge.to_unit.dropped < 6 and time.monotonic() < until_s:
            time.sleep(0.01)
        assert bridge.to_unit.dropped == 6


@needs_terminals
def test_the_port_is_its_owners_only(tmp_path: Path) -> None:
    bridge = Bridge(True, tmp_path / "port")
    try:
        assert stat.S_IMODE(Path(bridge.port).stat().st_mode) == 0o600
    finally:
        bridge.stop()
    assert not os.path.lexists(bridge.port)


@needs_terminals
def test_unplugging_fails_an_open_port_and_plugging_gives_the_same_name(tmp_path: Path) -> None:
    bridge, process = Bridge(True, tmp_path / "port"), Process()
    bridge.attach(process)
    try:
        with serial.serial_for_url(bridge.port, timeout=1) as port:
            name = bridge.port
            bridge.unplug()
            with pytest.raises(serial.SerialException):
                port.read(1)
        with pytest.raises(serial.SerialException):
            serial.serial_for_url(name)
        bridge.plug()
        assert bridge.port == name
        with serial.serial_for_url(name, timeout=3) as port:
            process.outgoing.append(b"back")
            assert port.read(4) == b"back"
    finally:
        bridge.stop()


def in_pieces(direction: Direction, data: bytes, size: int) -> bytes:
    return b"".join(direction.carry(data[i : i + size]) for i in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 3, 10])
def test_faults_hit_the_byte_they_are_meant_for(size: int) -> None:
    direction = Direction()
    direction.flip(0, bit=7)
    direction.drop(2)
    direction.double(4)
    direction.inject(6, b"--")
    direction.cut_at(8)
    assert in_pieces(direction, b"0123456789", size) == b"\xb0" + b"13445--67"
    assert in_pieces(direction, b"gone", size) == b""
    direction.mend()
    assert in_pieces(direction, b"whole", size) == b"whole"
    assert direction.passed == 19


@pytest.mark.parametrize("offset", range(6))
def test_a_cut_at_any_byte(offset: int) -> None:
    direction = Direction()
    direction.cut_at(offset)
    assert direction.carry(b"abcde") == b"abcde"[:offset]
