"""The emulated Pico's USB port as a pseudo terminal that a host program opens."""

import asyncio
import contextlib
import os

from rp2040py.device import MicroPythonDevice
from rp2040py.device.repl_runner import InteractiveRepl

from dosegauge.virtual.endpoints import Terminal

PUMP_NS = 100_000
CHUNK = 4096


class UsbPort:
    """Bytes both ways; lives in the emulator's thread. `name` is what pyserial opens."""

    def __init__(self, device: MicroPythonDevice) -> None:
        self._terminal = Terminal()
        self.name = self._terminal.name
        self._loop = asyncio.get_running_loop()
        self._to_device = InteractiveRepl(device.cdc, self._from_device)
        self._alarm = device.simulator.clock.create_alarm(self._pump)
        self._waiting = b""

    async def start(self) -> None:
        """Connect both ends."""
        await self._to_device.start()
        self._loop.add_reader(self._terminal.master, self._from_host)

    async def stop(self) -> None:
        """Pull the plug."""
        self._loop.remove_reader(self._terminal.master)
        self._loop.remove_writer(self._terminal.master)
        await self._to_device.stop()
        self._terminal.close()

    def _from_host(self) -> None:
        try:
            data = os.read(self._terminal.master, CHUNK)
        except OSError:
            return
        if not self._to_device.send(data):
            self._alarm.schedule(PUMP_NS)

    def _pump(self) -> None:
        if not self._to_device.pump():
            self._alarm.schedule(PUMP_NS)

    def _from_device(self, data: bytes | bytearray) -> None:
        self._waiting += bytes(data)
        self._flush()

    def _flush(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._waiting = self._waiting[os.write(self._terminal.master, self._waiting) :]
        if self._waiting:
            self._loop.add_writer(self._terminal.master, self._flush)
        else:
            self._loop.remove_writer(self._terminal.master)
