"""The least that a Textual program can be: one line of text. Run as a script."""

from textual.app import App, ComposeResult
from textual.widgets import Static

MARK = "bare-app"


class BareApp(App[None]):
    """Shows the mark."""

    def compose(self) -> ComposeResult:
        """The mark."""
        yield Static(MARK)

    def key_q(self) -> None:
        """Ends it, with the key that ends dosegauge."""
        self.exit()


if __name__ == "__main__":
    BareApp().run()
