"""Following a log as it arrives gives whole batches only, however the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosegauge.store.chain import START, BrokenChain, ChainFollower
from dosegauge_core import records
from tests.link.logs import depth_log

LOG = depth_log()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(LOG.data)), max_size=8))
def test_the_bytes_come_out_as_they_went_in_wherever_they_are_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(LOG.data)]
    follower = ChainFollower(START)
    given_out = b""
    for begin, end in pairwise(places):
        given_out += follower.feed(LOG.data[begin:end])
        assert len(given_out) in (0, records.PREAMBLE_SIZE, *LOG.ends)
    log = records.read_log(LOG.data)
    assert given_out == LOG.data
    assert follower.end.digest == log.digest
    assert follower.end.next_record == len(log.records)
    assert follower.end.sealed


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([0, *LOG.ends[:-1]]))
def test_it_goes_on_from_every_stored_end(stored: int) -> None:
    first = ChainFollower(START)
    first.feed(LOG.data[:stored])
    second = ChainFollower(first.end)
    assert second.feed(LOG.data[stored:]) == LOG.data[stored:]
    assert second.end.sealed


@settings(max_examples=150, deadline=None)
@given(st.integers(records.PREAMBLE_SIZE, len(LOG.data) - 1), st.integers(1, 255))
def test_no_altered_byte_gets_through(position: int, change: int) -> None:
    altered = bytearray(LOG.data)
    altered[position] ^= change
    follower = ChainFollower(START)
    given_out = b""
    try:
        given_out = follower.feed(bytes(altered))
        given_out += follower.feed(b"")
    except BrokenChain:
        pass
    # A length that was altered upwards leaves the follower waiting for more bytes.
    assert len(given_out) <= position
    assert LOG.data.startswith(given_out)


def test_a_log_of_a_newer_version_is_refused() -> None:
    with pytest.raises(records.LogError, match="update dosegauge"):
        ChainFollower(START).feed(b"DGSL\x02\x01\0\0")
