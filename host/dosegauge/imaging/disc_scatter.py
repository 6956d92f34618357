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
# Discs that lie so many robust deviations off the smooth course lie on something else.
_FAR_OFF, _PASSES = 4.5, 15
# Less scatter than this part of the values is rounding.
_ROUNDING = 1e-12
_SECTORS, _FEWEST_IN_SECTOR = 8, 3
# Terms of the smooth course with the radius.
TERMS = 3


@dataclass(frozen=True)
class Scatter:
    """Standard deviation of the means about their smooth course, and how many discs there were;
    `left_out` of them lie on something else. `per_pixel` is that deviation over the pixels' own
    within the discs: less than 1, the more so the more pixels a disc has."""

    sd: float
    discs: int
    left_out: int
    per_pixel: float


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
    figures = np.array([_of_disc(mean, y, x, radius * inner, radius, ring) for y, x in free])
    means, variances = figures[:, 0], figures[:, 1]
    away = np.array([math.hypot(y - phantom.y, x - phantom.x) for y, x in free]) / reach
    design = np.column_stack([np.ones(len(away)), away**2, away**4])
    # A hole that nobody named must not become noise.
    off = np.abs(means - design @ _by_least_distances(design, means))
    usual = 1.4826 * float(np.median(off))
    used = off <= _FAR_OFF * usual if usual > 0 else np.ones(len(means), dtype=np.bool_)
    if used.sum() < _FEWEST:
        return None
    course = design @ np.linalg.lstsq(design[used], means[used], rcond=None)[0]
    freedom = int(used.sum()) - TERMS
    sd = float(np.sqrt(((means - course)[used] ** 2).sum() / freedom))
    if sd <= _ROUNDING * float(np.abs(means).max()):
        sd = 0.0
    pixels_sd = math.sqrt(float(variances[used].mean()))
    return Scatter(
        sd,
        int(used.sum()),
        len(means) - int(used.sum()),
        sd / pixels_sd if pixels_sd > 0 else 0.0,
    )


def _by_least_distances(design: Pixels, values: Pixels) -> Pixels:
    """The course with the least sum of distances, which some values far off do not draw along;
    by least squares, weighted anew some times."""
    weight = np.ones(len(values))
    for _ in range(_PASSES):
        scaled = np.sqrt(weight)
        solution = np.linalg.lstsq(design * scaled[:, None], values * scaled, rcond=None)[0]
        off = np.abs(values - design @ solution)
        weight = 1 / np.maximum(off, max(1e-3 * float(off.max()), 1e-12))
    found: Pixels = np.asarray(solution, dtype=np.float64)
    return found


def ring_level(values: Pixels, angles: Pixels) -> float:
    """The level of a ring: the median of the means of its eight sectors, so that something beside
    in one or two of them does not count."""
    sector = np.floor((angles + math.pi) / (2 * math.pi) * _SECTORS).astype(np.int64) % _SECTORS
    counts = np.bincount(sector, minlength=_SECTORS)
    full = counts >= _FEWEST_IN_SECTOR
    if full.sum() < _SECTORS // 2:
        return float(values.mean())
    return float(np.median(np.bincount(sector, values, _SECTORS)[full] / counts[full]))


def _of_disc(
    mean: Pixels,
    y: float,
    x: float,
    inner: float,
    radius: float,
    ring: tuple[float, float] | None,
) -> tuple[float, float]:
    """The mean of a disc, less its ring's level, and its pixels' variance; only the pixels around
    it are looked at."""
    reach = radius * (ring[1] if ring else 1.0)
    top, left = max(int(y - reach) - 1, 0), max(int(x - reach) - 1, 0)
    part = mean[top : int(y + reach) + 2, left : int(x + reach) + 2]
    disc = part[within(part.shape, y - top, x - left, inner)]
    found, variance = float(disc.mean()), float(disc.var(ddof=1)) if disc.size > 1 else 0.0
    if ring is None:
        return found, variance
    around = within(part.shape, y - top, x - left, radius * ring[1])
    around &= ~within(part.shape, y - top, x - left, radius * ring[0])
    angles = angles_about(around, y - top, x - left)
    return found - ring_level(part[around], angles), variance


def angles_about(mask: npt.NDArray[np.bool_], y: float, x: float) -> Pixels:
    """The direction from a place of every pixel of a mask, -pi to pi."""
    rows, columns = np.nonzero(mask)
    found: Pixels = np.arctan2(rows - y, columns - x)
    return found
