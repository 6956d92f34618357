"""Who measured what, when, by which document: the head of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from dosegauge.output import printable
from dosegauge.tui.summary import device_name, plan_title, status_text
from dosegauge.tui.times import local_minute, zone
from dosegauge.tui.words import word

if TYPE_CHECKING:
    from dosegauge.store import SessionRow
    from dosegauge.verification import Verification

_DIGEST_SHOWN = 16


class SessionHead(Static):
    """A few lines of names; they come from the log and are shown as they are."""

    def __init__(self, row: SessionRow) -> None:
        super().__init__(id="session-head", markup=False)
        self._row = row
        self._verification: Verification | None = None
        self._language = "en"

    def show(self, verification: Verification) -> None:
        """Shows what the log's opening says."""
        self._verification = verification
        self.speak(self._language)

    def speak(self, language: str) -> None:
        """Writes everything in this language."""
        self._language = language
        found = self._verification.evaluation if self._verification else None
        opening: dict[str, Any] = found.opening if found else {}
        plan = opening.get("plan")
        self.update("\n".join(self._lines(opening, plan if isinstance(plan, dict) else {})))

    def _lines(self, opening: dict[str, Any], plan: dict[str, Any]) -> list[str]:
        row = self._row
        title = plan_title(plan)
        document = plan.get("document")
        document = document if isinstance(document, dict) else {}
        began = local_minute(row.opened_ms, clock_set=row.clock_set)
        if row.clock_set:
            began = f"{began} {zone(row.opened_ms)}"
        unit = " ".join(
            str(opening.get(name, "")) for name in ("unit", "board", "firmware")
        ).strip()
        document_text = " ".join(
            str(document.get(name, "")) for name in ("code", "clauses", "title")
        )
        lines = [
            f"{title.zh if self._language == 'zh' else title.en}  {row.id}  {self._seal()}",
            f"{self._say('device')}  {device_name(plan) or '-'}    "
            f"{self._say('operator')}  {plan.get('operator') or '-'}",
            f"{self._say('began')}  {began}    {self._say('unit')}  {unit or row.unit}",
            f"{self._say('document')}  {document_text.strip() or '-'}",
            f"{self._say('digest')}  {row.digest[:_DIGEST_SHOWN]}…    "
            f"{self._say('plan')}  {plan.get('id') or row.plan_id}",
        ]
        return [printable(line) for line in lines]

    def _seal(self) -> str:
        found = self._verification.evaluation if self._verification else None
        if found is None:
            return ""
        if found.fault is not None:
            return self._say("damaged")
        if not found.log.sealed:
            return self._say("not-sealed")
        return f"{self._say('sealed')} ({status_text(found.status, self._language)})"

    def _say(self, key: str) -> str:
        return word(key, self._language)
