"""What every build from source needs: tools, an unpacked tree, a clean environment."""

import os
import re
import shlex
import shutil
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from tests.interpreters.logged import BuildError, Log

# Neither make nor apt's configuration can quote these in a path.
_UNUSABLE_IN_PATH = re.compile(r"[\s\"'$#:;\\]")


def require_plain_path(folder: Path) -> None:
    """BuildError for a folder whose name make or apt can't quote."""
    if _UNUSABLE_IN_PATH.search(str(folder)):
        raise BuildError(
            f"make cannot work in {folder.parent}; set DOSEGAUGE_CACHE to a plain path"
        )


def ensure_tools(
    packages: Sequence[str], programs: Sequence[str], log: Log, tell: Callable[[str], None]
) -> None:
    """Install Debian packages unless their programs are there. BuildError says what to run."""
    has_headers = Path("/usr/include/stdio.h").is_file()
    if has_headers and all(shutil.which(program) for program in programs):
        return
    options = ("-y", "--no-install-recommends", "--no-upgrade")
    install = ["apt-get", "install", *options, *packages]
    if os.geteuid() != 0:
        raise BuildError(f"the build needs a compiler; run: sudo {shlex.join(install)}")
    tell(f"installing {', '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    try:
        log.run(install, environment=environment)
    except BuildError:
        # A fresh system has no package lists, and old lists name files that are gone.
        log.run(["apt-get", "update"], environment=environment)
        log.run(install, environment=environment)


def unpack(archive: Path, folder: Path, name: str) -> Path:
    """Unpack an upstream archive into a folder; the source tree `name` that was in it."""
    source = folder / name
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
        raise BuildError(f"the archive {archive.name} holds no {name}")
    return source


def _check_member(member: tarfile.TarInfo) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise BuildError(f"the source archive holds {member.name}, which is not unpacked")


def build_environment(source: Path) -> dict[str, str]:
    """Only what the build needs: flags of an outer make or of the user change its result."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    # Else the version is taken from whatever git repository the cache happens to lie in.
    return {**kept, "LC_ALL": "C", "GIT_CEILING_DIRECTORIES": str(source.parent)}
