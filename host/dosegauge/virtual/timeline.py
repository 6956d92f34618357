"""World time: an event queue in integer microseconds. No wall clock, no input or output."""

from __future__ import annotations

import heapq
from collections.abc import Callable

US_PER_S = 1_000_000
US_PER_MS = 1_000


class Event:
    """Something that will happen at `us`, unless it is cancelled."""

    __slots__ = ("action", "us")

    def __init__(self, us: int, action: Callable[[], None]) -> None:
        self.us = us
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Make it not happen. Harmless when it already has."""
        self.action = None

    @property
    def pending(self) -> bool:
        """True until it has happened or was cancelled."""
        return self.action is not None


class Timeline:
    """Events in order of time; those of the same microsecond in the order they were entered."""

    def __init__(self) -> None:
        self.now_us = 0
        self._queue: list[tuple[int, int, Event]] = []
        self._entered = 0

    def at(self, us: int, action: Callable[[], None]) -> Event:
        """Do `action` at `us` (now, if that is past)."""
        event = Event(max(us, self.now_us), action)
        self._entered += 1
        heapq.heappush(self._queue, (event.us, self._entered, event))
        return event

    def after(self, delay_us: int, action: Callable[[], None]) -> Event:
        """Do `action` in `delay_us` from now."""
        return self.at(self.now_us + delay_us, action)

    def next_us(self) -> int | None:
        """When the next event is due; None if there is none."""
        while self._queue and not self._queue[0][2].pending:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def run_until(self, us: int, stop: Callable[[], bool]) -> None:
        """Let time pass to `us`, or to the first event after which `stop()` is true.

        Time stands at `us` or at that event afterwards; it never goes back.
        """
        while True:
            due = self.next_us()
            if due is None or due > us:
                break
            event = heapq.heappop(self._queue)[2]
            action = event.action
            event.cancel()
            self.now_us = max(self.now_us, due)
            if action is not None:
                action()
            if stop():
                return
        self.now_us = max(self.now_us, us)
