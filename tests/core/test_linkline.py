"""Link lines: what goes in comes out, and what is damaged never comes out as something else."""

import binascii
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core import linkline

HELLO = linkline.encode_json(17, {"do": "hello"})


def test_a_line_is_printable_and_ends_with_a_newline() -> None:
    assert HELLO.startswith(b"~1c 17 ")
    assert HELLO.endswith(b"\n")
    assert all(0x20 <= byte < 0x7F for byte in HELLO[:-1])


def test_the_documented_example_is_a_real_line() -> None:
    assert linkline.__doc__ is not None
    example = linkline.__doc__.split("`")[1]
    assert linkline.decode(example.encode()) == (17, linkline.JSON, {"do": "hello"})


def test_spaces_go_before_a_message_is_refused() -> None:
    members = {f"member-{number:02}": number for number in range(21)}
    spaces = 2 * len(members) - 1
    line = linkline.encode_json(1, members)
    assert len(line) <= linkline.LONGEST_LINE < len(line) + spaces
    assert linkline.decode(line).body == members
    with pytest.raises(ValueError, match="at most 512"):
        linkline.encode_json(1, {**members, "one-more": "x" * 60})


@given(
    st.integers(0, 2**31),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=linkline.LARGEST_DATA),
)
def test_data_survives_and_fits_a_line(sequence: int, offset: int, data: bytes) -> None:
    line = linkline.encode_data(sequence, offset, data)
    assert len(line) <= linkline.LONGEST_LINE
    assert linkline.decode(line) == (sequence, linkline.DATA, (offset, data))


def test_every_flipped_bit_is_found() -> None:
    for position in range(len(HELLO) - 1):
        for bit in range(8):
            damaged = bytearray(HELLO)
            damaged[position] ^= 1 << bit
            with pytest.raises(linkline.LineError):
                linkline.decode(bytes(damaged))


def test_every_dropped_or_doubled_byte_is_found() -> None:
    for position in range(len(HELLO) - 1):
        dropped = HELLO[:position] + HELLO[position + 1 :]
        doubled = HELLO[: position + 1] + HELLO[position:]
        for damaged in (dropped, doubled):
            if position == 0 and damaged is doubled:
                # A second start mark is what an interrupted line looks like: the line stands.
                assert linkline.decode(damaged) == linkline.decode(HELLO)
                continue
            with pytest.raises(linkline.LineError):
                linkline.decode(damaged)


@pytest.mark.parametrize("noise", [b">>> ", b"Traceback (most recent call last):", b"~1c 4 abc "])
def test_a_line_glued_to_something_before_it_is_still_read(noise: bytes) -> None:
    assert linkline.decode(noise + HELLO).sequence == 17


@pytest.mark.parametrize(
    "line", [b"", b"hello", b"~2c 17 AAAA 00000000", b"~1k 17 AAAA 00000000", b"~1c 17 AAAA"]
)
def test_what_is_no_line_of_this_version_is_refused(line: bytes) -> None:
    with pytest.raises(linkline.LineError):
        linkline.decode(line)


@given(st.binary(max_size=600))
def test_arbitrary_bytes_raise_only_line_errors(data: bytes) -> None:
    with contextlib.suppress(linkline.LineError):
        linkline.decode(data)


@given(st.lists(st.integers(1, 9), max_size=40))
def test_the_splitter_finds_lines_however_they_arrive(pieces: list[int]) -> None:
    stream = b"noise\r\n" + HELLO + b"\n\n" + HELLO
    splitter = linkline.LineSplitter()
    found: list[bytes] = []
    position = 0
    for size in [*pieces, len(stream)]:
        found += splitter.feed(stream[position : position + size])
        position += size
    assert found == [b"noise", HELLO[:-1], HELLO[:-1]]


def test_a_line_without_end_is_dropped_and_the_next_one_found() -> None:
    splitter = linkline.LineSplitter()
    assert splitter.feed(b"x" * 5000) == []
    assert splitter.dropped == 1
    assert splitter.feed(b"\n" + HELLO) == [HELLO[:-1]]


def test_a_message_that_would_be_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 512"):
        linkline.encode_json(1, {"say": "x" * 600})


@pytest.mark.parametrize("sequence", [b"1_0", b"+5", b"-0", b"\t7", b"\x0b7", b"0x1", b""])
def test_a_sequence_is_digits_and_nothing_else(sequence: bytes) -> None:
    body = b"~1c " + sequence + b" " + binascii.b2a_base64(b"J{}")[:-1]
    with pytest.raises(linkline.LineError):
        linkline.decode(body + b" %08x" % binascii.crc32(body))
