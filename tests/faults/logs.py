"""Session logs taken apart and put together again, with every CRC and chain record right."""

from collections.abc import Callable

from dosegauge_core import records

Entry = tuple[int, bytes]  # a record's type and payload


def entries(raw: bytes) -> list[Entry]:
    """The records of a log that holds."""
    return [(record.type, record.payload) for record in records.read_log(raw).records]


def rebuilt(content: list[Entry]) -> bytes:
    """A log of these records: numbers, CRCs and chain digests as its writer would compute them.

    ValueError when a payload is too large for a record.
    """
    data = records.preamble()
    digest = records.first_digest(data)
    batch = b""
    for sequence, (kind, payload) in enumerate(content):
        time_ms = 1_772_330_400_000 + sequence
        if kind == records.CHAIN:
            chain, digest = records.encode_chain(digest, batch, sequence, time_ms, True)
            data += batch + chain
            batch = b""
        else:
            batch += records.encode(kind, sequence, time_ms, True, payload)
    return data + batch


def changed(raw: bytes, number: int, change: Callable[[bytes], bytes]) -> bytes:
    """The log with one record's payload changed and everything else recomputed."""
    content = entries(raw)
    kind, payload = content[number]
    content[number] = (kind, change(payload))
    return rebuilt(content)
