"""The findings of a verification, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from dosegauge.output import printable
from dosegauge.reasons import kind_in, reason_in
from dosegauge.tui.words import word

if TYPE_CHECKING:
    from dosegauge.verification import Damage, Verification

IDLE, RUNNING, DONE = "idle", "running", "done"
_MOST_FINDINGS = 500


class CheckPane(VerticalScroll):
    """Says how to verify, that it is being done, or what it found."""

    def __init__(self) -> None:
        super().__init__(id="check-pane")
        self._state = IDLE
        self._verification: Verification | None = None
        self._language = "en"

    def compose(self) -> ComposeResult:
        yield Static(id="findings", markup=False)

    def wait(self) -> None:
        """A verification is under way."""
        self._state = RUNNING
        self.speak(self._language)

    def show(self, verification: Verification) -> None:
        """Shows what it found."""
        self._state, self._verification = DONE, verification
        self.speak(self._language)

    def speak(self, language: str) -> None:
        """Writes everything in this language."""
        self._language = language
        self.query_one("#findings", Static).update(self._text())

    def _text(self) -> str:
        if self._state == RUNNING:
            return self._say("verifying")
        verification = self._verification
        if verification is None:
            return self._say("verify-hint")
        found = verification.evaluation
        if verification.ok and found is not None:
            return "✓ " + self._say(
                "verified",
                size=verification.size,
                records=len(found.log.records),
                digest=found.log.digest.hex(),
            )
        lines = [self._damage(damage) for damage in verification.damages]
        lines += [
            self._say(
                "differ",
                subject=differing.subject,
                unit_says=differing.unit_says,
                host_says=differing.host_says,
            )
            for differing in verification.discrepancies
        ]
        shown = ["✗ " + self._say("verify-failed"), *lines[:_MOST_FINDINGS]]
        return "\n".join(printable(line) for line in shown)

    def _damage(self, damage: Damage) -> str:
        record = "-" if damage.record is None else str(damage.record)
        return self._say(
            "damage",
            begin=damage.begin,
            end=damage.end - 1,
            record=record,
            kind=kind_in(damage.kind, self._language),
            reason=reason_in(damage.reason, self._language),
        )

    def _say(self, key: str, **values: object) -> str:
        return word(key, self._language, **values)
