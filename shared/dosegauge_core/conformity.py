"""Conformity with limits: four decision rules, each with the risk of its decision.

Sources: JCGM 106:2012 (8.2 simple acceptance, 8.3 guard bands, 7 conformance probability),
JJF 1094-2002 (error against its limit MPEV, U against a third of it), ILAC-G8:09/2019 (guard band
w = U with k = 2); reference sheet 0.6. Comparisons are exact: roots are compared as squares.

Own choices:

- on a limit, an acceptance limit or a required probability counts as within ("at most" passes);
  JJF 1094's |error| >= MPEV + U fails, a guard band's y = T + w does not yet;
- rules with a guard band have three outcomes: PASS within the acceptance limits, FAIL when the
  other side is shown just as surely, else INCONCLUSIVE; simple acceptance has the first two;
- limits that aren't symmetric take half of their distance as MPEV; a single limit has no MPEV, and
  whether U is small enough to be left out can't be told;
- with nu effective degrees of freedom y is taken as y + u t(nu), nu cut down to a whole number,
  without them as normal.
"""

from collections import namedtuple

from .distributions import normal_cdf, t_cdf
from .elementary import sqrt
from .exact import Ratio, as_ratio
from .fixed import ONE, sqrt_nearest
from .reporting import FAIL, INCONCLUSIVE, PASS

SIMPLE, JJF_1094, GUARD, PROBABILITY = "simple", "jjf1094", "guard", "probability"
RULES = (SIMPLE, JJF_1094, GUARD, PROBABILITY)

# U may be left out of the decision up to this part of MPEV (JJF 1094-2002).
_LARGEST_PART_OF_MPEV = Ratio(1, 3)

# What the limits leave to a quantity; None where there is no limit.
Limits = namedtuple("Limits", ("lower", "upper"))

# A value, the square of its standard uncertainty, the coverage factor of its U, and its effective
# degrees of freedom (None: unlimited). One unit throughout.
Measured = namedtuple("Measured", ("y", "variance", "k", "nu"))

# `acceptance`: the limits within which y passes, None where the rule has none; they cross where
# nothing can pass. `guard_band`: w. `U_within_third`: whether U <= MPEV/3, None without an MPEV.
# `u_factor`: w/u where w was given so. `required`: the probability asked for where one was.
# Probabilities are whole numbers of 1/fixed.ONE: `conformance` that the item is within its limits,
# `consumer_risk` that one that passed isn't (None unless it passed), `producer_risk` that one that
# failed is. `code` names the sentence in `statement_texts` that states rule and limits.
Decision = namedtuple(
    "Decision",
    (
        "rule",
        "outcome",
        "limits",
        "acceptance",
        "guard_band",
        "k",
        "U",
        "U_within_third",
        "u_factor",
        "required",
        "conformance",
        "consumer_risk",
        "producer_risk",
        "code",
    ),
)


def absolute_limits(lower: "Ratio | int | None", upper: "Ratio | int | None") -> "Limits":
    """Limits in the unit of the quantity; None for a side without one.

    ValueError when there is none at all, or when the lower isn't below the upper.
    """
    if lower is None and upper is None:
        raise ValueError("limits: there is neither a lower nor an upper limit")
    low = None if lower is None else as_ratio(lower)
    high = None if upper is None else as_ratio(upper)
    if low is not None and high is not None and low >= high:
        raise ValueError("limits: the lower limit is not below the upper limit")
    return Limits(low, high)


def relative_limits(
    nominal: "Ratio | int", lower: "Ratio | int | None", upper: "Ratio | int | None"
) -> "Limits":
    """Limits of a quantity from those of its relative deviation: -0.05 and 0.05 for +-5 %.

    The deviation counts in parts of |nominal|, so that lower stays lower for a nominal below 0.
    ValueError for a nominal of 0.
    """
    reference = as_ratio(nominal)
    if reference == 0:
        raise ValueError("limits: the nominal value is 0 and has no relative deviation")
    size = abs(reference)
    return absolute_limits(
        None if lower is None else reference + size * lower,
        None if upper is None else reference + size * upper,
    )


def simple(measured: "Measured", limits: "Limits") -> "Decision":
    """PASS when y is within its limits, else FAIL; U is not considered (JCGM 106, 8.2).

    JJF 1094 permits that up to U = MPEV/3: see `U_within_third`, which also chooses the code.
    """
    _check(measured, limits)
    within = is_within_third(measured, limits)
    outcome = PASS if _surely_within(measured.y, limits, Ratio(0)) else FAIL
    code = {True: "rule-simple", False: "rule-simple-U-too-large", None: "rule-simple-no-mpev"}
    return _decision(SIMPLE, outcome, measured, limits, Ratio(0), code[within])


def jjf1094(measured: "Measured", limits: "Limits") -> "Decision":
    """JJF 1094: PASS up to MPEV - U, FAIL from MPEV + U, else INCONCLUSIVE.

    U counts only above MPEV/3, or where there is a single limit; else PASS up to MPEV, else FAIL.
    """
    _check(measured, limits)
    if is_within_third(measured, limits):
        outcome = PASS if _surely_within(measured.y, limits, Ratio(0)) else FAIL
        return _decision(JJF_1094, outcome, measured, limits, Ratio(0), "rule-jjf1094-simple")
    squared = _expanded_squared(measured)
    outcome = INCONCLUSIVE
    if _surely_within(measured.y, limits, squared):
        outcome = PASS
    elif _reaches_beyond(measured.y, limits, squared):
        outcome = FAIL
    return _decision(JJF_1094, outcome, measured, limits, squared, "rule-jjf1094")


def guard(
    measured: "Measured", limits: "Limits", u_factor: "Ratio | int | None" = None
) -> "Decision":
    """PASS when y is at least w inside its limits, FAIL when more than w outside.

    w = U, or u_factor times the standard uncertainty (1.645 for 5 % on one side, ISO 14253-1).
    ValueError for a u_factor below 0.
    """
    _check(measured, limits)
    factor = measured.k if u_factor is None else as_ratio(u_factor)
    if factor < 0:
        raise ValueError("guard: the factor of the guard band is negative")
    squared = factor * factor * measured.variance
    outcome = INCONCLUSIVE
    if _surely_within(measured.y, limits, squared):
        outcome = PASS
    elif _surely_beyond(measured.y, limits, squared):
        outcome = FAIL
    if u_factor is None:
        return _decision(GUARD, outcome, measured, limits, squared, "rule-guard")
    return _decision(
        GUARD, outcome, measured, limits, squared, "rule-guard-factor", u_factor=factor
    )


def probability(measured: "Measured", limits: "Limits", required: "Ratio") -> "Decision":
    """PASS when the item is within its limits with at least the required probability.

    FAIL when it is outside with that probability, else INCONCLUSIVE. required is 0.5 or more and
    below 1, else ValueError: below 0.5 an item could pass and fail at once.
    """
    _check(measured, limits)
    if not Ratio(1, 2) <= required < 1:
        raise ValueError("probability: the required probability is not from 0.5 to below 1")
    needed = required * ONE
    inside = conformance_probability(measured, limits)
    outcome = INCONCLUSIVE
    if needed <= inside:
        outcome = PASS
    elif needed <= ONE - inside:
        outcome = FAIL
    return _decision(
        PROBABILITY, outcome, measured, limits, None, "rule-probability", required=required
    )


def conformance_probability(measured: "Measured", limits: "Limits") -> "int":
    """Probability that the quantity is within its limits, whole number of 1/fixed.ONE.

    p_c = F((T_U - y)/u) - F((T_L - y)/u) with F normal, or t with nu degrees of freedom; error at
    most 4 units. Source: JCGM 106:2012, 7.
    """
    _check(measured, limits)
    outside = 0
    if limits.upper is not None:
        outside += _below(measured.y - limits.upper, measured)
    if limits.lower is not None:
        outside += _below(limits.lower - measured.y, measured)
    return max(ONE - outside, 0)


def is_within_third(measured: "Measured", limits: "Limits") -> "bool | None":
    """Whether U <= MPEV/3 (JJF 1094); None for a single limit, which has no MPEV."""
    if limits.lower is None or limits.upper is None:
        return None
    part = (limits.upper - limits.lower) / 2 * _LARGEST_PART_OF_MPEV
    return bool(_expanded_squared(measured) <= part * part)


def _check(measured: "Measured", limits: "Limits") -> None:
    absolute_limits(limits.lower, limits.upper)
    if measured.variance < 0:
        raise ValueError("u squared is negative")
    if measured.variance == 0:
        raise ValueError("u is 0: without an uncertainty nothing can be decided")
    if measured.k <= 0:
        raise ValueError("k is not above 0")
    if measured.nu is not None and measured.nu < 1:
        raise ValueError("nu is below 1: too few degrees of freedom")


def _expanded_squared(measured: "Measured") -> "Ratio":
    squared: "Ratio" = measured.k * measured.k * measured.variance
    return squared


def _below(distance: "Ratio", measured: "Measured") -> "int":
    """Probability that the standardised quantity is at most distance/u, scaled by ONE."""
    square = distance * distance / measured.variance
    z = sqrt_nearest(square.num * ONE * ONE, square.den)
    if distance < 0:
        z = -z
    if measured.nu is None:
        return normal_cdf(z)
    return t_cdf(z, as_ratio(measured.nu).floor())


def _room(y: "Ratio", limits: "Limits") -> "list[Ratio]":
    """How far y is inside each limit; negative outside."""
    room = []
    if limits.lower is not None:
        room.append(y - limits.lower)
    if limits.upper is not None:
        room.append(limits.upper - y)
    return room


def _surely_within(y: "Ratio", limits: "Limits", band_squared: "Ratio") -> "bool":
    return all([room >= 0 and room * room >= band_squared for room in _room(y, limits)])


def _surely_beyond(y: "Ratio", limits: "Limits", band_squared: "Ratio") -> "bool":
    return any([room < 0 and room * room > band_squared for room in _room(y, limits)])


def _reaches_beyond(y: "Ratio", limits: "Limits", band_squared: "Ratio") -> "bool":
    return any([room < 0 and room * room >= band_squared for room in _room(y, limits)])


def _decision(
    rule: "str",
    outcome: "str",
    measured: "Measured",
    limits: "Limits",
    band_squared: "Ratio | None",
    code: "str",
    u_factor: "Ratio | None" = None,
    required: "Ratio | None" = None,
) -> "Decision":
    band = None if band_squared is None else sqrt(band_squared)
    inside = conformance_probability(measured, limits)
    return Decision(
        rule,
        outcome,
        limits,
        None if band is None else _acceptance(limits, band),
        band,
        measured.k,
        sqrt(_expanded_squared(measured)),
        is_within_third(measured, limits),
        u_factor,
        required,
        inside,
        ONE - inside if outcome == PASS else None,
        inside if outcome == FAIL else None,
        code,
    )


def _acceptance(limits: "Limits", band: "Ratio") -> "Limits":
    """The limits moved inwards by w; they cross where nothing can pass."""
    return Limits(
        None if limits.lower is None else limits.lower + band,
        None if limits.upper is None else limits.upper - band,
    )
