"""Pixels without a header, as the caller describes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dosegauge.imaging.readers.opened import (
    Opened,
    RawFormat,
    checked_shape,
    largest_of,
    truncated,
    unreadable,
)
from dosegauge.imaging.readers.plain import one_behind_the_other
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
    plain = one_behind_the_other(file, kind, (rows, columns), raw.offset)
    return Opened(
        str(file),
        "raw",
        frames,
        rows,
        columns,
        None,
        plain.read,
        largest_of(kind),
        warnings=warnings,
        plain=plain,
    )
