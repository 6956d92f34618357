"""Which files of a folder are slices, in which order; and what lies behind a header."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from dosegauge.errors import WrongUse
from dosegauge.imaging.readers.opened import RawFormat
from dosegauge.imaging.slice_files import slice_numbers
from dosegauge.imaging.volumes import Volume, open_volume, volume_of_array
from tests.imaging import files

SLICES = (np.arange(6)[:, None, None] * 100 + np.arange(8 * 9).reshape(8, 9)).astype(np.uint16)
CT = {"Modality": "CT", "SeriesInstanceUID": "1.2.3"}


def folder_of(at: Path, names: list[str]) -> Path:
    folder = at / "f"
    folder.mkdir()
    for name, pixels in zip(names, SLICES, strict=False):
        files.tiff(folder / name, pixels)
    return folder


def told(volume: Volume) -> str:
    return "; ".join(warning.en for warning in volume.warnings)


# Names in any order, and whose slices they are.
ORDERED = [
    (["s10.tif", "s9.tif", "s8.tif"], [2, 1, 0]),
    (["scan_0002_bin2.tif", "scan_0000_bin2.tif", "scan_0001_bin2.tif"], [1, 2, 0]),
    (["2024-b-3.tif", "2024-b-1.tif", "2024-b-2.tif"], [1, 2, 0]),
    (["a0²2.tif", "a0²1.tif"], [1, 0]),
    (["IM.0003", "IM.0001", "IM.0002"], [1, 2, 0]),
]


@pytest.mark.parametrize(("names", "order"), ORDERED)
def test_the_order_of_names(tmp_path: Path, names: list[str], order: list[int]) -> None:
    volume = open_volume(folder_of(tmp_path, names))
    found = [int(volume.read(number)[0, 0]) // 100 for number in range(volume.slices)]
    assert found == order
    assert "missing" not in told(volume)


def test_a_number_that_is_far_off_is_a_gap_and_no_flood(tmp_path: Path) -> None:
    volume = open_volume(folder_of(tmp_path, ["scan_1.tif", "scan_2.tif", "scan_99999999999.tif"]))
    assert "slices are missing: 99999999996, the first is number 3" in told(volume)


def test_numbers_are_those_that_differ() -> None:
    def numbers(*names: str) -> list[int]:
        return slice_numbers([Path(name) for name in names])

    assert numbers("s1_2024.tif", "s2_2024.tif") == [1, 2]
    assert numbers("1_1.tif", "1_2.tif") == [1, 2]
    assert numbers("1_1.tif", "2_2.tif") == []
    assert numbers("a.tif", "b1.tif") == []
    assert numbers("7.tif") == []


def test_other_files_are_left_out_and_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, ["s1.tif", "s2.tif", "s3.tif"])
    (folder / "preview.jpg").write_bytes(b"\xff\xd8\xff\xe0nothing")
    (folder / "DICOMDIR").write_bytes(b"index")
    (folder / "readme.txt").write_text("how it was made")
    volume = open_volume(folder)
    assert volume.slices == 3
    assert "left out: 1 (preview.jpg)" in told(volume)


@pytest.mark.parametrize("name", ["v.mhd", "v.mha", "v.tif"])
def test_a_folder_with_one_volume_is_that_volume(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    path = folder / name
    files.tiff(path, SLICES) if name.endswith("tif") else files.metaimage(path, SLICES)
    volume = open_volume(folder)
    assert volume.slices == 6
    assert np.array_equal(volume.read(4), SLICES[4])


def multi_page(at: Path) -> Path:
    folder = at / "m"
    folder.mkdir()
    for number in range(3):
        files.tiff(folder / f"s{number}.tif", SLICES[:2])
    return folder


def dicoms(at: Path, **changed: Callable[[int], Any]) -> Path:
    folder = at / "d"
    folder.mkdir()
    for number, pixels in enumerate(SLICES):
        own = {name: value(number) for name, value in changed.items()}
        place = [0, 0, 0.5 * number]
        told_of_it = {**CT, "ImagePositionPatient": place, **own}
        present = {name: value for name, value in told_of_it.items() if value is not None}
        files.dicom(folder / str(number), pixels, 0.1, **present)
    return folder


def two_series(at: Path) -> Path:
    """Whole scans at the same places."""
    folder = dicoms(at)
    for number, pixels in enumerate(SLICES):
        place = [0, 0, 0.5 * number]
        told = {**CT, "ImagePositionPatient": place, "SeriesInstanceUID": "1.2.9"}
        files.dicom(folder / f"again{number}", pixels, 0.1, **told)
    return folder


def lost_link(at: Path) -> Path:
    folder = dicoms(at)
    (folder / "6").symlink_to(at / "nowhere")
    return folder


def tilted(cosine: float) -> list[float]:
    """Rows along x, columns between y and z; 37 and 53 degrees run to the same sides."""
    return [1, 0, 0, 0, cosine, (1 - cosine**2) ** 0.5]


def turned(number: int) -> list[int]:
    return [1, 0, 0, 0, 1, 0] if number % 2 else [-1, 0, 0, 0, -1, 0]


def nameless(at: Path) -> Path:
    """DICOM slices that say neither place nor number, and a copy of one of them."""
    folder = dicoms(at, ImagePositionPatient=lambda n: None)
    (folder / "slice3").write_bytes((folder / "3").read_bytes())
    return folder


BAD: list[tuple[str, Callable[[Path], Path], str]] = [
    ("pages", multi_page, "several frames"),
    (
        "series",
        lambda at: dicoms(at, SeriesInstanceUID=lambda n: f"1.2.{n % 2}"),
        "/1: belongs to another series than",
    ),
    (
        "heights",
        lambda at: dicoms(at, PixelSpacing=lambda n: [0.1 + 0.1 * (n == 3), 0.1]),
        "pixel",
    ),
    ("two-series", two_series, "/again0: belongs to another series than .*/0. Check"),
    (
        "orientations",
        lambda at: dicoms(at, ImageOrientationPatient=turned),
        "/1: its orientation is not that of .*/0. Check",
    ),
    (
        "units",
        lambda at: dicoms(
            at, RescaleIntercept=lambda n: -1000, RescaleType=lambda n: "HU" if n - 2 else "US"
        ),
        "/2: has values of another unit",
    ),
    (
        "no-place",
        lambda at: dicoms(at, ImagePositionPatient=lambda n: [0, 0, "1e400" if n == 4 else n]),
        "/4: its position is no number",
    ),
    (
        "one-place",
        lambda at: dicoms(at, ImagePositionPatient=lambda n: [0, 0, max(n, 1)]),
        "/1: it lies at the same place as .*/0. Check",
    ),
    ("nameless-doubled", nameless, "/slice3: it has the same number as 3. Check"),
    (
        "tilts",
        lambda at: dicoms(at, ImageOrientationPatient=lambda n: tilted((0.8, 0.6)[n % 2])),
        "/1: its orientation is not that of",
    ),
    (
        "one-number",
        lambda at: dicoms(at, ImagePositionPatient=lambda n: None, InstanceNumber=lambda n: 1),
        "/1: it has the same number as .*/0. Check",
    ),
    ("lost-link", lost_link, "/6: can't be read .No such file"),
]


@pytest.mark.parametrize(
    ("write", "says"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_what_does_not_belong_together_is_refused(
    tmp_path: Path, write: Callable[[Path], Path], says: str
) -> None:
    with pytest.raises(WrongUse, match=says):
        open_volume(write(tmp_path))


def ten_less(number: int) -> int:
    return 10 - number


# DICOM slices without a place, and what is said of their order.
ORDERED: list[tuple[dict[str, Callable[[int], Any]], str]] = [
    ({"ImagePositionPatient": lambda n: None}, "in the order of the numbers in their names"),
    (
        {"ImagePositionPatient": lambda n: None, "InstanceNumber": ten_less},
        "0 gives no position: slices can't be ordered by it",
    ),
    (
        {
            "ImagePositionPatient": lambda n: None if n == 2 else [0, 0, n],
            "InstanceNumber": ten_less,
        },
        "2 gives no position: slices can't be ordered by it",
    ),
]


@pytest.mark.parametrize(("told", "says"), ORDERED)
def test_slices_without_a_place_say_how_they_are_ordered(
    tmp_path: Path, told: dict[str, Callable[[int], Any]], says: str
) -> None:
    folder = dicoms(tmp_path, **told)
    volume = open_volume(folder)
    assert any(says in warning.en for warning in volume.warnings)
    turned_round = "InstanceNumber" in told
    assert np.array_equal(volume.read(0), SLICES[-1 if turned_round else 0])
    assert volume.slice_mm is None
    (folder / "3").unlink()
    gap = "the first after 4 (2 for 1)" if turned_round else "missing: 1, the first is number 3"
    assert any(gap in warning.en for warning in open_volume(folder).warnings)


def test_slices_of_several_devices_or_voltages_are_told(tmp_path: Path) -> None:
    volume = open_volume(
        dicoms(tmp_path, KVP=lambda n: 50 + n % 2, DeviceSerialNumber=lambda n: f"S{n % 2}")
    )
    said = [warning.en for warning in volume.warnings]
    assert "the slices differ in their tube voltage in kV: 50, 51" in said
    assert "the slices differ in their serial number: S0, S1" in said


def test_what_is_the_same_is_not_told(tmp_path: Path) -> None:
    """A voltage written in several ways, directions that differ by rounding."""
    folder = dicoms(
        tmp_path,
        KVP=lambda n: ("50", "50.0", "50.00")[n % 3],
        ImageOrientationPatient=lambda n: tilted(0.9949874 + 1e-6 * n),
    )
    assert open_volume(folder).warnings == ()


def test_a_single_slice_has_no_order(tmp_path: Path) -> None:
    for told in ({}, {"InstanceNumber": 1}):
        folder = tmp_path / f"one{len(told)}"
        folder.mkdir()
        files.dicom(folder / "a", SLICES[0], 0.1, **CT, **told)
        assert open_volume(folder).warnings == ()


# Names with several numbers that differ, or none, and what is said of them.
NAMED = [
    (["IM0_1210.tif", "IM1_1210.tif", "IM2_1311.tif"], "the order of the numbers in their names"),
    (["z0.5.tif", "z1.0.tif", "z1.5.tif"], "the order of the numbers in their names"),
    (["a.tif", "b.tif", "c.tif"], "the slices are in the order of their names"),
]


@pytest.mark.parametrize(("names", "says"), NAMED)
def test_several_numbers_in_a_name_are_no_gaps(
    tmp_path: Path, names: list[str], says: str
) -> None:
    volume = open_volume(folder_of(tmp_path, names))
    assert np.array_equal(volume.read(1), SLICES[1])
    assert [says in one.en for one in volume.warnings] == [True]


def test_directions_of_any_length_give_the_same_distance(tmp_path: Path) -> None:
    volume = open_volume(dicoms(tmp_path, ImageOrientationPatient=lambda n: [2, 0, 0, 0, 2, 0]))
    assert volume.slice_mm == pytest.approx(0.5)


def test_bare_pixels_describe_no_folder(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="--raw: describes one file"):
        open_volume(dicoms(tmp_path), RawFormat("uint8", (3, 3)))


def test_a_slices_own_largest_value_counts(tmp_path: Path) -> None:
    """Each slice has a scale of its own; where the scale is negative no value is the limit."""
    volume = open_volume(dicoms(tmp_path, RescaleSlope=lambda n: [1, 2, 1, -1, 1, 1][n]))
    assert [volume.limit(n) for n in range(4)] == [65535, 2 * 65535, 65535, None]


def test_imagej_stacks_with_a_single_page(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    tifffile.imwrite(path, SLICES, imagej=True, truncate=True)
    volume = open_volume(path)
    assert volume.slices == 6
    assert np.array_equal(volume.read(5), SLICES[5])
    files.cut(path, 40)
    with pytest.raises(WrongUse, match="truncated"):
        open_volume(path)


def header_with(at: Path, text: str, raw: bytes) -> Path:
    path = at / ("v.nhdr" if text.startswith("NRRD") else "v.mhd")
    path.write_text(text)
    (at / "v.raw").write_bytes(raw)
    return path


MHD = (
    "ObjectType = Image\nNDims = 3\nDimSize = 9 8 6\nElementType = MET_USHORT\n"
    "{}ElementDataFile = v.raw\n"
)
NRRD = (
    "NRRD0004\ntype: ushort\ndimension: 3\nsizes: 9 8 6\nendian: little\nencoding: raw\n"
    "{}data file: v.raw\n\n"
)
JUNK = b"some header of 37 bytes, not of pixels"


@pytest.mark.parametrize(
    ("text", "junk"),
    [
        (MHD.format("HeaderSize = -1\n"), JUNK),
        (MHD.format(f"HeaderSize = {len(JUNK)}\n"), JUNK),
        (MHD.format(""), b""),
        (NRRD.format("byte skip: -1\n"), JUNK),
        (NRRD.format(f"byte skip: {len(JUNK)}\n"), JUNK),
    ],
)
def test_bytes_before_the_pixels(tmp_path: Path, text: str, junk: bytes) -> None:
    volume = open_volume(header_with(tmp_path, text, junk + SLICES.astype("<u2").tobytes()))
    assert np.array_equal(volume.read(3), SLICES[3])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MHD.format("HeaderSize = some\n"), "bytes to skip: some"),
        (NRRD.format("byte skip: -2\n"), "bytes to skip: -2"),
        (NRRD.format("line skip: 2\n"), "line skip"),
    ],
)
def test_what_can_not_be_skipped_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        open_volume(header_with(tmp_path, text, SLICES.astype("<u2").tobytes()))


ARRAYS: list[tuple[Any, str]] = [
    ([], "no slices of one size"),
    ([np.zeros((4, 4)), np.zeros((4, 5))], "no slices of one size"),
    (np.zeros((3, 5, 5, 3)), "two dimensions"),
]


@pytest.mark.parametrize(("voxels", "says"), ARRAYS)
def test_arrays_that_are_no_volume_are_refused(voxels: Any, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        volume_of_array(voxels)


def test_an_array_with_nan_is_refused_when_read() -> None:
    volume = volume_of_array(np.full((2, 4, 4), np.nan))
    with pytest.raises(WrongUse, match="NaN"):
        volume.read(1)
