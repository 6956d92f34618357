"""Build the unit's RP2040 image: MicroPython's rp2 port with the unit's code frozen in.

The port's source is Debian's package, as for the single precision interpreter; SDK, USB stack and
the SDK's two tools are Debian's packages of the same suite. The tree is prepared once and cached;
an image is made in it whenever the unit's code has changed, and cached by what went into it.
"""

import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dosegauge import unit_font, unit_sources
from dosegauge.locate import firmware_dir
from tests.interpreters.build_single import PACKAGE, SUITE, VERSION
from tests.interpreters.building import (
    build_environment,
    ensure_tools,
    require_plain_path,
    unpack,
)
from tests.interpreters.cache import alone, cache_folder, make_once
from tests.interpreters.debian_source import OtherSuite
from tests.interpreters.logged import BuildError, Log

BOARD = "DOSEGAUGE"
# Bytes of the Pico's 2 MiB flash before the file system (mpconfigboard.h).
ROOM = (2048 - 1408) * 1024
_COMPILER = ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "libstdc++-arm-none-eabi-newlib")
_TOOL_PACKAGES = ("gcc", "libc6-dev", "make", "cmake", *_COMPILER)
_PROGRAMS = ("gcc", "make", "cmake", "arm-none-eabi-gcc")
_SDK_PACKAGES = ("pico-sdk-source", "tinyusb-source")
# The SDK's tools need newer libraries than this machine may have: they bring their own.
_SDK_TOOLS = ("pioasm", "picotool")
_TOOL_LIBRARIES = (
    "libc6",
    "libstdc++6",
    "libgcc-s1",
    "libusb-1.0-0",
    "libudev1",
    "libcap2",
)
_RUN_WITH_OWN_LIBRARIES = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
libraries=$here/../lib/x86_64-linux-gnu
exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$here/{tool}.bin" "$@"
"""
# The interpreter tells its build date; the release's own makes an image a function of its sources.
_RELEASED = "1744675200"


class Image(NamedTuple):
    """A built image, or why there is none (one line)."""

    uf2: Path | None
    reason: str = ""


def built_image(revision: str, tell: Callable[[str], None]) -> Image:
    """The image of the unit's present code, cached by its content; `revision` is told by it."""
    frozen = _frozen_files(revision)
    finished = cache_folder() / f"dosegauge-{_digest(frozen)}.uf2"
    if finished.is_file():
        return Image(finished)
    try:
        tree = _prepared_tree(tell)
        tell("RP2040 image: compiling, about two minutes the first time")
        # One build folder, so that only what has changed is compiled: one build at a time.
        with alone(tree / "image", tell):
            make_once(finished, finished.is_file, lambda _: _make(tree, frozen), tell)
    except (BuildError, OSError) as error:
        return Image(None, f"no RP2040 image: {error}")
    return Image(finished)


def _frozen_files(revision: str) -> dict[str, bytes]:
    image = firmware_dir() / unit_sources.IMAGE_FOLDER
    files = unit_sources.python_modules()
    files[unit_sources.BUILD_INFO] = unit_sources.build_info(revision, frozen=True)
    files |= {file.name: file.read_bytes() for file in sorted(image.glob("*.py"))}
    files["font.py"] = f"GLYPHS = {_font()!r}\n".encode()
    return files


def _font() -> bytes:
    """The glyphs, cached by what they are drawn from: drawing them takes seconds."""
    package = Path(str(unit_font.__file__)).parent
    digest = hashlib.sha256("".join(unit_font.characters()).encode())
    for source in sorted(package.glob("*.py")):
        digest.update(source.read_bytes())
    kept = cache_folder() / f"font-{digest.hexdigest()[:16]}.bin"
    if not kept.is_file():
        make_once(kept, kept.is_file, _draw_font, lambda _: None)
    return kept.read_bytes()


def _draw_font(folder: Path) -> Path:
    drawn = folder / "font.bin"
    drawn.write_bytes(unit_font.build())
    return drawn


def _board_files() -> dict[str, bytes]:
    board = firmware_dir() / unit_sources.IMAGE_FOLDER / "board"
    return {file.name: file.read_bytes() for file in sorted(board.iterdir()) if file.is_file()}


def _digest(frozen: dict[str, bytes]) -> str:
    digest = hashlib.sha256(_recipe().encode())
    for files in (_board_files(), frozen):
        for name in sorted(files):
            digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()[:16]


def _recipe() -> str:
    return "\n".join(
        (VERSION, SUITE, *_SDK_PACKAGES, *_SDK_TOOLS, *_TOOL_LIBRARIES, _RELEASED, "mbedtls")
    )


def _tree() -> Path:
    recipe = hashlib.sha256(_recipe().encode()).hexdigest()[:8]
    return cache_folder() / f"rp2-{VERSION}-{recipe}"


def _prepared_tree(tell: Callable[[str], None]) -> Path:
    """The port's source with SDK and tools beside it, and mpy-cross built."""
    finished = _tree()
    log_path = finished.with_name(finished.name + ".log")
    if not finished.is_dir():
        make_once(
            finished,
            finished.is_dir,
            lambda folder: _prepare(folder, Log(log_path), tell),
            tell,
        )
    return finished


def _prepare(folder: Path, log: Log, tell: Callable[[str], None]) -> Path:
    require_plain_path(folder)
    ensure_tools(_TOOL_PACKAGES, _PROGRAMS, log, tell)
    tell(f"RP2040 image: fetching {PACKAGE} {VERSION} and the SDK of Debian {SUITE}")
    tree = folder / "tree"
    tree.mkdir()
    suite = OtherSuite(SUITE, folder / "apt", log)
    port = unpack(suite.source(PACKAGE, folder / "port"), tree, f"micropython-{VERSION}")
    mbedtls = suite.source("mbedtls", folder / "mbedtls")
    sdk = tree / "sdk"
    suite.binaries((*_SDK_PACKAGES, *_SDK_TOOLS, *_TOOL_LIBRARIES), folder / "debs", sdk)
    tell("RP2040 image: preparing the source")
    name = mbedtls.name.split(".orig.")[0].replace("_", "-")
    _link(port / "lib" / "mbedtls", unpack(mbedtls, tree, name))
    _link(port / "lib" / "pico-sdk", sdk / "usr" / "src" / "pico-sdk")
    _link(port / "lib" / "tinyusb", sdk / "usr" / "src" / "tinyusb")
    for tool in _SDK_TOOLS:
        _wrap(sdk / "usr" / "bin" / tool)
    # Debian leaves micropython-lib out, and the build stops unless it sees this file of it.
    (port / "lib" / "micropython-lib").mkdir(exist_ok=True)
    (port / "lib" / "micropython-lib" / "README.md").touch()
    make = ["make", f"-j{os.cpu_count() or 1}", f"PYTHON={shlex.quote(sys.executable)}"]
    environment = build_environment(port)
    log.run([*make, "-C", "mpy-cross"], folder=port, environment=environment)
    return tree


def _link(place: Path, target: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        place.rmdir()
    place.symlink_to(os.path.relpath(target, place.parent))


def _wrap(tool: Path) -> None:
    tool.rename(tool.with_name(tool.name + ".bin"))
    tool.write_text(_RUN_WITH_OWN_LIBRARIES.format(tool=tool.name))
    tool.chmod(0o755)


def _make(tree: Path, frozen: dict[str, bytes]) -> Path:
    staged, board = tree / "staged", tree / BOARD
    _write_all(staged, frozen)
    _write_all(board, _board_files())
    build = _build_folder(tree)
    port = tree / f"micropython-{VERSION}"
    _give_board_the_last_word(port / "ports" / "rp2" / "mpconfigport.h")
    cmake_files = tree / "sdk" / "usr" / "lib" / "cmake"
    environment = {
        **build_environment(tree),
        "DOSEGAUGE_STAGED": str(staged),
        "SOURCE_DATE_EPOCH": _RELEASED,
    }
    log = Log(tree / "image.log")
    log.run(
        [
            *("cmake", "-S", str(port / "ports" / "rp2"), "-B", str(build)),
            *(f"-DMICROPY_BOARD={BOARD}", f"-DMICROPY_BOARD_DIR={board}"),
            f"-Dpicotool_DIR={cmake_files / 'picotool'}",
            f"-Dpioasm_DIR={cmake_files / 'pioasm'}",
            f"-DPython3_EXECUTABLE={sys.executable}",
        ],
        environment=environment,
    )
    # The list of frozen files is no dependency that make knows.
    (build / "frozen_content.c").unlink(missing_ok=True)
    jobs = f"-j{os.cpu_count() or 1}"
    log.run(["make", jobs, "-C", str(build)], environment=environment)
    _require_room(build / "firmware.bin")
    copy = tree / "made.uf2"
    shutil.copyfile(build / "firmware.uf2", copy)
    return copy


def _give_board_the_last_word(port_settings: Path) -> None:
    """The port sets some things whatever a board says: the board's own file comes after it."""
    line = '\n#include "mpconfigboard_last.h"\n'
    text = port_settings.read_text()
    if not text.endswith(line):
        port_settings.write_text(text + line)


def _build_folder(tree: Path) -> Path:
    """One for each board definition: what is generated from an old one is not made anew."""
    board = _board_files()
    digest = hashlib.sha256(b"".join(name.encode() + board[name] for name in sorted(board)))
    build = tree / f"build-{digest.hexdigest()[:8]}"
    for old in tree.glob("build-*"):
        if old != build:
            shutil.rmtree(old)
    return build


def _require_room(firmware: Path) -> None:
    """The linker does not know that the sessions' file system begins behind the image."""
    size = firmware.stat().st_size
    if size > ROOM:
        raise BuildError(f"the image has {size} bytes; {ROOM} are before the file system")


def _write_all(folder: Path, files: dict[str, bytes]) -> None:
    """Make the folder hold just these files; an unchanged one keeps its time."""
    for old in sorted(folder.rglob("*"), reverse=True):
        if old.is_dir():
            if not any(old.iterdir()):
                old.rmdir()
        elif old.relative_to(folder).as_posix() not in files:
            old.unlink()
    for name, data in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def cross_compiler() -> Path:
    """The mpy-cross of the image's own MicroPython; there once an image was built."""
    return _tree() / f"micropython-{VERSION}" / "mpy-cross" / "build" / "mpy-cross"
