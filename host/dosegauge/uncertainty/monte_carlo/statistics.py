"""What is read from the values of all trials: mean, u(y), coverage intervals, a histogram.

Source: JCGM 101:2008 7.5 to 7.7 and 5.3.4.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dosegauge_core.exact import Ratio

Array = NDArray[np.float64]

_BLOCK = 1 << 16
BARS = 60
# How many trials suggest where a tail ends, and by how many standard deviations more is taken.
_SUGGESTING = 1 << 14
_AMPLE = 5.0


@dataclass(frozen=True)
class Interval:
    """A coverage interval's two ends, in the result's unit."""

    low: float
    high: float

    @property
    def length(self) -> float:
        """High minus low."""
        return self.high - self.low


@dataclass(frozen=True)
class Histogram:
    """Counts of trials in bars of equal width from `low` to `high`, and of those beyond them."""

    low: float
    high: float
    counts: tuple[int, ...]
    below: int
    above: int


@dataclass(frozen=True)
class Moments:
    """Number, mean and sum of squared deviations from it; can be added to another's."""

    count: int
    mean: float
    squares: float

    @property
    def standard_uncertainty(self) -> float:
        """JCGM 101 7.6, formula 17."""
        return float(np.sqrt(self.squares / (self.count - 1)))

    def with_more(self, other: "Moments") -> "Moments":
        """Those of both samples together."""
        count = self.count + other.count
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.count / count)
        between = apart * apart * (self.count / count) * other.count
        return Moments(count, mean, self.squares + other.squares + between)


def moments_of(values: Array) -> Moments:
    """In two passes, block by block, without a second array of that size."""
    mean = float(np.mean(values))
    squares = 0.0
    spare = np.empty(min(_BLOCK, len(values)))
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        apart = np.subtract(block, mean, out=spare[: len(block)])
        squares += float(np.sum(np.multiply(apart, apart, out=apart)))
    return Moments(len(values), mean, squares)


class Ordered:
    """The order statistics of all trials that are asked for: both tails and the median.

    Sorting everything would take most of the time of a whole simulation. So what surely holds a
    tail is picked by a limit that a part of the trials suggests, and only that is sorted; the
    result is exact, whatever the limit was.
    """

    def __init__(self, values: Array, level: Ratio) -> None:
        trials = len(values)
        # q of JCGM 101 7.7.2: the number of trials that an interval covers.
        self._left = trials - (level * trials + Ratio(1, 2)).floor()
        self._values = values
        part = np.sort(values[:: max(1, trials // _SUGGESTING)])
        share = self._left / trials
        self._lows, self._highs = _tails(
            values,
            self._left,
            part[_rank_in(part, share, _AMPLE)],
            part[_rank_in(part, 1 - share, -_AMPLE)],
        )
        self.least, self.greatest = float(self._lows[0]), float(self._highs[-1])

    def median(self) -> float:
        """The value of the upper middle rank."""
        middle = len(self._values) // 2
        return float(np.partition(self._values, middle)[middle])

    def symmetric(self) -> Interval:
        """The probabilistically symmetric interval, JCGM 101 7.7.2."""
        return self._from((self._left + 1) // 2)

    def shortest(self) -> Interval:
        """JCGM 101 5.3.4 and 7.7.4: the shortest of all that cover as many trials."""
        return self._from(int(np.argmin(self._highs - self._lows)) + 1)

    def _from(self, rank: int) -> Interval:
        """From the trial of that rank, counted from 1, to the one q ranks above it."""
        return Interval(float(self._lows[rank - 1]), float(self._highs[rank - 1]))


def _tails(values: Array, count: int, low: float, high: float) -> tuple[Array, Array]:
    """The `count` lowest and the `count` highest values, both in order; `low` and `high` are
    limits that should leave a few more. Block by block, while a block is in the cache."""
    below, above = [], []
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        below.append(np.compress(block <= low, block))
        above.append(np.compress(block >= high, block))
    lows, highs = np.concatenate(below), np.concatenate(above)
    if min(len(lows), len(highs)) < count:
        lows = highs = np.sort(values)
    else:
        lows.sort()
        highs.sort()
    return lows[:count], highs[len(highs) - count :]


def _rank_in(part: Array, share: float, deviations: float) -> int:
    """The rank of a quantile in a part of the trials, some standard deviations beside it."""
    expected = share * len(part)
    spread = np.sqrt(expected * (1 - share)) + 1
    return int(np.clip(expected + deviations * spread, 0, len(part) - 1))


def histogram_of(values: Array, ordered: Ordered, symmetric: Interval) -> Histogram:
    """Over the coverage interval and half its length on both sides, where there are trials."""
    beyond = symmetric.length / 2
    low = max(symmetric.low - beyond, ordered.least)
    high = min(symmetric.high + beyond, ordered.greatest)
    if not high > low:
        return Histogram(low, high, (len(values),), 0, 0)
    counts = np.zeros(BARS + 2, dtype=np.intp)
    per_bar = BARS / (high - low)
    spare = np.empty(min(_BLOCK, len(values)))
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        bar = np.subtract(block, low, out=spare[: len(block)])
        np.multiply(bar, per_bar, out=bar)
        # 0 stands for below, BARS + 1 for above.
        np.add(bar, 1, out=bar)
        np.maximum(bar, 0, out=bar)
        np.minimum(bar, BARS + 1, out=bar)
        counts += np.bincount(bar.astype(np.intp), minlength=BARS + 2)
    if high == ordered.greatest:
        # Nothing is above: the greatest value belongs to the last bar.
        counts[-2:] = counts[-2:].sum(), 0
    inside = tuple(int(count) for count in counts[1:-1])
    return Histogram(low, high, inside, int(counts[0]), int(counts[-1]))
