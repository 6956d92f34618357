"""Build MicroPython's unix port with single precision floats, the Pico's float type.

The source is Debian's package of the suite below: its upstream archive, without Debian's
patches, of which this build needs none.
"""

import hashlib
import os
import platform
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from tests.interpreters.building import (
    build_environment,
    ensure_tools,
    require_plain_path,
    unpack,
)
from tests.interpreters.cache import cache_folder, make_once
from tests.interpreters.debian_source import OtherSuite
from tests.interpreters.identity import Found, identify, missing
from tests.interpreters.logged import BuildError, Log

SUITE = "trixie"
PACKAGE = "micropython"
VERSION = "1.25.0"

# asyncio's Python half is no part of the C sources; without it frozen, `import asyncio` fails.
_MANIFEST = 'include("$(MPY_DIR)/extmod/asyncio")\n'
_OPTIONS = (
    "MICROPY_PY_SSL=0",
    "MICROPY_SSL_AXTLS=0",
    "MICROPY_SSL_MBEDTLS=0",
    "MICROPY_PY_BTREE=0",
    "MICROPY_PY_FFI=0",
    "CFLAGS_EXTRA=-DMICROPY_FLOAT_IMPL=MICROPY_FLOAT_IMPL_FLOAT",
    "BUILD=build-single",
)
_TOOL_PACKAGES = ("gcc", "libc6-dev", "make")


def built_single(tell: Callable[[str], None]) -> Found:
    """The cached interpreter, built first if it is not there."""
    finished = cache_folder() / _cached_name() / "micropython"
    found = _identify(finished)
    if found.path is not None:
        return found
    log_path = finished.with_name("build.log")
    try:
        make_once(
            finished,
            lambda: _identify(finished).path is not None,
            lambda folder: _build(folder, Log(log_path), tell),
            tell,
        )
    except (BuildError, OSError) as error:
        return missing(f"no MicroPython with single precision floats: {error}")
    return _identify(finished)


def _identify(program: Path) -> Found:
    return identify(program, "single")


def _cached_name() -> str:
    recipe = hashlib.sha256("\n".join((_MANIFEST, *_OPTIONS)).encode()).hexdigest()[:8]
    return f"micropython-{VERSION}-single-{platform.machine()}-{recipe}"


def _build(folder: Path, log: Log, tell: Callable[[str], None]) -> Path:
    require_plain_path(folder)
    ensure_tools(_TOOL_PACKAGES, ("gcc", "make"), log, tell)
    tell(f"single precision: fetching {PACKAGE} {VERSION} of Debian {SUITE}")
    archive = OtherSuite(SUITE, folder, log).source(PACKAGE, folder / "packages")
    tell("single precision: unpacking")
    source = unpack(archive, folder, f"micropython-{VERSION}")
    tell(f"single precision: compiling, log in {log.path}")
    program = _compile(source, log)
    tell("single precision: checking")
    return _checked(program)


def _compile(source: Path, log: Log) -> Path:
    manifest = source.parent / "manifest.py"
    manifest.write_text(_MANIFEST)
    # Debian leaves micropython-lib out, and the build stops unless it sees this file of it.
    library = source / "lib" / "micropython-lib"
    library.mkdir(exist_ok=True)
    (library / "README.md").touch()
    make = ["make", f"-j{os.cpu_count() or 1}", f"PYTHON={shlex.quote(sys.executable)}"]
    environment = build_environment(source)
    log.run([*make, "-C", "mpy-cross"], folder=source, environment=environment)
    port = [*make, "-C", "ports/unix", *_OPTIONS, f"FROZEN_MANIFEST={manifest}"]
    log.run(port, folder=source, environment=environment)
    return source / "ports" / "unix" / "build-single" / "micropython"


def _checked(program: Path) -> Path:
    found = _identify(program)
    if found.path is None:
        raise BuildError(f"the build is not usable: {found.reason}")
    if found.version != VERSION:
        raise BuildError(f"the build says it is {found.version}; {VERSION} is needed")
    return program
