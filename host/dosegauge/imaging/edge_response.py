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
from dosegauge.imaging.edge_course import Array, Circle, disk_circle, straight_line
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.slice_noise import even_sample
from dosegauge.texts import Text

Places = npt.NDArray[np.int64]

# Bins in pixels: the finest that has this many pixels in each on the whole.
_BINS_PX = (0.1, 0.125, 0.2, 0.25, 1 / 3)
_PIXELS_PER_BIN, _MOST_EMPTY = 12, 0.05
# How far from the edge the response is followed at first, and how much of a disk's radius at most;
# of its deviations so many are asked for, and these at least. It rises from 16 to 84 % in two.
_HALF_WIDTH_PX, _LARGEST_PART = 20.0, 0.9
DEVIATIONS, _LEAST_DEVIATIONS, _RISES = 8.0, 4.0, (0.16, 0.84)
# Defects lie off the response by more than these parts of contrast and multiples of noise.
_DEFECT, _DEFECT_NOISE, _MOST_DEFECTS = 0.1, 8.0, 0.01
_FEWEST_PIXELS = 500


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
    `dark` the value on its dark side; `flat` places in the slice far from the edge and the
    variance of noise there; `circle` of a disk."""

    bins: Bins
    at: Array
    edge: Array
    noise: float
    course: Array
    dark: float
    flat: Places
    flat_variance: float
    circle: Circle | None = None


def disk_response(
    pixels: Pixels, where: str, bins: Bins | None = None, disk: Phantom | None = None
) -> EdgeResponse:
    """Across the edge of a disk, which may lie anywhere and be cut off by the image's edge.

    bins: those of another slice, to be averaged with it. WrongUse: no bright disk, one that is too
    small for its edge, or more blurred than it is large.
    """
    found = disk or find_phantom(pixels, where, may_touch=True)
    circle = disk_circle(pixels, found, where)
    rows, columns = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    # Inside is bright: the distance counts inwards, so that the response rises.
    distance = circle.radius - np.hypot(rows - circle.y, columns - circle.x)
    turn = np.linspace(0, 2 * np.pi, 181)
    course = np.column_stack(
        (circle.x + circle.radius * np.cos(turn), circle.y + circle.radius * np.sin(turn))
    )
    room = min(_LARGEST_PART * circle.radius, -float(distance.min()))
    edge = _Edge(distance, pixels, room, course, circle)
    return _response(edge, bins, where)


def straight_response(pixels: Pixels, where: str, bins: Bins | None = None) -> EdgeResponse:
    """Across a straight edge that crosses a region of the image, slanted by any angle whose
    tangent is no simple fraction. WrongUse where no edge is found, or one that is bent."""
    line = straight_line(pixels, where)
    room = min(float(line.distance.max()), -float(line.distance.min()))
    return _response(_Edge(line.distance, pixels, room, line.ends), bins, where)


def mean_response(responses: Sequence[EdgeResponse]) -> EdgeResponse:
    """The mean of responses with the same bins, with the first one's course and noise."""
    return replace(
        responses[0],
        at=np.mean([one.at for one in responses], axis=0),
        edge=np.mean([one.edge for one in responses], axis=0),
    )


@dataclass(frozen=True)
class _Edge:
    """Every pixel's distance from the edge and value, how far the response can be followed to both
    sides, and what is told of the edge."""

    distance: Array
    pixels: Pixels
    room: float
    course: Array
    circle: Circle | None = None


def _response(edge: _Edge, bins: Bins | None, where: str) -> EdgeResponse:
    """In the bins that are given, else in those that the edge needs: wide enough that the response
    is flat at both ends."""
    if bins is not None:
        return _in_bins(edge, bins, where)
    half = min(_HALF_WIDTH_PX, edge.room)
    while True:
        found = _in_bins(edge, _bins(edge, half, where), where)
        needed = DEVIATIONS * deviation_px(found)
        if needed <= half:
            return found
        if half >= edge.room:
            if _LEAST_DEVIATIONS * needed > DEVIATIONS * half:
                raise _refused(
                    where,
                    Text(
                        "边缘太模糊，区域内响应未变平",
                        "the edge is so blurred that its response is not flat within the region",
                    ),
                )
            return found
        half = min(max(1.2 * needed, 1.5 * half), edge.room)


def deviation_px(response: EdgeResponse) -> float:
    """Half of where the response rises from 16 to 84 %, which noise hardly changes."""
    rising = (response.edge > _RISES[0]) & (response.edge < _RISES[1])
    return response.bins.step * int(rising.sum()) / 2


def _bins(edge: _Edge, half: float, where: str) -> Bins:
    """The finest bins that have enough pixels in each, and hardly one without any."""
    distance = edge.distance[np.abs(edge.distance) <= half]
    if len(distance) < _FEWEST_PIXELS:
        raise _refused(where, Text("边缘附近像素太少", "too few pixels lie at the edge"))
    for step in _BINS_PX:
        bins = Bins(half, step)
        counts = np.bincount(_places(distance, bins), minlength=bins.count)
        enough = len(distance) >= _PIXELS_PER_BIN * bins.count or step == _BINS_PX[-1]
        if enough and (counts == 0).mean() <= _MOST_EMPTY:
            return bins
    raise _refused(
        where,
        Text(
            "边缘采样不足：请将边缘转动几度",
            "the edge is sampled too coarsely: turn it by some degrees",
        ),
    )


def _places(distance: Array, bins: Bins) -> Places:
    return np.clip(((distance + bins.half) / bins.step).astype(np.int64), 0, bins.count - 1)


def _in_bins(edge: _Edge, bins: Bins, where: str) -> EdgeResponse:
    near = np.abs(edge.distance) <= bins.half
    distance, value = edge.distance[near], edge.pixels[near]
    place = _places(distance, bins)
    whole = _without_defects(place, value, bins.count)
    place, value, distance = place[whole], value[whole], distance[whole]
    counts = np.bincount(place, minlength=bins.count)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Array = np.bincount(place, value, bins.count) / counts
        at: Array = np.bincount(place, distance, bins.count) / counts
    # The few empty bins lie on the line between their neighbours.
    empty, middles = counts == 0, bins.middles
    at[empty] = middles[empty]
    means[empty] = np.interp(middles[empty], middles[~empty], means[~empty])
    end = bins.count // 10
    low, contrast = float(means[:end].mean()), float(means[-end:].mean() - means[:end].mean())
    if contrast <= 0:
        raise _refused(where, Text("边缘没有对比", "the edge has no contrast"))
    flat = (place < bins.count // 6) | (place >= bins.count - bins.count // 6)
    variance = _variance(place[flat], value[flat], means)
    return EdgeResponse(
        bins,
        at,
        (means - low) / contrast,
        math.sqrt(variance) / contrast,
        edge.course,
        low,
        even_sample(np.flatnonzero(near)[whole][flat]),
        variance,
        edge.circle,
    )


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


def _variance(place: Places, value: Array, means: Array) -> float:
    """Of pixels about the means of their bins, each of which takes one degree of freedom."""
    freedom = max(len(value) - len(np.unique(place)), 1)
    return float(((value - means[place]) ** 2).sum()) / freedom


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请用 --roi 指定区域", "Say where by --roi"))
