"""Samples of a quadrature scale: the unit's own count of its edges (interface reference, 9).

A sample is eight bytes, little endian: the count as a signed 32-bit number, and the time in us at
which it was read, modulo 2^32. The count begins at zero when the scale gets its supply.
"""

from collections import namedtuple

from . import TelegramError

SAMPLE_BYTES = 8
_HALF, _WHOLE = 1 << 31, 1 << 32
# One count that trembles at an edge is no motion.
MOST_APART = 1

Sample = namedtuple("Sample", ("count", "time_us"))


def encode(count: "int", time_us: "int") -> "bytes":
    """The raw bytes of a sample."""
    return (count % _WHOLE).to_bytes(4, "little") + (time_us % _WHOLE).to_bytes(4, "little")


def parse(raw: "bytes") -> "list[Sample]":
    """The samples in a reading's raw bytes, two or more."""
    if len(raw) < 2 * SAMPLE_BYTES or len(raw) % SAMPLE_BYTES:
        raise TelegramError("truncated", "{} bytes are no two samples".format(len(raw)))
    found = []
    for start in range(0, len(raw), SAMPLE_BYTES):
        count = int.from_bytes(raw[start : start + 4], "little")
        time_us = int.from_bytes(raw[start + 4 : start + 8], "little")
        found.append(Sample(count - _WHOLE if count >= _HALF else count, time_us))
    return found


def value_nm(raw: "bytes", resolution_nm: "int", reverse: "int" = 0) -> "int":
    """The position in nm: the last count in steps of the scale's resolution.

    reverse 1 turns the direction round. TelegramError "moving" when the counts lie apart.
    """
    counts = [sample.count for sample in parse(raw)]
    if max(counts) - min(counts) > MOST_APART:
        raise TelegramError("moving", "two readings differ: scale moving?")
    position: "int" = counts[-1] * resolution_nm
    return -position if reverse else position
