"""What is printed of a hole depth: figures, verdicts, remarks. See `depth`."""

from .decisions import within_upper_limit
from .depth_budget import NM_PER_MM, NM_PER_UM
from .exact import Ratio
from .reporting import NOT_EVALUATED, Figure, Remark, Verdict
from .rounding import (
    decimals_for_root,
    root_to_text,
    rounded,
    rounded_root,
    shortest_text,
    to_text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .depth_budget import Height, Result
    from .type_a import RangeEstimate

_K = 2
# Below this many degrees of freedom k = 2 is said to cover less than 95 %, and U95 decides.
_ENOUGH_FREEDOM = 10


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
