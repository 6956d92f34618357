"""The depth of a hole and its uncertainty, all exact.

Source: the MRI phantom draft, 7.3.2 and Annex D; reference sheet 3.4 and 3.7.
"""

from collections import namedtuple

from .budgets.depth import GAUGE_ERROR, HOLE_DEPTH
from .exact import Ratio
from .type_a import bessel_variance, mean, range_estimate
from .uncertainty.combination import combine, expand
from .uncertainty.model import assemble
from .uncertainty.readings import evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .type_a import RangeEstimate
    from .uncertainty.combination import Budget
    from .uncertainty.readings import Readings

NM_PER_MM = 1000000
NM_PER_UM = 1000
_LEVEL_95 = Ratio(95, 100)

# Whole nm: outside_nm, inside_nm, zero_nm (or None), angles_nm (the readings outside at 0, 90, 180
# and 270 degrees, None unless these four are there). Ratios in nm: mpe_nm, resolution_nm (0 when
# not known), limit_nm and required_mpe_nm (None when the plan has none). `repeated` counts steps.
Inputs = namedtuple(
    "Inputs",
    (
        "outside_nm",
        "inside_nm",
        "zero_nm",
        "angles_nm",
        "mpe_nm",
        "resolution_nm",
        "range_table",
        "rounding",
        "limit_nm",
        "required_mpe_nm",
        "repeated",
    ),
)

# One of the two heights, in nm and nm^2: mean, range estimate, variance of the mean by the range
# method (u1) and by Bessel, variance of the resolution, whether the resolution was kept instead of
# the repeatability, u(t_i) squared.
Height = namedtuple(
    "Height",
    ("mean", "estimate", "range_variance", "bessel", "resolution", "by_resolution", "variance"),
)

# In nm and nm^2. `freedom` is exact (None: infinitely many), `whole_freedom` truncated; `k95` is
# the t factor as a Ratio; `correlated` the variance when the gauge's error cancels.
Result = namedtuple(
    "Result",
    (
        "inputs",
        "t1",
        "t2",
        "depth",
        "u3_variance",
        "variance",
        "correlated",
        "bessel_variance",
        "freedom",
        "whole_freedom",
        "k95",
    ),
)


def compute(inputs: "Inputs") -> "Result":
    """Depth and uncertainty. ValueError for an MPE that isn't positive or too few readings."""
    if inputs.mpe_nm <= 0:
        raise ValueError("the gauge's MPE must be greater than 0")
    if inputs.resolution_nm < 0:
        raise ValueError("the gauge's resolution can't be negative")
    values = [[Ratio(reading) for reading in r] for r in (inputs.outside_nm, inputs.inside_nm)]
    estimates = [range_estimate(readings, inputs.range_table) for readings in values]
    budget = _budget(inputs, "range", 0)
    outside = _height(0, values[0], estimates[0], inputs, budget)
    inside = _height(1, values[1], estimates[1], inputs, budget)
    expanded = expand(budget, _LEVEL_95)
    return Result(
        inputs,
        outside,
        inside,
        outside.mean - inside.mean,
        _squared_nm(budget.quantities[0].components[1].variance),
        _squared_nm(budget.variance),
        _squared_nm(_budget(inputs, "range", 1).variance),
        _squared_nm(_budget(inputs, "bessel", 0).variance),
        budget.freedom,
        expanded.freedom,
        expanded.k,
    )


def _budget(inputs: "Inputs", method: "str", correlation: "int") -> "Budget":
    """The budget of the model, whose lengths are in mm."""
    given: "dict[str, object]" = {
        "outside": _readings(inputs.outside_nm, method, inputs.range_table),
        "inside": _readings(inputs.inside_nm, method, inputs.range_table),
        "mpe": inputs.mpe_nm / NM_PER_MM,
        "resolution": inputs.resolution_nm / NM_PER_MM,
        GAUGE_ERROR: correlation,
    }
    return combine(*assemble(HOLE_DEPTH, given))


def _readings(readings_nm: "tuple[int, ...]", method: "str", table: "str") -> "Readings":
    return evaluate([Ratio(reading, NM_PER_MM) for reading in readings_nm], method, table)


def _height(
    position: "int",
    values: "list[Ratio]",
    estimate: "RangeEstimate",
    inputs: "Inputs",
    budget: "Budget",
) -> "Height":
    repeated, error = budget.quantities[position].components
    return Height(
        mean(values),
        estimate,
        estimate.s * estimate.s / estimate.n,
        bessel_variance(values),
        inputs.resolution_nm * inputs.resolution_nm / 12,
        repeated.name == "resolution",
        _squared_nm(repeated.variance + error.variance),
    )


def _squared_nm(squared_mm: "Ratio") -> "Ratio":
    return squared_mm * (NM_PER_MM * NM_PER_MM)
