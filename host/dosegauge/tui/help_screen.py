"""All keys of the screen below, with what they do."""

from dataclasses import replace
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from dosegauge.texts import in_language
from dosegauge.tui.bilingual import BilingualScreen
from dosegauge.tui.keys import KEYS, bind


class HelpScreen(ModalScreen[None], BilingualScreen[None]):
    """Lists the bindings it is given."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "close", "sync.close"),
        bind("f1,question_mark", "close", "sync.close", show=False),
    ]

    def __init__(self, bindings: dict[str, ActiveBinding]) -> None:
        super().__init__()
        self._bindings_below = bindings

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(classes="head", markup=False)
            with VerticalScroll():
                yield Static(id="keys", markup=False)
            yield Static(classes="foot", markup=False)
        yield Footer(compact=True)

    def speak(self, language: str) -> None:
        """Writes the list in this language."""
        self.query_one(".head", Static).update(self.say("help"))
        shown: dict[str, tuple[list[str], str]] = {}
        for active in self._bindings_below.values():
            name = active.binding.id or ""
            if name in KEYS:
                keys, _ = shown.setdefault(name, ([], in_language(KEYS[name].tip, language)))
                plain = replace(active.binding, key_display=None)
                keys.append(self.app.get_key_display(plain))
        rows = [(" ".join(keys), tip) for keys, tip in shown.values()]
        width = max((cell_len(keys) for keys, _ in rows), default=0)
        lines = [keys + " " * (width - cell_len(keys) + 2) + tip for keys, tip in rows]
        self.query_one("#keys", Static).update("\n".join(lines))
        self.query_one(".foot", Static).update(self.say("help-foot"))

    def action_close(self) -> None:
        """Back to what was there."""
        self.dismiss()
