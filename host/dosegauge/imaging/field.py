"""The field of view: the maker's dimensioned figure, or what the image shows of it.

A field is a convex outline in pixels (y, x of a pixel's centre are whole numbers). The maker's
figure is a rectangle, with cut corners or not, or a circle. CFOV has the UFOV's linear dimensions
times 0.75 about its centre; a pixel belongs by half of its area (reference sheet 2.2, steps 2, 3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

Mask = npt.NDArray[np.bool_]
Outline = npt.NDArray[np.float64]

CENTRAL = 0.75
_CIRCLE_CORNERS = 180
# The estimate (own choice): half of the median of what exceeds a tenth of the maximum.
_LIT_PART, _FIELD_PART = 0.1, 0.5
# A second bright region of this part of the largest one is a second field.
_SECOND_FIELD = 0.1
_SMALLEST_PIXELS = 64
_LINES = 16


@dataclass(frozen=True)
class FieldShape:
    """A maker's figure in mm: `cut_mm` off each corner along both sides, 0 for none; a circle has
    its diameter as both sides."""

    width_mm: float
    height_mm: float
    cut_mm: float = 0.0
    circle: bool = False

    def outline(self, pixel_mm: float, centre: tuple[float, float]) -> Outline:
        """Its corners (y, x) in pixels about a centre."""
        half_x, half_y = self.width_mm / 2, self.height_mm / 2
        if self.circle:
            angles = np.arange(_CIRCLE_CORNERS) * 2 * math.pi / _CIRCLE_CORNERS
            # As large as the circle in area.
            step = math.pi / _CIRCLE_CORNERS
            radius = half_x * math.sqrt(step * 2 / math.sin(2 * step))
            corners = radius * np.column_stack((np.sin(angles), np.cos(angles)))
        else:
            cut = self.cut_mm
            corners = np.array(
                [
                    (-half_y, half_x - cut),
                    (-half_y + cut, half_x),
                    (half_y - cut, half_x),
                    (half_y, half_x - cut),
                    (half_y, -half_x + cut),
                    (half_y - cut, -half_x),
                    (-half_y + cut, -half_x),
                    (-half_y, -half_x + cut),
                ]
            )
        outline: Outline = corners / pixel_mm + np.array(centre)
        return outline


@dataclass(frozen=True)
class Field:
    """UFOV and CFOV of an image. `estimated`: from the image, not from the maker's figure."""

    ufov: Mask
    cfov: Mask
    outline: Outline
    estimated: bool

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the outline's extent (y, x)."""
        middle = (self.outline.min(axis=0) + self.outline.max(axis=0)) / 2
        return float(middle[0]), float(middle[1])

    def within(self, points: npt.NDArray[np.float64], *, central: bool) -> Mask:
        """Which of the points (..., 2 for y, x) lie in UFOV or CFOV."""
        outline = scaled(self.outline, CENTRAL) if central else self.outline
        return inside(points, outline)


def maker_field(
    shape: FieldShape,
    size: tuple[int, int],
    pixel_mm: float,
    centre: tuple[float, float] | None = None,
) -> Field:
    """The field by the maker's figure about a centre (y, x in pixels; the image's middle unless
    given). WrongUse where it does not fit the image."""
    middle = centre or ((size[0] - 1) / 2, (size[1] - 1) / 2)
    outline = shape.outline(pixel_mm, middle)
    low, high = outline.min(axis=0), outline.max(axis=0)
    # Half of the outermost pixels may stick out.
    if (low < -1).any() or (high > np.array(size)).any():
        raise WrongUse(
            Text(
                f"视野 {shape.width_mm:g} × {shape.height_mm:g} mm 超出图像",
                f"a field of {shape.width_mm:g} x {shape.height_mm:g} mm exceeds the image",
            ),
            "--ufov",
            Text("请检查像素尺寸和视野", "Check pixel size and field"),
        )
    return _field(outline, size, estimated=False)


def estimated_field(counts: Pixels) -> Field:
    """The field as the image shows it: the convex outline of what is brighter than the threshold,
    so that a dead tube within stays part of it. WrongUse where there is none, or a second one."""
    lit = counts[counts > _LIT_PART * counts.max()]
    bright = counts >= _FIELD_PART * float(np.median(lit))
    largest = _largest_region(bright)
    return _field(_hull(largest), counts.shape, estimated=True)


def field_of_mask(ufov: Mask) -> Field:
    """The field of a given mask; CFOV by its convex outline."""
    outline = _hull(ufov)
    cfov = covered(scaled(outline, CENTRAL), (ufov.shape[0], ufov.shape[1])) & ufov
    return Field(ufov, cfov, outline, estimated=False)


def _field(outline: Outline, size: tuple[int, ...], *, estimated: bool) -> Field:
    shape = (size[0], size[1])
    ufov = covered(outline, shape)
    cfov = covered(scaled(outline, CENTRAL), shape) & ufov
    if cfov.sum() < _SMALLEST_PIXELS:
        raise _no_field(Text("视野太小", f"the field has only {int(ufov.sum())} pixels"))
    return Field(ufov, cfov, outline, estimated)


def _largest_region(bright: Mask) -> Mask:
    from scipy import ndimage

    labels, found = ndimage.label(bright)
    if found == 0:
        raise _no_field(Text("没有找到视野", "no field of view is found"))
    sizes = np.bincount(labels.ravel())[1:]
    order = np.argsort(sizes)[::-1]
    if sizes[order[0]] < _SMALLEST_PIXELS:
        raise _no_field(Text("没有找到视野", "no field of view is found"))
    if found > 1 and sizes[order[1]] >= _SECOND_FIELD * sizes[order[0]]:
        raise _no_field(Text("找到两个视野", "two fields of view are found"))
    region: Mask = labels == order[0] + 1
    return region


def _no_field(what: Text) -> WrongUse:
    return WrongUse(
        what, "UFOV", Text("请用 --ufov 给出视野尺寸", "Give the field's dimensions by --ufov")
    )


def scaled(outline: Outline, by: float) -> Outline:
    """The outline times a factor about the middle of its extent."""
    middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
    larger: Outline = middle + (outline - middle) * by
    return larger


def covered(outline: Outline, size: tuple[int, int]) -> Mask:
    """Pixels with half of their area or more within the outline: exact along x, by fine lines
    along y."""
    rows, columns = size
    lines_y = (np.arange(rows * _LINES) + 0.5) / _LINES - 0.5
    left, right = _extent(outline, lines_y)
    x = np.arange(columns)
    reach = np.minimum(right[:, None], x + 0.5) - np.maximum(left[:, None], x - 0.5)
    parts = np.maximum(reach, 0.0).reshape(rows, _LINES, columns).mean(axis=1)
    mask: Mask = parts >= 0.5 - 1e-9
    return mask


def _extent(
    outline: Outline, lines_y: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """From where to where each line lies within the outline; empty where right is before left."""
    ends = np.roll(outline, -1, axis=0)
    rising = outline[:, 0] != ends[:, 0]
    y_0, x_0 = outline[rising].T
    y_1, x_1 = ends[rising].T
    part = (lines_y[:, None] - y_0) / (y_1 - y_0)
    crossing = x_0 + part * (x_1 - x_0)
    met = (part >= 0) & (part <= 1)
    left = np.where(met, crossing, np.inf).min(axis=1)
    right = np.where(met, crossing, -np.inf).max(axis=1)
    return left, right


def inside(points: npt.NDArray[np.float64], outline: Outline) -> Mask:
    """Which points (..., 2) lie within a convex outline or on it."""
    sides = np.roll(outline, -1, axis=0) - outline
    sides, starts = sides[(sides != 0).any(axis=1)], outline[(sides != 0).any(axis=1)]
    turn = 1.0 if _signed_area(outline) > 0 else -1.0
    found = np.ones(points.shape[:-1], dtype=np.bool_)
    y, x = points[..., 0], points[..., 1]
    for (side_y, side_x), (start_y, start_x) in zip(sides, starts, strict=True):
        found &= turn * (side_y * (x - start_x) - side_x * (y - start_y)) >= -1e-9
    return found


def _signed_area(outline: Outline) -> float:
    y, x = outline[:, 0], outline[:, 1]
    return float(np.sum(y * np.roll(x, -1) - np.roll(y, -1) * x))


def _hull(mask: Mask) -> Outline:
    """The convex outline of a region, along the edges of its pixels."""
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - 1 - mask[rows, ::-1].argmax(axis=1)
    sides = [
        [
            (float(row) + dy, float(x) + dx)
            for row, x in zip(rows, xs, strict=True)
            for dy in (-0.5, 0.5)
        ]
        for xs, dx in ((first, -0.5), (last, 0.5))
    ]
    return np.array(_chain(sides[0], 1.0) + _chain(sides[1], -1.0)[::-1])


def _chain(points: list[tuple[float, float]], turn: float) -> list[tuple[float, float]]:
    """One side of the hull, from the topmost point down."""
    kept: list[tuple[float, float]] = []
    for point in points:
        while len(kept) > 1 and turn * _cross(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def _cross(
    one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]
) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
