"""MTF from edges: the derivative of the edge response is the line spread, its Fourier modulus the
MTF.

Responses of several slices are averaged before that, so that noise adds little to the modulus.
Source: reference sheet 1.4 (c), which quotes ASTM E1695 second-hand; window and reach are own
choices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.imaging.edge_course import Array
from dosegauge.imaging.edge_response import (
    DEVIATIONS,
    Bins,
    EdgeResponse,
    deviation_px,
    disk_response,
    straight_response,
)
from dosegauge.imaging.image import Pixels

LEVELS = (0.5, 0.1, 0.02)
# An odd number of bins for each cubic: about a pixel, 11 of 0.1 pixel as the standard's default.
_FITTED_PX, _FEWEST_FITTED = 1.1, 5
_PADDED, _HIGHEST = 1 << 14, 0.75
_TUKEY, _NOISY = 0.25, 0.02
_LEAST_REACH_PX = 6.0


@dataclass(frozen=True)
class EdgeMtf:
    """Frequencies in 1/pixel, MTF on them; distances in pixels, edge response, line spread.

    `f_px` where MTF falls to each of LEVELS, NaN where it doesn't below Nyquist's 0.5; `fwhm_px`
    of the line spread; `noise` over contrast; `windowed` where the noise put a window on the line
    spread; `weight` what the spread was divided by, of a wire or bead; from `trusted_px` on an
    object's own size says more than the device.
    """

    frequency: Array
    mtf: Array
    distance: Array
    edge: Array
    spread: Array
    f_px: tuple[float, ...]
    fwhm_px: float
    noise: float
    windowed: bool = False
    weight: float = 1.0
    trusted_px: float = math.inf


def disk_mtf(pixels: Pixels, where: str) -> EdgeMtf:
    """MTF of one slice, across the edge of a disk. WrongUse as `disk_response`."""
    return mtf_of_response(disk_response(pixels, where))


def straight_mtf(pixels: Pixels, where: str) -> EdgeMtf:
    """MTF of one slice, across a straight edge. WrongUse as `straight_response`."""
    return mtf_of_response(straight_response(pixels, where))


def mtf_of_response(response: EdgeResponse, windowed: bool | None = None) -> EdgeMtf:
    """MTF of an edge response; `windowed` whether its line spread gets a window, else by its
    noise."""
    bins, edge, noise = response.bins, response.edge, response.noise
    spread = _derivative(response.at, edge, bins)
    near = _reach(response)
    middles, spread, edge = bins.middles[near], spread[near], edge[near]
    windowed = noise > _NOISY if windowed is None else windowed
    window = _tukey(len(spread)) if windowed else np.ones(len(spread))
    frequency: Array = np.arange(_PADDED // 2 + 1, dtype=np.float64) / (_PADDED * bins.step)
    used = frequency <= _HIGHEST
    # What the bins' own width takes away is put back.
    spectrum = np.fft.rfft(spread * window, _PADDED) / np.sinc(frequency * bins.step)
    mtf: Array = np.abs(spectrum) / abs(spectrum[0])
    # Beyond it there is noise only, which would make the top of the line spread too high.
    calm = np.fft.irfft(np.where(used, spectrum, 0.0), _PADDED)[: len(spread)]
    return EdgeMtf(
        frequency[used],
        mtf[used],
        middles,
        edge,
        calm / calm.max(),
        tuple(falls_to(frequency, mtf, level) for level in LEVELS),
        width_of(middles, calm),
        noise,
        windowed,
    )


def _reach(response: EdgeResponse) -> npt.NDArray[np.bool_]:
    """The bins that tell of the line spread: 8 deviations to both sides of its middle."""
    middles = response.bins.middles
    reach = max(DEVIATIONS * deviation_px(response), _LEAST_REACH_PX)
    middle = float(middles[int(np.abs(response.edge - 0.5).argmin())])
    used: npt.NDArray[np.bool_] = np.abs(middles - middle) <= reach
    return used


def _derivative(at: Array, edge: Array, bins: Bins) -> Array:
    """Slope of a cubic through the bins around each, at its middle: all of them solved at once."""
    reach = max(round(_FITTED_PX / bins.step), _FEWEST_FITTED) // 2
    fitted, middles = 2 * reach + 1, bins.middles
    windows = np.lib.stride_tricks.sliding_window_view
    x = windows(np.pad(at, reach, mode="reflect", reflect_type="odd"), fitted) - middles[:, None]
    y = windows(np.pad(edge, reach, mode="edge"), fitted)
    design = np.stack([np.ones_like(x), x, x**2, x**3], axis=-1)
    turned = design.transpose(0, 2, 1)
    slope = np.linalg.solve(turned @ design, turned @ y[..., None])[:, 1, 0]
    return np.asarray(slope, dtype=np.float64)


def _tukey(size: int) -> Array:
    part = np.minimum(np.arange(size), np.arange(size)[::-1]) / (size - 1)
    return np.where(part < _TUKEY / 2, (1 - np.cos(2 * np.pi * part / _TUKEY)) / 2, 1.0)


def falls_to(frequency: Array, mtf: Array, level: float) -> float:
    """The first frequency below Nyquist where MTF has fallen to a level."""
    below = np.flatnonzero((mtf <= level) & (frequency > 0))
    if not len(below):
        return math.nan
    place = int(below[0])
    one, two = mtf[place - 1], mtf[place]
    part = (one - level) / (one - two)
    found = float(frequency[place - 1] + part * (frequency[place] - frequency[place - 1]))
    return found if found <= 0.5 else math.nan


def width_of(middles: Array, spread: Array) -> float:
    """Full width at half maximum, between places by straight lines; NaN where there is none."""
    top = int(spread.argmax())
    half = spread[top] / 2
    left = np.flatnonzero(spread[:top] <= half)
    right = np.flatnonzero(spread[top:] <= half)
    if not len(left) or not len(right):
        return math.nan
    low, high = int(left[-1]), top + int(right[0])
    start = np.interp(half, spread[low : low + 2], middles[low : low + 2])
    end = np.interp(-half, -spread[high - 1 : high + 1], middles[high - 1 : high + 1])
    return float(end - start)
