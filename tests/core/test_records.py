"""The session log: what is written is read back, and no damage passes for data."""

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge_core import records

MOMENT_MS = 1_795_000_000_123


def log_of(*batches: list[tuple[int, bytes]], seal: bool = False) -> bytes:
    """A log written the plain way, straight from docs/formats.md."""
    data = b"DGSL\x01\x01\x00\x00"
    digest = hashlib.sha256(data).digest()
    sequence = 0
    parts = list(batches)
    if seal:
        parts.append([(records.SEAL, b'{"status": "complete", "records": 1}')])
    for batch in parts:
        body = b""
        for kind, payload in batch:
            body += records.encode(kind, sequence, MOMENT_MS, True, payload)
            sequence += 1
        header = struct.pack("<HBI", 32, records.CHAIN, sequence) + MOMENT_MS.to_bytes(6, "little")
        digest = hashlib.sha256(digest + body + header).digest()
        data += body + records.encode(records.CHAIN, sequence, MOMENT_MS, True, digest)
        sequence += 1
    return data


SAMPLE = log_of(
    [(records.OPEN, b'{"session": "VU-1-000001"}')],
    [
        (records.STEP, b'{"step": 0}'),
        (records.READING, records.reading_payload(0, 0, -3600, b"-0.0036\r")),
    ],
    seal=True,
)


def test_a_record_is_laid_out_as_documented() -> None:
    data = records.encode(records.EVENT, 7, 0x010203040506, False, b"{}")
    assert data[:13] == bytes.fromhex("0200 85 07000000 060504030201".replace(" ", ""))
    assert data[13:15] == b"{}"
    assert len(data) == 19


def test_a_whole_log_is_read() -> None:
    log = records.read_log(SAMPLE)
    assert log.fault is None
    assert log.sealed
    assert log.verified_size == len(SAMPLE)
    assert [records.TYPE_NAMES[record.type] for record in log.records] == [
        "open", "chain", "step", "reading", "chain", "seal", "chain",
    ]  # fmt: skip
    reading = records.decode_reading(log.records[3].payload)
    assert reading == (0, 0, -3600, b"-0.0036\r")
    assert log.records[3].time_ms == MOMENT_MS


@given(st.integers(-(2**62), 2**62), st.integers(0, 255), st.integers(0, 255), st.binary())
def test_readings_survive_coding(value: int, channel: int, step: int, raw: bytes) -> None:
    payload = records.reading_payload(channel, step, value, raw)
    assert records.decode_reading(payload) == (channel, step, value, raw)


def test_every_flipped_bit_is_found_at_its_record() -> None:
    starts = [record.offset for record in records.read_log(SAMPLE).records] + [len(SAMPLE)]
    for position in range(len(SAMPLE)):
        for bit in range(8):
            damaged = bytearray(SAMPLE)
            damaged[position] ^= 1 << bit
            if position < records.PREAMBLE_SIZE:
                with pytest.raises(records.LogError):
                    records.read_log(bytes(damaged))
                continue
            fault = records.read_log(bytes(damaged)).fault
            assert fault is not None, (position, bit)
            holder = max(start for start in starts if start <= position)
            assert fault.offset == holder, (position, bit, fault)


def test_a_log_cut_anywhere_keeps_every_acknowledged_batch() -> None:
    whole = records.read_log(SAMPLE)
    ends = [r.offset + r.size for r in whole.records if r.type == records.CHAIN]
    for size in range(records.PREAMBLE_SIZE, len(SAMPLE)):
        log = records.read_log(SAMPLE[:size])
        acknowledged = max([end for end in ends if end <= size], default=records.PREAMBLE_SIZE)
        assert log.verified_size == acknowledged
        assert (log.fault is None) == (size == acknowledged)
        assert not log.sealed


def test_records_swapped_with_valid_crcs_are_found_by_the_chain() -> None:
    first = log_of([(records.OPEN, b"{}")], [(records.EVENT, b'{"what": "a"}')])
    other = log_of([(records.OPEN, b"{}")], [(records.EVENT, b'{"what": "b"}')])
    record = records.read_log(first).records[2]
    swapped = (
        first[: record.offset]
        + other[record.offset : record.offset + record.size]
        + first[record.offset + record.size :]
    )
    fault = records.read_log(swapped).fault
    assert fault is not None
    assert "chain" in fault.reason


def test_nothing_follows_a_seal() -> None:
    log = records.read_log(SAMPLE)
    more = records.encode(records.EVENT, len(log.records), MOMENT_MS, True, b"{}")
    fault = records.read_log(SAMPLE + more).fault
    assert fault is not None
    assert "after the seal" in fault.reason


@pytest.mark.parametrize(
    ("data", "say"),
    [
        (b"", "not a dosegauge session log"),
        (b"PK\x03\x04zip file", "not a dosegauge session log"),
        (b"DGSL\x02\x01\x00\x00", "version 2, this program reads 1: update"),
        (b"DGSL\x01\x07\x00\x00", "sealed in a way this program doesn't know"),
    ],
)
def test_what_is_no_log_of_this_version_is_refused_with_a_reason(data: bytes, say: str) -> None:
    with pytest.raises(records.LogError, match=say):
        records.read_log(data)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_crash_the_reader(tail: bytes) -> None:
    log = records.read_log(SAMPLE + tail)
    assert log.verified_size == len(SAMPLE)
    assert (log.fault is None) == (tail == b"")


@pytest.mark.parametrize("payload", [b"", b"\x00", b"\x00\x00", b"\x00\x00" + b"\x80" * 20])
def test_a_reading_without_a_value_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="without a value"):
        records.decode_reading(payload)


def test_a_payload_has_a_largest_size() -> None:
    records.encode(records.EVENT, 0, 0, True, b"x" * records.LARGEST_PAYLOAD)
    with pytest.raises(ValueError, match="4097 bytes; at most 4096"):
        records.encode(records.EVENT, 0, 0, True, b"x" * (records.LARGEST_PAYLOAD + 1))


def test_json_nested_as_deep_as_a_payload_allows_is_refused_in_one_line() -> None:
    log = records.read_log(log_of([(records.EVENT, b"[" * records.LARGEST_PAYLOAD)]))
    with pytest.raises(ValueError, match="JSON can't be read"):
        records.decode_json(log.records[0])
