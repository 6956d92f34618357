"""The units: found ports, each with who answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from dosegauge.tui.cells import cell, fill
from dosegauge.tui.times import offset_text
from dosegauge.tui.words import WORDS, word

if TYPE_CHECKING:
    from dosegauge.link.answers import UnitInfo
    from dosegauge.link.finder import Candidate

_HEADS = ("unit", "state", "firmware", "clock", "note", "port")
_DEFINITE_MS = 2000  # a clock offset beyond it is marked


class UnitsTable(Vertical):
    """One row a port; a line of advice while there is none."""

    def __init__(self) -> None:
        super().__init__(id="units")
        self._candidates: list[Candidate] | None = None
        self._virtual_port: str | None = None
        self._asked_ms = 0
        self._waiting_for = "looking"
        self._language = "en"

    def compose(self) -> ComposeResult:
        yield DataTable[Text](cursor_type="row", id="units-table")
        yield Static(id="units-advice", classes="advice", markup=False)

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.border_title = ""

    def wait_for(self, what: str) -> None:
        """Shows what is under way, as long as no unit is known."""
        self._waiting_for = what
        self.speak(self._language)

    def show(self, candidates: list[Candidate], virtual_port: str | None, asked_ms: int) -> None:
        """Shows who answered when they were asked at that time (ms since 1970)."""
        self._candidates, self._virtual_port = candidates, virtual_port
        self._asked_ms, self._waiting_for = asked_ms, "no-units"
        self.speak(self._language)

    @property
    def chosen(self) -> Candidate | None:
        """The unit under the cursor."""
        table = self.query_one(DataTable)
        known = self._candidates or []
        return known[table.cursor_row] if 0 <= table.cursor_row < len(known) else None

    def speak(self, language: str) -> None:
        """Writes the table anew."""
        self._language = language
        self.border_title = word("units", language)
        table = self.query_one(DataTable)
        row = table.cursor_row
        rows = [(None, self._cells(candidate)) for candidate in self._candidates or []]
        fill(table, [word(head, language) for head in _HEADS], rows)
        table.move_cursor(row=row, animate=False)
        table.display = bool(self._candidates)
        advice = self.query_one("#units-advice", Static)
        advice.update(self._advice())
        advice.display = bool(self._advice())

    def _advice(self) -> str:
        """What to do while nobody is there, or why a port has no unit that answers."""
        if not self._candidates:
            return word(self._waiting_for, self._language)
        faults = [candidate.fault for candidate in self._candidates if candidate.fault]
        return "\n".join(fault.line(self._language) for fault in faults)

    def _cells(self, candidate: Candidate) -> list[Text]:
        if candidate.info is None:
            silent = cell("✗ " + word("no-answer", self._language), "bold")
            return [cell("-"), silent, *(cell("-") for _ in range(3)), cell(candidate.port)]
        info = candidate.info
        state = f"unit-{info.state}"
        return [
            cell(info.unit, "bold"),
            cell(word(state, self._language) if state in WORDS else info.state),
            cell(info.firmware),
            self._clock(info),
            cell(self._notes(candidate.port, info)),
            cell(candidate.port),
        ]

    def _clock(self, info: UnitInfo) -> Text:
        if info.clock_ms is None:
            return cell("! " + word("clock-unset", self._language))
        offset_ms = info.clock_ms - self._asked_ms
        mark = "" if abs(offset_ms) < _DEFINITE_MS else "! "
        return cell(mark + offset_text(offset_ms))

    def _notes(self, port: str, info: UnitInfo) -> str:
        notes = []
        if port == self._virtual_port:
            notes.append(word("virtual-note", self._language))
        if not info.protected:
            notes.append("! " + word("unprotected", self._language))
        return "  ".join(notes)
