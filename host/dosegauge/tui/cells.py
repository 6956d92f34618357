"""Cells of tables: data is shown as it is, never read as markup."""

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import DataTable

from dosegauge.output import printable


def cell(text: str, style: str = "") -> Text:
    """One line of data, control characters replaced."""
    return Text(printable(text), style=style, no_wrap=True, end="")


def fill(
    table: DataTable[Text],
    heads: Sequence[str],
    rows: Sequence[tuple[str | None, Sequence[Text]]],
) -> None:
    """Puts keyed rows into an emptied table, each column as wide (in cells) as it needs."""
    table.clear(columns=True)
    for column, head in enumerate(heads):
        label = Text(head)
        width = max([label.cell_len, *(cells[column].cell_len for _, cells in rows)])
        table.add_column(label, width=width)
    for key, cells in rows:
        table.add_row(*cells, key=key)
