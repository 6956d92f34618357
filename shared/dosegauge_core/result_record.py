"""What a unit writes down of its own result: the printed digits and verdicts, nothing else.

The host computes them again and compares. A result may be longer than one record: it is written
as RESULT records numbered `part` of `parts`, each a JSON object with `procedure`, `core`,
`figures` ([[key, text, unit], ...]) and `verdicts` ([[subject, outcome, code], ...]).
"""

from . import CORE_VERSION
from .reporting import Figure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .procedures import Evaluation

# So many rows of figures or verdicts stay well below the largest payload of 4096 bytes.
ROWS_PER_PART = 30


def parts_of(evaluation: "Evaluation") -> "list[dict[str, object]]":
    """The objects of the RESULT records for an evaluation, in order."""
    rows: "list[tuple[str, list[str]]]" = [
        ("figures", [figure.key, figure.text, figure.unit]) for figure in evaluation.figures
    ]
    rows += [
        ("verdicts", [verdict.subject, verdict.outcome, verdict.code])
        for verdict in evaluation.verdicts
    ]
    slices = [rows[at : at + ROWS_PER_PART] for at in range(0, len(rows), ROWS_PER_PART)] or [[]]
    parts = []
    for number, chosen in enumerate(slices):
        part: "dict[str, object]" = {
            "procedure": evaluation.procedure,
            "core": CORE_VERSION,
            "part": number + 1,
            "parts": len(slices),
            "figures": [row for kind, row in chosen if kind == "figures"],
            "verdicts": [row for kind, row in chosen if kind == "verdicts"],
        }
        parts.append(part)
    return parts


def read_parts(
    parts: "list[dict[str, object]]",
) -> "tuple[list[Figure], list[tuple[str, str, str]]]":
    """Figures and (subject, outcome, code) of the verdicts in a session's RESULT objects.

    ValueError when a part is missing or malformed.
    """
    figures: "list[Figure]" = []
    verdicts: "list[tuple[str, str, str]]" = []
    for number, part in enumerate(parts):
        if part.get("part") != number + 1 or part.get("parts") != len(parts):
            raise ValueError("the unit's result is incomplete: part {}".format(number + 1))
        for row in _rows(part, "figures"):
            figures.append(Figure(row[0], row[1], row[2]))
        for row in _rows(part, "verdicts"):
            verdicts.append((row[0], row[1], row[2]))
    return figures, verdicts


def _rows(part: "dict[str, object]", name: "str") -> "list[list[str]]":
    rows = part.get(name)
    if not isinstance(rows, list):
        raise ValueError("the unit's result has no list of {}".format(name))
    for row in rows:
        if not isinstance(row, list) or [type(cell) for cell in row] != [str, str, str]:
            raise ValueError("the unit's result has an odd row among its {}".format(name))
    return rows
