"""The Gaussian copula: correlated deviations of bounded shapes from correlated normal ones.

JCGM 101 gives joint distributions for normal quantities only (6.4.8). For other shapes a
coefficient alone doesn't say what their joint distribution is; this program takes that of a
Gaussian copula whose own coefficient is chosen so that the shapes have the given linear
coefficient (own choice).
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dosegauge.errors import WrongUse
from dosegauge.texts import Text
from dosegauge.uncertainty.monte_carlo.deviates import as_float
from dosegauge_core.uncertainty.component import Component

Array = NDArray[np.float64]

# Of a distribution's lower half: probabilities to deviations in half-widths.
_Quantile = Callable[[Array], Array]

# Quantiles are tabled over normal deviates and interpolated: errors stay below 1e-8 of the
# half-width where the quantile is smooth, far below what any number of trials can show.
_REACH = 9.0
_STEPS = 1 << 15
# For expectations over two normal deviates: points from -8 to 8, by the midpoint rule.
_POINTS = 400
_REACH_OF_POINTS = 8.0
_CLOSE = 1e-9
_MOST_BISECTIONS = 60


class Marginal:
    """A component as a function of a standard normal deviate z, divided by its standard
    deviation; the normal distribution itself, and the numerator of a t, is z."""

    def __init__(self, component: Component, where: str) -> None:
        """WrongUse for counts, of which no joint distribution is known."""
        self.is_normal = component.distribution in ("normal", "t")
        self.shape = (component.distribution, *_relative_shape(component, where))
        self.nodes: Array = np.empty(0)
        self.table: Array = np.empty(0)
        if not self.is_normal:
            quantile = _quantile_of(component, where)
            self.nodes = np.linspace(-_REACH, _REACH, _STEPS + 1)
            lower = quantile(np.array([_normal_cdf(z) for z in self.nodes[: _STEPS // 2]]))
            self.table = np.concatenate([lower, [0.0], -lower[::-1]])

    def of_normal(self, z: Array) -> Array:
        """The deviation in standard deviations that belongs to z."""
        return z if self.is_normal else np.interp(z, self.nodes, self.table)


def normal_coefficient(first: Marginal, second: Marginal, coefficient: float, where: str) -> float:
    """The normal deviates' coefficient that gives two components the linear `coefficient`.

    WrongUse when no joint distribution of the two shapes has so large a coefficient.
    """
    if first.is_normal and second.is_normal:
        return coefficient
    if first.shape == second.shape and (abs(coefficient) == 1 or first.shape[0] == "uniform"):
        return 2 * math.sin(math.pi * coefficient / 6)
    return math.copysign(_solve(first, second, abs(coefficient), where), coefficient)


def _solve(first: Marginal, second: Marginal, target: float, where: str) -> float:
    """By bisection; every shape here is symmetric, so that only the positive side is needed."""
    if target == 0:
        return 0.0
    low, high = 0.0, 1.0
    most = _linear_coefficient(first, second, high)
    if target > most + _CLOSE:
        raise WrongUse(
            Text(
                "这两种分布的相关系数最大为 {most:.4f}",
                "with these two distributions the coefficient is at most {most:.4f}",
            ).filled(most=most),
            where,
        )
    for _ in range(_MOST_BISECTIONS):
        middle = (low + high) / 2
        found = _linear_coefficient(first, second, middle)
        if abs(found - target) < _CLOSE:
            return middle
        low, high = (middle, high) if found < target else (low, middle)
    return (low + high) / 2


def _linear_coefficient(first: Marginal, second: Marginal, normal: float) -> float:
    """E(g_1(Z_1) g_2(Z_2)) for two standard normal deviates with a coefficient."""
    step = 2 * _REACH_OF_POINTS / _POINTS
    points: Array = (np.arange(_POINTS, dtype=np.float64) + 0.5) * step - _REACH_OF_POINTS
    weights = np.exp(-(points**2) / 2)
    weights /= weights.sum()
    rest = math.sqrt(1 - normal * normal)
    others = second.of_normal(normal * points[:, None] + rest * points[None, :])
    return float((weights * first.of_normal(points)) @ others @ weights)


def _normal_cdf(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def _relative_shape(component: Component, where: str) -> tuple[float, ...]:
    """What is left of a shape when its width is taken away."""
    if component.distribution == "trapezoid":
        return (as_float(component.shape[1], where),)
    if component.distribution == "curvilinear":
        return (as_float(component.shape[1] / component.shape[0], where),)
    return ()


def _quantile_of(component: Component, where: str) -> _Quantile:
    """The lower half's quantile in standard deviations."""
    make = _QUANTILES.get(component.distribution)
    if make is None:
        raise WrongUse(
            Text("{name} 分布不能相关", "a {name} distribution can't be correlated").filled(
                name=component.distribution
            ),
            where,
        )
    quantile = make(*_relative_shape(component, where))
    squared = component.shape[0] * component.shape[0] / component.variance
    widths = math.sqrt(as_float(squared, where))
    return lambda p: widths * quantile(p)


def _uniform() -> _Quantile:
    return lambda p: 2 * p - 1


def _triangular() -> _Quantile:
    return _trapezoid(0.0)


def _trapezoid(beta: float) -> _Quantile:
    """A flank up to -beta, then the top; its height is 1 / (1 + beta)."""
    on_flank = (1 - beta) / (2 * (1 + beta))

    def quantile(p: Array) -> Array:
        flank = -1 + np.sqrt(2 * p * (1 - beta * beta))
        return np.where(p < on_flank, flank, (2 * p - 1) * (1 + beta) / 2)

    return quantile


def _arcsine() -> _Quantile:
    return lambda p: np.sin(math.pi * (p - 0.5))


def _two_point() -> _Quantile:
    return lambda p: np.full_like(p, -1.0)


def _curvilinear(doubt: float) -> _Quantile:
    """By bisection of the integral of JCGM 101 6.4.3.1's density."""
    if doubt == 0:
        return _uniform()

    def cdf(x: Array) -> Array:
        """For -1 - doubt < x < 0."""
        flank = (1 + doubt + x + x * np.log((1 + doubt) / -x)) / (4 * doubt)
        if doubt == 1:
            return flank
        top = 0.5 + x * math.log((1 + doubt) / (1 - doubt)) / (4 * doubt)
        return np.where(x < doubt - 1, flank, top)

    def quantile(p: Array) -> Array:
        low, high = np.full_like(p, -1 - doubt), np.zeros_like(p)
        for _ in range(_MOST_BISECTIONS):
            middle = (low + high) / 2
            below = cdf(middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2

    return quantile


_QUANTILES: dict[str, Callable[..., _Quantile]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "trapezoid": _trapezoid,
    "arcsine": _arcsine,
    "two-point": _two_point,
    "curvilinear": _curvilinear,
}
