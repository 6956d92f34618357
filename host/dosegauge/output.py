"""What a command prints: results on stdout, as JSON or as aligned tables; all else on stderr."""

import contextlib
import json
import sys
from collections.abc import Sequence

_GAP = "  "


def print_json(value: object) -> None:
    """One JSON document on stdout; control characters in it are escaped, whatever their code."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def tell(line: str) -> None:
    """A message for the person at the terminal; what can't be said there is not worth failing."""
    with contextlib.suppress(OSError):
        # Line and line end at once: an interrupt in between would join two messages.
        sys.stderr.write(printable(line) + "\n")
        sys.stderr.flush()


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned by cell width: a Chinese character takes two cells."""
    from rich.cells import cell_len

    lines = [[printable(cell) for cell in row] for row in (heads, *rows)]
    taken = [[cell_len(cell) for cell in line] for line in lines]
    widths = [max(column) for column in zip(*taken, strict=True)]
    return "\n".join(
        _GAP.join(
            cell + " " * (width - cells)
            for cell, cells, width in zip(line, of_line, widths, strict=True)
        ).rstrip()
        for line, of_line in zip(lines, taken, strict=True)
    )


def printable(text: str) -> str:
    """Text without control characters, which could alter what a terminal shows."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "?" for character in text)


class ProgressLine:
    """A line on stderr that is written over; silent when stderr is no terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = False

    def show(self, text: str) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[K" + printable(text))
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False
