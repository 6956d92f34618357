"""Integral and differential uniformity of a flood image that is already binned and masked.

Source: NEMA NU 1 as WS 523-2019 takes it over; reference sheet 2.2, steps 3 to 8. Arrays may have
any number of leading axes before (rows, columns), so that many simulated floods go at once.
"""

from typing import Any, NamedTuple

import numpy as np

from dosegauge.imaging.field import Mask
from dosegauge.imaging.image import Pixels

# Edge pixels with less than this part of the mean of the central field are left out.
_EDGE_PART = 0.75
_RUN = 5
_KERNEL = ((1, 2, 1), (2, 4, 2), (1, 2, 1))


def analysed(counts: Pixels, ufov: Mask, cfov: Mask) -> Mask:
    """The pixels that are evaluated: steps 4 and 5, before any smoothing. counts (rows, columns).

    A pixel without counts within the field stays, so that a dead tube shows. Outside the image
    counts as 0 (own choice).
    """
    threshold = _EDGE_PART * float(counts[cfov].mean())
    edge = ufov & ~_with_all_neighbours(ufov)
    kept = ufov & ~(edge & (counts < threshold))
    return kept & _with_all_neighbours(kept)


def _with_all_neighbours(mask: Mask) -> Mask:
    padded = np.pad(mask, 1)
    inside: Mask = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return inside


def smoothed(counts: Pixels, mask: Mask) -> Pixels:
    """Pixels after the nine-point filter; pixels outside the mask weigh nothing. NaN outside."""
    weights = _filtered(mask.astype(np.float64))
    sums = _filtered(np.where(mask, counts, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        smooth: Pixels = np.where(mask, sums / weights, np.nan)
    return smooth


def smoothed_everywhere(counts: Pixels) -> Pixels:
    """Counts after the nine-point filter with its full weight; outside the image counts as 0."""
    smooth: Pixels = _filtered(counts) / np.sum(_KERNEL)
    return smooth


def _filtered(image: Pixels) -> Pixels:
    before = [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image, [*before, (1, 1), (1, 1)])
    rows, columns = image.shape[-2:]
    total = np.zeros_like(image)
    for row, line in enumerate(_KERNEL):
        for column, weight in enumerate(line):
            total += weight * padded[..., row : row + rows, column : column + columns]
    return total


def integral_pct(smooth: Pixels) -> Any:
    """100 (max - min) / (max + min) over the last two axes; NaN pixels don't count."""
    high = np.nanmax(smooth, axis=(-2, -1))
    low = np.nanmin(smooth, axis=(-2, -1))
    return 100 * (high - low) / (high + low)


class Differential(NamedTuple):
    """The largest difference of five pixels in a row along x and along y, in %; NaN where no run
    lies within the mask as a whole."""

    x_pct: Any
    y_pct: Any

    @property
    def larger_pct(self) -> Any:
        """The larger of both, which is the result."""
        return np.fmax(self.x_pct, self.y_pct)


def differential_pct(smooth: Pixels) -> Differential:
    """The largest 100 (hi - lo) / (hi + lo) of five pixels in a row, along x and along y."""
    return Differential(
        *(_largest(differences_pct(part)) for part in (smooth, np.swapaxes(smooth, -1, -2)))
    )


def _largest(differences: Pixels) -> Any:
    if differences.shape[-1] == 0:
        return np.full(differences.shape[:-2], np.nan)
    filled = np.where(np.isnan(differences), -np.inf, differences)
    largest = filled.max(axis=(-2, -1))
    return np.where(np.isinf(largest), np.nan, largest)


def differences_pct(smooth: Pixels) -> Pixels:
    """100 (hi - lo) / (hi + lo) of the five pixels from each one on along the rows; NaN for a run
    that lies not as a whole within the mask. The last axis is shorter by four."""
    columns = max(smooth.shape[-1] - _RUN + 1, 0)
    high, low = smooth[..., :columns].copy(), smooth[..., :columns].copy()
    for start in range(1, _RUN):
        part = smooth[..., start : start + columns]
        # NaN in any of the five makes the run NaN.
        np.maximum(high, part, out=high)
        np.minimum(low, part, out=low)
    total = high + low
    # Five pixels without counts, as within a dead tube, do not differ.
    run: Pixels = 100 * (high - low) / np.where(total == 0, 1.0, total)
    return run
