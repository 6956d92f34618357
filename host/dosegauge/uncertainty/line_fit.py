"""A straight line through observed points, whose intercept and slope are correlated inputs.

Ordinary least squares with equal weights, exact. Source: GUM H.3 (calibration of a thermometer).
"""

from collections.abc import Sequence

from dosegauge_core.exact import Ratio, total
from dosegauge_core.uncertainty.combination import Correlation, Quantity
from dosegauge_core.uncertainty.component import Component, require_freedom

_FIT = "fit"


def fit(
    ensemble: str,
    names: tuple[str, str],
    units: tuple[str, str],
    points: Sequence[tuple[Ratio, Ratio]],
    reference: Ratio,
) -> tuple[list[Quantity], tuple[Correlation, ...]]:
    """Intercept at x = reference and slope of y = a + b (x - reference), with n - 2 degrees of
    freedom each and their exact covariance.

    names and units are those of intercept and slope. ValueError for fewer than three points, or
    when all x are equal.
    """
    n = len(points)
    require_freedom(f"{ensemble}: a line through {n} points", Ratio(n - 2))
    x = [point[0] - reference for point in points]
    y = [point[1] for point in points]
    sum_x, sum_y = total(x), total(y)
    sum_xx = total([value * value for value in x])
    sum_xy = total([a * b for a, b in zip(x, y, strict=True)])
    determinant = n * sum_xx - sum_x * sum_x
    if determinant == 0:
        raise ValueError(f"{ensemble}: all x are equal, no line can be fitted")
    slope = (n * sum_xy - sum_x * sum_y) / determinant
    intercept = (sum_y - slope * sum_x) / n
    residuals = [b - intercept - slope * a for a, b in zip(x, y, strict=True)]
    variance = total([residual * residual for residual in residuals]) / (n - 2)
    parts = (variance * sum_xx / determinant, variance * n / determinant)
    quantities = [
        Quantity(name, value, unit, (_component(part, n - 2, ensemble),))
        for name, value, unit, part in zip(names, (intercept, slope), units, parts, strict=True)
    ]
    covariance = -variance * sum_x / determinant
    correlation = Correlation((names[0], _FIT), (names[1], _FIT), None, covariance)
    return quantities, (correlation,)


def _component(variance: Ratio, freedom: int, ensemble: str) -> Component:
    return Component(_FIT, "A", "t", (), variance, Ratio(freedom), ensemble)
