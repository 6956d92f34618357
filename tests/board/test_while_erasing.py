"""Characters that arrive while a flash erase holds the CPU with interrupts off."""

from __future__ import annotations

from pathlib import Path

import pytest
import serial

from tests.board.emulator import EmulatedPico
from tests.board.flash_chip import FlashChip
from tests.board.flash_image import compiled, flash_image
from tests.board.wires import RX

pytestmark = pytest.mark.timeout(600)
SCRIPT = Path(__file__).with_name("scripts") / "while_erasing.py"
BOOT = "import sys\nimport while_erasing\nsys.modules['unit.app'] = while_erasing\n"
BIT_US = 1e6 / 38400
# The data sheet's typical time of a sector (W25Q16JV, tSE).
ERASE_US = 45_000
# One after the other without a gap: 240 ms, most of them while the chip erases.
SENT = bytes(range(256)) * 3 + bytes(range(160))


class Talker:
    """Characters on port A's line one right after the other; in the emulator's thread."""

    def __init__(self, pico: EmulatedPico, data: bytes) -> None:
        self._pico = pico
        self._levels = [
            bool(word >> place & 1)
            for word in (byte << 1 | 0x200 for byte in data)
            for place in range(10)
        ]
        self._at = 0
        self._alarm = pico.clock.create_alarm(self.step)

    def step(self) -> None:
        self._pico.drive(RX["A"], self._levels[self._at])
        self._at += 1
        if self._at < len(self._levels):
            self._alarm.schedule(BIT_US * 1000)


def test_no_character_is_lost_while_flash_is_erased(image: Path, tmp_path: Path) -> None:
    (tmp_path / "boot.py").write_text(BOOT)
    files = {
        "boot.py": tmp_path / "boot.py",
        "while_erasing.mpy": compiled(SCRIPT, tmp_path, "while_erasing"),
    }
    said = {}
    with EmulatedPico(image, flash_image(tmp_path / "flash", files)) as pico:
        FlashChip(pico).erase_us = ERASE_US
        with serial.Serial(pico.port, timeout=300) as port:
            while "received" not in said:
                words = port.readline().decode().split()
                if words == ["send"]:
                    pico.call(Talker(pico, SENT).step)
                else:
                    said[words[0]] = words[1]
    assert int(said["longest"]) >= ERASE_US
    assert bytes.fromhex(said["received"]) == SENT
