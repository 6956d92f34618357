"""NRRD: a text header, then pixels, plain or gzip-packed, in it or in a file beside it.

Source: the format's definition at teem.sourceforge.net/nrrd/format.html.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from dosegauge.imaging.image import PixelSize
from dosegauge.imaging.readers.beside import GZIP, bytes_to_skip, file_beside, packed_frames
from dosegauge.imaging.readers.opened import (
    Opened,
    checked_shape,
    largest_of,
    truncated,
    unreadable,
)
from dosegauge.imaging.readers.plain import Plain, one_behind_the_other
from dosegauge.texts import Text

_LARGEST_HEADER = 65536
_KINDS = {
    **dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1"),
    **dict.fromkeys(("signed char", "int8", "int8_t"), "i1"),
    **dict.fromkeys(("ushort", "unsigned short", "uint16", "uint16_t"), "u2"),
    **dict.fromkeys(("short", "signed short", "int16", "int16_t"), "i2"),
    **dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4"),
    **dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4"),
    "float": "f4",
    "double": "f8",
}


def open_file(file: Path) -> Opened:
    """WrongUse for what this program does not read of the format: text pixels, split files."""
    fields, header_size = _header(file)
    where = str(file)
    try:
        sizes = tuple(int(word) for word in reversed(fields["sizes"].split()))
        kind = np.dtype(
            (">" if fields.get("endian") == "big" else "<") + _KINDS[fields["type"].lower()]
        )
    except (KeyError, ValueError) as error:
        raise unreadable(
            where, Text("文件头无法理解", f"its header can't be read ({error})")
        ) from error
    shape = checked_shape(where, sizes)
    pixels, offset = _pixel_file(file, fields, header_size)
    size = math.prod(shape) * kind.itemsize
    plain: Plain | None
    encoding = fields.get("encoding", "raw").lower()
    if fields.get("line skip", fields.get("lineskip", "0")) != "0":
        raise unreadable(where, Text("不支持 line skip", "its line skip is not supported"))
    if pixels != file:
        skip = fields.get("byte skip", fields.get("byteskip", "0"))
        if skip == "-1" and encoding != "raw":
            raise unreadable(
                where, Text("压缩数据不支持 byte skip -1", "byte skip -1 of packed data")
            )
        offset = bytes_to_skip(skip, pixels, size, where)
    if encoding in ("gzip", "gz"):
        plain = None
        frame = packed_frames(pixels, offset, kind, shape, GZIP)
    elif encoding == "raw":
        there = pixels.stat().st_size - offset
        if there < size:
            raise truncated(str(pixels), there, size)
        plain = one_behind_the_other(pixels, kind, shape[1:], offset)
        frame = plain.read
    else:
        raise unreadable(where, Text(f"编码 {encoding}", f"its encoding is {encoding}"))
    spacings = _spacings(fields)
    facts = {"slice_mm": str(spacings[2])} if len(spacings) > 2 else {}
    if "space" in fields:
        facts["orientation"] = f"{fields['space']} {fields.get('space directions', '')}".strip()
    pixel = PixelSize(spacings[1], spacings[0]) if len(spacings) > 1 else None
    return Opened(where, "nrrd", *shape, pixel, frame, largest_of(kind), facts, plain=plain)


def pixel_file(file: Path) -> Path:
    """Where the pixels are: the file itself, or one beside it. WrongUse as open_file."""
    return _pixel_file(file, *_header(file))[0]


def _header(file: Path) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    with file.open("rb") as opened:
        while opened.tell() < _LARGEST_HEADER:
            line = opened.readline(2048).decode("utf-8", "replace").rstrip("\r\n")
            if not line:
                return fields, opened.tell()
            name, colon, value = line.partition(":")
            if colon and not line.startswith("#"):
                fields[name.strip().lower()] = value.lstrip("=").strip()
    raise unreadable(str(file), Text("文件头没有结束", "its header has no end"))


def _pixel_file(file: Path, fields: dict[str, str], header_size: int) -> tuple[Path, int]:
    name = fields.get("data file", fields.get("datafile"))
    if name is None:
        return file, header_size
    return file_beside(file, name), 0


def _spacings(fields: dict[str, str]) -> list[float]:
    """Distances along the fastest axis first; [] where none are told."""
    try:
        if "spacings" in fields:
            found = [float(word) for word in fields["spacings"].split()]
        else:
            vectors = fields.get("space directions", "").replace(" ", "").strip("()").split(")(")
            found = [math.hypot(*(float(part) for part in one.split(","))) for one in vectors]
    except ValueError:
        return []
    return found if all(math.isfinite(one) and one > 0 for one in found) else []
