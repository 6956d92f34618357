"""Further figures of budgets, against the reference sheet and ISO 11929's examples."""

import pytest

from dosegauge.uncertainty import catalogue
from dosegauge.uncertainty.calculation import Coverage, calculate
from dosegauge.uncertainty.extras import extras
from dosegauge_core.detection import Analog, analog_limits
from dosegauge_core.distributions import normal_quantile
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.fixed import ONE
from dosegauge_core.rounding import root_to_text, to_text

D = parse_decimal


def _extras(name, **changes):
    found = calculate(name, catalogue.example(name) | changes, Coverage())
    return {one.key: one.text for one in extras(name, found.given, found.budget)}


def test_repeatability_has_its_chi_square_bounds():
    """Reference sheet 1.2: n = 10 gives 23.6 % and 1.645 s_r; s_r = 0.5718 %."""
    found = _extras("repeatability")
    assert found["u_rel_s"] == "23.6"
    assert found["s_r_upper"] == "0.941"
    # s_r / 1.371
    assert found["s_r_lower"] == "0.417"
    # Tables: chi-square of 9 degrees of freedom, 19.023 and 2.700: 0.6878 and 1.8257 times s_r.
    assert found["s_r_interval"] == "0.393 … 1.04"


def test_leakage_of_a_meter_has_threshold_and_limit():
    """Reference sheet 1.6: y* 0.0175, y# 0.037 uGy/h."""
    found = _extras("leakage")
    assert found["y*"] == "0.0175"
    assert to_text(D(found["y#"]), 3) == "0.037"


def test_leakage_from_counts_has_threshold_and_limit():
    """By hand without dead time: y* = k w sqrt(r_0 (1/t_g + 1/t_0)), w = 0.12, r_0 = 5.803."""
    found = _extras("leakage-counts", dead_time_us="0")
    assert found["y*"] == "0.0257"
    # (2 * 0.02567 + 1.645^2 * 0.12 / 360) / (1 - 1.645^2 * 0.04^2)
    assert found["y#"] == "0.0525"


def test_iso_11929_example_16_a_dosemeter():
    """M 20 uSv, u(M) 0.29; b 0.1(0.016) uSv/h x 8 h; factors of 1 within 0.2 and within 0.4.

    Reference sheet 8.3: y 19.2, u 4.96754; y* 0.5214, y# 1.2723, with the exact quantile for k.
    """
    of_reading, background = D("0.29") * D("0.29"), D("0.128") * D("0.128")
    relative = (D("0.2") * D("0.2") + D("0.4") * D("0.4")) / 3
    net = Ratio(20) - D("0.1") * 8
    assert to_text(net, 1) == "19.2"
    variance = of_reading + background + relative * net * net
    assert root_to_text(variance, 5) == "4.96754"
    k = Ratio(normal_quantile(95 * ONE // 100), ONE)
    limits = analog_limits(Analog(Ratio(1), relative, net, of_reading, of_reading, background), k)
    assert to_text(limits.threshold, 4) == "0.5214"
    assert to_text(limits.detection, 4) == "1.2723"


@pytest.mark.parametrize(
    ("mean", "limit"),
    # y* = 0.0175; far above it linear in y, near it never more than at the measured variance.
    [
        ("0.86", "0.0367"),
        ("0.20", "0.0428"),
        ("0.13", "0.0495"),
        ("0.112", "0.0495"),
        ("0.11", "0.0495"),
    ],
)
def test_a_detection_limit_near_the_background_stays_sensible(mean, limit):
    gross = {"mean": mean, "s": "0.05", "n": "10"}
    assert _extras("leakage", gross_ugy_per_h=gross, energy_response_pct="15")["y#"] == limit


def test_few_counts_are_judged_by_the_exact_test_as_on_the_unit():
    """Reference sheet 4, equal times: n_0 = 1, 5, 10 need n_g = 7, 13, 20 at alpha = 5 %."""
    for background, least in (("1", "7"), ("5", "13"), ("10", "20")):
        found = _extras(
            "leakage-counts",
            gross={"count": "6", "time_s": "60"},
            background={"count": background, "time_s": "60"},
        )
        assert found["least_count"] == least


def test_equal_rates_have_a_threshold():
    counts = {"count": "4000", "time_s": "60"}
    assert "y*" in _extras("leakage-counts", gross=counts, background=counts)


@pytest.mark.parametrize("relative", ["0.7", "0.61"])
def test_where_the_factor_is_too_uncertain_no_detection_limit_exists(relative):
    squared = D(relative) * D(relative)
    limits = analog_limits(
        Analog(Ratio(1), squared, Ratio(1), Ratio(1), Ratio(1), Ratio(1)), D("1.645")
    )
    assert limits.detection is None


def test_a_negative_variance_is_refused():
    with pytest.raises(ValueError, match="negative"):
        analog_limits(Analog(Ratio(1), Ratio(-1), *[Ratio(1)] * 4), D("1.645"))


@pytest.mark.parametrize(
    ("voxel", "expected"),
    # f = 9.825 lp/mm; reference sheet 1.4: a frequency above 1 / (2 voxel) is reported as that.
    [
        ("0.020", {"nyquist": "25.0"}),
        ("0.050", {"nyquist": "10.0"}),
        ("0.0625", {"nyquist": "8.00", "reported": "≥ 8.00"}),
    ],
)
def test_a_frequency_is_not_reported_above_the_nyquist_limit(voxel, expected):
    assert _extras("mtf", voxel_mm=voxel) == expected


def test_without_a_voxel_size_there_is_no_nyquist_limit():
    content = catalogue.example("mtf")
    del content["voxel_mm"]
    found = calculate("mtf", content, Coverage())
    assert extras("mtf", found.given, found.budget) == []


def test_low_contrast_shows_its_threshold_in_hu():
    """Reference sheet 1.5: sigma_mu 2.0 HU gives 6.58 HU; of 50 regions, 1 / sqrt(98) = 10.1 %."""
    means = {"mean": "0", "s": "2.0", "n": "50"}
    found = _extras("low-contrast", figure="threshold", region_means_hu=means)
    assert found == {"threshold_hu": "6.58", "u_rel_s_mu": "10.1"}
    assert _extras("low-contrast") == {}


def test_lengths_show_mean_magnitude_and_distance():
    assert _extras("line-width")["absolute"] == "1.55"
    assert _extras("line-width")["mean"] == "4.922667"
    assert _extras("hole-distance")["distance"] == "25.00000"


def test_count_rate_and_sensitivity_show_their_checks():
    """Reference sheet 2.6: 67E3 1/s gives 5.49 us; 2.5: 75.15 without any decay for S = 80."""
    assert _extras("count-rate", counts={"count": "67000", "time_s": "1"})["tau"] == "5.49"
    counts = {"count": "901835", "time_s": "300"}
    assert _extras("planar-sensitivity", counts=counts)["without_decay"] == "75.15"
