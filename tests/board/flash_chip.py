"""The emulated Pico's flash chip as a real one behaves: busy while it erases, half done at a cut.

The emulator carries out an erase or a program at once and whole. Here its command is taken over:
each operation is counted, can leave its sector or page half done when the power goes in the middle
of it, and can keep the chip busy, with the CPU in the boot ROM's loop and interrupts off.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from rp2040py.peripherals.ssi import (
    CMD_PAGE_PROGRAM,
    CMD_READ_STATUS_1,
    CMD_SECTOR_ERASE,
    FLASH_SECTOR_SIZE,
)

from tests.board.emulator import EmulatedPico

BUSY = 0x01
WRITES = (CMD_PAGE_PROGRAM, CMD_SECTOR_ERASE)


class FlashChip:
    """`writes` counts erases and programs. After `lose_power_at(n)` the n-th from now on is cut in
    its middle and `on_cut` called; nothing changes the flash any more then."""

    def __init__(self, pico: EmulatedPico) -> None:
        self._pico = pico
        self._ssi = pico.mcu.ssi
        self._apply = self._ssi._apply_command
        self._shift = self._ssi._shift_byte
        self._ssi._apply_command = self._command_ends
        self._ssi._shift_byte = self._byte_passes
        self._rng = Random(1)
        self._cut_at: int | None = None
        self._dead = False
        self._busy_until_us = 0
        self.erase_us = 0
        self.writes = 0
        self.erases = 0
        self.on_cut: Callable[[], None] = lambda: None

    def lose_power_at(self, write: int, then: Callable[[], None]) -> None:
        """Cut the power in the middle of the write-th operation from now on."""
        self._cut_at = self.writes + write
        self.on_cut = then

    def _command_ends(self) -> None:
        command = bytes(self._ssi._tx_buffer)
        if not command or command[0] not in WRITES or not self._ssi._write_enabled:
            self._apply()
            return
        if self._dead:
            self._ssi._tx_buffer = bytearray()
            self._ssi._write_enabled = False
            return
        self.writes += 1
        erases = command[0] == CMD_SECTOR_ERASE
        self.erases += erases
        if self.writes == self._cut_at:
            self._half_done(command)
            return
        self._apply()
        if erases:
            self._busy_until_us = self._pico.now_us + self.erase_us

    def _half_done(self, command: bytes) -> None:
        """An interrupted erase leaves some bits erased; a program, some bits programmed."""
        flash = self._pico.mcu.flash
        address = int.from_bytes(command[1:4], "big")
        if command[0] == CMD_SECTOR_ERASE:
            for place in range(address, address + FLASH_SECTOR_SIZE):
                flash[place] |= self._rng.getrandbits(8)
        else:
            for place, byte in enumerate(command[4:], address):
                flash[place] &= byte | self._rng.getrandbits(8)
        self._dead = True
        self.on_cut()

    def _byte_passes(self, byte: int) -> int:
        answer = int(self._shift(byte))
        buffer = self._ssi._tx_buffer
        if len(buffer) > 1 and buffer[0] == CMD_READ_STATUS_1:
            return answer | (BUSY if self._pico.now_us < self._busy_until_us else 0)
        return answer
