"""What an exception becomes for the person at the screen: one line, the details in a file."""

from dosegauge.errors import DosegaugeError
from dosegauge.internal_errors import internal_error
from dosegauge.tui.words import WORDS
from dosegauge_core.records import LogError


def as_fault(error: BaseException) -> DosegaugeError:
    """The error itself when it is meant for the user, else an internal error with a log file."""
    if isinstance(error, DosegaugeError):
        return error
    if isinstance(error, LogError):
        return DosegaugeError(WORDS["unread"].filled(reason=error))
    return internal_error(error)
