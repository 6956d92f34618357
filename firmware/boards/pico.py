"""The Raspberry Pi Pico of the handheld unit: the contract of docs/board.md on real pins."""

import asyncio
import os
import select
import sys

import machine
import rp2
from machine import ADC, PWM, Pin

from aio import sleep_ms
from boards import pico_counters, pico_pins, pico_programs
from boards.pico_i2c import Bus, Clock, Display
from boards.pico_serial import Sender, Serial
from boards.pico_spc import Spc
from boards.queues import KeyQueue

LINK_WRITE_SIZE = 512
LINK_WAIT_MS = 500
KEY_SCAN_MS = 20
KEYS = (
    (pico_pins.KEY_OK, "ok"),
    (pico_pins.SPC_BUTTON, "ok"),  # the DATA button of a Digimatic cable
    (pico_pins.KEY_BACK, "back"),
    (pico_pins.KEY_UP, "up"),
    (pico_pins.KEY_DOWN, "down"),
)
KEY_MASK = sum([1 << number for number, _ in KEYS])
PINS_IN = 0xD0000004  # all levels at once
WATCHDOG_MS = 8000
_WATCHDOG_OFF = (0x400D8000 if pico_counters._RP2350 else 0x40058000) + 0x3000  # clears bits
_WATCHDOG_ENABLE = 1 << 30
BUZZER_HZ = 2700
BEEPS = {"saved": (60,), "alarm": (120, 120, 120)}
BETWEEN_BEEPS_MS = 80
VSYS_DIVIDER = 3
ADC_REFERENCE_MV = 3300
RESET_CAUSES = {machine.PWRON_RESET: "power", machine.WDT_RESET: "watchdog"}


class Storage:
    """littlefs on the chip's flash, mounted by _boot.py before anything of ours runs."""

    root = "/data"  # no package's name: a folder at the root hides one

    def __init__(self) -> "None":
        try:
            os.stat(self.root)
        except OSError:
            try:
                os.mkdir(self.root)
            except OSError:
                raise RuntimeError(
                    "the flash has no file system: `import format_flash` makes an empty one"
                )
        try:
            import build_info

            self.protected = build_info.FROZEN
        except ImportError:
            self.protected = False

    def free_bytes(self) -> "int":
        # A full littlefs may count more used blocks than there are: then nothing is free.
        _, fragment_size, blocks, free_blocks = os.statvfs(self.root)[:4]
        return fragment_size * free_blocks if free_blocks <= blocks else 0


class Buzzer:
    """Beeps beside the program; nothing waits for them."""

    def __init__(self) -> "None":
        self._pwm = PWM(Pin(pico_pins.BUZZER), freq=BUZZER_HZ, duty_u16=0)

    def beep(self, kind: "str") -> "None":
        asyncio.create_task(self._sound(BEEPS[kind]))

    async def _sound(self, lengths_ms: "tuple") -> "None":
        for length_ms in lengths_ms:
            self._pwm.duty_u16(32768)
            await sleep_ms(length_ms)
            self._pwm.duty_u16(0)
            await sleep_ms(BETWEEN_BEEPS_MS)


class Link:
    """The USB serial port."""

    def __init__(self) -> "None":
        self._input = sys.stdin.buffer
        self._output = sys.stdout.buffer
        self._readable = select.poll()
        self._readable.register(sys.stdin, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(sys.stdout, select.POLLOUT)
        self._arrival = asyncio.StreamReader(self._input)

    async def read(self) -> "bytes":
        """At least one byte, and what has come with it."""
        data = bytearray(await self._arrival.read(1))
        while len(data) < LINK_WRITE_SIZE and self._readable.poll(0):
            data += self._input.read(1)
        return bytes(data)

    def write(self, data: "bytes") -> "bool":
        """Send bytes in small pieces; False when the host does not take them."""
        for start in range(0, len(data), LINK_WRITE_SIZE):
            piece = data[start : start + LINK_WRITE_SIZE]
            if not self._writable.poll(LINK_WAIT_MS) or self._output.write(piece) != len(piece):
                return False
        return True


class Board:
    """The Pico with everything that hangs on it."""

    name = "pico"

    def __init__(self) -> "None":
        self.unit_id = "DG-" + "".join(["%02X" % byte for byte in machine.unique_id()])
        self.storage = Storage()
        self.i2c = Bus()
        self.clock = Clock(self.i2c)
        self.display = Display(self.i2c)
        self.buzzer = Buzzer()
        self.keys = KeyQueue()
        self.link = Link()
        self._load_programs()
        self.counter = pico_counters.Counter()
        self.quadrature = pico_counters.Quadrature()
        self.spc = Spc()
        sender = Sender()
        self._ports = {
            "A": Serial(
                "A", sender, pico_pins.A_TX, pico_pins.A_RX, (pico_pins.A_RTS, pico_pins.A_DTR)
            ),
            "B": Serial("B", sender, pico_pins.B_TX, pico_pins.B_RX, ()),
        }
        self._supply = ADC(Pin(pico_pins.SUPPLY))
        self._watchdog = None

    def _load_programs(self) -> "None":
        """In this order: the table of count_edges must get the address 0, the last one free."""
        for number in (0, 1):
            rp2.PIO(number).remove_program()
        first, second = rp2.PIO(0), rp2.PIO(1)
        first.add_program(pico_programs.count_pulses)
        first.add_program(pico_programs.send_characters)
        first.add_program(pico_programs.count_edges)
        second.add_program(pico_programs.receive_characters)
        second.add_program(pico_programs.receive_digimatic)

    def gone(self) -> "bool":
        return False

    def entropy(self) -> "int":
        """Sixteen bits that nobody can foretell."""
        return int.from_bytes(os.urandom(2), "little")

    def serial(self, name: "str") -> "Serial":
        return self._ports[name]

    def supply(self) -> "dict":
        """Millivolts at VSYS."""
        shown = self._supply.read_u16() * ADC_REFERENCE_MV // 65535
        return {"supply_mv": shown * VSYS_DIVIDER}

    def reset_cause(self) -> "str":
        return RESET_CAUSES.get(machine.reset_cause(), "unknown")

    def watchdog(self, on: "bool") -> "None":
        """Restart the chip when feed() was not called for eight seconds; off, for mpremote."""
        if on:
            self._watchdog = machine.WDT(timeout=WATCHDOG_MS)
        else:
            self._watchdog = None
            machine.mem32[_WATCHDOG_OFF] = _WATCHDOG_ENABLE

    def feed(self) -> "None":
        if self._watchdog is not None:
            self._watchdog.feed()

    def run(self, main: "object") -> "None":
        """Run a coroutine until it ends, or until Ctrl-C on the link."""
        try:
            asyncio.run(self._beside_keys_and_display(main))
        finally:
            self.watchdog(False)
            self.counter.power(False)
            self.quadrature.power(False)
            asyncio.new_event_loop()

    async def _beside_keys_and_display(self, main: "object") -> "None":
        tasks = [
            asyncio.create_task(self._scan_keys()),
            asyncio.create_task(self.display.keep_fresh()),
        ]
        try:
            await main
        finally:
            for task in tasks:
                task.cancel()

    async def _scan_keys(self) -> "None":
        """A key counts when two scans find it down that was up before: contacts bounce."""
        for number, _ in KEYS:
            Pin(number, Pin.IN, Pin.PULL_UP)
        before = settled = 0
        while True:
            now = ~machine.mem32[PINS_IN] & KEY_MASK
            if now | before | settled:
                stable = now & before
                for number, name in KEYS:
                    if stable & ~settled & 1 << number:
                        self.keys.put(name)
                settled = stable | settled & (now | before)
                before = now
            await sleep_ms(KEY_SCAN_MS)
