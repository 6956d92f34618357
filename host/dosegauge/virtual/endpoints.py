"""The two ends of the bridge: pseudo terminals, pipes or a TCP socket, with one face.

`read` returns b"" when nothing came within the timeout and None when the end is closed for good.
`write` returns how many bytes were taken within the timeout. Terminals exist on Unix only; their
modules are imported where they are used.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from typing import IO, Protocol

CHUNK = 4096
WAKE_S = 0.1


class Endpoint(Protocol):
    """Something bytes go to and come from."""

    def read(self, timeout_s: float) -> bytes | None:
        """Bytes that came; b"" for none within the timeout, None for closed."""

    def write(self, data: bytes, timeout_s: float) -> int:
        """Number of bytes taken within the timeout."""

    def close(self) -> None:
        """Give it up."""


def has_terminals() -> bool:
    """True where there are pseudo terminals (not on Windows)."""
    return hasattr(os, "openpty")


class Terminal:
    """The master side of a new pseudo terminal in raw mode; `name` is the slave's path.

    With `interrupts` byte 0x03 from the master interrupts the process on the slave, as on the USB
    port of a MicroPython board; no other byte has a meaning.
    """

    def __init__(self, interrupts: bool = False) -> None:
        self.master, self.slave = os.openpty()
        self.name = os.ttyname(self.slave)
        self._closing = threading.Lock()
        os.fchmod(self.slave, 0o600)
        os.set_blocking(self.master, False)
        _make_raw(self.slave, interrupts)

    def read(self, timeout_s: float) -> bytes | None:
        """Bytes written to the slave side."""
        try:
            if not select.select([self.master], [], [], timeout_s)[0]:
                return b""
            with self._closing:
                return os.read(self.master, CHUNK) or None
        except BlockingIOError:
            return b""
        except (OSError, ValueError):
            return None

    def write(self, data: bytes, timeout_s: float) -> int:
        """Bytes that the slave side will read."""
        taken = 0
        until_s = time.monotonic() + timeout_s
        while taken < len(data):
            left_s = max(0.0, until_s - time.monotonic())
            try:
                if not select.select([], [self.master], [], left_s)[1]:
                    break
                with self._closing:
                    taken += os.write(self.master, data[taken:])
            except BlockingIOError:
                if left_s <= 0.0:
                    break
                time.sleep(0.001)
            except (OSError, ValueError):
                break
        return taken

    def close_slave(self) -> None:
        """Keep the slave open in the other process only."""
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1

    def close(self) -> None:
        """Hang up."""
        self.close_slave()
        with self._closing:
            if self.master >= 0:
                os.close(self.master)
                self.master = -1


def _make_raw(slave: int, interrupts: bool) -> None:
    import termios
    import tty

    tty.setraw(slave)
    if interrupts:
        mode = termios.tcgetattr(slave)
        mode[3] |= termios.ISIG
        for name in (termios.VQUIT, termios.VSUSP):
            mode[6][name] = b"\x00"
        mode[6][termios.VINTR] = b"\x03"
        termios.tcsetattr(slave, termios.TCSANOW, mode)


class Pipes:
    """A process's stdin and stdout where there are no terminals."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._came: list[bytes] = []
        self._ended = False
        self._news = threading.Condition()
        threading.Thread(target=self._collect, name="virtual-pipe", daemon=True).start()

    def _collect(self) -> None:
        # Pipes cannot be waited for with a timeout everywhere: a thread does the waiting.
        while True:
            try:
                data = os.read(self._stdout.fileno(), CHUNK)
            except (OSError, ValueError):
                data = b""
            with self._news:
                if data:
                    self._came.append(data)
                else:
                    self._ended = True
                self._news.notify_all()
            if not data:
                return

    def read(self, timeout_s: float) -> bytes | None:
        """Bytes of the process."""
        with self._news:
            self._news.wait_for(lambda: self._came or self._ended, timeout_s)
            if self._came:
                return self._came.pop(0)
            return None if self._ended else b""

    def write(self, data: bytes, timeout_s: float) -> int:
        """Bytes for the process; a full pipe is waited for."""
        del timeout_s
        try:
            self._stdin.write(data)
            self._stdin.flush()
        except (OSError, ValueError):
            return 0
        return len(data)

    def close(self) -> None:
        """Close both; the collecting thread ends with the process's end of the pipe."""
        for pipe in (self._stdin, self._stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()


class SocketPort:
    """A serial port over TCP: `name` is what pyserial opens. One host at a time."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.name = f"socket://127.0.0.1:{self._listener.getsockname()[1]}"
        self._connection: socket.socket | None = None

    def read(self, timeout_s: float) -> bytes | None:
        """Bytes of the connected host; b"" while there is none."""
        waits = [self._connection or self._listener]
        try:
            if not select.select(waits, [], [], timeout_s)[0]:
                return b""
            if self._connection is None:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.setblocking(False)
                self._connection = connection
                return b""
            data = self._connection.recv(CHUNK)
        except (BlockingIOError, ConnectionError):
            data = b""
        except (OSError, ValueError):
            return None
        if not data:
            self._hang_up()
        return data

    def write(self, data: bytes, timeout_s: float) -> int:
        """Bytes to the connected host; with none, they are not taken."""
        taken = 0
        until_s = time.monotonic() + timeout_s
        while taken < len(data):
            connection = self._connection
            left_s = max(0.0, until_s - time.monotonic())
            try:
                if connection is None or not select.select([], [connection], [], left_s)[1]:
                    break
                taken += connection.send(data[taken:])
            except BlockingIOError:
                continue
            except (OSError, ValueError):
                break
        return taken

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Hang up and listen no more."""
        self._hang_up()
        self._listener.close()
