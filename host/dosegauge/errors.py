"""Everything that can go wrong in a way the user should read: one line each, never a traceback."""

from dosegauge.texts import Text, in_language


class DosegaugeError(Exception):
    """What went wrong, where, and what to do about it.

    `what` and `todo` are `Text` (Chinese and English); `where` is a name that needs no
    translation: a port, a file, a session. `exit_code` is what the command line ends with.
    """

    exit_code = 1

    def __init__(self, what: Text | str, where: str = "", todo: Text | str = "") -> None:
        super().__init__(what, where, todo)
        self.what = what
        self.where = where
        self.todo = todo

    def line(self, language: str) -> str:
        """The whole message as one line."""
        what = in_language(self.what, language)
        todo = in_language(self.todo, language)
        colon, stop = ("：", "。") if language == "zh" else (": ", ". ")
        line = f"{self.where}{colon}{what}" if self.where else what
        if todo:
            line = f"{line}{stop}{todo}"
        from dosegauge.output import printable

        # A name may come from a unit or a file: nothing of it may act on a terminal.
        return printable(" ".join(line.split()))

    def __str__(self) -> str:
        return self.line("en")


class WrongUse(DosegaugeError):
    """Wrong use of a command, or input that can't be read."""

    exit_code = 2


class CheckFailed(DosegaugeError):
    """A measurement or a check that failed."""


class LinkError(DosegaugeError):
    """Something between this computer and a unit."""


class StoreError(DosegaugeError):
    """Something about the database of sessions."""
