"""Display, clock and air sensor on the emulated Pico's I2C bus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

import pytest

from dosegauge import unit_font
from dosegauge.link.client import UnitClient
from dosegauge.virtual.instruments.bme280 import Bme280, Surroundings
from dosegauge.virtual.instruments.ds3231 import Ds3231
from dosegauge.virtual.instruments.oled import Oled
from tests.board.at_work import connected
from tests.board.emulator import EmulatedPico
from tests.board.flash_image import flash_image
from tests.board.i2c_wire import I2cWire
from tests.firmware.screens import draw

pytestmark = [pytest.mark.timeout(600), pytest.mark.thorough]
START = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
AIR = Surroundings(celsius=22.4, pascal=100_800.0, percent=45.0)


@cache
def font() -> bytes:
    """The glyphs; drawing them takes seconds."""
    return unit_font.build()


@dataclass
class Fitted:
    """A Pico with its parts, in reach of a host."""

    pico: EmulatedPico
    client: UnitClient
    display: Oled
    clock: Ds3231
    sensor: Bme280

    def wait_until(self, condition: Callable[[], bool], within_s: float = 120.0) -> None:
        until_s = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < until_s, self.client.live()

    def shows_its_lines(self) -> bool:
        """Whether the glass shows what the unit says that it shows."""
        lines = list(self.client.live().lines)
        wanted = draw(lines, font()).picture()
        return self.pico.call(self.display.picture) == wanted


@pytest.fixture(scope="module")
def fitted(
    image: Path, firmware_path: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fitted]:
    folder = tmp_path_factory.mktemp("parts")
    pico = EmulatedPico(image, flash_image(folder / "flash"), usb_poll_us=5000)
    clock = Ds3231(lambda: pico.now_us, start=START)
    sensor = Bme280(lambda: pico.now_us, lambda: AIR, Random(1))
    display = Oled()
    I2cWire(pico, display, clock, sensor)
    font()  # drawn before the emulator takes its share of this process
    with pico, connected(pico) as client:
        yield Fitted(pico, client, display, clock, sensor)


def test_the_time_of_day_comes_from_the_clock(fitted: Fitted) -> None:
    shown_ms = fitted.client.hello().clock_ms
    assert shown_ms is not None
    started_ms = int(START.timestamp() * 1000)
    # The clock tells whole seconds.
    assert -1000 <= shown_ms - started_ms - fitted.pico.now_us // 1000 <= 1000


def test_the_self_test_finds_every_part(fitted: Fitted) -> None:
    checks = {check.check: check for check in fitted.client.self_test(run=True)}
    assert checks["air"].state == "ok"
    assert checks["air"].figure == "22 C 1008 hPa"
    assert checks["clock"].state == "ok"
    assert {check.state for check in checks.values()} == {"ok"}


def test_the_menu_stands_on_the_glass(fitted: Fitted) -> None:
    fitted.wait_until(fitted.shows_its_lines)
    assert fitted.pico.call(lambda: fitted.display.complaints) == []


def test_a_display_that_was_away_is_drawn_again(fitted: Fitted) -> None:
    def unplug() -> None:
        fitted.display.absent = True
        fitted.display.power_cycle()
        fitted.pico.press("down")

    def replug() -> None:
        fitted.display.absent = False

    before = fitted.client.live().screen
    fitted.pico.call(unplug)
    fitted.wait_until(lambda: fitted.client.live().screen != before)
    fitted.pico.call(replug)
    fitted.wait_until(fitted.shows_its_lines)


def test_setting_the_clock_sets_the_part_that_runs_on(fitted: Fitted) -> None:
    set_ms = 1_900_000_000_000
    fitted.client.set_clock(lambda: set_ms)
    shown = fitted.pico.call(fitted.clock.time)
    assert 0 <= shown.timestamp() * 1000 - set_ms < 60_000


def test_a_sensor_that_is_pulled_is_absent(fitted: Fitted) -> None:
    fitted.pico.call(lambda: setattr(fitted.sensor, "absent", True))
    checks = {check.check: check.state for check in fitted.client.self_test(run=True)}
    assert checks["air"] == "absent"
