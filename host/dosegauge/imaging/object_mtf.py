"""MTF from a wire across the slice, or a bead within some slices, with its own size divided out.

Source: reference sheet 1.4 (d): a plane is taken off as background, the spot is averaged around
its middle (the Hankel sum of its pixels), and the transform of a wire's section 2 J1(z)/z or of a
ball 3 (sin z - z cos z)/z^3, z = pi f D, is divided out; refused where that falls below a half.
The sum of all slices through a bead has the slice of its transform that the formula gives. How far
around the middle pixels count, and which are left out as defects, are own choices.
"""

from __future__ import annotations

import math

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.edge_course import Array
from dosegauge.imaging.edge_mtf import LEVELS, EdgeMtf, falls_to, width_of
from dosegauge.imaging.field import Mask
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

WIRE, BEAD = "wire", "bead"
_LEAST_DIVISOR = 0.5
_HIGHEST, _STEPS = 0.75, 301
_STEP_PX = 0.1
# How far from the spot's top its width is looked for first, and the least room around it.
_FIRST_RADIUS_PX, _SMALLEST_RADIUS_PX = 24, 6
# The spot reaches so many times its radius at half height: more of it is only noise.
_REACH, _LEAST_REACH_PX = 3.4, 3.5
# The background's ring ends at so many times that: farther out it may be bent.
_RING = 2.0
# The spot may take up so much of the room around it.
_LARGEST_PART, _LEAST_REACH = 0.8, 2.7
_CLEAR = 10.0
# Hot and dead pixels differ from what lies opposite of them, through the spot's middle, by more
# than so much of its height, and by so many times the noise.
_DEFECT, _DEFECT_NOISE, _TOP_PX = 0.25, 8.0, 1.2
_CENTRING = 12
_FRAME_PX = 3


def object_mtf(pixels: Pixels, where: str, kind: str, diameter_px: float) -> EdgeMtf:
    """MTF from the brightest spot of a region that holds it and some background around.

    diameter_px: of the wire or bead. WrongUse: no clear spot, or an object that is too large.
    """
    top, left = _brightest(pixels, where)
    below, beside = pixels.shape[0] - 1 - top, pixels.shape[1] - 1 - left
    room = min(top, left, below, beside)
    if room < _SMALLEST_RADIUS_PX:
        raise _refused(where, Text("离区域边缘太近", "it lies too near the region's edge"))
    half_px = _half_height_radius(pixels, top, left, room, where)
    own_px = min(max(_REACH * half_px, _LEAST_REACH_PX), _LARGEST_PART * room)
    if own_px < _LEAST_REACH * half_px:
        raise _refused(
            where,
            Text("区域太小，放不下光斑和背景", "the region is too small for the spot's tails"),
        )
    reach = int(min(room, max(_RING * own_px, _SMALLEST_RADIUS_PX)))
    # From here on only what lies around the spot.
    around = pixels[top - reach : top + reach + 1, left - reach : left + reach + 1]
    spot = _without_plane(around, reach, reach, reach, own_px)
    if not spot[reach, reach] > 0:
        raise _no_spot(where)
    rows, columns = _grid(spot)
    noise = _robust_sd(spot[np.hypot(rows - reach, columns - reach) > own_px])
    y, x = _middle(np.minimum(spot, _third_largest(spot)), reach, reach, half_px)
    spot = _without_defects(spot, y, x, noise)
    y, x = _middle(spot, y, x, half_px)
    away = np.hypot(rows - y, columns - x)
    near = away <= own_px
    height = float(spot[near].max())
    beyond = (away > own_px) & (away <= reach)
    frequency: Array = np.linspace(0.0, _HIGHEST, _STEPS)
    own = own_transform(kind, frequency, diameter_px)
    whole = _transform(frequency, away[near], spot[near])
    mtf = whole / whole[0] / own
    f_px = tuple(falls_to(frequency, mtf, level) for level in LEVELS)
    weak = np.flatnonzero(own < _LEAST_DIVISOR)
    if len(weak) and mtf[weak[0]] > LEVELS[0]:
        raise _refused(
            where,
            Text(
                "物体太大，其自身的传递不足一半", "it is so large that half of the MTF is its own"
            ),
        )
    places: Array = np.arange(-own_px, own_px + _STEP_PX / 2, _STEP_PX)
    spread, fwhm_px = line_spread(frequency, mtf, places)
    return EdgeMtf(
        frequency,
        mtf,
        places,
        np.cumsum(spread) / spread.sum(),
        spread / spread.max(),
        f_px,
        fwhm_px,
        float(spot[beyond].std()) / height,
        weight=float(whole[0]),
        trusted_px=float(frequency[weak[0]]) if len(weak) else math.inf,
    )


def background(pixels: Pixels) -> Array:
    """The outermost pixels of a region without the plane through them: noise alone."""
    outer = np.ones(pixels.shape, dtype=np.bool_)
    outer[_FRAME_PX:-_FRAME_PX, _FRAME_PX:-_FRAME_PX] = False
    rows, columns = _grid(pixels)
    return (pixels - _plane(pixels, outer, rows, columns))[outer]


def own_transform(kind: str, frequency: Array, diameter_px: float) -> Array:
    """What the object's size alone does to the MTF."""
    from scipy.special import j1

    z = np.maximum(np.pi * frequency * diameter_px, 1e-6)
    found: Array = 2 * j1(z) / z if kind == WIRE else 3 * (np.sin(z) - z * np.cos(z)) / z**3
    # Near nothing the difference of the ball's terms is lost in rounding.
    return np.where(z < 1e-2, 1.0, found)


def _brightest(pixels: Pixels, where: str) -> tuple[int, int]:
    """The pixel on top of the spot. A single hot pixel has no bright neighbours: how high the
    spot is is told by the third largest of every nine pixels, and where by means of nine."""
    from scipy import ndimage

    rows, columns = _grid(pixels)
    pixels = pixels - _plane(pixels, np.ones(pixels.shape, dtype=np.bool_), rows, columns)
    third, usual, noise = _third_largest(pixels), float(np.median(pixels)), _robust_sd(pixels)
    if third - usual <= _CLEAR / 2 * noise or third == usual:
        raise _no_spot(where)
    means = ndimage.uniform_filter(np.minimum(pixels, third), 3, mode="nearest")
    y, x = np.unravel_index(int(means.argmax()), pixels.shape)
    return int(y), int(x)


def _third_largest(pixels: Pixels) -> float:
    """Of the nine pixels around a place, the highest such value anywhere."""
    from scipy import ndimage

    return float(ndimage.rank_filter(pixels, -3, size=3, mode="nearest").max())


def _robust_sd(values: Array) -> float:
    """The standard deviation by the median of what lies off the median."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _without_plane(pixels: Pixels, y: float, x: float, reach: float, inner: float) -> Pixels:
    """The region without the plane through a ring around the spot."""
    rows, columns = _grid(pixels)
    away = np.hypot(rows - y, columns - x)
    ring = (away > inner) & (away <= reach)
    return pixels - _plane(pixels, ring, rows, columns)


def _grid(pixels: Pixels) -> tuple[Array, Array]:
    grid: Array = np.indices(pixels.shape).astype(np.float64)
    return grid[0], grid[1]


def _plane(pixels: Pixels, used: Mask, rows: Array, columns: Array) -> Array:
    """The plane through the pixels of a mask, all over the region."""
    design = np.column_stack([np.ones(int(used.sum())), rows[used], columns[used]])
    level, along_y, along_x = np.linalg.lstsq(design, pixels[used], rcond=None)[0]
    plane: Array = level + along_y * rows + along_x * columns
    return plane


def _half_height_radius(pixels: Pixels, top: int, left: int, room: int, where: str) -> float:
    """How far from the top the median of rings one pixel wide falls to half of the innermost;
    looked for in ever larger rings of background, as a wide spot needs."""
    reach = min(room, _FIRST_RADIUS_PX)
    while True:
        around = pixels[top - reach : top + reach + 1, left - reach : left + reach + 1]
        spot = _without_plane(around, reach, reach, reach, 0.7 * reach)
        rows, columns = _grid(spot)
        away = np.hypot(rows - reach, columns - reach)
        rings = [(away >= one) & (away < one + 1) for one in range(reach)]
        values = np.array([float(np.median(spot[ring])) for ring in rings])
        radii = np.array([float(away[ring].mean()) for ring in rings])
        half_px = _falls(radii, values)
        if half_px * _REACH <= 0.7 * reach or (reach == room and math.isfinite(half_px)):
            return half_px
        if reach == room:
            raise _refused(where, Text("光斑超出区域", "the spot is wider than the region"))
        reach = min(room, 2 * reach)


def _falls(radii: Array, values: Array) -> float:
    """The radius at half of the innermost ring's value, infinite where there is none."""
    half = values[0] / 2
    below = np.flatnonzero(values <= half)
    if not len(below):
        return math.inf
    one = int(below[0])
    part = (values[one - 1] - half) / (values[one - 1] - values[one])
    return float(radii[one - 1] + part * (radii[one] - radii[one - 1]))


def _middle(spot: Pixels, y: float, x: float, half_px: float) -> tuple[float, float]:
    """The spot's middle: its centroid under a bell of its own width, which moves along with it.
    Noise far away then counts little, and a bell twice as narrow moves half as far."""
    rows, columns = _grid(spot)
    width = 2 * half_px**2 / (2 * math.log(2))
    for _ in range(_CENTRING):
        squared = (rows - y) ** 2 + (columns - x) ** 2
        weight = spot * np.exp(-squared / width)
        total = float(weight.sum())
        y += 2 * float(((rows - y) * weight).sum()) / total
        x += 2 * float(((columns - x) * weight).sum()) / total
    return y, x


def _without_defects(spot: Pixels, y: float, x: float, noise: float) -> Pixels:
    """Hot pixels take the value that lies opposite of them through the middle, dead ones too: a
    spot is alike there, however sharp it is."""
    from scipy import ndimage

    rows, columns = _grid(spot)
    opposite = ndimage.map_coordinates(spot, (2 * y - rows, 2 * x - columns), order=1)
    # At its very top a spot is too steep to be compared between pixels.
    inside = np.hypot(rows - y, columns - x) > _TOP_PX
    for at, middle, side in ((rows, y, spot.shape[0]), (columns, x, spot.shape[1])):
        inside &= (2 * middle - at >= 0) & (2 * middle - at <= side - 1)
    limit = max(_DEFECT * _third_largest(spot), _DEFECT_NOISE * noise)
    near = ndimage.median_filter(spot, 3)
    hot = inside & (spot - opposite > limit) & (spot - near > limit)
    dead = inside & (opposite - spot > limit) & (near - spot > limit)
    return np.where(hot | dead, opposite, spot)


def _transform(frequency: Array, away: Array, weight: Array) -> Array:
    """The Hankel sum: the mean of the Fourier sum in all directions, about the middle."""
    from scipy.special import j0

    found: Array = j0(2 * np.pi * frequency[:, None] * away[None, :]) @ weight
    return found


def line_spread(frequency: Array, mtf: Array, places: Array) -> tuple[Array, float]:
    """The line spread that an MTF stands for, up to Nyquist's frequency, and its FWHM. The
    object's own size is divided out of it like out of the MTF."""
    used = frequency <= 0.5
    waves = np.cos(2 * np.pi * places[:, None] * frequency[None, used])
    spread = np.asarray(np.trapezoid(waves * mtf[used], frequency[used], axis=1))
    return spread, width_of(places, spread)


def _no_spot(where: str) -> WrongUse:
    return _refused(where, Text("没有明显的亮点", "there is no clear spot"))


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请用 --roi 指定区域", "Say where by --roi"))
