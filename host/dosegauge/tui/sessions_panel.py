"""The sessions in the store: a filter and a table, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from dosegauge.tui.cells import cell
from dosegauge.tui.paged_table import PagedTable
from dosegauge.tui.summary import NOTHING, Summary, status_text
from dosegauge.tui.times import local_minute
from dosegauge.tui.words import word

if TYPE_CHECKING:
    from dosegauge.store import SessionRow

_HEADS = ("id", "procedure", "result", "began", "state", "check", "device")


class SessionsPanel(Vertical):
    """Rows come from the store at once; what they hold is filled in as it is derived."""

    def __init__(self) -> None:
        super().__init__(id="sessions")
        self._rows: list[SessionRow] | None = None
        self._summaries: dict[str, Summary] = {}
        self._language = "en"

    def compose(self) -> ComposeResult:
        yield Input(id="filter", compact=True)
        yield PagedTable(id="sessions-table")
        yield Static(id="sessions-advice", classes="advice", markup=False)

    @property
    def paged(self) -> PagedTable:
        """The table."""
        return self.query_one(PagedTable)

    @property
    def chosen(self) -> SessionRow | None:
        """The session under the cursor."""
        wanted = self.paged.chosen
        return next((row for row in self._rows or [] if row.id == wanted), None)

    def show_rows(self, rows: list[SessionRow]) -> None:
        """Shows these sessions; when there are newer ones than before, the cursor goes there."""
        before, self._rows = self._rows, rows
        self._refill()
        if before is not None and rows and rows[:1] != before[:1]:
            self.paged.go_to_top()

    def show_summaries(self, summaries: dict[str, Summary]) -> None:
        """Fills in what some sessions hold."""
        self._summaries.update(summaries)
        self._refill()

    def speak(self, language: str) -> None:
        """Writes everything in this language."""
        self._language = language
        self.border_title = word("sessions", language)
        self.query_one(Input).placeholder = word("filter", language)
        self._refill()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Narrows the table down while the filter is typed."""
        message.stop()
        self._refill()

    def _refill(self) -> None:
        wanted = self.query_one(Input).value.strip()
        rows = [(row, self._cells(row)) for row in self._rows or []]
        fitting = [(row.id, cells) for row, cells in rows if _fits(cells, wanted)]
        heads = [word(head, self._language) for head in _HEADS]
        self.paged.show(heads, fitting, self._language)
        self.paged.display = bool(fitting)
        advice = self.query_one("#sessions-advice", Static)
        advice.display = not fitting
        advice.update(self._advice(wanted))
        known = len(self._rows or [])
        self.border_subtitle = word("count", self._language, count=known) if known else ""

    def _advice(self, wanted: str) -> str:
        if self._rows is None:
            return word("loading", self._language)
        if not self._rows:
            return word("no-sessions", self._language)
        return word("no-match", self._language, filter=wanted)

    def _cells(self, row: SessionRow) -> tuple[Text, ...]:
        known = self._summaries.get(row.id)
        began = local_minute(row.opened_ms, clock_set=row.clock_set)
        if known is None:
            waiting = word("checking", self._language)
            texts = (row.id, row.procedure, NOTHING, began, NOTHING, waiting, NOTHING)
            return tuple(cell(text) for text in texts)
        title = known.title.zh if self._language == "zh" else known.title.en
        return (
            cell(row.id),
            cell(title or row.procedure),
            cell(known.headline(self._language)),
            cell(began),
            cell(status_text(known.status, self._language)),
            cell(word(known.check, self._language), "" if known.check == "ok" else "bold"),
            cell(known.device or NOTHING),
        )


def _fits(cells: tuple[Text, ...], wanted: str) -> bool:
    """Whether every word of the filter is somewhere in the row, whatever its case."""
    shown = " ".join(part.plain for part in cells).casefold()
    return all(part in shown for part in wanted.casefold().split())
