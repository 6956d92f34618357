"""Digimatic frames: what the makers' manuals show, and what no gauge sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core.telegrams import TelegramError, digimatic

# Nibbles d1 to d13 as hex digits, value digits, decimals, inch; source as in the interface
# reference, section 1 (its table of frames).
FRAMES = [
    ("FFFF021076540", 210765, 4, False, "99MBC095A: +21.0765 mm"),
    ("FFFF801234530", -12345, 3, False, "99MBA043A: -12.345 mm"),
    ("FFFF000012330", 123, 3, False, "99MAF600B: +0.123 mm"),
    ("FFFF801234551", -12345, 5, True, "own: -0.12345 inch"),
    ("FFFF000500046", 5000, 4, True, "own: +0.5000 inch, GO"),
    ("8F12034567830", 12345678, 3, False, "99MAF600B's table: Digimatic-2, +12345.678 mm"),
]
# The same frames as a receiver's two words of 26 bits, shifted right into 32 (section 11).
PIO_WORDS = [
    (0, 0x483FFFC0, 0x04567000),
    (1, 0x423FFFC0, 0x03543200),
    (2, 0x003FFFC0, 0x03321000),
    (5, 0x0C087E00, 0x03876540),
]
# Each with one thing that no gauge sends.
ODD = [
    ("FFFF000A12330", "format", "a digit above 9"),
    ("FFFF100012330", "format", "1 for a sign"),
    ("FFFF000012360", "format", "6 decimals"),
    ("FFFF000012338", "format", "8 for a unit"),
    ("FFF7012345630", "format", "begins with"),  # Maxum's seventh digit
    ("0FFF000012330", "format", "begins with"),
]


def frame(nibbles: str) -> int:
    """Bit by bit as on the wire: each nibble's lowest bit first."""
    bits = []
    for nibble in nibbles:
        value = int(nibble, 16)
        bits += [value >> 0 & 1, value >> 1 & 1, value >> 2 & 1, value >> 3 & 1]
    return sum(bit << place for place, bit in enumerate(bits))


def raw(*frames: int) -> bytes:
    return b"".join(digimatic.encode(one) for one in frames)


@pytest.mark.parametrize(("nibbles", "digits", "decimals", "inch", "source"), FRAMES)
def test_frames_of_the_manuals(
    nibbles: str, digits: int, decimals: int, inch: bool, source: str
) -> None:
    assert digimatic.decode(frame(nibbles)) == (digits, decimals, inch), source


@pytest.mark.parametrize(("which", "first", "second"), PIO_WORDS)
def test_a_receivers_words_are_the_same_frames(which: int, first: int, second: int) -> None:
    assert first >> 6 | (second >> 6) << 26 == frame(FRAMES[which][0])


@pytest.mark.parametrize(("nibbles", "code", "says"), ODD)
def test_what_no_gauge_sends_is_refused(nibbles: str, code: str, says: str) -> None:
    with pytest.raises(TelegramError, match=says) as refused:
        digimatic.decode(frame(nibbles))
    assert refused.value.code == code


def test_a_reading_is_two_frames_that_agree() -> None:
    one, other = frame("FFFF000012330"), frame("FFFF000012430")
    assert digimatic.value_nm(raw(one, one), 3) == 123_000
    assert digimatic.value_nm(raw(one, other), 3) == 124_000
    with pytest.raises(TelegramError) as moving:
        digimatic.value_nm(raw(one, frame("FFFF000012930")), 3)
    assert moving.value.code == "moving"


@pytest.mark.parametrize(
    ("nibbles", "decimals", "code"),
    [
        ("FFFF801234551", 5, "unit"),
        ("FFFF000012330", 4, "decimals"),
        ("FFFF000012330", 2, "decimals"),
    ],
)
def test_a_gauge_set_otherwise_than_the_plan_says(nibbles: str, decimals: int, code: str) -> None:
    one = frame(nibbles)
    with pytest.raises(TelegramError) as refused:
        digimatic.value_nm(raw(one, one), decimals)
    assert refused.value.code == code


@pytest.mark.parametrize("size", [0, 6, 7, 13, 15])
def test_bytes_that_are_no_two_frames(size: int) -> None:
    with pytest.raises(TelegramError) as refused:
        digimatic.value_nm(bytes(size), 3)
    assert refused.value.code == "truncated"


@given(st.integers(-999_999, 999_999), st.integers(0, 5))
def test_every_value_survives(count: int, decimals: int) -> None:
    sign = "8" if count < 0 else "0"
    one = frame(f"FFFF{sign}{abs(count):06d}{decimals}0")
    assert digimatic.decode(one) == (count, decimals, False)
    assert digimatic.value_nm(raw(one, one), decimals) == count * 10 ** (6 - decimals)


@given(st.integers(0, 2**52 - 1))
def test_any_bits_give_a_value_or_a_reason(bits: int) -> None:
    try:
        found = digimatic.decode(bits)
    except TelegramError as error:
        assert error.code == "format"
    else:
        assert abs(found.digits) < 10**8


@given(st.integers(0, 51), st.sampled_from(FRAMES[:3]))
def test_one_flipped_bit_in_one_of_two_frames_gives_no_third_value(
    place: int, case: tuple[str, int, int, bool, str]
) -> None:
    nibbles, digits, decimals, _, _ = case
    good = frame(nibbles)
    whole_nm = digits * 10 ** (6 - decimals)
    try:
        found = digimatic.value_nm(raw(good ^ 1 << place, good), decimals)
    except TelegramError:
        return
    assert found == whole_nm
