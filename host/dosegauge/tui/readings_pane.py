"""Every reading and typed value of a session, those that were repeated too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from dosegauge.tui.cells import cell
from dosegauge.tui.paged_table import PagedTable
from dosegauge.tui.times import local_exact
from dosegauge.tui.words import word

if TYPE_CHECKING:
    from dosegauge.readings import EntryRow, ReadingRow, SessionRows

_HEADS = ("step", "repeat", "value", "in-unit", "mark", "time", "raw", "operator", "record")


class ReadingsPane(Vertical):
    """In the log's order; what a later repetition took the place of is marked and dim."""

    def __init__(self) -> None:
        super().__init__(id="readings-pane")
        self._rows: SessionRows | None = None
        self._language = "en"

    def compose(self) -> ComposeResult:
        yield PagedTable(id="readings-table")
        yield Static(classes="advice", markup=False)

    def show(self, rows: SessionRows) -> None:
        """Shows these rows."""
        self._rows = rows
        self.speak(self._language)

    def speak(self, language: str) -> None:
        """Writes everything in this language."""
        self._language = language
        found: list[ReadingRow | EntryRow] = []
        if self._rows is not None:
            found = sorted([*self._rows.readings, *self._rows.entries], key=_record)
        rows = [(str(row.record), self._cells(row)) for row in found]
        table = self.query_one(PagedTable)
        table.show([word(head, language) for head in _HEADS], rows, language)
        table.display = bool(rows)
        advice = self.query_one(".advice", Static)
        advice.display = not rows
        advice.update(word("no-readings", language))

    def _cells(self, row: ReadingRow | EntryRow) -> tuple[Text, ...]:
        style = "dim strike" if row.superseded else ""
        mark = word("superseded" if row.superseded else "used", self._language)
        value = cell(row.text, style or "bold")
        value.justify = "right"
        return (
            cell(row.step_id, style),
            cell(str(row.repeat + 1), style),
            value,
            cell(row.unit, style),
            cell(mark),
            cell(local_exact(row.time), style),
            cell(self._raw(row), style),
            cell(row.operator, style),
            cell(str(row.record), style),
        )

    def _raw(self, row: ReadingRow | EntryRow) -> str:
        raw = getattr(row, "raw_text", None)
        if raw is not None:
            return str(raw)
        return word("typed", self._language, by=row.operator).rstrip()


def _record(row: ReadingRow | EntryRow) -> int:
    return row.record
