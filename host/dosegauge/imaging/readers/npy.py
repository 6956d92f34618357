"""NumPy's own file format."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dosegauge.imaging.readers.opened import Opened, checked_shape, largest_of, parsing
from dosegauge.imaging.readers.plain import one_behind_the_other


def open_file(file: Path) -> Opened:
    """Never unpickles: arrays of objects are refused."""
    with parsing(str(file)):
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    frames, rows, columns = checked_shape(str(file), array.shape)
    plain = None
    if array.flags.c_contiguous and isinstance(array, np.memmap):
        # By reads, not through the mapping: pages of a mapped file would count as memory.
        plain = one_behind_the_other(file, array.dtype, (rows, columns), array.offset)
    layered = array.reshape(frames, rows, columns)
    return Opened(
        str(file),
        "npy",
        frames,
        rows,
        columns,
        None,
        plain.read if plain else lambda number: np.array(layered[number]),
        largest_of(array.dtype),
        plain=plain,
    )
