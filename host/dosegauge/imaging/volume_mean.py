"""The mean of a volume's slices, summed as whole numbers where files hold plain ones.

Sums of whole numbers are exact; the values' slope and intercept come last. While one slice is
added the next one is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.readers import checks
from dosegauge.imaging.readers.opened import Frame
from dosegauge.imaging.stored_slices import Stored
from dosegauge.imaging.volumes import Progress, Volume
from dosegauge.texts import Text

# Sums of so many slices stay within 32 bits for pixels of 16.
_MOST_SLICES = 1 << 15
_SUMS = {1: "i4", 2: "i4", 4: "i8"}
# Small slices are read in blocks: handing them over one by one took as long as reading them.
_BLOCK_BYTES = 4 << 20


def averaged(slices: Iterable[Pixels]) -> tuple[Pixels, int]:
    """The mean of slices (rows, columns), and how many they were. WrongUse for none."""
    total: Pixels | None = None
    count = 0
    for pixels in slices:
        if total is None:
            total = np.array(pixels, dtype=np.float64)
        else:
            total += pixels
        count += 1
    if total is None:
        raise WrongUse(
            Text("没有切片", "there are no slices"), "slices", Text("请选择范围", "Choose a range")
        )
    return total / count, count


def mean_of_volume(
    volume: Volume,
    first: int,
    last: int,
    progress: Progress = lambda done, all_of_them: True,
) -> tuple[Pixels, int]:
    """The mean of slices from first to last, both counted from 1 and included, and how many they
    were; as `averaged` of `Volume.each`, and by it where slices aren't plain whole numbers."""
    stored = volume.stored
    few = last - first < _MOST_SLICES
    if stored is None or not few or not 1 <= first <= last <= volume.slices:
        return averaged(volume.each(first, last, progress))
    total = np.zeros(stored.shape, _SUMS[stored.kind.itemsize])
    count = 0
    for count, numbers in enumerate(_read_ahead(stored, first - 1, last - 1), 1):
        name = f"{volume.name}, slice {first + count - 1}"
        checks.few_saturated(numbers, name, _stored_limit(stored, volume.limit(first + count - 2)))
        np.add(total, numbers, out=total, casting="unsafe")
        if not progress(count, last - first + 1):
            break
    mean: Pixels = stored.slope * (total / count) + stored.intercept
    return mean, count


def _stored_limit(stored: Stored, largest: float | None) -> float | None:
    return None if largest is None else (largest - stored.intercept) / stored.slope


def _read_ahead(stored: Stored, first: int, last: int) -> Iterator[Frame]:
    """Slices in two blocks in turn: one is filled while the other is used."""
    bytes_of_one = stored.shape[0] * stored.shape[1] * stored.kind.itemsize
    size = max(1, _BLOCK_BYTES // bytes_of_one)
    blocks = [np.empty((size, *stored.shape), stored.kind) for _ in range(2)]

    def read(begin: int) -> Frame:
        block = blocks[(begin - first) // size % 2][: last + 1 - begin]
        stored.into(begin, block)
        return block

    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(read, first)
        for begin in range(first, last + 1, size):
            here = coming.result()
            if begin + size <= last:
                coming = reader.submit(read, begin + size)
            yield from here
