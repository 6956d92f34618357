"""Sensor and clock on real MicroPython: the same calls on the bus and the same digits told."""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

from dosegauge.virtual.instruments.bme280 import Bme280, Surroundings
from dosegauge.virtual.instruments.ds3231 import Ds3231
from dosegauge.virtual.instruments.i2c_bus import I2cBus
from tests.conftest import FIRMWARE, SHARED
from tests.interpreters import run

SCRIPT = Path(__file__).parent / "scripts" / "i2c_parts.py"


class Recorder:
    """A bus that notes every call and its answer, and lets 20 ms pass with each."""

    def __init__(self) -> None:
        self.calls: list[list[Any]] = []
        self._now_us = 0
        air = Surroundings(21.5, 99_250.0, 38.0)
        self._sensor = Bme280(lambda: self._now_us, lambda: air, random.Random(7))
        self._bus = I2cBus(self._sensor, Ds3231(lambda: self._now_us))
        # The second reading finds a held bus, the third a channel that isn't measured, the
        # fourth no sensor.
        self._reads = 0

    def readfrom_mem(self, address: int, register: int, count: int) -> bytes:
        answer = self._noted("readfrom_mem", address, register, count, count)
        assert isinstance(answer, bytes)
        if register == 0xF7:
            self._spoil_the_next()
        return answer

    def writeto_mem(self, address: int, register: int, data: bytes) -> None:
        self._noted("writeto_mem", address, register, data.hex(), data)

    def _spoil_the_next(self) -> None:
        self._reads += 1
        if self._reads == 1:
            self._sensor.hold_sda()
        elif self._reads == 2:
            self._sensor.skip = "h"
        elif self._reads == 5:  # after three tries
            self._sensor.absent = True

    def _noted(self, call: str, address: int, register: int, shown: Any, given: Any) -> Any:
        self._now_us += 20_000
        try:
            answer = getattr(self._bus, call)(address, register, given)
        except OSError as error:
            self.calls.append([call, address, register, shown, error.args[0]])
            raise
        self.calls.append([call, address, register, shown, (answer or b"").hex()])
        return answer


def test_the_same_calls_and_the_same_digits(
    micropython: Path, firmware_path: None, tmp_path: Path
) -> None:
    from tests.firmware.scripts import i2c_parts

    recorder = Recorder()
    here = asyncio.run(i2c_parts.told(recorder))
    assert [entry for entry in here if isinstance(entry, str)] == ["skipped", "absent"]
    assert here[4:] == [None, i2c_parts.SET_TO_MS, 2500]

    transcript = tmp_path / "transcript.json"
    transcript.write_text(json.dumps(recorder.calls))
    there = run(micropython, SCRIPT, args=[str(transcript)], modules=[FIRMWARE, SHARED])
    assert there.returncode == 0, there.stdout + there.stderr
    assert json.loads(there.stdout) == here
