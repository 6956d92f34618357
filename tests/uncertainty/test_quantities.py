"""Every measurement model: its derivatives, and the host's models against formulas by hand."""

import mpmath
import pytest

from dosegauge.uncertainty import catalogue, request
from dosegauge_core.exact import parse_decimal
from dosegauge_core.rounding import root_to_text, to_text
from dosegauge_core.uncertainty.combination import Quantity, combine
from dosegauge_core.uncertainty.component import bounded, counted, scaled, standard
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.model import assemble

_DIGITS = 60
# The core's functions are good to 30 digits of a value of about 1.
_AGREE = mpmath.mpf(10) ** -24


def _number(ratio):
    return mpmath.mpf(ratio.num) / ratio.den


def _budget(name, **changes):
    model = catalogue.find(name)
    return combine(*assemble(model, request.read(model, catalogue.example(name) | changes)))


def _value(name, **changes):
    return _number(_budget(name, **changes).value)


def _relative_u(budget):
    return mpmath.sqrt(_number(budget.variance)) / abs(_number(budget.value))


def _stdev(*values):
    centre = mpmath.fsum(values) / len(values)
    squares = mpmath.fsum((value - centre) ** 2 for value in values)
    return mpmath.sqrt(squares / (len(values) - 1))


FUNCTIONS = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "ln": mpmath.log,
    "tan": mpmath.tan,
    "abs": abs,
    "max": max,
    "mean": lambda *values: mpmath.fsum(values) / len(values),
    "stdev": _stdev,
}


def _by_text(formula, values):
    """A formula as Python itself reads it, with 60 digits."""
    return eval(formula, {"__builtins__": {}, "pi": mpmath.pi} | FUNCTIONS, values)


# What an example of another variant lacks.
OF_VARIANT = {
    ("low-contrast", "threshold"): {"region_means_hu": {"mean": "0", "s": "2.0", "n": "50"}},
}
VARIANTS = [(name, word) for name, model in catalogue.models().items() for word in model.formulas]


@pytest.mark.parametrize(("name", "word"), VARIANTS)
def test_every_sensitivity_is_the_limit_of_difference_quotients(name, word):
    """(f(x + h) - f(x - h)) / 2h, computed from the formula's text with 60 digits."""
    changes = dict(OF_VARIANT.get((name, word), {}))
    if word:
        changes[catalogue.find(name).variant] = word
    budget = _budget(name, **changes)
    with mpmath.workdps(_DIGITS):
        values = {quantity.name: _number(quantity.value) for quantity in budget.quantities}
        text = budget.expression.text
        value = _by_text(text, values)
        assert abs(_number(budget.value) - value) <= _AGREE * (1 + abs(value))
        step = mpmath.mpf(10) ** -18
        exact = {quantity.name: quantity.value for quantity in budget.quantities}
        _, derivatives = budget.expression.gradient(exact)
        # Also by inputs that this example gives no uncertainty.
        assert set(derivatives) == set(values)
        for name_of_input, sensitivity in derivatives.items():
            x = values[name_of_input]
            h = step * max(abs(x), 1)
            above = _by_text(text, values | {name_of_input: x + h})
            below = _by_text(text, values | {name_of_input: x - h})
            if sensitivity == 0:
                # No part of the greatest, or a factor of 0.
                assert above == below, name_of_input
                continue
            slope = (above - below) / (2 * h)
            assert abs(_number(sensitivity) / slope - 1) < _AGREE, name_of_input
        for one in budget.contributions:
            assert one.sensitivity == derivatives[one.quantity], one.quantity


# Sheet: reference sheet. The printed number is met to half a unit of its last digit.
CASES = [
    ("repeatability", {}, "0.572", "sheet 1.2"),
    ("uniformity", {"figure": "difference"}, "1.50", "sheet 1.3, difference"),
    ("uniformity", {"figure": "spread"}, "1.039", "sheet 1.3, V"),
    ("planar-sensitivity", {}, "88.7081", "sheet 2.5, N = 1E6"),
    (
        "planar-sensitivity",
        {"counts": {"count": "901835", "time_s": "300"}},
        "80.0000",
        "sheet 2.5, N = 901 834.6",
    ),
    ("wedge-slope", {}, "0.2105", "sheet 3.6"),
    ("line-width", {}, "-1.547", "sheet 3.1"),
    ("hole-depth", {}, "0.103900", "sheet 3.4"),
    ("leakage", {}, "0.810", "sheet 1.6"),
    ("hole-distance", {}, "0.000", "sheet 3.5, 25.000 mm of 25 mm"),
]


@pytest.mark.parametrize(("name", "changes", "printed", "source"), CASES)
def test_cases_of_the_reference_sheet_to_their_last_digit(name, changes, printed, source):
    decimals = len(printed.partition(".")[2])
    half_a_unit = mpmath.mpf(10) ** -decimals / 2
    assert abs(_value(name, **changes) - mpmath.mpf(printed)) <= half_a_unit, source


def test_the_half_life_6_02_h_changes_sensitivity_as_the_sheet_says():
    """Reference sheet 2.0: 0.014 %."""
    other = _value("planar-sensitivity", half_life_h="6.02")
    assert abs(1 - other / _value("planar-sensitivity")) * 100 == pytest.approx(0.014, abs=5e-4)


def test_an_activity_measured_after_the_scan_is_legal():
    """exp(dt lambda) with a negative dt: reference sheet 2.5, sign guard."""
    before, after = (_value("planar-sensitivity", delay_s=delay) for delay in ("1800", "-1800"))
    lam = mpmath.log(2) / (mpmath.mpf("6.0067") * 3600)
    assert before / after == pytest.approx(mpmath.exp(3600 * lam), rel=1e-12)


def test_residual_and_background_are_taken_off():
    """A - A_r exp(-lambda dt_r), and N - b T."""
    plain = _value("planar-sensitivity")
    half = _value("planar-sensitivity", residual_mbq="40", residual_delay_s="21624.12")
    assert half / plain == pytest.approx(2, rel=1e-12)
    less = _value("planar-sensitivity", background_rate_per_s="333.25")
    assert less / plain == pytest.approx(1 - 333.25 * 300 / 1e6, rel=1e-12)


def test_the_sensitivity_s_uncertainty_by_hand():
    """Relative: 1/N, u(A)/A, lambda u(dt), and that of the half-life (reference sheet 2.5)."""
    budget = _budget("planar-sensitivity")
    lam = mpmath.log(2) / (mpmath.mpf("6.0067") * 3600)
    growth = mpmath.exp(-lam * 300)
    of_lambda = 1 / lam + 1800 - 300 * growth / (1 - growth)
    parts = [
        1 / mpmath.sqrt(10**6),
        mpmath.mpf("0.02"),
        lam * 60 / mpmath.sqrt(3),
        of_lambda * lam * mpmath.mpf("0.001") / mpmath.mpf("6.0067"),
    ]
    by_hand = mpmath.sqrt(mpmath.fsum(part**2 for part in parts))
    assert _relative_u(budget) == pytest.approx(by_hand, rel=1e-12)


def test_a_minute_between_the_clocks_is_0_19_percent_of_sensitivity():
    """Reference sheet 2.5."""
    budget = _budget("planar-sensitivity", delay_s={"value": "1800", "u": "60"})
    (clocks,) = [one for one in budget.contributions if one.quantity == "dt"]
    share = mpmath.sqrt(_number(clocks.variance)) / _number(budget.value)
    assert share * 100 == pytest.approx(0.19, abs=0.005)


def test_repeatability_s_uncertainty_by_hand():
    """Relative: 1 / sqrt(2 (n - 1)) of s and s / (M sqrt(n)) of the mean."""
    budget = _budget("repeatability")
    s_r = _number(budget.value) / 100
    by_hand = mpmath.sqrt(mpmath.mpf(1) / 18 + s_r**2 / 10)
    assert _relative_u(budget) == pytest.approx(by_hand, rel=1e-12)


def test_the_difference_s_uncertainty_by_hand():
    """|m_up - m_c| / ref: u of both regions, each with its placement, and of ref (sheet 1.3)."""
    budget = _budget("uniformity", figure="difference")
    region = mpmath.mpf("0.8") ** 2 + mpmath.mpf(1) / 3
    by_hand = mpmath.sqrt(2 * region / 1000**2 + (mpmath.mpf("0.015") * 2 / 1000) ** 2) * 100
    assert mpmath.sqrt(_number(budget.variance)) == pytest.approx(by_hand, rel=1e-12)


def test_spread_is_never_divided_by_a_mean_in_hu():
    """Water is 0 HU, air -1000 HU: what is divided by is the distance from air (sheet 1.3)."""
    regions = {"centre": "0", "up": "-15", "down": "10", "left": "5", "right": "-10"}
    water = {f"{place}_hu": value for place, value in regions.items()}
    shifted = _value("uniformity", figure="spread", air_hu="-1000", **water)
    assert shifted == pytest.approx(_value("uniformity", figure="spread"), rel=1e-12)


def test_the_frequency_s_uncertainty_by_hand():
    """Relative: s / (f sqrt(n)), the voxel size 1:1, derivative 0.2 % / sqrt(3) (sheet 1.4)."""
    budget = _budget("mtf")
    read = [mpmath.mpf(text) for text in ("9.81", "9.86", "9.79", "9.84")]
    type_a = _stdev(*read) / 2 / (mpmath.fsum(read) / 4)
    by_hand = mpmath.sqrt(type_a**2 + mpmath.mpf("0.005") ** 2 / 3 + mpmath.mpf("0.002") ** 2 / 3)
    assert _relative_u(budget) == pytest.approx(by_hand, rel=1e-12)
    larger = _value("mtf", voxel_factor="1.01")
    assert larger * mpmath.mpf("1.01") == pytest.approx(_value("mtf"), rel=1e-12)


def test_binning_and_derivative_count_without_being_named():
    """Plus and minus 0.2 %, own choice (sheet 1.4)."""
    content = catalogue.example("mtf")
    del content["derivative_pct"]
    model = catalogue.find("mtf")
    silent = combine(*assemble(model, request.read(model, content)))
    assert silent.variance == _budget("mtf", derivative_pct="0.2").variance


def test_contrast_s_uncertainty_by_hand():
    """100 (10.4 - 0.3) / 1000 = 1.01 %: u of both, and of ref."""
    budget = _budget("low-contrast")
    assert _number(budget.value) == pytest.approx(1.01, rel=1e-12)
    by_hand = mpmath.sqrt(0.6**2 + 0.3**2 + (1.01 / 100 * 2) ** 2) / 10
    assert mpmath.sqrt(_number(budget.variance)) == pytest.approx(by_hand, rel=1e-12)


def test_width_is_scaled_by_the_mask_s_pitch():
    """Sheet 2.3: mean FWHM times 30 mm by the measured pitch, 29.92 mm: 1.0027."""
    budget = _budget("fwhm")
    assert _number(budget.value) == pytest.approx(3.19 * 30 / 29.92, rel=1e-12)
    read = [mpmath.mpf(text) for text in catalogue.example("fwhm")["width_mm"]]
    parts = [
        _stdev(*read) / mpmath.sqrt(10) / mpmath.mpf("3.19"),
        mpmath.mpf("0.05") / mpmath.sqrt(3) / 30,
        mpmath.mpf("0.01") / mpmath.mpf("29.92"),
    ]
    by_hand = mpmath.sqrt(mpmath.fsum(part**2 for part in parts))
    assert _relative_u(budget) == pytest.approx(by_hand, rel=1e-12)


def test_a_rate_s_uncertainty_is_that_of_its_counts():
    """Sheet 2.6: u = sqrt(counts) / frame."""
    budget = _budget(
        "count-rate", counts={"count": "670000", "time_s": "10"}, frame_time_error_pct="0"
    )
    assert budget.value == parse_decimal("67000")
    assert budget.variance == parse_decimal("6700")


def test_the_distance_s_uncertainty_by_hand():
    """u(D_a)^2 / 4 + u(D_b)^2 / 4 + u(d_2)^2, the MPE once (sheet 3.5): range 2 um, C 1.69."""
    budget = _budget("hole-distance", resolution_um="0")
    repeated = (mpmath.mpf("0.002") / mpmath.mpf("1.69")) ** 2 / 3
    by_hand = repeated * mpmath.mpf("1.5") + mpmath.mpf("0.005") ** 2 / 3
    assert _number(budget.variance) == pytest.approx(by_hand, rel=1e-12)


def test_the_wedge_s_uncertainty():
    """Sheet 3.6: ratio 0.10020, u 0.323 %, U 0.65 %."""
    budget = _budget("wedge-slope", resolution_um="0")
    values = {quantity.name: _number(quantity.value) for quantity in budget.quantities}
    assert values["x_1"] / values["x_2"] == pytest.approx(0.10020, abs=5e-6)
    u = mpmath.sqrt(_number(budget.variance))
    assert u == pytest.approx(0.323, abs=5e-4)
    assert 2 * u == pytest.approx(0.65, abs=5e-3)


D = parse_decimal
# ISO 11929:2010, example 1: V, epsilon and f; the sheet's 8.1.
ISO_FACTORS = [
    Quantity("V", D("0.5"), "1", (standard("V", D("0.005")),)),
    Quantity("eps", D("0.3"), "1", (standard("eps", D("0.015")),)),
    Quantity("f", D("0.6"), "1", (bounded("f", "uniform", D("0.2")),)),
]


def _counted_rate(name, count, seconds):
    """n / t with u = sqrt(n) / t."""
    component = scaled(counted("counting", count), 1 / D(seconds))
    return Quantity(name, count / D(seconds), "1/s", (component,))


def _metered_rate(name, rate, tau_s):
    """u squared = r / (2 tau) for a rate meter with the time constant tau."""
    variance = D(rate) / (2 * D(tau_s))
    component = standard("fluctuation", D("1"))._replace(variance=variance)
    return Quantity(name, D(rate), "1/s", (component,))


@pytest.mark.parametrize(
    ("gross", "background", "y", "u"),
    [
        (
            _counted_rate("r_g", 2591, "360"),
            _counted_rate("r_0", 41782, "7200"),
            "15.4907",
            "3.47550",
        ),
        (
            _metered_rate("r_g", "7.2", "60"),
            _metered_rate("r_0", "5.8", "60"),
            "15.5556",
            "4.79225",
        ),
    ],
    ids=["1a, counts", "1b, rate meter"],
)
def test_iso_11929_example_1_as_a_budget(gross, background, y, u):
    """Reference sheet 8.1, 8.2; thresholds and intervals of both: tests/core/test_leakage.py."""
    budget = combine(Expression("(r_g - r_0) / (V * eps * f)"), [gross, background, *ISO_FACTORS])
    assert to_text(budget.value, 4) == y
    assert root_to_text(budget.variance, 5) == u


def test_iso_11929_example_16_as_a_budget():
    """Reference sheet 8.3: y 19.2 uSv, u 4.96754; its thresholds: test_extras.py."""
    budget = combine(
        Expression("(M - b * t) * N_0 * k"),
        [
            Quantity("M", D("20"), "uSv", (standard("M", D("0.29")),)),
            Quantity("b", D("0.1"), "uSv/h", (standard("b", D("0.016")),)),
            Quantity("t", D("8"), "h", ()),
            Quantity("N_0", D("1"), "1", (bounded("N_0", "uniform", D("0.2")),)),
            Quantity("k", D("1"), "1", (bounded("k", "uniform", D("0.4")),)),
        ],
    )
    assert to_text(budget.value, 1) == "19.2"
    assert root_to_text(budget.variance, 5) == "4.96754"
