"""elementary.py: within 1e-30 of mpmath's value, whatever the size of argument and result."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from dosegauge_core import elementary
from dosegauge_core.exact import Ratio, parse_decimal

TOLERANCE = mpf("1e-30")
REFERENCE = {
    "sqrt": mp.sqrt,
    "exp": mp.exp,
    "expm1": mp.expm1,
    "ln": mp.log,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "atan": mp.atan,
}
# Enough that an angle 1e-60 away from a multiple of a right angle is known to 100 digits.
REFERENCE_DIGITS = 170

DENOMINATORS = st.integers(0, 40).flatmap(lambda digits: st.integers(1, 10**digits))


def ratios(largest: int) -> st.SearchStrategy[Ratio]:
    """Numbers of either sign from 1e-40 to `largest`, of every order of magnitude."""
    return st.builds(
        lambda den, share, power: Ratio(share * largest, den * 10 ** (12 + power)),
        DENOMINATORS,
        st.integers(-(10**12), 10**12),
        st.integers(0, 20),
    )


def exact(ratio: Ratio) -> mpf:
    return mpf(ratio.num) / ratio.den


def assert_close(name: str, argument: Ratio) -> None:
    with mp.workdps(REFERENCE_DIGITS):
        reference = REFERENCE[name](exact(argument))
        got = exact(getattr(elementary, name)(argument))
        assert abs(got - reference) <= TOLERANCE * abs(reference), f"{name}({argument})"


@settings(max_examples=300)
@given(ratios(1000))
@pytest.mark.parametrize("name", ["exp", "expm1"])
def test_exponentials(name: str, argument: Ratio) -> None:
    assert_close(name, argument)


@settings(max_examples=300)
@given(ratios(10**6))
@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_functions_of_an_angle(name: str, argument: Ratio) -> None:
    assert_close(name, argument)


@settings(max_examples=300)
@given(ratios(10**40))
def test_arc_tangent(argument: Ratio) -> None:
    assert_close("atan", argument)


@settings(max_examples=300)
@given(ratios(10**40))
@pytest.mark.parametrize("name", ["ln", "sqrt"])
def test_logarithm_and_root(name: str, argument: Ratio) -> None:
    assume(argument != 0)
    assert_close(name, abs(argument))


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
@pytest.mark.parametrize("right_angles", [1, 2, 3, -1, 4, 100001, -636618, 636618])
@pytest.mark.parametrize("decimals", [0, 3, 15, 30, 60])
def test_an_angle_close_to_a_multiple_of_a_right_angle(
    name: str, right_angles: int, decimals: int
) -> None:
    """Only digits beyond the argument's own tell the result from 0 (or the tangent's infinity)."""
    with mp.workdps(REFERENCE_DIGITS):
        angle = Ratio(int(mp.pi / 2 * right_angles * 10**decimals), 10**decimals)
    assert_close(name, angle)


@pytest.mark.parametrize("power", [1, 5, 15, 29, 40, 60])
@pytest.mark.parametrize("sign", [1, -1])
def test_small_differences_keep_their_digits(power: int, sign: int) -> None:
    small = Ratio(sign, 10**power)
    assert_close("ln", 1 + small)
    for name in ("expm1", "sin", "tan", "atan"):
        assert_close(name, small)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("exp", Ratio(1000)),
        ("exp", Ratio(-1000)),
        ("expm1", Ratio(1, 2)),
        ("expm1", Ratio(-1, 2)),
        ("expm1", Ratio(-1000)),
        ("ln", Ratio(1, 2)),
        ("ln", Ratio(2)),
        ("ln", Ratio(1, 10**500)),
        ("sin", Ratio(10**6)),
        ("cos", Ratio(-(10**6))),
        ("tan", Ratio(11, 14)),
        ("atan", Ratio(83, 200)),
        ("atan", Ratio(-1)),
        ("atan", Ratio(10**300)),
        ("sqrt", Ratio(2, 10**99)),
        ("sqrt", Ratio(2 * 10**99)),
    ],
)
def test_at_the_ends_of_ranges_and_where_the_method_changes(name: str, argument: Ratio) -> None:
    assert_close(name, argument)


def test_pi() -> None:
    assert elementary.pi() == parse_decimal("3.141592653589793238462643383279503")


@pytest.mark.parametrize(
    ("name", "argument", "result"),
    [
        ("exp", 0, Ratio(1)),
        ("expm1", 0, Ratio(0)),
        ("ln", 1, Ratio(0)),
        ("sin", 0, Ratio(0)),
        ("cos", 0, Ratio(1)),
        ("tan", 0, Ratio(0)),
        ("atan", 0, Ratio(0)),
        ("sqrt", 0, Ratio(0)),
        ("sqrt", Ratio(4, 9), Ratio(2, 3)),
        ("sqrt", Ratio(10**80 + 2 * 10**40 + 1, 49), Ratio(10**40 + 1, 7)),
    ],
)
def test_simple_rational_results_are_exact(
    name: str, argument: "Ratio | int", result: Ratio
) -> None:
    assert getattr(elementary, name)(argument) == result


@given(ratios(10**40))
def test_shortening_keeps_34_digits_and_the_size_of_the_parts(value: Ratio) -> None:
    short = elementary.shortened(value)
    assert abs(short - value) * 10**33 <= abs(value)
    if value != 0:
        magnitude = len(str(value.den)) + len(str(abs(value.num)))
        assert len(str(short.den)) + len(str(abs(short.num))) <= magnitude + 2 * 36


@given(ratios(1000), st.sampled_from(["exp", "expm1", "sin", "cos", "tan", "atan"]))
def test_results_have_at_most_35_significant_decimals(argument: Ratio, name: str) -> None:
    result = getattr(elementary, name)(argument)
    decimals = 0
    scaled = result
    while scaled.den != 1:
        decimals += 1
        scaled = scaled * 10
    assert len(str(abs(scaled.num)).rstrip("0")) <= 35


OUT_OF_RANGE: "list[tuple[Callable[..., Ratio], Ratio, str]]" = [
    (elementary.sqrt, Ratio(-1, 4), "sqrt: the argument -1/4 is negative"),
    (elementary.ln, Ratio(0), "ln: the argument 0 is not above 0"),
    (elementary.ln, Ratio(-7), "ln: the argument -7 is not above 0"),
    (elementary.exp, Ratio(1001), "exp: the argument 1001 is not within +-1000"),
    (elementary.exp, Ratio(-2001, 2), "exp: the argument -2001/2 is not within +-1000"),
    (elementary.expm1, Ratio(1001), "expm1: the argument 1001 is not within +-1000"),
    (elementary.sin, Ratio(1000001), "sin: the argument 1000001 is not within +-1000000"),
    (elementary.cos, Ratio(-1000001), "cos: the argument -1000001 is not within +-1000000"),
    (elementary.tan, Ratio(1000001), "tan: the argument 1000001 is not within +-1000000"),
]


@pytest.mark.parametrize(("function", "argument", "message"), OUT_OF_RANGE)
def test_what_is_refused_is_named(
    function: Callable[..., Ratio], argument: Ratio, message: str
) -> None:
    with pytest.raises(ValueError) as refusal:
        function(argument)
    assert str(refusal.value) == message


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_floats_are_refused(name: str) -> None:
    with pytest.raises(TypeError, match=r"not 0\.5"):
        getattr(elementary, name)(0.5)
