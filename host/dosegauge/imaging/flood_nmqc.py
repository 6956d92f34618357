"""Uniformity as the public programs NMQC and pylinac compute it, to compare with their figures.

It is not NEMA's order: they smooth first, then drop what is below 75 % of the mean of everything
above a tenth of the maximum - so that a dead tube vanishes instead of showing - and take 95 % of
what is left as UFOV. Described after both programs' documentation and behaviour (reference sheet
2.2).
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from dosegauge.imaging import flood_uniformity as steps
from dosegauge.imaging.field import Mask
from dosegauge.imaging.flood import Uniformity, uniformity
from dosegauge.imaging.image import Image, Pixels

_SMALLEST_PIXEL_MM = 4.48
_KEPT_OF_MEAN, _LIT_PART = 0.75, 0.1
_UFOV, _CFOV_OF_UFOV = 0.95, 0.75


def compatible_bin(pixel_mm: float) -> int:
    """Pixels are summed two by two until they reach the smallest size."""
    by = 1
    while pixel_mm * by < _SMALLEST_PIXEL_MM:
        by *= 2
    return by


def compatible_figures(image: Image) -> dict[str, Uniformity]:
    """UFOV and CFOV of an image with square pixels of known size; NaN where nothing is left."""
    by = compatible_bin(image.known_pixel_mm().square_mm(image.source))
    kept = _kept(_binned(image.pixels, by))
    return {
        name: uniformity(np.where(_shrunk(kept > 0, part), kept, np.nan))
        for name, part in (("ufov", _UFOV), ("cfov", _UFOV * _CFOV_OF_UFOV))
    }


def _binned(pixels: Pixels, by: int) -> Pixels:
    rows, columns = pixels.shape
    missing = ((0, -rows % by), (0, -columns % by))
    filled = np.pad(pixels, missing)
    shape = (filled.shape[0] // by, by, filled.shape[1] // by, by)
    binned: Pixels = filled.reshape(shape).sum(axis=(1, 3))
    return binned


def _kept(binned: Pixels) -> Pixels:
    smooth = steps.smoothed_everywhere(binned)
    smooth[[0, -1], :] = 0
    smooth[:, [0, -1]] = 0
    lit = smooth[smooth > _LIT_PART * smooth.max()]
    mask = smooth >= _KEPT_OF_MEAN * lit.mean()
    mask &= ~_lone(mask)
    mask |= _lone(~mask)
    return np.where(mask, smooth, 0.0)


def _lone(mask: Mask) -> Mask:
    """Pixels none of whose four neighbours is in the mask too."""
    neighbours = ndimage.convolve(
        mask.astype(int), [[0, 1, 0], [1, 0, 1], [0, 1, 0]], mode="constant"
    )
    lone: Mask = mask & (neighbours == 0)
    return lone


def _shrunk(mask: Mask, part: float) -> Mask:
    """The mask without a rim: `part` of the larger extent of its largest region is left."""
    labels, _ = ndimage.label(mask)
    largest = int(np.argmax(np.bincount(labels.ravel())[1:])) + 1
    rows, columns = np.nonzero(labels == largest)
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    rim = round((1 - part) * extent) / 2
    inner: Mask = ndimage.distance_transform_edt(mask) > rim
    return inner
