"""One clear line about what went wrong, in a box whose text can be selected and copied."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from dosegauge.errors import DosegaugeError
from dosegauge.output import printable
from dosegauge.texts import in_language
from dosegauge.tui.bilingual import BilingualScreen
from dosegauge.tui.keys import bind


class ErrorScreen(ModalScreen[None], BilingualScreen[None]):
    """Shows a fault: what, where, what to do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "close", "sync.close"),
        bind("enter", "close", "sync.close", show=False),
        bind("c", "copy", "error.copy"),
    ]

    def __init__(self, fault: DosegaugeError) -> None:
        super().__init__()
        self.fault = fault

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -error"):
            yield Static(classes="head", markup=False)
            yield Static(id="what", markup=False)
            yield Static(id="where", markup=False)
            yield Static(id="todo", markup=False)
            yield Static(classes="foot", markup=False)
        yield Footer(compact=True)

    def speak(self, language: str) -> None:
        """Writes the fault in this language."""
        self.query_one(".head", Static).update("✗ " + self.say("error"))
        parts = {
            "#what": in_language(self.fault.what, language),
            "#where": self.fault.where,
            "#todo": in_language(self.fault.todo, language),
        }
        for place, text in parts.items():
            line = self.query_one(place, Static)
            line.update(("→ " if place == "#todo" and text else "") + printable(text))
            line.display = bool(text)
        self.query_one(".foot", Static).update(self.say("error-foot"))

    def action_close(self) -> None:
        """Back to what was there."""
        self.dismiss()

    def action_copy(self) -> None:
        """Copies the whole message as one line (OSC 52, so it works over SSH)."""
        self.app.copy_to_clipboard(self.fault.line(self.language))
        self.notify(self.say("copied"), markup=False, timeout=2)
