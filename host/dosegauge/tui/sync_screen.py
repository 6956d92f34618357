"""A sync under way: progress of the session and of all, cancel, and what came of it."""

from __future__ import annotations

import threading
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, ProgressBar, Static

from dosegauge.errors import DosegaugeError
from dosegauge.link.sync import (
    Progress,
    SessionDone,
    SessionFailed,
    SessionStarted,
    SyncEvent,
    SyncReport,
    UnitFound,
)
from dosegauge.store.devices import Nominal
from dosegauge.tui.bilingual import BilingualScreen
from dosegauge.tui.faults import as_fault
from dosegauge.tui.keys import bind
from dosegauge.tui.messages import SyncEnded, SyncHappened


class SyncScreen(ModalScreen[None], BilingualScreen[None]):
    """Fetches what is new from the chosen unit. Nothing that has arrived is ever given up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "cancel", "sync.cancel"),
        bind("escape", "close", "sync.close"),
        bind("enter", "close", "sync.close", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._cancel = threading.Event()
        self._unit: UnitFound | None = None
        self._current: SessionStarted | Progress | None = None
        self._done: list[SessionDone] = []
        self._failed: list[SessionFailed] = []
        self._stored_before = 0
        self._report: SyncReport | None = None
        self._learnt: list[Nominal] = []
        self._fault: DosegaugeError | None = None
        self._ended = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(classes="head", markup=False)
            yield Static(id="sync-unit", markup=False)
            yield Static(id="sync-session", markup=False)
            yield ProgressBar(id="session-bar", show_eta=False)
            yield Static(id="sync-total", markup=False)
            yield ProgressBar(id="total-bar", show_eta=False)
            yield Static(id="sync-summary", markup=False)
            yield Static(classes="foot", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Begins."""
        self.in_background(self._sync, "sync")

    def on_unmount(self) -> None:
        """Leaving the program ends the sync as Esc does."""
        self._cancel.set()

    def _sync(self) -> None:
        def tell(event: SyncEvent) -> None:
            self._post(SyncHappened(event))

        try:
            outcome = self.bench.sync(tell, self._cancel)
        except Exception as error:  # whatever it is, the user gets one line
            self._post(SyncEnded(None, [], as_fault(error)))
        else:
            report, learnt = outcome or (None, [])
            self._post(SyncEnded(report, learnt, None))

    def _post(self, message: SyncHappened | SyncEnded) -> None:
        self.post_message(message)

    # keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc cancels while it runs and closes afterwards."""
        if action == "cancel":
            return not self._ended and not self._cancel.is_set()
        if action == "close":
            return self._ended
        return super().check_action(action, parameters)

    def action_cancel(self) -> None:
        """Asks the sync to stop; it does so between two windows of bytes."""
        self._cancel.set()
        self.speak(self.language)
        self.refresh_bindings()

    def action_close(self) -> None:
        """Back to the sessions."""
        self.dismiss()

    # what the sync says

    def on_sync_happened(self, message: SyncHappened) -> None:
        """One step further."""
        self._note(message.event)
        self.speak(self.language)

    def _note(self, event: SyncEvent) -> None:
        if isinstance(event, UnitFound):
            self._unit = event
        elif isinstance(event, SessionStarted):
            self._current = event
            self._stored_before = event.stored
        elif isinstance(event, Progress):
            self._current = event
        elif isinstance(event, SessionDone):
            self._done.append(event)
        elif isinstance(event, SessionFailed):
            self._failed.append(event)

    def on_sync_ended(self, message: SyncEnded) -> None:
        """It is over: says what came of it, and what went wrong in a box of its own."""
        self._ended = True
        self._report, self._fault = message.report, message.fault
        self._learnt = message.learnt
        self.speak(self.language)
        self.refresh_bindings()
        if message.fault is not None:
            self.show_fault(message.fault)

    # what is shown

    def speak(self, language: str) -> None:
        """Writes the state of the sync."""
        self.query_one(".head", Static).update(self.say("sync"))
        self.query_one("#sync-unit", Static).update(self._unit_line())
        self._show_session()
        self._show_total()
        summary = self.query_one("#sync-summary", Static)
        summary.update(self._summary())
        summary.display = self._ended
        self.query_one(".foot", Static).update(self._foot())

    def _unit_line(self) -> str:
        if self._unit is not None:
            return self.say("sync-unit", unit=self._unit.unit.unit, sessions=self._unit.sessions)
        return self.say("sync-connecting", port=self.bench.chosen_port or "")

    def _show_session(self) -> None:
        running = self._current
        line, bar = self.query_one("#sync-session", Static), self.query_one("#session-bar")
        line.display = bar.display = running is not None and not self._ended
        if running is None or not isinstance(bar, ProgressBar):
            return
        received = running.received if isinstance(running, Progress) else running.stored
        sizes = self.say("sync-bytes", received=received, size=running.size)
        line.update(f"{self.say('sync-session')}  {running.session}  {sizes}")
        bar.update(total=max(1, running.size), progress=received if running.size else 1)

    def _show_total(self) -> None:
        total = 0 if self._unit is None else self._unit.sessions
        finished = len(self._done) + len(self._failed)
        line = self.query_one("#sync-total", Static)
        bar = self.query_one("#total-bar", ProgressBar)
        line.display = bar.display = self._unit is not None
        line.update(f"{self.say('sync-total')}  {finished}/{total}  +{self._added()} B")
        bar.update(total=max(1, total), progress=finished if total else 1)

    def _added(self) -> int:
        """Bytes that are new in the store, with those of the session under way."""
        added = sum(done.added for done in self._done)
        running = self._current
        finished = {done.session for done in self._done}
        if isinstance(running, Progress) and running.session not in finished:
            added += max(0, running.received - self._stored_before)
        return added

    def _summary(self) -> str:
        lines = [self._outcome()]
        if self._failed:
            lines.append("✗ " + self.say("sync-failed", count=len(self._failed)))
            lines += ["  " + failed.fault.line(self.language) for failed in self._failed]
        for nominal in self._learnt:
            value = f"{nominal.value} {nominal.unit}"
            lines.append(self.say("sync-nominal", value=value, session=nominal.from_session))
        return "\n".join(lines)

    def _outcome(self) -> str:
        values = {
            "sessions": len(self._done),
            "added": sum(done.added for done in self._done),
        }
        if self._fault is not None:
            return "✗ " + self.say("sync-broken", **values)
        if self._report is None or self._report.cancelled:
            return self.say("sync-cancelled", **values)
        if not values["added"] and not self._failed:
            return "✓ " + self.say("sync-nothing")
        return ("✗ " if self._failed else "✓ ") + self.say("sync-done", **values)

    def _foot(self) -> str:
        if self._ended:
            return self.say("sync-close")
        return self.say("sync-cancelling" if self._cancel.is_set() else "sync-running")
