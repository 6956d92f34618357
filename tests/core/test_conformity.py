"""Decision rules: their outcomes on either side of every boundary, and the risks they state."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import mp, mpf

from dosegauge_core import conformity, conformity_digits, texts
from dosegauge_core.conformity import Limits, Measured, absolute_limits, relative_limits
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.fixed import ONE
from dosegauge_core.reporting import FAIL, INCONCLUSIVE, PASS


def number(text):
    return None if text is None else parse_decimal(text)


def measured(y, u, k="2", nu=None):
    return Measured(number(y), number(u) * number(u), number(k), nu)


def limits(lower, upper):
    return absolute_limits(number(lower), number(upper))


def as_mpf(value):
    return mpf(value.num) / value.den if isinstance(value, Ratio) else mpf(value)


# --- outcomes --------------------------------------------------------------------------------

# u = 0.5, k = 2, so U = 1. Limits -3 and 3: U is exactly MPEV/3. Limits -2 and 2: it is above.
OUTCOMES = [
    # rule, lower, upper, y, outcome
    ("simple", "-3", "3", "3", PASS),
    ("simple", "-3", "3", "-3", PASS),
    ("simple", "-3", "3", "3.0001", FAIL),
    ("simple", "-3", "3", "-3.0001", FAIL),
    ("simple", None, "3", "-100", PASS),
    ("simple", "3", None, "2.9999", FAIL),
    # U = MPEV/3 counts as within a third: U is left out
    ("jjf1094", "-3", "3", "3", PASS),
    ("jjf1094", "-3", "3", "3.0001", FAIL),
    # |error| <= MPEV - U passes, |error| >= MPEV + U fails
    ("jjf1094", "-2", "2", "1", PASS),
    ("jjf1094", "-2", "2", "-1", PASS),
    ("jjf1094", "-2", "2", "1.0001", INCONCLUSIVE),
    ("jjf1094", "-2", "2", "2", INCONCLUSIVE),
    ("jjf1094", "-2", "2", "2.9999", INCONCLUSIVE),
    ("jjf1094", "-2", "2", "3", FAIL),
    ("jjf1094", "-2", "2", "-3", FAIL),
    ("jjf1094", None, "2", "1", PASS),
    ("jjf1094", None, "2", "3", FAIL),
    ("jjf1094", "2", None, "3", PASS),
    ("jjf1094", "2", None, "1", FAIL),
    ("jjf1094", "2", None, "1.5", INCONCLUSIVE),
    # limits that aren't symmetric: half their distance, 1, is MPEV
    ("jjf1094", "1", "3", "2", PASS),
    ("jjf1094", "1", "3", "2.0001", INCONCLUSIVE),
    # guard band w = U = 1: y = A passes, y = T + w does not yet fail
    ("guard", "-3", "3", "2", PASS),
    ("guard", "-3", "3", "-2", PASS),
    ("guard", "-3", "3", "2.0001", INCONCLUSIVE),
    ("guard", "-3", "3", "-4", INCONCLUSIVE),
    ("guard", "-3", "3", "4.0001", FAIL),
    ("guard", None, "3", "2", PASS),
    ("guard", "3", None, "4", PASS),
    ("guard", "3", None, "1.9999", FAIL),
    # the acceptance limits cross: nothing passes
    ("guard", "0", "1", "0.5", INCONCLUSIVE),
]


@pytest.mark.parametrize(("rule", "lower", "upper", "y", "outcome"), OUTCOMES)
def test_outcomes_on_and_beside_every_boundary(rule, lower, upper, y, outcome):
    decide = {"simple": conformity.simple, "jjf1094": conformity.jjf1094,
              "guard": conformity.guard}[rule]  # fmt: skip
    decision = decide(measured(y, "0.5"), limits(lower, upper))
    assert (decision.rule, decision.outcome) == (rule, outcome)


@pytest.mark.parametrize(
    ("y", "outcome"), [("2.1775", PASS), ("2.1776", INCONCLUSIVE), ("3.8225", INCONCLUSIVE),
                       ("3.8226", FAIL)]
)  # fmt: skip
def test_a_guard_band_of_1645_u(y, outcome):
    """ISO 14253-1 style, w = 1.645 u = 0.8225."""
    decision = conformity.guard(measured(y, "0.5"), limits(None, "3"), number("1.645"))
    assert decision.outcome == outcome
    assert decision.guard_band == number("0.8225")
    assert decision.acceptance == Limits(None, number("2.1775"))


def test_an_irrational_u_decides_from_its_square():
    """u^2 = 2, k = 1, limit 0: y = -sqrt(2) would be the acceptance limit."""
    for y, outcome in (("-1.41421356237309504880", INCONCLUSIVE),
                       ("-1.41421356237309504881", PASS)):  # fmt: skip
        one = Measured(number(y), Ratio(2), Ratio(1), None)
        assert conformity.guard(one, limits(None, "0")).outcome == outcome


@pytest.mark.parametrize(
    ("required", "outcome"),
    [("0.95", PASS), ("0.9522", PASS), ("0.9523", INCONCLUSIVE), ("0.99", INCONCLUSIVE)],
)
def test_required_probability(required, outcome):
    """Reference sheet 0.6: y = 2.30, u = 0.12, T_U = 2.50 give p_c = 0.9522."""
    decision = conformity.probability(
        measured("2.30", "0.12"), limits(None, "2.50"), number(required)
    )
    assert round(Fraction(decision.conformance, ONE), 4) == Fraction("0.9522")
    assert decision.outcome == outcome


def test_a_probability_of_exactly_the_required_passes():
    on_the_limit = measured("2.5", "0.12")
    decision = conformity.probability(on_the_limit, limits(None, "2.50"), Ratio(1, 2))
    assert decision.conformance == ONE // 2
    assert decision.outcome == PASS


def test_what_is_surely_outside_fails_by_probability():
    decision = conformity.probability(measured("2.70", "0.12"), limits(None, "2.50"), Ratio(9, 10))
    assert decision.outcome == FAIL
    assert decision.producer_risk == decision.conformance


@pytest.mark.parametrize(
    ("lower", "upper", "within"),
    [("-3", "3", True), ("-2.99", "3", False), (None, "30", None), ("3", None, None)],
)
def test_one_third_of_mpev_is_told(lower, upper, within):
    """U = 1. JJF 1094: U may be left out up to MPEV/3; a single limit has no MPEV."""
    decision = conformity.simple(measured("2", "0.5"), limits(lower, upper))
    assert decision.U_within_third is within
    assert decision.code == {
        True: "rule-simple", False: "rule-simple-U-too-large", None: "rule-simple-no-mpev"
    }[within]  # fmt: skip


# --- risks -----------------------------------------------------------------------------------

MILLIS = st.integers(-(10**5), 10**5)


@given(MILLIS, st.integers(1, 10**4), MILLIS, MILLIS, st.one_of(st.none(), st.integers(1, 200)))
def test_probabilities_are_those_of_the_distribution(y, u, lower, upper, nu):
    """p_c by mpmath: the normal distribution function, or the t one by its incomplete beta."""
    assume(lower < upper)
    item = Measured(Ratio(y, 1000), Ratio(u * u, 10**6), Ratio(2), nu)
    p_c = conformity.conformance_probability(item, Limits(Ratio(lower, 1000), Ratio(upper, 1000)))
    with mp.workdps(40):

        def below(z):
            if nu is None:
                return mp.ncdf(z)
            tail = mp.betainc(mpf(nu) / 2, 0.5, 0, nu / (nu + z * z), regularized=True) / 2
            return 1 - tail if z > 0 else tail

        expected = below(mpf(upper - y) / u) - below(mpf(lower - y) / u)
        assert abs(mpf(p_c) / ONE - expected) < mpf("5e-15")


def test_degrees_of_freedom_are_cut_down_to_a_whole_number():
    item, bounds = measured("2.3", "0.12"), limits(None, "2.5")
    p_c = conformity.conformance_probability(item._replace(nu=Ratio(49, 10)), bounds)
    assert p_c == conformity.conformance_probability(item._replace(nu=4), bounds)
    assert p_c < conformity.conformance_probability(item, bounds)


@given(MILLIS, st.integers(1, 10**4), st.sampled_from(["simple", "jjf1094", "guard"]))
def test_a_risk_belongs_to_the_outcome(y, u, rule):
    decide = {"simple": conformity.simple, "jjf1094": conformity.jjf1094,
              "guard": conformity.guard}[rule]  # fmt: skip
    item = Measured(Ratio(y, 1000), Ratio(u * u, 10**6), Ratio(2), None)
    decision = decide(item, Limits(Ratio(-20), Ratio(30)))
    if decision.outcome == PASS:
        assert decision.consumer_risk == ONE - decision.conformance
        assert decision.producer_risk is None
        assert decision.consumer_risk <= ONE // 2 or rule == "simple"
    elif decision.outcome == FAIL:
        assert decision.producer_risk == decision.conformance
        assert decision.consumer_risk is None
    else:
        assert decision.consumer_risk is decision.producer_risk is None


@given(MILLIS, st.integers(1, 10**4), st.integers(1, 5))
def test_guard_agrees_with_plain_fractions(y, u, k):
    """The same rule without squares: u is rational here."""
    item = Measured(Ratio(y, 1000), Ratio(u * u, 10**6), Ratio(k), None)
    outcome = conformity.guard(item, Limits(Ratio(-20), Ratio(30))).outcome
    low, high = Fraction(y - k * u, 1000), Fraction(y + k * u, 1000)
    if low >= -20 and high <= 30:
        assert outcome == PASS
    elif low > 30 or high < -20:
        assert outcome == FAIL
    else:
        assert outcome == INCONCLUSIVE


# --- limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nominal", "lower", "upper", "expected"),
    [
        ("200", "-0.05", "0.10", ("190", "220")),
        ("-200", "-0.05", "0.10", ("-210", "-180")),
        ("80", "-0.2", None, ("64", None)),
        ("80", None, "0", (None, "80")),
    ],
)
def test_relative_limits(nominal, lower, upper, expected):
    got = relative_limits(number(nominal), number(lower), number(upper))
    assert got == limits(*expected)


# --- refusals --------------------------------------------------------------------------------

GOOD, BOUNDS = measured("1", "0.1"), limits("0", "2")
REFUSED = [
    (lambda: absolute_limits(None, None), "limits: there is neither a lower nor an upper limit"),
    (lambda: absolute_limits(2, 2), "limits: the lower limit is not below the upper limit"),
    (lambda: relative_limits(0, -1, 1), "limits: the nominal value is 0"),
    (lambda: relative_limits(5, Ratio(1, 10), Ratio(-1, 10)), "limits: the lower limit is not"),
    (lambda: conformity.simple(GOOD._replace(variance=Ratio(-1)), BOUNDS), "u squared is"),
    (lambda: conformity.guard(GOOD._replace(variance=Ratio(0)), BOUNDS), "u is 0"),
    (lambda: conformity.jjf1094(GOOD._replace(k=Ratio(0)), BOUNDS), "k is not above 0"),
    (lambda: conformity.simple(GOOD._replace(nu=Ratio(1, 2)), BOUNDS), "nu is below 1"),
    (lambda: conformity.simple(GOOD, Limits(Ratio(3), Ratio(2))), "limits: the lower limit"),
    (lambda: conformity.guard(GOOD, BOUNDS, Ratio(-1)), "guard: the factor"),
    (lambda: conformity.probability(GOOD, BOUNDS, Ratio(49, 100)), "probability: the required"),
    (lambda: conformity.probability(GOOD, BOUNDS, Ratio(1)), "probability: the required"),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_refusals_name_the_thing(attempt, message):
    with pytest.raises(ValueError) as refusal:
        attempt()
    assert str(refusal.value).startswith(message)


# --- what is printed -------------------------------------------------------------------------


def printed(decision, item, language):
    entry = conformity_digits.verdict("t", decision, item, "mm", False)
    lines = [entry, *conformity_digits.remarks(decision)]
    return [texts.render(line.code, line.values, language) for line in lines]


def test_the_sentence_states_rule_limits_and_risk():
    item = measured("2.30", "0.12")
    assert printed(conformity.guard(item, limits(None, "2.50")), item, "en") == [
        "2.30 mm, U = 0.24 mm (k = 2), required ≤ 2.5 mm; guard band w = U (JCGM 106, 8.3; "
        "ILAC-G8): ≤ 2.260 mm passes, more than w beyond a limit fails, inconclusive in between",
        "Probability that the item is within its limits: 95.22 %",
    ]


EVERY = [
    (conformity.simple, "-3", "3", ()),
    (conformity.simple, "-2", "3", ()),
    (conformity.simple, None, "3", ()),
    (conformity.jjf1094, "-3", "3", ()),
    (conformity.jjf1094, "0", "1", ()),
    (conformity.guard, "3", None, ()),
    (conformity.guard, "-3", "3", (Ratio(1645, 1000),)),
    (conformity.probability, "-3", "3", (Ratio(95, 100),)),
]


@pytest.mark.parametrize(("decide", "lower", "upper", "more"), EVERY)
@pytest.mark.parametrize("y", ["0.5", "50"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_sentence_can_be_said(decide, lower, upper, more, y, language):
    item = measured(y, "0.5")
    for line in printed(decide(item, limits(lower, upper), *more), item, language):
        assert "{" not in line


def test_a_band_that_leaves_nothing_to_pass_is_told():
    decision = conformity.guard(measured("0.5", "0.5"), limits("0", "1"))
    assert "no-acceptance" in [remark.code for remark in conformity_digits.remarks(decision)]


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0, "0.00"),
        (1, "< 0.01"),
        (ONE // 20000, "< 0.01"),
        (ONE // 20, "5.00"),
        (ONE - 1, "> 99.99"),
        (ONE, "100.00"),
    ],
)
def test_only_certainty_prints_as_such(chance, text):
    assert conformity_digits.percent_text(chance) == text


def test_a_limit_without_an_end_of_its_decimals_prints_one_place_finer():
    item = measured("0.3", "0.05")
    decision = conformity.simple(item, Limits(None, Ratio(1, 3)))
    assert conformity_digits.verdict("t", decision, item, "", False).values["limits"] == "≤ 0.333"
