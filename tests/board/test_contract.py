"""Every board keeps the contract of docs/board.md; here the virtual one, on each runtime."""

from pathlib import Path

import pytest
import serial

from dosegauge.virtual.unit import VirtualUnit
from tests.interpreters import double_precision, single_precision
from tests.interpreters.requirement import require

CONTRACT = Path(__file__).with_name("contract.py")


@pytest.mark.parametrize("runtime", ["double", "single", "cpython"])
def test_the_virtual_board_keeps_the_contract(runtime: str, tmp_path: Path) -> None:
    interpreter = None
    if runtime != "cpython":
        found = double_precision() if runtime == "double" else single_precision()
        interpreter = str(require(found))
    with VirtualUnit(
        scenario="demo",
        runtime="cpython" if interpreter is None else "micropython",
        interpreter=interpreter,
        state_dir=tmp_path,
        main=str(CONTRACT),
    ) as unit:
        # Somebody is at work, so that the time of counting passes at once.
        unit.change(lambda world: world.busy_reasons.add("contract"))
        said = follow(unit)
    assert [line for line in said if line.startswith("no")] == []
    assert len(said) == 15
    assert all(line.startswith("ok ") for line in said)


def follow(unit: VirtualUnit) -> list[str]:
    """What the board says of each check, while we press and echo as it asks."""
    said = []
    with serial.serial_for_url(unit.port, timeout=20) as port:
        while True:
            line = port.readline().decode().strip()
            if line == "press":
                unit.press("up")
            elif line == "echo":
                port.write(b"echo\n")
            elif line in ("", "end"):
                return said
            elif line != "ready":
                said.append(line)
            if line == "ok check_counter":
                # From here on the board waits for us, and we live in real time.
                unit.change(lambda world: world.busy_reasons.discard("contract"))
