"""The largest count rate from a series of frames while a source comes nearer.

Source: WS 523-2019 slides, method 4; reference sheet 2.6. The rate rises, passes a peak and falls:
only then is the peak the result.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dosegauge.errors import WrongUse
from dosegauge.texts import Text

# The peak is passed when so many later frames lie below this part of it.
LATER_FRAMES, BELOW = 3, 0.98
_MOST_FRAMES = 100_000
_SHORTEST_S, _LONGEST_S, _MOST_COUNTS = 1e-6, 1e6, 10**15
_COLUMNS = ("time_s", "counts", "frame_s")


@dataclass(frozen=True)
class Frame:
    """A frame's start, counts and duration."""

    time_s: float
    counts: int
    frame_s: float

    @property
    def rate_per_s(self) -> float:
        """Its mean count rate."""
        return self.counts / self.frame_s


@dataclass(frozen=True)
class LargestRate:
    """The frame with the largest rate (from 1), and how many later ones lie clearly below it."""

    frames: tuple[Frame, ...]
    number: int
    later_below: int

    @property
    def frame(self) -> Frame:
        """The frame of the peak."""
        return self.frames[self.number - 1]

    @property
    def passed(self) -> bool:
        """Whether the peak is shown to be passed."""
        return self.later_below >= LATER_FRAMES


def largest_rate(frames: Sequence[Frame]) -> LargestRate:
    """The peak of a series. WrongUse for an empty one."""
    if not frames:
        raise WrongUse(
            Text("没有帧", "there are no frames"), "count-rate", Text("检查文件", "Check the file")
        )
    place = max(range(len(frames)), key=lambda number: frames[number].rate_per_s)
    level = BELOW * frames[place].rate_per_s
    below = sum(frame.rate_per_s < level for frame in frames[place + 1 :])
    return LargestRate(tuple(frames), place + 1, below)


def read_series(path: str) -> list[Frame]:
    """Frames of a CSV file with the columns time_s, counts and frame_s; WrongUse names the line
    that can't be read."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(
            Text("无法读取", "can't be read"), path, Text("需要 CSV 文件", "A CSV file is needed")
        ) from error
    rows = csv.DictReader(io.StringIO(text))
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise _line(path, 1, Text(f"缺少列 {missing[0]}", f"the column {missing[0]} is missing"))
    frames: list[Frame] = []
    try:
        for number, row in enumerate(rows, 2):
            if number > _MOST_FRAMES:
                raise _line(path, number, Text("行太多", "too many lines"))
            frame = _frame(path, number, row)
            if frames and frame.time_s <= frames[-1].time_s:
                raise _line(path, number, Text("时间没有递增", "its time does not rise"))
            frames.append(frame)
    except csv.Error as error:
        raise _line(path, rows.line_num, Text("不是 CSV", "not a line of CSV")) from error
    return frames


def _frame(path: str, number: int, row: dict[str, str]) -> Frame:
    try:
        counts = int(row["counts"][:40])
        time_s, frame_s = float(row["time_s"]), float(row["frame_s"])
    except (TypeError, ValueError) as error:
        raise _line(path, number, Text("不是数", "not three numbers")) from error
    timed = math.isfinite(time_s) and _SHORTEST_S <= frame_s <= _LONGEST_S
    if not (timed and 0 <= counts <= _MOST_COUNTS):
        raise _line(path, number, Text("超出范围", "out of range"))
    return Frame(time_s, counts, frame_s)


def _line(path: str, number: int, what: Text) -> WrongUse:
    return WrongUse(
        what,
        f"{path}, line {number}",
        Text("列：time_s, counts, frame_s", "Columns: time_s, counts, frame_s"),
    )
