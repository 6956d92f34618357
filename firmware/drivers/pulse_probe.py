"""A survey probe with pulse output: the board counts, this driver reads count and time."""

from dosegauge_core.telegrams import pulses


class PulseProbe:
    """The probe on the board's pulse counter."""

    def __init__(self, counter: "object") -> "None":
        self._counter = counter
        self.identity = ""
        counter.power(True)

    def sample(self) -> "tuple[int, bytes]":
        """The counter (modulo 2^32) and the raw sample."""
        count, time_us = self._counter.sample()
        raw = pulses.encode(count, time_us)
        return pulses.parse(raw).count, raw

    def close(self) -> "None":
        """Take the probe's supply away."""
        self._counter.power(False)
