"""Pixels of formats whose header may lie in a file of its own: where they are, and unpacked."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np

from dosegauge.imaging.readers.opened import Frame, truncated, unreadable
from dosegauge.texts import Text

ZLIB, GZIP = 15, 31
_MOST_DIGITS = 15
_PACKED_CHUNK = 1 << 20


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


def bytes_to_skip(text: str, pixels: Path, size: int, where: str) -> int:
    """A header's number of bytes before the pixels; -1 where they are the file's last bytes.
    WrongUse for what is no such number."""
    if text.strip() == "-1":
        return max(pixels.stat().st_size - size, 0)
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise unreadable(where, Text(f"无法理解跳过的字节 {text}", f"bytes to skip: {text}"))
    return int(text)


def packed_frames(
    file: Path, offset: int, kind: np.dtype[np.generic], shape: tuple[int, int, int], window: int
) -> Callable[[int], Frame]:
    """Frames of packed pixels one at a time; `window` ZLIB or GZIP. They unpack from the start, so
    a frame before the last one that was asked for begins again. WrongUse when asked for a frame
    that is damaged or missing."""
    each = math.prod(shape[1:]) * kind.itemsize
    stream = _Stream(file, offset, window)

    def frame(number: int) -> Frame:
        nonlocal stream
        if number * each < stream.taken:
            stream = _Stream(file, offset, window)
        while stream.taken < number * each:
            stream.take(min(number * each - stream.taken, each))
        return np.frombuffer(stream.take(each), kind).reshape(shape[1:])

    return frame


class _Stream:
    """Unpacks a file's bytes in their order."""

    def __init__(self, file: Path, offset: int, window: int) -> None:
        self.taken = 0
        self._file, self._at = file, offset
        self._unpack = zlib.decompressobj(window)

    def take(self, size: int) -> bytes:
        """The next bytes, so many of them."""
        parts, missing = [], size
        with self._file.open("rb") as opened:
            opened.seek(self._at)
            while missing:
                packed = self._unpack.unconsumed_tail or opened.read(_PACKED_CHUNK)
                try:
                    part = self._unpack.decompress(packed, missing)
                except zlib.error as error:
                    raise truncated(str(self._file), self.taken, self.taken + size) from error
                if not part and not packed:
                    raise truncated(
                        str(self._file), self.taken + size - missing, self.taken + size
                    )
                parts.append(part)
                missing -= len(part)
            self._at = opened.tell()
        self.taken += size
        return b"".join(parts)
