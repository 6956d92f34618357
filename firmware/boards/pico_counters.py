"""Pulse counter and quadrature: both count in PIO, the CPU only looks."""

from array import array

import machine
import micropython
import rp2
from machine import Pin, disable_irq, enable_irq

from boards import pico_pins, pico_programs

COUNTER_MACHINE, EDGES_MACHINE = 0, 1
_MODULUS = 1 << 32
_NO_ANSWER = 0
# A jump to the label `publish` of count_edges, at address 15.
_TO_PUBLISH = 15
# Microseconds since the start, low word: the timer of the RP2040, timer 0 of the RP2350.
_RP2350 = "RP2350" in __import__("sys").implementation._machine
TIMER = 0x400B0000 if _RP2350 else 0x40054000


@micropython.viper
def _look_at_pulses(into, timer_base: int, instruction: int) -> int:
    """Counter and time in one critical section: 1 when both are in `into`. Allocates nothing."""
    found = ptr32(into)
    pio = ptr32(0x50200000)
    timer = ptr32(timer_base)
    state = disable_irq()
    pio[54] = instruction  # state machine 0 executes it
    found[1] = timer[10]
    tries = 0
    while (pio[1] & 0x100) and tries < 1000:
        tries += 1
    if tries < 1000:
        found[0] = pio[8]
    enable_irq(state)
    return 1 if tries < 1000 else 0


@micropython.viper
def _look_at_edges(into, timer_base: int) -> int:
    """The newest count and its time: 1 when both are in `into`. Allocates nothing."""
    found = ptr32(into)
    pio = ptr32(0x50200000)
    timer = ptr32(timer_base)
    state = disable_irq()
    old = 0
    while old < 8:  # the queue holds what was counted when it was last looked at
        if pio[1] & 0x200:
            old = 8
        else:
            found[0] = pio[9]
            old += 1
    tries = 0
    while (pio[1] & 0x200) and tries < 1000:
        tries += 1
    if tries < 1000:
        found[0] = pio[9]
        found[1] = timer[10]
    enable_irq(state)
    return 1 if tries < 1000 else 0


class Counter:
    """Rising edges of the survey probe's pulse input."""

    def __init__(self) -> "None":
        self._power = Pin(pico_pins.PULSES_POWER, Pin.OUT, value=0)
        pulses = Pin(pico_pins.PULSES, Pin.IN)
        self._machine = rp2.StateMachine(
            COUNTER_MACHINE,
            pico_programs.count_pulses,
            freq=pico_programs.PULSE_HZ,
            in_base=pulses,
        )
        self._machine.exec("mov(x, invert(null))")
        self._machine.active(1)
        self._publish = rp2.asm_pio_encode("in_(x, 32)", 0)
        self._found = array("I", [0, 0])

    def power(self, on: "bool") -> "None":
        self._power.value(1 if on else 0)

    def look(self) -> "None":
        """Bring count and time into memory, without allocating any."""
        if _look_at_pulses(self._found, TIMER, self._publish) == _NO_ANSWER:
            raise OSError(5)

    def sample(self) -> "tuple[int, int]":
        self.look()
        return _MODULUS - 1 - self._found[0], self._found[1]


class Quadrature:
    """A scale with two phases; it is counted while it has its supply."""

    def __init__(self) -> "None":
        self._power = Pin(pico_pins.SCALE_POWER, Pin.OUT, value=0)
        # The supply switch and the scale's own supervision both pull this line low.
        self._healthy = Pin(pico_pins.SCALE_FAULT, Pin.IN, Pin.PULL_UP)
        Pin(pico_pins.SCALE_B, Pin.IN)
        self._machine = rp2.StateMachine(
            EDGES_MACHINE,
            pico_programs.count_edges,
            freq=pico_programs.EDGE_HZ,
            in_base=Pin(pico_pins.SCALE_A, Pin.IN),
        )
        if pico_programs.count_edges[1] != 0:
            raise RuntimeError("the edge table is not at address 0")
        self._found = array("I", [0, 0])
        self._origin = 0
        self._fault = "supply"

    def power(self, on: "bool") -> "None":
        """Supply of the scale; switching on begins a new count and forgets a fault."""
        self._machine.active(0)
        self._power.value(1 if on else 0)
        self._fault = "" if on else "supply"
        if on:
            self._machine.restart()
            self._machine.exec(_TO_PUBLISH)
            self._machine.active(1)
            # The first edge is the one from no state to the present one.
            self.look()
            self._origin = self._found[0]
            self._healthy.irq(self._lost, Pin.IRQ_FALLING)
        else:
            self._healthy.irq(None)

    def _lost(self, _: "object") -> "None":
        self._fault = "signal"

    def look(self) -> "None":
        """Bring count and time into memory, without allocating any."""
        if _look_at_edges(self._found, TIMER) == _NO_ANSWER:
            raise OSError(5)

    def sample(self) -> "tuple[int, int]":
        self.look()
        count = (self._origin - self._found[0]) % _MODULUS
        return count - _MODULUS if count >= _MODULUS >> 1 else count, self._found[1]

    def fault(self) -> "str":
        if not self._fault and self._healthy.value() == 0:
            self._fault = "signal"
        return self._fault


def ticks_us() -> "int":
    """Microseconds since the start, 64 bits."""
    while True:
        high = machine.mem32[TIMER + 0x24]
        low = machine.mem32[TIMER + 0x28]
        if high == machine.mem32[TIMER + 0x24]:
            return (high & 0xFFFFFFFF) << 32 | low & 0xFFFFFFFF
