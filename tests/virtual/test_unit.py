"""The unit's process: start, port, restart, power cut, giving up, end.

The process is `echo_unit.py`, which talks with the world and the console as the firmware does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from dosegauge.errors import WrongUse
from dosegauge.locate import core_parent_dir, firmware_dir
from dosegauge.virtual.runtimes import RUNTIMES, choose_runtime
from dosegauge.virtual.unit import VirtualUnit, VirtualUnitError
from tests.interpreters.provision import double_precision
from tests.interpreters.requirement import require

HERE = Path(__file__).parent
INTERRUPT = b"\x03"
Make = Callable[..., VirtualUnit]


def interpreter_of(runtime: str) -> str | None:
    return str(require(double_precision())) if runtime == "micropython" else None


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Starts virtual units that are stopped in the end."""
    units: list[VirtualUnit] = []

    def start(runtime: str = "micropython", **options: object) -> VirtualUnit:
        settings: dict[str, object] = {
            "scenario": "annex-d",
            "state_dir": tmp_path / "state",
            "firmware_dir": HERE,
            "main": "echo_unit.py",
            **options,
        }
        unit = VirtualUnit(runtime=runtime, interpreter=interpreter_of(runtime), **settings)  # type: ignore[arg-type]
        units.append(unit)
        return unit.start()

    yield start
    for unit in units:
        unit.stop()


def opened(unit: VirtualUnit) -> serial.SerialBase:
    return serial.serial_for_url(unit.port, timeout=5)


def said(port: serial.SerialBase, line: str) -> str:
    """The answer to a line. What the unit said at its start may still be on the way."""
    port.write(line.encode() + b"\n")
    answer = bytes(port.readline())
    while answer.startswith(b"hello "):
        answer = bytes(port.readline())
    return answer.decode().strip()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int, within_s: float = 5.0) -> bool:
    until_s = time.monotonic() + within_s
    while alive(pid) and time.monotonic() < until_s:
        time.sleep(0.02)
    return not alive(pid)


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_console_world_and_keys(make: Make, runtime: str) -> None:
    unit = make(runtime)
    assert unit.runtime.name == runtime
    with opened(unit) as port:
        assert port.readline().decode() == f"hello {unit.unit_id}\n"
        assert said(port, "some text") == "some text"
        assert said(port, "line") == "2b3030302e303030308d"  # +000.0000 with even parity
        port.write(b"key\n")
        time.sleep(0.1)
        unit.press("up")
        assert port.readline() == b"up\n"
        unit.wait_for(lambda world: world.screen == "menu:echo")


def test_a_port_over_tcp_where_there_are_no_terminals(make: Make) -> None:
    unit = make(terminal=False)
    assert unit.port.startswith("socket://127.0.0.1:")
    unit.wait_for(lambda world: world.screen == "menu:echo")
    with opened(unit) as port:
        assert said(port, "text").endswith("text")


def test_plain_pipes_where_there_are_no_terminals(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dosegauge.virtual.unit.has_terminals", lambda: False)
    unit = make()
    unit.wait_for(lambda world: world.screen == "menu:echo")
    with opened(unit) as port:
        assert said(port, "text").endswith("text")
        assert said(port, "line") == "2b3030302e303030308d"
        unit.power_cut()
        assert port.readline().decode() == f"hello {unit.unit_id}\n"


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_a_process_that_ends_is_started_again_and_the_port_stays(make: Make, runtime: str) -> None:
    unit = make(runtime)
    with opened(unit) as port:
        port.readline()
        before_ms = int(said(port, "time"))
        port.write(b"exit\n")
        assert port.readline().decode() == f"hello {unit.unit_id}\n"
        assert int(said(port, "time")) >= before_ms
    assert unit.restarts == 1
    assert unit.error is None


def test_a_power_cut_kills_at_once(make: Make) -> None:
    unit = make()
    with opened(unit) as port:
        port.readline()
        first = unit.process_id
        for number in range(1, 8):  # more often than a crashing unit would be forgiven
            unit.power_cut(lose_clock=True)
            assert port.readline().decode() == f"hello {unit.unit_id}\n"
            assert unit.restarts == number
        assert unit.process_id != first
    assert first is not None and gone(first)
    assert unit.change(lambda world: world.unix_ms) is None


def test_byte_3_interrupts_as_on_usb(make: Make) -> None:
    unit = make()
    with opened(unit) as port:
        port.readline()
        port.write(b"half a line" + INTERRUPT)
        seen = b""
        while b"KeyboardInterrupt" not in seen:
            line = port.readline()
            assert line, seen
            seen += line
        assert port.readline().decode() == f"hello {unit.unit_id}\n"


def test_a_firmware_that_keeps_crashing_is_given_up_with_its_last_line(
    make: Make, tmp_path: Path
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "main.py").write_text("raise ValueError('no flash chip')\n")
    unit = make(firmware_dir=tmp_path / "broken", main="main.py")
    with pytest.raises(VirtualUnitError) as caught:
        unit.measure(["mri-hole-depth"], timeout_s=20)
    assert "no flash chip" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert unit.restarts == 5
    assert unit.process_id is None


def test_an_unknown_screen_ends_in_one_line_not_in_waiting(make: Make) -> None:
    unit = make()
    unit.wait_for(lambda world: world.screen == "menu:echo")
    with pytest.raises(VirtualUnitError, match="not in the unit's menu"):
        unit.measure(["mri-hole-depth"], timeout_s=20)


def test_id_and_state_stay_from_run_to_run(make: Make, tmp_path: Path) -> None:
    first = make(seed=7)
    assert first.unit_id.startswith("VU-") and len(first.unit_id) == 9
    first.stop()
    assert make(seed=8).unit_id == first.unit_id
    assert make(seed=8, state_dir=tmp_path / "other").unit_id != first.unit_id
    assert (
        make(seed=8, state_dir=tmp_path / "third").unit_id
        == make(seed=8, state_dir=tmp_path / "fourth").unit_id
    )


def test_nothing_is_left_after_stop(make: Make) -> None:
    before = set(threading.enumerate())
    unit = make()
    unit.wait_for(lambda world: world.screen == "menu:echo")
    pid, port = unit.process_id, unit.port
    unit.stop()
    assert pid is not None and gone(pid)
    assert {t for t in threading.enumerate() if t.is_alive()} <= before
    assert not os.path.lexists(port)
    unit.stop()


def test_a_temporary_unit_leaves_no_folder(make: Make) -> None:
    unit = make(state_dir=None)
    folder = unit.state_dir
    unit.stop()
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_the_process_dies_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from dosegauge.virtual.unit import VirtualUnit\n"
        f"unit = VirtualUnit('annex-d', state_dir={str(tmp_path)!r}, main='echo_unit.py',\n"
        f"    firmware_dir={str(HERE)!r}, interpreter={interpreter_of('micropython')!r})\n"
        "unit.start()\n"
        "unit.wait_for(lambda world: world.screen == 'menu:echo')\n"
        "print(unit.process_id, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert gone(child)


def test_a_unit_that_nobody_listens_to_is_not_blocked(make: Make) -> None:
    unit = make()
    with opened(unit) as port:
        port.readline()
        port.write(b"burst 100000\n")
    time.sleep(0.2)
    with opened(unit) as port:
        until_s = time.monotonic() + 20
        answer = b""
        while not answer.endswith(b"still here\n") and time.monotonic() < until_s:
            port.write(b"still here\n")
            answer = port.readline()
        assert answer.endswith(b"still here\n")


def test_wrong_arguments_give_one_line(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no runtime 'java'"):
        choose_runtime("java")
    with pytest.raises(WrongUse, match=r"no MicroPython 1\.24"):
        choose_runtime("auto", str(tmp_path / "missing"))
    with pytest.raises(WrongUse, match="no scenario 'x'"):
        VirtualUnit("x")
    assert RUNTIMES == ("auto", "micropython", "cpython")


def test_firmware_and_core_are_found_in_the_checkout() -> None:
    assert (firmware_dir() / "main.py").is_file()
    assert (core_parent_dir() / "dosegauge_core" / "records.py").is_file()
