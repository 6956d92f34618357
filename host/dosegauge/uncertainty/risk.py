"""Global risks of an acceptance rule, for a whole population of items and not for one result.

Source: JCGM 106:2012, 9.5. The items' true values are normal with a mean and a standard deviation;
each is measured once with a normal error of standard uncertainty u and accepted when the result
lies within the acceptance limits. The risks are double integrals without a closed form; these are
floats, in error by less than 1e-9 (the tests hold them to 1e-12), which is more than any printed
digit needs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dosegauge_core.conformity import Limits, absolute_limits
from dosegauge_core.exact import Ratio

# Beyond that many standard deviations a normal distribution has less than 1e-18.
_FARTHEST = 9.0
_NODES = 12
# Twelve nodes give a bell curve over half its standard deviation to the last place of a float.
_PANEL = 0.5


@dataclass(frozen=True)
class GlobalRisks:
    """Shares of all items: accepted though outside, rejected though inside (0 to 1)."""

    consumer: float
    producer: float


@dataclass(frozen=True)
class _Rule:
    """Limits in standard deviations of the population from its mean, u in these."""

    tolerance: tuple[float, float]
    acceptance: tuple[float, float]
    u: float

    def accepted(self, x: float) -> float:
        """Probability that an item with the true value x is accepted."""
        low, high = self.acceptance
        return _normal_between((low - x) / self.u, (high - x) / self.u)

    def rejected(self, x: float) -> float:
        """Probability that an item with the true value x is rejected."""
        low, high = self.acceptance
        return _normal_below((low - x) / self.u) + _normal_below((x - high) / self.u)


def global_risks(
    mean: Ratio, sd: Ratio, u: Ratio, tolerance: Limits, acceptance: Limits
) -> GlobalRisks:
    """Global consumer's and producer's risk, R_C and R_P (JCGM 106:2012, 9.5.2).

    mean and sd describe the population of true values, u the measurement; all in the unit of the
    limits. ValueError that names what is wrong: sd or u not above 0, no limit at all, limits
    that cross.
    """
    if sd <= 0:
        raise ValueError("sd: the items' standard deviation is not above 0")
    if u <= 0:
        raise ValueError("u: the standard uncertainty is not above 0")
    rule = _Rule(
        _standardised(_checked("tolerance", tolerance), mean, sd),
        _standardised(_checked("acceptance", acceptance), mean, sd),
        _as_float(u / sd),
    )
    low, high = rule.tolerance
    below = _integral(rule.accepted, -_FARTHEST, low, rule)
    above = _integral(rule.accepted, high, _FARTHEST, rule)
    return GlobalRisks(below + above, _integral(rule.rejected, low, high, rule))


def _checked(name: str, limits: Limits) -> Limits:
    try:
        return absolute_limits(limits.lower, limits.upper)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _as_float(value: Ratio) -> float:
    return value.num / value.den


def _standardised(limits: Limits, mean: Ratio, sd: Ratio) -> tuple[float, float]:
    low, high = limits.lower, limits.upper
    return (
        -math.inf if low is None else _as_float((low - mean) / sd),
        math.inf if high is None else _as_float((high - mean) / sd),
    )


def _normal_below(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def _normal_between(low: float, high: float) -> float:
    # The difference of the smaller tails keeps its digits.
    if low > 0:
        return _normal_below(-low) - _normal_below(-high)
    return _normal_below(high) - _normal_below(low)


def _integral(chance: Callable[[float], float], low: float, high: float, rule: _Rule) -> float:
    """Integral of the population's density times a chance that changes near acceptance limits."""
    edges = _edges(max(low, -_FARTHEST), min(high, _FARTHEST), rule)
    return math.fsum(
        _panel(chance, start, end)
        for first, last in pairwise(edges)
        for start, end in _panels(first, last, rule)
    )


def _edges(low: float, high: float, rule: _Rule) -> list[float]:
    """The range, cut where an acceptance limit begins and ceases to matter; empty if there's none.

    Elsewhere the chance is 0 or 1, so that wide panels are enough however small u is.
    """
    if low >= high:
        return []
    cuts = [limit + side * _FARTHEST * rule.u for limit in rule.acceptance for side in (-1, 1)]
    return [low, *sorted(cut for cut in cuts if low < cut < high), high]


def _panels(first: float, last: float, rule: _Rule) -> list[tuple[float, float]]:
    middle = (first + last) / 2
    matters = any(abs(middle - limit) < _FARTHEST * rule.u for limit in rule.acceptance)
    width = _PANEL * min(1.0, rule.u) if matters else _PANEL
    count = math.ceil((last - first) / width)
    step = (last - first) / count
    return [(first + i * step, first + (i + 1) * step) for i in range(count)]


def _panel(chance: Callable[[float], float], start: float, end: float) -> float:
    middle, half = (start + end) / 2, (end - start) / 2
    total = 0.0
    for node, weight in _gauss_legendre():
        x = middle + half * node
        total += weight * math.exp(-x * x / 2) * chance(x)
    return half * total / math.sqrt(2 * math.pi)


@lru_cache(maxsize=1)
def _gauss_legendre() -> list[tuple[float, float]]:
    """Nodes and weights on -1 to 1: roots of Legendre's polynomial by Newton's iteration."""
    found = []
    for i in range(_NODES):
        x = math.cos(math.pi * (i + 0.75) / (_NODES + 0.5))
        for _ in range(10):
            value, slope = _legendre(x)
            x -= value / slope
        _, slope = _legendre(x)
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return found


def _legendre(x: float) -> tuple[float, float]:
    """Legendre's polynomial of degree _NODES at x, and its slope."""
    before, value = 1.0, x
    for n in range(2, _NODES + 1):
        before, value = value, ((2 * n - 1) * x * value - (n - 1) * before) / n
    return value, _NODES * (x * value - before) / (x * x - 1)
