"""MetaImage: .mhd with its file of pixels, or .mha with both (ITK's format)."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from dosegauge.imaging.image import PixelSize
from dosegauge.imaging.readers.beside import ZLIB, bytes_to_skip, file_beside, packed_frames
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
    "MET_UCHAR": "u1",
    "MET_CHAR": "i1",
    "MET_USHORT": "u2",
    "MET_SHORT": "i2",
    "MET_UINT": "u4",
    "MET_INT": "i4",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
_TRUE = ("true", "1")


def open_file(file: Path, big_endian: bool | None = None) -> Opened:
    """`big_endian` overrides what the header says of the byte order."""
    fields, header_size = _header(file)
    where = str(file)
    shape = checked_shape(where, tuple(reversed(_numbers(fields, "DimSize", where, int))))
    if fields.get("ElementNumberOfChannels", "1") != "1":
        raise unreadable(where, Text("彩色图像", "a colour image"))
    kind = _kind(fields, where, big_endian)
    pixels, offset = _pixel_file(file, fields, header_size)
    size = math.prod(shape) * kind.itemsize
    if pixels != file:
        offset = bytes_to_skip(fields.get("HeaderSize", "0"), pixels, size, where)
    plain: Plain | None
    if fields.get("CompressedData", "false").lower() in _TRUE:
        plain = None
        frame = packed_frames(pixels, offset, kind, shape, ZLIB)
    else:
        there = pixels.stat().st_size - offset
        if there < size:
            raise truncated(str(pixels), there, size)
        plain = one_behind_the_other(pixels, kind, shape[1:], offset)
        frame = plain.read

    facts = {}
    spacing = fields.get("ElementSpacing", "").split()
    if len(spacing) == 3:
        facts["slice_mm"] = spacing[2]
    if "AnatomicalOrientation" in fields:
        facts["orientation"] = fields["AnatomicalOrientation"]
    return Opened(
        where,
        "metaimage",
        *shape,
        _spacing(fields, where),
        frame,
        largest_of(kind),
        facts,
        plain=plain,
    )


def pixel_file(file: Path) -> Path:
    """Where the pixels are: the file itself, or one beside it. WrongUse as open_file."""
    return _pixel_file(file, *_header(file))[0]


def _header(file: Path) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    with file.open("rb") as opened:
        while opened.tell() < _LARGEST_HEADER:
            line = opened.readline(1024)
            name, equals, value = line.decode("utf-8", "replace").partition("=")
            if not equals:
                break
            fields[name.strip()] = value.strip()
            if name.strip() == "ElementDataFile":
                return fields, opened.tell()
    raise unreadable(str(file), Text("文件头没有 ElementDataFile", "no ElementDataFile in it"))


def _numbers(fields: dict[str, str], name: str, where: str, kind: type) -> list[int]:
    try:
        return [kind(word) for word in fields[name].split()]
    except (KeyError, ValueError) as error:
        raise unreadable(where, Text(f"{name} 无法理解", f"its {name} can't be read")) from error


def _kind(fields: dict[str, str], where: str, big_endian: bool | None) -> np.dtype[np.generic]:
    name = fields.get("ElementType", "")
    if name not in _KINDS:
        raise unreadable(where, Text(f"像素类型 {name}", f"pixels of type {name!r}"))
    said = fields.get("BinaryDataByteOrderMSB", fields.get("ElementByteOrderMSB", "false"))
    big = said.lower() in _TRUE if big_endian is None else big_endian
    return np.dtype((">" if big else "<") + _KINDS[name])


def _pixel_file(file: Path, fields: dict[str, str], header_size: int) -> tuple[Path, int]:
    name = fields["ElementDataFile"]
    if name == "LOCAL":
        return file, header_size
    if name.startswith("LIST") or "%" in name:
        raise unreadable(str(file), Text("像素分在多个文件", "its pixels are in several files"))
    return file_beside(file, name), 0


def _spacing(fields: dict[str, str], where: str) -> PixelSize | None:
    for name in ("ElementSpacing", "ElementSize"):
        if name in fields:
            spacing = _numbers(fields, name, where, float)
            if len(spacing) >= 2 and all(math.isfinite(one) and one > 0 for one in spacing[:2]):
                return PixelSize(spacing[1], spacing[0])
    return None
