"""Samples of a quadrature scale as raw bytes, and the position in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core.telegrams import TelegramError, scale

counts = st.integers(-(2**31), 2**31 - 1)


@given(counts, st.integers(0, 2**32 - 1))
def test_a_sample_survives(count: int, time_us: int) -> None:
    raw = scale.encode(count, time_us)
    assert scale.parse(raw + raw) == [(count, time_us)] * 2


@given(counts, st.integers(1, 10**6), st.sampled_from([0, 1]))
def test_the_position_is_exact(count: int, resolution_nm: int, reverse: int) -> None:
    raw = scale.encode(count, 1) + scale.encode(count, 2)
    wanted = -count * resolution_nm if reverse else count * resolution_nm
    assert scale.value_nm(raw, resolution_nm, reverse) == wanted


@pytest.mark.parametrize(("apart", "moves"), [(0, False), (1, False), (-1, False), (2, True)])
def test_one_count_is_a_tremble_two_are_motion(apart: int, moves: bool) -> None:
    raw = scale.encode(500, 1) + scale.encode(500 + apart, 2)
    if not moves:
        assert scale.value_nm(raw, 5000) == (500 + apart) * 5000
        return
    with pytest.raises(TelegramError) as refused:
        scale.value_nm(raw, 5000)
    assert refused.value.code == "moving"


@pytest.mark.parametrize("size", [0, 8, 15, 17])
def test_bytes_that_are_no_two_samples(size: int) -> None:
    with pytest.raises(TelegramError) as refused:
        scale.parse(bytes(size))
    assert refused.value.code == "truncated"
