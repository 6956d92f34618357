"""A stored session on one line: what the table of sessions shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dosegauge.output import printable
from dosegauge.texts import Text, text_of
from dosegauge.tui.words import WORDS, word
from dosegauge_core import texts
from dosegauge_core.records import LogError

if TYPE_CHECKING:
    from dosegauge.store import Store
    from dosegauge.verification import Verification
    from dosegauge_core import procedures

COMPLETE = "complete"
HOLDS, DAMAGED, DIFFERS, UNREADABLE = "ok", "damaged", "differs", "unreadable"
NOTHING = "-"


@dataclass(frozen=True)
class Summary:
    """`check` is HOLDS, DAMAGED, DIFFERS or UNREADABLE. Only a complete session that holds has an
    evaluation: what was broken off is no measurement, even if its readings would do."""

    title: Text
    device: str
    status: str
    check: str
    evaluation: procedures.Evaluation | None = field(default=None)

    def headline(self, language: str) -> str:
        """The first figure, what the document's own criterion judges, and its verdict; "-" when
        there is nothing to rely on."""
        if self.evaluation is None or not self.evaluation.figures:
            return NOTHING
        parts = [*_headline_values(self.evaluation), self.verdict(language)]
        return printable("  ".join(part for part in parts if part))

    def verdict(self, language: str) -> str:
        """The outcome of the document's own criterion in words."""
        if self.evaluation is None or not self.evaluation.verdicts:
            return ""
        headline = self.evaluation.verdicts[0]
        return str(texts.outcome(headline.outcome, language, headline.reference_only))


def _headline_values(evaluation: procedures.Evaluation) -> list[str]:
    """The first figure, unless it only counts something, and the judged value, if another."""
    first, figures = evaluation.figures[0], evaluation.figures
    values = [f"{first.text} {first.unit}"] if first.unit else []
    if not evaluation.verdicts or evaluation.verdicts[0].subject == first.key:
        return values
    judged = evaluation.verdicts[0]
    name = f"{judged.subject} " if any(figure.key == judged.subject for figure in figures) else ""
    if "value" in judged.values:
        values.append(f"{name}{judged.values['value']} {judged.values.get('unit', '')}".strip())
    return values


UNREAD = Summary(Text("", ""), "", "", UNREADABLE)


def summarise(store: Store, identity: str) -> Summary:
    """Reads a session from the store and derives everything again."""
    from dosegauge.verification import verify_session

    try:
        return summary_of(verify_session(store, identity))
    except LogError:
        return UNREAD


def summary_of(verification: Verification) -> Summary:
    """What a verified session comes down to."""
    found = verification.evaluation
    if found is None:
        return UNREAD
    plan = found.opening.get("plan")
    plan = plan if isinstance(plan, dict) else {}
    check = DAMAGED if verification.damages else DIFFERS if found.discrepancies else HOLDS
    concluded = check == HOLDS and found.status == COMPLETE
    evaluation = found.evaluation if concluded else None
    return Summary(plan_title(plan), device_name(plan), found.status, check, evaluation)


def plan_title(plan: dict[str, Any]) -> Text:
    """A plan's title; empty when it has none."""
    title = text_of(plan.get("title"))
    return Text(printable(title.zh), printable(title.en))


def device_name(plan: dict[str, Any]) -> str:
    """The device under test in a few words."""
    device = plan.get("device")
    device = device if isinstance(device, dict) else {}
    parts = [str(device.get(name) or "") for name in ("name", "maker", "model", "serial")]
    return printable(" ".join(part for part in parts if part))


def status_text(status: str, language: str) -> str:
    """A session's status in words."""
    return word(status, language) if status in WORDS else printable(status)
