"""What is inside the unit's case besides its processor: supply, I2C parts, the reset."""

from __future__ import annotations

from random import Random

from .instruments.bme280 import Bme280, Surroundings
from .instruments.i2c_bus import I2cBus, Microseconds

USB_MV = 4900


class UnitHardware:
    """Faults are set from outside: `supply_mv`, `lines_held_low` (names of ports), `air` (the
    sensor's own faults)."""

    def __init__(self, now_us: Microseconds, rng: Random) -> None:
        self.surroundings = Surroundings(celsius=22.4, pascal=100_800.0, percent=45.0)
        self.air = Bme280(now_us, lambda: self.surroundings, rng)
        self.bus = I2cBus(self.air)
        self.supply_mv = USB_MV
        self.lines_held_low: set[str] = set()
        self.scale_supplied = False
        self._started_by = "power"

    def start(self) -> str:
        """The processor starts; what made it do so."""
        cause, self._started_by = self._started_by, "unknown"
        return cause

    def watchdog_bites(self) -> None:
        """The program was not heard of for eight seconds: the next start is the watchdog's."""
        self._started_by = "watchdog"

    def line_idle(self, port: str) -> bool:
        """Whether the received line is at its mark level."""
        return port not in self.lines_held_low

    def i2c_read(self, address: int, register: int, count: int) -> dict[str, object]:
        """Registers of a part as hex, or the number of the bus's fault."""
        try:
            return {"data": self.bus.readfrom_mem(address, register, count).hex()}
        except OSError as fault:
            return {"errno": fault.errno}

    def i2c_write(self, address: int, data: bytes) -> dict[str, object]:
        """Bytes to a part; empty, or the number of the bus's fault."""
        try:
            self.bus.writeto(address, data)
        except OSError as fault:
            return {"errno": fault.errno}
        return {}
