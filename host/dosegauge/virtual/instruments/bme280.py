"""A BME280 (or BMP280) air sensor by its registers.

Interface reference, sections 10 and 13, and Bosch BST-BME280-DS001: ids, reset, forced mode,
skipped channels 80000 and 8000, data latched at the end of a measurement. Raw values come from the
data sheet's floating-point formulas (8.1), turned round by bisection: drivers compute with its
integers, so that each checks the other.
"""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from .i2c_bus import I2cPart, Microseconds

US_PER_MS = 1_000
S_PER_US = 1e-6
HOURS_PER_US = 1 / 3.6e9
DATA, STATUS, CONTROL, CONTROL_H, CHIP_ID, RESET = 0xF7, 0xF3, 0xF4, 0xF2, 0xD0, 0xE0
RESET_WORD = 0xB6
SLEEP, NORMAL = 0, 3
MEASURING, COPYING = 0x08, 0x01
START_UP_US = 2 * US_PER_MS
RAW_20, RAW_16 = 1 << 20, 1 << 16
SKIPPED_20, SKIPPED_16 = 0x80000, 0x8000

# Registers 88 to A1 and E1 to E7 of the first published set in the interface reference.
CALIBRATION_LOW = bytes.fromhex("1d6ead6632001b8f38d6d00b542b0ffff9ff0c3020d18813004b")
CALIBRATION_HIGH = bytes.fromhex("520100172c031e")


class Surroundings(NamedTuple):
    """The air at the sensor."""

    celsius: float
    pascal: float
    percent: float


@dataclass(frozen=True)
class SensorSettings:
    """One specimen. Noise is that of one measurement, offsets are its calibration errors.

    Defaults: noise and time constants of the interface reference; the sensor sits outside of the
    case (no self-heating).
    """

    humidity: bool = True
    noise_k: float = 0.005
    noise_pa: float = 1.3
    noise_percent: float = 0.02
    offset_k: float = 0.0
    offset_pa: float = 0.0
    offset_percent: float = 0.0
    self_heating_k: float = 0.0
    drift_pa_per_h: float = 100.0 / 8766
    case_tau_s: float = 0.0
    humidity_tau_s: float = 1.0


class Bme280(I2cPart):
    """The sensor. skip: the channels ("t", "p", "h") that it leaves out (a fault)."""

    def __init__(
        self,
        now_us: Microseconds,
        surroundings: Callable[[], Surroundings],
        rng: random.Random,
        settings: SensorSettings | None = None,
        address: int = 0x76,
    ) -> None:
        super().__init__(address)
        self.settings = settings or SensorSettings()
        self.skip = ""
        self._now_us = now_us
        self._surroundings = surroundings
        self._rng = rng
        self._felt = surroundings()
        self._felt_us = now_us()
        self._coefficients = _Coefficients(CALIBRATION_LOW, CALIBRATION_HIGH)
        self._pointer = 0
        self._registers = bytearray(256)
        self._ready_us: int | None = None
        self._humidity_samples = 0
        self._reset()

    def on_write(self, data: bytes) -> None:
        """A register's number; or pairs of number and value."""
        self._advance()
        self._pointer = data[0]
        for register, value in zip(data[0::2], data[1::2], strict=False):
            self._write_register(register, value)

    def on_read(self, count: int) -> bytes:
        """Registers from the last one named on."""
        self._advance()
        start, self._pointer = self._pointer, (self._pointer + count) % 256
        return bytes(self._registers[(start + at) % 256] for at in range(count))

    def power_cycle(self) -> None:
        """Its supply was gone for a moment."""
        self._reset()

    def _reset(self) -> None:
        self._registers[:] = bytes(256)
        self._registers[CHIP_ID] = 0x60 if self.settings.humidity else 0x58
        self._registers[0x88 : 0x88 + 26] = CALIBRATION_LOW
        if self.settings.humidity:
            self._registers[0xE1 : 0xE1 + 7] = CALIBRATION_HIGH
        self._store(SKIPPED_20, SKIPPED_20, SKIPPED_16)
        self._registers[STATUS] = COPYING
        self._humidity_samples = 0
        self._ready_us = None
        self._started_us = self._now_us()

    def _write_register(self, register: int, value: int) -> None:
        if register == RESET:
            if value == RESET_WORD:
                self._reset()
        elif register in (CONTROL_H, 0xF5):
            self._registers[register] = value
        elif register == CONTROL:
            self._registers[CONTROL] = value
            self._humidity_samples = _samples(self._registers[CONTROL_H])
            if value & 3 != SLEEP:
                self._registers[STATUS] |= MEASURING
                self._ready_us = self._now_us() + self._measuring_us()

    def _measuring_us(self) -> int:
        """Interface reference, section 10: the longest time for these samples."""
        temperature = _samples(self._registers[CONTROL] >> 5)
        pressure = _samples(self._registers[CONTROL] >> 2)
        milliseconds = 1.25 + 2.3 * temperature
        milliseconds += 2.3 * pressure + 0.575 if pressure else 0
        milliseconds += 2.3 * self._humidity_samples + 0.575 if self._humidity_samples else 0
        return round(milliseconds * US_PER_MS)

    def _advance(self) -> None:
        now_us = self._now_us()
        if now_us - self._started_us >= START_UP_US:
            self._registers[STATUS] &= ~COPYING & 0xFF
        if self._ready_us is not None and now_us >= self._ready_us:
            self._ready_us = None
            self._registers[STATUS] &= ~MEASURING & 0xFF
            self._measure()
            if self._registers[CONTROL] & 3 != NORMAL:
                self._registers[CONTROL] &= 0xFC

    def _measure(self) -> None:
        celsius, pascal, percent = self._sensed()
        raw_t = self._coefficients.raw_temperature(celsius)
        t_fine = self._coefficients.fine_temperature(raw_t)
        raw_p = self._coefficients.raw_pressure(pascal, t_fine)
        raw_h = self._coefficients.raw_humidity(percent, t_fine)
        control = self._registers[CONTROL]
        has_t = _samples(control >> 5) and "t" not in self.skip
        has_p = _samples(control >> 2) and "p" not in self.skip
        has_h = self._humidity_samples and "h" not in self.skip
        self._store(
            raw_p if has_p else SKIPPED_20,
            raw_t if has_t else SKIPPED_20,
            raw_h if has_h else SKIPPED_16,
        )

    def _sensed(self) -> Surroundings:
        """The air as this specimen has it now."""
        given, now_us = self._surroundings(), self._now_us()
        settings, passed_s = self.settings, (now_us - self._felt_us) * S_PER_US
        self._felt = Surroundings(
            _followed(self._felt.celsius, given.celsius, passed_s, settings.case_tau_s),
            given.pascal,
            _followed(self._felt.percent, given.percent, passed_s, settings.humidity_tau_s),
        )
        self._felt_us = now_us
        drift_pa = settings.drift_pa_per_h * now_us * HOURS_PER_US
        warmer_k = settings.offset_k + settings.self_heating_k
        return Surroundings(
            self._felt.celsius + warmer_k + self._rng.gauss(0.0, settings.noise_k),
            given.pascal + settings.offset_pa + drift_pa + self._rng.gauss(0.0, settings.noise_pa),
            self._felt.percent
            + settings.offset_percent
            + self._rng.gauss(0.0, settings.noise_percent),
        )

    def _store(self, raw_p: int, raw_t: int, raw_h: int) -> None:
        packed = ((raw_p << 4) << 24 | raw_t << 4).to_bytes(6, "big")
        self._registers[DATA : DATA + 6] = packed
        if self.settings.humidity:
            self._registers[DATA + 6 : DATA + 8] = raw_h.to_bytes(2, "big")


def _samples(setting: int) -> int:
    """How often a channel is measured, by its three bits."""
    setting &= 7
    return 0 if setting == 0 else 1 << min(setting, 5) - 1


def _followed(felt: float, given: float, passed_s: float, tau_s: float) -> float:
    """A quantity that follows another with a time constant."""
    return given if tau_s <= 0 else given + (felt - given) * math.exp(-passed_s / tau_s)


class _Coefficients:
    """The data sheet's floating-point formulas and their inverses."""

    def __init__(self, low: bytes, high: bytes) -> None:
        numbers: tuple[int, ...] = struct.unpack("<HhhHhhhhhhhh", low[:24])
        self.t1, self.t2, self.t3 = numbers[:3]
        self.p = numbers[3:]
        self.h1, self.h3 = low[25], high[2]
        self.h2 = int.from_bytes(high[:2], "little", signed=True)
        fourth_and_fifth = int.from_bytes(high[3:6], "little")
        # E4 holds the upper eight bits of H4, E6 those of H5, E5 the lower four of both.
        self.h4 = _twelve_bits(high[3] * 16 + fourth_and_fifth // 256 % 16)
        self.h5 = _twelve_bits(fourth_and_fifth // 4096)
        self.h6 = int.from_bytes(high[6:7], signed=True)

    def fine_temperature(self, raw: int) -> float:
        near = (raw / 16384 - self.t1 / 1024) * self.t2
        return near + (raw / 131072 - self.t1 / 8192) ** 2 * self.t3

    def pressure(self, raw: int, t_fine: float) -> float:
        p1, p2, p3, p4, p5, p6, p7, p8, p9 = self.p
        warm = t_fine / 2 - 64000
        offset = warm * warm * p6 / 32768 + warm * p5 * 2
        offset = offset / 4 + p4 * 65536
        gain = (p3 * warm * warm / 524288 + p2 * warm) / 524288
        gain = (1 + gain / 32768) * p1
        pascal = (1048576 - raw - offset / 4096) * 6250 / gain
        return pascal + (p9 * pascal * pascal / 2147483648 + pascal * p8 / 32768 + p7) / 16

    def humidity(self, raw: int, t_fine: float) -> float:
        warm = t_fine - 76800
        signal = raw - (self.h4 * 64 + self.h5 / 16384 * warm)
        slope = 1 + self.h6 / 67108864 * warm * (1 + self.h3 / 67108864 * warm)
        percent = signal * self.h2 / 65536 * slope
        return percent * (1 - self.h1 * percent / 524288)

    def raw_temperature(self, celsius: float) -> int:
        return _first(RAW_20, lambda raw: self.fine_temperature(raw) / 5120 >= celsius)

    def raw_pressure(self, pascal: float, t_fine: float) -> int:
        return _first(RAW_20, lambda raw: self.pressure(raw, t_fine) <= pascal)

    def raw_humidity(self, percent: float, t_fine: float) -> int:
        return _first(RAW_16, lambda raw: self.humidity(raw, t_fine) >= percent)


def _twelve_bits(value: int) -> int:
    return value - 4096 if value >= 2048 else value


def _first(count: int, reached: Callable[[int], bool]) -> int:
    """The first of so many raw values that reaches something; the last when none does."""
    low, high = 0, count - 1
    while low < high:
        middle = (low + high) // 2
        if reached(middle):
            high = middle
        else:
            low = middle + 1
    return low
