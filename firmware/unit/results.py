"""Result pages for the display: three lines each, the fourth belongs to the keys.

The unit shows what decides; every other figure and remark is in the log and on the host.
"""

from dosegauge_core import texts
from dosegauge_core.reporting import FAIL, INCONCLUSIVE, NOT_EVALUATED, PASS
from unit import cells

LINES = 3
MARKS = {PASS: "ok", FAIL: "NG", INCONCLUSIVE: "?", NOT_EVALUATED: "-"}
# The figures that the operator needs on the spot, with the symbols that fit beside them.
HEADLINES = {
    "hole-depth": (
        ("t", "t"),
        ("U", "U"),
        ("k", "k"),
        ("u_c", "u_c"),
        ("nu_eff", "v_eff"),
        ("U95", "U95"),
    ),
    "air-kerma-rate": (("mean", "K"), ("s_r", "s_r"), ("s_r_upper", "s_r<"), ("k_TP", "k_TP")),
    "leakage-survey": (("H_max", "max"), ("U_max", "U"), ("background_rate", "b")),
}


def result_pages(evaluation: "object", plan: "dict", panel: "object") -> "list[list[str]]":
    """Verdicts, headline figures, a line for each survey point, the number of remarks."""
    pages: "list[list[str]]" = []
    names = {step["id"]: panel.text(step) for step in plan["steps"]}
    for verdict in evaluation.verdicts:
        if not verdict.subject.startswith("point:"):
            pages += _verdict_pages(verdict, names, panel)
    lines = _headlines(evaluation) + _points(evaluation, names)
    lines += cells.wrap(panel.word("notes").format(len(evaluation.remarks)), 2)
    return pages + _paged(lines)


def _verdict_pages(
    verdict: "object", names: "dict[str, str]", panel: "object"
) -> "list[list[str]]":
    title = panel.word(verdict.outcome)
    if verdict.reference_only:
        title += " " + panel.word("reference")
    sentence = cells.wrap(texts.render(verdict.code, verdict.values, panel.lang, names), 8)
    return [[title] + page[: LINES - 1] for page in _chunks(sentence, LINES - 1)]


def _headlines(evaluation: "object") -> "list[str]":
    found = {
        figure.key: (figure.text + " " + figure.unit).strip() for figure in evaluation.figures
    }
    return [
        cells.spread(symbol, found[key])
        for key, symbol in HEADLINES[evaluation.procedure]
        if key in found
    ]


def _points(evaluation: "object", names: "dict[str, str]") -> "list[str]":
    rates = {figure.key: figure.text for figure in evaluation.figures}
    lines = []
    for verdict in evaluation.verdicts:
        subject, _, point = verdict.subject.partition(":")
        if subject == "point":
            found = rates.get("H:" + point, "") + " " + MARKS[verdict.outcome]
            lines.append(cells.spread(names.get(point, point), found.strip()))
    return lines


def _paged(lines: "list[str]") -> "list[list[str]]":
    return [(page + [""] * LINES)[:LINES] for page in _chunks(lines, LINES)]


def _chunks(lines: "list[str]", size: "int") -> "list[list[str]]":
    return [lines[start : start + size] for start in range(0, len(lines), size)]
