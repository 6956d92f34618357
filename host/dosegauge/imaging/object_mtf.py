"""MTF from a wire across the slice, or a bead within some slices, with its own size divided out.

Source: reference sheet 1.4 (d): a plane is taken off as background, the Fourier sum is about the
object's middle, and the transform of a wire's section 2 J1(z)/z or of a ball
3 (sin z - z cos z)/z^3, z = pi f D, is divided out; refused where that falls below a half. The sum
of all slices through a bead has the slice of its transform that the formula gives.
"""

from __future__ import annotations

import math

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.edge_mtf import LEVELS, Array, EdgeMtf, falls_to, width_of
from dosegauge.imaging.field import Mask
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

WIRE, BEAD = "wire", "bead"
_LEAST_DIVISOR = 0.5
_HIGHEST, _STEPS, _DIRECTIONS = 0.75, 601, 16
# Pixels this far from the middle make the background's plane; nearer ones the object.
_LARGEST_RADIUS_PX = 24.0
_CLEAR = 8.0


def object_mtf(pixels: Pixels, where: str, kind: str, diameter_px: float) -> EdgeMtf:
    """MTF from the brightest spot of a region that holds it and some background around.

    diameter_px: of the wire or bead. WrongUse: no clear spot, or an object that is too large.
    """
    top, left = _brightest(pixels, where)
    below, beside = pixels.shape[0] - 1 - top, pixels.shape[1] - 1 - left
    reach = min(top, left, below, beside, _LARGEST_RADIUS_PX)
    if reach < 6:
        raise _refused(where, Text("离区域边缘太近", "it lies too near the region's edge"))
    spot, noise = _without_plane(pixels, top, left, reach, where)
    y, x = _centroid(spot, top, left, reach / 2)
    rows, columns = _grid(spot)
    near = np.hypot(rows - y, columns - x) <= reach - 1
    dy, dx, weight = rows[near] - y, columns[near] - x, spot[near]
    frequency: Array = np.linspace(0.0, _HIGHEST, _STEPS)
    mtf = _transform(frequency, dy, dx, weight) / own_transform(kind, frequency, diameter_px)
    weak = own_transform(kind, frequency, diameter_px) < _LEAST_DIVISOR
    f_px = tuple(falls_to(frequency, mtf, level) for level in LEVELS)
    if weak.any() and any(math.isnan(f) or f >= frequency[weak][0] for f in f_px[:2]):
        raise _refused(
            where,
            Text(
                "物体太大，其自身的传递不足一半", "it is so large that half of the MTF is its own"
            ),
        )
    places, spread = _line_spread(dx, weight, reach)
    return EdgeMtf(
        frequency,
        mtf,
        places,
        np.cumsum(spread) / spread.sum(),
        spread / spread.max(),
        f_px,
        width_of(places, spread),
        noise,
    )


def own_transform(kind: str, frequency: Array, diameter_px: float) -> Array:
    """What the object's size alone does to the MTF."""
    from scipy.special import j1

    z = np.maximum(np.pi * frequency * diameter_px, 1e-6)
    found: Array = 2 * j1(z) / z if kind == WIRE else 3 * (np.sin(z) - z * np.cos(z)) / z**3
    # Near nothing the difference of the ball's terms is lost in rounding.
    return np.where(z < 1e-2, 1.0, found)


def _brightest(pixels: Pixels, where: str) -> tuple[int, int]:
    rows, columns = _grid(pixels)
    everywhere = np.ones(pixels.shape, dtype=np.bool_)
    pixels = pixels - _plane(pixels, everywhere, rows, columns)
    y, x = np.unravel_index(int(pixels.argmax()), pixels.shape)
    usual = float(np.median(pixels))
    noise = 1.4826 * float(np.median(np.abs(pixels - usual)))
    if float(pixels[y, x]) - usual <= _CLEAR * noise or pixels[y, x] == usual:
        raise _refused(where, Text("没有明显的亮点", "there is no clear spot"))
    return int(y), int(x)


def _without_plane(
    pixels: Pixels, y: float, x: float, reach: float, where: str
) -> tuple[Pixels, float]:
    """The region without the plane through its outer ring; the noise there over the spot's
    height."""
    rows, columns = _grid(pixels)
    away = np.hypot(rows - y, columns - x)
    outer = (away > 0.7 * reach) & (away <= reach)
    spot = pixels - _plane(pixels, outer, rows, columns)
    height = float(spot.max())
    if height <= 0:
        raise _refused(where, Text("没有明显的亮点", "there is no clear spot"))
    return spot, float(spot[outer].std()) / height


def _grid(pixels: Pixels) -> tuple[Array, Array]:
    grid: Array = np.indices(pixels.shape).astype(np.float64)
    return grid[0], grid[1]


def _plane(pixels: Pixels, used: Mask, rows: Array, columns: Array) -> Array:
    """The plane through the pixels of a mask, all over the region."""
    design = np.column_stack([np.ones(int(used.sum())), rows[used], columns[used]])
    level, along_y, along_x = np.linalg.lstsq(design, pixels[used], rcond=None)[0]
    plane: Array = level + along_y * rows + along_x * columns
    return plane


def _centroid(spot: Pixels, y: float, x: float, reach: float) -> tuple[float, float]:
    rows, columns = _grid(spot)
    for _ in range(5):
        near = np.hypot(rows - y, columns - x) <= reach
        weight = spot[near]
        total = float(weight.sum())
        y = float((rows[near] * weight).sum()) / total
        x = float((columns[near] * weight).sum()) / total
    return y, x


def _transform(frequency: Array, dy: Array, dx: Array, weight: Array) -> Array:
    """Modulus of the Fourier sum, the mean of some directions."""
    total = np.zeros(len(frequency))
    for angle in np.arange(_DIRECTIONS) * math.pi / _DIRECTIONS:
        along = dx * math.cos(angle) + dy * math.sin(angle)
        phase = -2j * np.pi * frequency[:, None] * along[None, :]
        total += np.abs(np.exp(phase) @ weight)
    total /= total[0]
    return total


def _line_spread(dx: Array, weight: Array, reach: float) -> tuple[Array, Array]:
    """Sums along columns, a pixel apart."""
    bins = int(2 * reach) + 1
    place = np.clip(np.rint(dx + reach).astype(np.int64), 0, bins - 1)
    counts = np.maximum(np.bincount(place, minlength=bins), 1)
    sums = np.bincount(place, weight, bins)
    middles = np.bincount(place, dx, bins) / counts
    filled = np.bincount(place, minlength=bins) > 0
    places: Array = np.where(filled, middles, np.arange(bins) - reach)
    return places, sums.astype(np.float64)


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请用 --roi 指定区域", "Say where by --roi"))
