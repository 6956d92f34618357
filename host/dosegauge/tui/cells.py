"""Cells of tables: data is shown as it is, never read as markup."""

from rich.text import Text

from dosegauge.output import printable


def cell(text: str, style: str = "") -> Text:
    """One line of data, control characters replaced."""
    return Text(printable(text), style=style, no_wrap=True, end="")
