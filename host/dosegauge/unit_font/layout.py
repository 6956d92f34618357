"""The bytes of `font.bin` (docs/display.md)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC = b"DGFONT"
VERSION = 1
HEIGHT = 16
NARROW, WIDE = 8, 16
# As `unit.cells.width` counts: from here on a character is two cells wide.
FIRST_WIDE = 0x1100


def columns(character: str) -> int:
    """How many columns of pixels a character takes."""
    return WIDE if ord(character) >= FIRST_WIDE else NARROW


def encode(glyphs: Mapping[str, NDArray[np.uint8]]) -> bytes:
    """The file of these glyphs: header, code points in order, glyphs in the same order.

    A glyph is an array of 16 rows of 0 and 1, 8 or 16 wide as `columns` says. ValueError when one
    isn't.
    """
    body = bytearray()
    ordered = sorted(glyphs)
    narrow = [character for character in ordered if columns(character) == NARROW]
    for character in ordered:
        body += struct.pack("<H", ord(character))
    for character in ordered:
        body += _display_bytes(character, glyphs[character])
    digest = hashlib.sha256(body).digest()
    head = struct.pack("<6sHHH", MAGIC, VERSION, len(narrow), len(ordered) - len(narrow))
    return head + digest + bytes(body)


def _display_bytes(character: str, bitmap: NDArray[np.uint8]) -> bytes:
    """Upper eight rows, then lower eight, a byte for each column, its lowest bit uppermost."""
    import numpy as np

    if bitmap.shape != (HEIGHT, columns(character)):
        raise ValueError(f"the glyph of {character!r} is {bitmap.shape}")
    upper_first = [np.packbits(half, axis=0, bitorder="little") for half in np.split(bitmap, 2)]
    return b"".join(page.tobytes() for page in upper_first)
