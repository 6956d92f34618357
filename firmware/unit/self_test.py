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
        found = []
        for name, check in CHECKS:
            found.append(await outcome(name, check, board))
        self.checks = tuple(found)
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


async def outcome(name: "str", check: "object", board: "object") -> "Check":
    """A check that breaks has failed: the unit goes on and says so."""
    try:
        state, figure = await check(board)
    except Exception as error:
        state, figure = FAILED, "{} {}".format(type(error).__name__, error)
    return Check(name, state, figure)


async def check_memory(board: "object") -> "tuple":
    """Free heap, and a block of it that holds what is written."""
    for pattern in (b"\x55", b"\xaa"):
        if bytearray(pattern * PATTERN_BYTES) != pattern * PATTERN_BYTES:
            return FAILED, "pattern"
    gc.collect()
    if not hasattr(gc, "mem_free"):
        return OK, ""
    free = gc.mem_free()
    return OK if free >= LEAST_FREE_HEAP else WARNING, _kilobytes(free)


async def check_flash(board: "object") -> "tuple":
    """Room for one more session, and a file that reads as it was written."""
    free = board.storage.free_bytes()
    if free < RESERVE_BYTES:
        return WARNING, _kilobytes(free)
    path, first = board.storage.root + "/self-test", board.entropy()
    written = bytes([(first + place) & 0xFF for place in range(FLASH_BYTES)])
    with open(path, "wb") as file:
        file.write(written)
    with open(path, "rb") as file:
        found = file.read()
    os.remove(path)
    return OK if found == written else FAILED, _kilobytes(free)


async def check_protection(board: "object") -> "tuple":
    """Whether the start-up code never formats the flash by itself."""
    return OK if board.storage.protected else WARNING, ""


async def check_clock(board: "object") -> "tuple":
    """Time passes at about the pace of the event loop, and the time of day is known."""
    before_us = board.clock.ticks_us()
    await sleep_ms(PAUSE_MS)
    passed_us = board.clock.ticks_us() - before_us
    if not PAUSE_MS * 1000 - 1000 <= passed_us <= LONGEST_PAUSE_US:
        return FAILED, "{} us".format(passed_us)
    return WARNING if board.clock.unix_ms() is None else OK, ""


async def check_counter(board: "object") -> "tuple":
    """The pulse counter answers, and its time goes on."""
    first_us = board.counter.sample()[1]
    await sleep_ms(PAUSE_MS)
    second_us = board.counter.sample()[1]
    return FAILED if first_us == second_us else OK, ""


async def check_air(board: "object") -> "tuple":
    """The sensor of temperature, pressure and humidity: absent, or it gives plausible values."""
    try:
        air, _ = await Bme280(board.i2c).read()
    except InstrumentError as error:
        return ABSENT if error.code == "absent" else FAILED, error.code
    celsius, hpa = (air.temperature_cc + 50) // 100, (air.pressure_pa256 + 12800) // 25600
    return OK, "{} C {} hPa".format(celsius, hpa)


async def check_port_a(board: "object") -> "tuple":
    """A line that nobody talks on is at its mark level, with a cable or without one."""
    return OK if board.serial("A").idle() else FAILED, ""


async def check_port_b(board: "object") -> "tuple":
    """As port A."""
    return OK if board.serial("B").idle() else FAILED, ""


async def check_spc(board: "object") -> "tuple":
    """Data and clock of the Digimatic port are pulled up, with a gauge or without one."""
    return OK if board.spc.idle() else FAILED, ""


async def check_scale(board: "object") -> "tuple":
    """The edge counter answers; a scale without a signal counts as none."""
    board.quadrature.power(True)
    try:
        await sleep_ms(PAUSE_MS)
        board.quadrature.sample()
        return ABSENT if board.quadrature.fault() else OK, ""
    finally:
        board.quadrature.power(False)


async def check_supply(board: "object") -> "tuple":
    """Enough voltage for the supply of display and instruments."""
    supply_mv = board.supply()["supply_mv"]
    return WARNING if supply_mv < LOW_MV else OK, "{} mV".format(supply_mv)


async def check_last_start(board: "object") -> "tuple":
    """A start by the watchdog means that the program hung before."""
    cause = board.reset_cause()
    return WARNING if cause == "watchdog" else OK, cause


def _kilobytes(size: "int") -> "str":
    return "{} kB".format(size // 1024)


CHECKS = (
    ("memory", check_memory),
    ("flash", check_flash),
    ("protection", check_protection),
    ("clock", check_clock),
    ("counter", check_counter),
    ("air", check_air),
    ("port-A", check_port_a),
    ("port-B", check_port_b),
    ("spc", check_spc),
    ("scale", check_scale),
    ("supply", check_supply),
    ("start", check_last_start),
)
