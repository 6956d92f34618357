"""The line at the top: program, version, screen, store."""

from textual.widgets import Static

from dosegauge import __version__
from dosegauge.output import printable


class TitleBar(Static):
    """One line of text that never wraps."""

    def __init__(self) -> None:
        super().__init__(markup=False)

    def say(self, *parts: str) -> None:
        """Shows the program and these parts."""
        shown = [f"dosegauge {__version__}", *(part for part in parts if part)]
        self.update(printable("  ·  ".join(shown)))
