"""Leakage survey: ISO 11929's published examples and a plain reference."""

import json
import math
import re
from collections import namedtuple
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from dosegauge_core import characteristic, counting, leakage, survey, texts
from dosegauge_core.characteristic import Measurement
from dosegauge_core.exact import Ratio, parse_decimal
from dosegauge_core.fixed import ONE
from dosegauge_core.telegrams import pulses
from tests.vectors import run_vectors

K = parse_decimal("1.645")
NINETY_FIVE = 95 * ONE // 100
VECTORS = Path(__file__).parents[1] / "vectors" / "leakage.json"


def as_mpf(ratio):
    return mpf(ratio.num) / ratio.den


def six_digits(ratio):
    return float(mp.nstr(as_mpf(ratio), 6))


# Example 1 of ISO 11929:2010: w = 1 / (V eps f) with V 0.5(0.005), eps 0.3(0.015), f 0.6, +-0.2.
W = 1 / parse_decimal("0.09")
U_REL_SQUARED = Ratio(1, 100) * Ratio(1, 100) + Ratio(5, 100) * Ratio(5, 100) + Ratio(1, 27)


Limits = namedtuple("Limits", ("y", "variance", "threshold", "detection"))


def characteristic_limits(measured):
    """What a survey computes of one point, by the functions that it computes it with."""
    threshold = characteristic.decision_threshold(measured, K)
    detection = characteristic.detection_limit(measured, threshold, K)
    return Limits(*characteristic.primary_result(measured), threshold, detection)


def test_iso_example_1a_counts():
    """ISO 11929:2010, example 1a: y 15.4907, u 3.47550, y* 2.37791, y# 5.42076."""
    background = Ratio(41782, 7200)
    measured = Measurement(
        W, U_REL_SQUARED, Ratio(2591, 360), Ratio(360), background, background / 7200, Ratio(0)
    )
    limits = characteristic_limits(measured)
    assert six_digits(limits.y) == 15.4907
    assert six_digits(characteristic.root(limits.variance)) == 3.4755
    assert six_digits(limits.threshold) == 2.37791
    assert six_digits(limits.detection) == 5.42076
    interval = characteristic.coverage_interval(limits.y, limits.variance, NINETY_FIVE)
    assert six_digits(interval.best) == 15.4908
    assert six_digits(characteristic.root(interval.variance)) == 3.47535
    assert (six_digits(interval.lower), six_digits(interval.upper)) == (8.67912, 22.3026)


def test_iso_example_1b_ratemeter():
    """ISO 11929:2010, example 1b, time constant 60 s, so 2 tau = 120 s: y* 5.68279, y# 13.0118."""
    background = parse_decimal("5.8")
    measured = Measurement(
        W, U_REL_SQUARED, parse_decimal("7.2"), Ratio(120), background, background / 120, Ratio(0)
    )
    limits = characteristic_limits(measured)
    assert six_digits(limits.y) == 15.5556
    assert six_digits(characteristic.root(limits.variance)) == 4.79225
    assert six_digits(limits.threshold) == 5.68279
    assert six_digits(limits.detection) == 13.0118


def test_dead_time_correction_and_its_variance():
    """Instrument reference 8: 500 /s at 190 us is 552.49 /s; sheet 4: 62.4 for n = 3000, 1 s."""
    corrected = characteristic.dead_time_corrected(Ratio(500), Ratio(190, 1000000))
    assert round(float(as_mpf(corrected)), 2) == 552.49
    variance = characteristic.rate_variance(Ratio(3000), Ratio(1), Ratio(1, 10000))
    assert round(math.sqrt(float(as_mpf(variance))), 2) == 62.45


def test_dead_for_more_than_three_tenths_is_refused():
    with pytest.raises(ValueError, match="rate too high"):
        characteristic.dead_time_corrected(Ratio(30001), Ratio(1, 100000))


@settings(max_examples=60)
@given(
    st.tuples(st.integers(100, 20000), st.integers(10, 600)),
    st.tuples(st.integers(100, 5000), st.integers(60, 3000)),
    st.integers(0, 30),
    st.integers(0, 300),
)
def test_thresholds_satisfy_their_definitions(gross, background, u_rel_pct, tau_us):
    """y* = k u(0) and y# = y* + k u(y#) with the variance written out at each true value."""
    (n_g, t_g), (n_0, t_0) = gross, background
    tau = Ratio(tau_us, 1000000)
    r_0 = characteristic.dead_time_corrected(Ratio(n_0, t_0), tau)
    try:
        r_g = characteristic.dead_time_corrected(Ratio(n_g, t_g), tau)
    except ValueError:
        return
    background_variance = characteristic.rate_variance(r_0, Ratio(t_0), tau)
    measured = Measurement(
        Ratio(39, 100), Ratio(u_rel_pct**2, 10000), r_g, Ratio(t_g), r_0, background_variance, tau
    )
    limits = characteristic_limits(measured)
    with mp.workdps(40):
        w, rate_0, time_g, time_0 = mpf("0.39"), as_mpf(r_0), mpf(t_g), mpf(t_0)
        dead = mpf(tau_us) / 10**6

        def spread(y):
            rate = y / w + rate_0
            gross_part = rate * (1 + rate * dead) / time_g
            background_part = rate_0 * (1 + rate_0 * dead) / time_0
            return mp.sqrt(w**2 * (gross_part + background_part) + (y * u_rel_pct / 100) ** 2)

        y = w * (as_mpf(r_g) - rate_0)
        k = mpf("1.645")
        assert abs(as_mpf(limits.y) - y) < mpf("1e-20")
        assert abs(mp.sqrt(as_mpf(limits.variance)) - spread(y)) < mpf("1e-20")
        assert abs(as_mpf(limits.threshold) - k * spread(mpf(0))) < mpf("1e-20")
        detection = as_mpf(limits.detection)
        assert abs(detection - as_mpf(limits.threshold) - k * spread(detection)) < mpf("1e-18")


@settings(max_examples=60)
@given(st.integers(-450, 3000), st.integers(1, 1000))
def test_interval_is_that_of_the_normal_density_cut_off_at_zero(y_hundredth_u, u_thousandth):
    u = Ratio(u_thousandth, 1000)
    interval = characteristic.coverage_interval(u * y_hundredth_u / 100, u * u, NINETY_FIVE)
    with mp.workdps(40):
        z, sigma = mpf(y_hundredth_u) / 100, mpf(u_thousandth) / 1000
        omega = mp.ncdf(z)
        mean = sigma * (z + mp.npdf(z) / omega)
        for limit, below in ((interval.lower, "0.025"), (interval.upper, "0.975")):
            # the share of the positive part of the density that lies below the limit
            point = as_mpf(limit) / sigma - z
            share = (mp.ncdf(point) - mp.ncdf(-z)) / omega
            assert abs(share - mpf(below)) < mpf("3e-9")
        assert abs(as_mpf(interval.best) - mean) < mpf("1e-8") * sigma
        assert interval.lower > 0


def test_no_interval_without_uncertainty_or_far_below_zero():
    assert characteristic.coverage_interval(Ratio(1), Ratio(0), NINETY_FIVE) is None
    assert characteristic.coverage_interval(Ratio(-6), Ratio(1), NINETY_FIVE) is None


def test_exact_detection_limit_is_reached_with_ninety_five_percent():
    """n_0 = 10 at equal times needs 20 counts: y# is where P(N >= 20) = 0.95 (u_rel 0)."""
    measured = Measurement(
        Ratio(1), Ratio(0), Ratio(10, 60), Ratio(60), Ratio(10, 60), Ratio(10, 3600), Ratio(0)
    )
    least, detection = characteristic.exact_limits(
        measured, 10, (60, 60), ONE // 20, characteristic.power(K)
    )
    assert least == 20
    with mp.workdps(30):
        mu = (as_mpf(detection) + mpf(10) / 60) * 60
        reached = mp.gammainc(20, 0, mu, regularized=True)
        assert abs(reached - mp.ncdf(mpf("1.645"))) < mpf("1e-12")


# --- surveys ---------------------------------------------------------------------------------


def dwell(count, seconds):
    return counting.Dwell(count, seconds * 1000000)


def inputs(points, **changes):
    values = {
        "before": dwell(150, 600), "after": dwell(160, 600), "points": points,
        "factor": parse_decimal("0.39"), "u_rel_squared": Ratio(25, 10000),
        "tau_s": Ratio(190, 1000000), "u_tau_s": Ratio(0), "k": K, "alpha": Ratio(5, 100),
        "calibrated": True, "unit": "uGy/h", "limit": parse_decimal("2.5"), "natural": None,
        "repeated": 0,
    }  # fmt: skip
    values.update(changes)
    return survey.Inputs(**values)


REFERENCE_CASES = [
    case
    for case in json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
    if case["source"].startswith("independent reference")
]


@pytest.mark.parametrize("case", REFERENCE_CASES, ids=lambda case: case["name"])
def test_vector_figures_are_those_of_the_reference(case):
    """Rate, u, y*, y# and interval of every point, from the sheet's formulas in mpmath."""
    given_inputs = case["inputs"]
    figures = case["expect"]["figures"]
    with mp.workdps(40):
        tau = mpf(given_inputs["dead_time_us"]) / 10**6
        u_tau = mpf(given_inputs.get("dead_time_u_us", "0")) / 10**6
        w, u_rel, k = (
            mpf(given_inputs["factor"]),
            mpf(given_inputs["u_rel_pct"]) / 100,
            mpf("1.645"),
        )
        n_0 = given_inputs["before"][0] + given_inputs["after"][0]
        t_0 = mpf(given_inputs["before"][1]) + mpf(given_inputs["after"][1])
        r_0 = n_0 / t_0 / (1 - n_0 / t_0 * tau)
        var_0 = r_0 * (1 + r_0 * tau) / t_0
        for name, n_g, seconds in given_inputs["points"]:
            if f"H:{name}" not in figures:  # a point with a fault
                continue
            t_g = mpf(seconds)
            r_g = n_g / t_g / (1 - n_g / t_g * tau)
            y = w * (r_g - r_0)
            variance = w**2 * (r_g * (1 + r_g * tau) / t_g + var_0) + (y * u_rel) ** 2
            u = mp.sqrt(variance + (w * (r_g**2 - r_0**2) * u_tau) ** 2)
            assert_prints(figures[f"H:{name}"], y)
            assert_prints(figures[f"u:{name}"], u)
            assert_prints(figures.get(f"U:{name}", f"{mp.nstr(2 * u, 8)} uGy/h"), 2 * u)
            threshold = k * w * mp.sqrt(r_0 * (1 + r_0 * tau) / t_g + var_0)
            low_count = n_g + n_0 < 100
            assert_prints(figures[f"y*{'_normal' * low_count}:{name}"], threshold)
            low, high = garwood(n_g, t_g, tau)
            assert_prints(figures[f"lower_gross:{name}"], low)
            assert_prints(figures[f"upper_gross:{name}"], high)
            if low_count:
                low_0, high_0 = garwood(n_0, t_0, tau)
                rest = 4 * (y * u_rel) ** 2
                down = mp.sqrt(w**2 * ((r_g - low) ** 2 + (high_0 - r_0) ** 2) + rest)
                up = mp.sqrt(w**2 * ((high - r_g) ** 2 + (r_0 - low_0) ** 2) + rest)
                assert_prints(figures[f"lower:{name}"], max(y - down, 0))
                assert_prints(figures[f"upper:{name}"], max(y, 0) + up)
            if n_g + n_0 >= 100:

                def miss(true, t_g=t_g, threshold=threshold):
                    rate = true / w + r_0
                    expected = w**2 * (rate * (1 + rate * tau) / t_g + var_0) + (true * u_rel) ** 2
                    return true - threshold - k * mp.sqrt(expected)

                assert_prints(figures[f"y#:{name}"], mp.findroot(miss, 2 * threshold))
            if f"best:{name}" in figures:
                z = y / u
                omega = mp.ncdf(z)
                assert_prints(figures[f"best:{name}"], y + u * mp.npdf(z) / omega)
                for key, p in (
                    ("lower", omega * mpf("0.975")),
                    ("upper", 1 - omega * mpf("0.025")),
                ):
                    quantile = mp.sqrt(2) * mp.erfinv(2 * p - 1)
                    limit = y - u * quantile if key == "lower" else y + u * quantile
                    assert_prints(figures[f"{key}:{name}"], limit)


def garwood(count, seconds, tau):
    """95 % limits of the corrected rate: P(N >= count) and P(N <= count) are 2.5 % there."""
    quarter = mpf("0.025")

    def lower(mean):
        return mp.gammainc(count, 0, mean, regularized=True) - quarter

    def upper(mean):
        return mp.gammainc(count + 1, mean, mp.inf, regularized=True) - quarter

    spread = 2 * mp.sqrt(count)
    means = (mp.findroot(lower, count - spread), mp.findroot(upper, count + spread))
    return [mean / seconds / (1 - mean / seconds * tau) for mean in means]


def assert_prints(text, exact):
    number = text.split(" ", maxsplit=1)[0]
    decimals = len(number.partition(".")[2])
    assert abs(mpf(number) - exact) <= mpf(10) ** -decimals / 2 + mpf("1e-12"), (text, exact)


@given(st.integers(0, 400), st.integers(0, 400))
def test_background_drift_is_symmetric_in_before_and_after(first, second):
    a, b = dwell(first, 600), dwell(second, 600)
    assert counting.backgrounds_differ(a, b) == counting.backgrounds_differ(b, a)


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [
        (150, 160, False),
        (100, 200, True),
        (10, 12, False),
        (5, 30, True),
        (1000, 1100, False),
        (1000, 1120, True),
    ],
)
def test_background_drift_beyond_chance(before, after, differ):
    """1000 and 1100: 2.18 standard deviations; 1000 and 1120: 2.606, beyond 2.576."""
    assert counting.backgrounds_differ(dwell(before, 600), dwell(after, 600)) is differ


@pytest.mark.parametrize(("n_0", "silent"), [(6, False), (72, False), (73, True), (310, True)])
def test_silence_is_a_fault_when_chance_gives_it_less_than_once_in_a_thousand(n_0, silent):
    """No count in 60 s against n_0 in 600 s: (600 / 660)^n_0 < 1/1000 from n_0 = 73 on."""
    chance = Fraction(600, 660) ** n_0
    assert counting.too_few(dwell(0, 60), dwell(n_0, 600)) is (chance < Fraction(1, 1000))
    assert (chance < Fraction(1, 1000)) is silent


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 99), st.integers(0, 900), st.sampled_from([(60, 600), (60, 60), (600, 60)]))
def test_too_few_is_a_chance_of_that_many_or_fewer_below_one_in_a_thousand(count, other, times):
    time_s, other_s = times
    p, n = Fraction(time_s, time_s + other_s), count + other
    chance = sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(count + 1))
    few = counting.too_few(dwell(count, time_s), dwell(other, other_s))
    assert few is (chance < Fraction(1, 1000))


@pytest.mark.parametrize(("count", "few"), [(300, True), (340, False), (400, False)])
def test_high_counts_are_compared_by_the_normal_distribution(count, few):
    """Against 4000 in 600 s: 400 expected in 60 s; 3.09 standard deviations are 63."""
    assert counting.too_few(dwell(count, 60), dwell(4000, 600)) is few


def test_a_short_reference_says_little_about_a_long_dwell():
    """One pulse in 1 s, none in 99 s: 1 in 100 likely."""
    assert not counting.too_few(dwell(0, 99), dwell(1, 1))
    assert not counting.too_few(dwell(100, 10000), dwell(1, 1))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 60), st.integers(1, 3000))
def test_too_few_for_nature_is_a_poisson_chance_below_one_in_a_thousand(count, expected_tenth):
    with mp.workdps(30):
        mean = mpf(expected_tenth) / 10
        chance = mp.gammainc(count + 1, mean, mp.inf, regularized=True)
        few = counting.too_few_for_nature(dwell(count, 1), Ratio(expected_tenth, 10))
        assert few is bool(chance < mpf("0.001"))


def test_a_silent_background_is_allowed_where_nature_gives_next_to_nothing():
    """0.05 uGy/h at 10 uGy/h per 1/s is 0.005 /s: 3 counts in 600 s, silence is 5 % likely."""
    quiet = {"before": dwell(0, 300), "after": dwell(0, 300), "factor": Ratio(10)}
    assert (
        survey.compute(inputs([("p", dwell(9, 60))], **quiet)).background.fault == "too-few-pulses"
    )
    natural = survey.compute(inputs([("p", dwell(9, 60))], natural=parse_decimal("0.05"), **quiet))
    assert natural.background.fault is None
    assert natural.points[0].detected


def test_many_points_share_the_risk():
    """26 counts in 60 s against 310 in 1200 s: significant by itself, not among forty points."""
    points = [("hot", dwell(26, 60))] + [(f"p{i}", dwell(15, 60)) for i in range(39)]
    result = survey.compute(inputs(points))
    assert result.points[0].detected
    assert not result.points[0].cabinet_detected
    verdict = leakage.verdicts(result)[0]
    assert (verdict.outcome, verdict.code) == ("pass", "cabinet-not-detected")
    assert verdict.values["m"] == "40"


def test_a_worse_point_holds_the_cabinets_pass_back():
    """A long dwell at 2.36 uGy/h passes, a shorter one slightly below can't be told."""
    points = [("long", dwell(380 * 90, 60 * 90)), ("short", dwell(376, 60))]
    result = survey.compute(inputs(points, u_rel_squared=Ratio(1, 10000)))
    cabinet, long, short = leakage.verdicts(result)
    assert (long.outcome, short.outcome) == ("pass", "inconclusive")
    assert (cabinet.outcome, cabinet.code) == ("inconclusive", "cabinet-held-back")
    assert (cabinet.values["point"], cabinet.values["other"]) == ("long", "short")


@pytest.mark.parametrize(
    "change",
    [{"factor": Ratio(0)}, {"k": Ratio(2)}, {"k": Ratio(3), "alpha": Ratio(5, 10000)},
     {"alpha": Ratio(1, 2)}, {"tau_s": Ratio(-1)},
     {"before": counting.Dwell(1, 0)}, {"u_tau_s": Ratio(-1)}],
)  # fmt: skip
def test_inputs_without_sense_are_refused(change):
    with pytest.raises(ValueError, match=r"must be|belong|negative|measuring time"):
        survey.compute(inputs([("p", dwell(9, 60))], **change))


def test_a_survey_without_points_or_with_an_unmeasured_one_is_refused():
    with pytest.raises(ValueError, match="no points"):
        survey.compute(inputs([]))
    with pytest.raises(ValueError, match="point p has no measuring time"):
        survey.compute(inputs([("p", counting.Dwell(0, 0))]))


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 2 * 10**6)), min_size=1, max_size=20),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
)
def test_sums_over_samples_survive_the_wrap_of_counter_and_clock(steps, count, time_us):
    plan = {
        "steps": [{"id": "p", "kind": "dwell"}], "channels": [{"name": "probe"}],
    }  # fmt: skip
    ledger = leakage.Ledger(plan)
    total_count = total_us = 0
    ledger.take(0, sample(count, time_us))
    for more, us in steps:
        total_count += more
        total_us += us
        ledger.take(0, sample(count + total_count, time_us + total_us))
    assert ledger.dwell(0) == counting.Dwell(total_count, total_us)


def sample(count, time_us):
    from dosegauge_core.records import Reading

    return Reading(0, 0, count % 2**32, pulses.encode(count, time_us))


def plan(parameters=None, limits=None, steps=("background-before", "p", "background-after")):
    values = {
        "factor_ugy_per_h_per_cps": "0.39", "factor_u_rel_pct": "5", "dead_time_us": "190",
        "probe_calibrated": "yes",
    }  # fmt: skip
    values.update(parameters or {})
    return {
        "procedure": "leakage-survey", "channels": [{"name": "probe"}],
        "steps": [{"id": step, "kind": "dwell", "channel": 0, "seconds": 60} for step in steps],
        "parameters": {name: value for name, value in values.items() if value is not None},
        "limits": {"leakage_ugy_per_h": "2.5"} if limits is None else limits,
    }  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    [{}, {"k": "2.326", "alpha": "0.01"}, {"unit_label": "uSv/h", "dead_time_u_us": "20"},
     {"factor_u_rel_pct": None, "factor_U_pct": "8", "factor_k": "2"}],
)  # fmt: skip
def test_a_plan_that_can_be_used(parameters):
    leakage.check_plan(plan(parameters))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"factor_U_pct": "8", "factor_k": "2"}, "given twice"),
        ({"factor_U_pct": "8"}, "given twice"),
        ({"factor_u_rel_pct": None, "factor_U_pct": "8"}, "missing: give factor_u_rel_pct"),
        ({"factor_u_rel_pct": None}, "missing: give factor_u_rel_pct"),
        ({"dead_time": "190"}, "no parameter dead_time; there are alpha"),
        ({"probe_calibrated": "true"}, "probe_calibrated can be yes, no"),
        ({"probe_calibrated": None}, "probe_calibrated is missing"),
        ({"dead_time_us": "-1"}, "dead_time_us must be 0 or more"),
        ({"factor_ugy_per_h_per_cps": "0,39"}, "decimal number"),
        ({"factor_ugy_per_h_per_cps": "0"}, "greater than 0"),
        ({"alpha": "0.01"}, "k and alpha do not belong together"),
        ({"k": "3", "alpha": "0.0005"}, "k and alpha do not belong together"),
        ({"alpha": "0.7"}, "alpha must be between"),
    ],
)
def test_a_plan_that_can_not_be_used_is_told_in_one_line(parameters, message):
    with pytest.raises(ValueError, match=message) as caught:
        leakage.check_plan(plan(parameters))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (plan(limits={"leakage": "2.5"}), "no limit leakage; there are leakage_ugy_per_h"),
        (plan(steps=("background-before", "p")), "no step background-after"),
        (plan(steps=("background-before", "background-after")), "no points"),
    ],
)
def test_limits_and_steps_of_a_plan_are_checked(changed, message):
    with pytest.raises(ValueError, match=message):
        leakage.check_plan(changed)


def dwell_records(seconds, *, later_ms=0, gap_s=0):
    """A step begun and a sample a second; the last one comes later by the record's clock."""
    from dosegauge_core import records

    found = [(records.STEP, records.encode_json({"step": 1, "id": "p", "repeat": 0}), 1000)]
    for second in range(seconds + 1):
        last = second == seconds
        raw = pulses.encode(second, 1000000 * (second + gap_s * last))
        time_ms = 1000 * (second + 1 + gap_s * last) + later_ms * last
        found.append((records.READING, records.reading_payload(0, 1, second, raw), time_ms))
    return [records.Record(0, 0, kind, 0, time, True, payload) for kind, payload, time in found]


@pytest.mark.parametrize(
    ("dwells", "message"),
    [
        ([dwell_records(60)], None),
        ([dwell_records(56, gap_s=4)], None),
        ([dwell_records(54, gap_s=5)], "p: 6.0 s between two samples, at most 5"),
        ([dwell_records(60, later_ms=4500000)], "clock and the counter's are 4500.0 s apart"),
        ([dwell_records(65)], None),
        ([dwell_records(66)], "p: 66.0 s instead of 60"),
        ([dwell_records(54, gap_s=6), dwell_records(60)], None),
    ],
    ids=["even", "4 s", "6 s", "clock wrapped", "65 s", "66 s", "repeated"],
)
def test_a_dwell_has_no_gaps_and_is_no_longer_than_planned(dwells, message):
    ledger = leakage.Ledger(plan())
    for record in [record for dwell in dwells for record in dwell]:
        ledger.add(record)
    if message is None:
        ledger._require_sound(1)
    else:
        with pytest.raises(ValueError, match=message):
            ledger._require_sound(1)


def test_every_sentence_can_be_said_in_both_languages():
    cases = [json_case["inputs"] for json_case in json.loads(VECTORS.read_text())["cases"]
             if "inputs" in json_case and "error" not in json_case["expect"]]  # fmt: skip
    for language in texts.LANGUAGES:
        for case in cases:
            result = survey.compute(run_vectors._survey(case))
            for entry in leakage.verdicts(result) + leakage.remarks(result):
                assert "{" not in texts.render(entry.code, entry.values, language)
            for figure in leakage.figures(result) + leakage.details(result, 0):
                assert texts.label(figure.key, language, {"p": "P"})


def test_every_code_that_a_computation_can_print_has_its_sentence():
    """All literal codes of verdicts and remarks in the computations' source are in the texts."""
    folder = Path(texts.__file__).parent
    for name in ("depth_digits", "kerma_digits", "leakage_verdicts"):
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        codes = re.findall(r'Remark\(\s*"([a-z0-9-]+)"\s*,', source)
        codes += re.findall(r'Verdict\([^,]+,[^"]+"([a-z0-9-]+)"', source)
        assert codes
        # those composed of two parts are said in the tests of every sentence
        for code in [code for code in codes if not code.endswith("-")]:
            assert code in texts._SENTENCES, f"{name}: {code}"
