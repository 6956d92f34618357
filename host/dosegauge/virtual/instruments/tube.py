"""The X-ray tube in the cabinet: air kerma rate at a distance, exposure by exposure.

Interface reference, section 13: repeatability of ten exposures 0.1 to 0.5 %, warm-up drift of
0.5 to 2 % in the first half hour.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from ..timeline import US_PER_S, Timeline

REFERENCE_DISTANCE_MM = 100.0


@dataclass(frozen=True)
class TubeSettings:
    """Output at 100 mm; relative standard deviation from exposure to exposure; what is missing
    (relative) when cold, and the time in which that goes."""

    mgy_per_min: float = 15.2
    repeatability: float = 0.005
    warm_up: float = 0.0
    warm_up_s: float = 900.0


class Tube:
    """Off at first. Every switching-on is an exposure with its own output."""

    def __init__(
        self, timeline: Timeline, rng: random.Random, settings: TubeSettings | None = None
    ) -> None:
        self._timeline = timeline
        self._rng = rng
        self.settings = settings or TubeSettings()
        self.on = False
        self.exposures = 0
        self._output = 1.0

    def switch(self, on: bool) -> None:
        """Beam on or off; `World.set_beam` is what callers want."""
        if on and not self.on:
            self.exposures += 1
            age_s = self._timeline.now_us / US_PER_S
            missing = self.settings.warm_up * math.exp(-age_s / self.settings.warm_up_s)
            self._output = (1.0 - missing) * self._rng.gauss(1.0, self.settings.repeatability)
        self.on = on

    @property
    def relative_output(self) -> float:
        """Output of this exposure relative to nominal; 0 with the beam off."""
        return self._output if self.on else 0.0

    def kerma_rate_gy_per_s(self, distance_mm: float) -> float:
        """Air kerma rate free in air on the axis, by the inverse square of the distance."""
        gy_per_s = self.settings.mgy_per_min / 60_000.0
        return gy_per_s * self.relative_output * (REFERENCE_DISTANCE_MM / distance_mm) ** 2
