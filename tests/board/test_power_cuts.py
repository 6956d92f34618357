"""A power cut in the middle of writing flash: what was acknowledged is there after the next start.

The chip is cut in an erase or a program, its flash dumped as it is then, and two more Picos are
started with it one after the other.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
import serial

from dosegauge.evaluation import evaluate_session
from dosegauge.link.answers import UnitInfo
from dosegauge.link.sync import sync
from dosegauge.store import Store
from dosegauge.verification import verify_session
from tests.board.at_work import connected
from tests.board.emulator import KEY_GPIO, EmulatedPico
from tests.board.flash_chip import FlashChip
from tests.board.flash_image import compiled, flash_image

pytestmark = pytest.mark.timeout(600)
WRITER = Path(__file__).with_name("scripts") / "writer.py"
WRITER_WHILE_DOWN_IS_HELD = """
import sys
from machine import Pin
if not Pin(21, Pin.IN, Pin.PULL_UP).value():
    import writer
    sys.modules["unit.app"] = writer
"""
# Erases and programs of the whole session, counted by the test; the cuts lie between.
CUTS = (4, 9, 21)


@dataclass
class Cut:
    """A flash as the cut left it, and how many records were acknowledged before."""

    flash: Path
    acknowledged: int
    sealed: bool


def written_until_cut(image: Path, folder: Path, write: int | None) -> tuple[Cut, int]:
    """Run the writer; cut at that flash operation, or let it end. Also how many there were."""
    boot = folder / "boot.py"
    boot.write_text(WRITER_WHILE_DOWN_IS_HELD)
    files = {"boot.py": boot, "writer.mpy": compiled(WRITER, folder, "writer")}
    flash = flash_image(folder / "flash", files)
    acknowledged, sealed = 0, False
    pico = EmulatedPico(image, flash)
    pico.mcu.gpio[KEY_GPIO["down"]].set_input_value(False)
    chip = FlashChip(pico)
    cut = threading.Event()
    with pico:
        with serial.Serial(pico.port, timeout=0.1) as port:
            begun = chip.writes
            if write is not None:
                chip.lose_power_at(write, cut.set)
            while not (cut.is_set() or sealed):
                line = port.readline().decode(errors="replace").strip()
                if line.startswith("flushed "):
                    acknowledged = int(line.split()[1])
                sealed = sealed or line == "sealed"
        count = chip.writes - begun
        dump = pico.dump_flash(folder / "dump")
    return Cut(dump, acknowledged, sealed), count


@pytest.fixture(scope="module")
def operations(image: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many erases and programs the whole session takes."""
    cut, count = written_until_cut(image, tmp_path_factory.mktemp("whole"), None)
    assert cut.sealed
    return count


def test_the_cuts_lie_in_the_session(operations: int) -> None:
    assert max(CUTS) < operations


@pytest.mark.parametrize(
    "write", [*(pytest.param(cut, marks=pytest.mark.thorough) for cut in CUTS[:-1]), CUTS[-1]]
)
def test_nothing_acknowledged_is_lost(image: Path, tmp_path: Path, write: int) -> None:
    cut, _ = written_until_cut(image, tmp_path, write)
    assert not cut.sealed
    first, after_first = started_with(image, cut.flash, tmp_path / "first")
    assert after_first.acknowledged >= cut.acknowledged
    if write == CUTS[-1]:
        again, after_again = started_with(image, after_first.flash, tmp_path / "again")
        assert first.epoch == again.epoch
        assert after_again.acknowledged == after_first.acknowledged


def started_with(image: Path, flash: Path, folder: Path) -> tuple[UnitInfo, Cut]:
    """Start the unit's own program with a flash; what it says of itself and holds now."""
    folder.mkdir()
    kept = folder / "flash"
    kept.write_bytes(flash.read_bytes())
    store = Store.open(folder / "store.sqlite")
    with EmulatedPico(image, kept) as pico, connected(pico) as client:
        info = client.hello()
        report = sync(client, store)
        dump = pico.dump_flash(folder / "dump")
    assert report.failed == []
    count = 0
    for row in store.sessions():
        assert verify_session(store, row.id).damages == []
        found = evaluate_session(store.raw(row.id))
        assert found.status == "interrupted"
        count += sum(event.what == "written" for event in found.rows.events)
    return info, Cut(dump, count, False)
