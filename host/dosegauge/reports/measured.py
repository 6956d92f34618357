"""One evaluated session as a report sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dosegauge import standards
from dosegauge.evaluation import SessionEvaluation
from dosegauge.texts import Text
from dosegauge_core import records, texts

if TYPE_CHECKING:
    from dosegauge_core.reporting import Figure, Remark, Verdict

_MEASURING = (records.READING, records.ENTRY)


@dataclass(frozen=True)
class Measured:
    """A session's evaluation with the names that a report needs. Everything is the log's own."""

    source: SessionEvaluation

    @property
    def session(self) -> str:
        """The session's id as its unit gave it."""
        return self.opened("session")

    @property
    def procedure(self) -> str:
        """The computation's name."""
        return str(self.plan.get("procedure", ""))

    @property
    def plan(self) -> dict[str, Any]:
        """The plan that the unit followed."""
        return self.source.plan

    @property
    def title(self) -> Text:
        """The plan's title."""
        return _text(self.plan.get("title"))

    @property
    def document(self) -> dict[str, Any]:
        """The document followed: code, title, clauses, file, sha256."""
        return _members(self.plan, "document")

    @property
    def device(self) -> dict[str, Any]:
        """The device under test, as the plan names it."""
        return _members(self.plan, "device")

    @property
    def operator(self) -> str:
        """Who measured, by the plan."""
        return str(self.plan.get("operator") or "")

    @property
    def digest(self) -> str:
        """The log's chain digest, hex."""
        return bytes(self.source.log.digest).hex()

    @property
    def sealed(self) -> bool:
        """Whether the session is closed for good."""
        return bool(self.source.log.sealed)

    @property
    def clock_set(self) -> bool:
        """Whether every record carries UTC."""
        return all(record.clock_set for record in self.source.log.records)

    @property
    def started_ms(self) -> int:
        """Time of the first record."""
        return int(self.source.log.records[0].time_ms)

    @property
    def ended_ms(self) -> int:
        """Time of the last reading or entry (of the first record when there is none)."""
        times = [r.time_ms for r in self.source.log.records if r.type in _MEASURING]
        return max(times, default=self.started_ms)

    @cached_property
    def figures(self) -> "dict[str, Figure]":
        """The core's printed figures by key; none when the session could not be evaluated."""
        evaluation = self.source.evaluation
        return {} if evaluation is None else {figure.key: figure for figure in evaluation.figures}

    @property
    def verdicts(self) -> "Sequence[Verdict]":
        """The core's verdicts."""
        return [] if self.source.evaluation is None else self.source.evaluation.verdicts

    @property
    def remarks(self) -> "Sequence[Remark]":
        """The core's remarks."""
        return [] if self.source.evaluation is None else self.source.evaluation.remarks

    def opened(self, name: str) -> str:
        """A member of the log's opening record as text."""
        value = self.source.opening.get(name)
        return "" if value is None else str(value)

    def entered(self, name: str) -> str:
        """What the operator typed last for this id; "" when nothing."""
        found = [row for row in self.source.rows.entries if row.step_id == name]
        return found[-1].text if found and not found[-1].superseded else ""

    def step_title(self, step_id: str) -> Text:
        """What the plan calls a step."""
        for step in self.plan.get("steps", []):
            if step.get("id") == step_id:
                return _text(step)
        return Text(step_id, step_id)

    @cached_property
    def standard(self) -> standards.Standard | None:
        """The standards file that the plan was made from; None for another edition of it."""
        name = self.document.get("file")
        if name not in standards.FILES:
            return None
        standard = standards.load(str(name))
        return standard if standard.sha256 == self.document.get("sha256") else None


def label(key: str) -> Text:
    """The core's label of a quantity in both languages."""
    return Text(texts.label(key, "zh"), texts.label(key, "en"))


def _members(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> Text:
    if not isinstance(value, dict):
        return Text("", "")
    return Text(str(value.get("zh", "")), str(value.get("en", "")))
