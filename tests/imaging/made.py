"""Images whose truth is known: Gaussian lines, counted in whole pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import erf

FWHM_OF_SIGMA = 2 * np.sqrt(2 * np.log(2))


def line_across(
    rows: int, centre: np.ndarray, fwhm_px: float, counts_per_column: float
) -> np.ndarray:
    """A line along x whose middle (in pixels) may differ from column to column; every pixel holds
    the Gaussian's integral over it."""
    sigma = fwhm_px / FWHM_OF_SIGMA
    edges = (np.arange(rows + 1)[:, None] - 0.5 - centre[None, :]) / (sigma * np.sqrt(2))
    below = (1 + erf(edges)) / 2
    image: np.ndarray = counts_per_column * np.diff(below, axis=0)
    return image


def slits(
    size: int,
    pixel_mm: float,
    fwhm_mm: float,
    *,
    numbers: list[int],
    peak_counts: float = 1e5,
    tilt: float = 0.0,
    shifted_mm: Callable[[int, np.ndarray], np.ndarray] = lambda slit, x_mm: 0 * x_mm,
    first_mm: float = 40.0,
    strip_mm: float = 30.0,
) -> np.ndarray:
    """Slits 30 mm apart along x; `shifted_mm` moves a slit at each place; `peak_counts` in the
    highest pixel of a strip's profile."""
    x_mm = np.arange(size) * pixel_mm
    fwhm_px = fwhm_mm / pixel_mm
    strip_px = int(strip_mm / pixel_mm)
    column = peak_counts / strip_px * fwhm_px * np.sqrt(np.pi / np.log(2)) / 2
    image = np.zeros((size, size))
    for slit in numbers:
        y_mm = first_mm + 30 * slit + tilt * x_mm + shifted_mm(slit, x_mm)
        image += line_across(size, y_mm / pixel_mm, fwhm_px, column)
    return image
