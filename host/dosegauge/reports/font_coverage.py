"""Which characters the certificate's font has: typst would leave others out without a word.

Reads the character map (cmap, format 12) of the first font of an OpenType collection; all fonts
of the collection map the same characters. Source: OpenType specification, "cmap" and "TTC header".
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

_SEGMENTED_COVERAGE = 12
_LAST_CHARACTER = 0x10FFFF


@cache
def _groups(font: Path) -> tuple[tuple[int, int], ...]:
    """First and last character of each mapped range. ValueError when the file is no such font."""
    with font.open("rb") as file:
        if _read(file, 0, ">4s") != (b"ttcf",):
            raise ValueError(f"{font.name} is no font collection")
        (first_font,) = _read(file, 12, ">I")
        table = _table(file, first_font, b"cmap")
        (count,) = _read(file, table + 2, ">H")
        for index in range(count):
            _, _, offset = _read(file, table + 4 + 8 * index, ">HHI")
            if _read(file, table + offset, ">H") == (_SEGMENTED_COVERAGE,):
                return _segments(file, table + offset)
    raise ValueError(f"{font.name} has no character map that this program reads")


def _table(file: BinaryIO, font: int, wanted: bytes) -> int:
    (count,) = _read(file, font + 4, ">H")
    for index in range(count):
        tag, _, offset, _ = _read(file, font + 12 + 16 * index, ">4sIII")
        if tag == wanted:
            return int(offset)
    raise ValueError(f"the font has no table {wanted.decode()}")


def _segments(file: BinaryIO, offset: int) -> tuple[tuple[int, int], ...]:
    (count,) = _read(file, offset + 12, ">I")
    file.seek(offset + 16)
    groups = struct.iter_unpack(">III", file.read(12 * count))
    return tuple((first, last) for first, last, _ in groups)


def _read(file: BinaryIO, offset: int, layout: str) -> tuple[Any, ...]:
    file.seek(offset)
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def missing(texts: Iterable[str], font: Path) -> str | None:
    """The first character, other than white space, that the font doesn't have; None for none."""
    groups = _groups(font)
    wanted = {character for text in texts for character in text if not character.isspace()}
    for character in sorted(wanted):
        # The groups are in ascending order; the last one that begins at or before it can hold it.
        index = bisect_right(groups, (ord(character), _LAST_CHARACTER)) - 1
        if index < 0 or groups[index][1] < ord(character):
            return character
    return None
