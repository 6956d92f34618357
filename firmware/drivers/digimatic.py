"""Gauges with a Digimatic output: a frame is asked for by REQ and clocked by the gauge.

The frame has no check at all, so a value counts only when two frames agree.
"""

from aio import sleep_ms
from dosegauge_core.telegrams import TelegramError, digimatic
from drivers import InstrumentError

# A gauge on battery that sleeps needs up to two seconds to its first clock.
FIRST_CLOCK_MS = 2000
BETWEEN_REQUESTS_MS = 100
TRIES = 3


class Digimatic:
    """A gauge on the board's SPC port. settings (the plan's channel): decimals, agreement_nm."""

    def __init__(self, spc: "object", settings: "dict") -> "None":
        self._spc = spc
        self._decimals = int(settings["decimals"])
        self._agreement_nm = int(settings.get("agreement_nm", digimatic.AGREEMENT_NM))
        self.bad_frames = 0
        self.identity = ""  # the frame has none

    def close(self) -> "None":
        """The request has ended with each frame: nothing is left to undo."""

    async def read(self) -> "tuple[int, bytes]":
        """Height in nm and the two frames it was read from.

        InstrumentError: absent, moving, unit, decimals, or the last fault of three tries.
        """
        fault = InstrumentError("absent", "no answer from the gauge")
        for _ in range(TRIES):
            try:
                return await self._read_twice()
            except InstrumentError as error:
                fault = error
                self.bad_frames += 1
                await sleep_ms(BETWEEN_REQUESTS_MS)
        raise fault

    async def _read_twice(self) -> "tuple[int, bytes]":
        first = await self._request()
        await sleep_ms(BETWEEN_REQUESTS_MS)
        raw = first + await self._request()
        try:
            return digimatic.value_nm(raw, self._decimals, self._agreement_nm), raw
        except TelegramError as error:
            raise InstrumentError(error.code, error.say, raw)

    async def _request(self) -> "bytes":
        bits, frame = await self._spc.read(FIRST_CLOCK_MS)
        if bits == 0:
            raise InstrumentError("absent", "no answer from the gauge")
        if bits != digimatic.FRAME_BITS:
            say = "{} of 52 bits from the gauge".format(bits)
            raise InstrumentError("truncated", say, digimatic.encode(frame))
        return digimatic.encode(frame)
