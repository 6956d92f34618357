"""The unit's image on an emulated Pico (rp2040py), with a pseudo terminal as its USB port.

The emulator runs in a thread of its own; whatever touches it is handed over with `call`. Emulated
time runs ahead of real time while the chip is idle and far behind it while it computes: only
emulated time means anything (`now_us`).
"""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rp2040py.boards import BOARDS, resolve_firmware
from rp2040py.device import MicroPythonDevice

from tests.board.pace import PioPace
from tests.board.usb_port import UsbPort

T = TypeVar("T")
CPU_HZ = 125_000_000
NS_PER_US = 1000
# How often the host asks for data: with the emulator's own 10 us the chip never came to rest.
USB_POLL_US = 1000
KEY_GPIO = {"ok": 18, "back": 19, "up": 20, "down": 21}
# Lines that something outside pulls high while nobody drives them.
PULLED_UP = (0, 1, 7, 10, 11, 13, 16, 17, 18, 19, 20, 21, 26, 27)
KEY_DOWN_US = 100_000
VSYS_CHANNEL = 3


class EmulatedPico:
    """One Pico with an image and, if given, what an earlier one left in its flash."""

    def __init__(
        self, image: Path, flash: Path | None = None, *, usb_poll_us: int = USB_POLL_US
    ) -> None:
        board = resolve_firmware(BOARDS["pico"], "micropython", str(image))
        self.device = MicroPythonDevice(board=board, filesystem=flash)
        self.mcu = self.device.mcu
        self.clock = self.device.simulator.clock
        # Attaching to a real board sends it nothing.
        self.device._post_boot_handshake = lambda: None
        self.mcu.usb_ctrl.read_delay_microseconds = usb_poll_us
        for gpio in PULLED_UP:
            self.mcu.gpio[gpio].set_input_value(True)
        self.set_supply_mv(5000)
        self.pace = PioPace(self)
        self.port = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="emulated-pico", daemon=True)

    def __enter__(self) -> "EmulatedPico":
        self._thread.start()
        self._ready.wait(60)
        if self._failure is not None:
            raise RuntimeError("the emulated Pico did not start") from self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self.power_off()

    def power_off(self) -> None:
        """Cut the power at this instant; the flash keeps what it holds."""
        self.device.stop()
        self._thread.join(20)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self.device.astart()
        usb = UsbPort(self.device)
        await usb.start()
        self.port = usb.name
        self.pace.start()
        self._ready.set()
        while self.device.simulator.executing:
            await asyncio.sleep(0.02)
        await usb.stop()

    def call(self, action: Callable[[], T], timeout_s: float = 60.0) -> T:
        """Do something in the emulator's thread, between two of its instructions."""
        if self._loop is None:
            raise RuntimeError("the emulated Pico does not run")

        async def act() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(timeout_s)

    def reset(self) -> None:
        """Press the RESET button."""
        self.call(self.device.hard_reset)

    @property
    def now_us(self) -> int:
        """Emulated microseconds since the power came."""
        return int(self.clock.nanos) // NS_PER_US

    def after(self, us: float, action: Callable[[], Any]) -> Any:
        """Let something happen after emulated time; only in the emulator's thread."""
        alarm = self.clock.create_alarm(action)
        alarm.schedule(us * NS_PER_US)
        return alarm

    def drive(self, gpio: int, high: bool) -> None:
        """Put a level on a pin; only in the emulator's thread."""
        self.mcu.gpio[gpio].set_input_value(high)
        self.pace.hurry()

    def press(self, key: str) -> None:
        """Press a key and let it go; only in the emulator's thread."""
        gpio = KEY_GPIO[key]
        self.drive(gpio, False)
        self.after(KEY_DOWN_US, lambda: self.drive(gpio, True))

    def set_supply_mv(self, millivolts: int) -> None:
        """The voltage at VSYS, of which the chip sees a third."""
        self.mcu.adc.channel_values[VSYS_CHANNEL] = millivolts * 4095 // (3 * 3300)

    def dump_flash(self, target: Path) -> Path:
        """The file system's region of the flash, as it is at this instant."""
        self.device.dump_flash_image(target)
        return target
