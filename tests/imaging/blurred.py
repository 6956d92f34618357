"""Disks, edges, wires and beads blurred by a known Gaussian, as pixels count them."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy import ndimage
from scipy.special import erf

SIDE, RADIUS, FINE = 400, 150.4, 4
_SPOT_SIDE, SPOT_FINE = 80, 12
AXIS = (199.5, 199.5)


def pixel_transfer(f: float, fine: int = FINE) -> float:
    """Of the mean of so many samples across a pixel, which is what the pixels below are; sinc(f)
    with ever more of them."""
    return math.sin(math.pi * f) / (fine * math.sin(math.pi * f / fine)) if f else 1.0


def true_frequency(sigma: float, level: float, fine: int = FINE) -> float:
    """Where exp(-2 pi^2 sigma^2 f^2) and the pixel's transfer fall to a level: blur, and the
    pixel's own width."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        value = math.exp(-2 * (math.pi * sigma * middle) ** 2) * pixel_transfer(middle, fine)
        low, high = (middle, high) if value > level else (low, middle)
    return low


def true_fwhm(sigma: float, fine: int = FINE) -> float:
    """Of the mean of so many Gaussians across a pixel, found on its own course."""
    offsets = (np.arange(fine) + 0.5) / fine - 0.5

    def spread(x: float) -> float:
        return float(np.exp(-(((x + offsets) / sigma) ** 2) / 2).sum())

    low, high = 0.0, 10 * sigma
    for _ in range(60):
        x = (low + high) / 2
        low, high = (x, high) if spread(x) > spread(0.0) / 2 else (low, x)
    return 2 * low


def pixels_of(fine_image: np.ndarray, fine: int = FINE) -> np.ndarray:
    """Means of fine x fine samples."""
    rows, columns = (side // fine for side in fine_image.shape)
    found: np.ndarray = fine_image.reshape(rows, fine, columns, fine).mean(axis=(1, 3))
    return found


def grid(rows: int, columns: int, fine: int = FINE) -> tuple[np.ndarray, np.ndarray]:
    """Places of the samples in pixels."""
    y, x = np.indices((rows * fine, columns * fine))
    return (y + 0.5) / fine - 0.5, (x + 0.5) / fine - 0.5


@cache
def disk(
    sigma: float,
    y: float = 198.3,
    x: float = 203.7,
    tilt_deg: float = 0.0,
    side: int = SIDE,
    radius: float = RADIUS,
) -> np.ndarray:
    """A cylinder of height 1 on 0; seen at a tilt it is an ellipse."""
    rows, columns = grid(side, side)
    squeezed = math.cos(math.radians(tilt_deg))
    away = np.hypot((rows - y) * squeezed, columns - x)
    return pixels_of((1 - erf((away - radius) / (sigma * math.sqrt(2)))) / 2)


@cache
def slanted(
    sigma: float, angle_deg: float, side: int = 120, y: float = 59.1, x: float = 60.3
) -> np.ndarray:
    """A straight edge from 0 to 1."""
    rows, columns = grid(side, side)
    turn = math.radians(angle_deg)
    distance = (columns - x) * math.cos(turn) + (rows - y) * math.sin(turn)
    return pixels_of((1 + erf(distance / (sigma * math.sqrt(2)))) / 2)


@cache
def spot(sigma: float, diameter: float, y: float = 40.3, x: float = 38.8) -> np.ndarray:
    """A wire's section, 1 at its top."""
    rows, columns = grid(_SPOT_SIDE, _SPOT_SIDE, SPOT_FINE)
    section = (np.hypot(rows - y, columns - x) <= diameter / 2).astype(float)
    found = pixels_of(ndimage.gaussian_filter(section, sigma * SPOT_FINE), SPOT_FINE)
    return found / found.max()


@cache
def bead(sigma: float, diameter: float, fine: int = 4) -> np.ndarray:
    """A ball blurred alike in all directions, 40 x 40 x 40 voxels, 1 at its top."""
    z, y, x = (np.indices((40 * fine,) * 3) + 0.5) / fine - 0.5
    away = np.sqrt((z - 19.6) ** 2 + (y - 20.2) ** 2 + (x - 19.3) ** 2)
    ball = ndimage.gaussian_filter((away <= diameter / 2).astype(float), sigma * fine)
    found: np.ndarray = ball.reshape(40, fine, 40, fine, 40, fine).mean(axis=(1, 3, 5))
    return found / found.max()


def rings(
    shape: tuple[int, int],
    height: float,
    rng: np.random.Generator,
    axis: tuple[float, float] = AXIS,
) -> np.ndarray:
    """Rings about the axis of rotation, each as wide as a pixel and of a random value."""
    rows, columns = np.indices(shape)
    away = np.hypot(rows - axis[0], columns - axis[1]).astype(int)
    found: np.ndarray = height * rng.standard_normal(int(away.max()) + 1)[away]
    return found
