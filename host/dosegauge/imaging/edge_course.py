"""Where an edge lies in a slice: the circle of a disk, or the line of a straight edge.

Source: reference sheet 1.4 (c) asks for the disk's middle; the fits and what is refused are own
choices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import Phantom
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]

# Finding a straight edge: its smoothing, and slabs along it.
_CALM_PX, _SLAB_PX, _FEWEST_SLABS = 2.0, 5.0, 4
_SMALLEST_REGION_PX, _MOST_BOW_PX = 12, 0.5
_FIRST_FAR_PART, _FAR_FROM_CIRCLE_PX, _FEWEST_POINTS = 0.1, 3.0, 40


@dataclass(frozen=True)
class Circle:
    """Middle and radius in pixels, and the radius' standard uncertainty by its points' scatter."""

    y: float
    x: float
    radius: float
    u_radius: float


@dataclass(frozen=True)
class Line:
    """Every pixel's distance from a straight edge, rising to its bright side; both ends (2, 2), x
    and y, of the edge in the region."""

    distance: Array
    ends: Array


def straight_line(pixels: Pixels, where: str) -> Line:
    """The straight edge that crosses a region. WrongUse where there is none, or it is bent."""
    from scipy import ndimage

    if min(pixels.shape) < _SMALLEST_REGION_PX:
        raise _refused(where, Text("区域太小", "the region is too small"))
    grid: Array = np.indices(pixels.shape).astype(np.float64)
    rows, columns = grid[0], grid[1]
    # Only to find the edge: without hot pixels and most of the noise.
    calm = ndimage.gaussian_filter(ndimage.median_filter(pixels, 3), _CALM_PX)
    slope_y, slope_x = np.gradient(calm)
    steep = np.hypot(slope_y, slope_x)
    strong = steep >= 0.5 * float(np.quantile(steep, 0.999))
    weight = np.where(strong, steep, 0.0)
    total = float(weight.sum())
    if total <= 0:
        raise _refused(where, Text("区域中没有边缘", "there is no edge in the region"))
    centre_y, centre_x = (float((weight * at).sum()) / total for at in (rows, columns))
    # The edge's normal is the mean direction of the gradient.
    normal = np.array([(slope_y * weight).sum(), (slope_x * weight).sum()])
    normal /= np.linalg.norm(normal)
    distance = (rows - centre_y) * normal[0] + (columns - centre_x) * normal[1]
    along = -(rows - centre_y) * normal[1] + (columns - centre_x) * normal[0]
    offset, tilt = _straightened(calm, distance, along, where)
    distance = (distance - offset - tilt * along) / math.hypot(1, tilt)
    on = np.abs(distance) < 0.5
    ends = np.array([along[on].min(), along[on].max()])
    points: Array = np.column_stack(
        (
            centre_x + ends * normal[0] + (offset + tilt * ends) * normal[1],
            centre_y - ends * normal[1] + (offset + tilt * ends) * normal[0],
        )
    )
    return Line(distance, points)


def _straightened(calm: Pixels, distance: Array, along: Array, where: str) -> tuple[float, float]:
    """Where the edge lies along its length: places of its middle value in slabs, by a line.
    WrongUse where they lie on a bow."""
    if not (distance < -3).any() or not (distance > 3).any():
        raise _refused(where, Text("边缘两侧像素太少", "too few pixels lie beside the edge"))
    low, high = np.quantile(calm[distance < -3], 0.5), np.quantile(calm[distance > 3], 0.5)
    middles, places = [], []
    for start in np.arange(along.min() + 1, along.max() - _SLAB_PX, _SLAB_PX):
        slab = (along >= start) & (along < start + _SLAB_PX) & (np.abs(distance) < 12)
        if slab.sum() < 40:
            continue
        order = np.argsort(distance[slab])
        at, value = distance[slab][order], calm[slab][order]
        part = np.clip((value - low) / (high - low), 0, 1)
        # The area above the response tells where it steps.
        places.append(float(at[-1] - np.trapezoid(part, at)))
        middles.append(start + _SLAB_PX / 2)
    if len(places) < _FEWEST_SLABS:
        return 0.0, 0.0
    tilt, offset = np.polyfit(middles, places, 1)
    if len(places) > _FEWEST_SLABS and _bow_px(np.array(middles), np.array(places)) > _MOST_BOW_PX:
        raise _refused(
            where,
            Text(
                "边缘是弯的：圆盘请用 --method disk",
                "the edge is bent: for a disk's use --method disk",
            ),
        )
    return float(offset), float(tilt)


def _bow_px(middles: Array, places: Array) -> float:
    """How far a parabola through the places bows out over their length, less three times what
    their scatter makes of that."""
    (bend, _, _), covariance = np.polyfit(middles, places, 2, cov="unscaled")
    fitted = np.polyval(np.polyfit(middles, places, 2), middles)
    scatter = float(np.sqrt(((places - fitted) ** 2).sum() / (len(places) - 3)))
    half = float(middles.max() - middles.min()) / 2
    return float((abs(bend) - 3 * scatter * math.sqrt(covariance[0][0])) * half**2)


def disk_circle(pixels: Pixels, found: Phantom, where: str) -> Circle:
    """A least squares circle through the places of the middle value along rows and columns; good
    to some hundredths of a pixel, also where the disk is cut off. WrongUse where there are none
    near the phantom's edge."""
    along_rows = _crossings(pixels, found.threshold)
    along_columns = _crossings(pixels.T, found.threshold)[:, ::-1]
    points = np.concatenate((along_rows, along_columns))
    y, x, radius = found.y, found.x, found.diameter_px / 2
    # A disk that is cut off, or said by hand, lies a little elsewhere than it seems.
    for far_px in (max(_FIRST_FAR_PART * radius, _FAR_FROM_CIRCLE_PX), _FAR_FROM_CIRCLE_PX):
        away = np.hypot(points[:, 0] - y, points[:, 1] - x)
        near = points[np.abs(away - radius) <= far_px]
        if len(near) < _FEWEST_POINTS:
            raise _refused(where, Text("没有明亮的圆盘", "there is no bright disk"))
        design = np.column_stack([2 * near, np.ones(len(near))])
        solution = np.linalg.lstsq(design, (near**2).sum(axis=1), rcond=None)[0]
        y, x = float(solution[0]), float(solution[1])
        radius = float(np.median(np.hypot(near[:, 0] - y, near[:, 1] - x)))
    away = np.hypot(near[:, 0] - y, near[:, 1] - x)
    scatter = 1.4826 * float(np.median(np.abs(away - radius)))
    return Circle(y, x, radius, scatter / math.sqrt(len(near)))


def _crossings(pixels: Pixels, threshold: float) -> npt.NDArray[np.float64]:
    """Points (n, 2) where rows pass the threshold, between two pixels."""
    above = pixels > threshold
    row, column = np.nonzero(above[:, 1:] != above[:, :-1])
    one, two = pixels[row, column], pixels[row, column + 1]
    return np.column_stack((row, column + (threshold - one) / (two - one))).astype(np.float64)


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请用 --roi 指定区域", "Say where by --roi"))
