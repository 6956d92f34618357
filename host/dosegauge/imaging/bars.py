"""Four-quadrant bars: the operator's readings of eight images, and their modulation.

Source: WS 523-2019 slides, method 2; reference sheet 2.4. FWHM is 1.75 times the smallest width
that is clearly resolved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Image
from dosegauge.texts import Text

FWHM_OF_WIDTH = 1.75
IMAGES = 8
DIRECTIONS = ("x", "y")
# Hander's moments: FWHM of a Gaussian whose modulation transfer at the bars' frequency is M.
_MOMENTS = 4 * math.sqrt(math.log(2)) / math.pi


@dataclass(frozen=True)
class Reading:
    """What an operator sees in one image: the smallest width in mm resolved across x and across y,
    and whether the bars are straight."""

    x_mm: float
    y_mm: float
    straight: bool


@dataclass(frozen=True)
class Bars:
    """Per direction: FWHM as the mean of all images, of the worst one, and its standard
    uncertainty: the limit of what is resolved may lie anywhere down to the next finer bars; in
    mm."""

    fwhm_mm: dict[str, float]
    worst_mm: dict[str, float]
    u_mm: dict[str, float]
    straight: bool
    images: int


def bars_from(readings: Sequence[Reading], widths_mm: Sequence[float]) -> Bars:
    """The result of a set of readings of bars with these widths. WrongUse for a width that the
    phantom has not, or no readings."""
    if not readings:
        raise WrongUse(
            Text("没有读数", "there are no readings"),
            "bars",
            Text("8 幅图像各一条", "One of each of eight images"),
        )
    known = sorted(widths_mm)
    read = {name: [getattr(one, f"{name}_mm") for one in readings] for name in DIRECTIONS}
    for name, values in read.items():
        for value in values:
            if value not in known:
                listed = ", ".join(f"{width:g}" for width in known)
                raise WrongUse(
                    Text(f"{value:g} mm 不是铅栅线宽", f"{value:g} mm is no width of the bars"),
                    f"reading {name}",
                    Text(f"可选 {listed}", f"One of {listed}"),
                )
    return Bars(
        {name: FWHM_OF_WIDTH * float(np.mean(values)) for name, values in read.items()},
        {name: FWHM_OF_WIDTH * max(values) for name, values in read.items()},
        {
            name: FWHM_OF_WIDTH * _step(max(values), known) / math.sqrt(3)
            for name, values in read.items()
        },
        all(one.straight for one in readings),
        len(readings),
    )


def _step(width: float, known: Sequence[float]) -> float:
    """The true limit lies between this width and the next finer one, or nothing."""
    place = list(known).index(width)
    return width - (known[place - 1] if place else 0.0)


@dataclass(frozen=True)
class Quadrant:
    """A disc in one quadrant: middle (y, x) and radius in pixels, its bars' width in mm."""

    y: float
    x: float
    radius: float
    width_mm: float


@dataclass(frozen=True)
class Modulation:
    """M and the FWHM in mm that it stands for, for information: real bars are square waves, so
    that M is too high and FWHM too low. NaN where counting noise exceeds the variation."""

    quadrant: Quadrant
    m: float
    fwhm_mm: float


def modulation(image: Image, quadrant: Quadrant) -> Modulation:
    """M = sqrt(2 (variance - mean)) / mean in the disc. WrongUse where it leaves the image."""
    rows, columns = image.pixels.shape
    y, x, radius = quadrant.y, quadrant.x, quadrant.radius
    if not (radius >= 3 and radius <= y < rows - radius and radius <= x < columns - radius):
        raise WrongUse(
            Text("圆形区域超出图像", "a disc exceeds the image"),
            "--roi",
            Text("检查位置和半径", "Check place and radius"),
        )
    grid_y, grid_x = np.indices(image.pixels.shape)
    inside = image.pixels[np.hypot(grid_y - y, grid_x - x) <= radius]
    mean, variance = float(inside.mean()), float(inside.var())
    if mean <= 0 or variance <= mean:
        return Modulation(quadrant, math.nan, math.nan)
    m = math.sqrt(2 * (variance - mean)) / mean
    fwhm = _MOMENTS * quadrant.width_mm * math.sqrt(-math.log(m)) if m < 1 else math.nan
    return Modulation(quadrant, m, fwhm)
