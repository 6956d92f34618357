"""A gauge with a Digimatic output, edge by edge.

Interface reference, sections 1 and 13: 52 bits, each nibble with its lowest bit first, data valid
around the low clock; set-up, low and hold time of a bit 150, 250 and 150 us. No answer while the
spindle moves; a sleeping gauge needs up to two seconds; six digits are sent, a seventh is lost.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..timeline import US_PER_MS, Timeline
from .opto_gauge import NM_PER_MM, SETTLE_US, round_half_even

SET_UP_US, LOW_US, HOLD_US = 150, 250, 150
BITS = 52
DECIMALS = {500: 4, 100: 4, 1_000: 3, 10_000: 2}
NM_PER_INCH = 25_400_000
INCH_DECIMALS = 5
FASTEST_REQUESTS_US = 80 * US_PER_MS
FAULTS = ("silent", "truncated", "flipped", "inch", "decimals")


class Edge(NamedTuple):
    """The levels of both lines from `after_us` after the edge before it."""

    after_us: int
    data: bool
    clock: bool


@dataclass(frozen=True)
class DigimaticSettings:
    """What kind of gauge it is. ValueError for what cannot be.

    `sleeps_ms`: how long it takes to wake, at most. `long_digits`: Digimatic-2, eight digits.
    """

    resolution_nm: int = 500
    noise_nm: float = 300.0
    latency_ms: tuple[float, float] = (5.0, 30.0)
    sleeps_ms: float = 0.0
    long_digits: bool = False

    def __post_init__(self) -> None:
        if self.resolution_nm not in DECIMALS:
            raise ValueError(f"gauge resolution {self.resolution_nm} nm: {sorted(DECIMALS)}")


class DigimaticGauge:
    """The gauge. `disturb` makes its next frames wrong; `unit` is what its key is set to."""

    def __init__(
        self, timeline: Timeline, rng: random.Random, settings: DigimaticSettings | None = None
    ) -> None:
        self.settings = settings or DigimaticSettings()
        self._timeline = timeline
        self._rng = rng
        self._spindle_nm = 0
        self._moving_until_us = 0
        self._asked_us = -FASTEST_REQUESTS_US
        self._faults: list[str] = []
        self.unit = "MM"
        self.sent: list[int] = []

    def move(self, position_nm: int) -> None:
        """Put the spindle somewhere else; it moves for a moment."""
        self._spindle_nm = position_nm
        self._moving_until_us = self._timeline.now_us + SETTLE_US

    def disturb(self, fault: str, frames: int = 1) -> None:
        """The next frames are wrong in that way."""
        if fault not in FAULTS:
            raise ValueError(f"gauge fault {fault!r}: {', '.join(FAULTS)}")
        self._faults += [fault] * frames

    def requested(self) -> Iterator[Edge]:
        """The edges that follow when REQ is asserted now; none when the gauge does not answer."""
        now_us = self._timeline.now_us
        too_fast = now_us - self._asked_us < FASTEST_REQUESTS_US
        self._asked_us = now_us
        fault = self._faults.pop(0) if self._faults else ""
        if too_fast or now_us < self._moving_until_us or fault == "silent":
            return
        frame, bits = self._frame(fault), BITS
        if fault == "flipped":
            frame ^= 1 << self._rng.randrange(20, 44)
        if fault == "truncated":
            bits = self._rng.randrange(1, BITS)
        self.sent.append(frame)
        wait_ms = self._rng.uniform(*self.settings.latency_ms)
        wait_us = round((wait_ms + self._rng.uniform(0.0, self.settings.sleeps_ms)) * US_PER_MS)
        for place in range(bits):
            level = bool(frame >> place & 1)
            yield Edge(wait_us if place == 0 else HOLD_US, level, True)
            yield Edge(SET_UP_US, level, False)
            yield Edge(LOW_US, level, True)
        yield Edge(HOLD_US, True, True)

    def _frame(self, fault: str) -> int:
        """The 52 bits of the present value, bit 0 first on the wire."""
        shown_nm = self._spindle_nm + round(self._rng.gauss(0.0, self.settings.noise_nm))
        decimals = DECIMALS[self.settings.resolution_nm]
        step_nm = NM_PER_MM // 10**decimals
        # A gauge of 0.5 um shows 0.0005: its last digit is 0 or 5.
        coarse = self.settings.resolution_nm // step_nm
        count = round_half_even(shown_nm, self.settings.resolution_nm) * coarse
        inch = self.unit != "MM" or fault == "inch"
        if inch:
            decimals = INCH_DECIMALS
            count = round_half_even(shown_nm * 10**INCH_DECIMALS, NM_PER_INCH)
        if fault == "decimals":
            decimals -= 1
        return _nibbles(count, decimals, inch, self.settings.long_digits)


def _nibbles(count: int, decimals: int, inch: bool, long_digits: bool) -> int:
    digits = f"{abs(count):08d}"[-8:]
    head = [8, 15, int(digits[0]), int(digits[1])] if long_digits else [15, 15, 15, 15]
    sign = 8 if count < 0 else 0
    nibbles = [*head, sign, *(int(digit) for digit in digits[2:]), decimals, int(inch)]
    return sum(nibble << 4 * place for place, nibble in enumerate(nibbles))
