"""Hole depth of an MRI phantom's density module: t = t1 - t2 and its uncertainty.

Source: the MRI phantom draft, 7.3.2, equation (3) and Annex D, with the corrections stated in the
remarks. t1 is the mean of the readings around the hole (0, 90, 180, 270 degrees), t2 of those
inside. Repeatability comes from the range method, the instrument's error from its MPE (uniform).

Plan: steps of kind "zero" (optional) and "gauge"; a gauge step's id begins with "outside" or
"inside", and "outside-0", "outside-90", "outside-180", "outside-270" lie at these angles. The
gauge's MPE mpe_um (required) is entered in a step of that id or a parameter. Further parameters:
resolution_um (counts when it is coarser than the gauge's last place), range_table ("1.69" or
"1.64"), rounding ("half-even", "up", "third"); limits depth_max_mm and gauge_mpe_um (what the
draft's 6.2 asks of the gauge), both optional. A channel's settings hold the gauge's `decimals`
and, optional, `agreement_nm`: how far the telegrams of one reading may differ.
"""

from collections import namedtuple

from .decisions import within_upper_limit
from .distributions import normal_quantile, t_two_sided
from .exact import Ratio
from .fixed import ONE
from .ledger import StepLedger
from .plan_rules import (
    POSITIVE,
    check_entries,
    check_members,
    members,
    require_given,
)
from .reporting import NOT_EVALUATED, Figure, Remark, Verdict
from .rounding import (
    MODES,
    decimals_for_root,
    root_to_text,
    rounded,
    rounded_root,
    shortest_text,
    to_text,
)
from .telegrams.opto import AGREEMENT_NM, value_nm
from .type_a import (
    FEWEST_READINGS,
    MOST_READINGS,
    RANGE_TABLES,
    bessel_variance,
    effective_freedom,
    mean,
    range_estimate,
    truncated_freedom,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .records import Reading
    from .type_a import RangeEstimate

PROCEDURE = "hole-depth"
NM_PER_MM = 1000000
NM_PER_UM = 1000
_K = 2
_COVERAGE = 95 * ONE // 100
# Below this many degrees of freedom k = 2 is said to cover less than 95 %, and U95 decides.
_ENOUGH_FREEDOM = 10
_ANGLES = ("outside-0", "outside-90", "outside-180", "outside-270")
_PARAMETERS: "dict[str, str | tuple[str, ...]]" = {
    "mpe_um": POSITIVE,
    "resolution_um": POSITIVE,
    "range_table": RANGE_TABLES,
    "rounding": MODES,
}
_LIMITS: "dict[str, str | tuple[str, ...]]" = {"depth_max_mm": POSITIVE, "gauge_mpe_um": POSITIVE}

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


def check_plan(plan: "dict[str, object]") -> None:
    """Whether parameters, limits and entries are known and allowed; ValueError that names one."""
    check_members(members(plan, "parameters"), _PARAMETERS, "parameter")
    check_members(members(plan, "limits"), _LIMITS, "limit")
    check_entries(plan, ("mpe_um",))
    require_given(plan, ("mpe_um",))
    ledger = Ledger(plan)
    for index, channel in enumerate(ledger.channels):
        if channel.get("driver") == "opto" and ledger.setting(index, "agreement_nm", 0) < 0:
            raise ValueError("the setting agreement_nm can't be negative")
    ledger.require_readings()


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


def _um2(variance_nm2: "Ratio") -> "Ratio":
    return variance_nm2 / (NM_PER_UM * NM_PER_UM)


def _mm(length_nm: "Ratio") -> "Ratio":
    return length_nm / NM_PER_MM


def _printing(result: "Result") -> "tuple[Ratio, int, int]":
    """U squared in um^2, decimals of U (two digits), decimals of standard uncertainties (four)."""
    expanded = _K * _K * _um2(result.variance)
    decimals = decimals_for_root(expanded, 2, result.inputs.rounding)
    return expanded, decimals, decimals_for_root(_um2(result.variance), 4)


def figures(result: "Result") -> "list[Figure]":
    """What is printed: the depth to the last place of U, lengths in mm, uncertainties in um."""
    mode = result.inputs.rounding
    expanded, decimals, finer = _printing(result)
    expanded_95 = result.k95 * result.k95 * _um2(result.variance)
    decimals_95 = decimals_for_root(expanded_95, 2, mode)
    printed = [
        Figure("t", to_text(_mm(result.depth), max(decimals + 3, 0)), "mm"),
        Figure("U", root_to_text(expanded, decimals, mode), "um"),
        Figure("k", str(_K), ""),
        Figure("u_c", root_to_text(_um2(result.variance), finer), "um"),
        Figure("nu_eff", _freedom_text(result), ""),
        Figure("k95", to_text(result.k95, 2), ""),
        Figure("U95", root_to_text(expanded_95, decimals_95, mode), "um"),
    ]
    range_decimals = _range_decimals(result)
    printed += _height_figures("1", result.t1, finer, range_decimals)
    printed += _height_figures("2", result.t2, finer, range_decimals)
    printed.append(Figure("u3", root_to_text(_um2(result.u3_variance), finer), "um"))
    printed.append(Figure("u_c_correlated", root_to_text(_um2(result.correlated), finer), "um"))
    printed.append(Figure("u_c_bessel", root_to_text(_um2(result.bessel_variance), finer), "um"))
    return printed


def _freedom_text(result: "Result") -> "str":
    return "∞" if result.whole_freedom is None else str(result.whole_freedom)


def _range_decimals(result: "Result") -> "int":
    """Decimals of a range in um: the gauge's last place, never fewer than the ranges have."""
    lengths_nm = [result.t1.estimate.range, result.t2.estimate.range, result.inputs.resolution_nm]
    decimals = 0
    while any([(length * 10**decimals / NM_PER_UM).den != 1 for length in lengths_nm]):
        decimals += 1
    return decimals


def _height_figures(
    index: "str", height: "Height", decimals: "int", range_decimals: "int"
) -> "list[Figure]":
    return [
        Figure("t" + index, to_text(_mm(height.mean), 6), "mm"),
        Figure("R" + index, to_text(height.estimate.range / NM_PER_UM, range_decimals), "um"),
        Figure("s" + index, to_text(height.estimate.s / NM_PER_UM, decimals), "um"),
        Figure("s_bessel" + index, root_to_text(_um2(height.bessel), decimals), "um"),
        Figure("u1_t" + index, root_to_text(_um2(height.range_variance), decimals), "um"),
        Figure("u_t" + index, root_to_text(_um2(height.variance), decimals), "um"),
    ]


def verdicts(result: "Result") -> "list[Verdict]":
    """Depth against its limit, for reference; [] without a limit.

    The guard band is U = 2 u_c; with fewer than 10 effective degrees of freedom, where k = 2
    covers less than 95 %, it is U95.
    """
    limit_nm = result.inputs.limit_nm
    if limit_nm is None:
        return []
    _, decimals, _ = _printing(result)
    few = _has_few_degrees(result)
    k = result.k95 if few else Ratio(_K)
    band = k * k * _um2(result.variance)
    mode = result.inputs.rounding
    values = {
        "value": to_text(_mm(result.depth), max(decimals + 3, 0)),
        "limit": shortest_text(_mm(limit_nm)),
        "unit": "mm",
        "band": "U95" if few else "U",
        "U": root_to_text(band, decimals_for_root(band, 2, mode), mode),
        "U_unit": "um",
        "k": to_text(k, 2) if few else str(_K),
    }
    if result.depth <= 0:
        return [Verdict("t", NOT_EVALUATED, "depth-not-positive", values, True)]
    outcome = within_upper_limit(result.depth, result.variance, k, limit_nm)
    return [Verdict("t", outcome, "depth-limit", values, True)]


def _has_few_degrees(result: "Result") -> "bool":
    return result.whole_freedom is not None and bool(result.whole_freedom < _ENOUGH_FREEDOM)


def remarks(result: "Result") -> "list[Remark]":
    """What a reader must know: choices made, doubts, and where the draft's way differs."""
    found = []
    if result.depth < 0:
        found.append(Remark("sign-reversed", {}))
    if _has_few_degrees(result):
        found.append(
            Remark("k2-below-95", {"nu": str(result.whole_freedom), "k95": to_text(result.k95, 2)})
        )
    found += _mpe_remarks(result)
    found += _method_remarks(result)
    found += _pair_remarks(result)
    found += draft_differences(result)
    return found


def _mpe_remarks(result: "Result") -> "list[Remark]":
    required = result.inputs.required_mpe_nm
    values = {"mpe": shortest_text(result.inputs.mpe_nm / NM_PER_UM)}
    if required is None or required == result.inputs.mpe_nm:
        return [Remark("mpe", values)]
    values["required"] = shortest_text(required / NM_PER_UM)
    return [Remark("mpe-below" if result.inputs.mpe_nm < required else "mpe-above", values)]


def _method_remarks(result: "Result") -> "list[Remark]":
    _, _, finer = _printing(result)
    found = _range_table_remarks(result)
    correlated = root_to_text(_um2(result.correlated), finer)
    found.append(Remark("uncorrelated", {"correlated": correlated}))
    for index, height in (("1", result.t1), ("2", result.t2)):
        if height.by_resolution:
            found.append(Remark("resolution-kept", {"height": "t" + index}))
    if result.inputs.zero_nm:
        zero = to_text(_mm(Ratio(result.inputs.zero_nm)), 4)
        found.append(Remark("zero-offset", {"zero": zero}))
    if result.inputs.repeated:
        found.append(Remark("steps-repeated", {"count": str(result.inputs.repeated)}))
    return found


def _range_table_remarks(result: "Result") -> "list[Remark]":
    """The divisors used: one remark when t1 and t2 have the same number of readings, else two."""
    first, second = result.t1.estimate, result.t2.estimate
    if first.n == second.n:
        return [_range_table_remark("t1, t2", first)]
    return [_range_table_remark("t1", first), _range_table_remark("t2", second)]


def _range_table_remark(heights: "str", estimate: "RangeEstimate") -> "Remark":
    values = {
        "heights": heights,
        "table": estimate.table,
        "n": str(estimate.n),
        "C": to_text(estimate.divisor, 2),
        "nu": to_text(estimate.nu, 1),
    }
    return Remark("range-table", values)


def _pair_remarks(result: "Result") -> "list[Remark]":
    """Tilt check: a tilted surface leaves the means of opposite pairs equal, its form does not."""
    if result.inputs.angles_nm is None:
        return []
    at_0, at_90, at_180, at_270 = result.inputs.angles_nm
    values = {
        "pair1": _um_text(Ratio(at_0 + at_180, 2)),
        "pair2": _um_text(Ratio(at_90 + at_270, 2)),
        "difference": _um_text(Ratio(at_0 + at_180 - at_90 - at_270, 2)),
        "slope1": _um_text(Ratio(at_180 - at_0)),
        "slope2": _um_text(Ratio(at_270 - at_90)),
    }
    return [Remark("opposite-pairs", values)]


def _um_text(length_nm: "Ratio") -> "str":
    return to_text(length_nm / NM_PER_UM, 2)


def draft_differences(result: "Result") -> "list[Remark]":
    """Where Annex D's way of working prints other digits than the unrounded calculation.

    Annex D rounds every intermediate result to 0.01 um and goes on with the rounded number. It is
    computed so from the present readings; each step whose print differs is a remark with both.
    Where the resolution's component is kept instead of the repeatability's, both ways keep it:
    the remark is about rounding alone.
    """
    u3 = _hundredths(result.u3_variance)
    found = []
    rounded_u = []
    unrounded = Ratio(0)
    for index, height in (("1", result.t1), ("2", result.t2)):
        s = rounded(height.estimate.s / NM_PER_UM, 2)
        u1 = rounded_root(Ratio(s * s, height.estimate.n), 0)
        kept = _hundredths(height.resolution) if height.by_resolution else u1
        u = rounded_root(Ratio(kept * kept + u3 * u3), 0)
        found += _difference("u1_t" + index, u1, _hundredths(height.range_variance), 2)
        found += _difference("u_t" + index, u, _hundredths(height.variance), 2)
        rounded_u.append(u)
        unrounded = unrounded + height.variance
    u_c = rounded_root(Ratio(rounded_u[0] * rounded_u[0] + rounded_u[1] * rounded_u[1]), 0)
    found += _difference("u_c", u_c, _hundredths(unrounded), 2)
    expanded = rounded(Ratio(_K * u_c, 100), 1)
    found += _difference("U", expanded, rounded_root(_K * _K * _um2(unrounded), 1), 1)
    return found


def _hundredths(variance_nm2: "Ratio") -> "int":
    """The root as a count of 0.01 um, half to even."""
    return rounded_root(_um2(variance_nm2), 2)


def _difference(key: "str", draft: "int", unrounded: "int", decimals: "int") -> "list[Remark]":
    if draft == unrounded:
        return []
    scale = 10**decimals
    values = {
        "step": key,
        "draft": to_text(Ratio(draft, scale), decimals),
        "unrounded": to_text(Ratio(unrounded, scale), decimals),
        "unit": "um",
    }
    return [Remark("draft-rounding", values)]


class Ledger(StepLedger):
    """Readings of a session: zero, outside, inside, one gauge reading for each step."""

    def __init__(self, plan: "dict[str, object]") -> None:
        super().__init__(plan)
        self._heights_nm: "dict[int, int]" = {}
        self._last_place_nm = Ratio(0)

    def take(self, index: "int", reading: "Reading") -> None:
        """One gauge reading; its value in nm must be what the telegram says."""
        if not self._role(index):
            raise ValueError("the step {} takes no gauge reading".format(self.step_id(index)))
        if index in self._heights_nm:
            raise ValueError("a second reading of {}".format(self.step_id(index)))
        decimals = self.setting(reading.channel, "decimals", 4)
        agreement_nm = self.setting(reading.channel, "agreement_nm", AGREEMENT_NM)
        height_nm = value_nm(reading.raw, decimals, agreement_nm)
        if height_nm != reading.value:
            raise ValueError(
                "the reading of {} says {} nm, its raw bytes {} nm".format(
                    self.step_id(index), reading.value, height_nm
                )
            )
        self._heights_nm[index] = height_nm
        self._last_place_nm = Ratio(NM_PER_MM, 10**decimals)

    def forget(self, index: "int") -> None:
        """Drop the reading of a step that is begun again."""
        self._heights_nm.pop(index, None)

    def inputs(self) -> "Inputs":
        """Everything the computation needs; ValueError that names what is missing."""
        self.require_complete()
        zero = self._readings("zero")
        required_um = self.limit("gauge_mpe_um")
        limit_mm = self.limit("depth_max_mm")
        return Inputs(
            self._readings("outside"),
            self._readings("inside"),
            zero[0] if zero else None,
            self._angles(),
            self.required("mpe_um") * NM_PER_UM,
            self._resolution_nm(),
            self.choice("range_table", RANGE_TABLES),
            self.choice("rounding", MODES),
            None if limit_mm is None else limit_mm * NM_PER_MM,
            None if required_um is None else required_um * NM_PER_UM,
            self.repeated,
        )

    def require_readings(self) -> None:
        """ValueError unless the plan's steps give each mean the readings that it needs."""
        for role in ("outside", "inside"):
            count = len([1 for index in range(len(self.steps)) if self._role(index) == role])
            if not FEWEST_READINGS <= count <= MOST_READINGS:
                raise ValueError(
                    "the plan has {} readings {}; 2 to 9 are needed".format(count, role)
                )

    def _resolution_nm(self) -> "Ratio":
        resolution_um = self.number("resolution_um")
        if resolution_um is None:
            return self._last_place_nm
        # Nothing makes a gauge finer than what it shows.
        coarser: "Ratio" = max(resolution_um * NM_PER_UM, self._last_place_nm)
        return coarser

    def _angles(self) -> "tuple[int, ...] | None":
        by_id = {self.step_id(index): self._heights_nm[index] for index in self._heights_nm}
        if any([angle not in by_id for angle in _ANGLES]):
            return None
        return tuple([by_id[angle] for angle in _ANGLES])

    def _role(self, index: "int") -> "str":
        kind = self.steps[index].get("kind")
        if kind == "zero":
            return "zero"
        for role in ("outside", "inside"):
            if kind == "gauge" and self.step_id(index).startswith(role):
                return role
        return ""

    def _readings(self, role: "str") -> "tuple[int, ...]":
        return tuple(
            [
                self._heights_nm[index]
                for index in range(len(self.steps))
                if index in self._heights_nm and self._role(index) == role
            ]
        )
