"""Bosch BME280 (or BMP280, which knows no humidity): one forced measurement at a time.

Between measurements the chip sleeps, so that it does not warm the air it measures.
"""

from aio import sleep_ms
from drivers import InstrumentError
from drivers.bme280_formulas import calibration, compensate
from drivers.i2c_part import I2cPart

ADDRESSES = (0x76, 0x77)
CHIPS = {0x60: "BME280", 0x58: "BMP280"}
TRIES = 3

CALIBRATION_LOW, CALIBRATION_HIGH = 0x88, 0xE1
CHIP_ID, RESET, HUMIDITY_CONTROL, STATUS, CONTROL, DATA = 0xD0, 0xE0, 0xF2, 0xF3, 0xF4, 0xF7
RESET_WORD = 0xB6
ONCE = 0x01
FORCED_ONCE_EACH = 0x25
COPYING, MEASURING = 0x01, 0x08
RESET_MS = 2
MEASURE_MS = 10
# How often the status is looked at again, 2 ms apart, before the chip counts as hung.
LOOKS = 10


class Bme280:
    """The sensor on the board's I2C bus."""

    def __init__(self, bus: "object", address: "int" = ADDRESSES[0]) -> "None":
        self._part = I2cPart(bus, address, "the air sensor")
        self._calibration = None
        self.identity = ""
        self.bad_frames = 0

    def has_humidity(self) -> "bool":
        """Whether the chip measures humidity; known after the first reading."""
        return self.identity == CHIPS[0x60]

    async def read(self) -> "tuple[object, bytes]":
        """An Air (see bme280_formulas) and the registers it was computed from.

        InstrumentError: absent, bus, identity (another chip), garbage (calibration), skipped (a
        channel not measured), range, state (the chip hangs); the last fault of three tries.
        """
        fault = InstrumentError("absent", "no answer from the air sensor")
        for _ in range(TRIES):
            try:
                await self._prepare()
                return await self._measure()
            except InstrumentError as error:
                fault = error
                self._calibration = None
                self.bad_frames += 1
                if error.code in ("absent", "bus"):
                    break  # tried three times already
        raise fault

    async def _prepare(self) -> "None":
        """Make sure of the chip and read its calibration, anew after every fault."""
        if self._calibration is not None:
            return
        chip = self._part.read(CHIP_ID, 1)
        if chip[0] not in CHIPS:
            raise InstrumentError("identity", "not a BME280 at this address", chip)
        self._part.write(RESET, bytes([RESET_WORD]))
        await sleep_ms(RESET_MS)
        await self._wait_until_clear(COPYING)
        low = self._part.read(CALIBRATION_LOW, 26)
        high = self._part.read(CALIBRATION_HIGH, 7) if chip[0] == 0x60 else b""
        try:
            self._calibration = calibration(low, high)
        except ValueError as error:
            raise InstrumentError("garbage", "air sensor: " + str(error), low + high)
        self.identity = CHIPS[chip[0]]

    async def _measure(self) -> "tuple[object, bytes]":
        if self.has_humidity():
            self._part.write(HUMIDITY_CONTROL, bytes([ONCE]))  # takes effect with the next write
        self._part.write(CONTROL, bytes([FORCED_ONCE_EACH]))
        await sleep_ms(MEASURE_MS)
        await self._wait_until_clear(MEASURING)
        burst = self._part.read(DATA, 8 if self.has_humidity() else 6)
        try:
            return compensate(self._calibration, burst), burst
        except ValueError as error:
            code = "skipped" if str(error) == "not measured" else "range"
            raise InstrumentError(code, "air sensor: " + str(error), burst)

    async def _wait_until_clear(self, bit: "int") -> "None":
        for _ in range(LOOKS):
            if not self._part.read(STATUS, 1)[0] & bit:
                return
            await sleep_ms(2)
        raise InstrumentError("state", "the air sensor does not get ready")
