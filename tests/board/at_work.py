"""Somebody works at the emulated Pico: reads its screens over the link, presses its keys."""

import json
import time
from collections.abc import Iterable

from dosegauge.link.client import Timing, UnitClient
from dosegauge.link.faults import LinkError
from dosegauge.link.transport import Transport
from dosegauge.standards.plans import compile_plan
from dosegauge.virtual.operator import Operator, Pace
from dosegauge.virtual.ports import LineFormat
from dosegauge.virtual.scenario import build_world, load_scenario
from tests.board.emulator import EmulatedPico
from tests.board.wires import Laboratory

# The emulated chip computes some twenty times slower than a real one.
PATIENT = Timing(answer_s=60.0, attempts=3)
LOOKING = Timing(answer_s=10.0, attempts=1)
MULTIDOS = LineFormat(38400, 8, "N", 1)
# Every look costs the chip 12 ms.
LOOK_EVERY_US = 600_000
# After a plan has come, the chip needs seconds for its menu.
QUICK = Pace(key_s=(0.1, 0.3), digit_s=(0.1, 0.2), settle_beam_s=1.0, no_reaction_s=20.0)


def connected(pico: EmulatedPico, within_s: float = 120.0) -> UnitClient:
    """A link to the unit, once its program answers."""
    until_s = time.monotonic() + within_s
    while True:
        try:
            # A question that comes while the chip starts is lost.
            with UnitClient(Transport(pico.port), LOOKING) as client:
                client.hello()
            return UnitClient(Transport(pico.port), PATIENT)
        except LinkError:
            if time.monotonic() > until_s:
                raise


def shortened(
    plan: str, keep: Iterable[str], instrument: str = "", **parameters: object
) -> tuple[str, bytes]:
    """Id and bytes of a plan with only some of its steps, and dwells of a few seconds."""
    whole = json.loads(compile_plan(plan, instrument=instrument))
    kept = set(keep)
    whole["steps"] = [step for step in whole["steps"] if step["id"] in kept]
    for step in whole["steps"]:
        if "seconds" in step:
            step["seconds"] = 6
    whole["parameters"].update(parameters)
    return plan, json.dumps(whole, ensure_ascii=False).encode()


class Worker:
    """The automatic operator of the virtual world in front of the emulated Pico."""

    def __init__(self, pico: EmulatedPico, client: UnitClient, scenario: str) -> None:
        self._pico = pico
        self._client = client
        described = load_scenario(scenario)
        self.world = build_world(described, 1)
        self.operator = Operator(self.world, described, QUICK)
        self.laboratory = Laboratory(pico, self.world, {"B": MULTIDOS})
        pico.call(self.laboratory.start)

    def measure(self, plan: str, *, until: str = "", within_s: float = 400.0) -> None:
        """Measure by a plan until it is done, or until a screen that begins so."""
        self._look()
        self._pico.call(lambda: self.operator.measure([plan]))
        until_s = time.monotonic() + within_s
        while not self.operator.done:
            screen = self._look()
            if until and screen.startswith(until):
                return
            assert time.monotonic() < until_s, f"still at {screen}"
            self._pause()
        assert self.operator.failed is None, self.operator.failed

    def leave(self) -> None:
        """Take the laboratory's cables off, so that another one can be connected."""
        self._pico.call(self.laboratory.stop)

    def _pause(self) -> None:
        until_us = self._pico.now_us + LOOK_EVERY_US
        while self._pico.now_us < until_us:
            time.sleep(0.02)

    def _look(self) -> str:
        live = self._client.live()
        self._pico.call(lambda: self._seen(live.screen, list(live.lines)))
        return live.screen

    def _seen(self, screen: str, lines: list[str]) -> None:
        if screen != self.world.screen:
            self.world.show(screen, lines)
