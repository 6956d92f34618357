"""TIFF, one page a frame, through tifffile."""

from __future__ import annotations

import logging
import math
from pathlib import Path
from typing import Any

import numpy as np

from dosegauge.imaging.image import PixelSize
from dosegauge.imaging.readers.opened import (
    Frame,
    Opened,
    checked_shape,
    largest_of,
    parsing,
    truncated,
    unreadable,
)
from dosegauge.imaging.readers.plain import Plain, one_behind_the_other
from dosegauge.texts import Text

# ImageJ's names of units, in mm. What a plain TIFF says of its resolution means paper.
_UNITS_MM = {"mm": 1.0, "millimeter": 1.0, "cm": 10.0, "um": 1e-3, "µm": 1e-3, "micron": 1e-3}


def open_file(file: Path) -> Opened:
    """WrongUse for colour, pages that differ, or a broken file."""
    import tifffile

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    where = str(file)
    with parsing(where), tifffile.TiffFile(file) as opened:
        first: Any = opened.pages[0]
        if first.samplesperpixel != 1 or first.photometric.name in ("RGB", "PALETTE"):
            raise unreadable(where, Text("彩色图像", "a colour image"))
        pages = len(opened.pages)
        images = int((opened.imagej_metadata or {}).get("images", pages))
        shape = checked_shape(where, (max(pages, images), *first.shape))
        plain = (
            _stack(file, opened, shape, where)
            if images > pages
            else _plain(file, opened, shape[1:])
        )
        kind = first.dtype
        pixel_mm = _imagej_pixel(opened, first)
        inverted = first.photometric.name == "MINISWHITE"
    if inverted:
        raise unreadable(
            where, Text("灰度反转（MINISWHITE）", "its grey is inverted (MINISWHITE)")
        )

    def frame(number: int) -> Frame:
        with parsing(where):
            found = np.asarray(tifffile.imread(file, key=number))
        if found.shape != shape[1:]:
            raise unreadable(
                f"{where}, page {number + 1}", Text("各页尺寸不同", "its pages differ in size")
            )
        return found

    read = plain.read if plain else frame
    return Opened(where, "tiff", *shape, pixel_mm, read, largest_of(kind), plain=plain)


def _stack(file: Path, opened: Any, shape: tuple[int, int, int], where: str) -> Plain:
    """ImageJ's large stacks: a page, and the others' numbers behind its own."""
    page = opened.pages[0]
    kind = np.dtype(opened.byteorder + page.dtype.str[1:])
    start = int(page.dataoffsets[0])
    size = math.prod(shape) * kind.itemsize
    there = file.stat().st_size - start
    if not page.is_contiguous or there < size:
        raise truncated(where, there, size)
    return one_behind_the_other(file, kind, shape[1:], start)


def _plain(file: Path, opened: Any, shape: tuple[int, int]) -> Plain | None:
    """Where the pages' numbers lie, None where a page is packed, in parts, or unlike the first."""
    starts = []
    for number in range(len(opened.pages)):
        page = opened.pages[number]
        if not page.is_contiguous or page.shape != shape or page.dtype != opened.pages[0].dtype:
            return None
        starts.append(int(page.dataoffsets[0]))
    kind = np.dtype(opened.byteorder + opened.pages[0].dtype.str[1:])
    return Plain(file, kind, shape, starts.__getitem__)


def _imagej_pixel(opened: Any, page: Any) -> PixelSize | None:
    unit = _UNITS_MM.get(
        str((opened.imagej_metadata or {}).get("unit", "")).replace("\\u00B5", "µ")
    )
    if unit is None:
        return None
    sides = []
    for name in ("YResolution", "XResolution"):
        tag = page.tags.get(name)
        per_unit = tag.value[0] / tag.value[1] if tag is not None and tag.value[1] else 0
        if per_unit <= 0:
            return None
        sides.append(unit / per_unit)
    return PixelSize(*sides)
