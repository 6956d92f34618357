"""MTF of several slices or beads: what their mean gives, and how far each of them differs.

The mean of edge responses, or of a wire's or beads' MTF, is evaluated as a whole, so that noise
lifts it little; its uncertainty is the jackknife's, which evaluates the mean without each of them
in turn (own choice; reference sheet 1.4 asks for the mean of ten slices and their scatter).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dosegauge.imaging.edge_course import Array
from dosegauge.imaging.edge_mtf import LEVELS, EdgeMtf, falls_to, mtf_of_response
from dosegauge.imaging.edge_response import EdgeResponse, mean_response
from dosegauge.imaging.object_mtf import line_spread
from dosegauge.imaging.slice_noise import SliceNoise, jackknife_u

TOLD, BEYOND_NYQUIST, IN_NOISE, OWN_SIZE = "told", "nyquist", "noise", "own size"
# A level so many uncertainties of the MTF above nothing is told: nearer, noise would lift it.
_CLEAR_OF_NOISE = 5.0


@dataclass(frozen=True)
class MeanMtf:
    """`mean` of all, `each` by itself.

    `u_px` of the mean's frequencies at LEVELS and, last, of its FWHM: the jackknife's standard
    uncertainty; None for a single one, or where the mean without one of them doesn't fall to the
    level below Nyquist's frequency. `freedom_part` is what of its degrees of freedom is left where
    slices hang together.
    """

    mean: EdgeMtf
    each: tuple[EdgeMtf, ...]
    u_px: tuple[float | None, ...]
    freedom_part: float = 1.0

    @property
    def sd_px(self) -> tuple[float, ...]:
        """Standard deviation of the single ones' frequencies and FWHM; NaN where there is none."""
        if len(self.each) < 2:
            return (math.nan,) * (len(LEVELS) + 1)
        return tuple(float(one) for one in np.std(_figures(self.each), axis=0, ddof=1))

    def state(self, place: int) -> str:
        """Whether the frequency at the level of this place in LEVELS can be told."""
        frequency, u = self.mean.f_px[place], self.u_px[place]
        if math.isnan(frequency):
            return BEYOND_NYQUIST
        if frequency >= self.mean.trusted_px:
            return OWN_SIZE
        if u is None:
            return TOLD if len(self.each) == 1 else IN_NOISE
        fall = np.interp([frequency - u, frequency + u], self.mean.frequency, self.mean.mtf)
        u_of_mtf = float(fall[0] - fall[1]) / 2
        return TOLD if LEVELS[place] >= _CLEAR_OF_NOISE * u_of_mtf else IN_NOISE


def mean_of_edges(
    responses: Sequence[EdgeResponse], together: SliceNoise | None = None
) -> MeanMtf:
    """Of edge responses with the same bins; `together` tells how far slices hang together."""
    curves = np.array([(one.at, one.edge) for one in responses])
    whole = dataclasses.replace(mean_response(responses), noise=_usual_noise(responses))
    mean = mtf_of_response(whole)

    def evaluated(curve: Array) -> EdgeMtf:
        response = dataclasses.replace(whole, at=curve[0], edge=curve[1])
        return mtf_of_response(response, mean.windowed)

    each = tuple(mtf_of_response(one) for one in responses)
    return _together(mean, each, _jackknife(curves, evaluated), together)


def mean_of_objects(found: Sequence[EdgeMtf], together: SliceNoise | None = None) -> MeanMtf:
    """Of the MTF of a wire in several slices, or of several beads; `together` as above."""
    first = found[0]
    # By their weights: divided by its own noisy sum each would come out too high on the whole.
    curves = np.array([one.weight * one.mtf for one in found])

    def evaluated(curve: Array) -> EdgeMtf:
        mtf = curve / curve[0]
        spread, fwhm_px = line_spread(first.frequency, mtf, first.distance)
        return dataclasses.replace(
            first,
            mtf=mtf,
            edge=np.cumsum(spread) / spread.sum(),
            spread=spread / spread.max(),
            f_px=tuple(falls_to(first.frequency, mtf, level) for level in LEVELS),
            fwhm_px=fwhm_px,
        )

    mean = dataclasses.replace(evaluated(curves.mean(axis=0)), noise=_usual_noise(found))
    return _together(mean, tuple(found), _jackknife(curves, evaluated), together)


def _usual_noise(found: Sequence[EdgeResponse] | Sequence[EdgeMtf]) -> float:
    """Of a single one, by which the mean is windowed as each of them is."""
    return math.sqrt(sum(one.noise**2 for one in found) / len(found))


def _figures(found: Sequence[EdgeMtf]) -> Array:
    return np.array([(*one.f_px, one.fwhm_px) for one in found])


def _together(
    mean: EdgeMtf,
    each: tuple[EdgeMtf, ...],
    u_px: tuple[float | None, ...],
    together: SliceNoise | None,
) -> MeanMtf:
    if together is None:
        return MeanMtf(mean, each, u_px)
    factor = together.factor
    wider = tuple(None if u is None or math.isinf(factor) else factor * u for u in u_px)
    return MeanMtf(mean, each, wider, together.freedom_part)


def _jackknife(curves: Array, evaluate: Callable[[Array], EdgeMtf]) -> tuple[float | None, ...]:
    count = len(curves)
    if count < 2:
        return (None,) * (len(LEVELS) + 1)
    total = curves.sum(axis=0)
    left_out = _figures([evaluate((total - one) / (count - 1)) for one in curves])
    return tuple(None if math.isnan(one) else float(one) for one in jackknife_u(left_out))
