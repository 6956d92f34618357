"""Volumes: folders of slices and files, in the order of their positions, one slice in memory."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dosegauge.errors import WrongUse
from dosegauge.imaging.readers.opened import RawFormat
from dosegauge.imaging.volumes import Volume, open_volume, volume_of_array
from tests.imaging import files

SLICES = (np.arange(12)[:, None, None] * 100 + np.arange(8 * 6).reshape(8, 6)).astype(np.uint16)
CT = {"Modality": "CT"}


def dicom_slices(folder: Path, **changed: object) -> Path:
    """Named so that the order of the names isn't that of the positions."""
    folder.mkdir()
    for number, pixels in enumerate(SLICES):
        files.dicom(
            folder / f"IM{(number * 7) % 12}",
            pixels,
            0.1,
            **{
                **CT,
                "ImagePositionPatient": [0, 0, 5 + 0.25 * number],
                "RescaleSlope": 1,
                "RescaleIntercept": -1000,
                **changed,
            },
        )
    return folder


def tiff_slices(folder: Path, names: Callable[[int], str] = "slice{}.tif".format) -> Path:
    folder.mkdir()
    for number, pixels in enumerate(SLICES):
        files.tiff(folder / names(number), pixels)
    (folder / "scan.log").write_text("what the scanner says")
    return folder


def nrrd(path: Path, encoding: str = "raw") -> Path:
    data = SLICES.astype("<u2").tobytes()
    head = (
        "NRRD0004\n# made\ntype: unsigned short\ndimension: 3\nsizes: 6 8 12\n"
        f"endian: little\nencoding: {encoding}\nspacings: 0.1 0.1 0.25\n\n"
    )
    path.write_bytes(head.encode() + (gzip.compress(data) if encoding == "gzip" else data))
    return path


WRITTEN: list[tuple[str, Callable[[Path], Path], RawFormat | None, float]] = [
    ("dicom", lambda at: dicom_slices(at / "d"), None, -1000),
    ("tiff", lambda at: tiff_slices(at / "t"), None, 0),
    ("pages", lambda at: files.tiff(at / "p.tif", SLICES), None, 0),
    ("mhd", lambda at: files.metaimage(at / "m.mhd", SLICES, "0.1 0.1 0.25"), None, 0),
    ("nrrd", lambda at: nrrd(at / "n.nrrd"), None, 0),
    ("nrrd-packed", lambda at: nrrd(at / "n.nrrd", "gzip"), None, 0),
    ("npy", lambda at: files.npy(at / "a.npy", SLICES), None, 0),
    ("raw", lambda at: files.raw(at / "r", SLICES), RawFormat("uint16", SLICES.shape), 0),
]


@pytest.mark.parametrize(
    ("write", "raw", "offset"), [case[1:] for case in WRITTEN], ids=[case[0] for case in WRITTEN]
)
def test_every_source_gives_the_same_slices_in_order(
    tmp_path: Path, write: Callable[[Path], Path], raw: RawFormat | None, offset: float
) -> None:
    volume = open_volume(write(tmp_path), raw)
    assert (volume.slices, volume.rows, volume.columns) == SLICES.shape
    assert np.array_equal(np.stack(list(volume.each(1, 12))), SLICES.astype(float) + offset)
    assert np.array_equal(next(volume.each(5, 5)), SLICES[4].astype(float) + offset)


def test_voxels_are_told_where_the_files_tell_them(tmp_path: Path) -> None:
    for volume in (open_volume(dicom_slices(tmp_path / "d")), open_volume(nrrd(tmp_path / "n"))):
        assert volume.pixel_mm == pytest.approx((0.1, 0.1))
        assert volume.slice_mm == pytest.approx(0.25)
    assert open_volume(tmp_path / "d").unit == "HU"


def test_slices_come_one_by_one_and_can_be_stopped() -> None:
    read: list[int] = []

    def slice_of(number: int) -> np.ndarray:
        read.append(number)
        return np.zeros((4, 4))

    volume = Volume("v", 2000, 4, 4, None, None, "", slice_of)
    told = []

    def stop_after_three(done: int, all_of_them: int) -> bool:
        told.append((done, all_of_them))
        return done < 3

    assert len(list(volume.each(11, 1010, stop_after_three))) == 3
    assert read == [10, 11, 12]
    assert told == [(1, 1000), (2, 1000), (3, 1000)]


def test_memory_holds_one_slice(tmp_path: Path) -> None:
    stack = np.zeros((60, 512, 512), np.uint16)
    path = files.metaimage(tmp_path / "v.mha", stack)
    list(open_volume(path).each(1, 2))
    tracemalloc.start()
    try:
        for _ in open_volume(path).each(1, 60):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < stack.nbytes / 4


def test_missing_slices_are_told(tmp_path: Path) -> None:
    folder = tiff_slices(tmp_path / "t")
    (folder / "slice5.tif").unlink()
    volume = open_volume(folder)
    assert volume.slices == 11
    assert any("slices are missing: 1, the first is number 5" in w.en for w in volume.warnings)
    placed = dicom_slices(tmp_path / "d")
    (placed / "IM3").unlink()
    assert any(
        "differs: 1, the first after IM8 (0.5 mm for 0.25 mm)" in w.en
        for w in open_volume(placed).warnings
    )


def test_each_slice_is_rescaled_by_its_own_values(tmp_path: Path) -> None:
    folder = dicom_slices(tmp_path / "d")
    files.dicom(
        folder / "IM0",
        SLICES[0],
        0.1,
        **CT,
        ImagePositionPatient=[0, 0, 5],
        RescaleSlope=2,
        RescaleIntercept=-500,
    )
    volume = open_volume(folder)
    assert np.array_equal(volume.read(0), SLICES[0] * 2.0 - 500)
    assert np.array_equal(volume.read(1), SLICES[1] - 1000.0)
    assert any("rescale values" in warning.en for warning in volume.warnings)


def doubled_dicom(at: Path) -> Path:
    return dicom_slices(at / "d", ImagePositionPatient=[0, 0, 1])


def doubled_tiff(at: Path) -> Path:
    folder = tiff_slices(at / "t")
    files.tiff(folder / "other3.tif", SLICES[3])
    return folder


def mixed(at: Path) -> Path:
    folder = tiff_slices(at / "t")
    files.tiff(folder / "slice12.tif", SLICES[0][:, :5])
    return folder


def nothing(at: Path) -> Path:
    (at / "e").mkdir()
    return at / "e"


BAD: list[tuple[str, Callable[[Path], Path], str]] = [
    ("nothing", nothing, "no slices in the folder"),
    ("doubled-dicom", doubled_dicom, "at the same place"),
    ("doubled-tiff", doubled_tiff, "same number"),
    ("mixed", mixed, "its size differs"),
    ("gamma", lambda at: files.dicom(at / "x", SLICES[0]), "its modality is NM"),
    ("cut", lambda at: files.cut(nrrd(at / "n"), 40), "truncated"),
    ("cut-packed", lambda at: files.cut(nrrd(at / "n", "gzip"), 40), "truncated"),
    ("text", lambda at: nrrd(at / "n", "ascii"), "its encoding is ascii"),
]


@pytest.mark.parametrize(
    ("write", "says"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_what_is_no_volume_is_refused(
    tmp_path: Path, write: Callable[[Path], Path], says: str
) -> None:
    path = write(tmp_path)
    with pytest.raises(WrongUse, match=says):
        list(open_volume(path).each(1, open_volume(path).slices))


def test_an_array_is_a_volume_too() -> None:
    volume = volume_of_array(SLICES.astype(float))
    assert (volume.slices, volume.rows, volume.columns) == SLICES.shape
    assert np.array_equal(next(volume.each(3, 3)), SLICES[2])
