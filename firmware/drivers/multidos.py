"""PTW MULTIDOS dosimeters: strict question and answer at 38400 baud."""

from aio import sleep_ms
from dosegauge_core.telegrams import TelegramError, multidos
from drivers import InstrumentError

ANSWER_TIMEOUT_MS = 3000
ZERO_TIMEOUT_MS = 60000
QUIET_MS = 100
TRIES = 3
SHOWN_UNITS = {"Gy/s": "S", "Gy/min": "M", "Gy/h": "H"}


class Multidos:
    """A MULTIDOS on a serial port. settings: baud, channel (0 or 1); unit "Gy" means dose mode."""

    def __init__(self, serial: "object", clock: "object", settings: "dict", unit: "str") -> "None":
        self._serial = serial
        self._clock = clock
        self._channel = int(settings.get("channel", 0))
        self._rate = unit != "Gy"
        self._unit = unit
        self._ready = False
        serial.configure(int(settings.get("baud", 38400)), 8, "N", 1)
        serial.set_lines(True, True)
        self.bad_frames = 0
        self.identity = ""

    def close(self) -> "None":
        """Drop the handshake lines."""
        self._serial.set_lines(False, False)

    async def zero(self) -> "bytes":
        """Let the dosimeter zero itself (about 28 s); returns what it answered."""
        return await self._persist(self._zero_once)

    async def read(self) -> "tuple[int, bytes]":
        """The value in 1E-15 of the unit and the telegram it was read from.

        InstrumentError for an absent or other instrument, another unit, a flagged value.
        """
        return await self._persist(self._read_once)

    async def _persist(self, action: "object") -> "object":
        """The action's result, after at most three tries; the last fault when none succeeds."""
        fault = InstrumentError("absent", "no answer from the dosimeter")
        for _ in range(TRIES):
            try:
                await self._prepare()
                return await action()
            except InstrumentError as error:
                fault = error
                self._ready = False
                self.bad_frames += 1
                await sleep_ms(QUIET_MS)
        raise fault

    async def _zero_once(self) -> "bytes":
        answer = await self._ask(b"NUL", ZERO_TIMEOUT_MS)
        if answer != b"NUL":
            raise InstrumentError("format", "odd answer to zeroing", answer)
        return answer

    async def _read_once(self) -> "tuple[int, bytes]":
        # The measurement telegram doesn't name its unit, and somebody may turn it at the
        # instrument at any moment: it must be right before and after.
        await self._require_unit()
        raw = await self._ask(b"D", ANSWER_TIMEOUT_MS)
        await self._require_unit()
        try:
            telegram = multidos.parse_data(raw)
            if (telegram.mode == multidos.MODE_RATE) != self._rate:
                raise TelegramError("mode", "the dosimeter is in the wrong mode")
            return multidos.value_femto(raw, self._channel), raw
        except TelegramError as error:
            raise InstrumentError(error.code, error.say, raw)

    async def _prepare(self) -> "None":
        """Identify the instrument and set mode and unit, anew after every fault: somebody may have
        changed them at the instrument."""
        if self._ready:
            return
        identity = await self._ask(b"PTW", ANSWER_TIMEOUT_MS)
        if identity[: len(multidos.IDENTITY)] != multidos.IDENTITY:
            raise InstrumentError("identity", "not a MULTIDOS on this port", identity)
        serial_number = await self._ask(b"SER", ANSWER_TIMEOUT_MS)
        if serial_number[:3] != b"SER":
            raise InstrumentError("format", "odd answer to SER", serial_number)
        await self._set(b"M1" if self._rate else b"M0")
        if self._unit in SHOWN_UNITS:
            await self._set(b"U" + SHOWN_UNITS[self._unit].encode())
        self.identity = (identity + b" " + serial_number).decode()
        self._ready = True

    async def _require_unit(self) -> "None":
        answer = await self._ask(b"DU", ANSWER_TIMEOUT_MS)
        try:
            unit = multidos.parse_unit(answer)
        except TelegramError as error:
            raise InstrumentError(error.code, error.say, answer)
        if unit != self._unit:
            raise InstrumentError(
                "unit", "dosimeter shows {}, not {}".format(unit, self._unit), answer
            )

    async def _set(self, command: "bytes") -> "None":
        answer = await self._ask(command, ANSWER_TIMEOUT_MS)
        if answer != command:
            raise InstrumentError("format", "odd answer to " + command.decode(), answer)

    async def _ask(self, command: "bytes", timeout_ms: "int") -> "bytes":
        """One answer line without its line end."""
        self._serial.drop_input()
        self._serial.write(command + multidos.LINE_END)
        deadline_ms = self._clock.ticks_ms() + timeout_ms
        received = b""
        while multidos.LINE_END not in received:
            left_ms = deadline_ms - self._clock.ticks_ms()
            if left_ms <= 0:
                code, say = ("truncated", "has no end") if received else ("absent", "is missing")
                raise InstrumentError(code, "the dosimeter's answer " + say, received)
            received += await self._serial.read(left_ms)
            if len(received) > 2 * multidos.LONGEST_TELEGRAM:
                raise InstrumentError("garbage", "the dosimeter sends garbage", received[:64])
        line = received[: received.find(multidos.LINE_END)]
        if len(line) + len(multidos.LINE_END) != len(received):
            raise InstrumentError("glued", "more than one answer from the dosimeter", received)
        try:
            multidos.refuse_error(line)
        except TelegramError as error:
            raise InstrumentError(error.code, error.say, line)
        return line
