"""DICOM images (nuclear medicine, CT) through pydicom; one frame without loading the rest."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dosegauge.imaging.image import PixelSize
from dosegauge.imaging.readers.dicom_pixels import HEAD_BYTES, plain_pixels, require_whole
from dosegauge.imaging.readers.dicom_place import cosines_of, said, sides, z_mm
from dosegauge.imaging.readers.opened import (
    Frame,
    Opened,
    checked_shape,
    packed,
    parsing,
    unreadable,
)
from dosegauge.texts import Text

NUCLEAR, TOMOGRAPHY = "NM", "CT"
_ASKED_FOR = {
    NUCLEAR: Text("需要伽玛照相机图像（NM）", "An image of a gamma camera (NM) is needed"),
    TOMOGRAPHY: Text("需要 CT 图像", "A CT image is needed"),
}
# Facts that order slices, or tell whether they belong together.
_TOLD = (
    ("instance", "InstanceNumber"),
    ("slope", "RescaleSlope"),
    ("series", "SeriesInstanceUID"),
)
# Facts that a record prints, by their names here.
FACTS = {
    "maker": "Manufacturer",
    "model": "ManufacturerModelName",
    "serial": "DeviceSerialNumber",
    "station": "StationName",
    "date": "ContentDate",
    "time": "AcquisitionTime",
    "counts": "CountsAccumulated",
    "software": "SoftwareVersions",
}


def open_file(file: Path, wanted: str = NUCLEAR) -> Opened:
    """WrongUse: another modality than wanted, colour, a broken or truncated file, a compression
    that can't be read, rescale values that can't be."""
    import pydicom

    where = str(file)
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    with parsing(where):
        with file.open("rb") as opened:
            header = pydicom.dcmread(opened, stop_before_pixels=True, force=True)
            at = opened.tell()
            head = opened.read(HEAD_BYTES)
            size = file.stat().st_size
        _refuse_unfit(header, where, wanted)
        shape = checked_shape(
            where, (int(header.get("NumberOfFrames") or 1), header.Rows, header.Columns)
        )
        require_whole(where, header, head, size - at, shape)
        rescale = _rescale(header)
        if rescale[0] == 0 or not all(map(math.isfinite, rescale)):
            raise unreadable(
                where,
                Text(
                    f"Rescale 参数不可能：{rescale[0]:g}、{rescale[1]:g}",
                    f"impossible rescale values: slope {rescale[0]:g}, intercept {rescale[1]:g}",
                ),
            )
        return Opened(
            where,
            "dicom",
            *shape,
            _spacing(header),
            lambda number: frame(file, rescale, number),
            _stored_limit(header, rescale),
            _facts(header),
            (),
            lambda: each(file, rescale),
            plain_pixels(file, header, shape[1:], at, head, rescale),
        )


def _refuse_unfit(header: Any, where: str, wanted: str) -> None:
    if "Rows" not in header or "Columns" not in header:
        raise unreadable(where, Text("DICOM 文件中没有图像", "a DICOM file without an image"))
    syntax = header.file_meta.get("TransferSyntaxUID")
    if syntax is not None and syntax.is_deflated:
        raise packed(where, Text("请不压缩重新导出", "Export it without compression"))
    modality = str(header.get("Modality", "") or "")
    if modality != wanted:
        raise unreadable(
            where,
            Text(f"模态是 {modality or '未说明'}", f"its modality is {modality or 'not said'}"),
            _ASKED_FOR[wanted],
        )
    if header.get("SamplesPerPixel", 1) != 1:
        raise unreadable(where, Text("彩色图像", "a colour image"))
    if header.get("PhotometricInterpretation") not in ("MONOCHROME2", None):
        grey = header.PhotometricInterpretation
        raise unreadable(where, Text(f"灰度为 {grey}", f"its grey is {grey}, not MONOCHROME2"))


def _spacing(header: Any) -> PixelSize | None:
    sides = header.get("PixelSpacing")
    if not sides or len(sides) != 2:
        return None
    y_mm, x_mm = (float(side) for side in sides)
    usable = all(math.isfinite(side) and side > 0 for side in (y_mm, x_mm))
    return PixelSize(y_mm, x_mm) if usable else None


def _stored_limit(header: Any, rescale: tuple[float, float]) -> float | None:
    """None where the largest number stands for the least value."""
    bits = int(header.BitsStored) - int(header.get("PixelRepresentation", 0))
    slope, intercept = rescale
    return float(2**bits - 1) * slope + intercept if slope > 0 else None


def _rescale(header: Any) -> tuple[float, float]:
    """Slope and intercept; an element that is absent or empty says nothing."""
    told = (header.get("RescaleSlope"), header.get("RescaleIntercept"))
    slope, intercept = (None if one in (None, "") else float(one) for one in told)
    return 1.0 if slope is None else slope, intercept or 0.0


def _facts(header: Any) -> dict[str, str]:
    found = {
        name: _said(header.get(tag))
        for name, tag in FACTS.items()
        if header.get(tag) not in (None, "")
    }
    duration = header.get("ActualFrameDuration")
    if duration:
        found["duration_ms"] = str(int(duration))
    spacing = header.get("SpacingBetweenSlices") or header.get("SliceThickness")
    if spacing:
        found["slice_mm"] = str(abs(float(spacing)))
    found |= _placed(header)
    for name, tag in _TOLD:
        if header.get(tag) not in (None, ""):
            found[name] = str(header.get(tag))
    if isinstance(header.get("KVP"), float):
        found["kvp"] = f"{float(header.KVP):g}"
    if header.get("RescaleIntercept") not in (None, ""):
        found["intercept"] = str(header.get("RescaleIntercept"))
        found["unit"] = str(header.get("RescaleType", "") or "HU")
    rotations = header.get("RotationInformationSequence") or []
    if len(rotations) == 1:
        rotation = rotations[0]
        for name, tag in (("start_deg", "StartAngle"), ("step_deg", "AngularStep")):
            if rotation.get(tag) is not None:
                found[name] = str(rotation.get(tag))
        found["rotation"] = str(rotation.get("RotationDirection", "") or "")
    windows = header.get("EnergyWindowInformationSequence") or []
    if len(windows) == 1 and windows[0].get("EnergyWindowRangeSequence"):
        window = windows[0].EnergyWindowRangeSequence[0]
        found["window_low_kev"] = str(window.get("EnergyWindowLowerLimit", ""))
        found["window_high_kev"] = str(window.get("EnergyWindowUpperLimit", ""))
    detectors = header.get("DetectorInformationSequence") or []
    if len(detectors) == 1 and detectors[0].get("CollimatorGridName"):
        found["collimator"] = str(detectors[0].CollimatorGridName)
    return found


def _placed(header: Any) -> dict[str, str]:
    found = {}
    cosines = cosines_of(header)
    position = header.get("ImagePositionPatient")
    if position and len(position) == 3:
        found["z_mm"] = str(z_mm(cosines, [float(one) for one in position]))
    if cosines is not None:
        found["orientation"] = sides(cosines)
        found["directions"] = said(cosines)
    return found


def _said(value: Any) -> str:
    several = not isinstance(value, str) and hasattr(value, "__iter__")
    return ", ".join(str(one) for one in value) if several else str(value)


def frame(file: Path, rescale: tuple[float, float], number: int) -> Frame:
    """A frame's values, by their slope and intercept."""
    from pydicom.pixels.utils import pixel_array

    found: Frame = _read(file, rescale, lambda: pixel_array(file, index=number))
    return found


def each(file: Path, rescale: tuple[float, float]) -> Iterator[Frame]:
    """The values of all frames, one after the other."""
    from pydicom.pixels.utils import iter_pixels

    frames = iter_pixels(file)
    while True:
        found = _read(file, rescale, lambda: next(frames, None))
        if found is None:
            return
        yield found


def _read(file: Path, rescale: tuple[float, float], action: Any) -> Any:
    with parsing(str(file)):
        found = action()
    if found is None or rescale == (1.0, 0.0):
        return found
    slope, intercept = rescale
    return np.asarray(found, dtype=np.float64) * slope + intercept
