"""Draws of one component's deviation from its estimate, independent of all others.

Source: JCGM 101:2008 6.4, clause by clause. A component of bounded shape that has finite degrees
of freedom is drawn from its shape; the degrees of freedom count in nu_eff only (own choice).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from dosegauge.errors import WrongUse
from dosegauge.texts import Text
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty.component import DISTRIBUTIONS, Component

Array = NDArray[np.float64]

# Fills the first array with the next raw numbers; the second one is scratch of the same length.
Fill = Callable[[Array, Array], None]


@dataclass(frozen=True)
class Draw:
    """Deviations as raw numbers times a scale plus a shift, in the component's unit.

    The shift is apart so that a quantity's estimate can be added with it in one step.
    """

    fill: Fill
    scale: float
    shift: float = 0.0


def as_float(value: Ratio, where: str) -> float:
    """The float nearest to an exact number; WrongUse when it is too large for one."""
    try:
        return float(value.num / value.den)
    except OverflowError:
        raise WrongUse(
            Text("数值超出浮点数范围", "the number is too large for Monte Carlo"), where
        ) from None


def stream(seed: SeedSequence) -> Generator:
    """A random stream. Each array that a chunk needs is drawn from a stream of its own, so that
    the numbers don't depend on the size of the chunks."""
    return Generator(PCG64(seed))


def scale_of(component: Component, where: str) -> float:
    """The square root of the variance: the standard deviation, or the scale of a t."""
    return math.sqrt(as_float(component.variance, where))


def draw_of(component: Component, where: str, seed: SeedSequence) -> Draw:
    """Draws of a component's deviation from the stream of a seed.

    WrongUse that names the component for an unknown distribution.
    """
    make = _MAKERS.get(component.distribution)
    if make is None:
        raise WrongUse(
            Text("未知分布 {name!r}", "no distribution {name!r}").filled(
                name=component.distribution
            ),
            where,
            Text("可用：{known}", "there are {known}").filled(known=", ".join(DISTRIBUTIONS)),
        )
    return make(component, where, seed)


def _normal(component: Component, where: str, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.7."""
    generator = stream(seed)

    def fill(out: Array, scratch: Array) -> None:
        generator.standard_normal(out=out)

    return Draw(fill, scale_of(component, where))


def _t(component: Component, where: str, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.9: t_nu times s / sqrt(n), wider than the component's variance."""
    freedom = as_float(component.freedom, where)
    generator = stream(seed)

    def fill(out: Array, scratch: Array) -> None:
        np.copyto(out, generator.standard_t(freedom, len(out)))

    return Draw(fill, scale_of(component, where))


def _half_width(component: Component, where: str) -> float:
    return as_float(component.shape[0], where)


def _uniform(component: Component, where: str, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.2."""
    half_width = _half_width(component, where)
    generator = stream(seed)

    def fill(out: Array, scratch: Array) -> None:
        generator.random(out=out)

    return Draw(fill, 2 * half_width, -half_width)


def _triangular(component: Component, where: str, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.5: a trapezoid without a top."""
    return _trapezoidal(_half_width(component, where), 0.0, seed)


def _trapezoid(component: Component, where: str, seed: SeedSequence) -> Draw:
    beta = as_float(component.shape[1], where)
    return _trapezoidal(_half_width(component, where), beta, seed)


def _trapezoidal(half_width: float, beta: float, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.4.4: a ((1 + beta) r_1 + (1 - beta) r_2 - 1)."""
    first, second = (stream(child) for child in seed.spawn(2))

    def fill(out: Array, scratch: Array) -> None:
        first.random(out=out)
        second.random(out=scratch)
        np.multiply(out, 1 + beta, out=out)
        np.multiply(scratch, 1 - beta, out=scratch)
        np.add(out, scratch, out=out)

    return Draw(fill, half_width, -half_width)


def _curvilinear(component: Component, where: str, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.3.4: uniform within a half-width that is itself uniform in a - d to a + d."""
    half_width = _half_width(component, where)
    doubt = as_float(component.shape[1], where)
    first, second = (stream(child) for child in seed.spawn(2))

    def fill(out: Array, scratch: Array) -> None:
        first.random(out=out)
        second.random(out=scratch)
        np.subtract(out, 0.5, out=out)
        np.multiply(scratch, 2 * doubt, out=scratch)
        np.add(scratch, half_width - doubt, out=scratch)
        np.multiply(out, scratch, out=out)

    return Draw(fill, 2.0)


def _arcsine(component: Component, where: str, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.6."""
    generator = stream(seed)

    def fill(out: Array, scratch: Array) -> None:
        generator.random(out=out)
        np.multiply(out, 2 * math.pi, out=out)
        np.sin(out, out=out)

    return Draw(fill, _half_width(component, where))


def _two_point(component: Component, where: str, seed: SeedSequence) -> Draw:
    """Plus or minus the half-width, each with probability 1/2 (JJF 1059.1)."""
    generator = stream(seed)

    def fill(out: Array, scratch: Array) -> None:
        generator.random(out=out)
        np.subtract(out, 0.5, out=out)
        np.copysign(1.0, out, out=out)

    return Draw(fill, _half_width(component, where))


def _poisson(component: Component, where: str, seed: SeedSequence) -> Draw:
    """JCGM 101 6.4.11: the expected count of q counted events is Gamma(q + 1) distributed.

    Its mean is q + 1. Where dead time makes counting more even than a Poisson process, the
    deviation shrinks with the component's standard uncertainty (own choice).
    """
    count, worth = component.shape
    evenness = 1.0
    if count > 0 and worth > 0:
        evenness = math.sqrt(as_float(component.variance / (count * worth * worth), where))
    scale = as_float(worth, where) * evenness
    counted = as_float(count, where)
    generator = stream(seed)

    def fill(out: Array, scratch: Array) -> None:
        generator.standard_gamma(counted + 1, out=out)

    return Draw(fill, scale, -counted * scale)


_MAKERS: dict[str, Callable[[Component, str, SeedSequence], Draw]] = {
    "normal": _normal,
    "t": _t,
    "uniform": _uniform,
    "triangular": _triangular,
    "trapezoid": _trapezoid,
    "arcsine": _arcsine,
    "two-point": _two_point,
    "curvilinear": _curvilinear,
    "poisson": _poisson,
}
