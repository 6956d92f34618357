"""Formulas as text: what is read, what is refused, values and derivatives."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.formula import FormulaError, is_name, parse


def _ratio(text):
    return parse_decimal(text)


# formula, values, result: worked by hand.
VALUES = [
    ("1 + 2 * 3", {}, "7"),
    ("(1 + 2) * 3", {}, "9"),
    ("8 / 4 / 2", {}, "1"),
    ("8 - 4 - 2", {}, "2"),
    ("-a**2", {"a": "3"}, "-9"),
    ("(-a)**2", {"a": "3"}, "9"),
    ("--a", {"a": "3"}, "3"),
    ("2 * -a", {"a": "3"}, "-6"),
    ("a**-2", {"a": "2"}, "0.25"),
    ("a**0", {"a": "0"}, "1"),
    ("1.5E-3 * a", {"a": "2"}, "0.003"),
    ("2e2", {}, "200"),
    ("abs(a - b)", {"a": "1", "b": "3"}, "2"),
    ("max(a, b, 2)", {"a": "1", "b": "3"}, "3"),
    ("min(a, b, 2)", {"a": "1", "b": "3"}, "1"),
    ("mean(a, b)", {"a": "1", "b": "4"}, "2.5"),
    ("stdev(1, 3, 5)", {}, "2"),
    ("sqrt(6.25)", {}, "2.5"),
    ("exp(0) + ln(1) + sin(0) + cos(0) + tan(0) + atan(0) + expm1(0)", {}, "2"),
    (" a\t*\nb ", {"a": "2", "b": "3"}, "6"),
]


@pytest.mark.parametrize(("formula", "values", "result"), VALUES)
def test_a_formula_has_its_value(formula, values, result):
    given_values = {name: _ratio(text) for name, text in values.items()}
    assert Expression(formula).value(given_values) == _ratio(result)


REFUSED = [
    ("", "empty"),
    ("   ", "empty"),
    ("a +", "ends too early"),
    ("(a", "closing bracket"),
    ("a)", "not expected"),
    ("a b", "not expected"),
    ("a ** b", "power is a whole number"),
    ("a ** 0.5", "not expected"),
    ("a ** 13", "power is a whole number up to 12"),
    ("a ** 2 ** 2", "not expected"),
    ("sqrt a", "in brackets"),
    ("sqrt(a, b)", "takes 1 arguments"),
    ("max(a)", "takes 2 or more"),
    ("1.2.3", "no number"),
    ("1e999", "no number"),
    ("__import__('os')", "not expected"),
    ("a.real", "not expected"),
    ("a[0]", "not expected"),
    ("a; b", "not expected"),
    ("长 + 1", "not expected"),
    ("(" * 41 + "a" + ")" * 41, "brackets within"),
    ("a" + " + a" * 450, "more than 400 operations"),
    ("a" * 2001, "at most 2000"),
]


@pytest.mark.parametrize(("formula", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_is_no_formula_is_refused_with_the_place(formula, reason):
    with pytest.raises(FormulaError, match=reason.replace("(", r"\(")):
        Expression(formula)


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused(text):
    with contextlib.suppress(FormulaError):
        assert parse(text)


@given(st.text(alphabet="ab()+-*/ .12e,sqrtmaxln", max_size=40))
def test_formula_like_text_is_a_formula_or_refused(text):
    with contextlib.suppress(FormulaError):
        assert parse(text)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("N_K", True), ("x1", True), ("1x", False), ("pi", False), ("sqrt", False), ("长", False)],
)
def test_names_of_quantities(name, allowed):
    assert is_name(name) is allowed


# A division by zero and functions outside their range name what went wrong.
@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("1 / (a - a)", "division by zero"),
        ("(a - a)**-1", "division by zero"),
        ("sqrt(-a)", "sqrt"),
        ("ln(a - a)", "ln"),
        ("b", "no value for b"),
    ],
)
def test_what_has_no_value_says_why(formula, reason):
    with pytest.raises(ValueError, match=reason):
        Expression(formula).value({"a": Ratio(1)})


@pytest.mark.parametrize("formula", ["abs(a)", "sqrt(a)", "max(a, b)", "stdev(a, b)"])
def test_what_has_no_derivative_says_so(formula):
    with pytest.raises(ValueError, match="no derivative"):
        Expression(formula).gradient({"a": Ratio(0), "b": Ratio(0)})


# Derivatives derived by hand, at a = 3, b = 4.
DERIVATIVES = [
    ("a + b", "1", "1"),
    ("a - b", "1", "-1"),
    ("a * b", "4", "3"),
    ("a / b", "0.25", "-0.1875"),
    ("a**3 / b", "6.75", "-1.6875"),
    ("sqrt(a**2 + b**2)", "0.6", "0.8"),
    ("(a + b)**2", "14", "14"),
    ("a * a - a + b", "5", "1"),
    ("abs(a - b)", "-1", "1"),
    ("max(a, b)", "0", "1"),
    ("min(a, b)", "1", "0"),
    ("mean(a, b, 1)", "1/3", "1/3"),
    ("stdev(a, b, 5)", "-0.5", "0"),
    ("exp(a - 3) * b", "4", "1"),
    ("expm1(a - 3) * b", "4", "0"),
    ("ln(a) * 12 + ln(b)", "4", "0.25"),
    ("sin(a - 3) + cos(b - 4)", "1", "0"),
    ("tan(a - 3) + atan(b - 4)", "1", "1"),
]


@pytest.mark.parametrize(("formula", "by_a", "by_b"), DERIVATIVES)
def test_derivatives_are_those_derived_by_hand(formula, by_a, by_b):
    expression = Expression(formula)
    _, derivatives = expression.gradient({"a": Ratio(3), "b": Ratio(4)})
    for name, expected in (("a", by_a), ("b", by_b)):
        exact = Fraction(expected)
        assert derivatives[name] == Ratio(exact.numerator, exact.denominator), name


small = st.fractions(min_value=Fraction(1, 10), max_value=10, max_denominator=100)


@given(small, small, small)
def test_a_rational_derivative_is_the_limit_of_difference_quotients(a, b, c):
    """Independent: exact differences of the same formula on both sides, halved twice."""

    def f(x, y, z):
        return (x - y) * z**2 / (1 + x * y) + x / z

    values = {
        name: Ratio(v.numerator, v.denominator) for name, v in (("x", a), ("y", b), ("z", c))
    }
    value, derivatives = Expression("(x - y) * z**2 / (1 + x * y) + x / z").gradient(values)
    assert Fraction(value.num, value.den) == f(a, b, c)
    h = Fraction(1, 10**6)
    numeric = (
        (f(a + h, b, c) - f(a - h, b, c)) / (2 * h),
        (f(a, b + h, c) - f(a, b - h, c)) / (2 * h),
        (f(a, b, c + h) - f(a, b, c - h)) / (2 * h),
    )
    for name, quotient in zip("xyz", numeric, strict=True):
        exact = Fraction(derivatives[name].num, derivatives[name].den)
        assert abs(exact - quotient) <= Fraction(1, 10**5)
