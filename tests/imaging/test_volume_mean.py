"""The mean of slices: as plain floats would have it, from every kind of file, alike or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from dosegauge.errors import WrongUse
from dosegauge.imaging import volume_mean
from dosegauge.imaging.orientation import parsed_orientation, turned
from dosegauge.imaging.readers.opened import RawFormat
from dosegauge.imaging.readers.plain import Plain
from dosegauge.imaging.stored_slices import Stored
from dosegauge.imaging.volume_mean import averaged, mean_of_volume
from dosegauge.imaging.volumes import Volume, open_volume, volume_of_array
from tests.imaging import files

RNG = np.random.default_rng(1)
SLICES = RNG.integers(0, 65000, (9, 12, 10)).astype(np.uint16)


def tiffs(folder: Path, slices: np.ndarray = SLICES, **how: object) -> Path:
    folder.mkdir()
    for number, pixels in enumerate(slices):
        files.tiff(folder / f"s{number}.tif", pixels, **how)
    return folder


def dicoms(folder: Path, **changed: object) -> Path:
    folder.mkdir()
    for number, pixels in enumerate(SLICES):
        place = {"ImagePositionPatient": [0, 0, 0.5 * number], "Modality": "CT"}
        files.dicom(folder / f"{number}", pixels, 0.1, **{**place, **changed})
    return folder


def one_of_another_layout(folder: Path) -> Path:
    """The fifth slice has a description: its pixels begin elsewhere."""
    tiffs(folder)
    files.tiff(folder / "s4.tif", SLICES[4], description="made on another day")
    return folder


def signed(path: Path) -> Path:
    return files.npy(path, SLICES.astype(np.int32) - 32500)


@pytest.mark.parametrize("write", [tiffs, dicoms], ids=["tiff", "dicom"])
def test_a_slice_that_goes_away_meanwhile_is_named(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    folder = write(tmp_path / "v")
    volume = open_volume(folder)
    gone = sorted(folder.iterdir())[5]
    gone.unlink()
    with pytest.raises(WrongUse, match=rf"{gone.name}: can't be read .No such file"):
        mean_of_volume(volume, 1, volume.slices)


def pages_apart(path: Path) -> Path:
    """Pages with something between their pixels."""
    with tifffile.TiffWriter(path) as writer:
        for number, pixels in enumerate(SLICES):
            writer.write(pixels, photometric="minisblack", description="x" * (10 * number + 5))
    return path


HU = {"RescaleSlope": 2, "RescaleIntercept": -1000}
WRITTEN: list[tuple[str, Callable[[Path], Path], RawFormat | None, np.ndarray]] = [
    ("tiff", lambda at: tiffs(at / "t"), None, SLICES),
    ("packed-tiff", lambda at: tiffs(at / "t", compression="zlib"), None, SLICES),
    ("big-endian", lambda at: tiffs(at / "t", byteorder=">"), None, SLICES),
    ("another-layout", lambda at: one_of_another_layout(at / "t"), None, SLICES),
    ("pages", lambda at: files.tiff(at / "p.tif", SLICES), None, SLICES),
    ("float", lambda at: tiffs(at / "t", SLICES.astype(np.float32)), None, SLICES),
    ("dicom", lambda at: dicoms(at / "d"), None, SLICES),
    ("dicom-hu", lambda at: dicoms(at / "d", **HU), None, SLICES * 2.0 - 1000),
    ("mhd", lambda at: files.metaimage(at / "m.mhd", SLICES), None, SLICES),
    ("long", lambda at: files.npy(at / "a.npy", SLICES.astype(np.int64)), None, SLICES),
    ("npy", lambda at: signed(at / "a.npy"), None, SLICES - 32500.0),
    ("raw", lambda at: files.raw(at / "r", SLICES), RawFormat("uint16", SLICES.shape), SLICES),
]


@pytest.mark.parametrize(
    ("write", "raw", "wanted"), [case[1:] for case in WRITTEN], ids=[case[0] for case in WRITTEN]
)
@pytest.mark.parametrize(("first", "last"), [(1, 9), (3, 7), (5, 5)])
def test_the_mean_of_a_range(
    tmp_path: Path,
    write: Callable[[Path], Path],
    raw: RawFormat | None,
    wanted: np.ndarray,
    first: int,
    last: int,
) -> None:
    volume = open_volume(write(tmp_path), raw)
    mean, count = mean_of_volume(volume, first, last)
    assert count == last - first + 1
    exact = wanted[first - 1 : last].astype(float).mean(axis=0)
    assert np.allclose(mean, exact, rtol=1e-12, atol=1e-9)
    slow, _ = averaged(volume.each(first, last))
    assert np.allclose(slow, exact, rtol=1e-12, atol=1e-9)


def test_arrays_and_iterators_of_slices() -> None:
    """The Python interface: an array, a list of slices, slices that are made one by one."""
    exact = SLICES.astype(float).mean(axis=0)
    for volume in (volume_of_array(SLICES.astype(float)), volume_of_array(list(SLICES))):
        assert np.allclose(mean_of_volume(volume, 1, 9)[0], exact)
    assert np.allclose(averaged(pixels for pixels in SLICES)[0], exact)


def test_a_turned_volume() -> None:
    volume = turned(volume_of_array(SLICES.astype(float)), parsed_orientation("x,z,y"))
    mean, _ = mean_of_volume(volume, 2, 5)
    assert np.allclose(mean, SLICES[:, :, 1:5].astype(float).mean(axis=2))


@pytest.mark.parametrize("value", [65000, 0])
def test_many_slices_do_not_overflow(value: int) -> None:
    """So many that the sums of 16 bits just fill 32, and one more."""
    pixels = np.full((64, 64), value, np.uint16)

    def into(number: int, target: np.ndarray) -> None:
        target[...] = pixels

    stored = Stored(pixels.dtype, pixels.shape, 1.0, 0.0, into)
    plain = Volume("v", 40000, 64, 64, None, None, "", lambda number: pixels.astype(float))
    volume = dataclasses.replace(plain, stored=stored)
    for slices in (32768, 32769):
        mean, count = mean_of_volume(volume, 1, slices)
        assert (count, mean.min(), mean.max()) == (slices, value, value)


@pytest.mark.parametrize("at_once", [1, 2, 4, 9, 100])
@pytest.mark.parametrize(
    "write",
    [
        lambda at: files.metaimage(at / "m.mhd", SLICES),
        lambda at: tiffs(at / "t"),
        lambda at: dicoms(at / "d"),
        lambda at: files.tiff(at / "p.tif", SLICES),
        lambda at: pages_apart(at / "p.tif"),
    ],
    ids=["one-file", "tiffs", "dicoms", "pages", "pages-apart"],
)
def test_any_range_in_blocks_of_any_size(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path], Path],
    at_once: int,
) -> None:
    monkeypatch.setattr(volume_mean, "_BLOCK_BYTES", at_once * SLICES[0].nbytes)
    volume = open_volume(write(tmp_path))
    assert volume.stored is not None
    for first, last in ((1, 9), (2, 8), (3, 3), (9, 9)):
        mean, count = mean_of_volume(volume, first, last)
        assert count == last - first + 1
        assert np.allclose(mean, SLICES[first - 1 : last].mean(axis=0))


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [0, 2, 1, 3], [3, 2, 1, 0]])
def test_frames_are_read_from_wherever_they_lie(tmp_path: Path, order: list[int]) -> None:
    path = tmp_path / "frames"
    path.write_bytes(SLICES[:4].tobytes())
    kind, shape = SLICES.dtype, (SLICES.shape[1], SLICES.shape[2])
    plain = Plain(path, kind, shape, lambda number: order[number] * SLICES[0].nbytes)
    block = np.empty((4, *shape), kind)
    plain.read_several(0, block)
    assert np.array_equal(block, SLICES[order])


def test_it_can_be_stopped(tmp_path: Path) -> None:
    volume = open_volume(tiffs(tmp_path / "t"))
    mean, count = mean_of_volume(volume, 1, 9, lambda done, all_of_them: done < 4)
    assert count == 4
    assert np.allclose(mean, SLICES[:4].astype(float).mean(axis=0))


def of_another_size(at: Path) -> Path:
    folder = tiffs(at / "t")
    files.tiff(folder / "s5.tif", SLICES[5][:, :7])
    return folder


def of_another_type(at: Path) -> Path:
    folder = tiffs(at / "t")
    files.tiff(folder / "s5.tif", (SLICES[5] // 256).astype(np.uint8))
    return folder


def cut_short(at: Path) -> Path:
    folder = tiffs(at / "t")
    files.cut(folder / "s5.tif", 100)
    return folder


def saturated(at: Path) -> Path:
    slices = SLICES.copy()
    slices[5, :3] = 65535
    return tiffs(at / "t", slices)


BAD: list[tuple[Callable[[Path], Path], str]] = [
    (of_another_size, "its size differs"),
    (of_another_type, "of type uint8"),
    (cut_short, "truncated|broken"),
    (saturated, "30 pixels are saturated at 65535"),
    (lambda at: files.npy(at / "n.npy", np.full((3, 8, 8), np.nan)), "NaN"),
    (
        lambda at: files.tiff(at / "c.tif", np.zeros((9, 9, 3), np.uint8), photometric="rgb"),
        "colour",
    ),
]


@pytest.mark.parametrize(("write", "says"), BAD)
def test_a_bad_slice_is_named(tmp_path: Path, write: Callable[[Path], Path], says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        volume = open_volume(write(tmp_path))
        mean_of_volume(volume, 1, volume.slices)


def test_a_few_hot_pixels_are_no_reason_to_refuse(tmp_path: Path) -> None:
    hot = np.zeros((2, 64, 64), np.uint16)
    hot[:, 10, 10] = 65535
    mean, _ = mean_of_volume(open_volume(files.npy(tmp_path / "h.npy", hot)), 1, 2)
    assert mean[10, 10] == 65535


def test_a_range_that_is_not_there() -> None:
    with pytest.raises(WrongUse, match="no slices 3 to 12"):
        mean_of_volume(volume_of_array(SLICES.astype(float)), 3, 12)
