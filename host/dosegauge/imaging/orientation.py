"""A volume seen another way: which of its stored axes are slices, rows and columns.

Stored axes are z (slices), y (rows, downwards) and x (columns, to the right). "y,-z,x" makes
slices of rows, with rows against z. Slices along another axis than z need the whole volume read
once for every block of them that memory holds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Pixels, PixelSize
from dosegauge.imaging.volumes import Progress, Volume
from dosegauge.texts import Text

AS_STORED = "z,y,x"
_AXES = "zyx"
_BLOCK_BYTES = 200_000_000


@dataclass(frozen=True)
class Orientation:
    """For slices, rows and columns: the stored axis (0 z, 1 y, 2 x), and whether it runs
    backwards."""

    axes: tuple[int, int, int]
    backwards: tuple[bool, bool, bool]


_STORED = Orientation((0, 1, 2), (False, False, False))


def parsed_orientation(text: str) -> Orientation:
    """From "y,-z,x", or "y,z-,x". WrongUse for anything that doesn't name each axis once."""
    parts = [part.strip().lower() for part in text.split(",")]
    names = [
        part.removeprefix("-") if part[:1] == "-" else part.removesuffix("-") for part in parts
    ]
    if sorted(names) != sorted(_AXES):
        raise WrongUse(
            Text(f"无法理解 {text}", f"can't be read: {text}"),
            "--orientation",
            Text(
                "层、行、列各对应的轴，如 z,y,x 或 y,-z,x",
                "The axes of slices, rows and columns, as z,y,x or y,-z,x",
            ),
        )
    one, two, three = (_AXES.index(name) for name in names)
    back = tuple("-" in part for part in parts)
    return Orientation((one, two, three), (back[0], back[1], back[2]))


def turned(volume: Volume, orientation: Orientation) -> Volume:
    """The volume in another orientation; nothing is read yet."""
    if orientation == _STORED:
        return volume
    sides = (volume.slices, volume.rows, volume.columns)
    slices, rows, columns = (sides[axis] for axis in orientation.axes)
    lengths = (
        (volume.slice_mm, *volume.pixel_mm) if volume.pixel_mm else (volume.slice_mm, None, None)
    )
    slice_mm, y_mm, x_mm = (lengths[axis] for axis in orientation.axes)
    pixel_mm = PixelSize(y_mm, x_mm) if y_mm and x_mm else None

    def each(first: int, last: int, progress: Progress) -> Iterator[Pixels]:
        if orientation.axes[0] == 0:
            return _along_z(volume, orientation, first, last, progress)
        return _across(volume, orientation, (first, last), (rows, columns), progress)

    def limit(number: int) -> float | None:
        """Of a slice along z its own; of others the first one's, if all slices' are the same."""
        if orientation.axes[0] == 0:
            return volume.limit(slices - 1 - number if orientation.backwards[0] else number)
        return volume.limit(0) if volume.limit(0) == volume.limit(volume.slices - 1) else None

    return dataclasses.replace(
        volume,
        limit=limit,
        slices=slices,
        rows=rows,
        columns=columns,
        pixel_mm=pixel_mm,
        slice_mm=slice_mm,
        read=lambda number: next(each(number, number, lambda done, all_of_them: True)),
        stored=None,
        each_from=each,
    )


def _along_z(
    volume: Volume, orientation: Orientation, first: int, last: int, progress: Progress
) -> Iterator[Pixels]:
    for done, number in enumerate(range(first, last + 1), 1):
        stored = volume.slices - 1 - number if orientation.backwards[0] else number
        yield _faced(volume.read(stored), orientation.axes[1] == 2, orientation)
        if not progress(done, last - first + 1):
            return


def _faced(pixels: Pixels, transposed: bool, orientation: Orientation) -> Pixels:
    found = pixels.T if transposed else pixels
    found = found[::-1] if orientation.backwards[1] else found
    found = found[:, ::-1] if orientation.backwards[2] else found
    return np.ascontiguousarray(found)


def _across(
    volume: Volume,
    orientation: Orientation,
    wanted: tuple[int, int],
    shape: tuple[int, int],
    progress: Progress,
) -> Iterator[Pixels]:
    """Slices of stored rows or columns: some at a time from every stored slice. The progress
    counts stored slices."""
    first, last = wanted
    axis = orientation.axes[0]
    side = volume.rows if axis == 1 else volume.columns
    block = max(_BLOCK_BYTES // (8 * shape[0] * shape[1]), 1)
    starts = range(first, last + 1, block)
    for turn, start in enumerate(starts):
        numbers = np.arange(start, min(start + block, last + 1))
        stored = side - 1 - numbers if orientation.backwards[0] else numbers
        # Stored slices along z by what is left of their rows and columns.
        found = np.empty((len(numbers), volume.slices, shape[0] * shape[1] // volume.slices))
        for z in range(volume.slices):
            pixels = volume.read(z)
            found[:, z] = pixels[stored] if axis == 1 else pixels[:, stored].T
            if not progress(turn * volume.slices + z + 1, len(starts) * volume.slices):
                return
        for one in found:
            yield _faced(one, orientation.axes[1] != 0, orientation)
