"""The terminal interface's program. As little as possible runs before the first picture."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input

from dosegauge.texts import default_language, in_language
from dosegauge.tui.bench import Bench
from dosegauge.tui.bilingual import BilingualScreen
from dosegauge.tui.faults import as_fault
from dosegauge.tui.home_screen import HomeScreen
from dosegauge.tui.keys import KEYS, bind
from dosegauge.tui.words import word


def run(arguments: argparse.Namespace) -> int:
    """Opens the terminal interface; returns the program's exit code."""
    bench = Bench(getattr(arguments, "store", None), getattr(arguments, "port", None))
    language = getattr(arguments, "lang", None) or default_language(os.environ)
    app = BenchApp(bench, language, start_virtual=bool(getattr(arguments, "virtual", False)))
    try:
        app.run()
    finally:
        bench.close()
    return app.return_code or 0


class BenchApp(App[None]):
    """The program. `language` may be changed at any time."""

    TITLE = "dosegauge"
    CSS_PATH = "styles.tcss"
    COMMAND_PALETTE_BINDING = "colon"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("z", "switch_language", "app.language"),
        bind("f1,question_mark", "show_help", "app.help", shown_as="?"),
        bind("colon,ctrl+p", "command_palette", "app.palette", show=False, shown_as=":"),
        bind("f2", "switch_look", "app.look", show=False),
        bind("q", "quit", "app.quit"),
    ]
    # While text is typed, a letter is a letter.
    _LETTERS = ("switch_language", "show_help", "command_palette", "quit")

    language: reactive[str] = reactive("zh", init=False)

    def __init__(self, bench: Bench, language: str, *, start_virtual: bool = False) -> None:
        super().__init__()
        self.bench = bench
        self._start_virtual = start_virtual
        self.set_reactive(BenchApp.language, language)

    def get_default_screen(self) -> Screen[None]:
        """The first screen."""
        return HomeScreen(start_virtual=self._start_virtual)

    def watch_language(self) -> None:
        """Every screen, those below too, speaks the new language."""
        for screen in self.screen_stack:
            if isinstance(screen, BilingualScreen):
                screen.speak_all()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are no commands while text is typed."""
        if action in self._LETTERS and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def action_switch_language(self) -> None:
        """Chinese or English."""
        self.language = "en" if self.language == "zh" else "zh"

    def action_switch_look(self) -> None:
        """Light or dark."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    def action_show_help(self) -> None:
        """All keys of the present screen."""
        from dosegauge.tui.help_screen import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen.active_bindings))

    def action_command_palette(self) -> None:
        """The command palette, in the language in use."""
        if not isinstance(self.screen, CommandPalette):
            placeholder = word("search", self.language)
            self.push_screen(CommandPalette(placeholder=placeholder, id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Everything that has a key in the present screen, by its name."""
        for active in screen.active_bindings.values():
            name = active.binding.id or ""
            if name in KEYS and active.enabled and name != "app.palette":
                key = KEYS[name]
                action, node = active.binding.action, active.node
                yield SystemCommand(
                    in_language(key.label, self.language),
                    in_language(key.tip, self.language),
                    lambda action=action, node=node: self.run_action(action, node),
                )

    def _fatal_error(self) -> None:
        """An error on the screen's own side: one line and a log file instead of a traceback."""
        error = self._exception or sys.exc_info()[1] or RuntimeError("unknown")
        self.panic(Text(as_fault(error).line(self.language)))
