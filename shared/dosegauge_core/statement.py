"""A result with its uncertainty as it is printed: y and U to the same place, U_rel, k, nu_eff.

Sources: GUM 7.2.6; GB/T 8170; CNAS's rules for reports as in reference sheet 0.4: U has one or two
significant digits, y the same last place; a relative U needs no alignment.

Own choices:

- where one digit is asked and U's first digit (before rounding) is 1 or 2, or a carry makes it 1,
  U has two;
- the rounding mode is U's and U_rel's; y goes by GB/T 8170, half to even, whatever that mode;
- numbers are plain decimals from 0.001 up to below 1E6, or below 1E15 where the last place is 1 or
  finer; beyond, y and U have one common power of ten, that of the larger: 1.20E-9 and 0.15E-9;
- k is printed as it is up to three decimals (1.645), else with two (2.26).
"""

from collections import namedtuple

from .exact import Ratio
from .reporting import Remark
from .rounding import (
    decimals_for_root,
    decimals_of_leading_digit,
    place_decimal_point,
    rounded,
    rounded_root,
    shortest_text,
    to_text,
)

ABSOLUTE, RELATIVE = "absolute", "relative"

# The coverage probability p in per cent, and nu_eff cut down to a whole number (None: unlimited).
Coverage = namedtuple("Coverage", ("p_pct", "nu"))

# Printed texts without unit; `U_rel` in per cent, None where y prints as 0; `nu` and `p` (per
# cent) are None where U is k u_c without a probability.
Statement = namedtuple("Statement", ("value", "U", "U_rel", "unit", "k", "nu", "p"))

# Powers of ten of the smallest number in plain decimals, and of the first that isn't any more.
_SMALLEST_PLAIN = -3
_FIRST_NOT_PLAIN = 15
_FIRST_NOT_PLAIN_OF_COARSE = 6
# The smallest first digit of which one significant digit is enough.
_LEAST_FOR_ONE_DIGIT = 3
_K_AS_IT_IS = 3
_K_DECIMALS = 2


def state(
    y: "Ratio",
    variance: "Ratio",
    k: "Ratio",
    unit: "str",
    coverage: "Coverage | None" = None,
    digits: "int" = 2,
    mode: "str" = "half-even",
) -> "Statement":
    """What is printed of y with the square of its combined standard uncertainty, U = k u_c.

    unit "" is none. digits (of U and U_rel) is 1 or 2, mode one of rounding.MODES. ValueError that
    names it for a variance or k not above 0, other digits or modes, and a coverage without sense.
    """
    _check(variance, k, coverage, digits)
    expanded_squared = k * k * variance
    decimals = _decimals(expanded_squared, digits, mode)
    value = rounded(y, decimals)
    expanded = rounded_root(expanded_squared, decimals, mode)
    exponent = _exponent(max(abs(value), expanded), decimals)
    return Statement(
        _text(value, decimals, exponent),
        _text(expanded, decimals, exponent),
        None
        if value == 0
        else _uncertainty_text(10000 * expanded_squared / (y * y), digits, mode),
        unit,
        coverage_factor_text(k),
        None if coverage is None else ("∞" if coverage.nu is None else str(coverage.nu)),
        None if coverage is None else shortest_text(coverage.p_pct),
    )


def form(statement: "Statement", kind: "str" = ABSOLUTE) -> "Remark":
    """The short form for `texts.render`: "y = ..., U = ... (k = 2)", or "y = ... (1 ± U_rel)".

    ValueError for RELATIVE where y prints as 0, and for another kind.
    """
    return Remark("form-" + _ending(statement, kind), _values(statement))


def sentence(statement: "Statement", measurand: "str", kind: "str" = ABSOLUTE) -> "Remark":
    """The whole sentence for `texts.render`: measurand, value, U, k, and p with nu_eff.

    measurand is its name in the reader's language. ValueError as `form`.
    """
    values = _values(statement)
    values["measurand"] = measurand
    return Remark("result-" + _ending(statement, kind), values)


def coverage_factor_text(k: "Ratio") -> "str":
    """k as it is, or with two decimals where it has more than three."""
    if (k * 10**_K_AS_IT_IS).den == 1:
        return shortest_text(k)
    return to_text(k, _K_DECIMALS)


def _check(variance: "Ratio", k: "Ratio", coverage: "Coverage | None", digits: "int") -> None:
    if variance < 0:
        raise ValueError("u_c squared is negative")
    if variance == 0:
        raise ValueError("U is 0: a result without an uncertainty can't be stated")
    if k <= 0:
        raise ValueError("k is not above 0")
    if digits not in (1, 2):
        raise ValueError("digits of U: {!r}; 1 or 2".format(digits))
    if coverage is None:
        return
    if coverage.p_pct <= 0 or coverage.p_pct >= 100:
        raise ValueError("p is not between 0 and 100 %")
    if coverage.nu is not None and coverage.nu < 1:
        raise ValueError("nu_eff is below 1")


def _decimals(square: "Ratio", digits: "int", mode: "str") -> "int":
    """Decimals of an uncertainty whose square is given."""
    if digits == 2:
        return decimals_for_root(square, 2, mode)
    place = decimals_of_leading_digit(square)
    fine_enough = _LEAST_FOR_ONE_DIGIT * _power_of_ten(-place)
    if square < fine_enough * fine_enough:
        return decimals_for_root(square, 2, mode)
    # After a carry, 0.96 to 1.0, the same place shows two digits, the first of them 1.
    return place


def _power_of_ten(exponent: "int") -> "Ratio":
    return Ratio(10**exponent) if exponent >= 0 else Ratio(1, 10**-exponent)


def _exponent(largest: "int", decimals: "int") -> "int | None":
    """The common power of ten of counts of 10**-decimals, None where plain decimals do."""
    exponent = len(str(largest)) - 1 - decimals
    above = _FIRST_NOT_PLAIN if decimals >= 0 else _FIRST_NOT_PLAIN_OF_COARSE
    return None if _SMALLEST_PLAIN <= exponent < above else exponent


def _text(count: "int", decimals: "int", exponent: "int | None") -> "str":
    if exponent is None:
        return place_decimal_point(count, decimals)
    return "{}E{}".format(place_decimal_point(count, decimals + exponent), exponent)


def _uncertainty_text(square: "Ratio", digits: "int", mode: "str") -> "str":
    decimals = _decimals(square, digits, mode)
    count = rounded_root(square, decimals, mode)
    return _text(count, decimals, _exponent(count, decimals))


def _ending(statement: "Statement", kind: "str") -> "str":
    """What the codes of forms and sentences end in."""
    if kind not in (ABSOLUTE, RELATIVE):
        raise ValueError("no kind of statement {!r}; {} or {}".format(kind, ABSOLUTE, RELATIVE))
    if kind == RELATIVE and statement.U_rel is None:
        raise ValueError("y is 0 at the place of U and has no relative uncertainty")
    ending = "k" if statement.p is None else "p"
    return ending if kind == ABSOLUTE else "relative-" + ending


def _values(statement: "Statement") -> "dict[str, str]":
    unit = " " + statement.unit if statement.unit else ""
    values = {
        "value": statement.value + unit,
        "U": statement.U + unit,
        "k": statement.k,
    }
    if statement.U_rel is not None:
        values["U_rel"] = statement.U_rel
        values["product"] = "{}(1 ± {} %){}".format(statement.value, statement.U_rel, unit)
    if statement.p is not None:
        values["p"] = statement.p
        values["nu"] = statement.nu
    return values
