"""Glyphs in black and white, drawn small: the best of several drawings of each character.

At sixteen pixels a stroke of the font is one to two pixels wide, so that the strokes of a dense
character run together. Every character is therefore drawn in several ways (FreeType's grid fitting
or none, slightly other sizes, strokes thinned after fitting) and the drawing is kept that says the
same as the large character: as many parts and holes, strokes one pixel wide, nothing cut off. The
ways and the weights of the score are our own choice; docs/display.md shows what comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import byref, string_at
from pathlib import Path
from typing import Any, NamedTuple

import freetype
import numpy as np
from freetype.raw import FT_Outline_EmboldenXY, FT_Outline_Translate, FT_Render_Glyph
from numpy.typing import NDArray

from dosegauge.unit_font.layout import HEIGHT, NARROW, columns

Bitmap = NDArray[np.uint8]

FONT_FILE = "NotoSansCJK-Regular.ttc"
_CHINESE_FACE, _MONOSPACED_FACE = 2, 7
_FITTED, _UNFITTED = freetype.FT_LOAD_FORCE_AUTOHINT, freetype.FT_LOAD_NO_HINTING
_FIXED = 64  # FreeType's lengths are in 1/64 pixel
_LARGE_PX = 128
_CHINESE_BASELINE, _LATIN_BASELINE = 14, 13


class Way(NamedTuple):
    """One way to draw: size in pixels, fitting, thinning and shift in 1/64 pixel, and how much
    better than others it has to be."""

    width_px: float
    height_px: float
    fitting: int
    thinner: int = 0
    right: int = 0
    up: int = 0
    handicap: float = 0.0


_CHINESE_WAYS = sorted(
    [
        Way(width, height, _FITTED, thinner, 0, 0, abs(width - 16) + abs(height - 16))
        for width in (15.5, 16, 16.5)
        for height in (15.5, 16, 16.5, 17)
        for thinner in (0, 16, 32)
    ]
    + [
        Way(16, height, _UNFITTED, thinner, right, up, 2 + height - 16)
        for height in (16, 17, 17.5)
        for thinner in (20, 30)
        for right in (0, 32)
        for up in (0, 16, 32, 48)
    ],
    key=lambda way: way.handicap,
)
# Letters and digits stand side by side: they must look alike, so there is less to choose from.
_LATIN_WAYS = (
    Way(15, 15, _FITTED),
    Way(15, 15, _FITTED, 24, handicap=2.5),
    Way(16, 16, _FITTED, 40, handicap=2.5),
)
# Dots and commas are solid on purpose.
_SIGN_WAYS = (Way(16, 16, _FITTED), Way(16, 16, _FITTED, 16, handicap=2.5))
_FIRST_CHINESE, _LAST_CHINESE = 0x3400, 0x9FFF
_WRONG_SHAPE, _THICK, _CUT_OFF = 4.0, 1.0, 3.0


class Drawing:
    """Draws from Noto Sans CJK, simplified Chinese."""

    def __init__(self, font: Path | None = None) -> None:
        path = str(_font_file() if font is None else font)
        self._chinese = freetype.Face(path, index=_CHINESE_FACE)
        self._latin = freetype.Face(path, index=_MONOSPACED_FACE)

    def knows(self, character: str) -> bool:
        """Whether the font has the character."""
        return bool(self._chinese.get_char_index(character))

    def glyph(self, character: str) -> Bitmap:
        """The character as 16 rows of 0 and 1. ValueError when the font doesn't have it."""
        if not self.knows(character):
            raise ValueError(f"the font has no {character!r}")
        narrow = columns(character) == NARROW
        face = self._latin if narrow else self._chinese
        baseline = _LATIN_BASELINE if narrow else _CHINESE_BASELINE
        squeeze = self._squeeze(face, character) if narrow else 1.0
        shape, _ = _look(_large(face, character))
        best: tuple[float, Bitmap] | None = None
        for way in _ways(character):
            if best is not None and best[0] <= way.handicap:
                break  # none of the others can be better
            drawn, left, top = _draw(face, character, way, squeeze)
            cell, cut_off = _placed(drawn, left, baseline - top, columns(character))
            cell_shape, solid = _look(cell)
            score = way.handicap + _WRONG_SHAPE * abs(cell_shape - shape)
            score += _THICK * solid + _CUT_OFF * cut_off
            if best is None or score < best[0]:
                best = (score, cell)
        assert best is not None
        return _dotted(best[1]) if character == "0" else best[1]

    def _squeeze(self, face: Any, character: str) -> float:
        """How much narrower a sign is drawn that the font makes wider than a cell."""
        face.set_char_size(16 * _FIXED, 16 * _FIXED, 72, 72)
        face.load_char(character, _UNFITTED)
        advance = int(face.glyph.advance.x)
        return min(1.0, NARROW * _FIXED / max(1, advance))


def _ways(character: str) -> Sequence[Way]:
    if columns(character) == NARROW:
        return _LATIN_WAYS
    return _CHINESE_WAYS if _FIRST_CHINESE <= ord(character) <= _LAST_CHINESE else _SIGN_WAYS


def _dotted(zero: Bitmap) -> Bitmap:
    """With a dot in its middle: this narrow, the font's zero is the letter O (own choice)."""
    rows, across = np.nonzero(zero)
    row, column = (rows.min() + rows.max()) // 2, (across.min() + across.max()) // 2
    zero[row : row + 2, column] = 1
    return zero


def _font_file() -> Path:
    import noto_cjk_sans_otc

    return Path(noto_cjk_sans_otc.__file__).with_name(FONT_FILE)


def _draw(face: Any, character: str, way: Way, squeeze: float) -> tuple[Bitmap, int, int]:
    """The bitmap with its distance from the left edge and above the baseline."""
    width = round(way.width_px * squeeze * _FIXED)
    face.set_char_size(width, round(way.height_px * _FIXED), 72, 72)
    face.load_char(character, way.fitting | freetype.FT_LOAD_TARGET_MONO)
    slot = face.glyph._FT_GlyphSlot
    outline = byref(slot.contents.outline)
    if way.thinner:
        FT_Outline_EmboldenXY(outline, -way.thinner, -way.thinner)
    if way.right or way.up:
        FT_Outline_Translate(outline, way.right, way.up)
    FT_Render_Glyph(slot, freetype.FT_RENDER_MODE_MONO)
    return _bits(face.glyph.bitmap), face.glyph.bitmap_left, face.glyph.bitmap_top


def _large(face: Any, character: str) -> Bitmap:
    face.set_char_size(_LARGE_PX * _FIXED, _LARGE_PX * _FIXED, 72, 72)
    face.load_char(character, _UNFITTED | freetype.FT_LOAD_TARGET_MONO | freetype.FT_LOAD_RENDER)
    return _bits(face.glyph.bitmap)


def _bits(bitmap: Any) -> Bitmap:
    size = bitmap.rows * bitmap.pitch
    packed = np.frombuffer(string_at(bitmap._FT_Bitmap.buffer, size) if size else b"", np.uint8)
    return np.unpackbits(packed.reshape(bitmap.rows, bitmap.pitch), axis=1)[:, : bitmap.width]


def _placed(drawn: Bitmap, left: int, top: int, width: int) -> tuple[Bitmap, int]:
    """The drawing in its cell, pushed inside where it fits, and how many dots are cut off."""
    cell: Bitmap = np.zeros((HEIGHT, width), np.uint8)
    rows, across = drawn.shape
    top = _inside(top, rows, HEIGHT)
    left = _inside(left, across, width)
    first_row, first = max(0, -top), max(0, -left)
    kept = drawn[first_row : HEIGHT - top, first : width - left]
    cell[top + first_row :, left + first :][: kept.shape[0], : kept.shape[1]] = kept
    return cell, int(drawn.sum()) - int(kept.sum())


def _inside(start: int, size: int, room: int) -> int:
    return max(0, min(start, room - size)) if size <= room else start


def _look(bitmap: Bitmap) -> tuple[float, int]:
    """Euler number (parts less holes, dots that touch at a corner being one part) and how many
    squares of two by two are solid: how often a stroke is two dots wide.

    Gray's formula, over all squares of two by two dots.
    """
    padded = np.zeros((bitmap.shape[0] + 2, bitmap.shape[1] + 2), np.uint8)
    padded[1:-1, 1:-1] = bitmap
    squares = padded[:-1] + padded[1:] * 4
    squares = squares[:, :-1] + squares[:, 1:] * 2
    found = np.bincount(squares.ravel(), minlength=16)
    ones, threes = found[[1, 2, 4, 8]].sum(), found[[7, 11, 13, 14]].sum()
    return float(ones - threes - 2 * (found[6] + found[9])) / 4, int(found[15])
