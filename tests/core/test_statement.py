"""Printed results: digits of U, alignment of y, forms and sentences. Sheet: section 0.4."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core import rounding, statement, texts
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.statement import Coverage, form, sentence, state


def stated(y: str, expanded: str, digits: int = 2, mode: str = "half-even") -> tuple[str, str]:
    """Texts of y and U, for U given itself (k = 2)."""
    standard = parse_decimal(expanded) / 2
    printed = state(parse_decimal(y), standard * standard, Ratio(2), "", None, digits, mode)
    return printed.value, printed.U


# U, digits asked, mode, U as printed
UNCERTAINTIES = [
    # ties go to the even digit
    ("0.125", 2, "half-even", "0.12"),
    ("0.135", 2, "half-even", "0.14"),
    ("0.35", 1, "half-even", "0.4"),
    ("0.45", 1, "half-even", "0.4"),
    ("0.45000001", 1, "half-even", "0.5"),
    # one digit is too coarse where the first one is 1 or 2
    ("2.5", 1, "half-even", "2.5"),
    ("0.125", 1, "half-even", "0.12"),
    ("2.99", 1, "half-even", "3.0"),
    ("3.04", 1, "half-even", "3"),
    # carries
    ("0.0996", 2, "half-even", "0.10"),
    ("0.996", 2, "half-even", "1.0"),
    ("9.96", 2, "half-even", "10"),
    ("9.95", 2, "half-even", "10"),
    ("9.949", 2, "half-even", "9.9"),
    ("99.6", 2, "half-even", "100"),
    ("0.96", 1, "half-even", "1.0"),
    ("9.6", 1, "half-even", "10"),
    # GUM 7.2.6: 10.47 goes up, 28.05 stays
    ("10.47", 2, "half-even", "10"),
    ("10.47", 2, "up", "11"),
    ("28.05", 2, "up", "28"),
    ("28.06", 2, "up", "29"),
    ("0.0991", 2, "up", "0.10"),
    ("9.91", 2, "up", "10"),
    ("9.905", 2, "up", "9.9"),
    ("0.2133", 2, "third", "0.21"),
    ("0.2134", 2, "third", "0.22"),
]


@pytest.mark.parametrize(("expanded", "digits", "mode", "text"), UNCERTAINTIES)
def test_digits_of_the_uncertainty(expanded: str, digits: int, mode: str, text: str) -> None:
    assert stated("0", expanded, digits, mode)[1] == text


ALIGNED = [
    # y, U, y and U as printed
    ("1.23456", "0.0125", ("1.235", "0.012")),
    ("2.5", "30", ("2", "30")),
    ("3.5", "30", ("4", "30")),
    ("-0.1039", "0.0053", ("-0.1039", "0.0053")),
    ("-0.125", "0.10", ("-0.12", "0.10")),
    ("0", "0.25", ("0.00", "0.25")),
    ("-0.001", "0.25", ("0.00", "0.25")),
    ("0.9996", "0.0996", ("1.00", "0.10")),
    ("1000", "0.0125", ("1000.000", "0.012")),
    # a last place above the units, plain below 1E6
    ("51234", "2800", ("51200", "2800")),
    ("951", "280", ("950", "280")),
    # one power of ten for both
    ("1.2E-9", "0.15E-9", ("1.20E-9", "0.15E-9")),
    ("-1.2E-9", "0.15E-9", ("-1.20E-9", "0.15E-9")),
    ("0", "0.00053", ("0.0E-4", "5.3E-4")),
    ("0.0012", "0.00015", ("0.00120", "0.00015")),
    ("0.0009996", "0.000015", ("0.001000", "0.000015")),
    ("1E-30", "2.5E-27", ("0.0E-27", "2.5E-27")),
    ("1234567", "2800", ("1.2346E6", "0.0028E6")),
    ("999960", "2800", ("1.0000E6", "0.0028E6")),
    ("1E20", "1", ("1.000000000000000000000E20", "0.000000000000000000010E20")),
    ("123456789012", "3.5", ("123456789012.0", "3.5")),
    ("6.6E14", "30", ("660000000000000", "30")),
    ("6.6E15", "30", ("6.600000000000000E15", "0.000000000000030E15")),
]


@pytest.mark.parametrize(("y", "expanded", "texts_"), ALIGNED)
def test_the_value_ends_at_the_place_of_its_uncertainty(
    y: str, expanded: str, texts_: tuple[str, str]
) -> None:
    assert stated(y, expanded) == texts_


def test_the_mode_is_not_that_of_the_value() -> None:
    """0.131 rounds up to 0.14 as an uncertainty, to 0.13 as a value."""
    assert stated("0.131", "0.131", mode="up") == ("0.13", "0.14")


NUMBERS = st.tuples(st.integers(-(10**9), 10**9), st.integers(-20, 20))


@given(
    NUMBERS, NUMBERS, st.sampled_from([1, 2]), st.sampled_from(rounding.MODES), st.integers(1, 3)
)
def test_printed_texts_are_the_rounded_numbers(y, u, digits, mode, k) -> None:
    """Read back: right to half a unit (y) or one (U), same last place, one or two digits."""
    exact_y = Ratio(y[0]) * Ratio(10 ** (y[1] + 20), 10**20)
    exact_u = Ratio(abs(u[0]) + 1) * Ratio(10 ** (u[1] + 20), 10**20)
    printed = state(exact_y, exact_u * exact_u, Ratio(k), "", None, digits, mode)
    value, expanded = Decimal(printed.value), Decimal(printed.U)
    assert value.as_tuple().exponent == expanded.as_tuple().exponent
    assert "E" in printed.value or "E" not in printed.U
    # trailing zeros of a plain number above its last place are no digits of it
    significant = len(str(int(expanded.scaleb(-expanded.as_tuple().exponent))).rstrip("0"))
    assert 1 <= significant <= 2
    unit = Decimal(10) ** max(expanded.adjusted() - 1, expanded.as_tuple().exponent)
    # 29.6 prints as 30, with two digits, 30.0 with one: the first digit before rounding decides.
    if digits == 1 and exact_u * k >= 3 * _exact(Decimal(10) ** expanded.adjusted()):
        unit = Decimal(10) ** expanded.adjusted()
    place = _exact(unit)
    assert abs(_exact(value) - exact_y) * 2 <= place
    assert abs(_exact(expanded) - exact_u * k) <= place


def _exact(number: Decimal) -> Ratio:
    return Ratio(*number.as_integer_ratio())


RELATIVES = [
    ("200", "1.25", "0.62"),
    ("-200", "1.35", "0.68"),
    ("100", "0.996", "1.0"),
    ("1", "0.1047", "10"),
    ("1000", "0.0000000123", "1.2E-9"),
]


@pytest.mark.parametrize(("y", "expanded", "percent"), RELATIVES)
def test_the_relative_uncertainty_has_its_own_digits(y: str, expanded: str, percent: str) -> None:
    standard = parse_decimal(expanded) / 2
    assert state(parse_decimal(y), standard * standard, Ratio(2), "").U_rel == percent


# --- forms and sentences ---------------------------------------------------------------------

KERMA = state(parse_decimal("1.52004"), parse_decimal("0.0036"), Ratio(2), "mGy/min")
DEPTH = state(
    parse_decimal("0.1039"),
    parse_decimal("0.0000071236"),
    parse_decimal("3.182446305284263"),
    "mm",
    Coverage(Ratio(95), 3),
)
UNLIMITED = state(Ratio(5), Ratio(1, 100), parse_decimal("1.96"), "", Coverage(Ratio(95), None))

SAID = [
    (form(KERMA), "y = 1.52 mGy/min，U = 0.12 mGy/min (k = 2)",
     "y = 1.52 mGy/min, U = 0.12 mGy/min (k = 2)"),
    (form(DEPTH), "y = 0.1039 mm，U95 = 0.0085 mm，k = 3.18，ν_eff = 3",
     "y = 0.1039 mm, U95 = 0.0085 mm, k = 3.18, ν_eff = 3"),
    (form(UNLIMITED), "y = 5.00，U95 = 0.20，k = 1.96，ν_eff = ∞",
     "y = 5.00, U95 = 0.20, k = 1.96, ν_eff = ∞"),
    (form(KERMA, "relative"), "y = 1.52(1 ± 7.9 %) mGy/min，k = 2",
     "y = 1.52(1 ± 7.9 %) mGy/min, k = 2"),
    (form(DEPTH, "relative"), "y = 0.1039(1 ± 8.2 %) mm，p = 95 %，k = 3.18，ν_eff = 3",
     "y = 0.1039(1 ± 8.2 %) mm, p = 95 %, k = 3.18, ν_eff = 3"),
    (sentence(KERMA, "K"), "K：1.52 mGy/min，扩展不确定度 U = 0.12 mGy/min，包含因子 k = 2",
     "K: 1.52 mGy/min, expanded uncertainty U = 0.12 mGy/min, coverage factor k = 2"),
    (sentence(DEPTH, "t"),
     "t：0.1039 mm，扩展不确定度 U95 = 0.0085 mm，包含概率 p = 95 %，包含因子 k = 3.18，"
     "有效自由度 ν_eff = 3",
     "t: 0.1039 mm, expanded uncertainty U95 = 0.0085 mm, coverage probability p = 95 %, "
     "coverage factor k = 3.18, effective degrees of freedom ν_eff = 3"),
    (sentence(KERMA, "K", "relative"),
     "K：1.52(1 ± 7.9 %) mGy/min，相对扩展不确定度 U_rel = 7.9 %，包含因子 k = 2",
     "K: 1.52(1 ± 7.9 %) mGy/min, relative expanded uncertainty U_rel = 7.9 %, coverage factor "
     "k = 2"),
    (sentence(UNLIMITED, "x", "relative"),
     "x：5.00(1 ± 3.9 %)，相对扩展不确定度 U_rel = 3.9 %，包含概率 p = 95 %，包含因子 k = 1.96，"
     "有效自由度 ν_eff = ∞",
     "x: 5.00(1 ± 3.9 %), relative expanded uncertainty U_rel = 3.9 %, coverage probability "
     "p = 95 %, coverage factor k = 1.96, effective degrees of freedom ν_eff = ∞"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "chinese", "english"), SAID)
def test_forms_and_sentences(entry, chinese: str, english: str) -> None:
    """The depth is Annex D's: U95 = 8.5 um with 3 effective degrees of freedom (sheet 3.7)."""
    assert texts.render(entry.code, entry.values, "zh") == chinese
    assert texts.render(entry.code, entry.values, "en") == english


@pytest.mark.parametrize(
    ("k", "text"), [("2", "2"), ("2.1", "2.1"), ("2.262157162740992", "2.26"), ("1.645", "1.645")]
)
def test_k_from_a_quantile_has_two_decimals(k: str, text: str) -> None:
    assert statement.coverage_factor_text(parse_decimal(k)) == text


# --- refusals --------------------------------------------------------------------------------

ONE = Ratio(1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((ONE, Ratio(0), ONE, ""), "U is 0: a result without an uncertainty can't be stated"),
        ((ONE, Ratio(-1), ONE, ""), "u_c squared is negative"),
        ((ONE, ONE, Ratio(0), ""), "k is not above 0"),
        ((ONE, ONE, ONE, "", None, 3), "digits of U: 3; 1 or 2"),
        ((ONE, ONE, ONE, "", None, 0), "digits of U: 0; 1 or 2"),
        (
            (ONE, ONE, ONE, "", None, 2, "down"),
            "no rounding mode 'down'; there are half-even, up, third",
        ),
        ((ONE, ONE, ONE, "", Coverage(Ratio(100), 5)), "p is not between 0 and 100 %"),
        ((ONE, ONE, ONE, "", Coverage(Ratio(95), 0)), "nu_eff is below 1"),
    ],
)
def test_refusals_name_the_input(arguments, message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        state(*arguments)
    assert str(refusal.value) == message


@pytest.mark.parametrize("y", [Ratio(0), Ratio(-1, 100)])
def test_what_prints_as_zero_has_no_relative_statement(y: Ratio) -> None:
    zero = state(y, ONE, ONE, "mm")
    assert zero.U_rel is None
    for say in (lambda: form(zero, "relative"), lambda: sentence(zero, "x", "relative")):
        with pytest.raises(ValueError, match="y is 0 at the place of U"):
            say()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of statement 'both'; absolute or relative"):
        form(KERMA, "both")
