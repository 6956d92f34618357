"""Reads images from files: DICOM, TIFF, MetaImage, NumPy arrays and raw bytes.

What a file is, its first bytes say, not its name. A file is opened without its pixels; a frame is
read without the others.
"""

from __future__ import annotations

from pathlib import Path

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Image, PixelSize, with_pixel_mm
from dosegauge.imaging.readers import checks
from dosegauge.imaging.readers.opened import Opened, RawFormat, reading, unreadable
from dosegauge.texts import Text

_HEAD = 4096
_DICOM_MARK = slice(128, 132)


def open_images(path: str | Path, raw: RawFormat | None = None, modality: str = "NM") -> Opened:
    """Open a file of one or more frames; `raw` describes bytes without a header, or overrides
    the byte order of a MetaImage. A DICOM file must be of the modality.

    WrongUse: no such file, no known format, a broken header, a file shorter than it should be.
    """
    file = Path(path)
    with reading(file), file.open("rb") as opened:
        head = opened.read(_HEAD)
    if raw is not None and raw.shape:
        from dosegauge.imaging.readers import raw_bytes

        return raw_bytes.open_file(file, raw)
    return _by_content(file, head, raw, modality)


def _by_content(file: Path, head: bytes, raw: RawFormat | None, modality: str) -> Opened:
    if not head:
        raise unreadable(str(file), Text("文件是空的", "the file is empty"))
    # What stands before the mark of a DICOM file may look like a TIFF.
    if head[_DICOM_MARK] == b"DICM":
        from dosegauge.imaging.readers import dicom

        return dicom.open_file(file, modality)
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        from dosegauge.imaging.readers import tiff

        return tiff.open_file(file)
    if head.startswith(b"\x93NUMPY"):
        from dosegauge.imaging.readers import npy

        return npy.open_file(file)
    if b"ElementDataFile" in head or b"NDims" in head[:200]:
        from dosegauge.imaging.readers import metaimage

        return metaimage.open_file(file, raw.big_endian if raw else None)
    if head.startswith(b"NRRD000"):
        from dosegauge.imaging.readers import nrrd

        return nrrd.open_file(file)
    # DICOM files without that mark begin with a small group number.
    if head[:2] in (b"\x02\0", b"\x08\0") and len(head) > 64:
        from dosegauge.imaging.readers import dicom

        return dicom.open_file(file, modality)
    raise unreadable(
        str(file),
        Text("不是可识别的图像", "not an image of a known format"),
        Text(
            "支持 DICOM、TIFF、MHD/MHA、NRRD、.npy；无文件头的用 --raw 说明",
            "DICOM, TIFF, MHD/MHA, NRRD, .npy are read; describe bytes without a header by --raw",
        ),
    )


def pixels_beside(path: Path) -> Path | None:
    """The file of pixels that a header names beside it; None where they are in the file itself."""
    from dosegauge.imaging.readers import metaimage, nrrd

    with path.open("rb") as opened:
        head = opened.read(_HEAD)
    found = None
    if b"ElementDataFile" in head:
        found = metaimage.pixel_file(path)
    elif head.startswith(b"NRRD000"):
        found = nrrd.pixel_file(path)
    return None if found == path else found


def read_image(
    path: str | Path,
    frame: int | None = None,
    pixel_mm: PixelSize | None = None,
    raw: RawFormat | None = None,
) -> Image:
    """One frame with counts that can be measured; `frame` counts from 1 and must be said where
    there are several. WrongUse names what is wrong with the file or its counts."""
    opened = open_images(path, raw)
    number = chosen_frame(opened, frame)
    where = str(path) if opened.frames == 1 else f"{path}, frame {number}"
    pixels, warnings = checks.counts(opened.frame(number - 1), where, opened.stored_limit)
    image = Image(pixels, opened.pixel_mm, where, opened.facts, opened.warnings + warnings)
    return with_pixel_mm(image, pixel_mm)


def chosen_frame(opened: Opened, frame: int | None) -> int:
    """The frame's number from 1; WrongUse when it isn't there or must be said."""
    if frame is None and opened.frames > 1:
        raise WrongUse(
            Text(f"文件有 {opened.frames} 帧", f"the file has {opened.frames} frames"),
            opened.name,
            Text("请用 --frame N 指定", "Say which by --frame N"),
        )
    number = 1 if frame is None else frame
    if not 1 <= number <= opened.frames:
        raise WrongUse(
            Text(f"没有第 {number} 帧", f"there is no frame {number}"),
            opened.name,
            Text(f"共 {opened.frames} 帧", f"It has {opened.frames}"),
        )
    return number
