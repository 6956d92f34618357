"""What an exception becomes for the person at the screen: one line, the details in a file."""

import traceback
from datetime import UTC, datetime
from pathlib import Path

from dosegauge import __version__
from dosegauge.errors import DosegaugeError
from dosegauge.tui.words import WORDS
from dosegauge_core.records import LogError


def log_folder() -> Path:
    """Where details of internal errors are kept."""
    import platformdirs

    return Path(platformdirs.user_log_dir("dosegauge", appauthor=False))


def as_fault(error: BaseException) -> DosegaugeError:
    """The error itself when it is meant for the user, else an internal error with a log file."""
    if isinstance(error, DosegaugeError):
        return error
    if isinstance(error, LogError):
        return DosegaugeError(WORDS["unread"].filled(reason=error))
    path = _write_details(error)
    todo = WORDS["internal-todo"].filled(path=path)
    return DosegaugeError(WORDS["internal"].filled(name=type(error).__name__), "", todo)


def _write_details(error: BaseException) -> str:
    path = log_folder() / "errors.log"
    details = "".join(traceback.format_exception(error))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()} dosegauge {__version__} tui\n{details}\n")
    except OSError:
        # Nowhere to write: the line on the screen has to do.
        return "-"
    return str(path)
