"""The session log: one append-only file per session (format version 1; see docs/formats.md).

    preamble   b"DGSL"  version u8  sealing algorithm u8  reserved u16 (zero)
    record     payload length u16 | type u8 | sequence u32 | time u48 | payload | CRC-32 u32

All integers are little endian. The CRC covers everything of the record before it. Time counts
milliseconds of UTC since 1970, or since the unit's start when bit 7 of the type is set (the clock
was not set then). Types from 64 on may be passed over by a reader that doesn't know them. A batch
of records ends with a CHAIN record, whose payload is SHA-256(previous digest + bytes of the batch
+ header of the CHAIN record); the first "previous digest" is SHA-256 of the preamble. What stands
before the last good CHAIN record is what the unit acknowledged. A SEAL record, followed by its own
CHAIN record, ends a session for good; the digest of that last CHAIN record is the session's.
"""

import binascii
import hashlib
import json
from collections import namedtuple

MAGIC = b"DGSL"
FORMAT_VERSION = 1
SEALING_SHA256 = 1
SEALING_NAMES = {SEALING_SHA256: "sha256-chain"}
PREAMBLE_SIZE = 8
HEADER_SIZE = 13
CRC_SIZE = 4
DIGEST_SIZE = 32
LARGEST_PAYLOAD = 4096

# Record types. JSON payloads are UTF-8 objects; see docs/formats.md for their members.
OPEN = 1  # JSON: what is measured, with what, by whose plan
STEP = 2  # JSON: the operator began (or repeated) a step of the plan
READING = 3  # binary: channel, step, value, raw bytes (see `reading_payload`)
ENTRY = 4  # JSON: a value typed by the operator
EVENT = 5  # JSON: what went wrong or changed: bad frames, a cut, the clock
RESULT = 6  # JSON: what the unit computed and showed
CHAIN = 7  # 32 bytes: digest of the batch
SEAL = 8  # JSON: the closing record
TYPE_NAMES = {
    OPEN: "open",
    STEP: "step",
    READING: "reading",
    ENTRY: "entry",
    EVENT: "event",
    RESULT: "result",
    CHAIN: "chain",
    SEAL: "seal",
}
SKIPPABLE_FROM = 64
_JSON_TYPES = (OPEN, STEP, ENTRY, EVENT, RESULT, SEAL)
CLOCK_NOT_SET = 0x80

Record = namedtuple(
    "Record", ("offset", "size", "type", "sequence", "time_ms", "clock_set", "payload")
)
Reading = namedtuple("Reading", ("channel", "step", "value", "raw"))
# `records` up to and including the last good CHAIN; `verified_size` bytes of the log are covered
# by it; `digest` is its digest; `sealed` tells whether a SEAL closes the log; `fault` is None or a
# `Fault` that says why reading stopped before the end of the data.
Log = namedtuple(
    "Log", ("version", "sealing", "records", "verified_size", "digest", "sealed", "fault")
)
Fault = namedtuple("Fault", ("offset", "record", "reason"))


class LogError(ValueError):
    """A log that can't be read at all: not one of ours, or of a newer version."""


def preamble() -> "bytes":
    """The first eight bytes of a new log."""
    return MAGIC + bytes((FORMAT_VERSION, SEALING_SHA256, 0, 0))


def first_digest(start: "bytes") -> "bytes":
    """The digest that the first batch is chained to."""
    return hashlib.sha256(start).digest()


def chain_digest(previous: "bytes", batch_and_header: "bytes") -> "bytes":
    """The digest that a CHAIN record must hold: over the digest before it, the records of its
    batch, and its own header."""
    return hashlib.sha256(previous + batch_and_header).digest()


def encode_chain(
    previous: "bytes", batch: "bytes", sequence: "int", time_ms: "int", clock_set: "bool"
) -> "tuple[bytes, bytes]":
    """The CHAIN record that closes a batch of whole records, and its digest."""
    header = _header(CHAIN, sequence, time_ms, clock_set, DIGEST_SIZE)
    digest = chain_digest(previous, batch + header)
    return encode(CHAIN, sequence, time_ms, clock_set, digest), digest


def encode(
    kind: "int", sequence: "int", time_ms: "int", clock_set: "bool", payload: "bytes"
) -> "bytes":
    """The bytes of one record. ValueError when the payload is larger than 4096 bytes."""
    if len(payload) > LARGEST_PAYLOAD:
        raise ValueError("a record of {} bytes; at most {}".format(len(payload), LARGEST_PAYLOAD))
    body = _header(kind, sequence, time_ms, clock_set, len(payload)) + payload
    return body + binascii.crc32(body).to_bytes(4, "little")


def _header(
    kind: "int", sequence: "int", time_ms: "int", clock_set: "bool", length: "int"
) -> "bytes":
    return (
        length.to_bytes(2, "little")
        + bytes((kind if clock_set else kind | CLOCK_NOT_SET,))
        + sequence.to_bytes(4, "little")
        + time_ms.to_bytes(6, "little")
    )


def encode_json(value: "object") -> "bytes":
    """The payload of a JSON record."""
    return json.dumps(value).encode()


def reading_payload(channel: "int", step: "int", value: "int", raw: "bytes") -> "bytes":
    """The payload of a READING.

    channel and step index the plan's lists (0 to 255); value is the whole number the driver read
    from raw, in the channel's unit; raw is what the instrument sent, byte for byte.
    """
    return bytes((channel, step)) + _encode_signed(value) + raw


def _encode_signed(value: "int") -> "bytes":
    folded = value * 2 if value >= 0 else -value * 2 - 1
    encoded = bytearray()
    while folded > 0x7F:
        encoded.append(folded & 0x7F | 0x80)
        folded >>= 7
    encoded.append(folded)
    return bytes(encoded)


# A value of more than 10 groups of 7 bits is no reading.
_LONGEST_VALUE = 10


def decode_reading(payload: "bytes") -> "Reading":
    """Channel, step, value and raw bytes of a READING; ValueError when it is malformed."""
    folded = 0
    for index in range(2, min(len(payload), 2 + _LONGEST_VALUE)):
        byte = payload[index]
        folded |= (byte & 0x7F) << 7 * (index - 2)
        if byte < 0x80:
            value = -((folded + 1) // 2) if folded & 1 else folded // 2
            return Reading(payload[0], payload[1], value, bytes(payload[index + 1 :]))
    raise ValueError("a reading record of {} bytes without a value".format(len(payload)))


def decode_json(record: "Record") -> "dict[str, object]":
    """The object in a JSON record; ValueError when it is none."""
    if record.type not in _JSON_TYPES:
        raise ValueError(
            "a {} record has no JSON".format(TYPE_NAMES.get(record.type, record.type))
        )
    try:
        value = json.loads(record.payload.decode())
    except (ValueError, UnicodeError, RuntimeError):  # RuntimeError: nested too deeply
        raise ValueError("the {} record's JSON can't be read".format(TYPE_NAMES[record.type]))
    if not isinstance(value, dict):
        raise ValueError("the {} record's JSON is no object".format(TYPE_NAMES[record.type]))
    return value


def check_preamble(data: "bytes") -> "tuple[int, int]":
    """Version and sealing algorithm of a log; LogError when this program can't read it."""
    if len(data) < PREAMBLE_SIZE or bytes(data[:4]) != MAGIC:
        raise LogError("not a dosegauge session log: it does not begin with DGSL")
    version, sealing = data[4], data[5]
    if version != FORMAT_VERSION:
        raise LogError(
            "the log has format version {}, this program reads {}: update dosegauge".format(
                version, FORMAT_VERSION
            )
        )
    if sealing not in SEALING_NAMES or data[6] or data[7]:
        raise LogError("the log is sealed in a way this program doesn't know: update dosegauge")
    return version, sealing


def read_record(data: "bytes", offset: "int") -> "Record":
    """The record at an offset; ValueError that says what is wrong with it."""
    left = len(data) - offset
    if left < HEADER_SIZE + CRC_SIZE:
        raise ValueError("the log ends within a record")
    length = data[offset] | data[offset + 1] << 8
    size = HEADER_SIZE + length + CRC_SIZE
    if length > LARGEST_PAYLOAD:
        raise ValueError("a record says it has {} bytes".format(length))
    if left < size:
        raise ValueError("the log ends within a record")
    body = data[offset : offset + size - CRC_SIZE]
    stored = int.from_bytes(data[offset + size - CRC_SIZE : offset + size], "little")
    if binascii.crc32(body) != stored:
        raise ValueError("the record's CRC does not match its bytes")
    return Record(
        offset,
        size,
        body[2] & ~CLOCK_NOT_SET,
        int.from_bytes(body[3:7], "little"),
        int.from_bytes(body[7:13], "little"),
        not body[2] & CLOCK_NOT_SET,
        bytes(body[HEADER_SIZE:]),
    )


def read_log(data: "bytes") -> "Log":
    """All acknowledged records of a log.

    Never raises for damage: reading stops at the first record that is torn, altered, out of
    sequence or not covered by its chain, and `fault` says which and where. Raises LogError when
    the preamble isn't one this program reads.
    """
    version, sealing = check_preamble(data)
    reader = _LogReader(data)
    fault = reader.read_all()
    return Log(
        version, sealing, reader.records, reader.verified_size, reader.digest, reader.sealed, fault
    )


class _LogReader:
    def __init__(self, data: "bytes") -> None:
        self.data = data
        self.records: "list[Record]" = []
        self.pending: "list[Record]" = []
        self.verified_size = PREAMBLE_SIZE
        self.digest = first_digest(bytes(data[:PREAMBLE_SIZE]))
        self.sealed = False
        self.sequence = 0

    def read_all(self) -> "Fault | None":
        offset = PREAMBLE_SIZE
        while offset < len(self.data):
            try:
                record = read_record(self.data, offset)
                self._accept(record)
            except ValueError as error:
                return Fault(offset, self.sequence, str(error))
            offset += record.size
        if self.pending:
            return Fault(
                self.verified_size, self.pending[0].sequence, "records without a chain record"
            )
        return None

    def _accept(self, record: "Record") -> None:
        if self.sealed:
            raise ValueError("a record after the seal")
        if record.sequence != self.sequence:
            raise ValueError("record {} where {} is due".format(record.sequence, self.sequence))
        if record.type not in TYPE_NAMES and record.type < SKIPPABLE_FROM:
            raise ValueError("a record of unknown type {}".format(record.type))
        if record.type == CHAIN:
            self._close_batch(record)
        else:
            self.pending.append(record)
        self.sequence += 1

    def _close_batch(self, record: "Record") -> None:
        batch = bytes(self.data[self.verified_size : record.offset + HEADER_SIZE])
        digest = chain_digest(self.digest, batch)
        if record.payload != digest:
            raise ValueError("the chain record does not match the records before it")
        self.sealed = bool(self.pending) and self.pending[-1].type == SEAL
        self.records += self.pending
        self.records.append(record)
        self.pending = []
        self.digest = digest
        self.verified_size = record.offset + record.size
