"""Peaks of line spread functions: height, widths and position by NEMA's rules.

Source: NEMA NU 1 as quoted for WS 523-2019; reference sheet 2.3, steps 2 and 3: the height by a
parabola through the highest pixel and its neighbours, half and tenth of it by linear
interpolation, the position in the middle of both half heights. No background and no slit width is
taken off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Profile = npt.NDArray[np.float64]

# A peak is a maximum of at least this part of the median of the strongest ones.
_LEAST_PART = 0.5
_STRONGEST = 0.3


@dataclass(frozen=True)
class Peak:
    """Lengths in pixels, `position` from the first pixel's centre; `fwtm` NaN where the profile
    does not fall to a tenth on both sides. `u_position` from counting alone."""

    position: float
    fwhm: float
    fwtm: float
    height: float
    counts: float
    u_position: float


def peaks_of(profile: Profile, distance: float) -> list[Peak]:
    """All peaks at least so many pixels apart; one that is cut off by the profile's end, or does
    not fall to half its height, is none."""
    from scipy.signal import find_peaks

    tallest = float(profile.max())
    if tallest <= 0:
        return []
    places, _ = find_peaks(profile, height=_STRONGEST * tallest, distance=max(distance, 1.0))
    if not len(places):
        return []
    least = _LEAST_PART * float(np.median(profile[places]))
    found = [peak_at(profile, int(place)) for place in places if profile[place] >= least]
    return [peak for peak in found if peak is not None]


def peak_at(profile: Profile, place: int) -> Peak | None:
    """The peak whose highest pixel is there; None where it has no half height on both sides."""
    if not 0 < place < len(profile) - 1:
        return None
    height = _height(profile, place)
    half = [_crossing(profile, place, step, height / 2) for step in (-1, 1)]
    if any(math.isnan(at) for at in half):
        return None
    u_position = _u_of_position(profile, half, height)
    if not math.isfinite(u_position):
        return None
    tenth = [_crossing(profile, place, step, height / 10) for step in (-1, 1)]
    low, high = (round(at) for at in half)
    return Peak(
        (half[0] + half[1]) / 2,
        half[1] - half[0],
        tenth[1] - tenth[0],
        height,
        float(profile[low : high + 1].sum()),
        u_position,
    )


def _height(profile: Profile, place: int) -> float:
    left, middle, right = (float(one) for one in profile[place - 1 : place + 2])
    curvature = left - 2 * middle + right
    if curvature >= 0:
        return middle
    shift = (left - right) / (2 * curvature)
    return middle - (left - right) * shift / 4


def _crossing(profile: Profile, place: int, step: int, level: float) -> float:
    """Where the profile falls to a level, going from the peak; NaN when it never does."""
    at = place
    while 0 <= at + step < len(profile):
        here, there = float(profile[at]), float(profile[at + step])
        if there <= level < here:
            return at + step * (here - level) / (here - there)
        at += step
    return math.nan


def _u_of_position(profile: Profile, half: list[float], height: float) -> float:
    """Poisson counts at both half heights, seen through the slope there; the height moves both
    apart and the middle not at all."""
    variance = 0.0
    for at in half:
        left = math.floor(at)
        slope = float(profile[left + 1] - profile[left]) if left + 1 < len(profile) else 0.0
        if slope == 0:
            return math.nan
        part = at - left
        variance += height / 2 * (part**2 + (1 - part) ** 2) / slope**2
    return math.sqrt(variance) / 2
