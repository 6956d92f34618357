"""Combination: published examples, correlation, degrees of freedom, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.rounding import root_to_text, to_text
from dosegauge_core.uncertainty import component, readings
from dosegauge_core.uncertainty.combination import Correlation, Quantity, combine, expand
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.simultaneous import read_together

D = parse_decimal


def _quantity(name, value, *components):
    return Quantity(name, D(value), "", tuple(components))


def _normal(name, u, freedom=None):
    return component.standard(name, D(u), None if freedom is None else D(freedom))


def test_gum_h1_end_gauge():
    """GUM H.1: l = l_s + d - l_s (da th + a_s dth); u_c 32 nm, nu_eff 16, U99 93 nm.

    Lengths in nm, temperatures in K. Components as in table H.1 and H.1.3.
    """
    expression = Expression("l_s + d + d_1 + d_2 - l_s * (da * (th_m + th_D) + a_s * dth)")
    budget = combine(
        expression,
        [
            _quantity("l_s", "50000623", _normal("certificate", "25", "18")),
            _quantity("d", "215", _normal("repeated observations", "5.8", "24")),
            _quantity("d_1", "0", _normal("random effects of the comparator", "3.9", "5")),
            _quantity("d_2", "0", _normal("systematic effects", "6.7", "8")),
            _quantity("da", "0", component.bounded("a", "uniform", D("1E-6"), None, D("50"))),
            _quantity("th_m", "-0.1", _normal("mean temperature", "0.2")),
            _quantity("th_D", "0", component.bounded("cycle", "arcsine", D("0.5"))),
            _quantity("a_s", "11.5E-6", component.bounded("a_s", "uniform", D("2E-6"))),
            _quantity("dth", "0", component.bounded("dth", "uniform", D("0.05"), None, D("2"))),
        ],
    )
    assert to_text(budget.value, 0) == "50000838"
    assert root_to_text(budget.variance, 1) == "31.7"
    expanded = expand(budget, D("0.99"))
    assert expanded.freedom == 16
    assert to_text(expanded.k, 2) == "2.92"
    # GUM prints 93 nm, from the rounded 2.92 * 32 nm. From the unrounded 31.664 nm it is 92.48 nm,
    # which is 93 only when it is rounded up as GUM 7.2.6 allows.
    assert root_to_text(expanded.variance, 2) == "92.48"
    assert root_to_text(expanded.variance, 0, "up") == "93"


# GUM H.2, table H.2: five simultaneous observations of V (V), I (mA) and phi (rad).
H2 = {
    "V": "5.007 4.994 5.005 4.990 4.999",
    "I": "0.019663 0.019639 0.019640 0.019685 0.019678",
    "phi": "1.0456 1.0438 1.0468 1.0428 1.0433",
}
H2_RESULTS = [
    # quantity, formula, value, u_c, U95 with nu = 4 (t = 2.776). GUM prints u_c(X) = 0.295: that
    # is what its second approach gives (below); to first order it is 0.2956.
    ("R", "V / I * cos(phi)", "127.732", "0.071", "0.197"),
    ("X", "V / I * sin(phi)", "219.847", "0.296", "0.821"),
    ("Z", "V / I", "254.260", "0.236", "0.656"),
]


@pytest.mark.parametrize(("name", "formula", "value", "u", "expanded_95"), H2_RESULTS)
def test_gum_h2_simultaneous_readings(name, formula, value, u, expanded_95):
    expression = Expression(formula)
    observed = {
        quantity: [D(text) for text in H2[quantity].split()] for quantity in expression.inputs
    }
    quantities, correlations = read_together("five observations", observed)
    budget = combine(expression, quantities, correlations)
    assert to_text(budget.value, 3) == value
    assert root_to_text(budget.variance, 3) == u
    assert budget.freedom == 4, name
    assert root_to_text(expand(budget, D("0.95")).variance, 3) == expanded_95


def test_gum_h2_second_approach_evaluates_each_set_and_then_averages():
    """GUM H.2.4: the result of each of the five sets is one reading of the result."""
    observed = {name: [D(text) for text in H2[name].split()] for name in H2}
    expected = {"R": "0.071", "X": "0.295", "Z": "0.236"}
    for name, formula, value, _, _ in H2_RESULTS:
        expression = Expression(formula)
        results = [
            expression.value({q: observed[q][k] for q in expression.inputs}) for k in range(5)
        ]
        evaluated = readings.evaluate(results, "bessel")
        assert to_text(evaluated.mean, 3) == value
        assert root_to_text(evaluated.spread.variance / 5, 3) == expected[name]


def test_gum_h2_correlation_coefficients():
    observed = {name: [D(text) for text in H2[name].split()] for name in H2}
    quantities, correlations = read_together("five observations", observed)
    variances = {quantity.name: quantity.components[0].variance for quantity in quantities}
    # r(V, I) = -0.36, r(V, phi) = 0.86, r(I, phi) = -0.65
    expected = {("I", "V"): "-0.36", ("V", "phi"): "0.86", ("I", "phi"): "-0.65"}
    for correlation in correlations:
        ends = (correlation.first[0], correlation.second[0])
        product = variances[ends[0]] * variances[ends[1]]
        covariance = correlation.covariance
        magnitude = root_to_text(covariance * covariance / product, 2)
        assert ("-" if covariance < 0 else "") + magnitude == expected[ends]


def test_nist_tn_1900_e13_thermal_expansion():
    """NIST TN 1900 E13: 1.7266E-5 per K with u = 1.76E-6... of a bar of copper."""
    expression = Expression("(L_1 - L_0) / (L_0 * (T_1 - T_0))")
    budget = combine(
        expression,
        [
            _quantity("L_0", "1.4999", _normal("u", "0.0001")),
            _quantity("L_1", "1.5021", _normal("u", "0.0002")),
            _quantity("T_0", "288.15", _normal("u", "0.02")),
            _quantity("T_1", "373.10", _normal("u", "0.05")),
        ],
    )
    assert to_text(budget.value * 10**5, 4) == "1.7266"
    assert root_to_text(budget.variance * 10**12, 2) == "1.76"


def test_fully_correlated_errors_cancel_in_a_difference():
    parts = [_quantity(name, "1", _normal("mpe", "0.3")) for name in "ab"]
    together = Correlation(("a", "mpe"), ("b", "mpe"), Ratio(1), None)
    budget = combine(Expression("a - b"), parts, (together,))
    assert budget.variance == 0
    with pytest.raises(ValueError, match="no input has an uncertainty"):
        expand(budget)


def test_a_coefficient_adds_twice_its_covariance():
    parts = [_quantity("a", "1", _normal("u", "0.3")), _quantity("b", "1", _normal("u", "0.4"))]
    half = Correlation(("a", "u"), ("b", "u"), D("0.5"), None)
    budget = combine(Expression("a + b"), parts, (half,))
    # 0.09 + 0.16 + 2 * 0.5 * 0.12
    assert budget.variance == D("0.37")
    assert budget.correlated == D("0.12")


def test_correlated_finite_freedom_outside_one_set_of_readings_leaves_nu_unknown():
    parts = [
        _quantity("a", "1", _normal("u", "0.3", "5")),
        _quantity("b", "1", _normal("u", "0.4")),
    ]
    half = Correlation(("a", "u"), ("b", "u"), D("0.5"), None)
    budget = combine(Expression("a + b"), parts, (half,))
    assert (budget.freedom, budget.freedom_known) == (None, False)
    assert expand(budget).covers is False
    with pytest.raises(ValueError, match="nu_eff is not known"):
        expand(budget, D("0.95"))


@given(
    st.lists(
        st.tuples(st.integers(-50, 50), st.integers(1, 20), st.integers(1, 30)),
        min_size=2,
        max_size=6,
    )
)
def test_welch_satterthwaite_of_a_sum_as_the_plain_formula_has_it(parts):
    quantities = [
        _quantity(f"x{i}", "0", _normal("u", str(u), str(nu)))
        for i, (_, u, nu) in enumerate(parts)
    ]
    factors = " + ".join(f"({c}) * x{i}" for i, (c, _, _) in enumerate(parts))
    budget = combine(Expression(factors), quantities)
    squares = [(c * u) ** 2 for c, u, _ in parts]
    assert budget.variance == sum(squares)
    weighted = [Ratio(s * s, nu) for s, (_, _, nu) in zip(squares, parts, strict=True)]
    if sum(squares):
        expected = Ratio(sum(squares)) * sum(squares)
        divisor = weighted[0]
        for part in weighted[1:]:
            divisor = divisor + part
        assert budget.freedom == expected / divisor


def test_k_is_two_unless_said_and_warns_where_it_covers_less():
    few = combine(Expression("a"), [_quantity("a", "1", _normal("u", "1", "3"))])
    assert (expand(few).k, expand(few).covers) == (Ratio(2), False)
    many = combine(Expression("a"), [_quantity("a", "1", _normal("u", "1", "10"))])
    assert expand(many).covers is True


A, B, C = ("a", "u"), ("b", "u"), ("c", "u")


def _three(*correlations, formula="a + b + c"):
    parts = [_quantity(name, "1", _normal("u", "1")) for name in "abc"]
    return combine(Expression(formula), parts, correlations)


def _of(first, second, r):
    return Correlation(first, second, D(r), None)


REFUSED = [
    (lambda: _three(_of(A, B, "1.5")), "a, u and b, u is not within -1 and 1"),
    (lambda: _three(_of(A, B, "0.9"), _of(B, C, "0.9"), _of(A, C, "-0.9")), "contradict"),
    (lambda: _three(_of(A, B, "1"), _of(B, C, "1"), _of(A, C, "0")), "contradict"),
    (lambda: _three(_of(A, A, "1")), "given twice or with itself"),
    (lambda: _three(_of(A, B, "0.5"), _of(B, A, "0.5")), "given twice"),
    (lambda: _three(_of(A, ("d", "u"), "0.5")), "names d, u: there is none"),
    (lambda: _three(Correlation(A, B, None, Ratio(2))), "larger than their variances allow"),
    (lambda: _three(formula="a + b"), "no input c; it has a, b"),
    (lambda: _three(formula="a + b + c + d"), "input d is missing"),
    (
        lambda: combine(Expression("a"), [_quantity("a", "1"), _quantity("a", "2")]),
        "a is given twice",
    ),
    (
        lambda: combine(
            Expression("a"), [_quantity("a", "1", _normal("u", "1"), _normal("u", "2"))]
        ),
        "a has two components u",
    ),
    (
        lambda: combine(
            Expression("a"),
            [_quantity("a", "1", _normal("u", "1")._replace(variance=Ratio(-1)))],
        ),
        "variance of a, u is negative",
    ),
    (
        lambda: expand(
            combine(Expression("a"), [_quantity("a", "1", _normal("u", "1"))]), k=Ratio(0)
        ),
        "k must be greater than 0",
    ),
    (lambda: read_together("x", {"a": [Ratio(1), Ratio(2)], "b": [Ratio(1)]}), "b has 1 readings"),
    (lambda: read_together("x", {"a": [Ratio(1)], "b": [Ratio(1)]}), "at least 2"),
]


@pytest.mark.parametrize(("attempt", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_can_not_be_is_refused_by_name(attempt, reason):
    with pytest.raises(ValueError, match=reason):
        attempt()


def test_a_singular_but_possible_correlation_matrix_is_taken():
    budget = _three(_of(A, B, "1"), _of(B, C, "1"), _of(A, C, "1"))
    assert budget.variance == 9
