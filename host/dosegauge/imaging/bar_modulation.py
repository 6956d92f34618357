"""Modulation of groups of bars in slices, and the MTF that it stands for.

Source: reference sheet 1.4 (b): maxima less minima across the bars, over the contrast of a large
bright and a large dark area; Coltman's series turns square waves into sines; resolved from 10 %
on, with the frequency between groups by straight lines in the logarithm. Own choice: maxima and
minima are those in the middle of bars and gaps of the wave that is fitted to all periods of a
group, since the largest of noisy values is too large; U by the jackknife over slices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.bar_profiles import Area, Group, SliceProfiles
from dosegauge.imaging.slice_noise import SliceNoise, jackknife_u
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]
RESOLVED, ALSO = 0.10, 0.20
# Coltman's series: harmonic and its sign.
_HARMONICS = ((3, 1), (5, -1), (7, 1), (11, 1), (13, -1))
_SAME_FREQUENCY = 0.02
_FEWEST_PERIODS = 2
# The wave's harmonics stay below Nyquist's frequency.
_HIGHEST = 0.485
# Of periods so many pixels long that is too few for sharp bars: what is left over within this part
# of a period around the middles of bars and gaps is added.
_LONG_PX, _MIDDLE_PART = 16.0, 1 / 16
# The chart's image may be larger or smaller by this part; so many sizes are tried.
_SCALES = np.linspace(0.88, 1.12, 481)
_REFINED_WITHIN = 0.015


@dataclass(frozen=True)
class Modulation:
    """A group's profile (distance in pixels), the wave fitted to it, and its modulation over the
    large areas' contrast with the standard uncertainty from the slices' scatter (None for one);
    `mtf` by Coltman's series from all groups."""

    group: Group
    distance_px: Array
    profile: Array
    wave: Array
    contrast: float
    u_contrast: float | None
    mtf: float


@dataclass(frozen=True)
class BarResult:
    """All groups in the order of their frequencies; `limits` the frequency at RESOLVED and at ALSO
    with its standard uncertainty; `scale` of the chart's image against its nominal size; the large
    areas; how the slices hang together."""

    groups: tuple[Modulation, ...]
    limits: tuple[tuple[float, float | None], ...]
    scale: float
    slices: int
    bright: Area
    dark: Area
    noise: SliceNoise


def measure_bars(slices: Sequence[SliceProfiles], pixel_mm: float, where: str) -> BarResult:
    """Groups from the mean of slices. WrongUse: a line too short for two periods, no contrast."""
    stacks = [np.array([one.profiles[n] for one in slices]) for n in range(len(slices[0].groups))]
    levels = np.array([(one.bright, one.dark) for one in slices])
    means = [stack.mean(axis=0) for stack in stacks]
    groups = slices[0].groups
    for group, distance in zip(groups, slices[0].distances, strict=True):
        _require_periods(group, distance, pixel_mm, where)
    f_px = [group.lp_per_mm * pixel_mm for group in groups]
    noise = SliceNoise()
    for one in slices:
        noise.add_even(one.even)
    first = slices[0]
    scale = _refined(means, first, f_px, _scale(means, first.distances, f_px, where))
    fits = _fits(first, f_px, scale)
    contrasts = _contrasts(fits, means, levels.mean(axis=0), where)
    measured = [(group.lp_per_mm, one) for group, one in zip(groups, contrasts, strict=True)]
    left_out = _left_out(fits, stacks, levels, where)
    limit = limiting_frequency(measured, RESOLVED)
    limits = []
    for level in (RESOLVED, ALSO):
        without = [
            limiting_frequency(
                [(group.lp_per_mm, float(c)) for group, c in zip(groups, row, strict=True)], level
            )
            for row in left_out
        ]
        u = _jackknife(np.array(without), noise.factor)
        limits.append((limiting_frequency(measured, level), u))
    us = [
        _jackknife(left_out[:, n], noise.factor) if len(left_out) else None
        for n in range(len(groups))
    ]
    found = tuple(
        Modulation(
            group,
            distance,
            mean,
            fit.wave(mean),
            contrast,
            u_contrast,
            coltman(group.lp_per_mm, measured, limit),
        )
        for group, distance, mean, fit, contrast, u_contrast in zip(
            groups, slices[0].distances, means, fits, contrasts, us, strict=True
        )
    )
    return BarResult(found, tuple(limits), scale, len(slices), *slices[0].areas, noise)


def _fits(of: SliceProfiles, f_px: Sequence[float], scale: float) -> list[_Fit]:
    return [
        _Fit(distance, counts, frequency * scale)
        for distance, counts, frequency in zip(of.distances, of.counts, f_px, strict=True)
    ]


def _refined(
    means: Sequence[Array], of: SliceProfiles, f_px: Sequence[float], scale: float
) -> float:
    """The scale near this one that leaves the least beside the fitted waves of all groups."""
    from scipy.optimize import minimize_scalar

    def left(one: float) -> float:
        return sum(fit.left(mean) for fit, mean in zip(_fits(of, f_px, one), means, strict=True))

    near = (scale - _REFINED_WITHIN, scale + _REFINED_WITHIN)
    return float(minimize_scalar(left, bounds=near, method="bounded").x)


class _Fit:
    """Least squares of a level, a slope and a wave of a known frequency with its harmonics, each
    place weighted by its pixels."""

    def __init__(self, distance: Array, counts: Array, frequency: float) -> None:
        self._harmonics = max(int(_HIGHEST / frequency), 1)
        orders = np.arange(1, self._harmonics + 1)
        phase = 2 * np.pi * frequency * distance[:, None] * orders
        line = np.column_stack([np.ones(len(distance)), distance - distance.mean()])
        self._design = np.hstack([line, np.cos(phase), np.sin(phase)])
        self._turns, self._counts = frequency * distance, counts
        self._long = 1 / frequency >= _LONG_PX
        weight = np.sqrt(counts)[:, None]
        self._solve = np.linalg.pinv(self._design * weight) * weight.T

    def wave(self, profile: Array) -> Array:
        """The fitted course."""
        found: Array = self._design @ (self._solve @ profile)
        return found

    def left(self, profile: Array) -> float:
        """The weighted sum of squares beside the wave."""
        return float((self._counts * (profile - self.wave(profile)) ** 2).sum())

    def height(self, profile: Array) -> float:
        """From the middle of the gaps to the middle of the bars, where the wave's first harmonic
        has its least and largest; without the slope."""
        whole = self._solve @ profile
        solution = whole[2:]
        cosines, sines = solution[: self._harmonics], solution[self._harmonics :]
        top = math.atan2(sines[0], cosines[0])
        orders = np.arange(1, self._harmonics + 1)
        bars, gaps = (
            float(cosines @ np.cos(orders * turn) + sines @ np.sin(orders * turn))
            for turn in (top, top + math.pi)
        )
        if not self._long:
            return bars - gaps
        left = profile - self._design @ whole
        return bars - gaps + self._near(left, top) - self._near(left, top + math.pi)

    def _near(self, left: Array, phase: float) -> float:
        """The mean of what is left over near a phase of all periods."""
        off = self._turns - phase / (2 * math.pi)
        near = np.abs(off - np.rint(off)) <= _MIDDLE_PART
        return float(np.average(left[near], weights=self._counts[near])) if near.any() else 0.0


def _contrasts(
    fits: Sequence[_Fit], profiles: Sequence[Array], levels: Array, where: str
) -> list[float]:
    high, low = (float(level) for level in levels)
    if not high > low:
        raise _refused(
            where, Text("亮区不比暗区亮", "the bright area is not brighter than the dark")
        )
    return [
        fit.height(profile) / (high - low) for fit, profile in zip(fits, profiles, strict=True)
    ]


def _left_out(fits: Sequence[_Fit], stacks: Sequence[Array], levels: Array, where: str) -> Array:
    """Contrasts (slices, groups) of the mean without each slice; none for a single slice."""
    count = len(levels)
    if count < 2:
        return np.empty((0, len(fits)))
    sums, sum_of_levels = [stack.sum(axis=0) for stack in stacks], levels.sum(axis=0)
    return np.array(
        [
            _contrasts(
                fits,
                [
                    (total - stack[n]) / (count - 1)
                    for total, stack in zip(sums, stacks, strict=True)
                ],
                (sum_of_levels - levels[n]) / (count - 1),
                where,
            )
            for n in range(count)
        ]
    )


def _jackknife(without: Array, factor: float) -> float | None:
    if len(without) < 2 or np.isnan(without).any() or math.isinf(factor):
        return None
    return factor * float(jackknife_u(without))


def _scale(
    profiles: Sequence[Array], distances: Sequence[Array], f_px: Sequence[float], where: str
) -> float:
    """How much smaller the chart's image is than it should be: where the sines of all groups
    together are strongest. The clear groups decide; each by itself would follow its noise.
    WrongUse where that is not among the sizes that are tried."""
    power = np.zeros(len(_SCALES))
    for profile, distance, frequency in zip(profiles, distances, f_px, strict=True):
        line = np.polyfit(distance, profile, 1)
        level = profile - np.polyval(line, distance)
        waves = np.exp(-2j * np.pi * frequency * _SCALES[:, None] * distance[None, :])
        power += np.abs(waves @ level / len(level)) ** 2
    best = int(power.argmax())
    if best in (0, len(_SCALES) - 1):
        raise _refused(
            where,
            Text(
                "线条周期与标称相差超过 12 %：请检查体素和频率",
                "the bars' period is off its nominal by more than 12 %: check voxel and frequency",
            ),
        )
    return float(_SCALES[best])


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


def _require_periods(group: Group, distance: Array, pixel_mm: float, where: str) -> None:
    if distance[-1] * group.lp_per_mm * pixel_mm < _FEWEST_PERIODS:
        raise _refused(
            where,
            Text(
                f"{group.lp_per_mm:g} lp/mm 的剖面线不足两个周期",
                f"the line across {group.lp_per_mm:g} lp/mm is shorter than two periods",
            ),
        )


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请检查 --group 和区域", "Check --group and the areas"))
