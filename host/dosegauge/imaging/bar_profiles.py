"""Profiles across groups of bars in one slice, and the levels of the large areas beside them.

Source: reference sheet 1.4 (b): averaged along the bars, which may lie at any angle. The sheet
turns the image by interpolation; here every pixel counts where it lies (own choice).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.disc_scatter import within
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]
_BINS_PER_PIXEL = 4
_SHORTEST_PX = 4.0


@dataclass(frozen=True)
class Group:
    """Bars of so many line pairs a mm, crossed by a line from (y, x) to (y, x) in pixels;
    `width_px` of the strip that is averaged along the bars."""

    lp_per_mm: float
    start: tuple[float, float]
    end: tuple[float, float]
    width_px: float


@dataclass(frozen=True)
class Area:
    """A disc of even brightness: middle (y, x) and radius in pixels."""

    y: float
    x: float
    radius: float


@dataclass(frozen=True)
class SliceProfiles:
    """Of each group, in the order of their frequencies: distances along its line in pixels, means
    along its bars and of how many pixels; the large areas (bright, dark), their means, and
    `even` their pixels without those."""

    groups: tuple[Group, ...]
    distances: tuple[Array, ...]
    profiles: tuple[Array, ...]
    counts: tuple[Array, ...]
    bright: float
    dark: float
    even: Array
    areas: tuple[Area, Area]


def slice_profiles(
    pixels: Pixels, groups: Sequence[Group], bright: Area, dark: Area, where: str
) -> SliceProfiles:
    """Of one slice. WrongUse where a line or an area leaves the slice."""
    ordered = sorted(groups, key=lambda one: one.lp_per_mm)
    profiles = [_profile(pixels, group, where) for group in ordered]
    bright_pixels, dark_pixels = (_pixels(pixels, area, where) for area in (bright, dark))
    levels = float(bright_pixels.mean()), float(dark_pixels.mean())
    return SliceProfiles(
        tuple(ordered),
        tuple(distance for distance, _, _ in profiles),
        tuple(means for _, means, _ in profiles),
        tuple(counts for _, _, counts in profiles),
        *levels,
        np.concatenate((bright_pixels - levels[0], dark_pixels - levels[1])),
        (bright, dark),
    )


def _pixels(pixels: Pixels, area: Area, where: str) -> Array:
    rows, columns = pixels.shape
    inside = (
        area.radius >= 1
        and area.radius <= area.y < rows - area.radius
        and area.radius <= area.x < columns - area.radius
    )
    if not inside:
        raise _refused(where, Text("亮区或暗区超出切片", "an area leaves the slice"))
    found: Array = pixels[within(pixels.shape, area.y, area.x, area.radius)]
    return found


def _profile(pixels: Pixels, group: Group, where: str) -> tuple[Array, Array, Array]:
    """Distances, means and numbers of the pixels of a strip across the bars, in bins of parts of a
    pixel. The pixels themselves: values between them would lose a part of fine bars."""
    start, end = np.array(group.start), np.array(group.end)
    length = float(np.hypot(*(end - start)))
    if length < _SHORTEST_PX:
        raise _refused(where, Text("剖面线太短", "a line across bars is too short"))
    across = (end - start) / length
    side = np.array([-across[1], across[0]]) * group.width_px / 2
    corners = np.array([start + side, start - side, end + side, end - side])
    if (corners < -0.5).any() or (corners > np.array(pixels.shape) - 0.5).any():
        raise _refused(where, Text("剖面线超出切片", "a line across bars leaves the slice"))
    top, left = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    bottom, right = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = pixels[top:bottom, left:right]
    rows, columns = np.indices(part.shape)
    dy, dx = rows + top - start[0], columns + left - start[1]
    distance = dy * across[0] + dx * across[1]
    aside = np.abs(dy * across[1] - dx * across[0])
    strip = (distance >= 0) & (distance <= length) & (aside <= group.width_px / 2)
    place = (distance[strip] * _BINS_PER_PIXEL).astype(np.int64)
    counts = np.bincount(place)
    used = counts > 0
    at = np.bincount(place, distance[strip])[used] / counts[used]
    means = np.bincount(place, part[strip])[used] / counts[used]
    return at, means, counts[used].astype(np.float64)


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请检查 --group 和区域", "Check --group and the areas"))
