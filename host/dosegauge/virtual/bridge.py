"""The serial port the host sees, joined byte for byte to the unit process.

The host's side is a pseudo terminal or a TCP socket and outlives the process. When the host does
not read, the unit is not blocked: what cannot be delivered for 500 ms is dropped, as a Pico's
USB port does. When no process runs, bytes from the host are lost. Each direction can be
disturbed, for tests of the link.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

from .endpoints import WAKE_S, Endpoint, SocketPort, Terminal

HOST_READS_WITHIN_S = 0.5
UNIT_READS_WITHIN_S = 5.0
LAST_BYTES_WITHIN_S = 1.0
LAST_OUTPUT_BYTES = 2048


class Direction:
    """Bytes one way, with the faults that a test asks for.

    Offsets count the bytes of this direction since the bridge began; `passed` is where it stands.
    """

    def __init__(self) -> None:
        self.passed = 0
        self.dropped = 0
        self._cut_at: int | None = None
        self._faults: dict[int, tuple[str, bytes]] = {}

    def cut_at(self, offset: int) -> None:
        """Nothing from this byte on arrives, until `mend`."""
        self._cut_at = offset

    def mend(self) -> None:
        """End of the cut, and of all other faults."""
        self._cut_at = None
        self._faults.clear()

    def flip(self, offset: int, bit: int = 0) -> None:
        """Flip one bit of the byte at `offset`."""
        self._faults[offset] = ("flip", bytes([1 << bit]))

    def drop(self, offset: int) -> None:
        """Lose the byte at `offset`."""
        self._faults[offset] = ("drop", b"")

    def double(self, offset: int) -> None:
        """Deliver the byte at `offset` twice."""
        self._faults[offset] = ("double", b"")

    def inject(self, offset: int, data: bytes) -> None:
        """Deliver `data` before the byte at `offset`."""
        self._faults[offset] = ("inject", data)

    def carry(self, data: bytes) -> bytes:
        """What arrives of `data`."""
        start, self.passed = self.passed, self.passed + len(data)
        if self._cut_at is None and not self._faults:
            return data
        arriving = bytearray()
        for offset, byte in enumerate(data, start):
            if self._cut_at is not None and offset >= self._cut_at:
                break
            fault, extra = self._faults.pop(offset, ("", b""))
            if fault == "inject":
                arriving += extra
            elif fault == "double":
                arriving.append(byte)
            if fault != "drop":
                arriving.append(byte ^ extra[0] if fault == "flip" else byte)
        return bytes(arriving)


class Bridge:
    """`port` is what pyserial opens. With `link` (a path) the port is a symbolic link there, which
    stays the same when the port is unplugged and plugged again. `last_output` is the end of what
    the process has sent."""

    def __init__(self, terminal: bool, link: Path | None = None) -> None:
        self.to_host = Direction()
        self.to_unit = Direction()
        self._terminal = terminal
        self._link = link if terminal else None
        self._host: Endpoint | None = None
        self._unit: Endpoint | None = None
        self._stopping = False
        self._lock = threading.Lock()
        self._unit_ended = threading.Event()
        self.last_output = b""
        self.port = ""
        self.plug()
        self._threads = [
            threading.Thread(target=self._from_host, name="virtual-to-unit", daemon=True),
            threading.Thread(target=self._from_unit, name="virtual-to-host", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def attach(self, unit: Endpoint | None) -> None:
        """The unit process's side from now on; None while there is no process."""
        with self._lock:
            self._unit = unit
            self._unit_ended.clear()
            if unit is not None:
                self.last_output = b""

    def detach(self) -> None:
        """The process has ended: pass on its last bytes, then take its side away."""
        self._unit_ended.wait(LAST_BYTES_WITHIN_S)
        self.attach(None)

    def plug(self) -> None:
        """Plug the unit's USB cable in (again)."""
        if self._host is not None:
            return
        if not self._terminal:
            socket_port = SocketPort()
            self._host, self.port = socket_port, socket_port.name
            return
        terminal = Terminal()
        self.port = terminal.name
        if self._link is not None:
            with contextlib.suppress(FileNotFoundError):
                self._link.unlink()
            self._link.symlink_to(terminal.name)
            self.port = str(self._link)
        self._host = terminal

    def unplug(self) -> None:
        """Pull the unit's USB cable: an open port fails, and there is none to open."""
        host, self._host = self._host, None
        if self._link is not None:
            with contextlib.suppress(FileNotFoundError):
                self._link.unlink()
        if host is not None:
            host.close()

    def stop(self) -> None:
        """End both directions and close the host's side."""
        self._stopping = True
        for thread in self._threads:
            thread.join(10.0)
        self.unplug()

    @staticmethod
    def _pause() -> None:
        time.sleep(WAKE_S / 10)

    def _from_host(self) -> None:
        while not self._stopping:
            host = self._host
            data = host.read(WAKE_S) if host is not None else None
            if data is None:
                self._pause()
            elif data:
                self._deliver_to_unit(self.to_unit.carry(data))

    def _deliver_to_unit(self, data: bytes) -> None:
        with self._lock:
            unit = self._unit
        taken = unit.write(data, UNIT_READS_WITHIN_S) if unit is not None and data else 0
        self.to_unit.dropped += len(data) - taken

    def _from_unit(self) -> None:
        while not self._stopping:
            with self._lock:
                unit = self._unit
            data = unit.read(WAKE_S) if unit is not None else None
            if data is None:
                if unit is not None and unit is self._unit:
                    self._unit_ended.set()
                self._pause()
            elif data:
                self.last_output = (self.last_output + data)[-LAST_OUTPUT_BYTES:]
                self._deliver_to_host(self.to_host.carry(data))

    def _deliver_to_host(self, data: bytes) -> None:
        host = self._host
        taken = host.write(data, HOST_READS_WITHIN_S) if host is not None and data else 0
        self.to_host.dropped += len(data) - taken
