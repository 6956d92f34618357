"""System and whole-body resolution: a real image of crossing line pairs, and made ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Image, PixelSize
from dosegauge.imaging.line_sources import Box, measure_lines
from dosegauge.imaging.readers import read_image
from tests.imaging import files, made

PIXEL_MM = 1.2
# As the public programs' profile: 10 mm along the lines, twice their distance across.
HALF_ALONG, HALF_ACROSS = 5, 97


@pytest.mark.parametrize(
    ("direction", "fwhm_mm", "pixel_mm"), [("x", 7.657, 1.0433), ("y", 7.598, 1.0399)]
)
def test_the_line_pairs_of_the_nmqc_project(
    nmqc: Callable[[str], Path], direction: str, fwhm_mm: float, pixel_mm: float
) -> None:
    """Reference sheet 8, case 7: two Gaussians in a profile of 10 mm through the middle, in mm of
    the header's pixel."""
    image = read_image(nmqc("FourBar.dcm"))
    middle = image.pixels.shape[0] // 2
    across, along = ((middle - half, middle + half) for half in (HALF_ACROSS, HALF_ALONG))
    box = Box(*across, *along) if direction == "y" else Box(*along, *across)
    lines = measure_lines(image, direction, box=box)
    assert lines.gaussian is not None
    header_mm = image.known_pixel_mm().x_mm
    assert lines.gaussian.fwhm_px * header_mm == pytest.approx(fwhm_mm, abs=0.0006)
    assert 100 / lines.gaussian.distance_px == pytest.approx(pixel_mm, abs=0.00006)
    # NEMA's rules agree with the fit to some per cent: the lines are not quite Gaussian.
    whole = measure_lines(image, direction)
    assert whole.fwhm_mm == pytest.approx(fwhm_mm, rel=0.02)


def pair(
    size: int, fwhm_mm: float, peak: float, *, tilt: float = 0.0, ends: int = 20
) -> np.ndarray:
    """Two horizontal lines 100 mm apart that end before the image does."""
    x = np.arange(size)
    image = np.zeros((size, size))
    for y_mm in (60, 160):
        image += made.line_across(size, y_mm / PIXEL_MM + tilt * x, fwhm_mm / PIXEL_MM, peak)
    image[:, :ends] = image[:, size - ends :] = 0
    return image


def measured(pixels: np.ndarray, direction: str = "y", **how: object) -> Any:
    image = Image(pixels, PixelSize(PIXEL_MM, PIXEL_MM), "made")
    return measure_lines(image, direction, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("fwhm_mm", [6.0, 7.6, 12.0])
@pytest.mark.parametrize("tilt", [0.0, 0.01])
def test_a_known_width_is_found(fwhm_mm: float, tilt: float) -> None:
    """To 2 %: the pixel, and the lines' course within a strip, widen them a little."""
    lines = measured(pair(200, fwhm_mm, 1000.0, tilt=tilt))
    assert lines.fwhm_mm == pytest.approx(fwhm_mm, rel=0.02)
    assert lines.pixel_mm == pytest.approx(PIXEL_MM, rel=1e-3)
    assert lines.gaussian.fwhm_px * PIXEL_MM == pytest.approx(fwhm_mm, rel=0.03)


def test_a_wrong_pixel_is_replaced_by_the_lines_distance() -> None:
    pixels = pair(200, 8.0, 1000.0)
    wrong = Image(pixels, PixelSize(1.3, 1.3), "made")
    lines = measure_lines(wrong, "y")
    assert lines.pixel_mm == pytest.approx(PIXEL_MM, rel=1e-3)
    assert lines.fwhm_mm == pytest.approx(8.0, rel=0.02)
    assert any("is used" in warning.en for warning in lines.warnings)


def test_crossing_lines_do_not_disturb_each_other() -> None:
    one = pair(200, 8.0, 1000.0)
    both = one + one.T
    assert measured(both, "y").fwhm_mm == pytest.approx(measured(one, "y").fwhm_mm, rel=0.01)
    assert measured(both, "x").fwhm_mm == pytest.approx(measured(one, "y").fwhm_mm, rel=0.01)


COVERED = (0.93, 0.97)
TRIALS = 800


def test_u_covers_what_the_procedure_gives_without_noise() -> None:
    from dosegauge.commands.analyze_lines import _combined
    from dosegauge.texts import Text

    rng = np.random.default_rng(8)
    # 10,000 counts in a strip's highest pixel, as the method asks.
    mean = pair(200, 8.0, 2900.0)
    truth = measured(mean).fwhm_mm

    class Said:
        separation_mm, separation_u_mm = 100.0, 0.3

    inside = 0
    for _ in range(TRIALS):
        lines = measured(rng.poisson(mean).astype(float))
        found = _combined("w", Text("", ""), [lines], Said, "", None)  # type: ignore[arg-type]
        apart_mm = 100 + 0.3 * rng.standard_normal()
        inside += abs(found.value * 100 / apart_mm - truth) <= found.expanded  # type: ignore[operator]
    assert COVERED[0] <= inside / TRIALS <= COVERED[1]


@pytest.mark.parametrize(
    ("pixels", "how", "says"),
    [
        (np.full((200, 200), 9.0), {}, "not found"),
        (pair(200, 8.0, 1000.0), {"direction": "x"}, "not found"),
        (pair(200, 8.0, 1000.0), {"separation_mm": 60.0}, "not found"),
        (pair(200, 8.0, 1000.0), {"box": Box(0, 300, 0, 10)}, "exceeds"),
    ],
)
def test_an_image_without_two_lines_is_refused(
    pixels: np.ndarray, how: dict[str, object], says: str
) -> None:
    with pytest.raises(WrongUse, match=says):
        measured(pixels, **how)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["--lang", "en", "analyze", *arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


@pytest.fixture
def images(tmp_path: Path) -> list[str]:
    pixels = np.random.default_rng(4).poisson(pair(200, 8.0, 300.0))
    return [
        str(files.dicom(tmp_path / name, content, PIXEL_MM))
        for name, content in (("y", pixels), ("x", pixels.T))
    ]


def test_line_source_takes_one_image_or_two(
    images: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = tmp_path / "o.png"
    options = ["--stage", "acceptance", "--maker", "system-resolution=9"]
    code, data, _ = run(capsys, "line-source", *images, *options, "--overlay", str(overlay))
    assert code == 0
    assert sorted(one["direction"] for one in data["images"]) == ["x", "y"]
    assert data["findings"][0]["outcome"] == "pass"
    assert float(data["findings"][0]["value"]) == pytest.approx(8.0, rel=0.03)
    assert overlay.read_bytes().startswith(b"\x89PNG")


def test_one_direction_alone_is_told_and_an_image_counts_once(
    images: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, data, _ = run(capsys, "line-source", images[0])
    assert any("direction Y alone" in warning["en"] for warning in data["warnings"])
    code, _, err = run(capsys, "line-source", images[0], images[0])
    assert (code, "given twice" in err) == (2, True)


def test_images_of_two_cameras_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.random.default_rng(4).poisson(pair(200, 8.0, 300.0))
    images = [
        str(files.dicom(tmp_path / name, content, PIXEL_MM, DeviceSerialNumber=name))
        for name, content in (("a", pixels), ("b", pixels.T))
    ]
    _, data, _ = run(capsys, "line-source", *images)
    assert any("differ in serial: a, b" in warning["en"] for warning in data["warnings"])


def test_whole_body_judges_both_directions_by_themselves(
    images: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    horizontal, vertical = images
    options = ["--parallel", vertical, "--perpendicular", horizontal, "--stage", "status"]
    code, data, _ = run(capsys, "whole-body", *options)
    assert code == 0
    assert [one["item"] for one in data["findings"]] == ["whole-body-resolution"] * 2
    assert [one["outcome"] for one in data["findings"]] == ["pass", "pass"]


def test_whole_body_images_the_wrong_way_round_are_refused(
    images: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    horizontal, vertical = images
    code, _, err = run(capsys, "whole-body", "--parallel", horizontal, "--perpendicular", vertical)
    assert (code, "not found" in err) == (2, True)
