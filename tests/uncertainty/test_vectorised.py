"""A formula on arrays agrees with its exact evaluation, and no trial without a value slips by."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosegauge.errors import CheckFailed
from dosegauge.uncertainty.monte_carlo.vectorised import VectorFormula
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty.expression import Expression

# Every kind of operation, alone and nested; a, b, c are positive.
FORMULAS = [
    "a",
    "-a",
    "a + b - c * a / b",
    "a**2 - b**3 + c**-2 + a**0 + b**1",
    "sqrt(a) + sqrt(b * c) / (a + c)",
    "exp(-a) + expm1(b / 10) + ln(c)",
    "sin(a) + cos(b) * tan(c / 10) - atan(a * b)",
    "abs(a - b) + max(a, b, c) - min(a, b, c)",
    "mean(a, b, c) + stdev(a, b, c)",
    "(a * b + c) * (a * b + c) - (a - b) * (b - c) * (c - a)",
    "100 * (a / b / tan(pi / 4 + c / 1000) - 1)",
    "a * (2 + 3 / 4 - pi) + sqrt(2) * b",
]
POSITIVE = st.fractions(min_value="1/100", max_value=100, max_denominator=10_000)


@pytest.mark.parametrize("text", FORMULAS)
@settings(max_examples=25, deadline=None)
@given(trials=st.lists(st.tuples(POSITIVE, POSITIVE, POSITIVE), min_size=1, max_size=6))
def test_every_trial_has_the_exact_value(text, trials):
    expression = Expression(text)
    arrays = {
        name: np.array([float(trial[position]) for trial in trials])
        for position, name in enumerate("abc")
    }
    out = np.empty(len(trials))
    VectorFormula(expression, "abc", {}, len(trials)).evaluate(arrays, out)
    for trial, value in zip(trials, out, strict=True):
        # The floats themselves are what was given.
        exact = expression.value(
            {
                name: Ratio(*float(x).as_integer_ratio())
                for name, x in zip("abc", trial, strict=True)
            }
        )
        size = max(1.0, *(abs(float(x)) ** 3 for x in trial), 1 / float(trial[2]) ** 2)
        assert abs(value - exact.num / exact.den) <= 1e-11 * size


@given(
    b=st.floats(0.1, 10),
    a=st.lists(st.floats(0.1, 10), min_size=1, max_size=5),
)
def test_a_fixed_input_is_a_constant(a, b):
    formula = VectorFormula(Expression("ln(b) * b / a + b**2"), {"a"}, {"b": b}, 5)
    out = np.empty(len(a))
    formula.evaluate({"a": np.array(a)}, out)
    assert np.allclose(out, np.log(b) * b / np.array(a) + b**2, rtol=1e-13)


def test_inputs_are_left_as_they_were():
    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    VectorFormula(Expression("(a + b) * (a - b) / a"), "ab", {}, 2).evaluate(
        {"a": a, "b": b}, np.empty(2)
    )
    assert a.tolist() == [1, 2]
    assert b.tolist() == [3, 4]


def test_a_chunk_may_be_shorter_than_was_prepared_for():
    formula = VectorFormula(Expression("sqrt(a) + a / (1 + a)"), {"a"}, {}, 100)
    out = np.empty(3)
    formula.evaluate({"a": np.array([0.0, 1.0, 4.0])}, out)
    assert out.tolist() == [0, 1.5, 2.8]


# Formula, values of a, operation that is named, trials without a value.
WITHOUT_VALUE = [
    ("1 + sqrt(a - 2)", [1, 3, 0, 2], "sqrt(a - 2)", 2),
    ("atan(1 / a)", [1, 0, 2, 3], "1 / a", 1),
    ("min(a**-2, 5)", [0, 0, 0, 3], "a**-2", 3),
    ("ln(a)", [0, -1, 1, 2], "ln(a)", 2),
    ("1 / exp(1000 * a)", [1, 0, 0, 0], "exp(1000 * a)", 1),
    ("a / (a - a)", [0, 1, 2, 3], "a / (a - a)", 4),
    ("(a * 10000000000)**12 - 1", [1e30, 1, 1, 1], "(a * 10000000000)**12", 1),
    ("a", [1, float("inf"), 1, 1], "a", 1),
]


@pytest.mark.parametrize(("text", "values", "named", "count"), WITHOUT_VALUE)
def test_a_trial_without_a_value_names_the_operation(text, values, named, count):
    formula = VectorFormula(Expression(text), {"a"}, {}, 4)
    with pytest.raises(CheckFailed) as failure:
        formula.evaluate({"a": np.array(values, dtype=float)}, np.empty(4))
    line = failure.value.line("en")
    assert line.startswith(f"{named}: no value in {count} of the first 4 trials. ")
    assert f"前 4 次试验中有 {count} 次没有值" in failure.value.line("zh")


def test_trials_of_earlier_chunks_count():
    formula = VectorFormula(Expression("sqrt(a)"), {"a"}, {}, 4)
    formula.evaluate({"a": np.ones(4)}, np.empty(4))
    with pytest.raises(CheckFailed, match="no value in 1 of the first 7 trials"):
        formula.evaluate({"a": np.array([1.0, -1.0, 1.0])}, np.empty(3))


def test_a_constant_without_a_value_is_named_too():
    with pytest.raises(CheckFailed, match=r"^1 / \(b - 2\): no value"):
        VectorFormula(Expression("a + 1 / (b - 2)"), {"a"}, {"b": 2.0}, 4)
