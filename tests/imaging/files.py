"""Writes image files of every format, and spoils them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import tifffile
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, NuclearMedicineImageStorage, generate_uid


def dicom(path: Path, frames: Any, pixel_mm: float | None = 2.4, **changed: Any) -> Path:
    """A nuclear medicine image; `changed` sets or (None) removes elements."""
    frames = np.asarray(frames)
    layered = frames if frames.ndim == 3 else frames[None]
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = NuclearMedicineImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = Dataset()
    file.file_meta = meta
    file.SOPClassUID = NuclearMedicineImageStorage
    file.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    file.Modality = "NM"
    file.SamplesPerPixel = 1
    file.PhotometricInterpretation = "MONOCHROME2"
    file.NumberOfFrames = layered.shape[0]
    file.Rows, file.Columns = layered.shape[1:]
    file.BitsAllocated = file.BitsStored = 16
    file.HighBit = 15
    file.PixelRepresentation = 0
    if pixel_mm is not None:
        file.PixelSpacing = [pixel_mm, pixel_mm]
    file.PixelData = layered.astype("<u2").tobytes()
    for name, value in changed.items():
        if value is None:
            delattr(file, name)
        else:
            setattr(file, name, value)
    pydicom.dcmwrite(path, file, enforce_file_format=True)
    return path


def tiff(path: Path, frames: Any, **how: Any) -> Path:
    """A TIFF file, ImageJ's where `unit` and `resolution` are given in its metadata."""
    tifffile.imwrite(path, np.asarray(frames), **{"photometric": "minisblack", **how})
    return path


def metaimage(path: Path, frames: Any, spacing: str = "2.4 2.4 1", **fields: str) -> Path:
    """A .mha with its pixels in it, or a .mhd with them beside it."""
    frames = np.asarray(frames)
    layered = frames if frames.ndim == 3 else frames[None]
    kinds = {"uint16": "MET_USHORT", "float32": "MET_FLOAT", "uint8": "MET_UCHAR"}
    big = fields.get("BinaryDataByteOrderMSB", "False") == "True"
    data = layered.astype(layered.dtype.newbyteorder(">" if big else "<")).tobytes()
    local = path.suffix == ".mha"
    header = {
        "ObjectType": "Image",
        "NDims": "3",
        "DimSize": " ".join(str(side) for side in reversed(layered.shape)),
        "ElementType": kinds[str(layered.dtype)],
        "ElementSpacing": spacing,
        **fields,
        "ElementDataFile": "LOCAL" if local else path.with_suffix(".raw").name,
    }
    head = "".join(f"{name} = {value}\n" for name, value in header.items()).encode()
    path.write_bytes(head + (data if local else b""))
    if not local:
        path.with_suffix(".raw").write_bytes(data)
    return path


def npy(path: Path, frames: Any) -> Path:
    """NumPy's file."""
    np.save(path, np.asarray(frames), allow_pickle=True)  # also what must be refused
    return path


def raw(path: Path, frames: Any) -> Path:
    """Bare pixels, low byte first."""
    path.write_bytes(np.asarray(frames).tobytes())
    return path


def cut(path: Path, by: int) -> Path:
    """The file without its last bytes."""
    path.write_bytes(path.read_bytes()[:-by])
    return path
