"""Which interpreter runs the firmware of a virtual unit, and its command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from dosegauge.errors import WrongUse
from dosegauge.texts import Text

OLDEST_MICROPYTHON = (1, 24)
RUNTIMES = ("auto", "micropython", "cpython")
VERSION_QUESTION = "import sys; print(*sys.implementation.version[:2])"
# Makes its standard input the controlling terminal, so that byte 0x03 interrupts; then it becomes
# the interpreter. A program of its own, as nothing may run between fork and exec in a process
# that has threads.
ON_TERMINAL = (
    "import fcntl,os,sys,termios;"
    "os.setsid();"
    "fcntl.ioctl(0,termios.TIOCSCTTY,0);"
    "os.execv(sys.argv[1],sys.argv[1:])"
)
ON_CPYTHON = Text(
    "没有找到 MicroPython 1.24 或更新版本：虚拟装置在 CPython 上运行",
    "no MicroPython 1.24 or newer found: the unit runs on CPython",
)


class Runtime(NamedTuple):
    """An interpreter: "micropython" or "cpython", and its path."""

    name: str
    path: str


def choose_runtime(wanted: str, interpreter: str | None = None) -> tuple[Runtime, Text | None]:
    """The interpreter to use and a message for the user, if there is one.

    `interpreter` names a MicroPython to use instead of the one found. WrongUse when MicroPython
    is wanted and there is none of version 1.24 or newer.
    """
    if wanted not in RUNTIMES:
        raise WrongUse(
            Text(f"没有运行环境 {wanted!r}", f"no runtime {wanted!r}"),
            "--runtime",
            Text("可用：" + " ".join(RUNTIMES), "use " + " or ".join(RUNTIMES)),
        )
    cpython = Runtime("cpython", sys.executable)
    if wanted == "cpython":
        return cpython, None
    found = interpreter or _find_micropython()
    version = _version(found) if found else None
    if found and version is not None and version >= OLDEST_MICROPYTHON:
        return Runtime("micropython", found), None
    if wanted == "micropython" or interpreter:
        raise WrongUse(
            Text("没有 MicroPython 1.24 或更新版本", "there is no MicroPython 1.24 or newer"),
            found or "PATH",
            Text("请安装 micropython", "install one that answers to `micropython`"),
        )
    return cpython, ON_CPYTHON


def command_line(runtime: Runtime, heap: str, main: Path, arguments: list[str]) -> list[str]:
    """The interpreter's command line for the unit's `main.py`."""
    options = ["-X", f"heapsize={heap}"] if runtime.name == "micropython" else ["-u"]
    return [runtime.path, *options, str(main), *arguments]


def environment(
    runtime: Runtime, firmware: Path, core_parent: Path, base: Mapping[str, str]
) -> dict[str, str]:
    """The process's environment: where it finds firmware and core."""
    variables = dict(base)
    if runtime.name == "micropython":
        variables["MICROPYPATH"] = f".frozen:{firmware}:{core_parent}"
    else:
        variables["PYTHONPATH"] = os.pathsep.join([str(firmware), str(core_parent)])
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
    return variables


def on_terminal(command: list[str]) -> list[str]:
    """The command, started with its standard input as its controlling terminal."""
    return [sys.executable, "-I", "-S", "-c", ON_TERMINAL, *command]


def _find_micropython() -> str | None:
    beside = Path(sys.executable).parent / ("micropython" + (".exe" if os.name == "nt" else ""))
    return str(beside) if beside.is_file() else shutil.which("micropython")


def _version(path: str) -> tuple[int, int] | None:
    try:
        said = subprocess.run(
            [path, "-c", VERSION_QUESTION], capture_output=True, text=True, timeout=10, check=True
        ).stdout
        major, minor = said.split()[:2]
        return int(major), int(minor)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
