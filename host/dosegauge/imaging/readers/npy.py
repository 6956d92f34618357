"""NumPy's own file format."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dosegauge.imaging.readers.opened import Opened, checked_shape, largest_of, parsing


def open_file(file: Path) -> Opened:
    """Never unpickles: arrays of objects are refused."""
    with parsing(str(file)):
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    frames, rows, columns = checked_shape(str(file), array.shape)
    layered = array.reshape(frames, rows, columns)
    return Opened(
        str(file),
        "npy",
        frames,
        rows,
        columns,
        None,
        lambda number: np.array(layered[number]),
        largest_of(array.dtype),
    )
