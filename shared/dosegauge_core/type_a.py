"""Type A evaluation: mean, Bessel's formula, the range method, effective degrees of freedom.

Everything is exact; a standard deviation is kept as its square ("variance") wherever it has a
root. Sources: GUM (JJF 1059.1-2012) 4.2, 4.3.3 and annex G.4.
"""

from collections import namedtuple

from .exact import Ratio, as_ratio, parse_decimal, total

# Divisors C and degrees of freedom nu of the range method for n = 2 to 9 (JJF 1059.1-2012).
_DIVISORS = ("1.13", "1.69", "2.06", "2.33", "2.53", "2.70", "2.85", "2.97")
_FREEDOM = ("0.9", "1.8", "2.7", "3.6", "4.5", "5.3", "6.0", "6.8")
FEWEST_READINGS, MOST_READINGS = 2, 9

# The tables are named by their C(3). "1.64" is the misprint of JJF 1059-1999; it only serves to
# reproduce old certificates.
RANGE_TABLES = ("1.69", "1.64")

# n readings, their range, the divisor C, s = range / C, its degrees of freedom, the table's name.
RangeEstimate = namedtuple("RangeEstimate", ("n", "range", "divisor", "s", "nu", "table"))


def mean(values: "list[Ratio]") -> "Ratio":
    """Arithmetic mean; ValueError for no values."""
    if not values:
        raise ValueError("no readings to take a mean of")
    return total(values) / len(values)


def bessel_variance(values: "list[Ratio]") -> "Ratio":
    """s squared of a single reading by Bessel's formula, n - 1 degrees of freedom.

    ValueError for fewer than two readings: one reading has no type A uncertainty.
    """
    n = len(values)
    if n < 2:
        raise ValueError("a standard deviation needs at least 2 readings, not {}".format(n))
    centre = mean(values)
    squares = [(value - centre) * (value - centre) for value in values]
    return total(squares) / (n - 1)


def range_estimate(values: "list[Ratio]", table: "str" = "1.69") -> "RangeEstimate":
    """s by the range method, for 2 to 9 readings (else ValueError)."""
    n = len(values)
    if not FEWEST_READINGS <= n <= MOST_READINGS:
        raise ValueError("the range method takes 2 to 9 readings, not {}".format(n))
    if table not in RANGE_TABLES:
        known = ", ".join(RANGE_TABLES)
        raise ValueError("no range table {!r}; there are {}".format(table, known))
    text = table if n == 3 else _DIVISORS[n - FEWEST_READINGS]
    divisor = parse_decimal(text)
    spread = as_ratio(max(values) - min(values))
    freedom = parse_decimal(_FREEDOM[n - FEWEST_READINGS])
    return RangeEstimate(n, spread, divisor, spread / divisor, freedom, table)


def effective_freedom(
    variance: "Ratio", components: "list[tuple[Ratio, Ratio | None]]"
) -> "Ratio | None":
    """Welch and Satterthwaite's effective degrees of freedom of a combined variance.

    components: (variance, degrees of freedom or None for infinitely many). None when every
    component that contributes has infinitely many. Source: GUM G.4.1.
    """
    weighted = Ratio(0)
    for part, freedom in components:
        if freedom is not None:
            weighted = weighted + part * part / freedom
    if weighted == 0:
        return None
    return variance * variance / weighted


def truncated_freedom(freedom: "Ratio") -> "int":
    """Degrees of freedom as a whole number: truncated, at least 1 (GUM G.4.1)."""
    whole = freedom.floor()
    return whole if whole > 1 else 1
