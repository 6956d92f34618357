"""What workers tell the screens. Workers never touch a widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from dosegauge.errors import DosegaugeError
    from dosegauge.link.answers import LiveScreen
    from dosegauge.link.finder import Candidate
    from dosegauge.link.sync import SyncEvent, SyncReport
    from dosegauge.store import SessionRow
    from dosegauge.store.devices import Nominal
    from dosegauge.tui.summary import Summary
    from dosegauge.verification import Verification


class Failed(Message):
    """A worker could not do its work."""

    def __init__(self, fault: DosegaugeError) -> None:
        super().__init__()
        self.fault = fault


class UnitsFound(Message):
    """The ports that may be units, each with its answer or fault."""

    def __init__(self, candidates: list[Candidate]) -> None:
        super().__init__()
        self.candidates = candidates


class PortsChanged(Message):
    """A unit was plugged in or out."""


class ClockSet(Message):
    """The chosen unit's clock was set."""


class VirtualStarted(Message):
    """The virtual unit runs."""


class SessionsRead(Message):
    """The sessions in the store, newest first."""

    def __init__(self, rows: list[SessionRow]) -> None:
        super().__init__()
        self.rows = rows


class SessionsSummarised(Message):
    """What some sessions hold, by their id."""

    def __init__(self, summaries: dict[str, Summary]) -> None:
        super().__init__()
        self.summaries = summaries


class SyncHappened(Message):
    """A step of a sync; progress within one session only matters in its newest state."""

    def __init__(self, event: SyncEvent) -> None:
        super().__init__()
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """Whether this one makes an earlier message, not yet handled, superfluous."""
        if not isinstance(message, SyncHappened):
            return False
        before, after = message.event, self.event
        return (
            type(before).__name__ == type(after).__name__ == "Progress"
            and before.session == after.session  # type: ignore[union-attr]
        )


class SyncEnded(Message):
    """A sync is over: its report with the nominals it taught, or the fault that ended it."""

    def __init__(
        self, report: SyncReport | None, learnt: list[Nominal], fault: DosegaugeError | None
    ) -> None:
        super().__init__()
        self.report = report
        self.learnt = learnt
        self.fault = fault


class Verified(Message):
    """A session was read and everything derived again; `wanted` by the user, not by opening it."""

    def __init__(self, verification: Verification, *, wanted: bool) -> None:
        super().__init__()
        self.verification = verification
        self.wanted = wanted


class Displayed(Message):
    """What the unit's display shows, or why that can't be known."""

    def __init__(self, unit: str, screen: LiveScreen | None, fault: DosegaugeError | None) -> None:
        super().__init__()
        self.unit = unit
        self.screen = screen
        self.fault = fault

    def can_replace(self, message: Message) -> bool:
        """Only the newest state of the display matters."""
        return isinstance(message, Displayed)


class HandHint(Message):
    """What the virtual laboratory did before a key went to the unit; "" for nothing."""

    def __init__(self, key: str, values: dict[str, str]) -> None:
        super().__init__()
        self.key = key
        self.values = values


class OperatorProgressed(Message):
    """The automatic operator: sessions saved so far; `running` until it is done or stopped."""

    def __init__(self, saved: list[str], *, running: bool) -> None:
        super().__init__()
        self.saved = saved
        self.running = running
