"""Digimatic frames: 52 bits in 13 nibbles, each with its lowest bit first (Mitutoyo 99MBA043A,
99MBC095A, 99MAF600B; interface reference, section 1).

A frame is a whole number whose bit 0 was clocked first. It has no check digit at all: a reading
counts only when two frames agree. As raw bytes a frame is seven, little endian; bits 52 to 55 are
zero.
"""

from collections import namedtuple

from . import TelegramError

FRAME_BITS = 52
FRAME_BYTES = 7
NM_PER_MM = 1000000
NM_PER_INCH = 25400000
MOST_DECIMALS = 5
# Readings of a gauge at rest: more apart than this, and it moved or a bit was lost on the way.
AGREEMENT_NM = 2000
_PLUS, _MINUS = 0, 8
# The last nibble: mm and inch, and what a gauge says that judges its value (+NG, GO, -NG).
_IN_MM = (0, 2, 3, 4)
_IN_INCHES = (1, 5, 6, 7)

# `digits` with its sign; the value is digits / 10^decimals mm or inches.
Frame = namedtuple("Frame", ("digits", "decimals", "inch"))


def encode(frame: "int") -> "bytes":
    """The raw bytes of a frame."""
    return frame.to_bytes(FRAME_BYTES, "little")


def decode(frame: "int") -> "Frame":
    """What a frame says; TelegramError "format" for one that no gauge sends."""
    if frame >> FRAME_BITS:
        raise TelegramError("long", "a frame of more than 52 bits")
    nibbles = [frame >> 4 * place & 15 for place in range(13)]
    head, sign, body = nibbles[:4], nibbles[4], nibbles[5:11]
    decimals, unit = nibbles[11:]
    if head[:2] == [8, 15]:
        body = head[2:] + body  # Digimatic-2: two more digits, the most significant ones
    elif head != [15, 15, 15, 15]:
        raise TelegramError("format", "a frame that begins with {}".format(head))
    if max(body) > 9:
        raise TelegramError("format", "a digit above 9: {}".format(body))
    if sign not in (_PLUS, _MINUS):
        raise TelegramError("format", "{} for a sign".format(sign))
    if decimals > MOST_DECIMALS:
        raise TelegramError("format", "{} decimals".format(decimals))
    if unit not in _IN_MM + _IN_INCHES:
        raise TelegramError("format", "{} for a unit".format(unit))
    digits = 0
    for digit in body:
        digits = 10 * digits + digit
    return Frame(-digits if sign == _MINUS else digits, decimals, unit in _IN_INCHES)


def height_nm(frame: "int", decimals: "int") -> "int":
    """A frame as a height in nm, of a gauge that shows mm with so many decimals.

    TelegramError: "unit" for inches, "decimals" for another number of them. Nothing is rescaled:
    the gauge is not set as the plan says.
    """
    found = decode(frame)
    if found.inch:
        raise TelegramError("unit", "the gauge shows inches")
    if found.decimals != decimals:
        raise TelegramError(
            "decimals", "{} decimals where the gauge gives {}".format(found.decimals, decimals)
        )
    scale: "int" = NM_PER_MM // 10**decimals
    height: "int" = found.digits * scale
    return height


def value_nm(raw: "bytes", decimals: "int", agreement_nm: "int" = AGREEMENT_NM) -> "int":
    """The height in a reading's raw bytes: two or more frames, of which the last counts.

    TelegramError for a frame that is no height in mm, and "moving" when two lie further than
    agreement_nm apart.
    """
    if len(raw) < 2 * FRAME_BYTES or len(raw) % FRAME_BYTES:
        raise TelegramError("truncated", "{} bytes are no two frames".format(len(raw)))
    heights = [
        height_nm(int.from_bytes(raw[start : start + FRAME_BYTES], "little"), decimals)
        for start in range(0, len(raw), FRAME_BYTES)
    ]
    if max(heights) - min(heights) > agreement_nm:
        raise TelegramError("moving", "two readings differ: gauge moving?")
    return heights[-1]
