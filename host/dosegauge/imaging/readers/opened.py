"""What every reader gives: a file that was opened, its frames still unread."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dosegauge.errors import DosegaugeError, WrongUse
from dosegauge.imaging.image import PixelSize
from dosegauge.texts import Text

if TYPE_CHECKING:
    from dosegauge.imaging.readers.plain import Plain

Frame = npt.NDArray[np.generic]

LARGEST_SIDE = 16384
MOST_FRAMES = 100_000


@dataclass(frozen=True)
class RawFormat:
    """How bytes without a header are to be read. `shape` (frames, rows, columns) or (rows,
    columns); empty where only the byte order of a file with a header is meant."""

    kind: str = "uint16"
    shape: tuple[int, ...] = ()
    big_endian: bool = False
    offset: int = 0


@dataclass(frozen=True)
class Opened:
    """`frame(n)` reads one frame (rows, columns) in the file's own type, n from 0; `each()` all
    of them one after the other. `stored_limit` is the largest number that the file can hold;
    `plain` says where the numbers lie, where they are plain ones."""

    name: str
    format: str
    frames: int
    rows: int
    columns: int
    pixel_mm: PixelSize | None
    frame: Callable[[int], Frame]
    stored_limit: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()
    all_frames: Callable[[], Iterator[Frame]] | None = None
    plain: Plain | None = None

    def each(self) -> Iterator[Frame]:
        """Every frame in order, one in memory at a time."""
        if self.all_frames is not None:
            yield from self.all_frames()
            return
        for number in range(self.frames):
            yield self.frame(number)


def unreadable(where: str, what: Text, todo: Text | None = None) -> WrongUse:
    """The error for a file that can't be used as an image."""
    return WrongUse(what, where, todo or Text("请重新导出图像", "Export the image again"))


def broken(where: str, why: object) -> WrongUse:
    """The error for a file that a library could not read."""
    reason = " ".join(str(why).split())[:120] or type(why).__name__
    if "imagecodecs" in reason:
        return packed(
            where,
            Text(
                "请不压缩或用 Deflate 重新导出", "Export it without compression, or with Deflate"
            ),
        )
    return unreadable(where, Text(f"文件已损坏（{reason}）", f"the file is broken ({reason})"))


def packed(where: str, todo: Text) -> WrongUse:
    """The error for a compression that isn't read."""
    return unreadable(where, Text("不支持此压缩方式", "its compression can't be read here"), todo)


@contextmanager
def parsing(where: str) -> Iterator[None]:
    """Around a library's parser: on damaged content it may raise anything, and that is said of
    the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except DosegaugeError:
        raise
    except Exception as error:
        raise broken(where, error) from error


@contextmanager
def reading(where: str | Path) -> Iterator[None]:
    """Around what the system may refuse: said of the file that it names, else of `where`."""
    try:
        yield
    except OSError as error:
        raise WrongUse(
            Text(f"无法读取（{error.strerror}）", f"can't be read ({error.strerror})"),
            str(error.filename or where),
            Text("请检查文件名和权限", "Check its name and permissions"),
        ) from error


def truncated(where: str, size: int, needed: int) -> WrongUse:
    """The error for a file that ends too early."""
    return unreadable(
        where,
        Text(
            f"文件不完整：{size} 字节，应有 {needed}",
            f"the file is truncated: {size} bytes of {needed}",
        ),
        Text("请重新复制", "Copy it again"),
    )


def checked_shape(where: str, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Frames, rows and columns within bounds."""
    if len(shape) not in (2, 3):
        raise unreadable(
            where, Text(f"有 {len(shape)} 维", f"an array of {len(shape)} dimensions is no image")
        )
    frames, rows, columns = shape if len(shape) == 3 else (1, *shape)
    if not (
        1 <= frames <= MOST_FRAMES and 1 <= rows <= LARGEST_SIDE and 1 <= columns <= LARGEST_SIDE
    ):
        size = " x ".join(str(side) for side in shape)
        raise unreadable(where, Text(f"尺寸不可能：{size}", f"an impossible size: {size}"))
    return frames, rows, columns


def largest_of(kind: Any) -> float | None:
    """The largest number of an integer type, None for floats."""
    return float(np.iinfo(kind).max) if np.issubdtype(kind, np.integer) else None
