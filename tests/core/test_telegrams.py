"""Telegrams: the manuals' examples are read exactly, and damage never becomes a number."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core.telegrams import TelegramError, multidos, opto, pulses

# Reference sheet of instruments, section 2: bytes as an 8-bit receiver sees them.
OPTO_VALUES = [
    ("2B B1 B2 2E 33 B4 35 8D", 3, 12_345_000),
    ("2D 30 2E 30 30 B2 8D", 3, -2_000),
]
OPTO_FAULTS = [
    ("C5 D2 D2 33 8D", "range"),
    ("2B 31 B2 2E 33 B4 35 8D", "parity"),
    ("2B B1 B2 2E 33 B4 35", "truncated"),
    ("B1 B2 2E 33 B4 35 8D", "format"),
    ("", "empty"),
]


@pytest.mark.parametrize(("raw", "decimals", "height_nm"), OPTO_VALUES)
def test_opto_values_of_the_manuals(raw: str, decimals: int, height_nm: int) -> None:
    assert opto.value_nm(bytes.fromhex(raw), decimals) == height_nm


@pytest.mark.parametrize(("raw", "code"), OPTO_FAULTS)
def test_opto_faults_are_named(raw: str, code: str) -> None:
    with pytest.raises(TelegramError) as caught:
        opto.value_nm(bytes.fromhex(raw), 3)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "decimals", "height_nm"),
    [
        ("+012.3456\r", 4, 12_345_600),
        ("  -2.345\r", 3, -2_345_000),
        (" -12.345\r", 3, -12_345_000),
        ("  12.345\r", 3, 12_345_000),
        ("+01.23456\r", 5, 1_234_560),
        ("+0.0071\r+0.0072\r", 4, 7_200),
    ],
)
def test_opto_formats(text: str, decimals: int, height_nm: int) -> None:
    assert opto.value_nm(opto.with_parity(text), decimals) == height_nm


@given(st.integers(-9_999_999, 9_999_999))
def test_every_opto_height_comes_back(tenth_um: int) -> None:
    text = f"{tenth_um / 10000:+09.4f}\r"
    assert opto.value_nm(opto.with_parity(text), 4) == tenth_um * 100


def test_no_single_damage_of_an_opto_telegram_gives_another_number() -> None:
    """A flipped bit, a cut and a lost first byte; a lost inner byte is caught by reading twice."""
    raw = opto.with_parity("+012.3456\r")
    damaged = [raw[:size] for size in range(len(raw))] + [raw[1:]]
    for position in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[position] ^= 1 << bit
            damaged.append(bytes(flipped))
    for case in damaged:
        with pytest.raises(TelegramError):
            opto.value_nm(case, 4)


DOSE = b"D0;   60.0s;HLD;00;0;0;0; 1.234E-06;0; 9.876E-07;0;   80.0;03090"
OVERLOADED = b"D1;    0.0s;RUN;17;1;1;0;+0L   E+00;0; 9.876E-07;0; ----.-;00000"


def test_multidos_measurement_of_the_manual() -> None:
    telegram = multidos.parse_data(DOSE + b"\r\n")
    assert telegram.time_ms == 60_000
    assert telegram.state == "HLD"
    assert telegram.values == ((1234, -9), (9876, -10))
    assert multidos.value_femto(DOSE, 0) == 1_234_000_000
    assert multidos.value_femto(DOSE, 1) == 987_600_000


def test_multidos_engineering_exponent() -> None:
    """PTW's own sample has its point floating and exponents in steps of three."""
    sample = DOSE.replace(b" 1.234E-06", b" 41.70E-12")
    assert multidos.value_femto(sample, 0) == 41_700


def test_a_flagged_multidos_value_never_becomes_a_reading() -> None:
    assert multidos.parse_data(OVERLOADED).values[0] is None
    for channel in (0, 1):
        with pytest.raises(TelegramError) as caught:
            multidos.value_femto(OVERLOADED, channel)
        assert caught.value.code == "overload"


def test_no_truncated_or_shifted_multidos_telegram_gives_a_number() -> None:
    damaged = [DOSE[:size] for size in range(len(DOSE))]
    damaged += [DOSE[:at] + DOSE[at + 1 :] for at in range(len(DOSE))]
    damaged += [DOSE[:at] + DOSE[at : at + 1] + DOSE[at:] for at in range(len(DOSE))]
    for case in damaged:
        with pytest.raises(TelegramError):
            multidos.parse_data(case)


@pytest.mark.parametrize("code", ["E01", "E03", "E06"])
def test_multidos_errors_are_sentences(code: str) -> None:
    with pytest.raises(TelegramError, match=code) as caught:
        multidos.refuse_error(code.encode())
    assert caught.value.code == code


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_only_telegram_errors(data: bytes) -> None:
    for read in (lambda: opto.value_nm(data, 3), lambda: multidos.value_femto(data, 0)):
        with contextlib.suppress(TelegramError):
            assert isinstance(read(), int)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**31))
def test_counter_samples_wrap(count: int, time_us: int, more: int) -> None:
    earlier = pulses.parse(pulses.encode(count, time_us))
    later = pulses.parse(pulses.encode(count + more, time_us + more))
    assert pulses.between(earlier, later) == (more, more)
