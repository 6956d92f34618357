"""Holds the terminal of a board with stock MicroPython and starts it whenever it has ended."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from pathlib import Path

from dosegauge.virtual.bridge import Bridge
from dosegauge.virtual.endpoints import Terminal
from dosegauge.virtual.runtimes import on_terminal
from dosegauge.virtual.scenario import build_world, load_scenario
from dosegauge.virtual.server import Server
from tests.conftest import FIRMWARE, SHARED

BOARD = Path(__file__).with_name("scripts") / "board.py"
TOKEN = "0123456789abcdef"


class StockBoard:
    """`port` is what a host opens. `starts` counts the starts."""

    def __init__(self, interpreter: Path, folder: Path, *, cut_at: int = 0) -> None:
        self._interpreter = interpreter
        self._image = folder / "flash"
        self._log = folder / "board.log"
        self._cut_at = cut_at
        world = build_world(load_scenario("demo"), 1)
        unit = {"unit": "DG-0123456789ABCDEF", "flash": {"folder": "/data"}}
        self._server = Server(world, TOKEN, lambda _: dict(unit), "real")
        self.bridge = Bridge(terminal=True)
        self.starts = 0
        self._stopping = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, daemon=True)

    @property
    def port(self) -> str:
        return self.bridge.port

    def __enter__(self) -> StockBoard:
        self._server.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self.cut_power()
        self._thread.join(10)
        self.bridge.stop()
        self._server.stop()

    def cut_power(self) -> None:
        """Gone at once; it starts again."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    def wait_for_prompt(self) -> None:
        """Wait until the interpreter asks for input."""
        until_s = time.monotonic() + 10
        while not self.bridge.last_output.endswith(b">>> "):
            assert time.monotonic() < until_s, self.bridge.last_output
            time.sleep(0.05)

    def said(self) -> str:
        """The end of what came from the board, and what it wrote to standard error."""
        told = self.bridge.last_output[:1500].decode(errors="replace")
        return f"{self.starts} starts, {told!r}, {self._log.read_text()[-400:]!r}"

    def press(self, key: str) -> None:
        """Press a key of the unit that runs there."""
        self._server.press(key)

    def wait_for_screen(self, begins: str) -> None:
        """Wait until the unit shows a screen of that kind."""
        found = self._server.wait_for(lambda world: world.screen.startswith(begins), 20)
        assert found, self._server.world.screens

    def _supervise(self) -> None:
        while not self._stopping:
            self.starts += 1
            cut, self._cut_at = self._cut_at, 0
            endpoint = Terminal(interrupts=True)
            arguments = [str(self._image), str(self._server.port), TOKEN]
            command = [
                *(str(self._interpreter), "-X", "heapsize=4m", "-i", str(BOARD)),
                *(*arguments, *([str(cut)] if cut else [])),
            ]
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    on_terminal(command),
                    stdin=endpoint.slave,
                    stdout=endpoint.slave,
                    stderr=log,
                    env={"MICROPYPATH": f".frozen:{FIRMWARE}:{SHARED}", "PATH": "/usr/bin:/bin"},
                )
            endpoint.close_slave()
            self.bridge.attach(endpoint)
            self._process.wait()
            self.bridge.detach()
            endpoint.close()
