"""Result pages for the display: three lines each, the fourth belongs to the keys."""

from dosegauge_core import texts
from unit import cells

LINES = 3


def result_pages(evaluation: "object", panel: "object") -> "list[list[str]]":
    """Verdicts first, then the figures, then what a reader must know."""
    lines: "list[str]" = []
    for verdict in evaluation.verdicts:
        title = panel.word(verdict.outcome)
        if verdict.reference_only:
            title += " " + panel.word("reference")
        sentence = texts.render(verdict.code, verdict.values, panel.lang)
        lines += [title] + cells.wrap(sentence, 8)
    for figure in evaluation.figures:
        value = (figure.text + " " + figure.unit).strip()
        label = texts.label(figure.key, panel.lang)
        if cells.width(label) + 1 + cells.width(value) <= cells.CELLS:
            lines.append(cells.spread(label, value))
        else:
            lines += [cells.fit(label), cells.spread("", value)]
    for remark in evaluation.remarks:
        sentence = texts.render(remark.code, remark.values, panel.lang)
        lines += cells.wrap("! " + sentence, 12)
    return [
        (lines[start : start + LINES] + [""] * LINES)[:LINES]
        for start in range(0, len(lines), LINES)
    ] or [["", "", ""]]
