"""Faults of the program itself: one line for the user, the details in a file for its makers."""

from pathlib import Path

from dosegauge import __version__
from dosegauge.errors import DosegaugeError
from dosegauge.texts import Text


def internal_error(error: BaseException) -> DosegaugeError:
    """One line that names the file in the user's log folder where the details were written."""
    path = _write_details(error)
    name = type(error).__name__
    return DosegaugeError(
        Text(f"内部错误（{name}）", f"internal error ({name})"),
        "",
        Text(f"请报告，详情见 {path}", f"Please report it with {path}"),
    )


def _write_details(error: BaseException) -> str:
    import traceback
    from datetime import UTC, datetime

    import platformdirs

    details = "".join(traceback.format_exception(error))
    path = Path(platformdirs.user_log_dir("dosegauge", appauthor=False)) / "errors.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()} dosegauge {__version__}\n{details}\n")
    except OSError:
        # No place for details: the line alone has to do.
        return "-"
    return str(path)
