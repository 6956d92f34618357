"""Reading a session log from flash piece by piece: a log may be larger than the memory."""

import hashlib
from collections import namedtuple

from dosegauge_core import records

# What is acknowledged of a log: `size` bytes with `digest`, `sequence` records; `file_size` more
# than size means a torn tail. `session` is the id that its opening record gives, "" for none.
Scan = namedtuple(
    "Scan", ("size", "sequence", "digest", "sealed", "file_size", "fault", "session")
)


def scan(path: "str") -> "Scan":
    """Check a log from its first byte to the last good chain record. LogError: not one of ours."""
    with open(path, "rb") as log:
        start = log.read(records.PREAMBLE_SIZE)
        records.check_preamble(start)
        digest = records.first_digest(start)
        size, sequence, sealed, fault, session = records.PREAMBLE_SIZE, 0, False, "", ""
        offset, next_sequence, last_type = size, 0, 0
        batch = hashlib.sha256(digest)
        while True:
            try:
                record = _next_record(log)
                if record is None:
                    break
                if record.sequence != next_sequence:
                    raise ValueError("a record out of sequence")
                if record.type == records.OPEN and not next_sequence:
                    session = _session_of(record)
                if record.type == records.CHAIN:
                    batch.update(record.payload_and_frame[: records.HEADER_SIZE])
                    digest = batch.digest()
                    if record.payload != digest:
                        raise ValueError("a chain record that does not match")
                    batch = hashlib.sha256(digest)
                    size = offset + record.size
                    sequence, sealed = next_sequence + 1, last_type == records.SEAL
                else:
                    batch.update(record.payload_and_frame)
            except ValueError as error:
                fault = str(error)
                break
            offset += record.size
            next_sequence += 1
            last_type = record.type
    return Scan(size, sequence, digest, sealed, _file_size(path), fault, session)


def own_session(path: "str") -> "str":
    """The id in a log's opening record, "" when there is none to be read."""
    try:
        with open(path, "rb") as log:
            records.check_preamble(log.read(records.PREAMBLE_SIZE))
            record = _next_record(log)
    except (OSError, ValueError):
        return ""
    return "" if record is None or record.type != records.OPEN else _session_of(record)


def _session_of(record: "_Framed") -> "str":
    try:
        session = records.decode_json(record).get("session")
    except ValueError:
        return ""
    return session if isinstance(session, str) else ""


_Framed = namedtuple("_Framed", ("type", "sequence", "size", "payload", "payload_and_frame"))


def _next_record(log: "object") -> "_Framed | None":
    header = log.read(records.HEADER_SIZE)
    if not header:
        return None
    length = header[0] | header[1] << 8 if len(header) > 1 else 0
    if length > records.LARGEST_PAYLOAD:
        raise ValueError("a record that is too long")
    data = header + log.read(length + records.CRC_SIZE)
    record = records.read_record(data, 0)
    return _Framed(record.type, record.sequence, record.size, record.payload, data)


def _file_size(path: "str") -> "int":
    import os

    return os.stat(path)[6]


# What ends a batch or a session is short; looking for more would only take time.
_LONGEST_END = 128


def acknowledges_more(path: "str", offset: "int") -> "bool":
    """Whether an intact chain or seal record stands anywhere behind an offset.

    If so, what is wrong there is damage to something acknowledged, not a torn tail.
    """
    with open(path, "rb") as log:
        log.seek(offset)
        window = log.read(3 * _LONGEST_END)
        while window:
            for start in range(min(_LONGEST_END, len(window))):
                if _is_end(window, start):
                    return True
            window = window[_LONGEST_END:] + log.read(_LONGEST_END)
    return False


def _is_end(window: "bytes", start: "int") -> "bool":
    if len(window) - start < records.HEADER_SIZE:
        return False
    kind = window[start + 2] & ~records.CLOCK_NOT_SET
    if (
        window[start] > _LONGEST_END
        or window[start + 1]
        or kind not in (records.CHAIN, records.SEAL)
    ):
        return False
    try:
        records.read_record(window[start : start + 2 * _LONGEST_END], 0)
    except ValueError:
        return False
    return True


def copy_prefix(source: "str", target: "str", size: "int") -> "None":
    """The first size bytes of a file as another file, flushed."""
    with open(source, "rb") as old, open(target, "wb") as new:
        left = size
        while left:
            piece = old.read(min(left, 512))
            new.write(piece)
            left -= len(piece)
        new.flush()
