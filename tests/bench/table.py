"""The figures as a table for people and as a JSON document."""

import json
import platform

from tests.bench.figure import AT_LEAST, Figure

_HEADS = ("what", "measured", "against", "reference", "ratio", "")


def as_table(figures: list[Figure]) -> str:
    """One line per figure, columns aligned, notes below the figure they belong to."""
    rows = [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in [_HEADS, *rows]) for column in range(len(_HEADS))]
    lines = [_line(_HEADS, widths), _line(tuple("-" * width for width in widths), widths)]
    for figure, row in zip(figures, rows, strict=True):
        lines.append(_line(row, widths))
        if figure.note:
            lines.append(f"    {figure.note}")
    return "\n".join(lines)


def as_json(figures: list[Figure], missing: dict[str, str]) -> str:
    """All members of every figure; `not_measured` gives reasons by measurement."""
    return json.dumps(
        {
            "machine": machine(),
            "figures": [
                {
                    "what": figure.what,
                    "measured": figure.measured,
                    "unit": figure.unit,
                    "against": figure.against,
                    "reference": figure.reference,
                    "ratio": figure.ratio,
                    "bound": figure.bound,
                    "limit": figure.limit if figure.bound else None,
                    "verdict": figure.verdict,
                    "note": figure.note,
                }
                for figure in figures
            ],
            "not_measured": missing,
        },
        ensure_ascii=False,
        indent=2,
    )


def machine() -> str:
    """The machine's kind, without its name."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _row(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else _short(figure.ratio)
    if figure.bound and figure.against != "budget":
        sign = ">=" if figure.bound == AT_LEAST else "<="
        ratio += f" ({sign} {_short(figure.limit)})"
    reference = "" if figure.reference is None else _with_unit(figure.reference, figure.unit)
    return (
        figure.what,
        _with_unit(figure.measured, figure.unit),
        figure.against,
        reference,
        ratio,
        figure.verdict,
    )


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    aligned = [
        cell.rjust(width) if column in (1, 3) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()


def _with_unit(value: float, unit: str) -> str:
    return f"{_short(value)} {unit}".rstrip()


def _short(value: float) -> str:
    """Three digits, without an exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
