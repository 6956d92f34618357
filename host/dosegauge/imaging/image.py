"""An image as the measurements take it: counts, pixel size and what its file says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.texts import Text

Pixels = npt.NDArray[np.float64]

# Pixels count as square up to this relative difference of their sides (own choice).
SQUARE_WITHIN = 0.005


class PixelSize(NamedTuple):
    """Distances of neighbouring pixel centres in mm: from row to row (y), from column to column
    (x)."""

    y_mm: float
    x_mm: float

    def square_mm(self, where: str) -> float:
        """The side of square pixels; WrongUse where they are not square."""
        if abs(self.y_mm - self.x_mm) > SQUARE_WITHIN * max(self):
            raise WrongUse(
                Text(
                    f"像素不是正方形（{self.x_mm:g} × {self.y_mm:g} mm）",
                    f"the pixels are not square ({self.x_mm:g} x {self.y_mm:g} mm)",
                ),
                where,
                Text("此项测量需要正方形像素", "This measurement needs square pixels"),
            )
        return (self.y_mm + self.x_mm) / 2


@dataclass(frozen=True)
class Image:
    """One frame. `pixels` (rows, columns) float64; `pixel_mm` None where nobody said it; `facts`
    what the file's header says, by the names of readers; `warnings` what a user must know."""

    pixels: Pixels
    pixel_mm: PixelSize | None
    source: str
    facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()

    def known_pixel_mm(self) -> PixelSize:
        """The pixel size; WrongUse when it is not known."""
        if self.pixel_mm is None:
            raise WrongUse(
                Text("像素尺寸未知", "the pixel size is not known"),
                self.source,
                Text("请用 --pixel-mm 给出", "Give it by --pixel-mm"),
            )
        return self.pixel_mm


def with_pixel_mm(image: Image, called: PixelSize | None) -> Image:
    """The image with the pixel size of the call, which wins over the file's; a warning where they
    differ."""
    if called is None:
        return image
    warnings = image.warnings
    own = image.pixel_mm
    if own is not None and any(
        abs(one - other) > 1e-3 * other for one, other in zip(own, called, strict=True)
    ):
        warnings += (
            Text(
                f"文件中的像素尺寸为 {own.x_mm:.4g} × {own.y_mm:.4g} mm，"
                f"采用给定的 {called.x_mm:.4g} × {called.y_mm:.4g} mm",
                f"the file's pixel size is {own.x_mm:.4g} x {own.y_mm:.4g} mm, the given "
                f"{called.x_mm:.4g} x {called.y_mm:.4g} mm is used",
            ),
        )
    return Image(image.pixels, called, image.source, image.facts, warnings)
