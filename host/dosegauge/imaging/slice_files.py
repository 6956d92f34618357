"""The files of a folder of slices: which they are, in the order of the numbers in their names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from dosegauge.errors import WrongUse
from dosegauge.imaging.readers import pixels_beside
from dosegauge.imaging.readers.opened import Opened
from dosegauge.texts import Text

# What lies between slices and is no slice, by the ends of names and by names.
_NO_SLICES = (".txt", ".log", ".xml", ".json", ".csv", ".ini", ".pca", ".md", ".pdf")
_INDEX = "dicomdir"
_HEADERS = (".mhd", ".nhdr")
_SHOWN = 3


def slice_files(folder: Path) -> tuple[list[Path], list[Text]]:
    """The slices' files in the order of the numbers in their names, and a warning for files that
    are of another kind by the end of their names than most, and left out. A link to nothing is a
    slice that can't be read."""
    there = [
        path
        for path in folder.iterdir()
        if (path.is_file() or (path.is_symlink() and not path.exists()))
        and not path.name.startswith(".")
        and path.suffix.lower() not in _NO_SLICES
        and path.name.lower() != _INDEX
    ]
    headers = [path for path in there if path.suffix.lower() in _HEADERS]
    pixels = {pixels_beside(path) for path in headers}
    there = [path for path in there if path not in pixels]
    kinds = Counter(_kind(path) for path in there)
    if not kinds:
        return [], []
    usual = kinds.most_common(1)[0][0]
    left_out = sorted(path.name for path in there if _kind(path) != usual)
    files = sorted((path for path in there if _kind(path) == usual), key=_by_numbers)
    if not left_out:
        return files, []
    shown = ", ".join(left_out[:_SHOWN]) + (" ..." if len(left_out) > _SHOWN else "")
    return files, [
        Text(
            f"未使用 {len(left_out)} 个其他类型的文件：{shown}",
            f"files of another kind that were left out: {len(left_out)} ({shown})",
        )
    ]


def _kind(path: Path) -> str:
    """The end of the name; a number is none."""
    suffix = path.suffix.lower()
    return "" if suffix[1:].isdecimal() else suffix


def _by_numbers(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Names in the order of the numbers in them: 9 before 10."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", path.name.lower())
        if part
    )


def numbered(files: Sequence[Path]) -> list[Text]:
    """What is to be said of slices whose order only their names tell: that it is so, and what is
    missing. WrongUse for two with the same number."""
    if len(files) == 1:
        return []
    if not any(_numbers_in(file) for file in files):
        return [Text("切片按文件名排序", "the slices are in the order of their names")]
    said = [
        Text(
            "切片按文件名中的数字排序", "the slices are in the order of the numbers in their names"
        )
    ]
    seen: dict[tuple[int, ...], Path] = {}
    for file in files:
        own = tuple(_numbers_in(file))
        if own in seen:
            raise refused(
                file,
                Text(
                    f"切片编号与 {seen[own].name} 重复",
                    f"it has the same number as {seen[own].name}",
                ),
            )
        seen[own] = file
    every = sorted(slice_numbers(files))
    if not every:
        return said
    missing = every[-1] - every[0] + 1 - len(every)
    if missing:
        gap = next(one + 1 for one, after in pairwise(every) if after > one + 1)
        said.append(
            Text(
                f"缺少 {missing} 层，首个编号 {gap}",
                f"slices are missing: {missing}, the first is number {gap}",
            )
        )
    return said


def slice_numbers(files: Sequence[Path]) -> list[int]:
    """The slices' numbers: of the numbers in their names the only one that is not the same in all;
    [] where there is none or several, or names have different numbers of them."""
    found = [_numbers_in(file) for file in files]
    if len({len(one) for one in found}) != 1:
        return []
    differ = [numbers for numbers in zip(*found, strict=True) if len(set(numbers)) > 1]
    return list(differ[0]) if len(differ) == 1 else []


def _numbers_in(file: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", file.name)]


def require_alike(one: Opened, other: Opened, file: Path) -> None:
    """WrongUse for a slice of another size, or with other pixels, than another one."""
    if (one.rows, one.columns) != (other.rows, other.columns):
        raise refused(
            file,
            Text(
                f"切片尺寸不同：{one.columns} × {one.rows}，其他为 {other.columns} × {other.rows}",
                f"its size differs: {one.columns} x {one.rows}, the others' is {other.columns} x "
                f"{other.rows}",
            ),
        )
    sides = [size or (math.nan, math.nan) for size in (one.pixel_mm, other.pixel_mm)]
    told = [size is not None for size in (one.pixel_mm, other.pixel_mm)]
    if told[0] != told[1] or (
        told[0] and not all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(*sides, strict=True))
    ):
        raise refused(file, Text("像素尺寸不同", "its pixel size differs from the others'"))
    if one.frames != other.frames:
        raise refused(file, Text("帧数不同", "it has another number of frames"))


def refused(where: str | Path, what: Text) -> WrongUse:
    """The error for a folder, or a file of it, that makes no volume."""
    return WrongUse(what, str(where), Text("请检查文件夹", "Check the files"))
