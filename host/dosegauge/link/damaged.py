"""Keeps the bytes of a log that is damaged on its unit, so that they can leave it."""

import contextlib
import hashlib
import os
from pathlib import Path

from dosegauge.errors import StoreError
from dosegauge.texts import Text

FOLDER = "damaged"
_DIGITS = 8  # of the SHA-256, in a file's name


def keep_damaged(store_folder: Path, session: str, data: bytes) -> Path:
    """The file that holds these bytes, <store folder>/damaged/<session>-<sha8>.dgs.

    A file of that name with the same bytes is left as it is; with others, the whole SHA-256 goes
    into the name. StoreError when the file can't be written.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    folder = store_folder / FOLDER
    path = folder / f"{session}-{sha256[:_DIGITS]}.dgs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_bytes() != data:
            path = folder / f"{session}-{sha256}.dgs"
        if not path.exists():
            _write_whole(path, data)
    except OSError as error:
        raise StoreError(
            Text(
                f"损坏记录的字节无法保存（{error.strerror}）",
                f"the bytes of a damaged log can't be kept ({error.strerror})",
            ),
            str(path),
            Text("请检查权限和空间后重新同步", "Check permissions and space, then sync again"),
        ) from error
    return path


def _write_whole(path: Path, data: bytes) -> None:
    """Under a name of its own first, so that a file under the last name is always whole."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
