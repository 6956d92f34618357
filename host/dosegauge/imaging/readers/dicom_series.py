"""DICOM slices of one series: a header that differs from one before only in what may differ from
slice to slice is not parsed again.

Half a megabyte of pixels is read faster than a header of some thirty elements is parsed. Every
byte of a header but the values of `_MAY_DIFFER` has to be that file's; any other file is parsed.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from struct import Struct
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.imaging.readers import open_images
from dosegauge.imaging.readers.dicom import FACTS, TOMOGRAPHY, each, frame
from dosegauge.imaging.readers.dicom_place import cosines_of, z_mm
from dosegauge.imaging.readers.opened import Opened, parsing
from dosegauge.imaging.readers.plain import Plain, one_behind_the_other

_POSITION, _INSTANCE = "ImagePositionPatient", "InstanceNumber"
# Elements that don't tell how pixels are to be read. Of most of them nothing is used here.
_MAY_DIFFER = {
    _POSITION,
    _INSTANCE,
    "FileMetaInformationGroupLength",
    "MediaStorageSOPInstanceUID",
    "SOPInstanceUID",
    "InstanceCreationDate",
    "InstanceCreationTime",
    "AcquisitionDate",
    "AcquisitionDateTime",
    "AcquisitionTime",
    "ContentDate",
    "ContentTime",
    "AcquisitionNumber",
    "SliceLocation",
    "TablePosition",
    "XRayTubeCurrent",
    "ExposureTime",
    "Exposure",
    "ExposureInuAs",
    "ImageComments",
    "SmallestImagePixelValue",
    "LargestImagePixelValue",
    "WindowCenter",
    "WindowWidth",
}
# Of these the value is a number of so many bytes.
_FIXED = {"FileMetaInformationGroupLength", "SmallestImagePixelValue", "LargestImagePixelValue"}
# Value representations whose length takes four bytes, where the representation is written.
_LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
_SHORT_LENGTH, _LONG_LENGTH = Struct("<H"), Struct("<I")
# Values may be longer than the first file's by so much in all.
_LONGER = 1024
_LARGEST_HEADER = 1 << 16
_DECIMAL = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WHOLE = re.compile(rb"\d{1,12}")
# Files that are parsed before it is given up to find others like them.
_TRIES = 3


class DicomSeries:
    """Opens slices of a folder, one after the other."""

    def __init__(self) -> None:
        self._like: _Pattern | None = None
        self._tries = _TRIES

    def open(self, file: Path) -> Opened:
        """As `open_images` does, but a slice like one before has no date and time in its facts.
        The same errors."""
        found = self._like.opened(file) if self._like is not None else None
        if found is not None:
            return found
        opened = open_images(file, None, TOMOGRAPHY)
        if self._tries:
            self._tries -= 1
            self._like = _pattern(file, opened) or self._like
        return opened


@dataclass(frozen=True)
class _Hole:
    """An element that may differ: the bytes before its length, its name, how its length is
    written; `fixed` is its length where that is always the same."""

    before: bytes
    name: str
    length: Struct
    fixed: int | None


@dataclass(frozen=True)
class _Pattern:
    """A parsed file's header in parts; `last` are the bytes behind all holes."""

    first: Opened
    plain: Plain
    holes: tuple[_Hole, ...]
    last: bytes
    longest: int
    facts: dict[str, str]
    cosines: tuple[float, ...] | None

    def opened(self, file: Path) -> Opened | None:
        """The file, None where it has to be parsed."""
        try:
            with file.open("rb", buffering=0) as source:
                size = os.fstat(source.fileno()).st_size
                head = source.read(self.longest)
        except OSError:
            return None
        matched = self._matched(head)
        if matched is None:
            return None
        values, start = matched
        place = self._place(values)
        if place is None or size < start + self.plain.bytes:
            return None
        plain = self.plain
        rescale = (plain.slope, plain.intercept)
        return replace(
            self.first,
            name=str(file),
            frame=lambda number: frame(file, rescale, number),
            facts=self.facts | place,
            all_frames=lambda: each(file, rescale),
            plain=one_behind_the_other(file, plain.kind, plain.shape, start, *rescale),
        )

    def _matched(self, head: bytes) -> tuple[dict[str, bytes], int] | None:
        """The values of what may differ, and where the pixels begin."""
        at = 0
        values = {}
        for hole in self.holes:
            if not head.startswith(hole.before, at):
                return None
            begin = at + len(hole.before) + hole.length.size
            if begin > len(head):
                return None
            (length,) = hole.length.unpack_from(head, begin - hole.length.size)
            if hole.fixed not in (None, length):
                return None
            at = begin + length
            values[hole.name] = head[begin:at]
        return (values, at + len(self.last)) if head.startswith(self.last, at) else None

    def _place(self, values: dict[str, bytes]) -> dict[str, str] | None:
        """The facts that order slices; None where they are not plainly written."""
        found = {}
        if _POSITION in values:
            parts = [part.strip(b" ") for part in values[_POSITION].rstrip(b" \0").split(b"\\")]
            if len(parts) != 3 or not all(map(_DECIMAL.fullmatch, parts)):
                return None
            found["z_mm"] = str(z_mm(self.cosines, [float(part) for part in parts]))
        if _INSTANCE in values:
            number = values[_INSTANCE].rstrip(b" \0")
            if not _WHOLE.fullmatch(number):
                return None
            found["instance"] = number.decode("ascii")
        return found


def _pattern(file: Path, opened: Opened) -> _Pattern | None:
    """Of a file that was parsed; None where its pixels aren't plain ones, its header is long or
    not written as usual, or read by the pattern says anything else than when it is parsed."""
    plain = opened.plain
    if opened.frames != 1 or plain is None or plain.start(0) > _LARGEST_HEADER:
        return None
    try:
        with parsing(str(file)):
            found = _learned(file, opened, plain)
            again = found.opened(file)
    except WrongUse:
        return None
    return found if again is not None and again.facts == found.facts else None


def _learned(file: Path, opened: Opened, plain: Plain) -> _Pattern:
    import pydicom

    header = pydicom.dcmread(file, stop_before_pixels=True, force=True)
    with file.open("rb") as source:
        head = source.read(plain.start(0))
    holes = []
    done = 0
    for at, name, length, fixed in sorted(_places(header, head), key=lambda place: place[0]):
        begin = at - length.size
        holes.append(_Hole(head[done:begin], name, length, fixed))
        done = at + length.unpack_from(head, begin)[0]
    kept = {
        name: text for name, text in opened.facts.items() if FACTS.get(name) not in _MAY_DIFFER
    }
    longest = len(head) + _LONGER
    return _Pattern(opened, plain, tuple(holes), head[done:], longest, kept, cosines_of(header))


def _places(header: Any, head: bytes) -> Iterator[tuple[int, str, Struct, int | None]]:
    """Of every element that may differ: where its value begins, its name, how the length before
    it is written, and that length if it is fixed. ValueError where the bytes there are not so."""
    from pydicom.datadict import keyword_for_tag
    from pydicom.dataelem import RawDataElement

    for dataset, implicit in ((header.file_meta, False), (header, header.original_encoding[0])):
        for tag in sorted(dataset.keys()):
            name = keyword_for_tag(tag)
            if name not in _MAY_DIFFER:
                continue
            element = dataset.get_item(tag)
            at = element.value_tell if isinstance(element, RawDataElement) else element.file_tell
            written = struct.pack("<HH", tag.group, tag.element)
            length = _LONG_LENGTH if implicit else _SHORT_LENGTH
            if not implicit:
                written += element.VR.encode("ascii")
                if element.VR in _LONG:
                    length, written = _LONG_LENGTH, written + b"\0\0"
            if head[: at - length.size].endswith(written):
                (own,) = length.unpack_from(head, at - length.size)
                yield at, name, length, own if name in _FIXED else None
            else:
                raise ValueError(f"{name} is not written as usual")
