"""Repeated readings of one quantity: their mean and how its type A component is found.

Policy (own choice, within GUM 4.2 and JJF 1059.1): Bessel from 10 readings on; below, what the
document names. The other method is kept as a cross-check.
"""

from collections import namedtuple

from ..exact import Ratio
from ..type_a import MOST_READINGS, mean
from .component import Spread, bessel_spread, pooled_spread, range_spread

METHODS = ("bessel", "range", "pooled")

# `values` are empty where only mean, s and n were given. `spread` is that of one reading;
# `averaged` how many readings the mean is of; `other` the cross-check's Spread or None.
Readings = namedtuple("Readings", ("values", "mean", "spread", "averaged", "other"))


def evaluate(
    values: "list[Ratio]",
    method: "str",
    table: "str" = "1.69",
    earlier: "list[list[Ratio]] | None" = None,
) -> "Readings":
    """Mean and spread of readings.

    method "range" becomes "bessel" above 9 readings; "pooled" takes s from the groups in
    `earlier`, and then one reading is enough. ValueError for fewer than two readings, or for an
    unknown method.
    """
    if method not in METHODS:
        raise ValueError("no method {!r}; there are {}".format(method, ", ".join(METHODS)))
    if not values:
        raise ValueError("there are no readings")
    centre = mean(values)
    n = len(values)
    if method == "pooled":
        other = bessel_spread(values) if n > 1 else None
        return Readings(tuple(values), centre, pooled_spread(earlier or []), n, other)
    if n < 2:
        raise ValueError("one reading has no type A uncertainty; 2 or more are needed")
    by_bessel = bessel_spread(values)
    if n > MOST_READINGS:
        return Readings(tuple(values), centre, by_bessel, n, None)
    by_range = range_spread(values, table)
    if method == "range":
        return Readings(tuple(values), centre, by_range, n, by_bessel)
    return Readings(tuple(values), centre, by_bessel, n, by_range)


def summary(centre: "Ratio", s: "Ratio", n: "int") -> "Readings":
    """Readings of which only mean, experimental standard deviation and number are known."""
    if n < 2:
        raise ValueError("n = {} gives no type A uncertainty; 2 or more are needed".format(n))
    if s < 0:
        raise ValueError("the standard deviation s is negative")
    return Readings((), centre, Spread("bessel", s * s, Ratio(n - 1), n), n, None)
