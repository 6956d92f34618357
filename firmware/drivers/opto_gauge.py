"""Height gauges and indicators with Opto-RS232 (Sylvac, Trimos, IBR): asked, never listened to.

The telegram has no check but parity, so a value counts only when two requests agree.
"""

from aio import sleep_ms
from dosegauge_core.telegrams import TelegramError, opto
from drivers import InstrumentError

ANSWER_TIMEOUT_MS = 500
# Longer than the slowest telegram: what comes late is over before the next request.
QUIET_MS = 120
BETWEEN_REQUESTS_MS = 110
TRIES = 3


class OptoGauge:
    """A gauge on a serial port. settings (the plan's channel): baud, decimals, agreement_nm."""

    def __init__(self, serial: "object", clock: "object", settings: "dict") -> "None":
        self._serial = serial
        self._clock = clock
        self._decimals = int(settings["decimals"])
        self._agreement_nm = int(settings.get("agreement_nm", opto.AGREEMENT_NM))
        serial.configure(int(settings.get("baud", 4800)), 7, "E", 2)
        # A duplex cable draws its positive supply from DTR and its negative one from RTS.
        serial.set_lines(False, True)
        self.bad_frames = 0
        # A simplex gauge takes any question for a request: who it is can't be asked safely.
        self.identity = ""

    def close(self) -> "None":
        """Take the cable's supply away."""
        self._serial.set_lines(False, False)

    async def read(self) -> "tuple[int, bytes]":
        """Height in nm and the two telegrams it was read from.

        InstrumentError: absent, moving, or the last fault of three tries.
        """
        fault = InstrumentError("absent", "no answer from the gauge")
        for _ in range(TRIES):
            try:
                return await self._read_twice()
            except InstrumentError as error:
                fault = error
                self.bad_frames += 1
                await sleep_ms(QUIET_MS)
        raise fault

    async def _read_twice(self) -> "tuple[int, bytes]":
        first = await self._request()
        await sleep_ms(BETWEEN_REQUESTS_MS)
        second = await self._request()
        raw = first + second
        try:
            return opto.value_nm(raw, self._decimals, self._agreement_nm), raw
        except TelegramError as error:
            raise InstrumentError(error.code, error.say, raw)

    async def _request(self) -> "bytes":
        """One telegram with its carriage return; an echo of the request is left out."""
        self._serial.drop_input()
        self._serial.write(opto.with_parity("?\r"))
        deadline_ms = self._clock.ticks_ms() + ANSWER_TIMEOUT_MS
        received = b""
        while True:
            left_ms = deadline_ms - self._clock.ticks_ms()
            if left_ms <= 0:
                break
            received += await self._serial.read(left_ms)
            if len(received) > opto.LONGEST_TELEGRAM * 2:
                raise InstrumentError("garbage", "the gauge sends garbage", received[:64])
            telegram = self._complete(received)
            if telegram:
                return telegram
        if received:
            raise InstrumentError("truncated", "the gauge's answer has no end", received)
        raise InstrumentError("absent", "no answer from the gauge")

    def _complete(self, received: "bytes") -> "bytes":
        end = opto.END
        parts = received.split(end)
        if len(parts) == 1:
            return b""
        if parts[0] == opto.with_parity("?"):
            return parts[1] + end if len(parts) > 2 else b""
        # Anything behind the first telegram means that two were glued: the caller sees both.
        return received if len(parts) > 2 or parts[-1] else parts[0] + end
