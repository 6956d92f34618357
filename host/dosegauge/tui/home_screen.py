"""The first screen: units above, the store's sessions below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import DataTable, Footer, Input
from textual.worker import get_current_worker

from dosegauge.errors import DosegaugeError
from dosegauge.tui.bilingual import BilingualScreen
from dosegauge.tui.faults import as_fault
from dosegauge.tui.keys import bind
from dosegauge.tui.messages import (
    ClockSet,
    Failed,
    PortsChanged,
    SessionsRead,
    SessionsSummarised,
    UnitsFound,
    VirtualStarted,
)
from dosegauge.tui.sessions_panel import SessionsPanel
from dosegauge.tui.summary import UNREAD, Summary
from dosegauge.tui.title_bar import TitleBar
from dosegauge.tui.units_table import UnitsTable
from dosegauge.tui.words import WORDS

if TYPE_CHECKING:
    from dosegauge.store import SessionRow

# So many sessions are derived before the table is filled in with them.
_BATCH = 25
_FIRST_BATCH = 3
_WATCH_PORTS_S = 3.0
_LETTER_ACTIONS = ("sync", "live", "verify", "filter", "refresh", "virtual", "set_clock", "open")


class HomeScreen(BilingualScreen[None]):
    """What is plugged in and what is stored, and the ways from here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("s", "sync", "home.sync"),
        bind("l", "live", "home.live"),
        bind("enter", "open", "home.open", show=False),
        bind("v", "verify", "session.verify"),
        bind("slash", "filter", "home.filter", shown_as="/"),
        bind("escape", "leave_filter", "home.leave-filter"),
        bind("r", "refresh", "home.refresh", show=False),
        bind("u", "virtual", "home.virtual"),
        bind("c", "set_clock", "home.clock", show=False),
    ]

    def __init__(self, *, start_virtual: bool = False) -> None:
        super().__init__()
        self._start_virtual = start_virtual
        self._plugged_in: frozenset[str] | None = None

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield UnitsTable()
        yield SessionsPanel()
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """The first picture comes before anything is looked for."""
        self._sessions.paged.table.focus()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self._start_virtual:
            self.action_virtual()
        else:
            self._look_for_units()
        self._read_store()
        self.set_interval(_WATCH_PORTS_S, lambda: self.in_background(self._watch_ports, "ports"))

    def speak(self, language: str) -> None:
        """Writes the line at the top."""
        self.query_one(TitleBar).say(self.say("store"), self.bench.store_location)

    @property
    def _units(self) -> UnitsTable:
        return self.query_one(UnitsTable)

    @property
    def _sessions(self) -> SessionsPanel:
        return self.query_one(SessionsPanel)

    # what the keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the filter is typed the letters are text."""
        typing = isinstance(self.focused, Input)
        if action == "leave_filter":
            return typing or (self.is_mounted and bool(self.query_one(Input).value))
        if action in _LETTER_ACTIONS:
            if action == "virtual" and self.bench.virtual is not None:
                return False
            return not typing
        return super().check_action(action, parameters)

    def action_refresh(self) -> None:
        """Looks for units and reads the store again."""
        self._look_for_units()
        self._read_store()

    def action_virtual(self) -> None:
        """Starts the virtual unit."""
        self._units.wait_for("starting-virtual")
        self.in_background(self._start_virtual_unit, "virtual")

    def action_set_clock(self) -> None:
        """Sets the chosen unit's clock."""
        if self._choose_unit():
            self.in_background(self._set_clock, "clock")

    def action_filter(self) -> None:
        """To the filter."""
        self.query_one(Input).focus()

    def action_leave_filter(self) -> None:
        """Clears the filter, back to the table."""
        self.query_one(Input).value = ""
        self._sessions.paged.table.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Enter keeps the filter and goes to what it found."""
        message.stop()
        self._sessions.paged.table.focus()

    def action_sync(self) -> None:
        """Fetches what is new from the chosen unit."""
        if not self._choose_unit():
            return
        from dosegauge.tui.sync_screen import SyncScreen

        self.app.push_screen(SyncScreen(), lambda _result: self.action_refresh())

    def action_live(self) -> None:
        """Shows the chosen unit's display."""
        if not self._choose_unit():
            return
        from dosegauge.tui.live_screen import LiveScreen

        self.app.push_screen(LiveScreen(), lambda _result: self._look_for_units())

    def action_open(self) -> None:
        """Opens the chosen session."""
        self._open_session(verify=False)

    def action_verify(self) -> None:
        """Opens the chosen session and verifies it."""
        self._open_session(verify=True)

    def on_data_table_row_selected(self, message: DataTable.RowSelected) -> None:
        """Enter or a click on a row."""
        message.stop()
        if message.data_table.id != "units-table":
            self.action_open()

    def _open_session(self, *, verify: bool) -> None:
        row = self._sessions.chosen
        if row is None:
            return
        from dosegauge.tui.session_screen import SessionScreen

        self.app.push_screen(
            SessionScreen(row, verify=verify), lambda _result: self._summarise_again(row)
        )

    def _choose_unit(self) -> bool:
        """Takes the unit under the cursor; says what to do when there is none."""
        chosen = self._units.chosen
        if chosen is None:
            self.show_fault(DosegaugeError(WORDS["no-unit-chosen"], "", WORDS["no-unit-todo"]))
            return False
        if chosen.fault is not None:
            self.show_fault(chosen.fault)
            return False
        self.bench.chosen_port = chosen.port
        return True

    # what workers do

    def _look_for_units(self) -> None:
        self.in_background(lambda: self._post(UnitsFound(self.bench.units())), "units")

    def _watch_ports(self) -> None:
        before, self._plugged_in = self._plugged_in, self.bench.plugged_in()
        if before is not None and before != self._plugged_in:
            self._post(PortsChanged())

    def _set_clock(self) -> None:
        self.bench.set_clock()
        self._post(ClockSet())

    def _start_virtual_unit(self) -> None:
        self.bench.start_virtual()
        self._post(VirtualStarted())

    def _read_store(self) -> None:
        self.in_background(self._read_sessions, "store")

    def _read_sessions(self) -> None:
        worker = get_current_worker()
        rows = self.bench.sessions()
        self._post(SessionsRead(rows))
        batch: dict[str, Summary] = {}
        limit = _FIRST_BATCH
        for row in rows:
            if worker.is_cancelled:
                return
            batch[row.id] = self._summary_or_none(row)
            if len(batch) >= limit:
                self._post(SessionsSummarised(batch))
                batch, limit = {}, _BATCH
        if batch:
            self._post(SessionsSummarised(batch))

    def _summary_or_none(self, row: SessionRow) -> Summary:
        """One session that can't be read for an unexpected reason must not hide the others."""
        try:
            return self.bench.summary(row)
        except Exception as error:  # told with the log file; the row says "unreadable"
            self.tell(Failed(as_fault(error)))
            return UNREAD

    def _summarise_again(self, row: SessionRow) -> None:
        def work() -> None:
            self._post(SessionsSummarised({row.id: self.bench.summary(row)}))

        self.in_background(work, "summary")

    def _post(self, message: Message) -> None:
        self.post_message(message)

    # what workers say

    def on_units_found(self, message: UnitsFound) -> None:
        """Shows who is there."""
        virtual = self.bench.virtual
        port = None if virtual is None else virtual.port
        self._units.show(message.candidates, port, self.bench.now_ms())

    def on_virtual_started(self, _message: VirtualStarted) -> None:
        """The virtual unit is a unit like any other now."""
        self.refresh_bindings()
        self._look_for_units()

    def on_ports_changed(self, _message: PortsChanged) -> None:
        """Asks the new ones who they are."""
        self._look_for_units()

    def on_clock_set(self, _message: ClockSet) -> None:
        """Shows the clock as it is now."""
        self.notify(self.say("clock-was-set"), markup=False, timeout=3)
        self._look_for_units()

    def on_sessions_read(self, message: SessionsRead) -> None:
        """Shows what is stored."""
        self._sessions.show_rows(message.rows)
        self.speak(self.language)

    def on_sessions_summarised(self, message: SessionsSummarised) -> None:
        """Shows what some of it holds."""
        self._sessions.show_summaries(message.summaries)

    def on_failed(self, _message: Failed) -> None:
        """The fault is shown over the screen; what waits for an answer here gets none."""
        self._units.wait_for("no-units")
