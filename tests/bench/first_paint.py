"""Start to first paint: what a person at the terminal sees, timed outside the program.

The program runs on a pseudo terminal; its first paint is when a text of its first screen has
arrived there. So every program is timed in the same way and none is touched.
"""

import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

from tests.bench import bare_app
from tests.bench.command_start import program
from tests.bench.figure import AT_MOST, Figure, NotMeasured, within

RUNS = 7
BUDGET_S = 0.4
# The bare program on the machine for which the budget was set.
BUDGET_BARE_S = 0.22
TUI_MARK = "dosegauge"
ROWS, COLUMNS = 40, 120
GIVE_UP_S = 20.0
QUIT_S = 5.0
_ESCAPES = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[\[P][0-?]*[ -/]*[@-~]|\x1b[=>78c]")


def measure(folder: Path) -> list[Figure]:
    """The TUI with an empty store of its own beside a bare program, by turns."""
    tui = [program(), "tui", "--store", str(folder / "first-paint.sqlite")]
    bare = [sys.executable, str(Path(bare_app.__file__))]
    first_paint_s(tui, TUI_MARK)  # makes the store, and writes bytecode
    pairs = [
        (first_paint_s(tui, TUI_MARK), first_paint_s(bare, bare_app.MARK)) for _ in range(RUNS)
    ]
    painted_s = [pair[0] for pair in pairs]
    ours = statistics.median(painted_s)
    theirs = statistics.median([pair[1] for pair in pairs])
    return [
        within(f"TUI, start to first paint, median of {RUNS}", ours, "s", BUDGET_S),
        within("TUI, start to first paint, fastest", min(painted_s), "s", BUDGET_S),
        Figure(
            "TUI, start to first paint, median",
            ours,
            "s",
            "bare Textual app",
            theirs,
            AT_MOST,
            BUDGET_S / BUDGET_BARE_S,
        ),
    ]


def first_paint_s(command: list[str], mark: str) -> float:
    """Seconds from the start of the process until the mark is on its terminal."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    began_s = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,  # where Textual draws
        env=environment,
        start_new_session=True,
    )
    os.close(slave)
    try:
        _wait_for(master, mark.encode(), began_s + GIVE_UP_S)
        painted_s = time.perf_counter() - began_s
        _quit(process, master)
        return painted_s
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(master)


def _wait_for(master: int, mark: bytes, deadline_s: float) -> None:
    shown = b""
    while mark not in _ESCAPES.sub(b"", shown):
        left_s = deadline_s - time.perf_counter()
        if left_s <= 0 or not select.select([master], [], [], left_s)[0]:
            raise NotMeasured(f"no {mark.decode()} on the terminal after {GIVE_UP_S:g} s")
        try:
            shown += os.read(master, 65536)
        except OSError as error:
            raise NotMeasured(f"the program ended before it showed {mark.decode()}") from error


def _quit(process: "subprocess.Popen[bytes]", master: int) -> None:
    """Presses q and reads what the program still says, until it has ended."""
    os.write(master, b"q")
    until_s = time.perf_counter() + QUIT_S
    while process.poll() is None and time.perf_counter() < until_s:
        with suppress(OSError):
            if select.select([master], [], [], 0.05)[0]:
                os.read(master, 65536)
