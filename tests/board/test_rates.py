"""Counting without the CPU, and critical sections that allocate nothing: figures from the chip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import serial

from dosegauge.virtual.instruments.quadrature_scale import PHASES
from tests.board.emulator import EmulatedPico
from tests.board.flash_image import compiled, flash_image
from tests.board.wires import PULSES

pytestmark = pytest.mark.timeout(600)
SCRIPT = Path(__file__).with_name("scripts") / "rates.py"
SCALE_A, SCALE_B, SCALE_FAULT, ANSWER = 2, 3, 7, 12
FALLS, NS_PER_FALL = 20, 10_000_000
# The budget of the design: a million of each in a second, none lost.
COUNT = 5000
NS_PER_PULSE = NS_PER_EDGE = 1000


@dataclass
class Rates:
    """What the chip said, by its first words, and how soon a handler answered each edge."""

    said: list[list[str]]
    answered_us: list[int]

    def of(self, *first: str) -> list[str]:
        (found,) = [words for words in self.said if words[: len(first)] == list(first)]
        return found[len(first) :]


class Train:
    """So many steps at a fixed distance, each driving pins; in the emulator's thread."""

    def __init__(self, pico: EmulatedPico, step_ns: int, drive: Callable[[int], None]) -> None:
        self._pico = pico
        self._step_ns = step_ns
        self._drive = drive
        self._alarm = pico.clock.create_alarm(self._step)
        self._at = 0
        self._end = 0

    def run(self, steps: int) -> None:
        self._at, self._end = 0, steps
        self._alarm.schedule(self._step_ns)

    def _step(self) -> None:
        self._drive(self._at)
        self._at += 1
        if self._at < self._end:
            self._alarm.schedule(self._step_ns)


@pytest.fixture(scope="module")
def rates(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Rates:
    folder = tmp_path_factory.mktemp("rates")
    (folder / "boot.py").write_text("import sys\nimport rates\nsys.modules['unit.app'] = rates\n")
    files = {"boot.py": folder / "boot.py", "rates.mpy": compiled(SCRIPT, folder, "rates")}
    said: list[list[str]] = []
    fallen_us: list[int] = []
    seen_us: list[int] = []
    with EmulatedPico(image, flash_image(folder / "flash", files)) as pico:

        def pulse(step: int) -> None:
            pico.drive(PULSES, step % 2 == 0)

        def edge(step: int) -> None:
            a, b = PHASES[(step + 1) % 4]
            pico.mcu.gpio[SCALE_A].set_input_value(a)
            pico.drive(SCALE_B, b)

        def edges() -> None:
            pico.pace.edges_until_us = pico.now_us + 60_000
            Train(pico, NS_PER_EDGE, edge).run(COUNT)

        def fall(step: int) -> None:
            fallen_us.append(pico.now_us)
            pico.drive(SCALE_FAULT, step % 2 == 1)

        def falls() -> None:
            pico.mcu.gpio[ANSWER].add_listener(lambda *_: seen_us.append(pico.now_us))
            Train(pico, NS_PER_FALL, fall).run(2 * FALLS)

        actions = {
            "pulses": lambda: Train(pico, NS_PER_PULSE // 2, pulse).run(2 * COUNT),
            "edges": edges,
            "falls": falls,
        }
        with serial.Serial(pico.port, timeout=300) as port:
            while (line := port.readline().decode().strip()) not in ("end", ""):
                if line in actions:
                    pico.call(actions[line])
                else:
                    said.append(line.split())
    return Rates(
        said, [seen - fallen for fallen, seen in zip(fallen_us[::2], seen_us, strict=True)]
    )


@pytest.mark.parametrize("what", ["pulses", "edges"])
def test_a_million_in_a_second_and_none_lost(rates: Rates, what: str) -> None:
    assert rates.of("counted", what) == [str(COUNT)]


@pytest.mark.parametrize("what", ["pulses", "edges"])
def test_a_look_allocates_nothing_and_is_short(rates: Rates, what: str) -> None:
    said, us = rates.of("look", what)
    assert said == "unlocked"
    # With its call; the section with interrupts off is part of it.
    assert int(us) < 200


def test_the_handler_of_a_lost_signal_allocates_nothing(rates: Rates) -> None:
    assert rates.of("handler") == ["unlocked", "signal"]


def test_every_edge_reaches_its_handler_in_time(rates: Rates) -> None:
    assert len(rates.answered_us) == FALLS
    assert max(rates.answered_us) < 100
