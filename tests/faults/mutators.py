"""Changes of an input: of its bytes, of the JSON in it, of a record of a log."""

import binascii
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from dosegauge_core import linkline, records
from tests.faults.logs import entries, rebuilt

TOKENS = (
    b"\0",
    b"\xff",
    b"\r\n",
    b"~1c ",
    b" ",
    b"-",
    b"+",
    b".",
    b"1_0",
    b"E+99",
    b"OL",
    b"ERR0",
    b"\x8d",
    b"99999999999999999999",
    b"\xff\xff\xff\xff",
    b"DGSL\x01\x01\0\0",
    b"{}",
    b"[]",
    b'""',
    b"\xed\xa0\x80",
)
# Written as they stand: json.dumps would not write them.
_RAW = {
    "@1": "1e999",
    "@2": "NaN",
    "@3": "-Infinity",
    "@4": "9" * 5000,
    "@5": "[" * 300 + "]" * 300,
    "@6": "[" * 940 + "]" * 940,
    "@7": "[" * 1700 + "]" * 1700,
    "@8": "9" * 3000,
    "@d": "[" * 975 + "]" * 975,
    "@9": '{"a":' * 600 + "1" + "}" * 600,
}
_VALUES: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**31,
    2**64,
    10**30,
    1.0,
    0.5,
    "",
    "0",
    "-0",
    "1e99",
    "-1E-99",
    "1_0",
    "+5",
    " 7",
    "NaN",
    "\ud800",
    "\0",
    "x" * 300,
    "９",
    [],
    {},
    [[]],
    [None],
    *_RAW,
)


def mutate_bytes(source: random.Random, data: bytes, pool: list[bytes]) -> bytes:
    """A bit, a byte, a stretch or a token."""
    at = source.randrange(len(data) + 1)
    end = min(len(data), at + source.choice((1, 1, 2, 4, 16, 64)))
    kind = source.randrange(8)
    here = data[at : at + 1]
    if kind == 0 and here:
        middle = bytes((here[0] ^ 1 << source.randrange(8),)), at + 1
    elif kind == 1:
        middle = bytes((source.randrange(256),)), at + 1
    elif kind == 2:
        middle = b"", end
    elif kind == 3:
        middle = data[at:end], at
    elif kind == 4:
        other = source.choice(pool) if pool else data
        middle = other[source.randrange(len(other) + 1) :], len(data)
    elif kind == 5:
        middle = b"", len(data)
    else:
        token = source.choice(TOKENS)
        middle = token, at if kind == 6 else at + len(token)
    written, behind = middle
    return data[:at] + written + data[behind:]


def mutate_json(source: random.Random, data: bytes, pool: list[bytes]) -> bytes:
    """A value replaced, lost, doubled or renamed; now and then a byte."""
    if source.random() < 0.1:
        return mutate_bytes(source, data, pool)
    try:
        value = json.loads(data)
        places = list(_places(value))
        if not places:
            return mutate_bytes(source, data, pool)
        _change(source, *source.choice(places))
        return _written(value)
    except (ValueError, RecursionError):
        return mutate_bytes(source, data, pool)


def replacements(data: bytes) -> Iterator[bytes]:
    """JSON with one value replaced by one odd value: every value by each of them."""
    value = json.loads(data)
    for held, key in list(_places(value)):
        kept = held[key]
        for odd in _VALUES:
            held[key] = odd
            yield _written(value)
        held[key] = kept


def _written(value: object) -> bytes:
    text = json.dumps(value, separators=(",", ":"))
    for mark, raw in _RAW.items():
        text = text.replace(f'"{mark}"', raw)
    return text.encode()


def _places(value: Any) -> Any:
    """Every container with every key in it."""
    waiting = [value]
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict | list):
            for key in held if isinstance(held, dict) else range(len(held)):
                yield held, key
                waiting.append(held[key])


def _change(source: random.Random, held: Any, key: Any) -> None:
    kind = source.randrange(8)
    if kind == 0:
        del held[key]
    elif kind == 1 and isinstance(held, list):
        held.insert(key, held[key])
    elif kind == 2 and isinstance(held, dict):
        held[source.choice((*held, "x", ""))] = held.pop(key)
    elif kind == 3:
        other = (
            source.choice(list(held)) if isinstance(held, dict) else source.randrange(len(held))
        )
        held[key], held[other] = held[other], held[key]
    elif kind == 4 and isinstance(held[key], str):
        at = source.randrange(len(held[key]) + 1)
        held[key] = held[key][:at] + source.choice(("0", "9", "-", ".", "e", "_")) + held[key][at:]
    elif kind == 5 and isinstance(held[key], int):
        held[key] += source.choice((-1, 1, 255, 10**6))
    else:
        held[key] = source.choice(_VALUES)


def framed(mutate: Callable[[random.Random, bytes, list[bytes]], bytes]) -> Any:
    """A link line whose payload is mutated and whose CRC is right again."""

    def change(source: random.Random, data: bytes, pool: list[bytes]) -> bytes:
        try:
            message = linkline.decode(data)
        except linkline.LineError:
            return mutate_bytes(source, data, pool)
        if message.kind != linkline.JSON or source.random() < 0.3:
            return resealed(mutate_bytes(source, data.rstrip()[:-9], pool))
        changed = mutate(source, json.dumps(message.body).encode(), [])
        return line_of(b"J" + changed)

    return change


def resealed(body: bytes) -> bytes:
    """A line's fields with the CRC that belongs to them."""
    return body + b" %08x\n" % binascii.crc32(body)


def line_of(payload: bytes, sequence: bytes = b"1") -> bytes:
    """A link line around any payload."""
    return resealed(b"~1c " + sequence + b" " + binascii.b2a_base64(payload)[:-1])


def mutate_log(source: random.Random, data: bytes, pool: list[bytes]) -> bytes:
    """One record of a log changed, lost, doubled or moved, with CRCs and chain computed again."""
    try:
        content = entries(data)
    except records.LogError:
        return data
    if not content:
        return data
    at = source.randrange(len(content))
    # What the opening says decides about everything else.
    at = 0 if source.random() < 0.3 else at
    kind, payload = content[at]
    choice = source.randrange(12)
    if choice == 0:
        del content[at]
    elif choice == 1:
        content.insert(at, content[at])
    elif choice == 2:
        content[at] = (source.choice((*records.TYPE_NAMES, 64, 100)), payload)
    elif choice == 3:
        other = source.randrange(len(content))
        content[at], content[other] = content[other], content[at]
    elif kind in (records.READING, records.CHAIN):
        content[at] = (kind, mutate_bytes(source, payload, []))
    else:
        content[at] = (kind, mutate_json(source, payload, []))
    try:
        return rebuilt(content)
    except ValueError:
        return data
