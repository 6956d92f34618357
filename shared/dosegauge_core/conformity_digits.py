"""What is printed of a decision on conformity: its sentence with rule and limits, and its risk.

Own choice: acceptance limits and w have one place more than U; probabilities are in per cent with
two decimals, and one that isn't 0 or 1 never prints as such.
"""

from .exact import Ratio
from .fixed import ONE
from .reporting import FAIL, PASS, Remark, Verdict
from .rounding import (
    decimals_for_root,
    place_decimal_point,
    root_to_text,
    rounded,
    shortest_text,
    to_text,
)
from .statement import coverage_factor_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .conformity import Decision, Limits, Measured

_RISK_DECIMALS = 2
_WHOLE = 100 * 10**_RISK_DECIMALS


def verdict(
    subject: "str",
    decision: "Decision",
    measured: "Measured",
    unit: "str",
    reference_only: "bool",
    mode: "str" = "half-even",
) -> "Verdict":
    """The decision as the verdict on a subject (see reporting.Verdict), with all it rests on.

    `measured` is what was decided on. U has two digits, rounded by `mode`, y the same last place.
    """
    squared = measured.k * measured.k * measured.variance
    decimals = decimals_for_root(squared, 2, mode)
    values = {
        "value": to_text(measured.y, decimals),
        "U": root_to_text(squared, decimals, mode),
        "unit": unit,
        "k": coverage_factor_text(decision.k),
        "limits": _range([_given(limit, decimals) for limit in decision.limits]),
        "conformance": percent_text(decision.conformance),
    }
    if decision.acceptance is not None:
        finer = [None if a is None else to_text(a, decimals + 1) for a in decision.acceptance]
        values["acceptance"] = _range(finer)
        values["w"] = to_text(decision.guard_band, decimals + 1)
    if decision.u_factor is not None:
        values["factor"] = shortest_text(decision.u_factor)
    if decision.required is not None:
        values["required"] = shortest_text(decision.required * 100)
    return Verdict(subject, decision.outcome, decision.code, values, reference_only)


def remarks(decision: "Decision") -> "list[Remark]":
    """The risk of the outcome, and whether the guard band leaves any value to pass."""
    found = []
    if decision.outcome == PASS:
        found.append(Remark("consumer-risk", {"risk": percent_text(decision.consumer_risk)}))
    elif decision.outcome == FAIL:
        found.append(Remark("producer-risk", {"risk": percent_text(decision.producer_risk)}))
    else:
        found.append(Remark("conformance", {"risk": percent_text(decision.conformance)}))
    if _nothing_can_pass(decision.acceptance):
        found.append(Remark("no-acceptance", {}))
    return found


def _nothing_can_pass(acceptance: "Limits | None") -> "bool":
    if acceptance is None or acceptance.lower is None or acceptance.upper is None:
        return False
    return bool(acceptance.lower > acceptance.upper)


def percent_text(chance: "int") -> "str":
    """A probability, whole number of 1/fixed.ONE, in per cent; "< 0.01", "> 99.99" at its ends."""
    count = rounded(Ratio(100 * chance, ONE), _RISK_DECIMALS)
    if count == 0 and chance > 0:
        return "< " + place_decimal_point(1, _RISK_DECIMALS)
    if count == _WHOLE and chance < ONE:
        return "> " + place_decimal_point(_WHOLE - 1, _RISK_DECIMALS)
    return place_decimal_point(count, _RISK_DECIMALS)


def _given(limit: "Ratio | None", decimals: "int") -> "str | None":
    """A limit as it was given, or one place finer than U when its decimals have no end."""
    if limit is None:
        return None
    try:
        return shortest_text(limit)
    except ValueError:
        return to_text(limit, decimals + 1)


def _range(texts: "list[str | None]") -> "str":
    lower, upper = texts
    if lower is None:
        return "≤ {}".format(upper)
    if upper is None:
        return "≥ {}".format(lower)
    return "{} … {}".format(lower, upper)
