"""The unit's display, live over the link; a virtual unit can be worked with the keyboard."""

from __future__ import annotations

import queue
import threading
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Center, Vertical
from textual.widgets import Footer, Static

from dosegauge.errors import DosegaugeError
from dosegauge.link.client import Timing, UnitClient
from dosegauge.tui.bilingual import BilingualScreen
from dosegauge.tui.display_box import DisplayBox
from dosegauge.tui.keys import bind
from dosegauge.tui.messages import Displayed, HandHint, OperatorProgressed
from dosegauge.tui.title_bar import TitleBar

_POLL_S = 0.15
_RETRY_S = 1.0
# A picture that is no longer live must not stand for long.
_LIVE = Timing(answer_s=0.7, attempts=2)
_PLANS = 3


class LiveScreen(BilingualScreen[None]):
    """Asks the unit for its display while this screen is there, and lets go of the link at once
    when somebody else wants it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("up", "press('up')", "live.up", show=False),
        bind("down", "press('down')", "live.down", show=False),
        bind("enter", "press('ok')", "live.ok", show=False),
        bind("backspace,b", "press('back')", "live.unit-back", show=False),
        bind("f", "hurry", "live.hurry"),
        bind("a", "automatic", "live.auto"),
        bind("escape", "leave", "screen.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._leaving = threading.Event()
        self._stop_operator = threading.Event()
        self._keys: queue.Queue[str | None] = queue.Queue()
        self._shown: Displayed | None = None
        self._hint: HandHint | None = None
        self._operator: OperatorProgressed | None = None

    def compose(self) -> ComposeResult:
        yield TitleBar()
        with Vertical(id="live"):
            with Center():
                yield DisplayBox()
            yield Static(id="live-state", markup=False)
            yield Static(id="live-hint", markup=False)
            yield Static(id="live-operator", markup=False)
            yield Static(id="live-advice", classes="advice", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Begins to ask."""
        self.in_background(self._poll, "live")
        if self.bench.virtual_chosen:
            self.in_background(self._work_keys, "keys")

    def on_unmount(self) -> None:
        """Whatever way the screen goes, its workers end."""
        self._leaving.set()
        self._stop_operator.set()
        self._keys.put(None)

    # keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a virtual unit can be worked from here, by one operator at a time."""
        if action in ("press", "hurry"):
            return self.bench.virtual_chosen and not self._operator_runs
        if action == "automatic":
            return self.bench.virtual_chosen
        return super().check_action(action, parameters)

    def action_press(self, key: str) -> None:
        """A key for the unit."""
        self._keys.put(key)

    def action_hurry(self) -> None:
        """Fast forward on or off."""
        self._keys.put("hurry")

    def action_automatic(self) -> None:
        """Starts the automatic operator, or stops it."""
        if self._operator_runs:
            self._stop_operator.set()
            return
        self._stop_operator.clear()
        self._operator = OperatorProgressed([], running=True)
        self._hint = None
        self.in_background(self._run_operator, "operator")
        self.speak(self.language)
        self.refresh_bindings()

    def action_leave(self) -> None:
        """Back to the sessions."""
        self.dismiss()

    @property
    def _operator_runs(self) -> bool:
        return self._operator is not None and self._operator.running

    # what workers do

    def _poll(self) -> None:
        while not self._leaving.is_set():
            try:
                with self.bench.desk.turn(self._leaving.is_set) as mine:
                    if mine:
                        with self.bench.client(_LIVE) as client:
                            self._watch(client)
            except DosegaugeError as fault:
                self._post(Displayed("", None, fault))
                self._leaving.wait(_RETRY_S)

    def _watch(self, client: UnitClient) -> None:
        """Asks again and again, until the screen goes or somebody else wants the link."""
        unit = client.hello().unit
        while not self._leaving.is_set() and not self.bench.desk.wanted:
            self._post(Displayed(unit, client.live(), None))
            self._leaving.wait(_POLL_S)

    def _work_keys(self) -> None:
        """One key after the other, in the order in which they were pressed."""
        while (key := self._keys.get()) is not None:
            virtual = self.bench.virtual
            if virtual is None:
                return
            if key == "hurry":
                self._post(HandHint("hurry-on" if virtual.toggle_hurry() else "hurry-off", {}))
            else:
                hint = virtual.press(key)
                self._post(HandHint(hint.key, hint.values))

    def _run_operator(self) -> None:
        virtual = self.bench.virtual
        saved: list[str] = []
        try:
            if virtual is not None:
                saved = virtual.run_plans(
                    self._stop_operator,
                    lambda names: self._post(OperatorProgressed(names, running=True)),
                )
        finally:
            self._post(OperatorProgressed(saved, running=False))

    def _post(self, message: Displayed | HandHint | OperatorProgressed) -> None:
        self.post_message(message)

    # what workers say

    def on_displayed(self, message: Displayed) -> None:
        """The display now, or a blank one: an old picture is never shown as live."""
        self._shown = message
        self.query_one(DisplayBox).show(message.screen.lines if message.screen else ())
        self.speak(self.language)

    def on_hand_hint(self, message: HandHint) -> None:
        """What the laboratory did."""
        self._hint = message
        self.speak(self.language)

    def on_operator_progressed(self, message: OperatorProgressed) -> None:
        """How far the automatic operator is."""
        self._operator = message
        self.speak(self.language)
        self.refresh_bindings()

    # what is shown

    def speak(self, language: str) -> None:
        """Writes everything beside the display."""
        self.query_one(TitleBar).say(self.say("live"), self._who())
        self.query_one("#live-state", Static).update(self._state())
        hint = self._hint
        said = self.say(hint.key, **hint.values) if hint is not None and hint.key else ""
        self.query_one("#live-hint", Static).update(said)
        self.query_one("#live-operator", Static).update(self._operator_line())
        advice = "live-hand" if self.bench.virtual_chosen else "live-watch"
        self.query_one("#live-advice", Static).update(self.say(advice))

    def _who(self) -> str:
        unit = self._shown.unit if self._shown is not None else ""
        return f"{unit}  {self.bench.chosen_port or ''}".strip()

    def _state(self) -> str:
        if self._shown is None:
            return self.say("live-connecting")
        if self._shown.fault is not None:
            return "✗ " + self.say("live-lost", fault=self._shown.fault.line(self.language))
        return ""

    def _operator_line(self) -> str:
        operator = self._operator
        if operator is None:
            return ""
        if operator.running:
            return self.say("auto-running", done=len(operator.saved), plans=_PLANS)
        if self._stop_operator.is_set():
            return self.say("auto-stopped")
        return "✓ " + self.say("auto-done", sessions=", ".join(operator.saved) or "-")
