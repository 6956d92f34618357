"""Link lines: how a unit and a host talk over a serial port that also carries a REPL.

One message is one line of printable ASCII, at most 512 bytes:

    ~<version><integrity> <sequence> <base64 payload> <CRC-32 in hex>\n

for example `~1c 17 SnsiZG8iOiAiaGVsbG8ifQ== 4c6719e4`. Version is a digit, integrity a
letter (c: CRC-32 only; a keyed one can follow). The CRC covers the line up to the space before
it. The sequence is the host's request number; every line of an answer repeats it. Bytes that are
no such line (a traceback, REPL output, another program) are passed over by both sides.

A payload begins with a letter: J is followed by a JSON object, D by an offset (u32, little endian)
and raw bytes of a session log.
"""

import binascii
import json
from collections import namedtuple

LINK_VERSION = 1
LONGEST_LINE = 512
LARGEST_SEQUENCE = (1 << 32) - 1
LARGEST_DATA = 342  # raw log bytes in one line, so that the line stays within LONGEST_LINE
_START = b"~1c "

Message = namedtuple("Message", ("sequence", "kind", "body"))
JSON = "J"
DATA = "D"


class LineError(ValueError):
    """A line that is no intact link line of a known version."""


def encode_json(sequence: "int", value: "object") -> "bytes":
    """The line for a JSON message, without its spaces where they would make it too long.

    ValueError when it is longer than 512 bytes even so.
    """
    try:
        return _encode(sequence, b"J" + json.dumps(value).encode())
    except ValueError:
        return _encode(sequence, b"J" + json.dumps(value, separators=(",", ":")).encode())


def encode_data(sequence: "int", offset: "int", data: "bytes") -> "bytes":
    """The line for raw log bytes found at an offset (at most LARGEST_DATA bytes)."""
    return _encode(sequence, b"D" + offset.to_bytes(4, "little") + data)


def _encode(sequence: "int", payload: "bytes") -> "bytes":
    body = _START + b"%d " % sequence + binascii.b2a_base64(payload)[:-1]
    line = body + b" %08x\n" % binascii.crc32(body)
    if len(line) > LONGEST_LINE:
        raise ValueError("a link line of {} bytes; at most {}".format(len(line), LONGEST_LINE))
    return line


def decode(line: "bytes") -> "Message":
    """The message in a line (with or without its line end).

    `body` is an object for JSON, and (offset, bytes) for data. LineError says what is wrong.
    """
    text = line.rstrip(b"\r\n")
    start = text.rfind(b"~")
    if start < 0:
        raise LineError("no link line")
    # What stands before the mark is a prompt or the rest of somebody else's line.
    text = text[start:]
    if len(text) > LONGEST_LINE:
        raise LineError("a line of more than {} bytes".format(LONGEST_LINE))
    if text[:4] != _START:
        raise LineError("a link line of another version: {!r}".format(bytes(text[:4])))
    fields = text.split(b" ")
    if len(fields) != 4 or len(fields[3]) != 8:
        raise LineError("a link line with {} fields".format(len(fields)))
    if fields[3] != b"%08x" % binascii.crc32(text[:-9]):
        raise LineError("a link line whose CRC does not match")
    return _decode_fields(fields[1], fields[2])


def _decode_fields(sequence: "bytes", encoded: "bytes") -> "Message":
    try:
        # int() would also take signs, blanks around the digits and underscores among them.
        if not 1 <= len(sequence) <= 10 or sequence.strip(b"0123456789"):
            raise ValueError("sequence")
        number = int(sequence.decode())
        if number > LARGEST_SEQUENCE:
            raise ValueError("sequence")
        payload = binascii.a2b_base64(encoded)
    except ValueError:
        raise LineError("a link line whose fields can't be read")
    kind = payload[:1]
    if kind == b"D" and len(payload) >= 5:
        return Message(number, DATA, (int.from_bytes(payload[1:5], "little"), bytes(payload[5:])))
    if kind == b"J":
        return Message(number, JSON, _decode_object(payload[1:]))
    raise LineError("a link line of unknown kind")


def _decode_object(encoded: "bytes") -> "dict[str, object]":
    try:
        value = json.loads(encoded.decode())
    except (ValueError, UnicodeError, RuntimeError):
        raise LineError("a link line whose JSON can't be read")
    if not isinstance(value, dict):
        raise LineError("a link line whose JSON is no object")
    return value


class LineSplitter:
    """Cuts a stream of bytes into lines; a line without end is dropped after 512 bytes."""

    def __init__(self) -> None:
        self._buffer = b""
        self.dropped = 0

    def feed(self, data: "bytes") -> "list[bytes]":
        """The lines completed by these bytes, without their line ends; empty lines left out."""
        parts = (self._buffer + data).split(b"\n")
        self._buffer = parts.pop()
        if len(self._buffer) > LONGEST_LINE:
            self._buffer = b""
            self.dropped += 1
        return [part.rstrip(b"\r") for part in parts if part.rstrip(b"\r")]
