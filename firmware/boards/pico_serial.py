"""RS-232 ports: characters go out and come in by PIO and DMA, so that none is lost while a flash
erase holds the CPU (docs/board.md)."""

import time
from array import array

import rp2
import uctypes
from machine import Pin

from aio import sleep_ms
from boards import pico_programs

SENDER_MACHINE = 2
RECEIVER_MACHINES = {"A": 5, "B": 6}
# 400 ms, the longest erase, at 38400 baud are 1,536 characters.
RING_BITS = 11
RING = 1 << RING_BITS
_WITHOUT_END = 0xFFFFFFFF
POLL_MS = 2
_LONGEST_WRITE = 256


class Sender:
    """The one sending state machine; it serves the port that writes."""

    def __init__(self) -> "None":
        self._machine = rp2.StateMachine(SENDER_MACHINE)
        self._setting = (0, 0)
        self._dma = rp2.DMA()
        # The DMA reads from here after write() has returned.
        self._words = array("I", [0] * _LONGEST_WRITE)
        self._control = self._dma.pack_ctrl(
            size=2, inc_write=False, treq_sel=pico_programs.DREQ_PIO_0_TX + SENDER_MACHINE
        )

    def idle_high(self, pin: "int", baud: "int") -> "None":
        """Take a port's line to its mark level."""
        self._serve(pin, baud)

    def write(self, pin: "int", baud: "int", words: "list") -> "None":
        """Send; waits only for what was written before."""
        while self._dma.active():
            pass
        self._serve(pin, baud)
        for start in range(0, len(words), _LONGEST_WRITE):
            part = words[start : start + _LONGEST_WRITE]
            while self._dma.active():
                pass
            for place, word in enumerate(part):
                self._words[place] = word
            self._dma.config(
                read=self._words,
                write=self._machine,
                count=len(part),
                ctrl=self._control,
                trigger=True,
            )

    def _serve(self, pin: "int", baud: "int") -> "None":
        if (pin, baud) == self._setting:
            return
        # The last characters of the other port are still in the queue.
        while self._setting[0] and self._machine.tx_fifo():
            pass
        self._machine.active(0)
        line = Pin(pin)
        self._machine.init(
            pico_programs.send_characters,
            freq=pico_programs.BIT * baud,
            sideset_base=line,
            out_base=line,
        )
        self._machine.active(1)
        self._setting = (pin, baud)


class Serial:
    """One port. With 7 data bits the parity bit stands in bit 7 of what is received."""

    def __init__(
        self, name: "str", sender: "Sender", tx: "int", rx: "int", lines: "tuple"
    ) -> "None":
        self._sender = sender
        self._tx = tx
        self._rx = Pin(rx, Pin.IN, Pin.PULL_UP)
        self._lines = [Pin(line, Pin.OUT, value=1) for line in lines]
        self._number = RECEIVER_MACHINES[name]
        self._machine = rp2.StateMachine(self._number)
        self._baud = 0
        self._parity = ""
        self._stop = 1
        self._dma = rp2.DMA()
        self._memory = bytearray(2 * RING)
        address = uctypes.addressof(self._memory)
        self._start = -address % RING
        self._address = address + self._start
        self._taken = 0

    def configure(self, baud: "int", bits: "int", parity: "str", stop: "int") -> "None":
        """ValueError for a format that the port has not: 8N or 7 with parity, 1 or 2 stop bits."""
        if (bits, parity) not in ((8, "N"), (7, "E"), (7, "O")) or stop not in (1, 2):
            raise ValueError("no such format: {}{}{}".format(bits, parity, stop))
        self._baud, self._parity, self._stop = baud, parity if bits == 7 else "", stop
        self._sender.idle_high(self._tx, baud)
        self._machine.active(0)
        self._machine.init(
            pico_programs.receive_characters,
            freq=pico_programs.BIT * baud,
            in_base=self._rx,
            jmp_pin=self._rx,
        )
        self._receive()
        self._machine.active(1)

    def _receive(self) -> "None":
        number = self._number - 4
        control = self._dma.pack_ctrl(
            size=0,
            inc_read=False,
            ring_sel=True,
            ring_size=RING_BITS,
            treq_sel=pico_programs.DREQ_PIO_1_RX + number,
        )
        self._dma.active(0)
        self._dma.config(
            read=pico_programs.PIO_1 + pico_programs.RX_FIFO + 4 * number + 3,
            write=self._address,
            count=_WITHOUT_END,
            ctrl=control,
            trigger=True,
        )
        self._taken = 0

    def set_lines(self, rts: "bool", dtr: "bool") -> "None":
        """True: asserted, positive voltage; the transceiver inverts. Port B has no lines."""
        for line, asserted in zip(self._lines, (rts, dtr)):
            line.value(0 if asserted else 1)

    def write(self, data: "bytes") -> "None":
        if not self._baud:
            raise ValueError("the port is not configured")
        self._sender.write(self._tx, self._baud, [self._word(byte) for byte in data])

    def _word(self, byte: "int") -> "int":
        if self._parity:
            byte &= 0x7F
            ones = 0
            for place in range(7):
                ones ^= byte >> place & 1
            if (self._parity == "E") == bool(ones):
                byte |= 0x80
        # Bits behind the start bit less one; a second stop bit is one more high bit.
        return (7 + self._stop - 1) | (byte | 0x100) << 4

    def idle(self) -> "bool":
        """Whether the received line is at its mark level now."""
        return self._rx.value() == 1

    def drop_input(self) -> "None":
        self._taken = self._received()

    def _received(self) -> "int":
        return (self._dma.write - self._address) % RING

    def _take(self) -> "bytes":
        end = self._received()
        begin, self._taken = self._taken, end
        if end >= begin:
            return bytes(self._memory[self._start + begin : self._start + end])
        return bytes(self._memory[self._start + begin : self._start + RING]) + bytes(
            self._memory[self._start : self._start + end]
        )

    async def read(self, timeout_ms: "int") -> "bytes":
        """All bytes received since the last time, b"" after the timeout."""
        begun = time.ticks_ms()
        while True:
            data = self._take()
            if data or time.ticks_diff(time.ticks_ms(), begun) >= timeout_ms:
                return data
            await sleep_ms(POLL_MS)
