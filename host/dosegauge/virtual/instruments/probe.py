"""A Geiger-Mueller tube with a pulse output: Poisson pulses behind a non-paralysable dead time.

Interface reference, sections 8 and 13. Pulses are drawn when somebody looks, exactly: between
recorded pulses lie one dead time and one exponential wait, so the k-th one from now comes after
k dead times and a gamma(k) distributed wait. A long span takes one such leap to shortly before
its end and single steps from there.
"""

from __future__ import annotations

import bisect
import math
import random

LEAP_AT_LEAST = 200
LEAP_MARGIN_SIGMA = 4.0


class RenewalCounter:
    """Recorded pulses of a Poisson source behind a dead time; time in seconds, going forward."""

    def __init__(self, rng: random.Random, dead_time_s: float) -> None:
        self._rng = rng
        self.dead_time_s = dead_time_s
        self._dead_until_s = 0.0

    def counts(self, start_s: float, end_s: float, rate_per_s: float) -> int:
        """Pulses recorded in the span, the true rate being constant in it."""
        if rate_per_s <= 0.0 or end_s <= start_s:
            return 0
        # `alive_s` is where the tube waits for its next quantum. The wait has no memory, so that
        # a span may begin anywhere.
        alive_s = max(start_s, self._dead_until_s)
        counted = 0
        while True:
            leap = self._leap_size(end_s - alive_s, rate_per_s)
            if leap == 0:
                break
            wait_s = self._rng.gammavariate(leap, 1.0 / rate_per_s)
            if alive_s + wait_s + leap * self.dead_time_s > end_s:
                return counted + self._bridge(alive_s, end_s, leap, wait_s)
            alive_s += wait_s + leap * self.dead_time_s
            self._dead_until_s = alive_s
            counted += leap
        while True:
            pulse_s = alive_s + self._rng.expovariate(rate_per_s)
            if pulse_s > end_s:
                return counted
            counted += 1
            alive_s = self._dead_until_s = pulse_s + self.dead_time_s

    def _leap_size(self, span_s: float, rate_per_s: float) -> int:
        """How many pulses almost surely fit into the span; 0 if too few for a leap."""
        if span_s <= 0.0:
            return 0
        expected = span_s * rate_per_s / (1.0 + rate_per_s * self.dead_time_s)
        leap = int(expected - LEAP_MARGIN_SIGMA * math.sqrt(expected))
        return leap if leap >= LEAP_AT_LEAST else 0

    def _bridge(self, alive_s: float, end_s: float, leap: int, wait_s: float) -> int:
        """The leap went past the end: count its pulses that lie before.

        Given the sum of the waits, the single arrivals are uniform order statistics in live time.
        """
        arrivals = sorted(self._rng.random() * wait_s for _ in range(leap - 1))
        arrivals.append(wait_s)
        dead_s = self.dead_time_s
        counted = bisect.bisect_right(
            range(leap), end_s - alive_s, key=lambda i: arrivals[i] + i * dead_s
        )
        if counted:
            self._dead_until_s = alive_s + arrivals[counted - 1] + counted * dead_s
        return counted


class PulseProbe:
    """The probe on the unit's counter input; the world tells it the rates.

    `cps_per_ugy_per_h` is the tube's response; `own_cps` its own noise.
    """

    def __init__(
        self,
        rng: random.Random,
        *,
        cpm_per_ugy_per_h: float = 154.0,
        dead_time_us: float = 190.0,
        own_cpm: float = 0.0,
    ) -> None:
        self._counter = RenewalCounter(rng, dead_time_us * 1e-6)
        self.cps_per_ugy_per_h = cpm_per_ugy_per_h / 60.0
        self.own_cps = own_cpm / 60.0
        self.powered = False
        self.high_voltage = True
        self.burst_cps = 0.0
        self.pulses = 0

    def count(self, start_us: int, end_us: int, ugy_per_h: float) -> None:
        """Let the span pass in a field of that rate."""
        if not (self.powered and self.high_voltage):
            return
        rate = ugy_per_h * self.cps_per_ugy_per_h + self.own_cps + self.burst_cps
        self.pulses += self._counter.counts(start_us * 1e-6, end_us * 1e-6, rate)
