"""The virtual board: the contract of docs/board.md over a loopback connection to the world.

docs/virtual-world.md describes the connection. The world owns time: `Clock` only repeats what the
world said last, and every wait of the event loop becomes one question to the world.
"""

import asyncio
import json
import select
import socket
import sys

from boards.queues import ByteQueue, KeyQueue

ON_MICROPYTHON = sys.implementation.name == "micropython"
LINK_WRITE_SIZE = 512
WATCHDOG_MS = 8000
IPPROTO_TCP = 6
TCP_NODELAY = 1
# A task that is ready at once gets its place in MicroPython's queue by the process's own clock,
# not by the loop's. The loop's clock runs far ahead of that one, so such a task is always due.
TICKS_AHEAD_MS = 1 << 50
_POLL_IN = select.POLLIN
_POLL_OUT = select.POLLOUT


class World:
    """One request line, one answer line."""

    def __init__(self, port: "int") -> "None":
        self._socket = socket.socket()
        self._socket.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        # A cancel follows its wait without an answer in between: it must not be held back for one.
        self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self.gone = False
        self._stream = self._socket if ON_MICROPYTHON else self._socket.makefile("rwb")

    def ask(self, *request: "object") -> "dict":
        """The world's answer; RuntimeError when it refuses, OSError when it is gone."""
        self.send(request)
        return self.receive()

    def send(self, request: "tuple") -> "None":
        self._stream.write(json.dumps(list(request)).encode() + b"\n")
        self._stream.flush() if not ON_MICROPYTHON else None

    def receive(self) -> "dict":
        line = self._stream.readline()
        if not line:
            self.gone = True
            raise OSError("the world has closed the connection")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError("the world refuses: " + answer["error"])
        return answer

    def poll_handle(self) -> "object":
        return self._socket


class Clock:
    """Monotonic time of the board and the time of day."""

    def __init__(self, world: "World", hello: "dict") -> "None":
        self._world = world
        self._t_ms = hello["t"]
        self._us = hello["us"]
        self._unix_offset_ms: "int | None" = None
        if hello["unix_ms"] is not None:
            self._unix_offset_ms = hello["unix_ms"] - self._t_ms

    def advance(self, answer: "dict") -> "None":
        self._t_ms = answer["t"]
        self._us = answer["us"]

    def ticks_ms(self) -> "int":
        return self._t_ms

    def ticks_us(self) -> "int":
        return self._us

    def unix_ms(self) -> "int | None":
        return None if self._unix_offset_ms is None else self._t_ms + self._unix_offset_ms

    def set_unix_ms(self, unix_ms: "int") -> "None":
        self._unix_offset_ms = unix_ms - self._t_ms
        self._world.ask("set_clock", unix_ms)


class Serial:
    """A serial port whose far end is in the world."""

    def __init__(self, world: "World", name: "str") -> "None":
        self._world = world
        self._name = name
        self.received = ByteQueue()

    def configure(self, baud: "int", bits: "int", parity: "str", stop: "int") -> "None":
        self._world.ask("port", self._name, baud, bits, parity, stop)

    def set_lines(self, rts: "bool", dtr: "bool") -> "None":
        self._world.ask("lines", self._name, rts, dtr)

    def write(self, data: "bytes") -> "None":
        self._world.ask("write", self._name, data.hex())

    def idle(self) -> "bool":
        return bool(self._world.ask("idle", self._name)["idle"])

    def drop_input(self) -> "None":
        self._world.ask("drop", self._name)
        self.received.take()

    async def read(self, timeout_ms: "int") -> "bytes":
        return await self.received.get(timeout_ms)


class Counter:
    """The pulse counter of the survey probe."""

    def __init__(self, world: "World") -> "None":
        self._world = world

    def power(self, on: "bool") -> "None":
        self._world.ask("probe", on)

    def sample(self) -> "tuple[int, int]":
        answer = self._world.ask("count")
        return answer["n"], answer["us"]


class Bus:
    """The I2C bus; its parts are in the world."""

    def __init__(self, world: "World") -> "None":
        self._world = world

    def readfrom_mem(self, address: "int", register: "int", count: "int") -> "bytes":
        return bytes.fromhex(self._transfer("i2c-read", address, register, count)["data"])

    def writeto_mem(self, address: "int", register: "int", data: "bytes") -> "None":
        self.writeto(address, bytes([register]) + data)

    def writeto(self, address: "int", data: "bytes") -> "None":
        self._transfer("i2c-write", address, data.hex())

    def _transfer(self, *request: "object") -> "dict":
        answer = self._world.ask(*request)
        if "errno" in answer:
            raise OSError(answer["errno"])
        return answer


class Spc:
    """The Digimatic port: the world clocks the frames in."""

    FRAME_BITS, FRAME_MS = 52, 150

    def __init__(self, world: "World") -> "None":
        self._world = world
        self.received = ByteQueue()

    def idle(self) -> "bool":
        return bool(self._world.ask("spc-idle")["idle"])

    async def read(self, timeout_ms: "int") -> "tuple[int, int]":
        self.received.take()
        self._world.ask("spc", True)
        frame = await self.received.get(timeout_ms + self.FRAME_MS)
        if frame:
            return self.FRAME_BITS, int.from_bytes(frame, "little")
        answer = self._world.ask("spc", False)
        return answer["bits"], answer["frame"]


class Quadrature:
    """The scale's edges, counted in the world."""

    def __init__(self, world: "World") -> "None":
        self._world = world

    def power(self, on: "bool") -> "None":
        self._world.ask("scale", on)

    def sample(self) -> "tuple[int, int]":
        answer = self._world.ask("edges")
        return answer["n"], answer["us"]

    def fault(self) -> "str":
        return str(self._world.ask("scale-fault")["fault"])


class Display:
    def __init__(self, world: "World") -> "None":
        self._world = world
        self.screen = ""
        self.lines: "list[str]" = []

    def show(self, screen: "str", lines: "list[str]") -> "None":
        if (screen, lines) != (self.screen, self.lines):
            self.screen, self.lines = screen, lines
            self._world.ask("show", screen, lines)


class Buzzer:
    def __init__(self, world: "World") -> "None":
        self._world = world

    def beep(self, kind: "str") -> "None":
        self._world.ask("beep", kind)


class Link:
    """The console: what the host's serial port is connected to."""

    def __init__(self) -> "None":
        self.received = ByteQueue()
        self._input = getattr(sys.stdin, "buffer", sys.stdin)
        self._output = getattr(sys.stdout, "buffer", sys.stdout)
        self._readable = select.poll()
        self._readable.register(sys.stdin, _POLL_IN)
        self._writable = select.poll()
        self._writable.register(sys.stdout, _POLL_OUT)
        self.closed = False

    def collect(self) -> "None":
        """Take what has arrived, without waiting."""
        data = bytearray()
        while len(data) < LINK_WRITE_SIZE and self._readable.poll(0):
            byte = self._input.read(1) if ON_MICROPYTHON else self._read_unbuffered()
            if not byte:
                self.closed = True
                break
            data += byte
        if data:
            self.received.put(bytes(data))

    def _read_unbuffered(self) -> "bytes":
        return self._input.raw.read(1) or b""

    def write(self, data: "bytes") -> "bool":
        """Send bytes in small pieces; False when the host does not take them."""
        for start in range(0, len(data), LINK_WRITE_SIZE):
            piece = data[start : start + LINK_WRITE_SIZE]
            if not self._writable.poll(500) or self._output.write(piece) != len(piece):
                return False
            if not ON_MICROPYTHON:
                self._output.flush()
        return True

    async def read(self) -> "bytes":
        while True:
            data = await self.received.get(3600000)
            if data:
                return data


class Storage:
    """Where sessions are kept: littlefs on a flash image, or a folder on CPython."""

    def __init__(self, hello: "dict") -> "None":
        flash = hello["flash"]
        if "folder" in flash:
            self.root = flash["folder"]
            self.protected = True
        else:
            from boards.flashfile import mount

            self.root = "/flash"
            self.protected = mount(flash["path"], flash["block_size"], flash["blocks"], self.root)

    def free_bytes(self) -> "int":
        import os

        found = os.statvfs(self.root)
        if not ON_MICROPYTHON:
            return found.f_frsize * found.f_bavail
        # A full littlefs may count more used blocks than there are: then nothing is free.
        _, fragment_size, blocks, free_blocks = found[:4]
        return fragment_size * free_blocks if free_blocks <= blocks else 0


class Board:
    """The virtual board, connected to the world at a loopback port."""

    name = "virtual"

    def __init__(self, port: "int", token: "str") -> "None":
        self._world = World(port)
        version = ".".join([str(part) for part in sys.implementation.version[:3]])
        hello = self._world.ask(
            "hello", token, {"runtime": sys.implementation.name, "version": version}
        )
        self.unit_id = hello["unit"]
        self._started_by = hello["started_by"]
        self._fed_ms: "int | None" = None
        self.clock = Clock(self._world, hello)
        self.storage = Storage(hello)
        self.counter = Counter(self._world)
        self.i2c = Bus(self._world)
        self.spc = Spc(self._world)
        self.quadrature = Quadrature(self._world)
        self.display = Display(self._world)
        self.buzzer = Buzzer(self._world)
        self.keys = KeyQueue()
        self.link = Link()
        self._ports = {"A": Serial(self._world, "A"), "B": Serial(self._world, "B")}
        self._receivers = {"A": self._ports["A"], "B": self._ports["B"], "SPC": self.spc}
        self._events = select.poll()
        self._events.register(self._world.poll_handle(), _POLL_IN)
        self._stdin_watched = True
        self._events.register(sys.stdin, _POLL_IN)

    def gone(self) -> "bool":
        """Whether the world has ended; nothing can run without it."""
        return self._world.gone

    def entropy(self) -> "int":
        """Sixteen bits that nobody can foretell (of the world's seed here)."""
        return int(self._world.ask("entropy")["bits"])

    def serial(self, name: "str") -> "Serial":
        return self._ports[name]

    def supply(self) -> "dict":
        """Millivolts at the unit's supply."""
        return {"supply_mv": self._world.ask("supply")["mv"]}

    def reset_cause(self) -> "str":
        return self._started_by

    def watchdog(self, on: "bool") -> "None":
        """From now on the program must call feed() every eight seconds of world time."""
        self._fed_ms = self.clock.ticks_ms() if on else None

    def feed(self) -> "None":
        if self._fed_ms is not None:
            self._fed_ms = self.clock.ticks_ms()

    def _bark(self) -> "None":
        if self._fed_ms is not None and self.clock.ticks_ms() - self._fed_ms > WATCHDOG_MS:
            self._fed_ms = None
            self._world.ask("watchdog")
            raise SystemExit(1)

    def run(self, main: "object") -> "None":
        """Run a coroutine on the world's time until it ends."""
        if ON_MICROPYTHON:
            from asyncio import core

            core.ticks = self._loop_ticks
            core._io_queue.map = {0: None}  # never empty: the world can always wake a task
            core._io_queue.wait_io_event = self.wait_for_events
            asyncio.run(main)
        else:
            from boards.cpython_loop import run

            run(main, self)

    def _loop_ticks(self) -> "int":
        return self.clock.ticks_ms() + TICKS_AHEAD_MS

    def wait_for_events(self, delay_ms: "int") -> "None":
        """Let world time pass: at most delay_ms (-1: without end), less when something happens."""
        if delay_ms == 0:
            return
        until = None if delay_ms < 0 else self.clock.ticks_ms() + delay_ms
        self._world.send(("wait", until))
        if self._link_spoke_first():
            self._world.send(("cancel",))
        answer = self._world.receive()
        self.clock.advance(answer)
        self._bark()
        for name, data in answer.get("rx", {}).items():
            self._receivers[name].received.put(bytes.fromhex(data))
        for key in answer.get("keys", ()):
            self.keys.put(key)
        self.link.collect()

    def _link_spoke_first(self) -> "bool":
        if self.link.closed and self._stdin_watched:
            self._events.unregister(sys.stdin)
            self._stdin_watched = False
        ready = self._events.poll(-1)
        world = self._world.poll_handle()
        for entry in ready:
            if entry[0] is world or entry[0] == getattr(world, "fileno", lambda: None)():
                return False
        return True
