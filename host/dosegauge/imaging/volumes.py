"""Volumes of Micro CT, slice by slice: a folder of slices, or one file with all of them.

A volume is never held as a whole. Slices come in the order of their position where files tell it,
else of the numbers in their names; values are as the files rescale them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Pixels, PixelSize
from dosegauge.imaging.readers import checks, open_images
from dosegauge.imaging.readers.dicom import TOMOGRAPHY
from dosegauge.imaging.readers.dicom_series import DicomSeries
from dosegauge.imaging.readers.opened import Opened, RawFormat, reading
from dosegauge.imaging.slice_files import numbered, refused, require_alike, slice_files
from dosegauge.imaging.slice_order import ordered
from dosegauge.imaging.stored_slices import (
    Stored,
    read_ahead,
    stored_in_files,
    stored_in_one_file,
    stored_like_the_first,
)
from dosegauge.texts import Text

_MOST_FILES = 100_000
# Files whose first bytes are asked for before they are opened.
_AHEAD, _HEAD = 8, 4096
Progress = Callable[[int, int], bool]


@dataclass(frozen=True)
class Volume:
    """Slices (rows, columns) along z. `unit` "HU" or "" (grey); `read` gives one slice by its
    number from 0; `limit` the largest value that a slice's file can hold, None for floats.
    `stored` reads the files' whole numbers, None where that isn't all there is to it;
    `each_from(first, last, progress)` gives several, where that is faster than one by one."""

    name: str
    slices: int
    rows: int
    columns: int
    pixel_mm: PixelSize | None
    slice_mm: float | None
    unit: str
    read: Callable[[int], Pixels]
    facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()
    limit: Callable[[int], float | None] = lambda number: None
    stored: Stored | None = None
    each_from: Callable[[int, int, Progress], Iterator[Pixels]] | None = None

    def known_pixel_mm(self) -> PixelSize:
        """The voxel's sides in the slice; WrongUse when they are not known."""
        if self.pixel_mm is None:
            raise WrongUse(
                Text("像素尺寸未知", "the pixel size is not known"),
                self.name,
                Text("请用 --pixel-mm 给出", "Give it by --pixel-mm"),
            )
        return self.pixel_mm

    def each(
        self, first: int, last: int, progress: Progress = lambda done, all_of_them: True
    ) -> Iterator[Pixels]:
        """Slices from first to last, both counted from 1 and included, one in memory at a time.

        `progress(done, all)` is told after each and ends it by False. WrongUse for a range that
        isn't there.
        """
        if not 1 <= first <= last <= self.slices:
            raise WrongUse(
                Text(f"没有切片 {first}–{last}", f"there are no slices {first} to {last}"),
                self.name,
                Text(f"共 {self.slices} 层", f"It has {self.slices}"),
            )
        if self.each_from is not None:
            yield from self.each_from(first - 1, last - 1, progress)
            return
        for number in range(first - 1, last):
            yield self.read(number)
            if not progress(number - first + 2, last - first + 1):
                return


def volume_of_array(
    voxels: Pixels | Sequence[Pixels],
    pixel_mm: PixelSize | None = None,
    slice_mm: float | None = None,
    unit: str = "",
) -> Volume:
    """A volume around an array (slices, rows, columns) or a list of slices. WrongUse where they
    have no common size."""
    shapes = {np.asarray(one).shape for one in voxels}
    if len(shapes) != 1 or len(next(iter(shapes))) != 2:
        raise refused(
            "array", Text("切片不是同样大小的二维数组", "no slices of one size and two dimensions")
        )
    ((rows, columns),) = shapes
    return Volume(
        "array",
        len(voxels),
        rows,
        columns,
        pixel_mm,
        slice_mm,
        unit,
        lambda number: checks.values(np.asarray(voxels[number]), f"array, slice {number + 1}"),
    )


def open_volume(path: str | Path, raw: RawFormat | None = None) -> Volume:
    """Open a folder or a file. WrongUse: nothing there, slices of several sizes, doubled slices,
    a file that can't be read."""
    where = Path(path)
    with reading(where):
        if not where.is_dir():
            return _one_file(where, raw)
        if raw is not None:
            raise WrongUse(
                Text("用于单个文件，不能用于文件夹", "describes one file and not a folder"),
                "--raw" if raw.shape else "--big-endian",
                Text("请给出一个文件", "Name one file"),
            )
        return _folder(where)


def _one_file(file: Path, raw: RawFormat | None) -> Volume:
    opened = open_images(file, raw, TOMOGRAPHY)
    told = opened.facts.get("slice_mm")
    return Volume(
        str(file),
        opened.frames,
        opened.rows,
        opened.columns,
        opened.pixel_mm,
        float(told) if told else None,
        opened.facts.get("unit", ""),
        lambda number: _values(opened, number, str(file)),
        opened.facts,
        opened.warnings,
        lambda number: opened.stored_limit,
        stored_in_one_file(opened),
    )


def _values(opened: Opened, number: int, where: str) -> Pixels:
    frame, name = opened.frame(number), f"{where}, slice {number + 1}"
    pixels = checks.values(frame, name)
    checks.few_saturated(frame, name, opened.stored_limit)
    return pixels


def _folder(folder: Path) -> Volume:
    files, left_out = slice_files(folder)
    if not files:
        raise refused(folder, Text("文件夹中没有切片", "there are no slices in the folder"))
    if len(files) > _MOST_FILES:
        raise refused(folder, Text("文件太多", "there are too many files"))
    first = open_images(files[0], None, TOMOGRAPHY)
    if len(files) == 1 and first.frames > 1:
        volume = _one_file(files[0], None)
    elif first.format == "dicom":
        volume = _placed(folder, files)
    else:
        volume = _named(folder, files, first)
    return replace(volume, warnings=(*volume.warnings, *left_out)) if left_out else volume


def _named(folder: Path, files: list[Path], first: Opened) -> Volume:
    """Slices whose place only their names tell: each is opened when it is read."""
    if first.frames != 1:
        raise refused(
            files[0], Text("文件夹中的文件有多帧", "a file of the folder has several frames")
        )

    def read(number: int) -> Pixels:
        opened = open_images(files[number], None, TOMOGRAPHY)
        require_alike(opened, first, files[number])
        return _values(opened, 0, str(files[number]))

    return Volume(
        str(folder),
        len(files),
        first.rows,
        first.columns,
        first.pixel_mm,
        None,
        "",
        read,
        first.facts,
        tuple(numbered(files)),
        lambda number: first.stored_limit,
        stored_like_the_first(files, first),
    )


def _placed(folder: Path, files: list[Path]) -> Volume:
    """DICOM slices in the order of their position, else of their number."""
    opened = list(_headers(files))
    for one, file in zip(opened, files, strict=True):
        require_alike(one, opened[0], file)
        if one.frames != 1:
            raise refused(file, Text("一个文件有多帧", "a slice's file has several frames"))
    slices, slice_mm, warnings = ordered(opened)
    slopes = {(one.facts.get("slope"), one.facts.get("intercept")) for one in slices}
    if len(slopes) > 1:
        warnings.append(
            Text(
                "各层的 Rescale 参数不同，已分别应用",
                "the slices have different rescale values; each slice's own were applied",
            )
        )
    # Slices that were not parsed don't tell their day and time.
    facts = open_images(slices[0].name, None, TOMOGRAPHY).facts
    told = facts.get("slice_mm")
    return Volume(
        str(folder),
        len(slices),
        slices[0].rows,
        slices[0].columns,
        slices[0].pixel_mm,
        slice_mm or (float(told) if told else None),
        facts.get("unit", ""),
        lambda number: _values(slices[number], 0, slices[number].name),
        facts,
        tuple(warnings),
        lambda number: slices[number].stored_limit,
        stored_in_files(slices),
    )


def _headers(files: Sequence[Path]) -> Iterator[Opened]:
    """Every file opened; the heads of the next ones come from the disk meanwhile."""
    series = DicomSeries()
    for file, coming in zip_longest(files, files[_AHEAD:]):
        if coming is not None:
            read_ahead(coming, 0, _HEAD)
        yield series.open(file)
