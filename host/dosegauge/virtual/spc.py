"""The unit's Digimatic port: REQ, and a receiver that clocks frames in as the board's does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .instruments.digimatic_gauge import BITS, DigimaticGauge, Edge
from .timeline import Event, Timeline

FRAME_BYTES = 7


class SpcPort:
    """One frame at a time. `received` holds the bytes of a complete frame for the unit.

    REQ ends with the first falling clock; a bit counts that is there while the clock falls. A
    frame that nobody has asked for is not seen.
    """

    def __init__(self, timeline: Timeline, wake: Callable[[], None]) -> None:
        self._timeline = timeline
        self._wake = wake
        self.gauge: DigimaticGauge | None = None
        self.received = bytearray()
        self._edges: Iterator[Edge] = iter(())
        self._next: Event | None = None
        self._clock = True
        self._bits = 0
        self._frame = 0
        self._listening = False

    def request(self) -> None:
        """Assert REQ and listen."""
        self.give_up()
        self.received.clear()
        self._bits = self._frame = 0
        self._listening = True
        self._edges = self.gauge.requested() if self.gauge is not None else iter(())
        self._plan()

    def give_up(self) -> tuple[int, int]:
        """End the request; how many bits came, and they."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        self._listening = False
        return self._bits, self._frame

    def _plan(self) -> None:
        edge = next(self._edges, None)
        self._next = None
        if edge is not None:
            self._next = self._timeline.after(edge.after_us, lambda: self._arrive(edge))

    def _arrive(self, edge: Edge) -> None:
        if self._clock and not edge.clock and self._listening and self._bits < BITS:
            self._frame |= edge.data << self._bits
            self._bits += 1
            if self._bits == BITS:
                self.received += self._frame.to_bytes(FRAME_BYTES, "little")
                self._listening = False
                self._wake()
        self._clock = edge.clock
        self._plan()
