"""The simulated I2C parts on the emulated Pico's bus, at the level of bytes and, for a scan, of
edges.

The port's I2C unit is served byte by byte, at once: its registers would tell of an earlier byte
while one is still on the wire. A scan is made by software on the same two pins, with an address
and no byte behind it, so here it is followed level by level.
"""

from __future__ import annotations

from collections.abc import Callable

from rp2040py.peripherals.i2c import R_TX_EMPTY, I2CMode

from dosegauge.virtual.instruments.i2c_bus import I2cPart
from tests.board.emulator import EmulatedPico

SDA, SCL = 16, 17
# More than any part is asked for at once; read when the part is addressed, as it latches then.
LONGEST_READ = 40


class I2cWire:
    """Parts by address. Everything runs in the emulator's thread."""

    def __init__(self, pico: EmulatedPico, *parts: I2cPart) -> None:
        self._parts = {part.address: part for part in parts}
        self._unit = pico.mcu.i2c[0]
        self._part: I2cPart | None = None
        self._written = bytearray()
        self._read = b""
        self._unit.on_connect = self._connect
        self._unit.on_write_byte = self._write_byte
        self._unit.on_read_byte = self._read_byte
        self._unit.on_stop = self._stop
        _Scanned(pico, self._present)

    def _present(self, address: int) -> bool:
        return address in self._parts and not self._parts[address].absent

    def _connect(self, address: int, mode: I2CMode) -> None:
        self._hand_over()
        self._part = self._parts[address] if self._present(address) else None
        if self._part is not None and mode == I2CMode.READ:
            self._read = self._part.read(LONGEST_READ)
        self._unit.complete_connect(self._part is not None)
        if self._part is None:
            # The chip says so of a queue that an abort has emptied; the emulator doesn't.
            self._unit._set_interrupts(R_TX_EMPTY)

    def _write_byte(self, value: int) -> None:
        self._written.append(value)
        self._unit.complete_write(True)

    def _read_byte(self, _acknowledged: bool) -> None:
        value, self._read = self._read[0], self._read[1:]
        self._unit.complete_read(value)

    def _stop(self) -> None:
        self._hand_over()
        self._unit.complete_stop()

    def _hand_over(self) -> None:
        """What was written between START and STOP, or a repeated START, is one message."""
        if self._part is not None and self._written:
            self._part.write(bytes(self._written))
        self._written.clear()


class _Scanned:
    """Acknowledges addresses that are present on levels that software makes."""

    def __init__(self, pico: EmulatedPico, present: Callable[[int], bool]) -> None:
        self._pico = pico
        self._present = present
        self._sda = self._scl = True
        self._bits: list[bool] | None = None
        for number in (SDA, SCL):
            pico.mcu.gpio[number].add_listener(self._changed)

    def _changed(self, *_: object) -> None:
        sda, scl = self._level(SDA), self._level(SCL)
        if scl and self._scl and sda != self._sda:
            self._bits = None if sda else []  # STOP, START
            self._pico.drive(SDA, True)
        elif scl and not self._scl and self._bits is not None and len(self._bits) < 8:
            self._bits.append(sda)
        elif self._scl and not scl and self._bits is not None and len(self._bits) == 8:
            address = sum(bit << (6 - place) for place, bit in enumerate(self._bits[:7]))
            self._pico.drive(SDA, not self._present(address))
            self._bits.append(True)
        self._sda, self._scl = sda, scl

    def _level(self, number: int) -> bool:
        pin = self._pico.mcu.gpio[number]
        return not (pin.output_enable and not pin.output_value)
