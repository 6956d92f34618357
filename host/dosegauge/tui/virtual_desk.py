"""The virtual unit as a person uses it: keys by hand with a laboratory that follows the steps,
or the automatic operator."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from dosegauge.errors import DosegaugeError
from dosegauge.standards.plans import plan_ids
from dosegauge.texts import Text
from dosegauge.virtual.unit import VirtualUnit
from dosegauge.virtual.world import World

_ASK, _BUSY, _NUMBER = "ask:", "busy:", "number:"
_HURRY = "fast forward"
_LOOK_S = 0.2
_START_WITHIN_S = 30.0
_NM_PER_MM = 1_000_000


class Hint(NamedTuple):
    """What the laboratory did: a key of the words and the values for its places."""

    key: str = ""
    values: dict[str, str] = {}  # noqa: RUF012  never changed


class VirtualDesk:
    """A running virtual unit. Its id is another one each time, so that a fresh unit's numbers
    never meet those of an earlier one in the store. All methods may block briefly."""

    def __init__(self, scenario: str = "demo", seed: int | None = None) -> None:
        self._unit = VirtualUnit(scenario, seed=seed, clock_ms="now")
        self._hurry = False
        self._unit.change(lambda world: world.screen_listeners.append(self._on_screen))
        try:
            self._unit.start()
            self._unit.wait_for(lambda world: bool(world.screen), _START_WITHIN_S, "start")
        except BaseException:
            self._unit.stop()
            raise

    @property
    def port(self) -> str:
        """The unit's port."""
        return self._unit.port

    @property
    def unit_id(self) -> str:
        """The unit's id."""
        return self._unit.unit_id

    @property
    def hurry(self) -> bool:
        """Whether the time in which the unit measures is skipped."""
        return self._hurry

    def close(self) -> None:
        """Ends the unit; what it holds is gone."""
        self._unit.stop()

    def press(self, key: str) -> Hint:
        """Presses a key as a person does who first does what the step says."""
        if key == "ok":
            return self._unit.change(self._confirm)
        self._unit.press(key)
        return Hint()

    def toggle_hurry(self) -> bool:
        """Switches fast forward; returns its new state."""

        def switch(world: World) -> bool:
            self._hurry = not self._hurry
            self._on_screen(world.screen)
            return self._hurry

        return self._unit.change(switch)

    def run_plans(self, stop: threading.Event, on_saved: Callable[[list[str]], None]) -> list[str]:
        """Lets the automatic operator run every plan; the sessions saved until done or stopped."""
        before = len(self._unit.operator.saved)
        self._unit.begin(plan_ids())
        told = 0
        while not self._unit.operator.done and self._unit.error is None:
            if stop.wait(_LOOK_S):
                self._unit.change(lambda _world: self._unit.operator.stop())
                break
            saved = self._unit.operator.saved[before:]
            if len(saved) > told:
                told = len(saved)
                on_saved(saved)
        if self._unit.error is not None:
            raise self._unit.error
        if self._unit.operator.failed is not None:
            raise DosegaugeError(
                Text(
                    f"自动操作员无法继续（{self._unit.operator.failed}）",
                    f"the automatic operator can't go on ({self._unit.operator.failed})",
                ),
                self.unit_id,
                Text("请用按键手动继续", "Go on by hand with the keys"),
            )
        return self._unit.operator.saved[before:]

    def _confirm(self, world: World) -> Hint:
        """OK: at a step's question the laboratory does first what the step says."""
        screen = world.screen
        if not screen.startswith(_ASK):
            world.press("ok")
            return self._entry_hint(screen)
        step = screen[len(_ASK) :]
        settle_s = self._unit.operator.do_step(step)
        if settle_s:
            self._unit.operator.press("ok", settle_s)
            if self._hurry:
                world.busy_reasons.add(_HURRY)
            return Hint("hint-settle", {"seconds": f"{settle_s:g}"})
        world.press("ok")
        height_nm = self._unit.scenario.gauge_nm.get(step)
        if height_nm is not None:
            return Hint("hint-gauge", {"mm": f"{height_nm / _NM_PER_MM:.4f}"})
        return Hint()

    def _entry_hint(self, screen: str) -> Hint:
        if not screen.startswith(_NUMBER):
            return Hint()
        value = self._unit.scenario.entries.get(screen.split(":")[1])
        return Hint() if value is None else Hint("hint-entry", {"value": value})

    def _on_screen(self, screen: str) -> None:
        """Time is skipped only while the unit itself is at work."""
        world = self._unit.world
        if self._hurry and screen.startswith(_BUSY):
            world.busy_reasons.add(_HURRY)
        else:
            world.busy_reasons.discard(_HURRY)
