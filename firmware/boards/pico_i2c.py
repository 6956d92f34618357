"""What hangs on the I2C bus: the display, the clock that runs without power, the air sensor."""

import asyncio
import time

from machine import I2C, Pin

from boards import pico_counters, pico_pins
from drivers import InstrumentError
from drivers.ds3231 import Ds3231
from drivers.glyphs import File, FontError, Frozen, Glyphs
from drivers.oled import ADDRESSES, Oled

HZ = 400000
TIMEOUT_US = 20000
CLOCKS_TO_FREE = 9
HALF_CLOCK_US = 5
# An installed unit has it beside its packages.
FONT_FILE = __file__[: __file__.rfind("/boards/") + 1] + "font.bin"
REDRAW_AFTER_FAULT_MS = 2000


class Bus:
    """The bus; after a fault it is freed, so that the next try finds it so."""

    def __init__(self) -> "None":
        self._open()

    def _open(self) -> "None":
        self._i2c = I2C(
            0, scl=Pin(pico_pins.SCL), sda=Pin(pico_pins.SDA), freq=HZ, timeout=TIMEOUT_US
        )

    def readfrom_mem(self, address: "int", register: "int", count: "int") -> "bytes":
        return self._freeing(self._i2c.readfrom_mem, address, register, count)

    def writeto_mem(self, address: "int", register: "int", data: "bytes") -> "None":
        self._freeing(self._i2c.writeto_mem, address, register, data)

    def writeto(self, address: "int", data: "bytes") -> "None":
        self._freeing(self._i2c.writeto, address, data)

    def scan(self) -> "list":
        return self._i2c.scan()

    def _freeing(self, transfer: "object", *arguments: "object") -> "object":
        try:
            return transfer(*arguments)
        except OSError:
            self._free()
            raise

    def _free(self) -> "None":
        """A part that was interrupted in a byte holds SDA low until it has had its clocks."""
        clock = Pin(pico_pins.SCL, Pin.OPEN_DRAIN, value=1)
        data = Pin(pico_pins.SDA, Pin.IN, Pin.PULL_UP)
        for _ in range(CLOCKS_TO_FREE):
            if data.value():
                break
            clock.value(0)
            time.sleep_us(HALF_CLOCK_US)
            clock.value(1)
            time.sleep_us(HALF_CLOCK_US)
        self._open()


class Clock:
    """Monotonic time from the chip's timer; the time of day from the DS3231, read at the start.

    From then on the time of day follows the chip's crystal, so that no two stamps change places.
    """

    def __init__(self, bus: "Bus") -> "None":
        self._part = Ds3231(bus)
        self._unix_offset_ms: "int | None" = None
        try:
            unix_ms = self._part.unix_ms()
        except InstrumentError:
            return  # not fitted, or not right: the clock counts as not set
        if unix_ms is not None:
            self._unix_offset_ms = unix_ms - self.ticks_ms()

    def ticks_ms(self) -> "int":
        return pico_counters.ticks_us() // 1000

    def ticks_us(self) -> "int":
        return pico_counters.ticks_us()

    def unix_ms(self) -> "int | None":
        return None if self._unix_offset_ms is None else self.ticks_ms() + self._unix_offset_ms

    def set_unix_ms(self, unix_ms: "int") -> "None":
        """Set both clocks; without a DS3231 the time of day holds until the power goes."""
        self._unix_offset_ms = unix_ms - self.ticks_ms()
        try:
            self._part.set_unix_ms(unix_ms)
        except InstrumentError:
            pass


class Display:
    """What is shown, and the OLED that shows it when there is one."""

    def __init__(self, bus: "Bus") -> "None":
        self.screen = ""
        self.lines: "list[str]" = []
        self._changed = asyncio.Event()
        self._glass = self._fitted(bus)

    def _fitted(self, bus: "Bus") -> "object":
        answering = bus.scan()
        for address in ADDRESSES:
            if address in answering:
                try:
                    return Oled(bus, Glyphs(_font()), address=address)
                except (FontError, OSError):
                    return None
        return None

    def show(self, screen: "str", lines: "list[str]") -> "None":
        if (screen, lines) != (self.screen, self.lines):
            self.screen, self.lines = screen, lines
            if self._glass is not None:
                self._glass.draw(lines)
                self._changed.set()

    async def keep_fresh(self) -> "None":
        """Bring to the glass what was drawn, beside the program; tried again while it is gone."""
        while self._glass is not None:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._glass.refresh()
            except InstrumentError:
                await asyncio.sleep_ms(REDRAW_AFTER_FAULT_MS)
                self._changed.set()


def _font() -> "object":
    """The glyphs: part of an image, a file of an installed unit."""
    try:
        import font

        return Frozen(font.GLYPHS)
    except ImportError:
        return File(FONT_FILE)
