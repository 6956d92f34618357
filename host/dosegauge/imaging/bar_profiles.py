"""Profiles across groups of bars in one slice, and the levels of the large areas beside them.

Source: reference sheet 1.4 (b): averaged along the bars after turning by parts of a pixel.
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
_STEPS_PER_PIXEL = 4
_SHORTEST_PX = 4.0
# Pixels around the strip that cubic splines take into account.
_AROUND_PX = 12


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
    """Of each group, in the order of their frequencies: distances along its line in pixels and
    means along its bars; the large areas (bright, dark) and their means."""

    groups: tuple[Group, ...]
    distances: tuple[Array, ...]
    profiles: tuple[Array, ...]
    bright: float
    dark: float
    areas: tuple[Area, Area]


def slice_profiles(
    pixels: Pixels, groups: Sequence[Group], bright: Area, dark: Area, where: str
) -> SliceProfiles:
    """Of one slice. WrongUse where a line or an area leaves the slice."""
    ordered = sorted(groups, key=lambda one: one.lp_per_mm)
    pairs = [_profile(pixels, group, where) for group in ordered]
    return SliceProfiles(
        tuple(ordered),
        tuple(distance for distance, _ in pairs),
        tuple(profile for _, profile in pairs),
        _level(pixels, bright, where),
        _level(pixels, dark, where),
        (bright, dark),
    )


def _level(pixels: Pixels, area: Area, where: str) -> float:
    rows, columns = pixels.shape
    inside = (
        area.radius >= 1
        and area.radius <= area.y < rows - area.radius
        and area.radius <= area.x < columns - area.radius
    )
    if not inside:
        raise _refused(where, Text("亮区或暗区超出切片", "an area leaves the slice"))
    return float(pixels[within(pixels.shape, area.y, area.x, area.radius)].mean())


def _profile(pixels: Pixels, group: Group, where: str) -> tuple[Array, Array]:
    """Means along the bars at fine steps across them. Between pixels by cubic splines (own
    choice): straight lines took 2 % off bars of eight pixels a pair."""
    from scipy import ndimage

    start, end = np.array(group.start), np.array(group.end)
    length = float(np.hypot(*(end - start)))
    if length < _SHORTEST_PX:
        raise _refused(where, Text("剖面线太短", "a line across bars is too short"))
    across = (end - start) / length
    along = np.array([-across[1], across[0]])
    steps = np.arange(0.0, length, 1 / _STEPS_PER_PIXEL)
    half = group.width_px / 2
    lanes = np.arange(-half, half + 0.25, 0.5)
    points = (
        start[:, None, None]
        + across[:, None, None] * steps[None, :, None]
        + along[:, None, None] * lanes[None, None, :]
    )
    rows, columns = pixels.shape
    if (points < 0).any() or (points[0] > rows - 1).any() or (points[1] > columns - 1).any():
        raise _refused(where, Text("剖面线超出切片", "a line across bars leaves the slice"))
    corner = np.maximum(np.floor(points.min(axis=(1, 2))).astype(int) - _AROUND_PX, 0)
    ends = np.ceil(points.max(axis=(1, 2))).astype(int) + _AROUND_PX
    part = pixels[corner[0] : ends[0], corner[1] : ends[1]]
    values = ndimage.map_coordinates(part, points - corner[:, None, None], order=3)
    profile: Array = values.mean(axis=1)
    return steps, profile


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请检查 --group 和区域", "Check --group and the areas"))
