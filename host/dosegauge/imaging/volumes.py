"""Volumes of Micro CT, slice by slice: a folder of slices, or one file with all of them.

A volume is never held as a whole. Slices come in the order of their position where files tell it,
else of the numbers in their names; values are as the files rescale them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Pixels, PixelSize
from dosegauge.imaging.readers import checks, open_images
from dosegauge.imaging.readers.dicom import TOMOGRAPHY
from dosegauge.imaging.readers.opened import Opened, RawFormat
from dosegauge.imaging.stored_slices import (
    Stored,
    read_ahead,
    stored_in_files,
    stored_in_one_file,
    stored_like_the_first,
)
from dosegauge.texts import Text

# What lies between slices and is no slice.
_NO_SLICES = (".txt", ".log", ".xml", ".json", ".csv", ".ini", ".pca", ".md")
_MOST_FILES = 100_000
_FITS_IN_MEMORY = 2_000_000_000
# Positions of neighbouring slices may differ from their usual distance by this part.
_STEADY = 0.01
Progress = Callable[[int, int], bool]


@dataclass(frozen=True)
class Volume:
    """Slices (rows, columns) along z. `unit` "HU" or "" (grey); `read` gives one slice by its
    number from 0; `largest` is the largest value that the files can hold, None for floats.
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
    largest: float | None = None
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
    """A volume around an array (slices, rows, columns) or a list of slices."""
    rows, columns = np.asarray(voxels[0]).shape
    return Volume(
        "array",
        len(voxels),
        rows,
        columns,
        pixel_mm,
        slice_mm,
        unit,
        lambda number: np.asarray(voxels[number], dtype=np.float64),
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
        opened.stored_limit,
        stored_in_one_file(opened),
    )


def _values(opened: Opened, number: int, where: str) -> Pixels:
    frame, name = opened.frame(number), f"{where}, slice {number + 1}"
    pixels = checks.values(frame, name)
    checks.few_saturated(frame, name, opened.stored_limit)
    return pixels


def _folder(folder: Path) -> Volume:
    files = sorted(
        (
            path
            for path in folder.iterdir()
            if path.is_file()
            and not path.name.startswith(".")
            and path.suffix.lower() not in _NO_SLICES
        ),
        key=_by_numbers,
    )
    if not files:
        raise _refused(str(folder), Text("文件夹中没有切片", "there are no slices in the folder"))
    if len(files) > _MOST_FILES:
        raise _refused(str(folder), Text("文件太多", "there are too many files"))
    first = open_images(files[0], None, TOMOGRAPHY)
    if first.format != "dicom":
        return _named(folder, files, first)
    return _placed(folder, files)


def _by_numbers(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Names in the order of the numbers in them: 9 before 10."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.split(r"(\d+)", path.name.lower())
        if part
    )


def _named(folder: Path, files: list[Path], first: Opened) -> Volume:
    """Slices whose place only their names tell: each is opened when it is read."""
    numbers = [int(found[-1]) for file in files if (found := re.findall(r"\d+", file.stem))]
    warnings: tuple[Text, ...] = (
        Text(
            "切片按文件名中的数字排序", "the slices are in the order of the numbers in their names"
        ),
    )
    if len(numbers) == len(files):
        missing = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))
        if len(set(numbers)) < len(numbers):
            raise _refused(
                str(folder), Text("有重复的切片编号", "two slices have the same number")
            )
        if missing:
            warnings += (
                Text(
                    f"缺少 {len(missing)} 层，首个编号 {missing[0]}",
                    f"{len(missing)} slices are missing, the first is number {missing[0]}",
                ),
            )

    def read(number: int) -> Pixels:
        opened = open_images(files[number], None, TOMOGRAPHY)
        _require_size(opened, first, files[number])
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
        first.stored_limit,
        stored_like_the_first(files, first),
    )


def _placed(folder: Path, files: list[Path]) -> Volume:
    """DICOM slices in the order of their position, else of their number."""
    opened = list(_headers(files))
    for one, file in zip(opened, files, strict=True):
        _require_size(one, opened[0], file)
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
    slopes = {(one.facts.get("slope"), one.facts.get("intercept")) for one in opened}
    if len(slopes) > 1:
        warnings.append(
            Text(
                "各层的 Rescale 参数不同，已分别应用",
                "the slices have different rescale values; each slice's own were applied",
            )
        )
    told = opened[0].facts.get("slice_mm")
    return Volume(
        str(folder),
        len(opened),
        opened[0].rows,
        opened[0].columns,
        opened[0].pixel_mm,
        slice_mm or (float(told) if told else None),
        opened[0].facts.get("unit", ""),
        lambda number: _values(opened[number], 0, opened[number].name),
        opened[0].facts,
        tuple(warnings),
        opened[0].stored_limit,
        stored_in_files(opened),
    )


def _headers(files: Sequence[Path]) -> Iterator[Opened]:
    """Every file opened. Their pixels come from the disk meanwhile, if all of them stay in memory
    until they are asked for."""
    size = files[0].stat().st_size
    for file in files:
        if size * len(files) <= _FITS_IN_MEMORY:
            read_ahead(file, 0, size)
        yield open_images(file, None, TOMOGRAPHY)


def _require_size(one: Opened, other: Opened, file: Path) -> None:
    if (one.rows, one.columns) != (other.rows, other.columns):
        raise _refused(
            str(file),
            Text(
                f"切片尺寸不同：{one.columns} × {one.rows}，其他为 {other.columns} × {other.rows}",
                f"its size differs: {one.columns} x {one.rows}, the others' is {other.columns} x "
                f"{other.rows}",
            ),
        )
    if (one.pixel_mm or other.pixel_mm) and (
        not (one.pixel_mm and other.pixel_mm)
        or not math.isclose(one.pixel_mm.x_mm, other.pixel_mm.x_mm, rel_tol=1e-6)
    ):
        raise _refused(str(file), Text("像素尺寸不同", "its pixel size differs from the others'"))


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请检查文件夹", "Check the files"))
