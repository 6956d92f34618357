"""Components of an input quantity's uncertainty, type A and type B.

A component is the distribution of a deviation from the estimate; its variance is exact. Sources:
GUM (JJF 1059.1-2012) 4.2, 4.3 and G.4.2; JCGM 101:2008 6.4 for the distributions.
"""

from collections import namedtuple

from ..distributions import normal_quantile, t_two_sided
from ..exact import Ratio
from ..fixed import ONE
from ..type_a import bessel_variance, range_estimate

# `kind` is "A" or "B". `distribution` is one of DISTRIBUTIONS, `shape` its parameters: the
# half-width a; for a trapezoid (a, beta), for a curvilinear trapezoid (a, d), for "poisson" the
# count and what one count is worth. `variance` is u
# squared, `freedom` its degrees of freedom, None for infinitely many. Components that come from
# the same simultaneous readings carry the same `ensemble`, else "".
Component = namedtuple(
    "Component", ("name", "kind", "distribution", "shape", "variance", "freedom", "ensemble")
)

DISTRIBUTIONS = (
    "normal",
    "t",
    "uniform",
    "triangular",
    "trapezoid",
    "arcsine",
    "two-point",
    "curvilinear",
    "poisson",
)
# u squared as a part of the squared half-width. GUM 4.3.7, 4.3.9; JCGM 101 6.4.6.
_PARTS = {"uniform": 3, "triangular": 6, "arcsine": 2, "two-point": 1}

# How s of one reading was found: its square, its degrees of freedom, and the number of readings
# it came from. `method` is "bessel", "range" or "pooled".
Spread = namedtuple("Spread", ("method", "variance", "freedom", "readings"))


def bessel_spread(values: "list[Ratio]") -> "Spread":
    """s by Bessel's formula from 2 or more readings, else ValueError."""
    return Spread("bessel", bessel_variance(values), Ratio(len(values) - 1), len(values))


def range_spread(values: "list[Ratio]", table: "str" = "1.69") -> "Spread":
    """s by the range method from 2 to 9 readings, else ValueError (JJF 1059.1)."""
    estimate = range_estimate(values, table)
    return Spread("range", estimate.s * estimate.s, estimate.nu, estimate.n)


def pooled_spread(groups: "list[list[Ratio]]") -> "Spread":
    """s pooled over groups of readings: sum(nu_j s_j^2) / sum(nu_j), GUM 4.2.4.

    ValueError when no group is given or one has fewer than two readings.
    """
    if not groups:
        raise ValueError("a pooled standard deviation needs groups of readings")
    weighted, freedom, readings = Ratio(0), 0, 0
    for group in groups:
        weighted = weighted + bessel_variance(group) * (len(group) - 1)
        freedom += len(group) - 1
        readings += len(group)
    return Spread("pooled", weighted / freedom, Ratio(freedom), readings)


def type_a(name: "str", spread: "Spread", averaged: "int", ensemble: "str" = "") -> "Component":
    """The component of a mean of `averaged` readings whose spread is known: u^2 = s^2 / m.

    `averaged` need not be the number of readings that the spread came from (GUM 4.2.3).
    """
    if averaged < 1:
        raise ValueError("{}: a mean of {} readings".format(name, averaged))
    require_freedom(name, spread.freedom)
    return Component(name, "A", "t", (), spread.variance / averaged, spread.freedom, ensemble)


def bounded(
    name: "str",
    distribution: "str",
    half_width: "Ratio",
    shape: "Ratio | None" = None,
    freedom: "Ratio | None" = None,
) -> "Component":
    """A component within plus and minus a half-width.

    distribution: "uniform", "triangular", "arcsine" (U-shaped), "two-point"; "trapezoid" with
    shape = beta from 0 to 1 (top over base); "curvilinear" with shape = d, by which the
    half-width itself is uncertain (JCGM 101 6.4.3). ValueError that names the component.
    """
    if half_width < 0:
        raise ValueError("{}: the half-width is negative".format(name))
    if freedom is not None:
        require_freedom(name, freedom)
    squared = half_width * half_width
    if distribution in _PARTS:
        variance = squared / _PARTS[distribution]
        parameters: "tuple[Ratio, ...]" = (half_width,)
    elif distribution == "trapezoid":
        beta = _given_shape(name, shape, "beta")
        if beta > 1:
            raise ValueError("{}: beta of a trapezoid is more than 1".format(name))
        variance = squared * (1 + beta * beta) / 6
        parameters = (half_width, beta)
    elif distribution == "curvilinear":
        doubt = _given_shape(name, shape, "d")
        if doubt > half_width:
            raise ValueError("{}: d is larger than the half-width".format(name))
        variance = squared / 3 + doubt * doubt / 9
        parameters = (half_width, doubt)
    else:
        raise ValueError(
            "{}: no bounded distribution {!r}; there are {}, trapezoid, curvilinear".format(
                name, distribution, ", ".join(sorted(_PARTS))
            )
        )
    return Component(name, "B", distribution, parameters, variance, freedom, "")


def _given_shape(name: "str", shape: "Ratio | None", what: "str") -> "Ratio":
    if shape is None or shape < 0:
        raise ValueError("{}: {} is missing or negative".format(name, what))
    return shape


def resolution(name: "str", step: "Ratio") -> "Component":
    """A digital display's step: uniform within half a step (GUM F.2.2.1)."""
    return bounded(name, "uniform", step / 2)


def standard(name: "str", u: "Ratio", freedom: "Ratio | None" = None) -> "Component":
    """A component given as standard uncertainty; with `freedom` it is a t distribution."""
    if u < 0:
        raise ValueError("{}: the standard uncertainty is negative".format(name))
    if freedom is None:
        return Component(name, "B", "normal", (), u * u, None, "")
    require_freedom(name, freedom)
    return Component(name, "B", "t", (), u * u, freedom, "")


def certificate(
    name: "str", expanded: "Ratio", k: "Ratio", freedom: "Ratio | None" = None
) -> "Component":
    """A component from a certificate's U and k: u = U / k (GUM 4.3.3)."""
    if expanded < 0:
        raise ValueError("{}: the expanded uncertainty is negative".format(name))
    if k <= 0:
        raise ValueError("{}: the coverage factor k must be greater than 0".format(name))
    return standard(name, expanded / k, freedom)


def certificate_at_level(
    name: "str", expanded: "Ratio", level: "Ratio", freedom: "Ratio | None" = None
) -> "Component":
    """A component from U_p: k is the normal quantile, or t's with `freedom` (GUM 4.3.4)."""
    k = coverage_factor(name, level, freedom)
    return certificate(name, expanded, k, freedom)


def coverage_factor(name: "str", level: "Ratio", freedom: "Ratio | None" = None) -> "Ratio":
    """k_p: the two-sided quantile of the normal distribution, or of t with truncated nu."""
    if level <= 0 or level >= 1:
        raise ValueError("{}: the level of confidence must be between 0 and 1".format(name))
    coverage = (level * ONE).floor()
    if freedom is None:
        return Ratio(normal_quantile((ONE + coverage) // 2), ONE)
    require_freedom(name, freedom)
    return Ratio(t_two_sided(coverage, max(freedom.floor(), 1)), ONE)


def counted(name: "str", count: "int", dead_fraction: "Ratio | None" = None) -> "Component":
    """The component of a number of counted events, u^2 = N, or N (1 - m tau)^2 with dead time.

    dead_fraction is m tau, the part of the time in which a non-paralysable counter was dead: it
    counts more evenly than a Poisson process (reference sheet 4).
    """
    if count < 0:
        raise ValueError("{}: {} counts".format(name, count))
    variance = Ratio(count)
    if dead_fraction is not None:
        variance = variance * (1 - dead_fraction) * (1 - dead_fraction)
    # The second part is what one count is worth in the component's unit.
    return Component(name, "A", "poisson", (Ratio(count), Ratio(1)), variance, None, "")


def freedom_of_doubt(relative_doubt: "Ratio") -> "Ratio":
    """Degrees of freedom of an uncertainty that is itself uncertain by a part of it (GUM G.4.2).

    nu = 1 / (2 (du/u)^2): 25 % gives 8. ValueError when the doubt isn't above 0.
    """
    if relative_doubt <= 0:
        raise ValueError("the relative doubt of an uncertainty must be greater than 0")
    return 1 / (2 * relative_doubt * relative_doubt)


def scaled(component: "Component", factor: "Ratio") -> "Component":
    """The same deviation in another unit, or a relative one made absolute."""
    shape = component.shape
    if component.distribution == "trapezoid":
        shape = (shape[0] * abs(factor), shape[1])
    elif component.distribution == "poisson":
        shape = (shape[0], shape[1] * abs(factor))
    else:
        shape = tuple([part * abs(factor) for part in shape])
    variance = component.variance * factor * factor
    return Component(
        component.name,
        component.kind,
        component.distribution,
        shape,
        variance,
        component.freedom,
        component.ensemble,
    )


def larger(first: "Component", second: "Component") -> "Component":
    """The larger of two that describe the same effect, as repeatability and resolution do."""
    return second if second.variance > first.variance else first


def require_freedom(name: "str", freedom: "Ratio") -> None:
    """ValueError unless the degrees of freedom are greater than 0."""
    if freedom <= 0:
        raise ValueError("{}: the degrees of freedom must be greater than 0".format(name))
