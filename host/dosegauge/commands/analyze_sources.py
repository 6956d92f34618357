"""The files that a measurement on images was made from: their names and SHA-256."""

import argparse
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from dosegauge.imaging.readers import pixels_beside
from dosegauge.output import ProgressLine
from dosegauge.texts import Text, in_language

# The options that name a measurement's files.
_OPTIONS = ("volume", "repeat", "image", "images", "series", "parallel", "perpendicular")
_CHUNK = 1 << 24
Show = Callable[[int], None]


def sources_of(arguments: argparse.Namespace) -> tuple[str, str]:
    """Names, one a line, and as many SHA-256. A header's file of pixels stands behind it. A folder
    has one: that of the lines that `sha256sum *` prints in it, its names in the order of their
    bytes. The program's name instead, and no SHA-256, where one reported the result."""
    if hasattr(arguments, "program"):
        return f"{arguments.program} {arguments.program_version}", ""
    paths = list(_paths(arguments))
    progress = ProgressLine()

    def show(size: int) -> None:
        said = Text(f"计算SHA-256：{size / 1e9:.1f} GB", f"SHA-256: {size / 1e9:.1f} GB")
        progress.show(in_language(said, arguments.lang))

    counted = _Counted(show)
    try:
        digests = [counted.folder(one) if one.is_dir() else counted.file(one) for one in paths]
    finally:
        progress.clear()
    return "\n".join(path.name for path in paths), "\n".join(digests)


def _paths(arguments: argparse.Namespace) -> Iterator[Path]:
    for option in _OPTIONS:
        value = getattr(arguments, option, None)
        for name in value if isinstance(value, list) else [value] if value else []:
            path = Path(name)
            yield path
            beside = None if path.is_dir() else pixels_beside(path)
            if beside is not None:
                yield beside


class _Counted:
    """SHA-256 of files, telling how much was read of all of them."""

    def __init__(self, show: Show) -> None:
        self._show, self._done = show, 0

    def file(self, path: Path) -> str:
        digest = hashlib.sha256()
        with path.open("rb") as opened:
            while part := opened.read(_CHUNK):
                digest.update(part)
                self._done += len(part)
                self._show(self._done)
        return digest.hexdigest()

    def folder(self, path: Path) -> str:
        names = sorted((one.name for one in path.iterdir() if one.is_file()), key=str.encode)
        seen = [name for name in names if not name.startswith(".")]
        lines = "".join(f"{self.file(path / name)}  {name}\n" for name in seen)
        return hashlib.sha256(lines.encode()).hexdigest()
