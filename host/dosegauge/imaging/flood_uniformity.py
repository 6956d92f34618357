"""Integral and differential uniformity of a flood image that is already binned and masked.

Source: NEMA NU 1 as WS 523-2019 takes it over; reference sheet 2.2, steps 3 to 8. Arrays may have
any number of leading axes before (rows, columns), so that many simulated floods go at once.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Edge pixels with less than this part of the mean of the central field are left out.
_EDGE_PART = 0.75
_CENTRAL = 0.75
_RUN = 5
_KERNEL = ((1, 2, 1), (2, 4, 2), (1, 2, 1))


def central_mask(ufov: Mask) -> Mask:
    """CFOV: the middle 75 % of the UFOV's extent; a pixel belongs by half of its area."""
    rows, columns = np.nonzero(ufov)
    mask = np.zeros_like(ufov)
    spans = [
        _central_span(int(indices.min()), int(indices.max()) + 1) for indices in (rows, columns)
    ]
    mask[spans[0], spans[1]] = True
    return mask & ufov


def _central_span(first: int, end: int) -> slice:
    margin = (end - first) * (1 - _CENTRAL) / 2
    low, high = first + margin, end - margin
    # Half of a pixel's width inside, along each side, is half of its area at a straight edge.
    return slice(int(np.ceil(low - 0.5)), int(np.floor(high + 0.5)))


def analysed(counts: Counts, ufov: Mask, cfov: Mask) -> Mask:
    """The pixels that are evaluated: steps 4 and 5, before any smoothing. counts (rows, columns).

    Outside the image counts as 0 (own choice).
    """
    threshold = _EDGE_PART * float(counts[cfov].mean())
    edge = ufov & ~_with_all_neighbours(ufov)
    kept = ufov & ~(edge & (counts < threshold)) & (counts > 0)
    return kept & _with_all_neighbours(kept)


def _with_all_neighbours(mask: Mask) -> Mask:
    padded = np.pad(mask, 1)
    inside: Mask = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return inside


def smoothed(counts: Counts, mask: Mask) -> Counts:
    """Counts after the nine-point filter; pixels outside the mask weigh nothing. NaN outside."""
    weights = _filtered(mask.astype(np.float64))
    sums = _filtered(np.where(mask, counts, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        smooth: Counts = np.where(mask, sums / weights, np.nan)
    return smooth


def _filtered(image: Counts) -> Counts:
    before = [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image, [*before, (1, 1), (1, 1)])
    rows, columns = image.shape[-2:]
    total = np.zeros_like(image)
    for row, line in enumerate(_KERNEL):
        for column, weight in enumerate(line):
            total += weight * padded[..., row : row + rows, column : column + columns]
    return total


def integral_pct(smooth: Counts) -> Any:
    """100 (max - min) / (max + min) over the last two axes; NaN pixels don't count."""
    high = np.nanmax(smooth, axis=(-2, -1))
    low = np.nanmin(smooth, axis=(-2, -1))
    return 100 * (high - low) / (high + low)


def differential_pct(smooth: Counts) -> tuple[Any, Any]:
    """The largest 100 (hi - lo) / (hi + lo) of five pixels in a row, along x and along y.

    Only runs that lie within the mask as a whole count; NaN where there is none.
    """
    return _along_rows(smooth), _along_rows(np.swapaxes(smooth, -1, -2))


def _along_rows(smooth: Counts) -> Any:
    columns = smooth.shape[-1]
    if columns < _RUN:
        return np.full(smooth.shape[:-2], np.nan)
    shifted = [smooth[..., start : columns - _RUN + 1 + start] for start in range(_RUN)]
    high, low = shifted[0].copy(), shifted[0].copy()
    for part in shifted[1:]:
        # NaN in any of the five makes the run NaN.
        np.maximum(high, part, out=high)
        np.minimum(low, part, out=low)
    ratio = 100 * (high - low) / (high + low)
    ratio[np.isnan(ratio)] = -np.inf
    largest = ratio.max(axis=(-2, -1))
    return np.where(np.isinf(largest), np.nan, largest)
