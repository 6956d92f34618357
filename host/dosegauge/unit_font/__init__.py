"""The glyphs of the unit's display as one file, `font.bin`, made when the unit is installed.

Made from Noto Sans CJK (SIL Open Font License 1.1, which also holds for the file made of it); no
glyph is kept in the project. `firmware/drivers/glyphs.py` reads the file; docs/display.md
describes it.
"""

from __future__ import annotations

from dosegauge.unit_font.charset import characters
from dosegauge.unit_font.layout import encode

NAME = "font.bin"


def build() -> bytes:
    """The file's bytes: the same on every machine for the same release."""
    from dosegauge.unit_font.drawing import Drawing

    drawing = Drawing()
    drawn = [character for character in characters() if drawing.knows(character)]
    return encode({character: drawing.glyph(character) for character in drawn})
