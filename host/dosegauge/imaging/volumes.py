"""Volumes of Micro CT, slice by slice: a folder of slices, or one file with all of them.

A volume is never held as a whole. Slices come in the order of their position where files tell it,
else of the numbers in their names; values are as the files rescale them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Pixels, PixelSize
from dosegauge.imaging.readers import checks, open_images
from dosegauge.imaging.readers.dicom import TOMOGRAPHY
from dosegauge.imaging.readers.dicom_series import DicomSeries
from dosegauge.imaging.readers.opened import Opened, RawFormat
from dosegauge.imaging.slice_files import require_alike, slice_files, slice_numbers
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
# Positions of neighbouring slices may differ from their usual distance by this part.
_STEADY = 0.01
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
        raise _refused(
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
    return _folder(where) if where.is_dir() else _one_file(where, raw)


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
        raise _refused(str(folder), Text("文件夹中没有切片", "there are no slices in the folder"))
    if len(files) > _MOST_FILES:
        raise _refused(str(folder), Text("文件太多", "there are too many files"))
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
        raise _refused(
            str(files[0]), Text("文件夹中的文件有多帧", "a file of the folder has several frames")
        )
    numbers = slice_numbers(files)
    warnings: tuple[Text, ...] = (
        Text(
            "切片按文件名中的数字排序", "the slices are in the order of the numbers in their names"
        ),
    )
    if len(numbers) == len(files):
        ordered = sorted(numbers)
        if len(set(numbers)) < len(numbers):
            raise _refused(
                str(folder), Text("有重复的切片编号", "two slices have the same number")
            )
        missing = ordered[-1] - ordered[0] + 1 - len(ordered)
        if missing:
            gap = next(one + 1 for one, after in pairwise(ordered) if after > one + 1)
            warnings += (
                Text(
                    f"缺少 {missing} 层，首个编号 {gap}",
                    f"slices are missing: {missing}, the first is number {gap}",
                ),
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
        warnings,
        lambda number: first.stored_limit,
        stored_like_the_first(files, first),
    )


def _placed(folder: Path, files: list[Path]) -> Volume:
    """DICOM slices in the order of their position, else of their number."""
    opened = list(_headers(files))
    for one, file in zip(opened, files, strict=True):
        require_alike(one, opened[0], file)
        if one.frames != 1:
            raise _refused(str(file), Text("一个文件有多帧", "a slice's file has several frames"))
    key = next((name for name in ("z_mm", "instance") if all(name in o.facts for o in opened)), "")
    warnings: list[Text] = []
    slice_mm = None
    if key:
        opened.sort(key=lambda one: float(one.facts[key]))
        places = np.array([float(one.facts[key]) for one in opened])
        steps = np.diff(places)
        if (steps == 0).any():
            raise _refused(
                str(folder), Text("有重复的切片位置", "two slices lie at the same place")
            )
        usual = float(np.median(steps)) if len(steps) else 0.0
        uneven = int((np.abs(steps - usual) > _STEADY * usual).sum())
        if uneven:
            warnings.append(
                Text(
                    f"{uneven} 处切片间距不均匀：缺少切片？",
                    f"the slices' distance differs in {uneven} places: are some missing?",
                )
            )
        slice_mm = usual if key == "z_mm" and usual else None
    if len({one.facts.get("series", "") for one in opened}) > 1:
        raise _refused(
            str(folder), Text("文件夹中有多个序列", "the folder holds slices of several series")
        )
    slopes = {(one.facts.get("slope"), one.facts.get("intercept")) for one in opened}
    if len(slopes) > 1:
        warnings.append(
            Text(
                "各层的 Rescale 参数不同，已分别应用",
                "the slices have different rescale values; each slice's own were applied",
            )
        )
    facts = open_images(opened[0].name, None, TOMOGRAPHY).facts
    told = facts.get("slice_mm")
    return Volume(
        str(folder),
        len(opened),
        opened[0].rows,
        opened[0].columns,
        opened[0].pixel_mm,
        slice_mm or (float(told) if told else None),
        facts.get("unit", ""),
        lambda number: _values(opened[number], 0, opened[number].name),
        facts,
        tuple(warnings),
        lambda number: opened[number].stored_limit,
        stored_in_files(opened),
    )


def _headers(files: Sequence[Path]) -> Iterator[Opened]:
    """Every file opened; the heads of the next ones come from the disk meanwhile."""
    series = DicomSeries()
    for file in files[:_AHEAD]:
        read_ahead(file, 0, _HEAD)
    for number, file in enumerate(files):
        for coming in files[number + _AHEAD : number + _AHEAD + 1]:
            read_ahead(coming, 0, _HEAD)
        yield series.open(file)


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请检查文件夹", "Check the files"))
