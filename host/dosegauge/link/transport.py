"""A serial port as a stream of lines: opened for us alone, read against a deadline.

Ports are pyserial names or URLs (`COM5`, `/dev/ttyACM0`, `socket://localhost:4000`). DTR and RTS
are left asserted from the start, as a USB unit expects of a listening host, and are never pulsed.
"""

import contextlib
import errno
import time
from urllib.parse import urlsplit

import serial

from dosegauge.link.faults import (
    LinkLost,
    PortAbsent,
    PortForbidden,
    PortInUse,
    PortMisspelt,
    PortUnusable,
)
from dosegauge_core.linkline import LONGEST_LINE, LineSplitter

# A real USB unit ignores the rate, apart from 1200 baud, which would restart it.
_BAUD = 115200
_POLL_S = 0.05
_WRITE_TIMEOUT_S = 2.0
_READ_SIZE = 65536
_ABSENT = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ECONNREFUSED, errno.EHOSTUNREACH)
_IN_USE = (errno.EBUSY, errno.EAGAIN)
_FORBIDDEN = (errno.EACCES, errno.EPERM)


class Transport:
    """One open port. Every failure of the port is a `LinkError` or a `WrongUse`."""

    def __init__(self, port: str) -> None:
        self.port = port
        self._splitter = LineSplitter()
        self._serial = _open(port)
        # pyserial's socket port can't tell how much waits, but returns at once what there is.
        self._counts_waiting = "://" not in port

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def write_line(self, line: bytes) -> None:
        """Writes one line; LinkLost when not all of it could be written."""
        if len(line) > LONGEST_LINE + 1:
            raise ValueError(f"a line of {len(line)} bytes; at most {LONGEST_LINE}")
        try:
            written = self._serial.write(line)
        except (serial.SerialException, OSError) as error:
            raise LinkLost(self.port) from error
        if written != len(line):
            raise LinkLost(self.port)

    def read_lines(self, deadline_s: float) -> list[bytes]:
        """The lines completed next; empty when none was by the deadline (time.monotonic)."""
        while True:
            lines = self._splitter.feed(self._read_some())
            if lines or time.monotonic() >= deadline_s:
                return lines

    def _read_some(self) -> bytes:
        """What has arrived, waiting at most one poll for the first byte."""
        try:
            data: bytes = self._serial.read(1)
            if data and self._counts_waiting:
                data += self._serial.read(min(self._serial.in_waiting, _READ_SIZE))
            elif data:
                self._serial.timeout = 0
                data += self._serial.read(_READ_SIZE)
                self._serial.timeout = _POLL_S
        except (serial.SerialException, OSError, TypeError) as error:
            # TypeError is what pyserial gives when its file is closed under it.
            raise LinkLost(self.port) from error
        return data

    def close(self) -> None:
        """Closes the port; closing twice is harmless."""
        with contextlib.suppress(serial.SerialException, OSError):
            self._serial.close()


def _open(port: str) -> serial.Serial:
    if port.startswith("socket://") and not _is_address(port):
        raise PortMisspelt(port)
    try:
        opened = serial.serial_for_url(port, do_not_open=True)
        opened.baudrate = _BAUD
        opened.timeout = _POLL_S
        opened.write_timeout = _WRITE_TIMEOUT_S
        opened.exclusive = True
        opened.open()
    except (serial.SerialException, OSError, ValueError) as error:
        raise _opening_fault(port, error) from error
    return opened


def _is_address(url: str) -> bool:
    """Whether a socket's URL has host and port; pyserial is at a loss when it hasn't."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname and parts.port)
    except ValueError:
        return False


def _opening_fault(port: str, error: Exception) -> Exception:
    if isinstance(error, ValueError):
        return PortMisspelt(port)
    code = getattr(error, "errno", None)
    if code is None:
        code = _code_in_words(str(error))
    if code in _ABSENT:
        return PortAbsent(port)
    if code in _IN_USE:
        return PortInUse(port)
    if code in _FORBIDDEN:
        return PortForbidden(port)
    return PortUnusable(port, " ".join(str(error).split())[:120])


def _code_in_words(message: str) -> int | None:
    """pyserial often words the system's error instead of passing its number on."""
    if "FileNotFoundError" in message or "refused" in message:
        return errno.ENOENT
    # Windows denies access to a port that another program has open.
    if "PermissionError" in message or "exclusively lock" in message:
        return errno.EBUSY
    return None
