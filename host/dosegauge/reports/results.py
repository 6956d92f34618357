"""The result pages: for each session a table, intermediate quantities, remarks, verdicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dosegauge.reports import forms
from dosegauge.reports.drafts import incomplete_budgets
from dosegauge.reports.forms import unit_symbol
from dosegauge.reports.language import Lines, inline, lines
from dosegauge.reports.measured import Measured, label
from dosegauge.texts import Text
from dosegauge_core import leakage, texts

# Places of a sentence that hold a unit, and those that hold ids of points.
# Entries that the core prints among its figures.
_SHOWN_AS_FIGURES = ("n_k", "k_q")
_UNIT_PLACES = ("unit", "U_unit")
NOTHING = "–"


@dataclass(frozen=True)
class ResultTable:
    """A table whose first column is text and whose others are figures."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Detail:
    """One intermediate quantity."""

    label: str
    text: str


@dataclass(frozen=True)
class VerdictLine:
    """A verdict: what is judged, the outcome in words, the sentence with rule and limit."""

    subject: str
    outcome: str
    sentence: Lines


@dataclass(frozen=True)
class ResultSection:
    """One session's part of the result pages."""

    title: str
    session: str
    clauses: str
    table: ResultTable
    details: tuple[Detail, ...]
    notes: tuple[Lines, ...]
    verdicts: tuple[VerdictLine, ...]


def result_section(measured: Measured, language: str, with_verdicts: bool) -> ResultSection:
    """The section of an evaluated session."""
    table, shown = _TABLES[measured.procedure](measured, language)
    return ResultSection(
        inline(measured.title, language),
        measured.session,
        str(measured.document.get("clauses", "")),
        table,
        _entered(measured, language) + _details(measured, shown, language),
        tuple(
            lines(text, language) for text in (*_budget_notes(measured), *remark_texts(measured))
        ),
        verdict_lines(measured, language) if with_verdicts else (),
    )


def _budget_notes(measured: Measured) -> list[Text]:
    """Says that the budget is incomplete where no remark of the core does."""
    if any(remark.code in ("budget-incomplete", "budget-lacks") for remark in measured.remarks):
        return []
    return incomplete_budgets([measured])


def remark_texts(measured: Measured) -> list[Text]:
    """The core's remarks in both languages, with printed units and the points' names."""
    return [_sentence(measured, remark.code, remark.values) for remark in measured.remarks]


def verdict_lines(measured: Measured, language: str) -> tuple[VerdictLine, ...]:
    """The core's verdicts in words."""
    return tuple(
        VerdictLine(
            inline(subject_name(measured, verdict.subject), language),
            inline(
                Text(texts.outcome(verdict.outcome, "zh"), texts.outcome(verdict.outcome, "en")),
                language,
            ),
            lines(_sentence(measured, verdict.code, verdict.values), language),
        )
        for verdict in measured.verdicts
    )


def subject_name(measured: Measured, key: str) -> Text:
    """The name of a figure or of what is judged; a point or exposure by its name in the plan."""
    quantity, _, of = key.partition(":")
    if not of:
        return label(key)
    step = measured.step_title(of)
    if quantity == "point":
        return step
    base = label(quantity)
    return Text(f"{base.zh} {step.zh}", f"{base.en} {step.en}")


def figure_text(measured: Measured, key: str, *, with_unit: bool = True) -> str:
    """A figure as the core prints it; NOTHING when it has none."""
    figure = measured.figures.get(key)
    if figure is None:
        return NOTHING
    return f"{figure.text} {unit_symbol(figure.unit)}".strip() if with_unit else figure.text


def _sentence(measured: Measured, code: str, values: dict[str, str]) -> Text:
    filled = {
        name: unit_symbol(value) if name in _UNIT_PLACES else value
        for name, value in values.items()
    }
    steps = [str(step["id"]) for step in measured.plan["steps"]]

    def said(language: str) -> str:
        names = {step: inline(measured.step_title(step), language) for step in steps}
        return texts.render(code, filled, language, names)

    return Text(said("zh"), said("en"))


def _entered(measured: Measured, language: str) -> tuple[Detail, ...]:
    return tuple(
        Detail(
            inline(measured.step_title(row.step_id), language),
            f"{row.text} {unit_symbol(row.unit)}".strip(),
        )
        for row in measured.source.rows.entries
        if not row.superseded and row.step_id not in _SHOWN_AS_FIGURES
    )


def _details(measured: Measured, shown: Sequence[str], language: str) -> tuple[Detail, ...]:
    return tuple(
        Detail(
            inline(subject_name(measured, key), language), _detail_text(measured, key, language)
        )
        for key in measured.figures
        if key not in shown
    )


def _detail_text(measured: Measured, key: str, language: str) -> str:
    if key == "max_point":
        return inline(measured.step_title(measured.figures[key].text), language)
    return figure_text(measured, key)


_Tabled = tuple[ResultTable, Sequence[str]]


def _depth_table(measured: Measured, language: str) -> _Tabled:
    keys = ("t", "U", "k", "nu_eff", "k95", "U95")
    columns = (
        inline(forms.QUANTITY, language),
        inline(forms.RESULT, language),
        "U",
        "k",
        "ν_eff",
        "k95",
        "U95",
    )
    row = (inline(label("t"), language), *(figure_text(measured, key) for key in keys))
    return ResultTable(columns, (row,)), keys


def _kerma_table(measured: Measured, language: str) -> _Tabled:
    columns = (
        inline(forms.QUANTITY, language),
        inline(forms.RESULT, language),
        f"u_A ({inline(forms.TYPE_A_ONLY, language)})",
        "ν_A",
        "U",
    )
    rows = (
        (
            inline(label("mean"), language),
            figure_text(measured, "mean"),
            figure_text(measured, "u_a"),
            figure_text(measured, "nu_a"),
            _kerma_expanded(measured, language),
        ),
        (
            inline(label("s_r"), language),
            figure_text(measured, "s_r"),
            NOTHING,
            figure_text(measured, "nu_a"),
            # The spread's own uncertainty: its one-sided bound stands among the details.
            f"≤ {figure_text(measured, 's_r_upper')} (95 %)",
        ),
    )
    return ResultTable(columns, rows), ("mean", "u_a", "nu_a", "s_r", "U")


def _kerma_expanded(measured: Measured, language: str) -> str:
    if "U" not in measured.figures:
        return inline(forms.NO_BUDGET, language)
    return f"{figure_text(measured, 'U')} (k = {figure_text(measured, 'k')})"


def _leakage_table(measured: Measured, language: str) -> _Tabled:
    evaluation = measured.source.evaluation
    if evaluation is None:
        return ResultTable((), ()), ()
    unit = unit_symbol(evaluation.result.inputs.unit)
    columns = (
        inline(forms.POINT, language),
        f"{inline(forms.RESULT, language)} {unit}",
        f"U (k = {figure_text(measured, 'k')})",
        "y*",
        "y#",
        inline(forms.INTERVAL_95, language),
    )
    rows = []
    shown = []
    for index, point in enumerate(evaluation.result.points):
        rows.append(_leakage_row(measured, index, str(point.id), language))
        shown += [f"{key}:{point.id}" for key in ("H", "U", "y#")]
    return ResultTable(columns, tuple(rows)), shown


def _leakage_row(measured: Measured, index: int, point: str, language: str) -> tuple[str, ...]:
    evaluation = measured.source.evaluation
    if evaluation is None:
        return ()
    figures = {
        figure.key.partition(":")[0]: figure.text
        for figure in leakage.details(evaluation.result, index)
    }
    name = inline(measured.step_title(point), language)
    if "H" not in figures:
        return (name, inline(forms.NO_BUDGET, language), *[NOTHING] * 4)
    rate = figures["H"]
    drifts = evaluation.result.background.drifts
    if not evaluation.result.points[index].detected and not drifts:
        rate = f"{inline(forms.NOT_DETECTED, language)} (y# = {figures['y#']})"
    threshold = figures["y*"] if "y*" in figures else f"({figures['y*_normal']})"
    interval = NOTHING
    if "lower" in figures:
        interval = f"{figures['lower']} – {figures['upper']}"
    return (name, rate, figures.get("U", NOTHING), threshold, figures["y#"], interval)


_TABLES: dict[str, Callable[[Measured, str], _Tabled]] = {
    "hole-depth": _depth_table,
    "air-kerma-rate": _kerma_table,
    "leakage-survey": _leakage_table,
}
