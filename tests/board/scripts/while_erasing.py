"""Erases flash while characters come in at port A, and tells which came. Stands for `unit.app`."""

import time

import rp2

from aio import sleep_ms

BAUD = 38400
ERASES = 6
ERASE_BLOCK = 6


class Unit:
    def __init__(self, board):
        self._board = board

    def say(self, *words):
        self._board.link.write(" ".join([str(word) for word in words]).encode() + b"\n")

    async def main(self):
        port = self._board.serial("A")
        port.configure(BAUD, 8, "N", 1)
        port.drop_input()
        flash = rp2.Flash()
        last = flash.ioctl(4, 0) - 1
        self.say("send")
        received = await port.read(10000)
        longest = 0
        for _ in range(ERASES):
            begun = time.ticks_us()
            flash.ioctl(ERASE_BLOCK, last)
            longest = max(longest, time.ticks_diff(time.ticks_us(), begun))
            received += await port.read(1)
        while True:
            more = await port.read(100)
            if not more:
                break
            received += more
        self.say("longest", longest)
        self.say("received", received.hex())
        await sleep_ms(3600000)
