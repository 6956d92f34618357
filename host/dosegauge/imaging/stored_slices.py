"""Slices as the whole numbers that files hold, read into an array that is there already.

Thousands of slices are summed up as fast as the disk gives them: nothing is made anew for each,
and files of a folder that are laid out like the first one are not parsed again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dosegauge.imaging.readers import open_images
from dosegauge.imaging.readers.dicom import TOMOGRAPHY
from dosegauge.imaging.readers.opened import Frame, Opened, reading
from dosegauge.imaging.readers.plain import Plain, filled
from dosegauge.imaging.slice_files import refused, require_alike
from dosegauge.texts import Text

# A file's bytes around its pixels, beyond which it is parsed rather than compared.
_LARGEST_FRAME = 1 << 16
_LARGEST_BYTES = 4
_AHEAD = 8


@dataclass(frozen=True)
class Stored:
    """Slices of one type and size; a slice's values are slope times its numbers plus intercept.
    `into(number, block)` fills an array (slices, rows, columns) with the slices from a number on,
    counted from 0."""

    kind: np.dtype[np.generic]
    shape: tuple[int, int]
    slope: float
    intercept: float
    into: Callable[[int, Frame], None]


def stored_in_one_file(opened: Opened) -> Stored | None:
    """The frames of a file, None where they aren't plain whole numbers."""
    plain = opened.plain
    if plain is None or not _whole(plain):
        return None
    return Stored(plain.kind, plain.shape, plain.slope, plain.intercept, plain.read_several)


def stored_in_files(opened: Sequence[Opened]) -> Stored | None:
    """The slices of a folder whose files were all opened; None where they differ in type or in
    what their numbers stand for."""
    plains = [one.plain for one in opened if one.plain is not None]
    if len(plains) < len(opened) or not _whole(plains[0]):
        return None
    if len({(one.kind, one.shape, one.slope, one.intercept) for one in plains}) > 1:
        return None
    first = plains[0]
    return Stored(
        first.kind,
        first.shape,
        first.slope,
        first.intercept,
        _one_by_one(
            len(plains),
            lambda number, target: plains[number].read_into(0, target),
            lambda number: read_ahead(plains[number].file, plains[number].start(0), first.bytes),
        ),
    )


def stored_like_the_first(files: Sequence[Path], first: Opened) -> Stored | None:
    """The slices of a folder of which only the first file was opened. A file whose bytes around
    its pixels are the first one's is laid out like it; any other is parsed."""
    plain = first.plain
    if plain is None or not _whole(plain):
        return None
    size = files[0].stat().st_size
    begin, end = plain.start(0), plain.start(0) + plain.bytes
    if begin + size - end > _LARGEST_FRAME:
        return None
    with files[0].open("rb") as opened:
        head = opened.read(begin)
        opened.seek(end)
        tail = opened.read()

    def into(number: int, target: Frame) -> None:
        file = files[number]
        if not _read_alike(file, head, target, tail):
            _parsed(file, first, plain, target)

    return Stored(
        plain.kind,
        plain.shape,
        plain.slope,
        plain.intercept,
        _one_by_one(len(files), into, lambda number: read_ahead(files[number], 0, size)),
    )


def _one_by_one(
    slices: int, into: Callable[[int, Frame], None], ahead: Callable[[int], None]
) -> Callable[[int, Frame], None]:
    """Reads slices of a folder; the system is asked for the next ones meanwhile."""

    def several(first: int, block: Frame) -> None:
        for number, target in enumerate(block, first):
            if number + _AHEAD < slices:
                ahead(number + _AHEAD)
            into(number, target)

    return several


def _whole(plain: Plain) -> bool:
    """Whole numbers of 32 bits at most: 64 would not add up."""
    return np.issubdtype(plain.kind, np.integer) and plain.kind.itemsize <= _LARGEST_BYTES


def _read_alike(file: Path, head: bytes, target: Frame, tail: bytes) -> bool:
    """Whether the file's bytes around its pixels are these; the pixels are in target then."""
    with reading(file), file.open("rb", buffering=0) as opened:
        if os.fstat(opened.fileno()).st_size != len(head) + target.nbytes + len(tail):
            return False
        if opened.read(len(head)) != head or filled(opened, target) < target.nbytes:
            return False
        return opened.read(len(tail)) == tail


def _parsed(file: Path, first: Opened, like: Plain, target: Frame) -> None:
    opened = open_images(file, None, TOMOGRAPHY)
    require_alike(opened, first, file)
    frame = opened.frame(0)
    if frame.dtype.newbyteorder("=") != like.kind.newbyteorder("="):
        raise refused(
            file,
            Text(
                f"像素类型为 {frame.dtype}，其他为 {like.kind}",
                f"its pixels are of type {frame.dtype}, the others' of {like.kind}",
            ),
        )
    target[...] = frame


def read_ahead(file: Path, start: int, size: int) -> None:
    """Tells the system that this part of a file will be read soon. What can't be read is said
    when it is read."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError), file.open("rb", buffering=0) as opened:
            os.posix_fadvise(opened.fileno(), start, size, os.POSIX_FADV_WILLNEED)
