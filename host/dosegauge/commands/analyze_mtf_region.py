"""The part of a slice that `dosegauge analyze mtf` looks at."""

from dataclasses import dataclass

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.edge_course import Array
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.volumes import Volume
from dosegauge.texts import Text


@dataclass(frozen=True)
class Region:
    """Columns from left to right and rows from top to bottom, from 0, the last not included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    def of(self, pixels: Pixels) -> Pixels:
        """This part of a slice."""
        return pixels[self.top : self.bottom, self.left : self.right]

    def unsaturated(self, pixels: Pixels, volume: Volume, number: int) -> Pixels:
        """A copy of this part of a slice, whose number counts from 1; WrongUse where it holds
        saturated pixels: the spot would be cut off."""
        found = self.of(pixels).copy()
        limit = volume.limit(number - 1)
        if limit is not None and float(found.max()) >= limit:
            raise WrongUse(
                Text("区域内有饱和像素", "the region has saturated pixels"),
                volume.name,
                Text("请以更大的数值范围重新导出", "Export it with a larger range of values"),
            )
        return found

    def moved(self, points: Array) -> Array:
        """Points (n, 2), x and y of this part, as those of the slice."""
        moved: Array = points + np.array([self.left, self.top], dtype=np.float64)
        return moved


def whole_slice(volume: Volume) -> Region:
    """All of it."""
    return Region(0, 0, volume.columns, volume.rows)


def parsed_region(text: str, volume: Volume) -> Region:
    """From "LEFT,TOP,RIGHT,BOTTOM". WrongUse for anything else, or what exceeds the slice."""
    try:
        left, top, right, bottom = (int(part) for part in text.split(","))
    except ValueError:
        raise _wrong(Text("应为 左,上,右,下", "must be LEFT,TOP,RIGHT,BOTTOM")) from None
    if not (0 <= left < right <= volume.columns and 0 <= top < bottom <= volume.rows):
        raise _wrong(Text("区域超出图像", "the region exceeds the image"))
    return Region(left, top, right, bottom)


def _wrong(what: Text) -> WrongUse:
    return WrongUse(what, "--roi", Text("以像素计，从 0 起", "In pixels from 0"))
