"""Quantities that were read together: their means are correlated as their readings are.

Source: GUM 5.2.3 and H.2.
"""

from ..exact import Ratio, total
from ..type_a import mean
from .combination import Correlation, Quantity
from .component import bessel_spread, type_a

_COMPONENT = "repeatability"


def read_together(
    ensemble: "str", observed: "dict[str, list[Ratio]]", unit: "str" = ""
) -> "tuple[list[Quantity], tuple[Correlation, ...]]":
    """Input quantities with their exact covariances. observed: for each name its readings, the
    first of one taken together with the first of every other.

    ValueError when they are not equally many or fewer than two.
    """
    names = sorted(observed)
    count = len(observed[names[0]])
    for name in names:
        if len(observed[name]) != count:
            raise ValueError(
                "{} has {} readings, {} has {}".format(name, len(observed[name]), names[0], count)
            )
    quantities = []
    for name in names:
        spread = bessel_spread(observed[name])
        component = type_a(_COMPONENT, spread, count, ensemble)
        quantities.append(Quantity(name, mean(observed[name]), unit, (component,)))
    correlations = []
    for position, first in enumerate(names):
        for second in names[position + 1 :]:
            covariance = _covariance_of_means(observed[first], observed[second])
            ends = (first, _COMPONENT), (second, _COMPONENT)
            correlations.append(Correlation(ends[0], ends[1], None, covariance))
    return quantities, tuple(correlations)


def _covariance_of_means(first: "list[Ratio]", second: "list[Ratio]") -> "Ratio":
    """sum((a_i - a)(b_i - b)) / (n (n - 1)), GUM equation (17)."""
    n = len(first)
    centre_1, centre_2 = mean(first), mean(second)
    products = [(a - centre_1) * (b - centre_2) for a, b in zip(first, second)]
    return total(products) / (n * (n - 1))
