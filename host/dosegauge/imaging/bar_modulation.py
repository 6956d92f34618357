"""Modulation of groups of bars in a slice, and the MTF that it stands for.

Source: reference sheet 1.4 (b): mean of maxima less mean of minima across the bars, over the
contrast of a large bright and a large dark area; Coltman's series turns square waves into sines;
resolved from 10 % on, with the frequency between groups by straight lines in the logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.disc_scatter import within
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]
RESOLVED, ALSO = 0.10, 0.20
# Coltman's series: harmonic and its sign.
_HARMONICS = ((3, 1), (5, -1), (7, 1), (11, 1), (13, -1))
_SAME_FREQUENCY = 0.02
_STEPS_PER_PIXEL = 4
_FEWEST_BARS = 2


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
class Modulation:
    """A group's profile (distance in pixels) and its modulation over the large areas' contrast;
    `mtf` by Coltman's series from all groups."""

    group: Group
    distance_px: Array
    profile: Array
    contrast: float
    mtf: float


def measure_groups(
    pixels: Pixels, groups: Sequence[Group], bright: Area, dark: Area, pixel_mm: float, where: str
) -> list[Modulation]:
    """Every group, in the order of their frequencies. WrongUse where a line leaves the slice, is
    too short for two bars, or the areas have no contrast."""
    high, low = (_level(pixels, area, where) for area in (bright, dark))
    if not high > low:
        raise _refused(
            where, Text("亮区不比暗区亮", "the bright area is not brighter than the dark")
        )
    found = []
    for group in sorted(groups, key=lambda one: one.lp_per_mm):
        distance, profile = _profile(pixels, group, where)
        contrast = _modulation(profile, distance, group, pixel_mm, where) / (high - low)
        found.append((group, distance, profile, contrast))
    measured = [(group.lp_per_mm, contrast) for group, _, _, contrast in found]
    limit = limiting_frequency(measured, RESOLVED)
    return [
        Modulation(group, distance, profile, contrast, coltman(group.lp_per_mm, measured, limit))
        for group, distance, profile, contrast in found
    ]


def coltman(frequency: float, measured: Sequence[tuple[float, float]], limit: float) -> float:
    """MTF at a frequency from contrasts of square waves: harmonics that were not measured are left
    out, and above a third of the limit there are none."""
    own = dict(measured)[frequency]
    total = own
    if math.isnan(limit) or frequency <= limit / 3:
        for harmonic, sign in _HARMONICS:
            for other, contrast in measured:
                if abs(other / (harmonic * frequency) - 1) <= _SAME_FREQUENCY:
                    total += sign * contrast / harmonic
    return math.pi / 4 * total


def limiting_frequency(measured: Sequence[tuple[float, float]], level: float) -> float:
    """Where the contrast falls to a level, between two groups by a straight line in its logarithm;
    NaN where no group lies below, or none above."""
    ordered = sorted(measured)
    for (f_1, c_1), (f_2, c_2) in pairwise(ordered):
        if c_1 >= level > c_2 > 0:
            part = math.log(c_1 / level) / math.log(c_1 / c_2)
            return f_1 + part * (f_2 - f_1)
    return math.nan


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
    if length < 4:
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
    values = ndimage.map_coordinates(pixels, points, order=3)
    profile: Array = values.mean(axis=1)
    return steps, profile


def _modulation(
    profile: Array, distance: Array, group: Group, pixel_mm: float, where: str
) -> float:
    """Mean of the maxima less mean of the minima, one of each a period."""
    period_px = 1 / group.lp_per_mm / pixel_mm
    count = int(distance[-1] / period_px)
    if count < _FEWEST_BARS:
        raise _refused(
            where,
            Text(
                f"{group.lp_per_mm:g} lp/mm 的剖面线不足两个周期",
                f"the line across {group.lp_per_mm:g} lp/mm is shorter than two periods",
            ),
        )
    highs, lows = [], []
    for number in range(count):
        within_period = (distance >= number * period_px) & (distance < (number + 1) * period_px)
        highs.append(float(profile[within_period].max()))
        lows.append(float(profile[within_period].min()))
    return float(np.mean(highs) - np.mean(lows))


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请检查 --group 和区域", "Check --group and the areas"))
