"""How small a contrast is told from noise in a disk, by the size of what is looked at.

Source: reference sheet 1.4 (c), which quotes ASTM E1695 second-hand: the central region in square
tiles, three standard deviations of their means in % of the mean. The mean is taken above air (own
choice): water is 0 HU, and a percentage of that means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from dosegauge.imaging.edge_course import Array, Circle
from dosegauge.imaging.image import Pixels

TILES_PX = (1, 2, 3, 5, 8, 12, 20)
_DEVIATIONS = 3
# The region is the square within this part of the disk's radius; so many tiles make a deviation.
_CENTRAL, _FEWEST = 0.7, 16


def discrimination_pct(pixels: Pixels, circle: Circle, air: float) -> dict[int, float]:
    """Three standard deviations of the tiles' means in % of the region's mean above air, by the
    tiles' side in pixels; only sizes of which there are sixteen tiles at least."""
    half = int(_CENTRAL * circle.radius / math.sqrt(2))
    top, left = max(round(circle.y) - half, 0), max(round(circle.x) - half, 0)
    region = pixels[top : round(circle.y) + half, left : round(circle.x) + half]
    contrast = float(region.mean()) - air
    found = {}
    for side in TILES_PX:
        rows, columns = region.shape[0] // side, region.shape[1] // side
        if rows * columns < _FEWEST:
            break
        whole: Array = region[: rows * side, : columns * side]
        means = whole.reshape(rows, side, columns, side).mean(axis=(1, 3))
        found[side] = 100 * _DEVIATIONS * float(means.std(ddof=1)) / contrast
    return found


def mean_discrimination_pct(slices: Sequence[dict[int, float]]) -> dict[int, float]:
    """The quadratic mean of slices, of the sizes that all of them have."""
    sides = [side for side in TILES_PX if slices and all(side in one for one in slices)]
    return {side: math.sqrt(sum(one[side] ** 2 for one in slices) / len(slices)) for side in sides}
