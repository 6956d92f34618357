"""Whether noise hangs together from slice to slice: then their mean is known less well than the
slices' scatter tells.

The jackknife takes slices for independent. How far they are not, pixels without structure tell:
their variance from slice to slice, against the variance within a slice. What the slices have in
common is missing in the first (own choice).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from dosegauge.imaging.edge_course import Array

_FEWEST = 3
_MOST_PIXELS = 4000
# Less than this is chance.
_CLEAR = 0.02


class SliceNoise:
    """Takes the same even pixels of every slice, and the variance of noise within it."""

    def __init__(self) -> None:
        self._count = 0
        self._sum: Array | float = 0.0
        self._squares: Array | float = 0.0
        self._within = 0.0

    def add_even(self, pixels: Array) -> None:
        """The pixels of another slice that differ by nothing but noise."""
        self.add(pixels, float(pixels.var(ddof=1)))

    def add(self, pixels: Array, variance: float) -> None:
        """The pixels of another slice, as many as of the first, and its noise's variance."""
        self._count += 1
        self._sum = self._sum + pixels
        self._squares = self._squares + pixels**2
        self._within += variance

    @property
    def correlation(self) -> float:
        """The mean correlation of two slices' noise, 0 to 1."""
        if self._count < _FEWEST or self._within <= 0:
            return 0.0
        between = (self._squares - self._sum**2 / self._count) / (self._count - 1)
        found = 1 - float(np.mean(between)) / (self._within / self._count)
        return min(max(found, 0.0), 1.0) if found > _CLEAR else 0.0

    @property
    def factor(self) -> float:
        """What the jackknife's uncertainty is to be multiplied by; infinite for slices that are
        all the same."""
        correlation = self.correlation
        if correlation >= 1:
            return math.inf
        return math.sqrt((1 + (self._count - 1) * correlation) / (1 - correlation))

    @property
    def freedom_part(self) -> float:
        """What is left of the degrees of freedom: slices that hang together tell less of their
        scatter too."""
        return 1 / (1 + (self._count - 1) * self.correlation) if self._count else 1.0


def jackknife_u(left_out: Array) -> Array:
    """Standard uncertainties of figures from what they are without each slice in turn, slices
    along the first axis."""
    count = len(left_out)
    off = left_out - left_out.mean(axis=0)
    found: Array = np.sqrt((count - 1) / count * (off**2).sum(axis=0))
    return found


def even_sample(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Some thousands of places out of many, evenly."""
    return indices[:: max(len(indices) // _MOST_PIXELS, 1)]
