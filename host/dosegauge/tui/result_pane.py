"""What a session comes to: verdicts, figures, remarks; or why there are no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from dosegauge.output import printable
from dosegauge.reasons import reason_in
from dosegauge.texts import in_language, text_of
from dosegauge.tui.cells import cell, fill
from dosegauge.tui.summary import COMPLETE, status_text
from dosegauge.tui.words import word
from dosegauge_core import texts
from dosegauge_core.reporting import FAIL, INCONCLUSIVE, PASS

if TYPE_CHECKING:
    from dosegauge.verification import Verification
    from dosegauge_core import procedures, reporting

# A sign beside the words, so that no verdict is told by colour alone.
_SIGNS = {PASS: "✓", FAIL: "✗", INCONCLUSIVE: "?"}
_STYLES = {
    PASS: "bold $text-success",
    FAIL: "bold $text-error",
    INCONCLUSIVE: "bold $text-warning",
}


class ResultPane(VerticalScroll):
    """The verdicts on the whole first, then the figures, the verdicts on single points, and what
    a reader must know."""

    def __init__(self) -> None:
        super().__init__(id="result-pane")
        self._verification: Verification | None = None
        self._language = "en"

    def compose(self) -> ComposeResult:
        yield Static(id="result-fault", classes="warning", markup=False)
        yield Static(id="unfinished", classes="warning", markup=False)
        yield Static(id="verdicts", markup=False)
        yield DataTable[Text](id="figures", cursor_type="none", zebra_stripes=True)
        yield Static(id="parts", markup=False)
        yield Static(id="remarks", markup=False)

    def show(self, verification: Verification) -> None:
        """Shows what was derived."""
        self._verification = verification
        self.speak(self._language)

    def speak(self, language: str) -> None:
        """Writes everything in this language."""
        self._language = language
        warning = self._warning()
        fault = self.query_one("#result-fault", Static)
        fault.update(warning)
        fault.display = bool(warning)
        evaluation = None if warning else self._evaluation()
        self._show_unfinished(evaluation is not None)
        for name in ("#verdicts", "#figures", "#parts", "#remarks"):
            self.query_one(name).display = evaluation is not None
        if evaluation is not None:
            self._show_verdicts(evaluation)
            self._show_figures(evaluation)
            self.query_one("#remarks", Static).update(self._remarks(evaluation))

    def _show_unfinished(self, has_figures: bool) -> None:
        """Says that a session which was broken off has figures but no result."""
        line = self.query_one("#unfinished", Static)
        line.display = has_figures and not self._complete
        status = status_text(self._status, self._language)
        line.update("! " + self._say("unfinished", status=status))

    @property
    def _status(self) -> str:
        found = self._verification.evaluation if self._verification else None
        return found.status if found else ""

    @property
    def _complete(self) -> bool:
        return self._status == COMPLETE

    def _show_verdicts(self, evaluation: procedures.Evaluation) -> None:
        verdicts = evaluation.verdicts if self._complete else []
        places = {
            "#verdicts": [verdict for verdict in verdicts if ":" not in verdict.subject],
            "#parts": [verdict for verdict in verdicts if ":" in verdict.subject],
        }
        for place, chosen in places.items():
            self.query_one(place, Static).update(self._verdicts(chosen))
            self.query_one(place).display = bool(chosen)

    def _evaluation(self) -> procedures.Evaluation | None:
        found = self._verification.evaluation if self._verification else None
        return found.evaluation if found else None

    def _warning(self) -> str:
        """Why no numbers may be shown; "" when they may."""
        if self._verification is None:
            return ""
        found, damages = self._verification.evaluation, self._verification.damages
        if found is None or damages:
            first = damages[0] if damages else None
            offset, reason = (first.begin, first.reason) if first else (0, "?")
            return "✗ " + self._say(
                "fault", offset=offset, reason=printable(reason_in(reason, self._language))
            )
        if found.discrepancies:
            lines = ["✗ " + self._say("differ-head")]
            lines += [
                self._say(
                    "differ",
                    subject=differing.subject,
                    unit_says=differing.unit_says,
                    host_says=differing.host_says,
                )
                for differing in found.discrepancies
            ]
            return "\n".join(printable(line) for line in lines)
        if found.evaluation is None:
            reason = reason_in(found.not_evaluated, self._language)
            return self._say("why-not", reason=printable(reason))
        return ""

    def _verdicts(self, verdicts: list[reporting.Verdict]) -> Content:
        return Content("\n").join(self._verdict(verdict) for verdict in verdicts)

    def _verdict(self, verdict: reporting.Verdict) -> Content:
        sign = _SIGNS.get(verdict.outcome, "·")
        outcome = texts.outcome(verdict.outcome, self._language, verdict.reference_only)
        names = self._step_names()
        said = texts.render(verdict.code, verdict.values, self._language, names)
        return Content.assemble(
            (f"{sign} {outcome}", _STYLES.get(verdict.outcome, "bold")),
            printable(f"  {self._label(verdict.subject)}  {said}"),
        )

    def _show_figures(self, evaluation: procedures.Evaluation) -> None:
        table = self.query_one("#figures", DataTable)
        rows = []
        for figure in evaluation.figures:
            value = cell(self._figure_text(figure), "bold")
            value.justify = "right"
            rows.append((None, (cell(self._label(figure.key)), value, cell(figure.unit))))
        fill(table, [self._say(head) for head in ("quantity", "value", "in-unit")], rows)
        # Left to itself the table learns its height some time later, and may stay at nothing.
        table.styles.height = len(rows) + 1

    def _figure_text(self, figure: reporting.Figure) -> str:
        """The digits as printed; a point by what the plan calls it."""
        text = str(figure.text)
        return self._step_names().get(text, text) if figure.key == "max_point" else text

    def _remarks(self, evaluation: procedures.Evaluation) -> str:
        names = self._step_names()
        return "\n".join(
            printable("· " + texts.render(remark.code, remark.values, self._language, names))
            for remark in evaluation.remarks
        )

    def _label(self, key: str) -> str:
        return str(texts.label(key, self._language, self._step_names()))

    def _step_names(self) -> dict[str, str]:
        """What the plan calls its steps, in the language in use."""
        found = self._verification.evaluation if self._verification else None
        steps: list[dict[str, Any]] = found.plan.get("steps", []) if found else []
        return {
            str(step["id"]): in_language(text_of(step), self._language) or str(step["id"])
            for step in steps
        }

    def _say(self, key: str, **values: object) -> str:
        return word(key, self._language, **values)
