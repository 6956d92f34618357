"""MTF from an edge: a disk's (in the manner of ASTM E1695) or a straight one.

Every pixel's distance from the edge's course makes the edge response; its derivative, by cubics
fitted over a few bins, the line spread; its Fourier modulus the MTF. Source: reference sheet
1.4 (c), which quotes the standard second-hand; bins, window and annulus are own choices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import Phantom, find_phantom
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]

# Bins in pixels: the finest that has this many pixels in each on the whole.
_BINS_PX = (0.1, 0.125, 0.2, 0.25)
_PIXELS_PER_BIN = 12
# An odd number of bins for each cubic: about a pixel, as the standard's default.
_FITTED = 11
_HALF_WIDTH_PX = 20.0
_PADDED = 1 << 14
_TUKEY, _NOISY = 0.25, 0.02
LEVELS = (0.5, 0.1, 0.02)
_FEWEST_PER_BIN = 1


@dataclass(frozen=True)
class EdgeMtf:
    """Frequencies in 1/pixel, MTF on them; distances in pixels, edge response, line spread.

    `f_px` where MTF falls to each of LEVELS, NaN where it doesn't below Nyquist's 0.5; `fwhm_px`
    of the line spread; `noise` over contrast.
    """

    frequency: Array
    mtf: Array
    distance: Array
    edge: Array
    spread: Array
    f_px: tuple[float, ...]
    fwhm_px: float
    noise: float


def disk_mtf(
    pixels: Pixels, where: str, disk: Phantom | None = None, half_width_px: float | None = None
) -> EdgeMtf:
    """MTF across the edge of a disk, which may lie anywhere and be cut off by the image's edge.

    WrongUse: no disk, or one that is too small for its edge.
    """
    found = disk or find_phantom(pixels, where, may_touch=True)
    y, x, radius = _circle(pixels, found)
    half = half_width_px or min(_HALF_WIDTH_PX, radius / 3)
    rows, columns = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    squared = (rows - y) ** 2 + (columns - x) ** 2
    near = (squared >= max(radius - half, 0.0) ** 2) & (squared <= (radius + half) ** 2)
    if near.sum() < 500:
        raise _refused(where, Text("圆盘边缘像素太少", "too few pixels lie at the disk's edge"))
    # Inside is bright: the distance counts inwards, so that the response rises.
    distance = radius - np.sqrt(squared[near])
    return _from_edge(distance, pixels[near], half, where)


def straight_mtf(pixels: Pixels, where: str) -> EdgeMtf:
    """MTF across a straight edge that crosses a region of the image, slanted by any angle but 0,
    45 and 90 degrees. WrongUse where no edge is found."""
    grid: Array = np.indices(pixels.shape).astype(np.float64)
    rows, columns = grid[0], grid[1]
    slope_y, slope_x = np.gradient(pixels)
    steep = np.hypot(slope_y, slope_x)
    strong = steep >= 0.3 * float(np.quantile(steep, 0.999))
    weight = np.where(strong, steep, 0.0)
    total = float(weight.sum())
    if total <= 0:
        raise _refused(where, Text("区域中没有边缘", "there is no edge in the region"))
    centre_y, centre_x = (float((weight * at).sum()) / total for at in (rows, columns))
    # The edge's normal is the mean direction of the gradient.
    normal = np.array([(slope_y * weight).sum(), (slope_x * weight).sum()])
    normal /= np.linalg.norm(normal)
    distance = (rows - centre_y) * normal[0] + (columns - centre_x) * normal[1]
    offset, tilt = _straightened(pixels, distance, rows, columns, normal, (centre_y, centre_x))
    along = -(rows - centre_y) * normal[1] + (columns - centre_x) * normal[0]
    distance = (distance - offset - tilt * along) / math.hypot(1, tilt)
    half = min(_HALF_WIDTH_PX, float(np.abs(distance).max()))
    near = np.abs(distance) <= half
    return _from_edge(distance[near], pixels[near], half, where)


def _straightened(
    pixels: Pixels,
    distance: Array,
    rows: Array,
    columns: Array,
    normal: Array,
    centre: tuple[float, float],
) -> tuple[float, float]:
    """Where the edge lies along its length: places of its middle value in slabs, by a line."""
    along = -(rows - centre[0]) * normal[1] + (columns - centre[1]) * normal[0]
    low, high = np.quantile(pixels[distance < -3], 0.5), np.quantile(pixels[distance > 3], 0.5)
    middles, places = [], []
    for start in np.arange(along.min() + 1, along.max() - 5, 5.0):
        slab = (along >= start) & (along < start + 5) & (np.abs(distance) < 12)
        if slab.sum() < 40:
            continue
        order = np.argsort(distance[slab])
        at, value = distance[slab][order], pixels[slab][order]
        part = np.clip((value - low) / (high - low), 0, 1)
        # The area above the response tells where it steps.
        places.append(float(at[-1] - np.trapezoid(part, at)))
        middles.append(start + 2.5)
    if len(places) < 4:
        return 0.0, 0.0
    tilt, offset = np.polyfit(middles, places, 1)
    return float(offset), float(tilt)


def _circle(pixels: Pixels, found: Phantom) -> tuple[float, float, float]:
    """Centre and radius by a least squares circle through the places of the middle value along
    rows and columns; good to some hundredths of a pixel, also where the disk is cut off."""
    along_rows = _crossings(pixels, found.mask, found.threshold)
    along_columns = _crossings(pixels.T, found.mask.T, found.threshold)[:, ::-1]
    points = np.concatenate((along_rows, along_columns))
    design = np.column_stack([2 * points, np.ones(len(points))])
    solution = np.linalg.lstsq(design, (points**2).sum(axis=1), rcond=None)[0]
    y, x = float(solution[0]), float(solution[1])
    away = np.hypot(points[:, 0] - y, points[:, 1] - x)
    # Holes and hot pixels lie elsewhere.
    kept = np.abs(away - np.median(away)) <= 3
    solution = np.linalg.lstsq(design[kept], (points[kept] ** 2).sum(axis=1), rcond=None)[0]
    y, x = float(solution[0]), float(solution[1])
    return y, x, float(np.median(np.hypot(points[kept, 0] - y, points[kept, 1] - x)))


def _crossings(
    pixels: Pixels, mask: npt.NDArray[np.bool_], threshold: float
) -> npt.NDArray[np.float64]:
    """Points (n, 2) where rows pass the threshold at the mask's edge, between two pixels."""
    row, column = np.nonzero(mask[:, 1:] != mask[:, :-1])
    one, two = pixels[row, column], pixels[row, column + 1]
    passed = (one - threshold) * (two - threshold) < 0
    row, column, one, two = row[passed], column[passed], one[passed], two[passed]
    return np.column_stack((row, column + (threshold - one) / (two - one))).astype(np.float64)


def _from_edge(distance: Array, value: Array, half: float, where: str) -> EdgeMtf:
    step = next(
        (one for one in _BINS_PX if len(value) >= _PIXELS_PER_BIN * 2 * half / one), _BINS_PX[-1]
    )
    bins = int(2 * half / step)
    place = np.clip(((distance + half) / step).astype(np.int64), 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    if (counts < _FEWEST_PER_BIN).mean() > 0.05:
        raise _refused(where, Text("边缘采样不足", "the edge is sampled too coarsely"))
    with np.errstate(invalid="ignore", divide="ignore"):
        edge: Array = np.bincount(place, value, bins) / counts
        at: Array = np.bincount(place, distance, bins) / counts
    empty = counts < _FEWEST_PER_BIN
    middles: Array = -half + (np.arange(bins, dtype=np.float64) + 0.5) * step
    at[empty] = middles[empty]
    edge[empty] = np.interp(middles[empty], middles[~empty], edge[~empty])
    contrast = float(edge[-bins // 10 :].mean() - edge[: bins // 10].mean())
    if contrast <= 0:
        raise _refused(where, Text("边缘没有对比", "the edge has no contrast"))
    spread = _derivative(at, edge, middles)
    noise = _noise(place, value, edge, bins) / contrast
    window = _tukey(bins) if noise > _NOISY else np.ones(bins)
    spectrum = np.abs(np.fft.rfft(spread * window, _PADDED))
    mtf: Array = spectrum / spectrum[0]
    frequency: Array = np.arange(_PADDED // 2 + 1, dtype=np.float64) / (_PADDED * step)
    used = frequency <= 0.75
    f_px = tuple(falls_to(frequency, mtf, level) for level in LEVELS)
    return EdgeMtf(
        frequency[used],
        mtf[used],
        middles,
        edge,
        spread / spread.max(),
        f_px,
        width_of(middles, spread),
        noise,
    )


def _derivative(at: Array, edge: Array, middles: Array) -> Array:
    """Slope of a cubic through the bins around each, at its middle: all of them solved at once."""
    reach = _FITTED // 2
    windows = np.lib.stride_tricks.sliding_window_view
    x = windows(np.pad(at, reach, mode="reflect", reflect_type="odd"), _FITTED) - middles[:, None]
    y = windows(np.pad(edge, reach, mode="edge"), _FITTED)
    design = np.stack([np.ones_like(x), x, x**2, x**3], axis=-1)
    turned = design.transpose(0, 2, 1)
    slope = np.linalg.solve(turned @ design, turned @ y[..., None])[:, 1, 0]
    return np.asarray(slope, dtype=np.float64)


def _noise(place: npt.NDArray[np.int64], value: Array, edge: Array, bins: int) -> float:
    """Scatter of pixels about the response on its flat ends."""
    flat = (place < bins // 6) | (place >= bins - bins // 6)
    return float((value[flat] - edge[place[flat]]).std())


def _tukey(size: int) -> Array:
    part = np.minimum(np.arange(size), np.arange(size)[::-1]) / (size - 1)
    return np.where(part < _TUKEY / 2, (1 - np.cos(2 * np.pi * part / _TUKEY)) / 2, 1.0)


def falls_to(frequency: Array, mtf: Array, level: float) -> float:
    """The first frequency below Nyquist where MTF has fallen to a level."""
    below = np.flatnonzero((mtf <= level) & (frequency > 0))
    if not len(below):
        return math.nan
    place = int(below[0])
    one, two = mtf[place - 1], mtf[place]
    part = (one - level) / (one - two)
    found = float(frequency[place - 1] + part * (frequency[place] - frequency[place - 1]))
    return found if found <= 0.5 else math.nan


def width_of(middles: Array, spread: Array) -> float:
    """Full width at half maximum, between places by straight lines; NaN where there is none."""
    top = int(spread.argmax())
    half = spread[top] / 2
    left = np.flatnonzero(spread[:top] <= half)
    right = np.flatnonzero(spread[top:] <= half)
    if not len(left) or not len(right):
        return math.nan
    low, high = int(left[-1]), top + int(right[0])
    start = np.interp(half, spread[low : low + 2], middles[low : low + 2])
    end = np.interp(-half, -spread[high - 1 : high + 1], middles[high - 1 : high + 1])
    return float(end - start)


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请用 --roi 指定区域", "Say where by --roi"))
