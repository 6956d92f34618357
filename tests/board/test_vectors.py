"""Check cases on the emulated Pico: every digit as on CPython.

A sample of each file, spread over it; with DOSEGAUGE_BOARD_CASES=all (`make test-board-all`) every
case, which takes the emulator the better part of an hour.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import serial

from dosegauge.unit_sources import HOST_ONLY
from tests.board.emulator import EmulatedPico
from tests.board.flash_image import compiled, flash_image
from tests.conftest import ROOT
from tests.vectors import run_vectors

pytestmark = [pytest.mark.timeout(4 * 3600), pytest.mark.thorough]
VECTORS = ROOT / "tests" / "vectors"
SCRIPT = Path(__file__).with_name("scripts") / "vectors.py"
EVERY = os.environ.get("DOSEGAUGE_BOARD_CASES") == "all"
SAMPLED = 2
# A budget is stated by the host alone; its sums are those of the computations.
NOT_ON_THE_UNIT = "model"
# Parts of the bus are compared with the simulated parts on it (test_parts).
NOT_OF_THE_CORE = ("bme280", "ds3231")


def cases() -> list[tuple[str, dict[str, Any]]]:
    """Module and case of those that the image has the modules for."""
    chosen = []
    for path in sorted(VECTORS.glob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        file = told["module"].replace(".", "/") + ".py"
        if path.stem in NOT_OF_THE_CORE or file in HOST_ONLY:
            continue
        every = [case for case in told["cases"] if NOT_ON_THE_UNIT not in case]
        if not every:
            continue
        step = 1 if EVERY else max(1, len(every) // SAMPLED)
        chosen += [(told["module"], case) for case in every[::step]]
    return chosen


def test_the_digits_are_identical(image: Path, tmp_path: Path) -> None:
    chosen = cases()
    wanted = [
        [module, case["name"], *run_vectors.run_case(module, case)] for module, case in chosen
    ]
    assert len(wanted) >= 15
    (tmp_path / "cases").write_text(
        "".join(f"{module} {json.dumps(case)}\n" for module, case in chosen)
    )
    (tmp_path / "boot.py").write_text(
        "import sys\nimport vectors\nsys.modules['unit.app'] = vectors\n"
    )
    files = {
        "boot.py": tmp_path / "boot.py",
        "cases": tmp_path / "cases",
        "vectors.mpy": compiled(SCRIPT, tmp_path, "vectors"),
        "run_vectors.mpy": compiled(VECTORS / "run_vectors.py", tmp_path, "run_vectors"),
    }
    got = []
    with (
        EmulatedPico(image, flash_image(tmp_path / "flash", files)) as pico,
        serial.Serial(pico.port, timeout=600) as port,
    ):
        while (line := port.readline().decode().strip()) not in ("end", ""):
            assert line.startswith("["), line + port.read(2000).decode(errors="replace")
            got.append(json.loads(line))
    assert got == json.loads(json.dumps(wanted))
    assert all(ok for _, _, ok, _ in got)
