"""The dosimeter: interface reference, sections 3, 13 and 14."""

from __future__ import annotations

import statistics

import pytest

from dosegauge.virtual.instruments.multidos_text import (
    Air,
    block_check,
    mantissa_exponent,
    time_text,
)
from dosegauge.virtual.world import World
from tests.virtual.laboratory import multidos_says, multidos_world, pass_s, timed_exchange


def beam(world: World, on: bool, settle_s: float = 30.0) -> None:
    world.set_beam(on)
    pass_s(world, settle_s)


def first_channel(telegram: str) -> float:
    return float(telegram.split(";")[7])


def test_block_check_is_the_sum_of_the_reference_sample() -> None:
    sample = "D0;   60.0s;HLD;00;0;0;0; 1.234E-06;0; 9.876E-07;0;   80.0;"
    assert block_check(sample) == "03090"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, " 0.000E+00"),
        (41.70e-12, " 41.70E-12"),
        (1.234e-6, " 1.234E-06"),
        (-1.234e-6, "-1.234E-06"),
        (152.0e-6, " 152.0E-06"),
        (0.99996e-3, " 1.000E-03"),
    ],
)
def test_numbers_have_four_digits_and_exponents_in_steps_of_three(value: float, text: str) -> None:
    assert mantissa_exponent(value) == text


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "    0.0s"),
        (60_000_000, "   60.0s"),
        (499_999, "    0.0s"),
        (500_000, "    0.5s"),
        (64_800_000_000, "64800.0s"),
        (64_800_500_000, "OL     s"),
    ],
)
def test_times(us: int, text: str) -> None:
    assert time_text(us) == text


# Interface reference, section 14.
@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("PTW", "MULTIDOS 1.20G"),
        ("FOO", "E01"),
        ("M0", "M0"),
        ("M1", "M1"),
        ("M", "M1"),
        ("I0060", "I0060"),
        ("I0044", "I0044"),
        ("I0005", "E10"),
        ("I", "I0060"),
        ("S", "SRUN"),
        ("DU", "DUGy/min"),
        ("UH", "UH"),
        ("UX", "E01"),
        ("STA", "E02"),
        ("HLD", "HLD"),
        ("KP1008.0", "KP1008.0"),
        ("KP0400.0", "E10"),
        ("KT22.4", "KT22.4"),
        ("KTR1", "KTR1"),
        ("KD", "KD1.000"),
        ("SER", "SER001234"),
        ("", "E01"),
    ],
)
def test_commands(command: str, answer: str) -> None:
    assert multidos_says(multidos_world(), command) == answer


def test_an_open_menu_answers_e03() -> None:
    world = multidos_world()
    assert world.multidos is not None
    world.multidos.menu_open = True
    assert multidos_says(world, "STA") == "E03"
    world.multidos.menu_open = False
    assert multidos_says(world, "RES") == "RES"


def test_a_rate_telegram_byte_for_byte() -> None:
    world = multidos_world()
    beam(world, True)
    head = "D1;    0.0s;RUN;00;0;0;0; 12.00E-03;0; 0.000E+00;0;    0.0;"
    assert multidos_says(world, "D") == head + block_check(head)


def test_a_dose_telegram_after_an_interval() -> None:
    world = multidos_world()
    for command in ("M0", "I0060"):
        multidos_says(world, command)
    beam(world, True)
    assert multidos_says(world, "DU") == "DUGy"
    assert multidos_says(world, "INT") == "INT"
    assert multidos_says(world, "S") == "SINT"
    pass_s(world, 60.0)
    assert multidos_says(world, "S") == "SHLD"
    telegram = multidos_says(world, "D")
    assert telegram.startswith("D0;   60.0s;HLD;00;0;0;0;")
    assert first_channel(telegram) == pytest.approx(12.00e-3, rel=1e-3)


def test_the_shown_rate_lacks_air_density_and_calibration() -> None:
    # true = shown * k_TP * N_K; k_TP of 24 degrees and 100.0 kPa: methods, section 1.1.
    assert Air(24.0, 100.0).k_tp == pytest.approx(1.02708, abs=5e-6)
    world = multidos_world(n_k=1.05, air={"celsius": 24.0, "kilopascal": 100.0})
    beam(world, True)
    assert first_channel(multidos_says(world, "D")) == pytest.approx(
        12.0e-3 / (1.02708 * 1.05), abs=0.51e-5
    )


def test_the_meter_corrects_itself_once_told_to() -> None:
    # Interface reference, section 3, "Air density factor".
    world = multidos_world()
    multidos_says(world, "KP0978.0")
    multidos_says(world, "KT24.5")
    assert multidos_says(world, "KD") == "KD1.052"
    multidos_says(world, "KTR1")
    assert multidos_says(world, "KD") == "KD1.045"


def test_the_rate_settles_with_its_time_constant() -> None:
    world = multidos_world(tau_s=1.5)
    world.set_beam(True)
    pass_s(world, 1.5)
    rising = first_channel(multidos_says(world, "D", 0.5))
    assert 0.60 * 12e-3 < rising < 0.68 * 12e-3
    pass_s(world, 15.0)
    assert first_channel(multidos_says(world, "D")) == pytest.approx(12e-3, rel=1e-3)
    beam(world, False)
    assert first_channel(multidos_says(world, "D")) < 1e-9


def test_the_distance_counts_by_its_square() -> None:
    world = multidos_world()
    world.set_chamber_distance(200.0)
    beam(world, True)
    assert first_channel(multidos_says(world, "D")) == pytest.approx(3e-3, rel=1e-3)


def test_zeroing_takes_28_s_and_nothing_else_is_answered_meanwhile() -> None:
    world = multidos_world(zero_gy_per_s=5e-8)
    world.port("B").write(b"NUL\r\n")
    pass_s(world, 10.0)
    assert multidos_says(world, "S") == ""
    arrived = timed_exchange(world, "B", b"", 20.0)
    assert b"".join(byte for _, byte in arrived) == b"NUL\r\n"
    assert 28.0 <= 12.0 + arrived[0][0] / 1e6 <= 28.2
    assert abs(world.multidos.zero_gy_per_s) < 1e-9 if world.multidos else False


def test_zeroing_in_the_beam_fails() -> None:
    world = multidos_world()
    beam(world, True)
    assert multidos_says(world, "NUL", 40.0) == "E06"


def test_overload_is_shown_and_remembered_until_reset() -> None:
    world = multidos_world(overload_gy_per_s=1e-4)
    beam(world, True)
    head = "D1;    0.0s;RUN;17;1;1;0;+0L   E+00;0; 0.000E+00;0; ----.-;"
    assert multidos_says(world, "D") == head + block_check(head)
    beam(world, False)
    assert multidos_says(world, "D").split(";")[3:6] == ["16", "0", "1"]
    multidos_says(world, "RES")
    assert multidos_says(world, "D").split(";")[3:6] == ["00", "0", "0"]


def test_answers_come_after_20_to_60_ms() -> None:
    world = multidos_world()
    for _ in range(20):
        first_us, _ = timed_exchange(world, "B", b"S\r\n")[0]
        request_us, first_byte_us = 3 * 10 * 1e6 / 38400, 9.5 * 1e6 / 38400
        assert 19 <= (first_us - request_us - first_byte_us) / 1000 <= 61


def test_readings_scatter_by_the_given_noise() -> None:
    world = multidos_world(noise=0.002)
    beam(world, True)
    shown = [first_channel(multidos_says(world, "D", 0.2)) for _ in range(200)]
    relative = statistics.stdev(shown) / statistics.mean(shown)
    assert 0.0016 < relative < 0.0025  # 4 sigma of s for n = 200, and rounding to four digits


def test_a_change_of_application_is_followed_by_five_silent_seconds() -> None:
    world = multidos_world()
    assert multidos_says(world, "AD") == "AD"
    assert multidos_says(world, "S") == ""
    pass_s(world, 3.0)
    assert multidos_says(world, "S") == "SRUN"
