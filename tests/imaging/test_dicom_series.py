"""Slices of a series are opened as if each were parsed, and only those that differ more than
slices may are."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)

from dosegauge.errors import WrongUse
from dosegauge.imaging.readers import open_images
from dosegauge.imaging.readers.dicom import TOMOGRAPHY
from dosegauge.imaging.readers.dicom_series import DicomSeries
from dosegauge.imaging.readers.opened import Opened
from dosegauge.imaging.volumes import open_volume
from tests.imaging import files

PIXELS = np.random.default_rng(1).integers(0, 65000, (5, 4)).astype(np.uint16)
USUAL = {
    "Modality": "CT",
    "ImagePositionPatient": [1.5, -2, 0],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "InstanceNumber": 1,
    "SeriesInstanceUID": "1.2.3",
    "RescaleSlope": 2,
    "RescaleIntercept": -1000,
    "KVP": "80",
    "Manufacturer": "Maker",
    "ContentDate": "20260302",
    "AcquisitionTime": "101500",
    "WindowCenter": 40,
}
# Facts that a slice like the first one doesn't have: they are the day and time of one slice.
OF_ITS_OWN = {"date", "time"}


def written(folder: Path, name: str, **changed: Any) -> Path:
    """A slice; `raw` bytes are put in place of others, `syntax` is the transfer syntax."""
    raw, syntax = changed.pop("raw", {}), changed.pop("syntax", None)
    told = {tag: value for tag, value in {**USUAL, **changed}.items() if value is not None}
    path = files.dicom(folder / name, PIXELS, 0.1, **told)
    if syntax is not None:
        read = pydicom.dcmread(path)
        read.decode()
        again = pydicom.Dataset()
        again.update(read)
        again.file_meta = read.file_meta
        again.file_meta.TransferSyntaxUID = syntax
        if syntax == ExplicitVRBigEndian:
            again.PixelData = PIXELS.astype(">u2").tobytes()
        pydicom.dcmwrite(path, again)
    content = path.read_bytes()
    for old, new in raw.items():
        assert content.count(old) == 1
        content = content.replace(old, new)
    path.write_bytes(content)
    return path


def alike(found: Opened, parsed: Opened) -> None:
    """Both say and read the same."""
    for one in fields(Opened):
        if one.name not in ("facts", "frame", "all_frames", "plain"):
            assert getattr(found, one.name) == getattr(parsed, one.name), one.name
    missing = set(parsed.facts) - set(found.facts)
    assert missing in (set(), OF_ITS_OWN)
    assert dict(found.facts) == {k: v for k, v in parsed.facts.items() if k not in missing}
    assert np.array_equal(found.frame(0), parsed.frame(0))
    assert all(np.array_equal(a, b) for a, b in zip(found.each(), parsed.each(), strict=True))
    assert (found.plain is None) == (parsed.plain is None)
    if found.plain is not None and parsed.plain is not None:
        assert np.array_equal(found.plain.read(0), parsed.plain.read(0))
        assert found.plain.start(0) == parsed.plain.start(0)
        for name in ("file", "kind", "shape", "slope", "intercept"):
            assert getattr(found.plain, name) == getattr(parsed.plain, name)


NUMBERS = st.floats(-1e4, 1e4).map(lambda number: float(f"{number:.6g}"))
SLICE = st.fixed_dictionaries(
    {
        "ImagePositionPatient": st.lists(NUMBERS, min_size=3, max_size=3),
        "InstanceNumber": st.integers(0, 100_000),
        "SOPInstanceUID": st.integers(1, 10**30).map(lambda number: f"1.2.{number}"),
        "ContentDate": st.sampled_from(["20260302", "20260303"]),
        "AcquisitionTime": st.sampled_from(["101500", "101500.123456"]),
        "WindowCenter": st.one_of(NUMBERS, st.lists(NUMBERS, min_size=2, max_size=2)),
        "ImageComments": st.text("abc 一", max_size=40),
    }
)
AXIS = st.sampled_from([[1, 0, 0], [0, 1, 0], [0, 0, -1]])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SLICE, min_size=2, max_size=4),
    st.tuples(AXIS, AXIS).filter(lambda both: both[0] != both[1]),
    st.sampled_from([None, ImplicitVRLittleEndian]),
)
def test_any_slices_are_opened_as_if_parsed(
    slices: list[dict[str, Any]], directions: tuple[list[int], list[int]], syntax: Any
) -> None:
    series = DicomSeries()
    with tempfile.TemporaryDirectory() as name:
        for number, own in enumerate(slices):
            path = written(
                Path(name),
                str(number),
                ImageOrientationPatient=[*directions[0], *directions[1]],
                SpecificCharacterSet="ISO_IR 192",
                syntax=syntax,
                **own,
            )
            alike(series.open(path), open_images(path, None, TOMOGRAPHY))


@pytest.mark.parametrize("syntax", [None, ImplicitVRLittleEndian])
def test_slices_that_differ_as_slices_do_are_not_parsed(
    tmp_path: Path, parsed_files: list[str], syntax: Any
) -> None:
    series = DicomSeries()
    for number in range(12):
        place = [1.5, -2, 0.1 * number]
        path = written(
            tmp_path,
            str(number),
            ImagePositionPatient=place,
            InstanceNumber=number,
            SliceLocation=number / 10 if number else 0,
            AcquisitionTime=f"1015{number:02}",
            syntax=syntax,
        )
        alike(series.open(path), open_images(path, None, TOMOGRAPHY))
    assert parsed_files == ["0"]


# What a second slice has that the first one hasn't, so that it is parsed.
DIFFERENT: list[tuple[str, dict[str, Any]]] = [
    ("slope", {"RescaleSlope": 3}),
    ("longer-slope", {"RescaleSlope": "2.25"}),
    ("intercept", {"RescaleIntercept": 24}),
    ("spacing", {"PixelSpacing": [0.2, 0.1]}),
    ("orientation", {"ImageOrientationPatient": [0, 1, 0, 0, 0, 1]}),
    ("series", {"SeriesInstanceUID": "1.2.4"}),
    ("kvp", {"KVP": "90"}),
    ("one-element-more", {"SliceThickness": 0.3}),
    ("one-element-less", {"KVP": None}),
    ("without-a-place", {"ImagePositionPatient": None}),
    ("signed", {"PixelRepresentation": 1}),
    ("twelve-bits", {"BitsStored": 12, "HighBit": 11}),
    ("implicit", {"syntax": ImplicitVRLittleEndian}),
    ("big-endian", {"syntax": ExplicitVRBigEndian}),
    ("deflated", {"syntax": DeflatedExplicitVRLittleEndian}),
    ("two-places", {"raw": {b"1.5\\-2.0\\0.0": b"1.5\\-20000.0"}}),
    ("no-number", {"raw": {b"1.5\\-2.0\\0.0": b"1.5\\-2.0\\x.0"}}),
    ("infinite", {"raw": {b"1.5\\-2.0\\0.0": b"1.5\\-2.0\\inf"}}),
    ("zero-in-front", {"raw": {b"1.5\\-2.0\\0.0": b"1.5\\-2.0\\\x000."}}),
    ("long-number", {"InstanceNumber": 1234567890123}),
    ("underlined", {"raw": {b"1.5\\-2.0\\0.0": b"1.5\\-2.0\\1_0"}}),
]


@pytest.mark.parametrize("differs", [case[1] for case in DIFFERENT], ids=[c[0] for c in DIFFERENT])
def test_any_other_slice_is_parsed(
    tmp_path: Path, parsed_files: list[str], differs: dict[str, Any]
) -> None:
    series = DicomSeries()
    series.open(written(tmp_path, "first"))
    other = written(tmp_path, "other", **differs)
    try:
        parsed = open_images(other, None, TOMOGRAPHY)
    except WrongUse as error:
        with pytest.raises(WrongUse, match=r"broken|compression") as refused:
            series.open(other)
        assert str(refused.value) == str(error)
    else:
        alike(series.open(other), parsed)
    assert parsed_files == ["first", "other"]


SPOILED: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("cut-in-the-pixels", lambda content: content[:-5], "truncated"),
    ("cut-in-the-header", lambda content: content[:600], "without an image"),
    (
        "cut-in-a-length",
        lambda content: content[: content.index(b"\x20\0\x13\0IS") + 7],
        "without an image",
    ),
    ("gamma", lambda content: content.replace(b"CS\x02\0CT", b"CS\x02\0NM"), "modality is NM"),
    ("empty", lambda content: b"", "the file is empty"),
]


@pytest.mark.parametrize(
    ("change", "says"), [case[1:] for case in SPOILED], ids=[case[0] for case in SPOILED]
)
def test_a_spoiled_slice_is_refused_as_ever(
    tmp_path: Path, change: Callable[[bytes], bytes], says: str
) -> None:
    series = DicomSeries()
    series.open(written(tmp_path, "first"))
    path = written(tmp_path, "spoiled")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(WrongUse, match=says) as refused:
        series.open(path)
    with pytest.raises(WrongUse) as parsed:
        open_images(path, None, TOMOGRAPHY)
    assert str(refused.value) == str(parsed.value)


def length_of_the_group(content: bytes) -> bytes:
    """The number that tells how long the first group is has two bytes instead of four."""
    at = content.index(b"\2\0\0\0UL\4\0")
    return content[: at + 6] + b"\2\0" + content[at + 8 : at + 10] + content[at + 12 :]


def test_numbers_of_another_length_are_parsed(tmp_path: Path) -> None:
    series = DicomSeries()
    series.open(written(tmp_path, "first"))
    path = written(tmp_path, "other")
    path.write_bytes(length_of_the_group(path.read_bytes()))
    with pytest.raises(WrongUse) as parsed:
        open_images(path, None, TOMOGRAPHY)
    with pytest.raises(WrongUse) as refused:
        series.open(path)
    assert str(refused.value) == str(parsed.value)


def test_a_first_slice_like_no_other_is_no_pattern(
    tmp_path: Path, parsed_files: list[str]
) -> None:
    """A survey view before the slices, as many scanners put it."""
    series = DicomSeries()
    series.open(written(tmp_path, "0", ImageComments="survey", SliceThickness=5))
    for number in range(1, 6):
        series.open(written(tmp_path, str(number), InstanceNumber=number))
    assert parsed_files == ["0", "1"]


def strange_vr(path: Path) -> Path:
    """An element that may differ, empty and of a kind that there isn't."""
    content = path.read_bytes()
    at = content.index(b"\x20\0\x13\0IS")
    path.write_bytes(content[:at] + b"\x20\0\x12\0ZZ\0\0" + content[at:])
    return path


def test_a_header_that_makes_no_pattern_is_parsed_each_time(
    tmp_path: Path, parsed_files: list[str], recwarn: pytest.WarningsRecorder
) -> None:
    series = DicomSeries()
    for number in range(3):
        path = strange_vr(written(tmp_path, str(number), InstanceNumber=number))
        assert series.open(path).facts["instance"] == str(number)
    assert parsed_files == ["0", "1", "2"]
    assert not recwarn.list


def test_a_slice_that_is_gone_is_named(tmp_path: Path) -> None:
    series = DicomSeries()
    series.open(written(tmp_path, "first"))
    with pytest.raises(WrongUse, match="nothing: can't be read"):
        series.open(tmp_path / "nothing")


def test_a_folders_facts_are_those_of_its_lowest_slice(tmp_path: Path) -> None:
    """Its day and time too, which slices that aren't parsed don't tell."""
    for number in range(3):
        written(
            tmp_path,
            str(number),
            ImagePositionPatient=[0, 0, -number],
            AcquisitionTime=f"10150{number}",
        )
    volume = open_volume(tmp_path)
    assert (volume.facts["z_mm"], volume.facts["time"]) == ("-2.0", "101502")
    assert volume.slice_mm == 1
