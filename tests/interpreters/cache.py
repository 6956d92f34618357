"""Results cached by name: made once, never half, never by two at the same time."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Where interpreters are kept: $DOSEGAUGE_CACHE, else the user's cache folder."""
    named = os.environ.get("DOSEGAUGE_CACHE")
    folder = Path(named) if named else Path(platformdirs.user_cache_dir("dosegauge"))
    return folder.absolute() / "interpreters"


def make_once(
    finished: Path,
    is_good: Callable[[], bool],
    make: Callable[[Path], Path],
    tell: Callable[[str], None],
) -> None:
    """Make the file `finished` unless it is there and good.

    `make` gets an empty folder to work in and returns the file it made there, which appears
    under its final name in one step. The folder is removed however `make` ends; what a killed
    one left is removed by the next. Errors of `make` are passed on.
    """
    finished.parent.mkdir(parents=True, exist_ok=True)
    with alone(finished, tell):
        if is_good():  # another process made it while this one waited
            return
        prefix = f"{finished.name}.making-"
        for leftover in finished.parent.glob(f"{prefix}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=prefix, dir=finished.parent) as folder:
            make(Path(folder)).replace(finished)


@contextmanager
def alone(finished: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock beside `finished` while the block runs; says so when it has to wait."""
    # The lock belongs to the open file, so the system frees it even when its holder is killed.
    with finished.with_name(f"{finished.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"waiting for another process that makes {finished}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
