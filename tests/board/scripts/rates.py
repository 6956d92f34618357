"""How fast the counters count and how long the CPU is away: told over USB, line by line.

Stands for `unit.app`. The test drives the pins when it reads "pulses", "edges"
and "falls".
"""

import gc
import time

import micropython
from machine import Pin

from aio import sleep_ms


class Unit:
    def __init__(self, board):
        self._board = board

    def say(self, *words):
        self._board.link.write(" ".join([str(word) for word in words]).encode() + b"\n")

    async def main(self):
        board = self._board
        board.counter.power(True)
        board.quadrature.power(True)
        await self.count("pulses", board.counter.sample)
        await self.count("edges", board.quadrature.sample)
        self.looks_without_memory("pulses", board.counter.look)
        self.looks_without_memory("edges", board.quadrature.look)
        self.fault_without_memory()
        await self.latency()
        self.say("end")
        await sleep_ms(3600000)

    async def count(self, what, sample):
        """Wait for the train and until it has passed."""
        before = last = sample()[0]
        self.say(what)
        for _ in range(100):
            await sleep_ms(60)
            now = sample()[0]
            if now == last != before:
                break
            last = now
        self.say("counted", what, last - before)

    def looks_without_memory(self, what, look):
        """The critical section runs with the heap locked: an allocation would raise."""
        gc.collect()
        micropython.heap_lock()
        try:
            look()
            said = "unlocked"
        except MemoryError:
            said = "allocates"
        micropython.heap_unlock()
        begun = time.ticks_us()
        look()
        self.say("look", what, said, time.ticks_diff(time.ticks_us(), begun))

    def fault_without_memory(self):
        """The handler of the scale's fault line, as an interrupt with the heap locked."""
        handler = self._board.quadrature._lost
        micropython.heap_lock()
        try:
            handler(None)
            said = "unlocked"
        except MemoryError:
            said = "allocates"
        micropython.heap_unlock()
        self.say("handler", said, self._board.quadrature.fault())

    async def latency(self):
        """From an edge at the scale's fault line to its handler, which answers at a pin."""
        lost, answer = Pin(7, Pin.IN, Pin.PULL_UP), Pin(12, Pin.OUT, value=0)
        lost.irq(lambda _: answer.toggle(), Pin.IRQ_FALLING, hard=True)
        self.say("falls")
        await sleep_ms(2000)
        lost.irq(None)
