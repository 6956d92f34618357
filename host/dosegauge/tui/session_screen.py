"""One session: its head, its result, its readings, its events, and whether it still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import DataTable, Footer, TabbedContent, TabPane

from dosegauge.tui.bilingual import BilingualScreen
from dosegauge.tui.check_pane import CheckPane
from dosegauge.tui.events_pane import EventsPane
from dosegauge.tui.keys import bind
from dosegauge.tui.messages import Verified
from dosegauge.tui.readings_pane import ReadingsPane
from dosegauge.tui.result_pane import ResultPane
from dosegauge.tui.session_head import SessionHead

if TYPE_CHECKING:
    from dosegauge.store import SessionRow

_TABS = ("tab-result", "tab-readings", "tab-events", "tab-check")


class SessionScreen(BilingualScreen[None]):
    """Everything is derived again from the stored bytes when it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "back", "screen.back"),
        bind("t", "next_tab", "session.tab"),
        bind("v", "verify", "session.verify"),
    ]

    def __init__(self, row: SessionRow, *, verify: bool = False) -> None:
        super().__init__()
        self._row = row
        self._verify = verify

    def compose(self) -> ComposeResult:
        yield SessionHead(self._row)
        with TabbedContent():
            with TabPane("", id="tab-result"):
                yield ResultPane()
            with TabPane("", id="tab-readings"):
                yield ReadingsPane()
            with TabPane("", id="tab-events"):
                yield EventsPane()
            with TabPane("", id="tab-check"):
                yield CheckPane()
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Reads the session."""
        if self._verify:
            self.action_verify()
        else:
            self._read(wanted=False)
        self._focus_pane()

    def speak(self, language: str) -> None:
        """Writes the names of the tabs."""
        tabs = self.query_one(TabbedContent)
        for name in _TABS:
            tabs.get_tab(name).label = self.say(name)

    def action_back(self) -> None:
        """Back to the sessions."""
        self.dismiss()

    def action_next_tab(self) -> None:
        """The next tab, round and round."""
        tabs = self.query_one(TabbedContent)
        tabs.active = _TABS[(_TABS.index(tabs.active) + 1) % len(_TABS)]

    def on_tabbed_content_tab_activated(self, message: TabbedContent.TabActivated) -> None:
        """The keys go to what is shown."""
        message.stop()
        self.call_after_refresh(self._focus_pane)

    def action_verify(self) -> None:
        """Reads the bytes again from the store's file and derives everything."""
        self.query_one(CheckPane).wait()
        self.query_one(TabbedContent).active = "tab-check"
        self._read(wanted=True)

    def _read(self, *, wanted: bool) -> None:
        def work() -> None:
            self.post_message(Verified(self.bench.verify(self._row), wanted=wanted))

        self.in_background(work, "verify")

    def on_verified(self, message: Verified) -> None:
        """Shows what was found. Of a damaged log only the damage."""
        verification = message.verification
        self.query_one(SessionHead).show(verification)
        self.query_one(ResultPane).show(verification)
        if message.wanted:
            self.query_one(CheckPane).show(verification)
        found = verification.evaluation
        if found is not None and not verification.damages:
            self.query_one(ReadingsPane).show(found.rows)
            self.query_one(EventsPane).show(found.rows.events)

    def _focus_pane(self) -> None:
        active = self.query_one(TabbedContent).active
        pane = {
            "tab-result": "#result-pane",
            "tab-readings": "#readings-table",
            "tab-events": "#events-table",
            "tab-check": "#check-pane",
        }.get(active)
        if pane is not None:
            widget: Widget = self.query_one(pane)
            tables = widget.query(DataTable) if pane.endswith("-table") else None
            (tables.first() if tables else widget).focus()
