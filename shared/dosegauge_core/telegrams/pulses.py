"""Samples of the unit's own pulse counter: what a survey probe's reading is made of.

Eight bytes, little endian: the counter and the time in us at which it was read, both modulo 2^32.
"""

from collections import namedtuple

from . import TelegramError

SAMPLE_SIZE = 8
MODULUS = 1 << 32

Sample = namedtuple("Sample", ("count", "time_us"))


def encode(count: "int", time_us: "int") -> "bytes":
    """The raw bytes of a sample."""
    return (count % MODULUS).to_bytes(4, "little") + (time_us % MODULUS).to_bytes(4, "little")


def parse(raw: "bytes") -> "Sample":
    """A sample from its raw bytes."""
    if len(raw) != SAMPLE_SIZE:
        raise TelegramError("size", "a counter sample of {} bytes".format(len(raw)))
    return Sample(int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:], "little"))


def between(earlier: "Sample", later: "Sample") -> "Sample":
    """Pulses and us from one sample to a later one less than 71 minutes after it."""
    return Sample(
        (later.count - earlier.count) % MODULUS, (later.time_us - earlier.time_us) % MODULUS
    )
