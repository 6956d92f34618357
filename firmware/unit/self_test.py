"""Whether the unit itself is in order: run at every start and when asked, kept in every session.

A check has a state and a figure that a person can judge. What is not fitted is absent, which is no
fault; a warning is what a person must know; a failure is what makes readings doubtful.
"""

import asyncio
import gc
import os
from collections import namedtuple

from aio import sleep_ms
from drivers import InstrumentError
from drivers.bme280 import Bme280
from unit.archive import RESERVE_BYTES
from unit.supply import LOW_MV

OK, WARNING, FAILED, ABSENT = "ok", "warning", "failed", "absent"
Check = namedtuple("Check", ("name", "state", "figure"))

# The largest procedure needs 40 kB of heap; less than this free at the menu is a leak.
LEAST_FREE_HEAP = 65536
PATTERN_BYTES = 8192
FLASH_BYTES = 512
PAUSE_MS = 20
LONGEST_PAUSE_US = 400000


class SelfTest:
    """The checks of one board; `checks` holds the last result, () before the first."""

    def __init__(self, board: "object") -> "None":
        self._board = board
        self.checks: "tuple" = ()
        self._at_ms = 0
        self._done = asyncio.Event()

    async def run(self) -> "None":
        """Every check, one after the other. Writes flash: not while a telegram may come."""
        board = self._board
        self.checks = (
            check_memory(),
            check_flash(board),
            check_protection(board),
            await check_clock(board),
            await check_counter(board),
            await check_air(board),
            check_port(board, "A"),
            check_port(board, "B"),
            check_supply(board),
            check_last_start(board),
        )
        self._at_ms = board.clock.ticks_ms()
        self._done.set()

    async def finished(self) -> "None":
        """Wait for the first result."""
        await self._done.wait()

    def failed(self) -> "bool":
        """Whether a check failed."""
        return any([check.state == FAILED for check in self.checks])

    def event(self) -> "dict":
        """What a session's log keeps of it."""
        return {
            "checks": [list(check) for check in self.checks],
            "age_ms": self._board.clock.ticks_ms() - self._at_ms,
        }


def check_memory() -> "Check":
    """Free heap, and a block of it that holds what is written."""
    for pattern in (b"\x55", b"\xaa"):
        if bytearray(pattern * PATTERN_BYTES) != pattern * PATTERN_BYTES:
            return Check("memory", FAILED, "pattern")
    gc.collect()
    if not hasattr(gc, "mem_free"):
        return Check("memory", OK, "")
    free = gc.mem_free()
    return Check("memory", OK if free >= LEAST_FREE_HEAP else WARNING, _kilobytes(free))


def check_flash(board: "object") -> "Check":
    """Room for one more session, and a file that reads as it was written."""
    free = board.storage.free_bytes()
    if free < RESERVE_BYTES:
        return Check("flash", WARNING, _kilobytes(free))
    path = board.storage.root + "/self-test"
    written = bytes([(board.entropy() + place) & 0xFF for place in range(FLASH_BYTES)])
    try:
        with open(path, "wb") as file:
            file.write(written)
        with open(path, "rb") as file:
            found = file.read()
        os.remove(path)
    except OSError as error:
        return Check("flash", FAILED, str(error))
    return Check("flash", OK if found == written else FAILED, _kilobytes(free))


def check_protection(board: "object") -> "Check":
    """Whether the start-up code never formats the flash by itself."""
    return Check("protection", OK if board.storage.protected else WARNING, "")


async def check_clock(board: "object") -> "Check":
    """Time passes at about the pace of the event loop, and the time of day is known."""
    before_us = board.clock.ticks_us()
    await sleep_ms(PAUSE_MS)
    passed_us = board.clock.ticks_us() - before_us
    if not PAUSE_MS * 1000 - 1000 <= passed_us <= LONGEST_PAUSE_US:
        return Check("clock", FAILED, "{} us".format(passed_us))
    return Check("clock", WARNING if board.clock.unix_ms() is None else OK, "")


async def check_counter(board: "object") -> "Check":
    """The pulse counter answers, and its time goes on."""
    try:
        first_us = board.counter.sample()[1]
        await sleep_ms(PAUSE_MS)
        second_us = board.counter.sample()[1]
    except OSError as error:
        return Check("counter", FAILED, str(error))
    return Check("counter", FAILED if first_us == second_us else OK, "")


async def check_air(board: "object") -> "Check":
    """The sensor of temperature, pressure and humidity: absent, or it gives plausible values."""
    try:
        air, _ = await Bme280(board.i2c).read()
    except InstrumentError as error:
        return Check("air", ABSENT if error.code == "absent" else FAILED, error.code)
    celsius, hpa = (air.temperature_cc + 50) // 100, (air.pressure_pa256 + 12800) // 25600
    return Check("air", OK, "{} C {} hPa".format(celsius, hpa))


def check_port(board: "object", name: "str") -> "Check":
    """A line that nobody talks on is at its mark level, with a cable or without one."""
    return Check("port-" + name, OK if board.serial(name).idle() else FAILED, "")


def check_supply(board: "object") -> "Check":
    """Enough voltage for the supply of display and instruments."""
    supply_mv = board.supply()["supply_mv"]
    return Check("supply", WARNING if supply_mv < LOW_MV else OK, "{} mV".format(supply_mv))


def check_last_start(board: "object") -> "Check":
    """A start by the watchdog means that the program hung before."""
    cause = board.reset_cause()
    return Check("start", WARNING if cause == "watchdog" else OK, cause)


def _kilobytes(size: "int") -> "str":
    return "{} kB".format(size // 1024)
