"""Pixels without a header, as the caller describes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dosegauge.imaging.readers.opened import (
    Frame,
    Opened,
    RawFormat,
    checked_shape,
    largest_of,
    truncated,
    unreadable,
)
from dosegauge.texts import Text

KINDS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")


def open_file(file: Path, raw: RawFormat) -> Opened:
    """WrongUse where type, shape and the file's size don't go together."""
    if raw.kind not in KINDS:
        known = ", ".join(KINDS)
        raise unreadable(
            str(file),
            Text(f"没有类型 {raw.kind}", f"there is no type {raw.kind}"),
            Text(f"可用：{known}", f"Known: {known}"),
        )
    frames, rows, columns = checked_shape(str(file), raw.shape)
    kind = np.dtype(raw.kind).newbyteorder(">" if raw.big_endian else "<")
    size = frames * rows * columns * kind.itemsize
    there = file.stat().st_size - raw.offset
    if there < size:
        raise truncated(str(file), there, size)
    warnings: tuple[Text, ...] = ()
    if there > size:
        warnings = (
            Text(
                f"文件比说明的多 {there - size} 字节",
                f"the file has {there - size} bytes more than described",
            ),
        )
    return Opened(
        str(file),
        "raw",
        frames,
        rows,
        columns,
        None,
        lambda number: frame_at(file, kind, (rows, columns), raw.offset, number),
        largest_of(kind),
        warnings=warnings,
    )


def frame_at(
    file: Path, kind: np.dtype[np.generic], shape: tuple[int, int], offset: int, number: int
) -> Frame:
    """One frame of frames that lie one behind the other."""
    pixels = shape[0] * shape[1]
    start = offset + number * pixels * kind.itemsize
    with file.open("rb") as opened:
        opened.seek(start)
        found = np.fromfile(opened, kind, pixels)
    if found.size < pixels:
        raise truncated(str(file), found.size * kind.itemsize, pixels * kind.itemsize)
    return found.reshape(shape)
