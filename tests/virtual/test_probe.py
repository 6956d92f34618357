"""Pulses: exact statistics of a Poisson source behind a dead time (interface reference, 8)."""

from __future__ import annotations

import math
import random
import statistics

import pytest

from dosegauge.virtual.instruments.probe import PulseProbe, RenewalCounter
from dosegauge.virtual.scenario import Scenario, build_world
from dosegauge.virtual.world import World
from tests.virtual.laboratory import pass_s

TAU_S = 190e-6
# Mean rates of the reference: true 10.019 -> 10 cps, 552.49 -> 500, 3225.8 -> 2000.
RATES = [(10.019, 10.0), (552.49, 500.0), (3225.8, 2000.0)]


def slow_count(rng: random.Random, seconds: float, rate: float) -> int:
    """The definition, pulse by pulse."""
    now, counted = rng.expovariate(rate), 0
    while now <= seconds:
        counted += 1
        now += TAU_S + rng.expovariate(rate)
    return counted


@pytest.mark.parametrize(("true_cps", "recorded_cps"), RATES)
def test_the_mean_is_that_of_a_non_paralysable_dead_time(
    true_cps: float, recorded_cps: float
) -> None:
    seconds = 10_000.0
    counted = RenewalCounter(random.Random(1), TAU_S).counts(0.0, seconds, true_cps)
    sigma = math.sqrt(recorded_cps * seconds) / (1.0 + true_cps * TAU_S)
    # 4.5 sigma, and the rounding of the reference's figures to five digits.
    assert abs(counted - recorded_cps * seconds) < 4.5 * sigma + 2e-5 * recorded_cps * seconds


@pytest.mark.parametrize(("true_cps", "recorded_cps"), RATES)
def test_the_variance_is_that_of_the_renewal_process(true_cps: float, recorded_cps: float) -> None:
    seconds, trials = 4.0, 3000
    counter = RenewalCounter(random.Random(2), TAU_S)
    counts = [counter.counts(i * seconds, (i + 1) * seconds, true_cps) for i in range(trials)]
    expected = recorded_cps * seconds / (1.0 + true_cps * TAU_S) ** 2
    assert statistics.variance(counts) / expected == pytest.approx(
        1.0, abs=4.5 * math.sqrt(2.0 / trials)
    )


def test_leaps_and_single_steps_have_the_same_distribution() -> None:
    rng, seconds, rate, trials = random.Random(3), 1.0, 900.0, 1500
    slow = sorted(slow_count(rng, seconds, rate) for _ in range(trials))
    fast = sorted(RenewalCounter(rng, TAU_S).counts(0.0, seconds, rate) for _ in range(trials))
    values = sorted(set(slow + fast))
    gap = max(abs(sum(x <= v for x in slow) - sum(x <= v for x in fast)) for v in values) / trials
    assert gap < 1.95 * math.sqrt(2.0 / trials)  # Kolmogorov-Smirnov, 0.1 %


def test_a_leap_past_the_end_is_divided_rightly() -> None:
    # With a margin below zero nearly every leap goes too far: the bridge must give the same law.
    rng, trials, rate, leap = random.Random(4), 4000, 500.0, 60
    bridged = []
    for _ in range(trials):
        counter = RenewalCounter(rng, TAU_S)
        wait_s = rng.gammavariate(leap, 1.0 / rate)
        if wait_s + leap * TAU_S > 0.1:
            bridged.append(counter._bridge(0.0, 0.1, leap, wait_s))
        else:
            bridged.append(leap + counter.counts(wait_s + leap * TAU_S, 0.1, rate))
    slow = [slow_count(rng, 0.1, rate) for _ in range(trials)]
    sigma = statistics.stdev(slow) * math.sqrt(2.0 / trials)
    assert abs(statistics.mean(bridged) - statistics.mean(slow)) < 4.0 * sigma
    assert statistics.stdev(bridged) == pytest.approx(statistics.stdev(slow), rel=0.07)


def test_how_a_span_is_cut_does_not_matter_to_the_mean() -> None:
    whole = RenewalCounter(random.Random(5), TAU_S).counts(0.0, 500.0, 2000.0)
    cut = RenewalCounter(random.Random(6), TAU_S)
    pieces = sum(cut.counts(i / 20, (i + 1) / 20, 2000.0) for i in range(10_000))
    mean = 2000.0 * 500.0 / 1.38
    assert abs(whole - mean) < 5 * math.sqrt(mean) / 1.38
    assert abs(pieces - mean) < 5 * math.sqrt(mean) / 1.38


def test_a_day_at_a_high_rate_is_drawn_at_once() -> None:
    rng = random.Random(7)
    draws = 0
    draw = rng.expovariate

    def counted_draw(rate: float) -> float:
        nonlocal draws
        draws += 1
        return draw(rate)

    rng.expovariate = counted_draw  # type: ignore[method-assign, assignment]
    assert RenewalCounter(rng, TAU_S).counts(0.0, 86_400.0, 2000.0) > 10**8
    assert draws < 10_000


def survey_world(seed: int = 1) -> World:
    tables = {
        "probe": {"cpm_per_ugy_per_h": 60_000.0, "dead_time_us": 0.0},
        "tube": {"repeatability": 0.0},
        "cabinet": {
            "background_ugy_per_h": 0.1,
            "drift_ugy_per_h": 0.0,
            "leak_ugy_per_h": {"door": 5.0},
        },
    }
    world = build_world(Scenario("test", tables), seed)
    world.set_probe_power(True)
    return world


def counted_in(world: World, seconds: float) -> int:
    before, _ = world.count()
    pass_s(world, seconds)
    after, us = world.count()
    assert us == world.now_us
    return after - before


def test_a_leak_is_seen_only_at_its_place_and_with_the_beam_on() -> None:
    world = survey_world()
    for place, beam, cps in [
        ("", False, 100.0),
        ("door", False, 100.0),
        ("top", True, 100.0),
        ("door", True, 5100.0),
        ("top", True, 100.0),
    ]:
        world.hold_probe(place)
        world.set_beam(beam)
        assert counted_in(world, 100.0) == pytest.approx(100 * cps, abs=5 * math.sqrt(100 * cps))


def test_without_power_or_high_voltage_there_is_nothing() -> None:
    world = survey_world()
    world.set_probe_power(False)
    assert counted_in(world, 100.0) == 0
    world.set_probe_power(True)
    world.set_high_voltage(False)
    assert counted_in(world, 100.0) == 0
    world.set_high_voltage(True)
    assert counted_in(world, 100.0) > 9000


def test_a_burst_ends() -> None:
    world = survey_world()
    world.burst(cps=10_000.0, for_us=300_000)
    assert counted_in(world, 10.0) == pytest.approx(4000, abs=5 * math.sqrt(4000))
    assert counted_in(world, 10.0) == pytest.approx(1000, abs=5 * math.sqrt(1000))


def test_the_background_swings_slowly() -> None:
    world = build_world(Scenario("test", {"cabinet": {"drift_ugy_per_h": 0.02}}), 1)
    values = [world.cabinet.background_at(hour * 3_600_000_000 // 4) for hour in range(24)]
    assert min(values) == pytest.approx(0.08) and max(values) == pytest.approx(0.12)


def test_the_count_begins_at_zero_when_the_unit_restarts() -> None:
    world = survey_world()
    counted_in(world, 10.0)
    world.unit_starts()
    assert world.count()[0] == 0
    assert not world.probe.powered


def test_the_seed_decides_every_pulse() -> None:
    assert counted_in(survey_world(8), 60.0) == counted_in(survey_world(8), 60.0)
    assert counted_in(survey_world(8), 60.0) != counted_in(survey_world(9), 60.0)


def test_the_default_tube_has_the_response_of_the_reference() -> None:
    # 924 pulses in 60 s, no dead time: 6.00 uSv/h at 154 cpm/(uSv/h).
    assert PulseProbe(random.Random(1)).cps_per_ugy_per_h * 6.0 == pytest.approx(15.4)
