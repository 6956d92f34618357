"""Absolute and differential linearity: how far lines lie from equally spaced parallel ones.

Source: WS 523-2019 slides, NEMA NU 1; reference sheet 2.3 step 6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int_]
_FEWEST_POINTS = 6


class Deviations(NamedTuple):
    """In the unit of the pitch, of each set of positions: the largest residual, the spread of all
    residuals (ws523), and the mean spread about each line's own course (nema_slit)."""

    absolute: Array
    differential_ws523: Array
    differential_slit: Array


class Lattice:
    """Lines by number, met at places along them; a point for each place where a line was found.

    line: whole numbers (n,), equal steps of the pitch; along: positions along the lines (n,).
    Lines may be missing, and places too. ValueError for fewer than two lines or three places.
    """

    def __init__(self, line: Numbers, along: Array) -> None:
        if len(np.unique(line)) < 2 or len(np.unique(along)) < 3 or len(line) < _FEWEST_POINTS:
            raise ValueError("two lines met at three places are needed at least")
        self._design = np.column_stack([np.ones(len(line)), line, along])
        self._solve = np.linalg.pinv(self._design)
        self._own: list[tuple[Numbers, Array]] = []
        for number in np.unique(line):
            (places,) = np.nonzero(line == number)
            if len(places) > 2:
                own = np.column_stack([np.ones(len(places)), along[places]])
                self._own.append((places, np.eye(len(places)) - own @ np.linalg.pinv(own)))

    def pitch(self, positions: Array) -> Array:
        """The fitted distance of neighbouring lines, of each set (..., n) of positions."""
        found: Array = (positions @ self._solve.T)[..., 1]
        return found

    def residuals(self, positions: Array, pitch: float) -> Array:
        """Distances of the points from the fitted lines, scaled to lines a pitch apart."""
        fitted = positions @ self._solve.T
        scale = pitch / np.abs(fitted[..., 1:2])
        found: Array = (positions - fitted @ self._design.T) * scale
        return found

    def deviations(self, positions: Array, pitch: float) -> Deviations:
        """The figures of each set (trials, n) of positions."""
        residuals = self.residuals(positions, pitch)
        scale = pitch / np.abs(self.pitch(positions))
        own = [
            (positions[:, places] @ operator.T).std(axis=1, ddof=1) * scale
            for places, operator in self._own
        ]
        return Deviations(
            np.abs(residuals).max(axis=1),
            residuals.std(axis=1, ddof=1),
            np.mean(own, axis=0),
        )
