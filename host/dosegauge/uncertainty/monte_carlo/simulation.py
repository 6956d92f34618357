"""Propagation of distributions by Monte Carlo.

Source: JCGM 101:2008 clause 7 (JJF 1059.2-2012); the adaptive procedure is 7.9.
"""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dosegauge.errors import CheckFailed, WrongUse
from dosegauge.texts import Text
from dosegauge.uncertainty.monte_carlo.deviates import as_float
from dosegauge.uncertainty.monte_carlo.sampling import Sampler
from dosegauge.uncertainty.monte_carlo.statistics import (
    Histogram,
    Interval,
    Moments,
    Ordered,
    histogram_of,
    moments_of,
)
from dosegauge.uncertainty.monte_carlo.tolerance import exact, numerical_tolerance, require_digits
from dosegauge.uncertainty.monte_carlo.vectorised import VectorFormula
from dosegauge_core.exact import Ratio, as_ratio
from dosegauge_core.uncertainty.combination import estimates
from dosegauge_core.uncertainty.model import Assembled

Array = NDArray[np.float64]

# Told trials done and trials planned, between chunks.
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

# JCGM 101 7.2.1 expects 10^6 trials to give a 95 % interval to one or two digits.
USUAL_TRIALS = 1_000_000
# 80 MB of results.
MOST_TRIALS = 10_000_000
FEWEST_TRIALS = 1000
FEWEST_PER_BATCH = 10_000
LEVEL_95 = Ratio(95, 100)
# A seed that a person can type.
_SEEDS = 10**9
_LARGEST_SEED = 2**64
# Chunks of the inputs stay in a processor's caches; smaller ones cost more in calls.
CHUNK = 1 << 15
# The formula in floats must agree with its exact value to this part of the interval's length.
_FLOAT_ERROR = 1e-4


class Stopped(CheckFailed):
    """A simulation that was cancelled."""


@dataclass(frozen=True)
class MonteCarlo:
    """What a simulation found, in the result's unit.

    `mean` and `standard_uncertainty` are None where a type A input has too few degrees of freedom
    for them to exist (JCGM 101 6.4.9.4: a mean needs nu > 1, a variance nu > 2). The intervals
    always exist; `median` is given where there is no standard uncertainty, else None. `level` is
    p of both intervals. `stabilised` and `digits` belong to the adaptive procedure, None after a
    fixed number of trials. `seed`, `trials` and `numpy_version` reproduce the run.
    """

    mean: float | None
    standard_uncertainty: float | None
    median: float | None
    symmetric: Interval
    shortest: Interval
    level: Ratio
    trials: int
    seed: int
    histogram: Histogram
    numpy_version: str
    stabilised: bool | None = None
    digits: int | None = None


def simulate(
    assembled: Assembled,
    *,
    trials: int = USUAL_TRIALS,
    seed: int | None = None,
    level: Ratio = LEVEL_95,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> MonteCarlo:
    """A fixed number of trials; a seed is drawn, and reported, when none is given.

    WrongUse names what can't be simulated, and is a ValueError of the core where quantities or
    correlations don't fit the formula. CheckFailed names an operation without a value; Stopped
    when `cancelled` says so between two chunks.
    """
    _require_level(level)
    _require_trials(trials, level)
    run = _Run(assembled, _seed(seed), progress, cancelled)
    values = np.empty(trials)
    run.fill(values, 0, trials)
    return run.result(values, moments_of(values), level)


def simulate_adaptively(
    assembled: Assembled,
    *,
    digits: int = 2,
    most_trials: int = MOST_TRIALS,
    seed: int | None = None,
    level: Ratio = LEVEL_95,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> MonteCarlo:
    """Batches of trials until mean, u(y) and both ends are stable in the digits of u(y).

    JCGM 101 7.9.4. `most_trials` bounds it: then `stabilised` is False. Raises as `simulate`
    does, and WrongUse when no standard uncertainty exists, whose digits the procedure needs.
    """
    _require_level(level)
    require_digits(digits)
    _require_trials(most_trials, level)
    run = _Run(assembled, _seed(seed), progress, cancelled)
    run.require_standard_uncertainty()
    batch_size = max(_fewest_of(level), FEWEST_PER_BATCH)
    if most_trials < 2 * batch_size:
        raise _too_few(most_trials, 2 * batch_size)
    values = np.empty(most_trials - most_trials % batch_size)
    batches: list[tuple[float, float, float, float]] = []
    so_far: Moments | None = None
    stabilised, done = False, 0
    while not stabilised and done < len(values):
        batch = values[done : done + batch_size]
        run.fill(batch, done, len(values))
        done += batch_size
        moments = moments_of(batch)
        interval = Ordered(batch, level).symmetric()
        batches.append((moments.mean, moments.standard_uncertainty, interval.low, interval.high))
        so_far = moments if so_far is None else so_far.with_more(moments)
        stabilised = _is_stable(batches, so_far.standard_uncertainty, digits)
    assert so_far is not None
    return run.result(values[:done], so_far, level, stabilised, digits)


def _is_stable(
    batches: list[tuple[float, float, float, float]], uncertainty: float, digits: int
) -> bool:
    """JCGM 101 7.9.4 g to k: twice the standard deviation of each average is within delta."""
    count = len(batches)
    if count < 2:
        return False
    delta = numerical_tolerance(exact(uncertainty) * exact(uncertainty), digits)
    spreads = np.std(np.array(batches), axis=0, ddof=1) / math.sqrt(count)
    return exact(2 * float(np.max(spreads))) <= delta


class _Run:
    """One simulation: its draws, its formula, and who is told of its progress."""

    def __init__(
        self,
        assembled: Assembled,
        seed: int,
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._expression, self._quantities, correlations = assembled
        self._estimates = estimates(self._expression, self._quantities)
        self._seed = seed
        self._progress, self._cancelled = progress, cancelled
        self._sampler = Sampler(self._quantities, correlations, seed, CHUNK)
        fixed = self._sampler.fixed
        varying = [name for name in self._expression.inputs if name not in fixed]
        self._formula = VectorFormula(self._expression, varying, fixed, CHUNK)
        if not self._formula.result_varies:
            raise WrongUse(
                Text("没有输入量具有不确定度", "no input has an uncertainty"),
                self._expression.text,
            )

    def fill(self, values: Array, done: int, planned: int) -> None:
        """Every value of an array; `done` trials came before, `planned` is the whole number."""
        for start in range(0, len(values), CHUNK):
            if self._cancelled is not None and self._cancelled():
                raise Stopped(
                    Text("已在 {done} 次试验后取消", "cancelled after {done} trials").filled(
                        done=done + start
                    )
                )
            chunk = values[start : start + CHUNK]
            self._formula.evaluate(self._sampler.next_chunk(len(chunk)), chunk)
            if self._progress is not None:
                self._progress(done + start + len(chunk), planned)

    def result(
        self,
        values: Array,
        moments: Moments,
        level: Ratio,
        stabilised: bool | None = None,
        digits: int | None = None,
    ) -> MonteCarlo:
        """What the trials say."""
        ordered = Ordered(values, level)
        symmetric = ordered.symmetric()
        self._require_precision(symmetric)
        freedom = self._fewest_freedom()
        has_uncertainty = freedom is None or freedom > 2
        return MonteCarlo(
            mean=moments.mean if freedom is None or freedom > 1 else None,
            standard_uncertainty=moments.standard_uncertainty if has_uncertainty else None,
            median=None if has_uncertainty else ordered.median(),
            symmetric=symmetric,
            shortest=ordered.shortest(),
            level=level,
            trials=len(values),
            seed=self._seed,
            histogram=histogram_of(values, ordered, symmetric),
            numpy_version=np.__version__,
            stabilised=stabilised,
            digits=digits,
        )

    def require_standard_uncertainty(self) -> None:
        """WrongUse where none exists."""
        freedom = self._fewest_freedom()
        if freedom is not None and freedom <= 2:
            raise WrongUse(
                Text(
                    "自由度不大于 2 时标准不确定度不存在",
                    "with 2 or fewer degrees of freedom no standard uncertainty exists",
                ),
                "JCGM 101 7.9",
                Text("请指定固定的试验次数", "give a fixed number of trials"),
            )

    def _fewest_freedom(self) -> Ratio | None:
        """Of all t distributions that are drawn; None when there are none."""
        found = [
            as_ratio(component.freedom)
            for quantity in self._quantities
            for component in quantity.components
            if component.distribution == "t" and component.variance != 0
        ]
        return min(found) if found else None

    def _require_precision(self, interval: Interval) -> None:
        """CheckFailed when floats lose so many of the formula's digits that it shows."""
        varying = {
            name: np.array([as_float(value, name)]) for name, value in self._estimates.items()
        }
        at_estimates = np.empty(1)
        formula = VectorFormula(self._expression, varying, {}, 1)
        formula.evaluate(varying, at_estimates)
        error = abs(exact(float(at_estimates[0])) - self._expression.value(self._estimates))
        if error > exact(_FLOAT_ERROR * interval.length):
            raise CheckFailed(
                Text(
                    "浮点运算的误差超过区间长度的万分之一",
                    "floats lose more than a ten-thousandth of the interval's length",
                ),
                self._expression.text,
                Text(
                    "请改写公式，避免大数相减",
                    "write the formula without differences of large numbers",
                ),
            )


def _seed(seed: int | None) -> int:
    if seed is None:
        return secrets.randbelow(_SEEDS)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < _LARGEST_SEED:
        raise WrongUse(
            Text(
                "种子须为非负整数，不是 {seed!r}",
                "the seed is a whole number from 0, not {seed!r}",
            ).filled(seed=seed)
        )
    return seed


def _require_level(level: Ratio) -> None:
    if not 0 < level < 1:
        raise WrongUse(
            Text("包含概率须在 0 与 1 之间", "the level of confidence must be between 0 and 1")
        )


def _fewest_of(level: Ratio) -> int:
    """J of JCGM 101 7.9.4 b: the smallest whole number that is at least 100 / (1 - p)."""
    return -(-(100 / (1 - level))).floor()


def _require_trials(trials: int, level: Ratio) -> None:
    fewest = max(FEWEST_TRIALS, _fewest_of(level))
    if isinstance(trials, bool) or not isinstance(trials, int):
        raise WrongUse(
            Text("试验次数 {trials!r} 不是整数", "{trials!r} trials is no whole number").filled(
                trials=trials
            )
        )
    if trials < fewest:
        raise _too_few(trials, fewest)
    if trials > MOST_TRIALS:
        raise WrongUse(
            Text("试验次数 {trials} 超过 {most}", "{trials} trials are more than {most}").filled(
                trials=trials, most=MOST_TRIALS
            )
        )


def _too_few(trials: int, fewest: int) -> WrongUse:
    return WrongUse(
        Text(
            "试验次数 {trials} 太少，至少需要 {fewest}",
            "{trials} trials are too few; at least {fewest} are needed",
        ).filled(trials=trials, fewest=fewest)
    )
