"""A board's file system through mpremote's serial transport."""

from __future__ import annotations

import contextlib
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from dosegauge.errors import LinkError
from dosegauge.link.transport import Transport
from dosegauge.texts import Text

CHUNK = 512
# A board that computes hashes answers late, one that was unplugged never.
ANSWER_S = 20.0
# mpremote reads a pseudo terminal blocking: this bounds how late it looks at its own deadline.
READ_S = 2.0
ENTERS_WITHIN_S = 5.0
ATTEMPTS = 3
_HASHES = """
import os, hashlib, binascii
def digest(path):
    found = hashlib.sha256()
    with open(path, 'rb') as file:
        while True:
            piece = file.read(1024)
            if not piece:
                return binascii.hexlify(found.digest()).decode()
            found.update(piece)
def walk(folder):
    for entry in os.ilistdir(folder):
        path = folder + '/' + entry[0]
        if entry[1] == 0x4000:
            walk(path)
        else:
            print(digest(path), path)
try:
    walk({folder!r})
except OSError:
    pass
"""
_ABOUT = """
import os, sys
try:
    import build_info
    frozen = build_info.FROZEN
except ImportError:
    frozen = False
found = os.statvfs('/')
print(sys.implementation.name, '.'.join([str(part) for part in sys.implementation.version[:3]]),
    getattr(sys.implementation, '_mpy', 0), found[1] * found[3], int(frozen))
"""
_LINE = re.compile(r"([0-9a-f]{64}) (/.+)")


class BoardFault(LinkError):
    """The board did not do what it was told."""

    def __init__(self, port: str, why: str) -> None:
        super().__init__(
            Text(f"开发板没有按要求应答（{why}）", f"the board did not do as told ({why})"),
            port,
            Text("请重新插拔后再运行一次", "Unplug it, plug it in and run this again"),
        )


@dataclass(frozen=True)
class About:
    """What runs on a board: `mpy` is its sys.implementation._mpy, `frozen` our own image."""

    implementation: str
    version: str
    mpy: int
    free_bytes: int
    frozen: bool


class Board:
    """A board whose running program is interrupted for as long as this is open."""

    def __init__(self, port: str) -> None:
        from mpremote.transport import TransportError
        from mpremote.transport_serial import SerialTransport

        self.port = port
        self._was_reset = False
        self._faults = (TransportError, OSError, ValueError, SyntaxError, struct.error)
        # Says what is wrong with the port in this program's own words.
        Transport(port).close()
        self._transport: Any = self._guarded(lambda: SerialTransport(port, timeout=READ_S))
        try:
            self._interrupt()
        except BoardFault:
            self._transport.close()
            raise

    def _interrupt(self) -> None:
        """Get at the interpreter; a board that is just starting needs another try."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._guarded(
                    lambda: self._transport.enter_raw_repl(
                        soft_reset=False, timeout_overall=ENTERS_WITHIN_S
                    )
                )
                return
            except BoardFault:
                if attempt == ATTEMPTS:
                    raise

    def __enter__(self) -> Board:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # The program was interrupted: it begins anew, whatever became of the installation.
        if not self._was_reset:
            with contextlib.suppress(BoardFault):
                self.reset()
        self._transport.close()

    def _guarded(self, action: Callable[[], Any]) -> Any:
        import io

        try:
            # mpremote prints what it found when it gives up.
            with contextlib.redirect_stdout(io.StringIO()):
                return action()
        except self._faults as fault:
            said = [line for line in str(fault).replace("\\r\\n", "\n").splitlines() if line]
            raise BoardFault(self.port, said[-1] if said else type(fault).__name__) from fault

    def run(self, code: str) -> str:
        """What the board prints when it runs this code."""
        printed, raised = self._guarded(lambda: self._transport.exec_raw(code, timeout=ANSWER_S))
        if raised:
            raise BoardFault(self.port, raised.decode(errors="replace").splitlines()[-1])
        return str(printed.decode(errors="replace"))

    def about(self) -> About:
        """Which MicroPython it is and how much room its flash has."""
        found = self.run(_ABOUT).split()
        if len(found) != 5:
            raise BoardFault(self.port, "no answer to what it is")
        name, version, mpy, free, frozen = found
        return About(name, version, int(mpy), int(free), frozen == "1")

    def hashes(self, folder: str) -> dict[str, str]:
        """SHA-256 in hex of every file below a folder, computed on the board, by path below it."""
        found = {}
        for line in self.run(_HASHES.format(folder=folder)).splitlines():
            match = _LINE.fullmatch(line.strip())
            if match:
                found[match[2][len(folder) + 1 :]] = match[1]
        return found

    def read(self, path: str) -> bytes:
        """A small file's bytes, b"" when there is none."""
        code = f"try:\n print(open({path!r},'rb').read(4096).hex())\nexcept OSError:\n pass"
        text = self.run(code).strip()
        try:
            return bytes.fromhex(text)
        except ValueError:
            raise BoardFault(self.port, f"{path} can't be read") from None

    def make_folders(self, path: str) -> None:
        """The folders of a file's path, where they are not there yet."""
        parts = path.split("/")[1:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/" + "/".join(parts[:depth])
            self.run(f"import os\ntry:\n os.mkdir({folder!r})\nexcept OSError:\n pass")

    def write(self, path: str, data: bytes) -> None:
        """Write a file."""
        self._guarded(lambda: self._transport.fs_writefile(path, data, chunk_size=CHUNK))

    def replace(self, path: str, data: bytes) -> None:
        """Write a small file so that at any moment either the old or the new one is whole."""
        self.write(path + ".new", data)
        if self.read(path + ".new") != data:
            raise BoardFault(self.port, f"{path}.new does not read as it was written")
        self.run(f"import os\nos.rename({path + '.new'!r}, {path!r})")

    def rename(self, path: str, new: str) -> None:
        """Give a file another name."""
        self.run(f"import os\nos.rename({path!r}, {new!r})")

    def remove_folder(self, path: str) -> None:
        """Remove a folder with all that is in it."""
        self.run(
            "import os\ndef gone(path):\n"
            " if os.stat(path)[0] & 0x4000:\n"
            "  for name in os.listdir(path):\n   gone(path + '/' + name)\n"
            "  os.rmdir(path)\n"
            " else:\n  os.remove(path)\n"
            f"try:\n gone({path!r})\nexcept OSError:\n pass"
        )

    def reset(self) -> None:
        """Start the board anew; it leaves the port for a moment."""
        self._was_reset = True
        self._guarded(
            lambda: self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
        )
