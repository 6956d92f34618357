"""A linear scale with two phases, edge by edge (interface reference, sections 9 and 13).

A leads B while the position rises; each of the four edges of a period is one count. At rest the
count may tremble by one at an edge. A head that loses its supply or its signal is told by a line
of its own, and what it counted before is worth nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from ..timeline import US_PER_S, Timeline
from .opto_gauge import NM_PER_MM

# (A, B) of a count modulo 4.
PHASES = ((False, False), (True, False), (True, True), (False, True))


@dataclass(frozen=True)
class ScaleSettings:
    """What kind of scale it is, and how fast it is moved."""

    resolution_nm: int = 1_000
    speed_mm_per_s: float = 50.0
    trembles: bool = True


class QuadratureScale:
    """The scale. `fault` is "", "supply" or "signal", as the unit's fault line tells it."""

    def __init__(
        self, timeline: Timeline, rng: random.Random, settings: ScaleSettings | None = None
    ) -> None:
        self.settings = settings or ScaleSettings()
        self._timeline = timeline
        self._rng = rng
        self._from_nm = self._to_nm = 0
        self._moved_us = 0
        self._origin = 0
        self.unit = "MM"
        self.fault = "supply"

    def move(self, position_nm: int) -> None:
        """Move it there from where it is now, at its speed."""
        self._from_nm = self._position_nm()
        self._to_nm = position_nm
        self._moved_us = self._timeline.now_us

    def power(self, on: bool) -> None:
        """Its supply; switching on begins a new count."""
        self.fault = "" if on else "supply"
        self._origin = self._steps()

    def lose_signal(self) -> None:
        """The head was lifted, or moved too fast: told until the supply is switched."""
        if not self.fault:
            self.fault = "signal"

    def count(self) -> int:
        """What a counter of its edges stands at."""
        return self._steps() - self._origin

    def phases(self) -> tuple[bool, bool]:
        """A and B now."""
        return PHASES[self._steps() % 4]

    def edges(self, start: int, end: int) -> Iterator[tuple[bool, bool]]:
        """The phases on the way from one count to another, each differing in one line."""
        step = 1 if end > start else -1
        for count in range(start + step, end + step, step):
            yield PHASES[count % 4]

    def _steps(self) -> int:
        position = self._position_nm() // self.settings.resolution_nm
        at_rest = self._position_nm() == self._to_nm
        return position + (self._rng.randrange(2) if self.settings.trembles and at_rest else 0)

    def _position_nm(self) -> int:
        way_nm = self._to_nm - self._from_nm
        nm_per_us = self.settings.speed_mm_per_s * NM_PER_MM / US_PER_S
        gone_nm = round((self._timeline.now_us - self._moved_us) * nm_per_us)
        if gone_nm >= abs(way_nm):
            return self._to_nm
        return self._from_nm + (gone_nm if way_nm > 0 else -gone_nm)
