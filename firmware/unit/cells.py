"""Text for the display: four lines of sixteen cells, a Chinese character two cells wide."""

LINES = 4
CELLS = 16


def width(text: "str") -> "int":
    """How many cells a text takes."""
    cells = 0
    for character in text:
        cells += 2 if ord(character) >= 0x1100 else 1
    return cells


def fit(text: "str", cells: "int" = CELLS) -> "str":
    """The text cut to so many cells."""
    while width(text) > cells:
        text = text[:-1]
    return text


def spread(left: "str", right: "str") -> "str":
    """One line with a text at each end; the left one is cut when both don't fit."""
    left = fit(left, CELLS - width(right) - 1)
    return left + " " * (CELLS - width(left) - width(right)) + right


def wrap(text: "str", lines: "int") -> "list[str]":
    """The text on at most so many lines: broken at spaces where there are any near the end."""
    wrapped: "list[str]" = []
    rest = text
    while rest and len(wrapped) < lines:
        line = fit(rest)
        if len(line) < len(rest) and _splits_word(line, rest[len(line)]):
            line = line[: line.rfind(" ")]
        wrapped.append(line)
        rest = rest[len(line) :].lstrip(" ")
    return wrapped


def _splits_word(line: "str", following: "str") -> "bool":
    """Whether breaking here cuts a Latin word or a number that began in the last eight cells."""
    return (
        " " in line[-8:].strip(" ")
        and 0x20 < ord(line[-1]) < 0x250
        and 0x20 < ord(following) < 0x250
    )


def page(lines: "list[str]") -> "list[str]":
    """Exactly four lines, each fitted."""
    fitted = [fit(line) for line in lines[:LINES]]
    return fitted + [""] * (LINES - len(fitted))
