"""Pixels of formats whose header may lie in a file of its own: where they are, and unpacked."""

from __future__ import annotations

import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
import numpy.typing as npt

from dosegauge.imaging.readers.opened import truncated, unreadable
from dosegauge.texts import Text

ZLIB, GZIP = 15, 31
_MOST_DIGITS = 15


def file_beside(header: Path, name: str) -> Path:
    """The file of pixels that a header names; WrongUse unless it lies in the header's own folder:
    a header may not point anywhere else."""
    if (
        len(PurePosixPath(name).parts) != 1
        or len(PureWindowsPath(name).parts) != 1
        or name == ".."
    ):
        raise unreadable(
            str(header), Text("像素文件不在同一文件夹", "its pixels are not in its own folder")
        )
    pixels = header.with_name(name)
    if not pixels.is_file():
        raise unreadable(str(header), Text(f"缺少 {name}", f"{name} is missing beside it"))
    return pixels


def bytes_to_skip(text: str) -> int:
    """A header's number of bytes before the pixels; 0 for what is none."""
    whole = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if whole else 0


def unpacked(file: Path, offset: int, size: int, window: int) -> npt.NDArray[np.uint8]:
    """So many bytes of packed pixels and no more, however far they would unpack; `window` ZLIB or
    GZIP. WrongUse where they are damaged or too few."""
    with file.open("rb") as opened:
        opened.seek(offset)
        try:
            data = zlib.decompressobj(window).decompress(opened.read(), size)
        except zlib.error as error:
            raise truncated(str(file), 0, size) from error
    if len(data) < size:
        raise truncated(str(file), len(data), size)
    return np.frombuffer(data, np.uint8)
