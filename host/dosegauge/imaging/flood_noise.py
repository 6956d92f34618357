"""How far the uniformity figures of a flood scatter at its counts, by counting it again.

IU and DU are maximum statistics: noise alone makes them positive, and a map that was itself
counted holds that noise already, so that counting it again would add it twice. The map that is
counted again is therefore smoothed and drawn towards its mean, by as much as makes the trials'
mean equal what was measured (own choice): the bootstrap's bias is gone, and the spread is that of
the statistic at these counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.imaging import flood_uniformity as steps
from dosegauge.imaging.field import Mask
from dosegauge.imaging.image import Pixels

FIGURES = ("ufov_integral", "ufov_differential", "cfov_integral", "cfov_differential")
# How much of the smoothed map's structure the trials keep: none (noise alone) to more than all,
# since smoothing has flattened it.
_KEPT = (0.0, 0.5, 1.0, 1.5)
# Passes of the nine-point filter: a single one leaves as much noise as the statistic has itself.
_PASSES = 4
_BATCH = 32
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scatter:
    """Per figure of FIGURES, in %: measured, standard uncertainty, half of the 95 % interval, by
    how much the trials' mean is still off (0 unless what was measured is less than noise alone
    makes), and what a perfect camera shows at these counts."""

    measured: Values
    u: Values
    bias: Values
    half_width_95: Values
    perfect: Values


def figures(counts: Pixels, analysed: Mask, cfov: Mask) -> Values:
    """FIGURES in % along the last axis, of one flood (rows, columns) or of each of many."""
    smooth = steps.smoothed(counts, analysed)
    central = np.where(cfov, smooth, np.nan)
    return np.stack(
        [
            figure
            for inside in (smooth, central)
            for figure in (
                steps.integral_pct(inside),
                steps.differential_pct(inside).larger_pct,
            )
        ],
        axis=-1,
    )


def scatter(
    counts: Pixels,
    analysed: Mask,
    cfov: Mask,
    trials: int,
    generator: np.random.Generator,
    cancelled: Callable[[], bool] = lambda: False,
) -> Scatter | None:
    """Counts the map again `trials` times at each strength of its structure.

    The same pixels every time (own choice): noise hardly ever moves the edge's threshold. None
    when cancelled.
    """
    measured = figures(counts, analysed, cfov)
    mean = counts[analysed].mean()
    shape = np.where(analysed, _structure(counts, analysed) - mean, 0.0)
    means, spreads, widths = [], [], []
    expected = [np.maximum(mean + kept * shape, 0.0) for kept in _KEPT]
    # The map as it was counted: what is too sharp for the smoothed one still scatters so.
    for level in (*expected, counts):
        found = _counted(
            np.where(analysed, level, 0.0),
            analysed,
            cfov,
            trials,
            generator,
            cancelled,
        )
        if found is None:
            return None
        means.append(found.mean(axis=0))
        spreads.append(found.std(axis=0, ddof=1))
        low, high = np.quantile(found, (0.025, 0.975), axis=0)
        widths.append((high - low) / 2)
    return Scatter(
        measured,
        _at_measured(measured, means, spreads),
        _at_measured(measured, means, means) - measured,
        _at_measured(measured, means, widths),
        means[0],
    )


def _structure(counts: Pixels, analysed: Mask) -> Pixels:
    smooth = counts
    for _ in range(_PASSES):
        smooth = np.nan_to_num(steps.smoothed(smooth, analysed))
    return smooth


def _at_measured(measured: Values, means: list[Values], what: list[Values]) -> Values:
    """What holds where the trials' mean is what was measured."""
    rising = np.maximum.accumulate(np.array(means), axis=0)
    columns = range(measured.size)
    held = np.array(what)
    return np.array([np.interp(measured[k], rising[:, k], held[:, k]) for k in columns])


def _counted(
    expected: Pixels,
    analysed: Mask,
    cfov: Mask,
    trials: int,
    generator: np.random.Generator,
    cancelled: Callable[[], bool],
) -> Values | None:
    parts = []
    for done in range(0, trials, _BATCH):
        if cancelled():
            return None
        size = min(_BATCH, trials - done)
        again = generator.poisson(expected, (size, *expected.shape)).astype(np.float64)
        parts.append(figures(again, analysed, cfov))
    return np.concatenate(parts)
