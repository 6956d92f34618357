"""The unit's image on an emulated Pico: `make test-board`."""

from pathlib import Path

import pytest
import serial

from dosegauge.virtual.ports import LineFormat
from dosegauge.virtual.scenario import build_world, load_scenario
from tests.board.emulator import EmulatedPico
from tests.board.flash_image import compiled, flash_image
from tests.board.wires import Laboratory

CONTRACT = Path(__file__).with_name("contract.py")
OPTO = LineFormat(4800, 7, "E", 2)


@pytest.mark.timeout(600)
def test_the_pico_keeps_the_board_contract(image: Path, tmp_path: Path) -> None:
    boot = tmp_path / "boot.py"
    boot.write_text("import sys\nimport contract\nsys.modules['unit.app'] = contract\n")
    module = compiled(CONTRACT, tmp_path, "contract")
    flash = flash_image(tmp_path / "flash", {"boot.py": boot, "contract.mpy": module})
    with EmulatedPico(image, flash) as pico:
        world = build_world(load_scenario("demo"), 1)
        laboratory = Laboratory(pico, world, {"A": OPTO})
        pico.call(laboratory.start)
        said = follow(pico)
    assert [line for line in said if not line.startswith("ok ")] == []
    assert len(said) == 15


def follow(pico: EmulatedPico) -> list[str]:
    """What the board says of each check, while we press and echo as it asks."""
    said = []
    with serial.Serial(pico.port, timeout=300) as port:
        while True:
            line = port.readline().decode(errors="replace").strip()
            if line == "press":
                pico.call(lambda: pico.press("up"))
            elif line == "echo":
                port.write(b"echo\n")
            elif line in ("", "end"):
                return said
            elif line != "ready":
                said.append(line)
