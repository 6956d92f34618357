"""Files that are whole or absent, and never replace another one silently."""

import os
import tempfile
from errno import EACCES, ENOTDIR
from pathlib import Path

from dosegauge.errors import DosegaugeError, WrongUse
from dosegauge.texts import Text


def require_free(path: Path) -> Path:
    """The path, if nothing stands there, not even a link to nothing; WrongUse else, and
    DosegaugeError where it can't be a file's."""
    if _stands(path):
        raise WrongUse(
            Text("文件已存在，未覆盖", "the file exists and was not replaced"),
            str(path),
            Text("请移走它或另选位置", "Move it away or choose another place"),
        )
    for folder in path.absolute().parents:
        if _stands(folder):
            if not folder.is_dir():
                raise _unwritable(folder, OSError(ENOTDIR, os.strerror(ENOTDIR)))
            if not os.access(folder, os.W_OK | os.X_OK):
                raise _unwritable(folder, OSError(EACCES, os.strerror(EACCES)))
            break
    return path


def _stands(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unwritable(path, error) from error
    return True


def _unwritable(path: Path, error: OSError) -> DosegaugeError:
    return DosegaugeError(
        Text(f"无法写入（{error.strerror}）", f"can't be written ({error.strerror})"),
        str(path),
        Text("请检查文件夹和权限", "Check the folder and its permissions"),
    )


def write_new(path: Path, data: bytes) -> Path:
    """Writes a new file in one step: a temporary file beside it, fsync, then its name.

    WrongUse when the file exists, DosegaugeError when the folder can't be written.
    """
    require_free(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".dosegauge-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _take_name(Path(temporary), path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def _take_name(temporary: Path, path: Path) -> None:
    temporary.chmod(0o644)
    try:
        # A hard link fails when somebody else took the name meanwhile; a rename would replace it.
        path.hardlink_to(temporary)
    except FileExistsError:
        require_free(path)
    except (OSError, NotImplementedError):
        # A file system without hard links.
        require_free(path)
        temporary.rename(path)
