"""Screens and widgets that speak two languages and can change over while they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

from textual.screen import Screen
from textual.widget import Widget
from textual.worker import get_current_worker

from dosegauge.errors import DosegaugeError
from dosegauge.tui.faults import as_fault
from dosegauge.tui.keys import translated
from dosegauge.tui.messages import Failed
from dosegauge.tui.words import word

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

    from dosegauge.tui.app import BenchApp
    from dosegauge.tui.bench import Bench

Result = TypeVar("Result")


@runtime_checkable
class Speaking(Protocol):
    """A widget that writes all its texts anew when it is told to."""

    def speak(self, language: str) -> None:
        """Writes everything in this language."""


class BilingualScreen(Screen[Result]):
    """A screen whose texts and keys follow the app's language; its workers can't crash it."""

    AUTO_FOCUS = ""

    @property
    def bench_app(self) -> BenchApp:
        """The app."""
        return cast("BenchApp", self.app)

    @property
    def bench(self) -> Bench:
        """What the screen works on."""
        return self.bench_app.bench

    @property
    def language(self) -> str:
        """The language in use."""
        return self.bench_app.language

    def say(self, key: str, **values: object) -> str:
        """A text of the screens in the language in use."""
        return word(key, self.language, **values)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work now, in the language in use."""
        bindings = super().active_bindings
        return {key: translated(active, self.language) for key, active in bindings.items()}

    def speak_all(self) -> None:
        """Lets the screen and every widget in it speak the language in use."""
        self.speak(self.language)
        for widget in self.query(Widget):
            if isinstance(widget, Speaking):
                widget.speak(self.language)
        self.refresh_bindings()

    def speak(self, language: str) -> None:
        """Writes the screen's own texts; those without any have nothing to do."""

    def on_mount(self) -> None:
        """Every screen says its texts when it appears."""
        self.speak_all()

    def in_background(self, work: Callable[[], None], group: str) -> None:
        """Runs blocking work in a thread; a newer one of the same group takes its place."""
        self.run_worker(
            lambda: self._guarded(work),
            group=group,
            exclusive=True,
            thread=True,
            exit_on_error=False,
        )

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # whatever it is, the user gets one line
            self.tell(Failed(as_fault(error)))

    def tell(self, message: Failed) -> None:
        """From a worker: a fault, unless nobody waits for the work any more."""
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    def on_failed(self, message: Failed) -> None:
        """Shows a worker's fault."""
        message.stop()
        self.show_fault(message.fault)

    def show_fault(self, fault: DosegaugeError) -> None:
        """Shows one clear line over the screen."""
        from dosegauge.tui.error_screen import ErrorScreen

        self.app.push_screen(ErrorScreen(fault))
