"""The automatic operator: reads the display and acts as a person would, in world time.

It presses keys, moves the gauge's spindle, switches the beam and carries the probe around the
cabinet. What it does at one screen can be replaced (`at`), and it can be stopped at a screen
(`hold_at`), for tests that want something else to happen there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .scenario import Scenario
from .timeline import US_PER_S, Event
from .world import World

PATIENCE_S = 3600.0
TRIES_AT_TROUBLE = 5
BUSY = "operator"


@dataclass(frozen=True)
class Pace:
    """How long people take: before a key (least, most), before a digit's, for the beam, and until
    they take it that a key had no effect."""

    key_s: tuple[float, float] = (0.5, 3.0)
    digit_s: tuple[float, float] = (0.2, 0.5)
    settle_beam_s: float = 12.0
    no_reaction_s: float = 3.0


UNHURRIED = Pace()


class Operator:
    """One person at the unit. All methods are for the thread that holds the server's lock."""

    def __init__(self, world: World, scenario: Scenario, pace: Pace = UNHURRIED) -> None:
        self.world = world
        self._pace = pace
        self.scenario = scenario
        self.saved: list[str] = []
        self.failed: str | None = None
        self.held = False
        self._plans: list[str] = []
        self._running: str | None = None
        self._screen = ""
        self._pending: Event | None = None
        self._impatience: Event | None = None
        self._menu_seen: list[str] = []
        self._menu_key = "down"
        self._pages_seen: set[str] = set()
        self._tries: dict[str, int] = {}
        self._instead: dict[str, Callable[[Operator], None]] = {}
        self._holds: set[str] = set()
        self._rng = world.rng("operator")
        world.screen_listeners.append(self._on_show)

    # what the others ask of it

    def measure(self, plans: Iterable[str]) -> None:
        """Run these plans one after the other, beginning now."""
        self._plans.extend(plans)
        self.failed = None
        self._update_busy()
        self._react(self.world.screen)

    @property
    def done(self) -> bool:
        """True when there is nothing left to do, or no way to go on (`failed` tells why)."""
        return self.failed is not None or (not self._plans and self._running is None)

    def at(self, screen: str, action: Callable[[Operator], None]) -> None:
        """Do `action` once instead of the usual thing when `screen` appears.

        The action is done at once; it uses `press`, `do_step` and the world.
        """
        self._instead[screen] = action

    def hold_at(self, screen: str) -> None:
        """Stop at `screen` and do nothing until `resume`; the world is not busy meanwhile."""
        self._holds.add(screen)

    def resume(self) -> None:
        """Go on after a hold, with whatever screen is there."""
        self.held = False
        self._update_busy()
        self._react(self.world.screen)

    def stop(self) -> None:
        """Forget all plans and let go of the keys."""
        self._plans.clear()
        self._running = None
        self._cancel_pending()
        self._update_busy()

    def press(self, key: str, after_s: float | None = None) -> None:
        """Press a key after a human delay, or after `after_s`."""
        self._later(lambda: self.world.press(key), after_s)

    def do_step(self, step: str) -> float:
        """Do what a step says, at once; returns how long to wait until it has settled (s)."""
        if step in self.scenario.gauge_nm and self.world.gauge is not None:
            self.world.gauge.move(self.scenario.gauge_nm[step])
        if step.startswith("exposure"):
            # Each exposure is one of its own: off, then on again.
            self.world.set_beam(False)
            self.world.set_beam(True)
            return self._pace.settle_beam_s
        beam = self._is_survey_point(step)
        settle_s = self._pace.settle_beam_s if self.world.tube.on != beam else 0.0
        if self.world.tube.on != beam:
            self.world.set_beam(beam)
        self.world.hold_probe(step)
        return settle_s

    def _is_survey_point(self, step: str) -> bool:
        """Whether a step wants the beam on: all but backgrounds, zeros, entries, gauge steps."""
        return not (
            step in self.scenario.gauge_nm
            or step in self.scenario.entries
            or step.startswith(("background", "zero", "null", "outside", "inside"))
        )

    # reacting to the display

    def _on_show(self, screen: str) -> None:
        if screen == self._screen and self._pending is not None and self._pending.pending:
            return
        self._react(screen)

    def _react(self, screen: str) -> None:
        self._cancel_pending()
        self._screen = screen
        if self._idle():
            return
        if screen in self._holds:
            self._holds.discard(screen)
            self.held = True
            self._update_busy()
            return
        self._be_patient()
        if screen in self._instead:
            self._instead.pop(screen)(self)
            return
        kind, _, rest = screen.partition(":")
        handler = {
            "menu": self._at_menu,
            "ask": self._at_ask,
            "number": self._at_number,
            "trouble": self._at_trouble,
            "leave": self._at_leave,
            "result": self._at_result,
            "saved": self._at_saved,
        }.get(kind)
        if handler is not None:
            handler(rest)

    def _at_menu(self, plan: str) -> None:
        self._running = None
        if not self._plans:
            self._update_busy()
            return
        if plan == self._plans[0]:
            self._menu_seen.clear()
            self._menu_key = "down"
            self._later(self._start_plan, None)
            return
        if plan in self._menu_seen:
            self._turn_around(plan)
        else:
            self._menu_seen.append(plan)
            self._move_in_menu(plan)

    def _move_in_menu(self, plan: str) -> None:
        def move() -> None:
            self.world.press(self._menu_key)
            self._later(lambda: self._turn_around(plan), self._pace.no_reaction_s)

        self._later(move, None)

    def _turn_around(self, plan: str) -> None:
        """The menu doesn't go on this way: try the other, then give up."""
        if self._menu_key == "up":
            self._give_up(f"plan {self._plans[0]} is not in the unit's menu")
            return
        self._menu_key = "up"
        self._menu_seen = [plan]
        self._move_in_menu(plan)

    def _start_plan(self) -> None:
        self._running = self._plans.pop(0)
        self._pages_seen.clear()
        self._tries.clear()
        self.world.press("ok")

    def _at_ask(self, step: str) -> None:
        def act() -> None:
            settle_s = self.do_step(step)
            self.press("ok", settle_s + self._rng.uniform(*self._pace.key_s))

        self._later(act, None)

    def _at_number(self, rest: str) -> None:
        parts = rest.split(":")
        if len(parts) != 3 or not parts[2].isdigit():
            self._give_up(f"screen number:{rest} cannot be understood")
            return
        step, text, cursor = parts[0], parts[1], int(parts[2])
        target = self._target_text(step, text)
        self.press(number_key(text, target, cursor), self._rng.uniform(*self._pace.digit_s))

    def _target_text(self, step: str, text: str) -> str:
        """What the thermometer, barometer or hygrometer shows, in the editor's form."""
        value = self.scenario.entries.get(step)
        if value is None:
            return text
        sign = text[:1] if text[:1] in "+-" else ""
        if sign:
            sign = "-" if value.startswith("-") else "+"
        decimals = len(text.partition(".")[2])
        whole, _, fraction = value.lstrip("+-").partition(".")
        digits = whole + ("." + fraction.ljust(decimals, "0")[:decimals] if decimals else "")
        width = len(text) - len(sign)
        return sign + digits.rjust(width, "0")[-width:]

    def _at_trouble(self, rest: str) -> None:
        self._tries[rest] = self._tries.get(rest, 0) + 1
        if self._tries[rest] > TRIES_AT_TROUBLE:
            self._give_up(f"trouble {rest} does not go away")
            return
        self._set_instruments_right()
        self.press("ok")

    def _set_instruments_right(self) -> None:
        """What a person would do at the instruments: millimetres, and a reset of an overload."""
        if self.world.gauge is not None:
            self.world.gauge.unit = "MM"
        if self.world.multidos is not None:
            self.world.multidos.press_reset()

    def _at_leave(self, step: str) -> None:
        del step
        self.press("back")

    def _at_result(self, page: str) -> None:
        self._beam_off()
        if page in self._pages_seen:
            self.press("ok")
            return
        self._pages_seen.add(page)

        def turn() -> None:
            self.world.press("down")
            self._later(lambda: self.world.press("ok"), self._pace.no_reaction_s)

        self._later(turn, None)

    def _at_saved(self, session: str) -> None:
        self.saved.append(session)
        self.press("ok")

    def _beam_off(self) -> None:
        if self.world.tube.on:
            self.world.set_beam(False)

    # keeping time

    def _later(self, action: Callable[[], None], after_s: float | None) -> None:
        delay_s = self._rng.uniform(*self._pace.key_s) if after_s is None else after_s
        self._cancel_pending()
        self._pending = self.world.timeline.after(round(delay_s * US_PER_S), action)

    def _cancel_pending(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    def _be_patient(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
        screen = self._screen

        def lose_patience() -> None:
            self._give_up(f"nothing happens at screen {screen}")

        self._impatience = self.world.timeline.after(round(PATIENCE_S * US_PER_S), lose_patience)

    def _idle(self) -> bool:
        return self.held or self.done

    def _give_up(self, why: str) -> None:
        self.failed = why
        self._plans.clear()
        self._running = None
        self._beam_off()
        self._update_busy()

    def _update_busy(self) -> None:
        if self._idle():
            self.world.busy_reasons.discard(BUSY)
            if self._impatience is not None:
                self._impatience.cancel()
        else:
            self.world.busy_reasons.add(BUSY)


def number_key(text: str, target: str, cursor: int) -> str:
    """The key that brings a number editor's text nearer to the target."""
    wrong = [i for i, (have, want) in enumerate(zip(text, target, strict=False)) if have != want]
    if wrong and wrong[0] < cursor:
        return "back"
    if cursor >= len(text) or cursor not in wrong:
        return "ok"
    have, want = text[cursor], target[cursor]
    if not (have.isdigit() and want.isdigit()):
        return "up"
    return "up" if (int(want) - int(have)) % 10 <= 5 else "down"
