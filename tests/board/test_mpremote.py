"""mpremote gets in at any moment, whatever the unit does, and leaves nothing broken behind."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dosegauge.errors import WrongUse
from dosegauge.install.installer import install
from tests.board.at_work import connected
from tests.board.emulator import EmulatedPico
from tests.board.flash_image import flash_image

pytestmark = [pytest.mark.timeout(600), pytest.mark.thorough]
# The watchdog barks after eight seconds; mpremote must not be thrown out then.
LONGER_THAN_THE_WATCHDOG_US = 10_000_000


@dataclass
class Reached:
    """An emulated Pico with the unit's program, and mpremote."""

    pico: EmulatedPico

    def mpremote(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "mpremote", "connect", self.pico.port, "resume"]
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, timeout=200, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def starts_again(self) -> None:
        """Back to the unit's program, by the RESET button."""
        self.pico.reset()
        connected(self.pico).close()


@pytest.fixture(scope="module")
def reached(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    folder = tmp_path_factory.mktemp("mpremote")
    with EmulatedPico(image, flash_image(folder / "flash"), usb_poll_us=5000) as pico:
        connected(pico).close()
        yield Reached(pico)


def test_exec_gets_in_and_the_watchdog_stays_quiet(reached: Reached) -> None:
    """The program has armed the watchdog; once interrupted it takes it off."""
    assert reached.mpremote("exec", "print(6 * 7)").strip() == "42"
    until_us = reached.pico.now_us + LONGER_THAN_THE_WATCHDOG_US
    while reached.pico.now_us < until_us:
        time.sleep(0.1)
    assert reached.mpremote("exec", "import machine; print(machine.reset_cause())").strip() == "1"


def test_cp_there_and_back(reached: Reached, tmp_path: Path) -> None:
    sent, back = tmp_path / "sent.bin", tmp_path / "back.bin"
    sent.write_bytes(bytes(range(256)) * 4)
    reached.mpremote("cp", str(sent), ":/copied.bin")
    reached.mpremote("cp", ":/copied.bin", str(back))
    assert back.read_bytes() == sent.read_bytes()


def test_reset_brings_the_unit_back(reached: Reached) -> None:
    reached.mpremote("reset")
    with connected(reached.pico) as client:
        assert client.hello().state in ("starting", "idle")


@pytest.mark.parametrize("key", ["up", "ok"])
def test_in_the_middle_of_a_screen(reached: Reached, key: str) -> None:
    """In the menu's turning, and in a session that is being begun."""
    reached.pico.call(lambda: reached.pico.press(key))
    time.sleep(1.0)
    assert reached.mpremote("exec", "print('in')").strip() == "in"
    reached.starts_again()


def test_the_units_own_image_needs_no_installation(reached: Reached) -> None:
    with pytest.raises(WrongUse, match="its own image"):
        install(reached.pico.port, lambda _: None)
    with connected(reached.pico) as client:
        assert client.hello().protected is True
