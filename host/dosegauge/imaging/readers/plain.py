"""Frames that lie in a file as plain numbers, one behind the other or wherever their pages are.

They are read without a library in between: a volume of thousands of slices is summed up as fast as
the disk gives it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from itertools import pairwise
from pathlib import Path

import numpy as np

from dosegauge.imaging.readers.opened import Frame, reading, truncated


@dataclass(frozen=True)
class Plain:
    """Where frames of a type and shape (rows, columns) begin in a file. A frame's values are
    slope times its numbers plus intercept."""

    file: Path
    kind: np.dtype[np.generic]
    shape: tuple[int, int]
    start: Callable[[int], int]
    slope: float = 1.0
    intercept: float = 0.0

    @property
    def bytes(self) -> int:
        """How many bytes a frame takes up."""
        return self.shape[0] * self.shape[1] * self.kind.itemsize

    def read(self, number: int) -> Frame:
        """One frame's numbers. WrongUse where the file ends before."""
        found = np.empty(self.shape, self.kind)
        self.read_into(number, found)
        return found

    def read_into(self, number: int, target: Frame) -> None:
        """The same into an array of this type and shape."""
        self.read_several(number, target[None])

    def read_several(self, number: int, target: Frame) -> None:
        """Frames from a number on into an array (frames, rows, columns), in one go where they lie
        one behind the other."""
        starts = [self.start(one) for one in range(number, number + len(target))]
        in_one_go = all(after - one == self.bytes for one, after in pairwise(starts))
        parts = [target] if in_one_go else list(target)
        with reading(self.file), self.file.open("rb", buffering=0) as opened:
            for start, part in zip(starts, parts, strict=False):
                opened.seek(start)
                done = filled(opened, part)
                if done < part.nbytes:
                    raise truncated(str(self.file), done, part.nbytes)


def filled(opened: FileIO, target: Frame) -> int:
    """Reads from where a file stands until an array is full, or the file ends; the bytes read."""
    view = memoryview(target.data).cast("B")
    done = 0
    while done < len(view):
        part = opened.readinto(view[done:])
        if not part:
            break
        done += part
    return done


def one_behind_the_other(
    file: Path,
    kind: np.dtype[np.generic],
    shape: tuple[int, int],
    offset: int,
    slope: float = 1.0,
    intercept: float = 0.0,
) -> Plain:
    """Frames from an offset on."""
    size = shape[0] * shape[1] * kind.itemsize
    return Plain(file, kind, shape, lambda number: offset + number * size, slope, intercept)
