"""A table that shows at most 1000 rows at a time, so that a long log stays quick."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from dosegauge.tui.cells import fill
from dosegauge.tui.keys import bind
from dosegauge.tui.words import word

PAGE_ROWS = 1000


class PagedTable(Vertical):
    """Rows of cells under heads, each with a key; only one page of them is in the widget."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("n", "turn(1)", "table.next"),
        bind("p", "turn(-1)", "table.previous"),
    ]

    def __init__(self, *, id: str, page_rows: int = PAGE_ROWS) -> None:
        super().__init__(id=id)
        self._page_rows = page_rows
        self._heads: tuple[str, ...] = ()
        self._rows: Sequence[tuple[str, tuple[Text, ...]]] = ()
        self._page = 0
        self._language = "en"

    def compose(self) -> ComposeResult:
        yield DataTable[Text](cursor_type="row", zebra_stripes=True)
        yield Static(classes="page-line", markup=False)

    @property
    def table(self) -> DataTable[Text]:
        """The widget that holds the page."""
        return self.query_one(DataTable)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self._rows) // self._page_rows))

    @property
    def chosen(self) -> str | None:
        """The key of the row under the cursor."""
        position = self._page * self._page_rows + self.table.cursor_row
        on_page = self.table.row_count > 0 and 0 <= position < len(self._rows)
        return self._rows[position][0] if on_page else None

    def show(
        self, heads: Sequence[str], rows: Sequence[tuple[str, tuple[Text, ...]]], language: str
    ) -> None:
        """Shows these rows; the cursor stays on its row while that is still there."""
        chosen = self.chosen
        self._heads, self._rows, self._language = tuple(heads), rows, language
        keys = [key for key, _ in rows]
        position = keys.index(chosen) if chosen in keys else 0
        self._page = position // self._page_rows
        self._fill(position % self._page_rows)

    def go_to_top(self) -> None:
        """To the first row of the first page."""
        self._page = 0
        self._fill(0)

    def action_turn(self, by: int) -> None:
        """Goes on by pages."""
        self._page = max(0, min(self.pages - 1, self._page + by))
        self._fill(0)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Pages are turned only where there are several."""
        if action == "turn":
            return self.pages > 1
        return super().check_action(action, parameters)

    def _fill(self, cursor_row: int) -> None:
        table = self.table
        offset = table.scroll_offset
        begin = self._page * self._page_rows
        fill(table, self._heads, self._rows[begin : begin + self._page_rows])
        table.move_cursor(row=cursor_row, animate=False)
        table.scroll_to(offset.x, None, animate=False)
        line = self.query_one(".page-line", Static)
        line.display = self.pages > 1
        values = {"page": self._page + 1, "pages": self.pages, "count": len(self._rows)}
        line.update(word("page", self._language, **values))
