"""The phantom in a CT slice: where it is and how large.

Source: reference sheet 1.3, step 1 (own choice): everything brighter than half-way between the
values of air and of the object; the largest connected region with its holes filled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.field import Mask
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

_BINS = 256
# Values between these parts of the histogram are told apart; beyond them are outliers.
_LOW, _HIGH = 0.001, 0.999
# Air and object must differ by so many times the noise of air.
_CLEAR = 4.0
_SECOND_OBJECT = 0.1
_LEAST_PART = 0.01
_ENOUGH_PIXELS = 60_000
# What the corners outside of an inscribed circle make of a slice: 1 - pi / 4 is 0.215.
_CORNERS_PART = (0.19, 0.25)


@dataclass(frozen=True)
class Phantom:
    """Mask, centre (y, x) and the diameter of a circle of the same area in pixels; the values of
    air and of the object (medians of both sides of Otsu's threshold), and what lies half-way."""

    mask: Mask
    y: float
    x: float
    diameter_px: float
    air: float
    inside: float
    threshold: float


def find_phantom(pixels: Pixels, where: str, *, may_touch: bool = False) -> Phantom:
    """The phantom of one slice. WrongUse: air only, two objects, or an object that touches the
    image's edge."""
    from scipy import ndimage

    air, inside = _air_and_object(pixels, where)
    threshold = (air + inside) / 2
    labels, count = ndimage.label(pixels > threshold)
    sizes = np.bincount(labels.ravel())[1:]
    if count == 0 or sizes.max() < _LEAST_PART * pixels.size:
        raise _refused(where, Text("只有空气，没有模体", "there is air only, no phantom"))
    order = np.argsort(sizes)[::-1]
    if count > 1 and sizes[order[1]] > _SECOND_OBJECT * sizes[order[0]]:
        raise _refused(where, Text("有两个物体", "there are two objects"))
    mask = _filled(labels == order[0] + 1)
    touches = mask[[0, -1], :].any() or mask[:, [0, -1]].any()
    if touches and not may_touch:
        raise _refused(where, Text("模体碰到图像边缘", "the phantom touches the image's edge"))
    y, x = ndimage.center_of_mass(mask)
    return Phantom(
        mask,
        float(y),
        float(x),
        2 * math.sqrt(float(mask.sum()) / math.pi),
        air,
        inside,
        threshold,
    )


def given_phantom(pixels: Pixels, y: float, x: float, diameter_px: float, where: str) -> Phantom:
    """A phantom whose place is said by hand. WrongUse where it leaves the image or nothing is left
    around it."""
    rows, columns = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    away = np.sqrt((rows - y) ** 2 + (columns - x) ** 2)
    mask: Mask = away <= diameter_px / 2
    outside = (away > 0.55 * diameter_px) & ~_padding(pixels)
    fits = diameter_px / 2 <= min(
        y + 0.5, x + 0.5, pixels.shape[0] - 0.5 - y, pixels.shape[1] - 0.5 - x
    )
    if not fits or not outside.any():
        raise _refused(where, Text("给定的模体超出图像", "the given phantom exceeds the image"))
    air, inside = float(np.median(pixels[outside])), float(np.median(pixels[mask]))
    return Phantom(mask, y, x, diameter_px, air, inside, (air + inside) / 2)


def _filled(region: Mask) -> Mask:
    """The region with its holes: what the background around it doesn't reach."""
    from scipy import ndimage

    background, count = ndimage.label(~region)
    edges = (background[[0, -1], :], background[:, [0, -1]])
    outside = np.zeros(count + 1, dtype=np.bool_)
    outside[np.concatenate([edge.ravel() for edge in edges])] = True
    outside[0] = False
    filled: Mask = ~outside[background]
    return filled


def _air_and_object(pixels: Pixels, where: str) -> tuple[float, float]:
    """Otsu's threshold parts the values; air and object are the medians of both sides. Every n-th
    pixel along rows and columns is enough for that."""
    every = max(int(math.sqrt(pixels.size / _ENOUGH_PIXELS)), 1)
    pixels = _without_padding(pixels[::every, ::every])
    low, high = np.quantile(pixels, (_LOW, _HIGH))
    if not high > low:
        raise _refused(where, Text("图像没有对比", "the image has no contrast"))
    counts, edges = np.histogram(pixels, _BINS, (low, high))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    parted = middles[int(np.nanargmax(between[:-1]))]
    dark, bright = pixels[pixels <= parted], pixels[pixels > parted]
    air, inside = float(np.median(dark)), float(np.median(bright))
    noise = float(np.median(np.abs(dark - air))) * 1.4826
    if inside - air < _CLEAR * noise:
        raise _refused(where, Text("只有空气，没有模体", "there is air only, no phantom"))
    return air, inside


def part_alike(pixels: Pixels, value: float) -> float:
    """Which part of the pixels has this very value."""
    return float((pixels == value).mean())


def _without_padding(pixels: Pixels) -> Pixels:
    """The pixels within the circle that was reconstructed."""
    padding = _padding(pixels)
    return pixels[~padding] if padding.any() else pixels


def _padding(pixels: Pixels) -> Mask:
    """The corners beyond the circle that was reconstructed, where they are filled with one value
    below all others; nothing elsewhere."""
    filled: Mask = pixels == pixels.min()
    corners = filled[[0, 0, -1, -1], [0, -1, 0, -1]].all()
    low, high = _CORNERS_PART
    return filled if corners and low <= filled.mean() <= high else np.zeros_like(filled)


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(
        what,
        where,
        Text("请选择其他切片，或用 --roi 指定", "Choose other slices, or say where by --roi"),
    )
