"""The height gauge: interface reference, sections 2, 13 and 14."""

from __future__ import annotations

import pytest

from dosegauge.virtual.instruments.opto_gauge import round_half_even, value_text
from dosegauge.virtual.scenario import build_world, load_scenario
from dosegauge.virtual.world import World
from tests.virtual.laboratory import (
    exchange,
    gauge_says,
    gauge_world,
    pass_s,
    seven_bits,
    timed_exchange,
)


def rest_at(world: World, nm: int) -> None:
    assert world.gauge is not None
    world.gauge.move(nm)
    pass_s(world, 1.0)


# Interface reference, section 2, "Value".
@pytest.mark.parametrize(
    ("count", "decimals", "style", "text"),
    [
        (12345, 3, "sylvac", "+12.345"),
        (-2, 3, "sylvac", "-0.002"),
        (123456, 3, "ibr", "+0123.456"),
        (123456, 4, "ibr", "+012.3456"),
        (123456, 5, "ibr", "+01.23456"),
        (12345, 3, "trimos", "  12.345"),
        (-12345, 3, "trimos", " -12.345"),
        (-2345, 3, "trimos", "  -2.345"),
    ],
)
def test_value_formats(count: int, decimals: int, style: str, text: str) -> None:
    assert value_text(count, decimals, style) == text


def test_an_ibr_value_has_always_ten_bytes() -> None:
    world = gauge_world(style="ibr", resolution_nm=100)
    rest_at(world, -102_600)
    assert len(exchange(world, "A", b"?\r")) == 10
    assert gauge_says(world, "?") == "-000.1026"


def test_a_value_is_the_byte_string_of_the_reference() -> None:
    world = gauge_world()
    rest_at(world, 12_345_000)
    assert exchange(world, "A", b"?\r").hex() == "2bb1b22e33b4358d"


# Interface reference, section 14, Sylvac duplex.
@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("ID?", "SY276"),
        ("SET?", "MM RES2 REF1 KEY1 B1"),
        ("XYZ", "ERR1"),
        ("?", "+12.345"),
        ("pri", "+12.345"),
        (" u n i ? ", "MM"),
        ("BAT?", "BAT1"),
        ("MOD?", "NOR"),
        ("MM", ""),
    ],
)
def test_commands(command: str, answer: str) -> None:
    world = gauge_world()
    rest_at(world, 12_345_000)
    assert gauge_says(world, command) == answer


def test_beyond_the_range_and_in_motion_there_is_an_error() -> None:
    world = gauge_world()
    rest_at(world, 400_000_000)
    assert gauge_says(world, "?") == "ERR3"
    assert world.gauge is not None
    world.gauge.move(0)
    assert gauge_says(world, "?") == "ERR0"


def test_wrong_parity_of_a_command_is_err2() -> None:
    world = gauge_world()
    world.configure_port("A", 4800, 7, "O", 2)
    world.port("A").write(b"?\r")
    world.configure_port("A", 4800, 7, "E", 2)
    assert seven_bits(exchange(world, "A", b"")) == "ERR2\r"


def test_inches_presets_hold_and_zero() -> None:
    world = gauge_world()
    rest_at(world, 25_400_000)
    assert gauge_says(world, "IN") == ""
    assert gauge_says(world, "?") == "+1.00000"
    gauge_says(world, "MM")
    gauge_says(world, "STO1")
    rest_at(world, 0)
    assert gauge_says(world, "?") == "+25.400"
    gauge_says(world, "STO0")
    gauge_says(world, "PRE+12.345")
    assert gauge_says(world, "PRE?") == "PRE+12.345"
    gauge_says(world, "PRE")
    assert gauge_says(world, "?") == "+12.345"
    gauge_says(world, "Z")
    assert gauge_says(world, "?") == "+0.000"


def test_an_echoing_gauge_repeats_the_command_first() -> None:
    world = gauge_world(echo=True)
    assert gauge_says(world, "?") == "?\r+0.000"


def test_continuous_output_until_out0() -> None:
    world = gauge_world()
    streamed = exchange(world, "A", b"OUT1\r", 1.0)
    assert 5 <= streamed.count(b"\x8d") <= 10  # section 13: about 5 to 10 a second
    exchange(world, "A", b"OUT0\r", 0.5)
    pass_s(world, 0.5)
    assert exchange(world, "A", b"", 1.0) == b""


def test_the_answer_comes_after_30_to_100_ms() -> None:
    world = gauge_world()
    for _ in range(20):
        first_us, _ = timed_exchange(world, "A", b"?\r")[0]
        request_us, start_and_data_us = 2 * 2292, 9.5 * 1e6 / 4800
        latency_ms = (first_us - request_us - start_and_data_us) / 1000
        assert 28 <= latency_ms <= 101


def test_requests_closer_than_110_ms_are_not_seen() -> None:
    world = gauge_world()
    assert exchange(world, "A", b"?\r?\r").count(b"\x8d") == 1


@pytest.mark.parametrize(("rts", "dtr"), [(False, False), (True, True), (True, False)])
def test_a_duplex_cable_without_supply_is_dead(rts: bool, dtr: bool) -> None:
    world = gauge_world()
    world.port("A").set_lines(rts, dtr)
    assert gauge_says(world, "?") == ""
    world.port("A").set_lines(rts=False, dtr=True)
    assert gauge_says(world, "?") == "+0.000"


def test_a_simplex_cable_answers_to_dtr_low_for_110_ms() -> None:
    world = gauge_world(cable="simplex")
    port = world.port("A")
    port.set_lines(rts=True, dtr=True)
    assert gauge_says(world, "?") == ""  # TXD is the negative supply here
    port.set_lines(rts=True, dtr=False)
    pass_s(world, 0.1)
    port.set_lines(rts=True, dtr=True)
    assert exchange(world, "A", b"", 1.0) == b""
    port.set_lines(rts=True, dtr=False)
    assert exchange(world, "A", b"", 1.0).endswith(b"\x8d")


def test_noise_has_the_size_it_is_given() -> None:
    world = gauge_world(noise_nm=500.0, resolution_nm=100)
    counts = []
    for _ in range(100):
        counts.append(float(gauge_says(world, "?")) * 1e6)
    rms_nm = (sum(nm * nm for nm in counts) / len(counts)) ** 0.5
    assert 350 < rms_nm < 650  # chi-square for 100 values: 4 sigma


@pytest.mark.parametrize(
    ("value", "unit", "count"),
    [
        (50, 100, 0),
        (150, 100, 2),
        (-50, 100, 0),
        (-150, 100, -2),
        (151, 100, 2),
        (-149, 100, -1),
    ],
)
def test_readings_round_half_to_even(value: int, unit: int, count: int) -> None:
    assert round_half_even(value, unit) == count


# MRI phantom document, Annex D, table of readings.
ANNEX_D = {
    "zero": "+000.0000",
    "outside-0": "+000.0000",
    "outside-90": "-000.0036",
    "outside-180": "+000.0071",
    "outside-270": "+000.0024",
    "inside-1": "-000.1026",
    "inside-2": "-000.1033",
    "inside-3": "-000.1014",
    "inside-4": "-000.1024",
}


@pytest.mark.parametrize("name", ["annex-d", "demo"])
def test_the_phantom_reads_as_in_annex_d(name: str) -> None:
    scenario = load_scenario(name)
    world = build_world(scenario, 1)
    world.configure_port("A", 4800, 7, "E", 2)
    world.port("A").set_lines(rts=False, dtr=True)
    for step, text in ANNEX_D.items():
        rest_at(world, scenario.gauge_nm[step])
        assert gauge_says(world, "?") == text
