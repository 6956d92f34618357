"""`dosegauge virtual`: runs a virtual unit until interrupted and says where its serial port is."""

import argparse
import contextlib
import signal
import time
from collections.abc import Iterator
from types import FrameType

from dosegauge.output import print_json, tell
from dosegauge.texts import Text, in_language
from dosegauge.virtual.unit import VirtualUnit
from dosegauge.virtual.world import World

PLANS = ("mri-hole-depth", "micro-ct-air-kerma", "micro-ct-leakage")
LOOK_EVERY_S = 0.2
_ENDING = ("SIGTERM", "SIGHUP")


def run(arguments: argparse.Namespace) -> int:
    """Prints the port on stdout, the display on stderr, and ends at Ctrl-C or when it is told to
    end: its process, its port's link and its temporary folder go with it."""
    with ended_as_by_ctrl_c():
        return _run(arguments)


@contextlib.contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """Meanwhile a request to end, or the terminal's going away, is a KeyboardInterrupt.

    Only the first one: those that follow must not disturb the cleaning up.
    """
    caught = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in caught}

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in caught:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in caught:
        # What was to be ignored, as nohup asks for, stays so.
        if before[number] != signal.SIG_IGN:
            signal.signal(number, end)
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, before[number])


def _run(arguments: argparse.Namespace) -> int:
    unit = VirtualUnit(
        scenario=arguments.scenario or "demo",
        # Another unit each time, unless --state keeps one: two units must not share session ids.
        seed=None,
        runtime=arguments.runtime or "auto",
        state_dir=arguments.state,
        pace="fast" if arguments.measure else "real",
        clock_ms="now",
    )
    with unit:
        for message in unit.messages:
            tell(in_language(message, arguments.lang))
        _announce(unit, arguments)
        if arguments.measure:
            unit.begin(PLANS)
        return _show_until_interrupted(unit)


def _announce(unit: VirtualUnit, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json({"port": unit.port, "unit": unit.unit_id, "runtime": unit.runtime.name})
    else:
        print(unit.port, flush=True)
        hint = Text(
            f"虚拟装置 {unit.unit_id} 运行中，按 Ctrl-C 结束",
            f"virtual unit {unit.unit_id} is running; Ctrl-C ends it",
        )
        tell(in_language(hint, arguments.lang))


def _show_until_interrupted(unit: VirtualUnit) -> int:
    shown: tuple[str, ...] = ()
    while unit.error is None:
        lines = unit.change(_display)
        if lines != shown:
            shown = lines
            # A display that is still blank says nothing.
            if any(lines):
                tell("  " + " | ".join(line for line in lines if line))
        time.sleep(LOOK_EVERY_S)
    raise unit.error


def _display(world: World) -> tuple[str, ...]:
    return world.display
