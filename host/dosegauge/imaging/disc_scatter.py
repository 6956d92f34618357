"""How far the means of discs scatter in a uniform phantom: noise as a reader of discs meets it.

Noise of neighbouring pixels may be correlated; means of discs of the very size count that without
knowing how. Source: reference sheet 1.3 and 1.5 (discs all over the uniform part; the smooth
course that is taken off is an own choice).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.imaging.ct_object import Phantom
from dosegauge.imaging.image import Pixels

_FEWEST = 12
# Terms of the smooth course with the radius.
TERMS = 3


@dataclass(frozen=True)
class Scatter:
    """Standard deviation of the means about their smooth course, and how many discs there were."""

    sd: float
    discs: int


def within(shape: tuple[int, ...], y: float, x: float, radius: float) -> npt.NDArray[np.bool_]:
    """The pixels whose centre lies in a disc."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    inside: npt.NDArray[np.bool_] = (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
    return inside


def scatter_of_discs(
    mean: Pixels,
    phantom: Phantom,
    radius: float,
    holes: Sequence[tuple[float, float, float]],
    ring: tuple[float, float] | None = None,
    inner: float = 1.0,
) -> Scatter | None:
    """Discs side by side within the phantom, none of which meets its rim or a hole (y, x,
    radius); all in pixels. With a ring (inner and outer radius in parts of the disc's) the scatter
    is of the means of the discs' `inner` part less those of the rings. None where fewer than
    twelve fit."""
    step = 2 * radius
    whole = radius * (ring[1] if ring else 1.0)
    reach = phantom.diameter_px / 2 - whole - radius / 2
    count = int(reach / step) + 1
    places = [
        (phantom.y + step * i, phantom.x + step * j)
        for i in range(-count, count + 1)
        for j in range(-count, count + 1)
        if math.hypot(step * i, step * j) <= reach
    ]
    free = [
        (y, x)
        for y, x in places
        if all(math.hypot(y - at_y, x - at_x) > whole + size for at_y, at_x, size in holes)
    ]
    if len(free) < _FEWEST:
        return None
    means = np.array([_mean(mean, y, x, radius * inner, radius, ring) for y, x in free])
    away = np.array([math.hypot(y - phantom.y, x - phantom.x) for y, x in free]) / reach
    design = np.column_stack([np.ones(len(away)), away**2, away**4])
    course = design @ np.linalg.lstsq(design, means, rcond=None)[0]
    left = len(means) - TERMS
    return Scatter(float(np.sqrt(((means - course) ** 2).sum() / left)), len(means))


def _mean(
    mean: Pixels,
    y: float,
    x: float,
    inner: float,
    radius: float,
    ring: tuple[float, float] | None,
) -> float:
    """The mean of a disc, less its ring's; only the pixels around it are looked at."""
    reach = radius * (ring[1] if ring else 1.0)
    top, left = max(int(y - reach) - 1, 0), max(int(x - reach) - 1, 0)
    part = mean[top : int(y + reach) + 2, left : int(x + reach) + 2]
    found = float(part[within(part.shape, y - top, x - left, inner)].mean())
    if ring is None:
        return found
    around = within(part.shape, y - top, x - left, radius * ring[1])
    around &= ~within(part.shape, y - top, x - left, radius * ring[0])
    return found - float(part[around].mean())
