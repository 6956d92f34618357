"""Drives sensor and clock against a recorded bus: TRANSCRIPT.json; prints what they tell.

The transcript is a list of [call, address, register, bytes in hex or count, answer in hex]; an
answer of a number is the OSError it was. A call that differs from the recorded one ends the run.
"""

# MicroPython runs this file.

import asyncio
import binascii
import json
import sys

from drivers import InstrumentError
from drivers.bme280 import Bme280
from drivers.ds3231 import Ds3231

SET_TO_MS = 1772323198000  # 2026-02-28 23:59:58 UTC


class Recorded:
    def __init__(self, calls):
        self._calls = calls

    def readfrom_mem(self, address, register, count):
        return binascii.unhexlify(self._answer("readfrom_mem", address, register, count))

    def writeto_mem(self, address, register, data):
        self._answer("writeto_mem", address, register, binascii.hexlify(data).decode())

    def _answer(self, *call):
        expected = self._calls.pop(0)
        if list(call) != expected[:4]:
            raise ValueError("{} instead of {}".format(call, expected))
        if isinstance(expected[4], int):
            raise OSError(expected[4])
        return expected[4]


async def told(bus):
    """What drivers tell, in order; a fault by its code."""
    found = []
    sensor, clock = Bme280(bus), Ds3231(bus)
    for _ in range(4):
        try:
            air, raw = await sensor.read()
            figures = list(air)
            figures.append(binascii.hexlify(raw).decode())
            found.append(figures)
        except InstrumentError as error:
            found.append(error.code)
    found.append(clock.unix_ms())
    clock.set_unix_ms(SET_TO_MS)
    found.append(clock.unix_ms())
    found.append(clock.temperature_cc())
    return found


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        calls = json.loads(file.read())
    print(json.dumps(asyncio.run(told(Recorded(calls)))))
    if calls:
        raise ValueError("calls left over")
