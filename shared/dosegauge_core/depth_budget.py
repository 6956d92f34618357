"""The depth of a hole and its uncertainty, all exact.

Source: the MRI phantom draft, 7.3.2 and Annex D; reference sheet 3.4 and 3.7.
"""

from collections import namedtuple

from .distributions import normal_quantile, t_two_sided
from .exact import Ratio
from .fixed import ONE
from .type_a import (
    bessel_variance,
    effective_freedom,
    mean,
    range_estimate,
    truncated_freedom,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

NM_PER_MM = 1000000
NM_PER_UM = 1000
_COVERAGE = 95 * ONE // 100

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
    u3_variance = inputs.mpe_nm * inputs.mpe_nm / 3
    outside = _height(inputs.outside_nm, inputs, u3_variance)
    inside = _height(inputs.inside_nm, inputs, u3_variance)
    variance = outside.variance + inside.variance
    freedom = effective_freedom(variance, [_repeatability(outside), _repeatability(inside)])
    whole_freedom = None if freedom is None else truncated_freedom(freedom)
    return Result(
        inputs,
        outside,
        inside,
        outside.mean - inside.mean,
        u3_variance,
        variance,
        variance - 2 * u3_variance,
        _bessel_of_mean(outside) + _bessel_of_mean(inside) + 2 * u3_variance,
        freedom,
        whole_freedom,
        _coverage_factor(whole_freedom),
    )


def _height(readings_nm: "tuple[int, ...]", inputs: "Inputs", u3_variance: "Ratio") -> "Height":
    values = [Ratio(reading) for reading in readings_nm]
    estimate = range_estimate(values, inputs.range_table)
    range_variance = estimate.s * estimate.s / estimate.n
    resolution = inputs.resolution_nm * inputs.resolution_nm / 12
    by_resolution = resolution > range_variance
    kept = resolution if by_resolution else range_variance
    return Height(
        mean(values),
        estimate,
        range_variance,
        bessel_variance(values),
        resolution,
        by_resolution,
        kept + u3_variance,
    )


def _repeatability(height: "Height") -> "tuple[Ratio, Ratio | None]":
    if height.by_resolution:
        return height.resolution, None
    return height.range_variance, height.estimate.nu


def _bessel_of_mean(height: "Height") -> "Ratio":
    of_mean = height.bessel / height.estimate.n
    kept: "Ratio" = max(of_mean, height.resolution)
    return kept


def _coverage_factor(whole_freedom: "int | None") -> "Ratio":
    if whole_freedom is None:
        return Ratio(normal_quantile((ONE + _COVERAGE) // 2), ONE)
    return Ratio(t_two_sided(_COVERAGE, whole_freedom), ONE)
