"""Components of uncertainty, each against the textbook value of its variance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.uncertainty import component, readings


def _values(text):
    return [parse_decimal(part) for part in text.split()]


# distribution, half-width, shape, u squared as a fraction of a squared (GUM 4.3, JCGM 101 6.4).
BOUNDED = [
    ("uniform", None, (1, 3)),
    ("triangular", None, (1, 6)),
    ("arcsine", None, (1, 2)),
    ("two-point", None, (1, 1)),
    ("trapezoid", "0", (1, 6)),
    ("trapezoid", "1", (1, 3)),
    ("trapezoid", "0.5", (5, 24)),
    ("curvilinear", "0", (1, 3)),
]


@pytest.mark.parametrize(("distribution", "shape", "part"), BOUNDED)
def test_a_bounded_component_has_its_variance(distribution, shape, part):
    half_width = parse_decimal("0.6")
    given_shape = None if shape is None else parse_decimal(shape)
    made = component.bounded("x", distribution, half_width, given_shape)
    assert made.variance == half_width * half_width * Ratio(*part)
    assert (made.kind, made.freedom) == ("B", None)


def test_a_curvilinear_trapezoid_is_wider_by_a_ninth_of_d_squared():
    # JCGM 101 6.4.3.4: u^2 = (b - a)^2 / 12 + d^2 / 9.
    made = component.bounded("x", "curvilinear", Ratio(3), Ratio(1))
    assert made.variance == 3 + Ratio(1, 9)


def test_resolution_is_a_step_over_the_root_of_12():
    assert component.resolution("r", parse_decimal("0.1")).variance == Ratio(1, 1200)


@pytest.mark.parametrize(
    ("level", "k"),
    # GUM table G.1 and 4.3.4: normal quantiles, three decimals.
    [
        ("0.6827", "1.000"),
        ("0.9", "1.645"),
        ("0.95", "1.960"),
        ("0.99", "2.576"),
        ("0.9973", "3.000"),
    ],
)
def test_normal_coverage_factors(level, k):
    found = component.coverage_factor("x", parse_decimal(level))
    assert abs(found - parse_decimal(k)) < Ratio(6, 10000)


@pytest.mark.parametrize(
    ("nu", "k"), [("1", "12.71"), ("4", "2.78"), ("9.9", "2.26"), ("0.5", "12.71")]
)
def test_t_coverage_factors_are_taken_at_the_truncated_freedom(nu, k):
    found = component.coverage_factor("x", parse_decimal("0.95"), parse_decimal(nu))
    assert abs(found - parse_decimal(k)) <= Ratio(5, 1000)


def test_a_certificate_gives_u_over_k():
    made = component.certificate("c", parse_decimal("0.08"), Ratio(2))
    assert made.variance == Ratio(16, 10000)
    assert made.distribution == "normal"


def test_a_certificate_at_a_level_with_freedom_is_a_t_distribution():
    made = component.certificate_at_level("c", Ratio(1), parse_decimal("0.95"), Ratio(4))
    assert made.distribution == "t"
    # t_0.975(4) = 2.776445
    assert abs(made.variance * parse_decimal("7.708647") - 1) < Ratio(1, 10**6)


def test_a_quarter_of_doubt_is_eight_degrees_of_freedom():
    # GUM G.4.2, example.
    assert component.freedom_of_doubt(Ratio(1, 4)) == 8


def test_pooled_spread_weights_by_freedom():
    # s^2 = 2 with nu 1 and s^2 = 1 with nu 2: (2 + 2) / 3.
    pooled = component.pooled_spread([_values("1 3"), _values("4 5 6")])
    assert pooled.variance == Ratio(4, 3)
    assert pooled.freedom == 3


def test_dead_time_makes_counts_more_even():
    made = component.counted("n", 10000, Ratio(1, 10))
    assert made.variance == 8100


def test_of_repeatability_and_resolution_the_larger_is_kept():
    small, large = component.standard("a", Ratio(1)), component.standard("b", Ratio(2))
    assert component.larger(small, large) is large
    assert component.larger(large, small) is large


REFUSED = [
    (lambda: component.bounded("x", "uniform", Ratio(-1)), "x: the half-width is negative"),
    (lambda: component.bounded("x", "cauchy", Ratio(1)), "x: no bounded distribution 'cauchy'"),
    (lambda: component.bounded("x", "trapezoid", Ratio(1)), "x: beta is missing"),
    (lambda: component.bounded("x", "trapezoid", Ratio(1), Ratio(2)), "x: beta of a trapezoid"),
    (lambda: component.bounded("x", "curvilinear", Ratio(1), Ratio(2)), "x: d is larger"),
    (
        lambda: component.bounded("x", "uniform", Ratio(1), None, Ratio(0)),
        "x: the degrees of freedom",
    ),
    (lambda: component.standard("x", Ratio(-1)), "x: the standard uncertainty is negative"),
    (lambda: component.standard("x", Ratio(1), Ratio(0)), "x: the degrees of freedom"),
    (lambda: component.certificate("x", Ratio(-1), Ratio(2)), "x: the expanded uncertainty"),
    (lambda: component.certificate("x", Ratio(1), Ratio(0)), "x: the coverage factor k"),
    (lambda: component.coverage_factor("x", Ratio(1)), "x: the level of confidence"),
    (lambda: component.counted("n", -1), "n: -1 counts"),
    (lambda: component.freedom_of_doubt(Ratio(0)), "relative doubt"),
    (lambda: component.pooled_spread([]), "needs groups"),
    (lambda: component.type_a("x", component.bessel_spread(_values("1 2")), 0), "x: a mean of 0"),
    (lambda: readings.evaluate([], "bessel"), "no readings"),
    (lambda: readings.evaluate(_values("1"), "bessel"), "one reading has no type A"),
    (lambda: readings.evaluate(_values("1 2"), "median"), "no method 'median'"),
    (lambda: readings.evaluate(_values("1"), "pooled"), "needs groups"),
    (lambda: readings.summary(Ratio(1), Ratio(1), 1), "n = 1"),
    (lambda: readings.summary(Ratio(1), Ratio(-1), 2), "s is negative"),
]


@pytest.mark.parametrize(("attempt", "reason"), REFUSED)
def test_what_can_not_be_is_refused_by_name(attempt, reason):
    with pytest.raises(ValueError, match=reason):
        attempt()


def test_few_readings_follow_the_document_and_show_the_other_method():
    found = readings.evaluate(_values("4.923 4.921 4.924"), "range")
    assert (found.spread.method, found.other.method) == ("range", "bessel")
    # s = R / C = 0.003 / 1.69
    assert found.spread.variance == Ratio(9, 1690 * 1690)
    assert found.spread.freedom == parse_decimal("1.8")


def test_ten_readings_are_evaluated_by_bessel_whatever_the_document_names():
    found = readings.evaluate([Ratio(n) for n in range(10)], "range")
    assert (found.spread.method, found.other) == ("bessel", None)


def test_one_reading_is_enough_when_its_spread_is_known_from_earlier_groups():
    found = readings.evaluate(_values("5"), "pooled", earlier=[_values("1 3")])
    assert (found.spread.variance, found.averaged, found.other) == (Ratio(2), 1, None)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=9))
def test_bessel_and_range_agree_with_plain_formulas(counts):
    values = [Ratio(count) for count in counts]
    found = readings.evaluate(values, "bessel")
    n = len(counts)
    squares = n * sum(count * count for count in counts) - sum(counts) ** 2
    assert found.spread.variance == Ratio(squares, n * (n - 1))
    assert found.mean == Ratio(sum(counts), n)


@given(st.fractions(min_value=0, max_value=5), st.sampled_from(["uniform", "arcsine", "poisson"]))
def test_a_component_in_another_unit_keeps_its_relative_shape(factor, distribution):
    scale = Ratio(factor.numerator, factor.denominator)
    if distribution == "poisson":
        made = component.counted("n", 25)
    else:
        made = component.bounded("x", distribution, Ratio(2))
    scaled = component.scaled(made, scale)
    assert scaled.variance == made.variance * scale * scale
    if distribution == "poisson":
        assert scaled.shape == (Ratio(25), scale)
    else:
        assert scaled.shape == (2 * scale,)
