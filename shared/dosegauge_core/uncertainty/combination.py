"""Combines input quantities into a result: sensitivities, u_c, correlation, degrees of freedom.

Sources: GUM (JJF 1059.1-2012) 5.1, 5.2, G.4; for readings taken together, whose estimates are
correlated, the formula of Welch and Satterthwaite over whole ensembles: R. Willink, Metrologia 44
(2007) 340.
"""

from collections import namedtuple

from .. import elementary
from ..exact import Ratio, total
from ..type_a import effective_freedom, truncated_freedom
from .component import coverage_factor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .component import Component
    from .expression import Expression

# An input quantity: its estimate and the components of its uncertainty, in its unit.
Quantity = namedtuple("Quantity", ("name", "value", "unit", "components"))

# Two components that vary together; each is (quantity, component). `coefficient` r is exact, or
# None where simultaneous readings gave the `covariance` itself.
Correlation = namedtuple("Correlation", ("first", "second", "coefficient", "covariance"))

# One component's part: c = df/dx, `variance` c^2 u^2 in the result's unit squared.
Contribution = namedtuple("Contribution", ("quantity", "component", "sensitivity", "variance"))

# `variance` is u_c^2; `correlated` what the correlations add to the sum of the contributions'
# variances. `freedom` is nu_eff (None: infinitely many); `freedom_known` is False where components
# with finite degrees of freedom are correlated outside one ensemble, for which no formula holds.
Budget = namedtuple(
    "Budget",
    (
        "expression",
        "quantities",
        "correlations",
        "value",
        "variance",
        "contributions",
        "correlated",
        "freedom",
        "freedom_known",
    ),
)

# U = k u_c. `level` is the level of confidence, None when k was chosen; `freedom` is the whole
# number that k_p was taken at, None for infinitely many. `covers` tells whether k covers 95 %.
Expanded = namedtuple("Expanded", ("k", "variance", "level", "freedom", "covers"))

_LEVEL_95 = Ratio(95, 100)
CHOSEN_K = Ratio(2)
# Below this nu_eff, k = 2 covers less than 95 % by so much that it must be said (own choice).
FEWEST_FREEDOM_FOR_2 = 10


def combine(
    expression: "Expression",
    quantities: "list[Quantity]",
    correlations: "tuple[Correlation, ...]" = (),
) -> "Budget":
    """The budget of a formula. ValueError that names a quantity that is missing, unknown or given
    twice, a component with a negative variance, a correlation that can't be one."""
    values = estimates(expression, quantities)
    value, derivatives = expression.gradient(values)
    contributions: "list[Contribution]" = []
    for quantity in quantities:
        sensitivity = derivatives[quantity.name]
        for component in quantity.components:
            variance = sensitivity * sensitivity * component.variance
            contributions.append(Contribution(quantity.name, component, sensitivity, variance))
    covariances = _covariances(contributions, correlations)
    correlated = 2 * total([covariance for _, _, covariance in covariances])
    variance = total([contribution.variance for contribution in contributions]) + correlated
    if variance < 0:
        raise ValueError("the variance of the result is negative: the correlations can't be right")
    freedom, freedom_known = _freedom(contributions, covariances, variance)
    return Budget(
        expression,
        tuple(quantities),
        tuple(correlations),
        value,
        variance,
        tuple(contributions),
        correlated,
        freedom,
        freedom_known,
    )


def estimates(expression: "Expression", quantities: "list[Quantity]") -> "dict[str, Ratio]":
    """The value of each input. ValueError for quantities that aren't just those of the formula,
    two components of one name, and a component with a negative variance."""
    values: "dict[str, Ratio]" = {}
    for quantity in quantities:
        if quantity.name not in expression.inputs:
            raise ValueError(
                "the formula has no input {}; it has {}".format(
                    quantity.name, ", ".join(expression.inputs)
                )
            )
        if quantity.name in values:
            raise ValueError("{} is given twice".format(quantity.name))
        names = [component.name for component in quantity.components]
        for name in names:
            if names.count(name) > 1:
                raise ValueError("{} has two components {}".format(quantity.name, name))
        for component in quantity.components:
            if component.variance < 0:
                raise ValueError(
                    "the variance of {}, {} is negative".format(quantity.name, component.name)
                )
        values[quantity.name] = quantity.value
    for name in expression.inputs:
        if name not in values:
            raise ValueError("the input {} is missing".format(name))
    return values


def _covariances(
    contributions: "list[Contribution]", correlations: "tuple[Correlation, ...]"
) -> "list[tuple[int, int, Ratio]]":
    """For each correlation: positions of the two contributions and c_i c_j u(x_i, x_j)."""
    ends = [(one.quantity, one.component.name) for one in contributions]
    found: "list[tuple[int, int, Ratio]]" = []
    for correlation, (i, j) in zip(correlations, correlated_pairs(ends, correlations)):
        one, other = contributions[i], contributions[j]
        covariance = covariance_of(correlation, one.component, other.component)
        found.append((i, j, one.sensitivity * other.sensitivity * covariance))
    return found


def correlated_pairs(
    ends: "list[tuple[str, str]]", correlations: "tuple[Correlation, ...]"
) -> "list[tuple[int, int]]":
    """For each correlation the positions of its two components among `ends`, which are the
    (quantity, component) names. ValueError for correlations that can't be."""
    positions = {}
    for position, end in enumerate(ends):
        positions[end] = position
    seen = []
    found: "list[tuple[int, int]]" = []
    for correlation in correlations:
        pair = []
        for end in (correlation.first, correlation.second):
            if tuple(end) not in positions:
                raise ValueError("a correlation names {}, {}: there is none".format(*end))
            pair.append(positions[tuple(end)])
        if pair[0] == pair[1] or sorted(pair) in seen:
            raise ValueError(
                "the correlation of {} and {} is given twice or with itself".format(
                    ", ".join(correlation.first), ", ".join(correlation.second)
                )
            )
        seen.append(sorted(pair))
        if correlation.coefficient is not None and abs(correlation.coefficient) > 1:
            raise ValueError(
                "the correlation coefficient of {} and {} is not within -1 and 1".format(
                    ", ".join(correlation.first), ", ".join(correlation.second)
                )
            )
        found.append((pair[0], pair[1]))
    _require_possible(correlations)
    return found


def covariance_of(correlation: "Correlation", first: "Component", second: "Component") -> "Ratio":
    """u(x_i, x_j) of two components; ValueError when their variances don't allow it."""
    if correlation.coefficient is None:
        covariance: "Ratio" = correlation.covariance
        if covariance * covariance > first.variance * second.variance:
            raise ValueError(
                "the covariance of {} and {} is larger than their variances allow".format(
                    ", ".join(correlation.first), ", ".join(correlation.second)
                )
            )
        return covariance
    coefficient: "Ratio" = correlation.coefficient
    return coefficient * elementary.sqrt(first.variance * second.variance)


def _require_possible(correlations: "tuple[Correlation, ...]") -> None:
    """ValueError unless the given coefficients form a positive semi-definite matrix."""
    given = [c for c in correlations if c.coefficient is not None]
    ends: "list[tuple[str, str]]" = []
    for correlation in given:
        for end in (correlation.first, correlation.second):
            if tuple(end) not in ends:
                ends.append(tuple(end))
    matrix = [[Ratio(1 if i == j else 0) for j in range(len(ends))] for i in range(len(ends))]
    for correlation in given:
        i, j = ends.index(tuple(correlation.first)), ends.index(tuple(correlation.second))
        matrix[i][j] = matrix[j][i] = correlation.coefficient
    if not _is_positive_semidefinite(matrix):
        raise ValueError(
            "the correlation coefficients of {} contradict one another".format(
                "; ".join([", ".join(end) for end in ends])
            )
        )


def _is_positive_semidefinite(matrix: "list[list[Ratio]]") -> "bool":
    """By exact elimination: every pivot is at least 0, and a pivot of 0 has nothing beside it."""
    rows = [list(row) for row in matrix]
    for step in range(len(rows)):
        pivot = rows[step][step]
        if pivot < 0:
            return False
        if pivot == 0:
            if any([rows[step][column] != 0 for column in range(step, len(rows))]):
                return False
            continue
        for row in range(step + 1, len(rows)):
            factor = rows[row][step] / pivot
            for column in range(step, len(rows)):
                rows[row][column] = rows[row][column] - factor * rows[step][column]
    return True


def _freedom(
    contributions: "list[Contribution]",
    covariances: "list[tuple[int, int, Ratio]]",
    variance: "Ratio",
) -> "tuple[Ratio | None, bool]":
    """nu_eff over independent terms; what was read together is one term with one nu."""
    terms: "dict[object, Ratio]" = {}
    freedoms: "dict[object, Ratio | None]" = {}
    keys = [c.component.ensemble or position for position, c in enumerate(contributions)]
    for key, contribution in zip(keys, contributions):
        freedom = contribution.component.freedom
        if key in freedoms and freedoms[key] != freedom:
            raise ValueError(
                "the readings {} were taken together but have different degrees of freedom".format(
                    key
                )
            )
        freedoms[key] = freedom
        terms[key] = terms.get(key, Ratio(0)) + contribution.variance
    for first, second, covariance in covariances:
        if keys[first] == keys[second]:
            terms[keys[first]] = terms[keys[first]] + 2 * covariance
        elif freedoms[keys[first]] is not None or freedoms[keys[second]] is not None:
            if covariance != 0:
                return None, False
    parts = [(terms[key], freedoms[key]) for key in terms]
    return effective_freedom(variance, parts), True


def expand(budget: "Budget", level: "Ratio | None" = None, k: "Ratio" = CHOSEN_K) -> "Expanded":
    """U: with the chosen k, or for a level of confidence with k_p = t_p(nu_eff truncated).

    ValueError when u_c is 0 or k isn't positive, and for a level where nu_eff is not known.
    """
    if budget.variance == 0:
        raise ValueError("no input has an uncertainty")
    whole = None if budget.freedom is None else truncated_freedom(budget.freedom)
    if level is not None:
        if not budget.freedom_known:
            raise ValueError(
                "nu_eff is not known for these correlations: choose k, or use Monte Carlo"
            )
        factor = coverage_factor("k_p", level, None if whole is None else Ratio(whole))
        return Expanded(factor, factor * factor * budget.variance, level, whole, True)
    if k <= 0:
        raise ValueError("the coverage factor k must be greater than 0")
    covers = budget.freedom_known and (whole is None or whole >= FEWEST_FREEDOM_FOR_2)
    return Expanded(k, k * k * budget.variance, None, whole, covers)
