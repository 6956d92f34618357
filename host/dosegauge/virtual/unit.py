"""A virtual unit: world, bridge and the process that runs the real firmware.

with VirtualUnit(scenario="demo", seed=1) as unit:
    sessions = unit.measure(["mri-hole-depth"])
    port = serial.serial_for_url(unit.port)
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar

from dosegauge.errors import DosegaugeError, WrongUse
from dosegauge.locate import core_parent_dir, firmware_dir
from dosegauge.texts import Text

from .bridge import Bridge
from .endpoints import Endpoint, Pipes, Terminal, has_terminals
from .operator import Operator
from .runtimes import Runtime, choose_runtime, command_line, environment, on_terminal
from .scenario import ScenarioError, build_world, load_scenario
from .server import Server
from .state_folder import state_of
from .world import World

BLOCK_SIZE = 4096
BLOCKS = 352
FAST_EXIT_S = 2.0
MOST_FAST_EXITS = 5
STOP_WITHIN_S = 10.0
MAIN = "main.py"
T = TypeVar("T")


class VirtualUnitError(DosegaugeError):
    """The virtual unit cannot go on."""


class VirtualUnit:
    """See the module. Everything public may be called from any thread.

    scenario   name of a scenario or path of a .toml file
    seed       of all randomness; None: another one each time
    runtime    "auto", "micropython" or "cpython"; `interpreter` names a MicroPython to use
    state_dir  keeps the unit's id, flash and log across runs; None: a folder that goes at the end
    pace       "fast", "still" or "real" (docs/virtual-world.md)
    clock_ms   the unit's clock at the beginning; "scenario", "now", "unset" or ms since 1970
    terminal   False: offer a socket:// port even where there are terminals
    """

    def __init__(
        self,
        scenario: str = "demo",
        *,
        seed: int | None = 1,
        runtime: str = "auto",
        state_dir: str | Path | None = None,
        pace: str = "fast",
        firmware_dir: str | Path | None = None,
        core_dir: str | Path | None = None,
        interpreter: str | None = None,
        heap: str = "1M",
        clock_ms: int | str = "scenario",
        terminal: bool = True,
        main: str = MAIN,
    ) -> None:
        self._runtime, message = choose_runtime(runtime, interpreter)
        self.messages = [message] if message else []
        self._firmware = _folder(firmware_dir, _default_firmware_dir)
        self._core_parent = _folder(core_dir, core_parent_dir)
        self._heap = heap
        self._main = main
        self._terminal = terminal and has_terminals()
        self.seed = secrets.randbelow(1 << 32) if seed is None else seed
        try:
            self.scenario = load_scenario(scenario)
            self.world: World = build_world(self.scenario, self.seed)
        except ScenarioError as error:
            raise WrongUse(str(error)) from None
        _set_clock(self.world, clock_ms)
        self._temporary = state_dir is None
        self.state_dir, self.unit_id = state_of(state_dir, self.seed)
        self.operator = Operator(self.world, self.scenario)
        self._token = secrets.token_hex(16)
        self.server = Server(self.world, self._token, self._describe, pace)
        self._bridge: Bridge | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._supervisor = threading.Thread(
            target=self._supervise, name="virtual-unit", daemon=True
        )
        self._stopping = False
        self._cut = False
        self._error: VirtualUnitError | None = None
        self._exits = 0
        self._spawning = threading.Lock()

    # life

    def start(self) -> VirtualUnit:
        """Start world, port and process. Also what `with` does."""
        self._bridge = Bridge(self._terminal, self.state_dir / "port")
        self.server.start()
        self._supervisor.start()
        return self

    def stop(self) -> None:
        """End everything: no process, thread or port is left."""
        if self._stopping:
            return
        self._stopping = True
        self._kill()
        if self._supervisor.ident is not None:
            self._supervisor.join(STOP_WITHIN_S)
        if self._bridge is not None:
            self._bridge.stop()
        if self._supervisor.ident is not None:
            self.server.stop()
        if self._temporary:
            shutil.rmtree(self.state_dir, ignore_errors=True)

    def __enter__(self) -> VirtualUnit:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def power_cut(self, lose_clock: bool = False) -> None:
        """Take the supply away at once and give it back: the process is killed and restarted."""
        if lose_clock:
            self.change(lambda world: world.set_clock(None))
        with self._spawning:
            self._cut = self._process is not None
        self._kill()

    # what it offers

    @property
    def port(self) -> str:
        """What pyserial's `serial_for_url` opens."""
        return self.bridge.port

    @property
    def bridge(self) -> Bridge:
        """The port's inside, with faults for tests."""
        if self._bridge is None:
            raise RuntimeError("the virtual unit is not started")
        return self._bridge

    @property
    def runtime(self) -> Runtime:
        """The interpreter that runs the firmware."""
        return self._runtime

    @property
    def process_id(self) -> int | None:
        """The unit process, while there is one."""
        return self._process.pid if self._process is not None else None

    @property
    def restarts(self) -> int:
        """How often the process has ended."""
        return self._exits

    @property
    def error(self) -> VirtualUnitError | None:
        """Why the unit was given up, if it was."""
        return self._error

    @property
    def pace(self) -> str:
        """ "fast", "still" or "real"; may be set at any time."""
        return self.server.pace

    @pace.setter
    def pace(self, pace: str) -> None:
        self.server.pace = pace

    def press(self, key: str) -> None:
        """Press a key of the unit."""
        self.server.press(key)

    def change(self, action: Callable[[World], T]) -> T:
        """Do something with the world, or look at it, while the unit stands still."""
        return self.server.change(action)

    def begin(self, plans: Iterable[str]) -> None:
        """Let the operator run these plans. Called before `start`, the whole run is reproducible:
        no real time passes into the world before the operator begins."""
        wanted = list(plans)
        self.change(lambda world: self.operator.measure(wanted))

    def wait_done(self, timeout_s: float = 120.0) -> list[str]:
        """Wait until the operator is done; the sessions saved so far.

        VirtualUnitError when it cannot go on, the unit is given up, or the time is over.
        """
        self.wait_for(lambda world: self.operator.done, timeout_s, "the measurement")
        if self.operator.failed is not None:
            raise VirtualUnitError(self.operator.failed, self.unit_id)
        return list(self.operator.saved)

    def measure(self, plans: Iterable[str], timeout_s: float = 120.0) -> list[str]:
        """Run these plans; the names of the sessions that they gave."""
        before = len(self.operator.saved)
        self.begin(plans)
        return self.wait_done(timeout_s)[before:]

    def wait_for(
        self, condition: Callable[[World], bool], timeout_s: float = 30.0, what: str = "the unit"
    ) -> None:
        """Wait (wall clock) until the condition holds; VirtualUnitError if it does not in time."""
        held = self.server.wait_for(
            lambda world: self._error is not None or condition(world), timeout_s
        )
        if self._error is not None:
            raise self._error
        if not held:
            screen = self.change(lambda world: world.screen) or "-"
            raise VirtualUnitError(
                Text(
                    f"{timeout_s:g} 秒内未完成：{what}（屏幕 {screen}）",
                    f"{what} took more than {timeout_s:g} s (screen {screen})",
                ),
                self.unit_id,
                Text(f"请查看 {self.log_path}", f"see {self.log_path}"),
            )

    @property
    def log_path(self) -> Path:
        """What the firmware's process wrote to standard error."""
        return self.state_dir / "unit.log"

    # the process

    def _describe(self, runtime: str) -> dict[str, object]:
        """What hello says about the unit; CPython has no littlefs, so it gets a folder.

        Paths are those of the process's own folder: the length of a path would show in the free
        heap that the unit tells.
        """
        if runtime == "micropython":
            flash: dict[str, object] = {
                "path": "flash.img",
                "block_size": BLOCK_SIZE,
                "blocks": BLOCKS,
            }
        else:
            (self.state_dir / "flash").mkdir(exist_ok=True)
            flash = {"folder": "flash"}
        return {"unit": self.unit_id, "flash": flash}

    def _supervise(self) -> None:
        fast_exits = 0
        while not self._stopping:
            began_s, hellos = time.monotonic(), self.server.hellos
            log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
            try:
                code = self._run_once()
            except OSError as error:
                self._give_up(f"{self._runtime.path}: {error.strerror}")
                return
            self._exits += 1
            if self._cut:
                self._cut = False
                fast_exits = 0
                continue
            in_order = code == 0 and self.server.hellos > hellos
            fast = time.monotonic() - began_s < FAST_EXIT_S and not in_order
            fast_exits = fast_exits + 1 if fast else 0
            if fast_exits >= MOST_FAST_EXITS and not self._stopping:
                self._give_up(self._last_log_line(log_start) or f"exit code {code}")
                return

    def _run_once(self) -> int:
        """Run the process to its end; its exit code."""
        arguments = ["virtual", str(self.server.port), self._token]
        command = command_line(self._runtime, self._heap, self._firmware / self._main, arguments)
        variables = environment(self._runtime, self._firmware, self._core_parent, os.environ)
        with self.log_path.open("ab") as log:
            process, endpoint = self._spawn(command, variables, log)
        self.bridge.attach(endpoint)
        code = process.wait()
        self.bridge.detach()
        with self._spawning:
            self._process = None
        endpoint.close()
        return code

    def _spawn(
        self, command: list[str], variables: dict[str, str], log: IO[bytes]
    ) -> tuple[subprocess.Popen[bytes], Endpoint]:
        endpoint: Endpoint
        with self._spawning:
            if has_terminals():
                endpoint = Terminal(interrupts=True)
                process = subprocess.Popen(
                    on_terminal(command),
                    stdin=endpoint.slave,
                    stdout=endpoint.slave,
                    stderr=log,
                    cwd=self.state_dir,
                    env=variables,
                )
                endpoint.close_slave()
            else:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=self.state_dir,
                    env=variables,
                    bufsize=0,
                )
                if process.stdin is None or process.stdout is None:
                    raise OSError(0, "the process has no pipes")
                endpoint = Pipes(process.stdin, process.stdout)
            self._process = process
            if self._stopping:
                process.kill()
        return process, endpoint

    def _kill(self) -> None:
        with self._spawning:
            if self._process is not None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()

    def _give_up(self, last_line: str) -> None:
        with self.log_path.open("ab") as log:
            log.write(self.bridge.last_output)  # some builds say on their console why they ended
        error = VirtualUnitError(
            Text(f"固件反复退出：{last_line}", f"the firmware keeps ending: {last_line}"),
            self.unit_id,
            Text(f"请查看 {self.log_path}", f"see {self.log_path}"),
        )

        def record(world: World) -> None:
            self._error = error
            world.busy_reasons.clear()

        self.change(record)

    def _last_log_line(self, start: int) -> str:
        """The last thing the process said, in the log from byte `start` or on its console."""
        try:
            said = self.log_path.read_bytes()[start:]
        except OSError:
            said = b""
        # Some builds of MicroPython write a traceback to standard output.
        text = (said.strip() or self.bridge.last_output.strip()).decode("utf-8", "replace")
        return text.splitlines()[-1].strip() if text else ""


_default_firmware_dir = firmware_dir


def _folder(given: str | Path | None, default: Callable[[], Path]) -> Path:
    return default() if given is None else Path(given).resolve()


def _set_clock(world: World, clock_ms: int | str) -> None:
    if clock_ms == "now":
        world.set_clock(time.time_ns() // 1_000_000)
    elif clock_ms == "unset":
        world.set_clock(None)
    elif isinstance(clock_ms, int):
        world.set_clock(clock_ms)
    elif clock_ms != "scenario":
        raise WrongUse(f"clock {clock_ms!r}: scenario, now, unset or milliseconds since 1970")
