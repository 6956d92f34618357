"""Images from files: every format gives the same pixels, every fault is named."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import PixelSize
from dosegauge.imaging.readers import open_images, read_image
from dosegauge.imaging.readers.opened import RawFormat
from tests.imaging import files

FRAMES = np.arange(3 * 20 * 30, dtype=np.uint16).reshape(3, 20, 30) + 1
SIZE = PixelSize(2.4, 2.4)
MM = {"imagej": True, "metadata": {"unit": "mm"}, "resolution": (1 / 2.4, 1 / 2.4)}

WRITTEN: list[tuple[str, Callable[[Path], Path], PixelSize | None, RawFormat | None]] = [
    ("dicom", lambda folder: files.dicom(folder / "x.dcm", FRAMES), SIZE, None),
    ("dicom-without-extension", lambda folder: files.dicom(folder / "IM0001", FRAMES), SIZE, None),
    ("tiff", lambda folder: files.tiff(folder / "x.tif", FRAMES), None, None),
    ("imagej", lambda folder: files.tiff(folder / "x.tif", FRAMES, **MM), SIZE, None),
    (
        "big-tiff-packed",
        lambda folder: files.tiff(folder / "x", FRAMES, bigtiff=True, compression="zlib"),
        None,
        None,
    ),
    ("mha", lambda folder: files.metaimage(folder / "x.mha", FRAMES), SIZE, None),
    ("mhd", lambda folder: files.metaimage(folder / "x.mhd", FRAMES), SIZE, None),
    (
        "big-endian-mhd",
        lambda folder: files.metaimage(folder / "x.mhd", FRAMES, BinaryDataByteOrderMSB="True"),
        SIZE,
        None,
    ),
    (
        "mhd-that-hides-its-byte-order",
        lambda folder: files.metaimage(folder / "x.mhd", FRAMES.byteswap()),
        SIZE,
        RawFormat(big_endian=True),
    ),
    ("npy", lambda folder: files.npy(folder / "x.npy", FRAMES), None, None),
    (
        "raw",
        lambda folder: files.raw(folder / "x.bin", FRAMES),
        None,
        RawFormat("uint16", FRAMES.shape),
    ),
    (
        "raw-big-endian",
        lambda folder: files.raw(folder / "x.bin", FRAMES.byteswap()),
        None,
        RawFormat("uint16", FRAMES.shape, big_endian=True),
    ),
]


@pytest.mark.parametrize(
    ("write", "pixel_mm", "raw"),
    [case[1:] for case in WRITTEN],
    ids=[case[0] for case in WRITTEN],
)
def test_every_format_gives_the_same_pixels(
    tmp_path: Path,
    write: Callable[[Path], Path],
    pixel_mm: PixelSize | None,
    raw: RawFormat | None,
) -> None:
    path = write(tmp_path)
    opened = open_images(path, raw)
    assert (opened.frames, opened.rows, opened.columns) == FRAMES.shape
    assert np.array_equal(np.stack(list(opened.each())), FRAMES)
    image = read_image(path, 2, raw=raw)
    assert np.array_equal(image.pixels, FRAMES[1])
    if pixel_mm is None:
        assert image.pixel_mm is None
    else:
        assert image.pixel_mm == pytest.approx(pixel_mm, rel=1e-6)


def coloured(folder: Path) -> Path:
    return files.tiff(folder / "c.tif", np.zeros((20, 30, 3), np.uint8) + 9, photometric="rgb")


def said_otherwise(folder: Path, said: str) -> Path:
    """DICOM that names one of the two ways of writing and is written in the other, which the
    library reads with a warning, but takes the pixels from the wrong place."""
    written = ({ExplicitVRLittleEndian, ImplicitVRLittleEndian} - {said}).pop()
    path = files.dicom(folder / "w", FRAMES[0])
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = written
    pydicom.dcmwrite(path, dataset, implicit_vr=written == ImplicitVRLittleEndian)
    content = path.read_bytes()
    # Both names have an odd length, and a zero behind them.
    old, new = (bytes(f"{one}\0", "ascii") for one in (written, said))
    at = content.index(b"\2\0\x10\0UI")
    length = len(new).to_bytes(2, "little")
    path.write_bytes(content[: at + 6] + length + new + content[at + 8 + len(old) :] + bytes(8))
    return path


def short_element(folder: Path) -> Path:
    """The element of pixels says that it is shorter; something else follows it."""
    path = files.dicom(folder / "x", FRAMES[0])
    content = path.read_bytes()
    at = content.index(HEAD_OF_PIXELS) + len(HEAD_OF_PIXELS)
    path.write_bytes(content[:at] + (1000).to_bytes(4, "little") + content[at + 4 :])
    return path


HEAD_OF_PIXELS = b"\xe0\x7f\x10\0OW\0\0"


def in_pieces(folder: Path) -> Path:
    """Pixels in items, as packed ones are, in a syntax that packs nothing."""
    content = files.dicom(folder / "x", FRAMES[0]).read_bytes()
    at = content.index(HEAD_OF_PIXELS) + len(HEAD_OF_PIXELS)
    pixels = content[at + 4 :]
    item = b"\xfe\xff\0\xe0" + len(pixels).to_bytes(4, "little") + pixels
    end = b"\xfe\xff\xdd\xe0" + bytes(4)
    path = folder / "pieces"
    path.write_bytes(content[:at] + b"\xff" * 4 + item + end)
    return path


def test_pixels_of_unknown_representation_are_read(tmp_path: Path) -> None:
    """Converters write UN for what they don't know; its length is where that of OW is."""
    path = files.dicom(tmp_path / "x", FRAMES[0])
    content = path.read_bytes()
    path.write_bytes(content.replace(HEAD_OF_PIXELS, HEAD_OF_PIXELS.replace(b"OW", b"UN")))
    assert np.array_equal(open_images(path).frame(0), FRAMES[0])


def coloured_dicom(folder: Path) -> Path:
    return files.dicom(
        folder / "c.dcm", FRAMES[0], SamplesPerPixel=3, PhotometricInterpretation="RGB"
    )


def with_pixel(value: float) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        spoiled = FRAMES[0].astype(np.float32)
        spoiled[3, 4] = value
        return files.npy(folder / "s.npy", spoiled)

    return write


def saturated(folder: Path) -> Path:
    spoiled = FRAMES[0].copy()
    spoiled[3, 4:6] = 65535
    return files.dicom(folder / "s.dcm", spoiled)


def escaping(folder: Path) -> Path:
    path = files.metaimage(folder / "e.mhd", FRAMES)
    path.write_text(path.read_text().replace("= e.raw", "= ../e.raw"))
    return path


def huge(folder: Path) -> Path:
    path = files.metaimage(folder / "h.mhd", FRAMES)
    path.write_text(path.read_text().replace("DimSize = 30 20 3", "DimSize = 30 20 300000000"))
    return path


def pickled(folder: Path) -> Path:
    return files.npy(folder / "p.npy", np.array([["a", None]], dtype=object))


REFUSED: list[tuple[str, Callable[[Path], Path], str]] = [
    ("nothing", lambda folder: folder / "nothing.dcm", "can't be read"),
    ("text", lambda folder: files.raw(folder / "t.txt", np.zeros(300, np.uint8)), "not an image"),
    ("empty", lambda folder: files.raw(folder / "e", np.zeros(0, np.uint8)), "the file is empty"),
    (
        "ct",
        lambda folder: files.dicom(folder / "x", FRAMES[0], Modality="CT"),
        "its modality is CT",
    ),
    (
        "no-modality",
        lambda folder: files.dicom(folder / "x", FRAMES[0], Modality=None),
        "its modality is not said",
    ),
    ("report", lambda folder: files.dicom(folder / "x", FRAMES[0], Rows=None), "without an image"),
    ("colour", coloured, "a colour image"),
    ("colour-dicom", coloured_dicom, "a colour image"),
    (
        "inverted",
        lambda folder: files.dicom(
            folder / "x", FRAMES[0], PhotometricInterpretation="MONOCHROME1"
        ),
        "not MONOCHROME2",
    ),
    ("nan", with_pixel(float("nan")), "no numbers"),
    ("infinite", with_pixel(float("inf")), "no numbers"),
    ("negative", with_pixel(-3.0), "negative counts"),
    ("saturated", saturated, "2 pixels are saturated at 65535"),
    ("dark", lambda folder: files.npy(folder / "d.npy", FRAMES[0] * 0), "no counts at all"),
    ("slope-zero", lambda folder: files.dicom(folder / "x", FRAMES[0], RescaleSlope=0), "slope 0"),
    (
        "slope-without-end",
        lambda folder: files.dicom(folder / "x", FRAMES[0], RescaleSlope="1e400"),
        "slope inf",
    ),
    ("said-implicit", lambda folder: said_otherwise(folder, ImplicitVRLittleEndian), "transfer"),
    ("said-explicit", lambda folder: said_otherwise(folder, ExplicitVRLittleEndian), "transfer"),
    ("in-pieces", in_pieces, "transfer syntax"),
    ("long-name", lambda folder: folder / ("x" * 300), "can't be read"),
    ("short-element", short_element, "truncated: 1000 bytes of 1200"),
    (
        "cut-dicom",
        lambda folder: files.cut(files.dicom(folder / "x", FRAMES[0]), 400),
        "truncated",
    ),
    ("cut-mha", lambda folder: files.cut(files.metaimage(folder / "x.mha", FRAMES), 9), "trunc"),
    ("cut-npy", lambda folder: files.cut(files.npy(folder / "x.npy", FRAMES), 99), "broken"),
    ("cut-tiff", lambda folder: files.cut(files.tiff(folder / "x.tif", FRAMES), 3000), "trunc"),
    ("escaping", escaping, "not in its own folder"),
    ("huge", huge, "impossible size"),
    ("pickled", pickled, "broken"),
    ("four-dimensions", lambda folder: files.npy(folder / "x.npy", FRAMES[None]), "4 dimensions"),
]


@pytest.mark.parametrize(
    ("write", "says"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_no_image_of_counts_is_refused(
    tmp_path: Path, write: Callable[[Path], Path], says: str
) -> None:
    with pytest.raises(WrongUse, match=says) as caught:
        read_image(write(tmp_path), 1)
    assert "\n" not in caught.value.line("en")


def test_a_frame_must_be_named_and_exist(tmp_path: Path) -> None:
    path = files.dicom(tmp_path / "x", FRAMES)
    with pytest.raises(WrongUse, match="has 3 frames"):
        read_image(path)
    for number in (0, 4):
        with pytest.raises(WrongUse, match=f"no frame {number}"):
            read_image(path, number)


def test_the_calls_pixel_size_wins_and_the_difference_is_said(tmp_path: Path) -> None:
    path = files.dicom(tmp_path / "x", FRAMES[0])
    image = read_image(path, pixel_mm=PixelSize(2.5, 2.5))
    assert image.pixel_mm == PixelSize(2.5, 2.5)
    assert "2.4 x 2.4 mm, the given 2.5 x 2.5 mm is used" in image.warnings[0].en
    assert read_image(path, pixel_mm=SIZE).warnings == ()


def test_fractions_of_counts_are_warned_about(tmp_path: Path) -> None:
    image = read_image(files.npy(tmp_path / "x.npy", FRAMES[0] / 3))
    assert "no whole counts" in image.warnings[0].en


def test_pixels_that_are_not_square_are_refused_where_it_matters(tmp_path: Path) -> None:
    image = read_image(files.metaimage(tmp_path / "x.mha", FRAMES[0], "2.4 2.6 1"))
    assert image.pixel_mm == PixelSize(2.6, 2.4)
    with pytest.raises(WrongUse, match="not square"):
        image.known_pixel_mm().square_mm(image.source)
    with pytest.raises(WrongUse, match="not known"):
        read_image(files.npy(tmp_path / "x.npy", FRAMES[0])).known_pixel_mm()


@pytest.mark.parametrize("kind", ["dicom", "mha", "npy"])
def test_one_frame_is_read_without_the_others(tmp_path: Path, kind: str) -> None:
    study = np.zeros((240, 128, 128), np.uint16) + 7
    path = {
        "dicom": lambda: files.dicom(tmp_path / "x", study),
        "mha": lambda: files.metaimage(tmp_path / "x.mha", study),
        "npy": lambda: files.npy(tmp_path / "x.npy", study),
    }[kind]()
    read_image(path, 1)
    tracemalloc.start()
    try:
        read_image(path, 200)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < study.nbytes / 4


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_damage_gets_through_as_anything_but_a_refusal(tmp_path: Path, data: Any) -> None:
    """Bytes changed or cut at random: an image of the same shape, or one clear refusal."""
    write = data.draw(st.sampled_from([case[1] for case in WRITTEN[:9]]))
    path = write(tmp_path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content), 1200) - 1))] = data.draw(
            st.integers(0, 255)
        )
    # A part, since a DICOM file's identifiers make it longer or shorter each time.
    kept = data.draw(st.integers(1, 10_000)) * len(content) // 10_000
    path.write_bytes(content[:kept])
    try:
        image = read_image(path, 1)
    except WrongUse as error:
        assert "\n" not in error.line("en")
    else:
        assert image.pixels.ndim == 2
        assert np.isfinite(image.pixels).all()
