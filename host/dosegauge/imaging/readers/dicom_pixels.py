"""Where the pixels of a DICOM file lie, and whether all of them are there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Literal

import numpy as np

from dosegauge.imaging.readers.opened import truncated, unreadable
from dosegauge.imaging.readers.plain import Plain, one_behind_the_other
from dosegauge.texts import Text

HEAD_BYTES = 12
_IMPLICIT, _EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_TAGS: dict[Literal["little", "big"], bytes] = {
    "little": b"\xe0\x7f\x10\x00",
    "big": b"\x7f\xe0\x00\x10",
}
_EXPLICITLY = (b"OB", b"OW", b"UN")
_IN_PIECES = b"\xff\xff\xff\xff"
_IMPLICIT_HEAD, _EXPLICIT_HEAD = 8, 12
# Without these pydicom refuses to read a frame.
_NEEDED = ("PixelRepresentation", "PhotometricInterpretation", "SamplesPerPixel", "BitsStored")


def require_whole(
    where: str, header: Any, head: bytes, left: int, shape: tuple[int, int, int]
) -> None:
    """WrongUse for pixels that aren't all there, or aren't written as the header says; `head` are
    the first bytes of their element, `left` those from there to the end of the file."""
    syntax = _syntax(header)
    if syntax is not None and syntax.is_compressed:
        return
    needed = math.prod(shape) * int(header.BitsAllocated) // 8
    order: Literal["little", "big"] = "big" if syntax == _BIG_ENDIAN else "little"
    there = left - _head_bytes(header)
    if head[:4] == _TAGS[order]:
        length = head[4:8] if _implicit(header) else head[8:12]
        if (head[4:6] in _EXPLICITLY) == _implicit(header) or length == _IN_PIECES:
            raise unreadable(
                where,
                Text(
                    "写法与所述传输语法不符",
                    "it is not written in the transfer syntax that it names",
                ),
            )
        there = min(there, int.from_bytes(length, order))
    if there < needed:
        raise truncated(where, max(there, 0), needed)


def plain_pixels(
    file: Path,
    header: Any,
    shape: tuple[int, int],
    at: int,
    head: bytes,
    rescale: tuple[float, float],
) -> Plain | None:
    """Where the numbers lie that need nothing but their slope and intercept; `at` and `head` are
    the place and the first bytes of their element. None for all others."""
    bits = int(header.BitsAllocated)
    if any(name not in header for name in _NEEDED) or header.PixelRepresentation not in (0, 1):
        return None
    if _syntax(header) not in (_IMPLICIT, _EXPLICIT) or head[:4] != _TAGS["little"]:
        return None
    if bits not in (8, 16, 32) or int(header.BitsStored) != bits:
        return None
    kind = np.dtype(f"<{'i' if header.PixelRepresentation else 'u'}{bits // 8}")
    return one_behind_the_other(file, kind, shape, at + _head_bytes(header), *rescale)


def _syntax(header: Any) -> Any:
    return header.file_meta.get("TransferSyntaxUID")


def _implicit(header: Any) -> bool:
    """As the file says, else as it was found to be."""
    syntax = _syntax(header)
    return bool(header.original_encoding[0] if syntax is None else syntax == _IMPLICIT)


def _head_bytes(header: Any) -> int:
    return _IMPLICIT_HEAD if _implicit(header) else _EXPLICIT_HEAD
