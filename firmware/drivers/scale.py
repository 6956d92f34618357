"""A linear scale with two phases: the board counts its edges, this driver reads count and time."""

from aio import sleep_ms
from dosegauge_core.telegrams import TelegramError, scale
from drivers import InstrumentError

BETWEEN_SAMPLES_MS = 100
SUPPLY_SETTLES_MS = 50
TRIES = 3
# What the board says of the scale, as an instrument's fault.
FAULTS = {
    "supply": ("absent", "the scale has no supply"),
    "signal": ("sensor", "the scale's signal was lost: zero it again"),
}


class Scale:
    """The scale on the board's counter. settings (the plan's channel): resolution_nm, reverse."""

    def __init__(self, quadrature: "object", settings: "dict") -> "None":
        self._quadrature = quadrature
        self._resolution_nm = int(settings["resolution_nm"])
        self._reverse = int(settings.get("reverse", 0))
        self.bad_frames = 0
        self.identity = ""
        quadrature.power(True)

    def close(self) -> "None":
        """Take the scale's supply away."""
        self._quadrature.power(False)

    async def zero(self) -> "bytes":
        """Begin a new count where the scale stands; clears a lost signal. The first sample."""
        self._quadrature.power(False)
        await sleep_ms(SUPPLY_SETTLES_MS)
        self._quadrature.power(True)
        await sleep_ms(SUPPLY_SETTLES_MS)
        self._require_signal(b"")
        return self._sample()

    async def read(self) -> "tuple[int, bytes]":
        """Position in nm and the two samples it was read from.

        InstrumentError: absent (no supply), sensor (signal lost since the zero), moving.
        """
        fault = InstrumentError("moving", "the scale moves")
        for _ in range(TRIES):
            raw = self._sample()
            await sleep_ms(BETWEEN_SAMPLES_MS)
            raw += self._sample()
            self._require_signal(raw)
            try:
                return scale.value_nm(raw, self._resolution_nm, self._reverse), raw
            except TelegramError as error:
                fault = InstrumentError(error.code, error.say, raw)
                self.bad_frames += 1
        raise fault

    def _sample(self) -> "bytes":
        count, time_us = self._quadrature.sample()
        return scale.encode(count, time_us)

    def _require_signal(self, raw: "bytes") -> "None":
        fault = self._quadrature.fault()
        if fault:
            code, say = FAULTS[fault]
            raise InstrumentError(code, say, raw)
