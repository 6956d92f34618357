"""A DS3231 clock by its registers (interface reference, section 10; data sheet 19-5170).

Time is latched at START. Writing the seconds restarts the second. A stopped oscillator sets OSF,
which only a write clears.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .i2c_bus import I2cPart, Microseconds

ADDRESS = 0x68
REGISTERS = 0x13
CONTROL, STATUS, TEMPERATURE = 0x0E, 0x0F, 0x11
STOPPED = 0x80
_POWER_ON = datetime(2000, 1, 1, tzinfo=UTC)


class Ds3231(I2cPart):
    """The clock; `ppm` is how much too fast it runs (+-2 between 0 and 40 Cel)."""

    def __init__(
        self,
        now_us: Microseconds,
        celsius: Callable[[], float] = lambda: 25.0,
        start: datetime | None = None,
        ppm: float = 0.0,
    ) -> None:
        super().__init__(ADDRESS)
        self.ppm = ppm
        self._now_us = now_us
        self._celsius = celsius
        self._pointer = 0
        self._memory = bytearray(REGISTERS)
        self._twelve_hours = False
        self._lose_time()
        if start is not None:
            self._set(start)
            self._memory[STATUS] &= ~STOPPED & 0xFF

    def lose_power(self) -> None:
        """Supply and battery were gone: the oscillator has stopped since it was set."""
        self._lose_time()

    def time(self) -> datetime:
        """What the clock would say now, to the microsecond; the register's last when it holds what
        is no time."""
        if self._frozen is not None:
            return self._base
        passed_us = (self._now_us() - self._base_us) * (1 + self.ppm * 1e-6)
        return self._base + timedelta(microseconds=round(passed_us))

    def on_write(self, data: bytes) -> None:
        """A register's number, and values for it and those behind it."""
        self._pointer = data[0] % REGISTERS
        for value in data[1:]:
            self._write_register(self._pointer, value)
            self._pointer = (self._pointer + 1) % REGISTERS

    def on_read(self, count: int) -> bytes:
        """Registers from the last one named on, around from 12 to 00."""
        latched = self._registers()
        start, self._pointer = self._pointer, (self._pointer + count) % REGISTERS
        return bytes(latched[(start + at) % REGISTERS] for at in range(count))

    def _lose_time(self) -> None:
        self._set(_POWER_ON)
        self._memory[CONTROL], self._memory[STATUS] = 0x1C, 0x88

    def _set(self, time: datetime) -> None:
        self._base, self._base_us = time, self._now_us()
        self._frozen: bytes | None = None
        self._weekday_offset = 0

    def _registers(self) -> bytearray:
        registers = bytearray(self._memory)
        registers[:7] = self._frozen or self._time_registers()
        quarters = round(self._celsius() * 4)
        registers[TEMPERATURE : TEMPERATURE + 2] = (quarters << 6 & 0xFFFF).to_bytes(2, "big")
        return registers

    def _time_registers(self) -> bytes:
        time = self.time()
        hour = _bcd(time.hour)
        if self._twelve_hours:
            hour = 0x40 | (0x20 if time.hour >= 12 else 0) | _bcd((time.hour + 11) % 12 + 1)
        weekday = (time.isoweekday() - 1 + self._weekday_offset) % 7 + 1
        century = 0x80 if time.year >= 2100 else 0
        numbers = (time.second, time.minute, 0, 0, time.day, time.month, time.year % 100)
        registers = bytearray(map(_bcd, numbers))
        registers[2], registers[3] = hour, weekday
        registers[5] |= century
        return bytes(registers)

    def _write_register(self, register: int, value: int) -> None:
        if register == STATUS:
            kept = self._memory[STATUS] & value & STOPPED  # can be cleared, never set
            self._memory[STATUS] = (value & ~STOPPED & 0xFF) | kept
        elif register < 7:
            self._write_time(register, value)
        elif register < TEMPERATURE:
            self._memory[register] = value

    def _write_time(self, register: int, value: int) -> None:
        registers = bytearray(self._frozen or self._time_registers())
        registers[register] = value
        within_second = timedelta(microseconds=0 if register == 0 else self.time().microsecond)
        self._twelve_hours = bool(registers[2] & 0x40)
        try:
            written = _time(bytes(registers))
        except ValueError:
            # It counts on from nonsense in ways that nobody documents: here it stands.
            self._frozen = bytes(registers)
            return
        self._set(written + within_second)
        self._weekday_offset = (registers[3] - written.isoweekday()) % 7


def _time(registers: bytes) -> datetime:
    """What time registers mean. ValueError when they mean none."""
    hour = _number(registers[2])
    if registers[2] & 0x40:
        hour = _number(registers[2] & 0x1F) % 12 + (12 if registers[2] & 0x20 else 0)
    year = (2100 if registers[5] & 0x80 else 2000) + _number(registers[6])
    month, day = _number(registers[5] & 0x1F), _number(registers[4])
    minute, second = _number(registers[1]), _number(registers[0])
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _number(bcd: int) -> int:
    return int(f"{bcd:x}")  # ValueError for a digit above nine


def _bcd(number: int) -> int:
    return int(str(number), 16)
