"""The response of an edge: the mean value at every distance from a disk's or a straight edge.

Every pixel's distance from the edge's course, which is fitted, puts it into bins finer than a
pixel. Source: reference sheet 1.4 (c), which quotes ASTM E1695 second-hand; the bins, how far from
the edge pixels are looked at and which are left out as defects are own choices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import Phantom, find_phantom
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

# Bins in pixels: the finest that has this many pixels in each on the whole.
_BINS_PX = (0.1, 0.125, 0.2, 0.25)
_PIXELS_PER_BIN, _MOST_EMPTY = 12, 0.05
_HALF_WIDTH_PX = 20.0
# Finding a straight edge: its smoothing, and slabs along it.
_CALM_PX, _SLAB_PX, _FEWEST_SLABS = 2.0, 5.0, 4
# Defects lie off the response by more than these parts of contrast and multiples of noise.
_DEFECT, _DEFECT_NOISE, _MOST_DEFECTS = 0.1, 8.0, 0.01
_FEWEST_PIXELS = 500
_FAR_FROM_CIRCLE_PX = 3.0


@dataclass(frozen=True)
class Circle:
    """Middle and radius in pixels, and the radius' standard uncertainty by its points' scatter."""

    y: float
    x: float
    radius: float
    u_radius: float


@dataclass(frozen=True)
class Bins:
    """Bins of `step` pixels up to `half` pixels on both sides of the edge."""

    half: float
    step: float

    @property
    def count(self) -> int:
        """How many they are."""
        return int(2 * self.half / self.step)

    @property
    def middles(self) -> Array:
        """Distances of their middles from the edge."""
        middles: Array = -self.half + (np.arange(self.count, dtype=np.float64) + 0.5) * self.step
        return middles


@dataclass(frozen=True)
class EdgeResponse:
    """Means in each bin of the pixels' distances `at` and of their values, with 0 and 1 far from
    the edge; `noise` over contrast; `course` of the edge in the slice, points (n, 2) of x and y;
    `dark` the value on its dark side; `circle` of a disk."""

    bins: Bins
    at: Array
    edge: Array
    noise: float
    course: Array
    dark: float
    circle: Circle | None = None


def disk_response(
    pixels: Pixels, where: str, bins: Bins | None = None, disk: Phantom | None = None
) -> EdgeResponse:
    """Across the edge of a disk, which may lie anywhere and be cut off by the image's edge.

    bins: those of another slice, to be averaged with it. WrongUse: no disk, or one that is too
    small for its edge.
    """
    found = disk or find_phantom(pixels, where, may_touch=True)
    circle = disk_circle(pixels, found)
    y, x, radius = circle.y, circle.x, circle.radius
    half = bins.half if bins else min(_HALF_WIDTH_PX, radius / 3)
    rows, columns = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    squared = (rows - y) ** 2 + (columns - x) ** 2
    near = (squared >= max(radius - half, 0.0) ** 2) & (squared <= (radius + half) ** 2)
    if near.sum() < _FEWEST_PIXELS:
        raise _refused(where, Text("圆盘边缘像素太少", "too few pixels lie at the disk's edge"))
    # Inside is bright: the distance counts inwards, so that the response rises.
    distance = radius - np.sqrt(squared[near])
    turn = np.linspace(0, 2 * np.pi, 181)
    course = np.column_stack((x + radius * np.cos(turn), y + radius * np.sin(turn)))
    return _response(distance, pixels[near], bins or _bins(distance, half), where, course, circle)


def straight_response(pixels: Pixels, where: str, bins: Bins | None = None) -> EdgeResponse:
    """Across a straight edge that crosses a region of the image, slanted by any angle but 0, 45
    and 90 degrees. WrongUse where no edge is found."""
    from scipy import ndimage

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
    offset, tilt = _straightened(calm, distance, along)
    distance = (distance - offset - tilt * along) / math.hypot(1, tilt)
    half = bins.half if bins else min(_HALF_WIDTH_PX, float(np.abs(distance).max()))
    near = np.abs(distance) <= half
    on = np.abs(distance) < 0.5
    ends = np.array([along[on].min(), along[on].max()])
    course = np.column_stack(
        (
            centre_x + ends * normal[0] + (offset + tilt * ends) * normal[1],
            centre_y - ends * normal[1] + (offset + tilt * ends) * normal[0],
        )
    )
    return _response(
        distance[near], pixels[near], bins or _bins(distance[near], half), where, course
    )


def _straightened(calm: Pixels, distance: Array, along: Array) -> tuple[float, float]:
    """Where the edge lies along its length: places of its middle value in slabs, by a line."""
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
    return float(offset), float(tilt)


def disk_circle(pixels: Pixels, found: Phantom) -> Circle:
    """A least squares circle through the places of the middle value along rows and columns; good
    to some hundredths of a pixel, also where the disk is cut off."""
    along_rows = _crossings(pixels, found.mask, found.threshold)
    along_columns = _crossings(pixels.T, found.mask.T, found.threshold)[:, ::-1]
    points = np.concatenate((along_rows, along_columns))
    design = np.column_stack([2 * points, np.ones(len(points))])
    solution = np.linalg.lstsq(design, (points**2).sum(axis=1), rcond=None)[0]
    y, x = float(solution[0]), float(solution[1])
    away = np.hypot(points[:, 0] - y, points[:, 1] - x)
    # Holes and hot pixels lie elsewhere.
    kept = np.abs(away - np.median(away)) <= _FAR_FROM_CIRCLE_PX
    solution = np.linalg.lstsq(design[kept], (points[kept] ** 2).sum(axis=1), rcond=None)[0]
    y, x = float(solution[0]), float(solution[1])
    away = np.hypot(points[kept, 0] - y, points[kept, 1] - x)
    scatter = 1.4826 * float(np.median(np.abs(away - np.median(away))))
    return Circle(y, x, float(np.median(away)), scatter / math.sqrt(len(away)))


def _crossings(
    pixels: Pixels, mask: npt.NDArray[np.bool_], threshold: float
) -> npt.NDArray[np.float64]:
    """Points (n, 2) where rows pass the threshold at the mask's edge, between two pixels."""
    row, column = np.nonzero(mask[:, 1:] != mask[:, :-1])
    one, two = pixels[row, column], pixels[row, column + 1]
    passed = (one - threshold) * (two - threshold) < 0
    row, column, one, two = row[passed], column[passed], one[passed], two[passed]
    return np.column_stack((row, column + (threshold - one) / (two - one))).astype(np.float64)


def mean_response(responses: Sequence[EdgeResponse]) -> EdgeResponse:
    """The mean of responses with the same bins, with the first one's course and noise."""
    return replace(
        responses[0],
        at=np.mean([one.at for one in responses], axis=0),
        edge=np.mean([one.edge for one in responses], axis=0),
    )


def _bins(distance: Array, half: float) -> Bins:
    step = next(
        (one for one in _BINS_PX if len(distance) >= _PIXELS_PER_BIN * 2 * half / one),
        _BINS_PX[-1],
    )
    return Bins(half, step)


def _response(
    distance: Array,
    value: Array,
    bins: Bins,
    where: str,
    course: Array,
    circle: Circle | None = None,
) -> EdgeResponse:
    place = np.clip(((distance + bins.half) / bins.step).astype(np.int64), 0, bins.count - 1)
    if (np.bincount(place, minlength=bins.count) == 0).mean() > _MOST_EMPTY:
        raise _refused(where, Text("边缘采样不足", "the edge is sampled too coarsely"))
    whole = _without_defects(place, value, bins.count)
    place, value, distance = place[whole], value[whole], distance[whole]
    counts = np.bincount(place, minlength=bins.count)
    with np.errstate(invalid="ignore", divide="ignore"):
        edge: Array = np.bincount(place, value, bins.count) / counts
        at: Array = np.bincount(place, distance, bins.count) / counts
    # The few empty bins lie on the line between their neighbours.
    empty, middles = counts == 0, bins.middles
    at[empty] = middles[empty]
    edge[empty] = np.interp(middles[empty], middles[~empty], edge[~empty])
    end = bins.count // 10
    low, contrast = float(edge[:end].mean()), float(edge[-end:].mean() - edge[:end].mean())
    if contrast <= 0:
        raise _refused(where, Text("边缘没有对比", "the edge has no contrast"))
    noise = _noise(place, value, edge, bins.count) / contrast
    return EdgeResponse(bins, at, (edge - low) / contrast, noise, course, low, circle)


def _without_defects(place: Places, value: Array, bins: int) -> npt.NDArray[np.bool_]:
    """Which pixels belong to the edge: hot and dead ones lie far off the others of their bin. One
    at a time is left out of a bin, since it draws the bin's mean along."""
    whole = np.ones(len(value), dtype=np.bool_)
    low, high = np.quantile(value[:: max(len(value) // 4000, 1)], (0.1, 0.9))
    for _ in range(int(_MOST_DEFECTS * len(value))):
        counts = np.maximum(np.bincount(place[whole], minlength=bins), 1)
        off = np.abs(value - (np.bincount(place[whole], value[whole], bins) / counts)[place])
        noise = 1.4826 * float(np.median(off[:: max(len(off) // 4000, 1)]))
        limit = max(_DEFECT * float(high - low), _DEFECT_NOISE * noise)
        far = np.flatnonzero(whole & (off > limit))
        if not len(far):
            break
        # The last one of each bin in the order of their distance is the farthest.
        farthest = far[np.argsort(off[far])]
        worst = dict(zip(place[farthest].tolist(), farthest.tolist(), strict=True))
        whole[list(worst.values())] = False
    return whole


def _noise(place: Places, value: Array, edge: Array, bins: int) -> float:
    """Scatter of pixels about the response on its flat ends."""
    flat = (place < bins // 6) | (place >= bins - bins // 6)
    return float((value[flat] - edge[place[flat]]).std())


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请用 --roi 指定区域", "Say where by --roi"))
