"""Build MicroPython's unix port with single precision floats, the Pico's float type.

The source is Debian's package of the suite below: its upstream archive, without Debian's
patches, of which this build needs none.
"""

import hashlib
import os
import platform
import re
import shlex
import shutil
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from tests.interpreters.cache import cache_folder, make_once
from tests.interpreters.debian_source import download
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
# Neither make nor apt's configuration can quote these in a path.
_UNUSABLE_IN_PATH = re.compile(r"[\s\"'$#:;\\]")


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
    if _UNUSABLE_IN_PATH.search(str(folder)):
        raise BuildError(
            f"make cannot work in {folder.parent}; set DOSEGAUGE_CACHE to a plain path"
        )
    _ensure_tools(log, tell)
    tell(f"single precision: fetching {PACKAGE} {VERSION} of Debian {SUITE}")
    archive = download(PACKAGE, SUITE, folder, log)
    tell("single precision: unpacking")
    source = _unpack(archive, folder)
    tell(f"single precision: compiling, log in {log.path}")
    program = _compile(source, log)
    tell("single precision: checking")
    return _checked(program)


def _ensure_tools(log: Log, tell: Callable[[str], None]) -> None:
    has_headers = Path("/usr/include/stdio.h").is_file()
    if has_headers and shutil.which("gcc") and shutil.which("make"):
        return
    options = ("-y", "--no-install-recommends", "--no-upgrade")
    install = ["apt-get", "install", *options, *_TOOL_PACKAGES]
    if os.geteuid() != 0:
        raise BuildError(f"the build needs a compiler; run: sudo {shlex.join(install)}")
    tell(f"single precision: installing {', '.join(_TOOL_PACKAGES)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    try:
        log.run(install, environment=environment)
    except BuildError:
        # A fresh system has no package lists, and old lists name files that are gone.
        log.run(["apt-get", "update"], environment=environment)
        log.run(install, environment=environment)


def _unpack(archive: Path, folder: Path) -> Path:
    source = folder / f"micropython-{VERSION}"
    try:
        with tarfile.open(archive) as tar:
            members = tar.getmembers()
            for member in members:
                _check_member(member)
            # Debian 12's Python has no filters and leaves this unread: hence the check above.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(folder, members)
    except tarfile.TarError as error:
        raise BuildError(f"{archive.name} cannot be unpacked: {error}") from error
    if not source.is_dir():
        raise BuildError(f"Debian {SUITE} has {archive.name}; {PACKAGE} {VERSION} is needed")
    return source


def _check_member(member: tarfile.TarInfo) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise BuildError(f"the source archive holds {member.name}, which is not unpacked")


def _compile(source: Path, log: Log) -> Path:
    manifest = source.parent / "manifest.py"
    manifest.write_text(_MANIFEST)
    # Debian leaves micropython-lib out, and the build stops unless it sees this file of it.
    library = source / "lib" / "micropython-lib"
    library.mkdir(exist_ok=True)
    (library / "README.md").touch()
    make = ["make", f"-j{os.cpu_count() or 1}", f"PYTHON={shlex.quote(sys.executable)}"]
    environment = _build_environment(source)
    log.run([*make, "-C", "mpy-cross"], folder=source, environment=environment)
    port = [*make, "-C", "ports/unix", *_OPTIONS, f"FROZEN_MANIFEST={manifest}"]
    log.run(port, folder=source, environment=environment)
    return source / "ports" / "unix" / "build-single" / "micropython"


def _build_environment(source: Path) -> dict[str, str]:
    """Only what the build needs: flags of an outer make or of the user change its result."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    # Else the version is taken from whatever git repository the cache happens to lie in.
    return {**kept, "LC_ALL": "C", "GIT_CEILING_DIRECTORIES": str(source.parent)}


def _checked(program: Path) -> Path:
    found = _identify(program)
    if found.path is None:
        raise BuildError(f"the build is not usable: {found.reason}")
    if found.version != VERSION:
        raise BuildError(f"the build says it is {found.version}; {VERSION} is needed")
    return program
