"""A Digimatic gauge, clocked in by PIO (Interface reference, section 1)."""

import time

import rp2
from machine import Pin

from aio import sleep_ms
from boards import pico_pins, pico_programs

MACHINE = 4
FRAME_BITS = 52
WORD_BITS = 26
FRAME_MS = 150
POLL_MS = 5


class Spc:
    """One frame at a time; the gauge drives the clock."""

    def __init__(self) -> "None":
        # Pulled up outside by 10 k: the pull-up inside would be too strong for some gauges.
        self._clock = Pin(pico_pins.SPC_CLOCK, Pin.IN)
        self._data = Pin(pico_pins.SPC_DATA, Pin.IN)
        self._machine = rp2.StateMachine(MACHINE)
        self._restart()

    def _restart(self) -> "None":
        """A machine that waits for a clock that never came begins anew; the request ends."""
        self._machine.init(
            pico_programs.receive_digimatic,
            freq=pico_programs.DIGIMATIC_HZ,
            in_base=self._data,
            set_base=Pin(pico_pins.SPC_REQUEST, Pin.OUT, value=0),
        )
        self._machine.active(1)

    async def read(self, timeout_ms: "int") -> "tuple[int, int]":
        """Number of bits clocked, and the frame (first bit = bit 0)."""
        self._machine.put(FRAME_BITS - 1)
        words = []
        # What the first half of a frame may take with its first clock, then the second half.
        begun, limit_ms = time.ticks_ms(), timeout_ms + FRAME_MS
        while len(words) < 2 and time.ticks_diff(time.ticks_ms(), begun) < limit_ms:
            if self._machine.rx_fifo():
                words.append(self._machine.get() >> (32 - WORD_BITS))
                begun, limit_ms = time.ticks_ms(), FRAME_MS
                continue
            await sleep_ms(POLL_MS)
        if len(words) == 2:
            return FRAME_BITS, words[0] | words[1] << WORD_BITS
        return self._give_up(words)

    def _give_up(self, words: "list") -> "tuple[int, int]":
        """How many bits there were before the clock stopped."""
        self._machine.active(0)
        while self._machine.rx_fifo():
            self._machine.get()
        # X counts the bits that are still to come.
        self._machine.exec("mov(isr, x)")
        self._machine.exec("push(noblock)")
        left = self._machine.get() if self._machine.rx_fifo() else FRAME_BITS - 1
        self._restart()
        bits = max(FRAME_BITS - 1 - left, WORD_BITS * len(words))
        return bits, words[0] if words else 0

    def idle(self) -> "bool":
        """Whether data and clock are high, as they are between frames."""
        return self._data.value() == 1 and self._clock.value() == 1
