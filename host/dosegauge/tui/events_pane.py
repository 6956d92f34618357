"""What happened during a session besides the readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from dosegauge.event_texts import whole_event_text
from dosegauge.tui.cells import cell
from dosegauge.tui.paged_table import PagedTable
from dosegauge.tui.times import local_exact
from dosegauge.tui.words import word

if TYPE_CHECKING:
    from dosegauge.readings import EventRow

_HEADS = ("time", "what", "where", "details", "record")


class EventsPane(Vertical):
    """Troubles, cuts, changes of the clock: as the unit recorded them."""

    def __init__(self) -> None:
        super().__init__(id="events-pane")
        self._events: list[EventRow] = []
        self._language = "en"

    def compose(self) -> ComposeResult:
        yield PagedTable(id="events-table")
        yield Static(classes="advice", markup=False)

    def show(self, events: list[EventRow]) -> None:
        """Shows these events."""
        self._events = events
        self.speak(self._language)

    def speak(self, language: str) -> None:
        """Writes everything in this language."""
        self._language = language
        rows = [
            (
                str(event.record),
                (
                    cell(local_exact(event.time)),
                    cell(event.what),
                    cell(event.where),
                    cell(whole_event_text(event.what, event.details, language)),
                    cell(str(event.record)),
                ),
            )
            for event in self._events
        ]
        table = self.query_one(PagedTable)
        table.show([word(head, language) for head in _HEADS], rows, language)
        table.display = bool(rows)
        advice = self.query_one(".advice", Static)
        advice.display = not rows
        advice.update(word("no-events", language))
