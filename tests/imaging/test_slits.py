"""Resolution and linearity: a real mask's image, and made ones with known width and distortion."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.imaging.field import FieldShape
from dosegauge.imaging.image import Image, PixelSize
from dosegauge.imaging.peaks import peak_at
from dosegauge.imaging.readers import read_image
from dosegauge.imaging.slit_results import Trials, slit_findings
from dosegauge.imaging.slits import Slits, measure_slits
from tests.imaging import files, made

SIZE, PIXEL_MM, FWHM_MM = 400, 0.6, 3.2
ALL = list(range(6))
# The issue: known distortion within 0.02 mm.
OF_THE_TRUTH_MM = 0.02


def measured(pixels: np.ndarray, pixel_mm: float = PIXEL_MM, **how: object) -> Slits:
    image = Image(pixels, PixelSize(pixel_mm, pixel_mm), "made")
    return measure_slits(image, **how)  # type: ignore[arg-type]


def test_the_mask_of_the_nmqc_project(nmqc: Callable[[str], Path]) -> None:
    """Reference sheet 8, case 8, with its tolerances: the field's edge is estimated."""
    slits = measure_slits(read_image(nmqc("Lin_X")))
    assert slits.direction == "y"
    found = {one.key: one.value for one in slit_findings([slits], 0.03, Trials(100, 1))}
    assert found["ufov_fwhm"] == pytest.approx(3.20, abs=0.05)
    assert found["ufov_fwtm"] == pytest.approx(6.31, abs=0.05)
    assert found["ufov_absolute"] == pytest.approx(0.67, abs=0.1)
    assert found["cfov_absolute"] == pytest.approx(0.56, abs=0.1)
    assert found["ufov_differential_ws523"] == pytest.approx(0.26, abs=0.03)
    assert found["cfov_differential_ws523"] == pytest.approx(0.23, abs=0.03)
    assert found["ufov_differential_slit"] == pytest.approx(0.22, abs=0.03)
    # The mean pitch at the header's pixel is 29.92 mm.
    assert slits.ufov.pitch_px * 0.59 == pytest.approx(29.92, abs=0.01)


def bent(slit: int, x_mm: np.ndarray) -> np.ndarray:
    return 0.4 * np.sin(x_mm / 25 + slit)


def spread(slit: int, x_mm: np.ndarray) -> np.ndarray:
    return 0.05 * (slit - 2.5) ** 2 + 0 * x_mm


def straight(slit: int, x_mm: np.ndarray) -> np.ndarray:
    return 0 * x_mm


DISTORTED = [
    (straight, 0.0, ALL),
    (bent, 0.0, ALL),
    (bent, np.tan(np.radians(2)), ALL),
    (bent, -np.tan(np.radians(2)), [0, 1, 3, 4, 5]),
    (spread, np.tan(np.radians(1)), [0, 2, 3, 5]),
    (spread, 0.0, ALL),
]


def plain_linearity(slits: Slits, shifted: Callable[..., np.ndarray], tilt: float) -> list[float]:
    """Reference sheet 2.3 step 6 on the true positions, solved by plain normal equations."""
    rows = []
    for number, along in zip(slits.slit, slits.along, strict=True):
        pixels = np.arange(along - (slits.strip_px - 1) / 2, along + slits.strip_px / 2)
        x_mm = pixels * PIXEL_MM
        true = 30 * number + tilt * x_mm + shifted(int(number), x_mm)
        rows.append((1.0, float(number), along, float(true.mean())))
    table = np.array(rows)
    design, position = table[:, :3], table[:, 3]
    solution = np.linalg.solve(design.T @ design, design.T @ position)
    residuals = (position - design @ solution) * 30 / solution[1]
    return [float(np.abs(residuals).max()), float(residuals.std(ddof=1))]


@pytest.mark.parametrize(("shifted", "tilt", "numbers"), DISTORTED)
def test_a_known_distortion_is_found(
    shifted: Callable[..., np.ndarray], tilt: float, numbers: list[int]
) -> None:
    """Also with a tilted mask and slits missing."""
    pixels = made.slits(SIZE, PIXEL_MM, FWHM_MM, numbers=numbers, tilt=tilt, shifted_mm=shifted)
    slits = measured(pixels)
    # Numbers count from any slit.
    first = numbers[0] - int(slits.slit.min())
    assert sorted({int(number) + first for number in slits.slit}) == numbers

    def of_number(number: int, x_mm: np.ndarray) -> np.ndarray:
        return shifted(number + first, x_mm)

    absolute, differential = plain_linearity(slits, of_number, tilt)
    residuals = slits.ufov.residuals_mm
    assert np.abs(residuals).max() == pytest.approx(absolute, abs=OF_THE_TRUTH_MM)
    assert residuals.std(ddof=1) == pytest.approx(differential, abs=OF_THE_TRUTH_MM)


@pytest.mark.parametrize("fwhm_mm", [2.8, 3.2, 4.5, 5.4])
def test_a_known_width_is_found(fwhm_mm: float) -> None:
    """Within 0.05 mm: a pixel's own width and straight lines between pixels add to it."""
    slits = measured(made.slits(SIZE, PIXEL_MM, fwhm_mm, numbers=ALL))
    assert slits.ufov.fwhm_mm == pytest.approx(fwhm_mm, abs=0.05)
    # A Gaussian's tenth width is 1.823 times its half width; between pixels the procedure draws
    # straight lines through its hollow tail, which makes it wider here, never narrower.
    assert 0 <= slits.ufov.fwtm_mm - 1.823 * fwhm_mm <= PIXEL_MM / 4


def test_both_directions_are_found_and_can_be_said() -> None:
    pixels = made.slits(SIZE, PIXEL_MM, FWHM_MM, numbers=ALL)
    across, turned = measured(pixels), measured(pixels.T)
    assert (across.direction, turned.direction) == ("y", "x")
    assert turned.ufov.fwhm_mm == pytest.approx(across.ufov.fwhm_mm, rel=1e-9)
    assert measured(pixels, direction="y").direction == "y"
    with pytest.raises(WrongUse, match="no slits"):
        measured(pixels, direction="x")


def test_a_wrong_pixel_size_is_mended_by_the_pitch_and_said() -> None:
    pixels = made.slits(SIZE, PIXEL_MM, FWHM_MM, numbers=ALL)
    slits = measured(pixels, pixel_mm=PIXEL_MM * 1.05)
    assert slits.ufov.fwhm_mm == pytest.approx(FWHM_MM, abs=0.05)
    assert any("0.9524 times" in warning.en for warning in slits.warnings)


def test_the_makers_field_chooses_the_peaks() -> None:
    pixels = made.slits(SIZE, PIXEL_MM, FWHM_MM, numbers=ALL)
    whole = measured(pixels)
    slits = measured(pixels, shape=FieldShape(150.0, 100.0), centre=(115 / 0.6, 200.0))
    assert len(slits.ufov.positions) < len(whole.ufov.positions)
    y_mm = slits.ufov.positions * PIXEL_MM
    assert (y_mm.min(), y_mm.max()) == pytest.approx((70, 160), abs=0.1)
    assert slits.field is not None
    assert not any("extent of all peaks" in warning.en for warning in slits.warnings)


COVERED = (0.93, 0.97)
TRIALS = 1000


def test_u_of_fwhm_covers_what_the_procedure_gives_without_noise() -> None:
    """Counting noise and the mask's own error drawn anew each time; 0.7 % is the standard
    error here."""
    rng = np.random.default_rng(5)
    mean = made.slits(220, 0.6, FWHM_MM, numbers=[0, 1, 2], peak_counts=5000, first_mm=25)
    truth = measured(mean).ufov.fwhm_mm
    inside = 0
    for _ in range(TRIALS):
        slits = measured(rng.poisson(mean).astype(float))
        # A mask that is wider by so much makes every length come out narrower.
        pitch_mm = 30 + 0.03 * rng.standard_normal()
        (found, *_) = slit_findings([slits], 0.03, Trials(2, 1))
        inside += abs(found.value * 30 / pitch_mm - truth) <= (found.expanded or 0)
    assert COVERED[0] <= inside / TRIALS <= COVERED[1]


@pytest.mark.parametrize("floor", [0.0, 49.0, 50.0, 51.0, 99.0])
def test_a_peak_on_a_floor_has_a_width_and_a_finite_u_or_is_none(floor: float) -> None:
    profile = np.full(21, floor)
    profile[9:12] = (floor + 100) / 2, 100.0, (floor + 100) / 2
    found = peak_at(profile, 10)
    assert (found is None) is (floor >= 50)
    assert found is None or (found.fwhm > 0 and np.isfinite(found.u_position))


def test_u_of_linearity_covers_its_expectation() -> None:
    """Three figures of a distorted mask in 400 images: a mean known to 0.8 %. A mask without any
    distortion has more than it needs, 99 %: its positions hold their noise twice."""
    rng = np.random.default_rng(5)
    mean = made.slits(
        220, 0.6, FWHM_MM, numbers=[0, 1, 2], peak_counts=5000, first_mm=25, shifted_mm=bent
    )
    keys = ("ufov_absolute", "ufov_differential_ws523", "ufov_differential_slit")
    values, halves = [], []
    for seed in range(400):
        slits = measured(rng.poisson(mean).astype(float))
        found = {one.key: one for one in slit_findings([slits], 0.03, Trials(200, seed))}
        values.append([found[key].value for key in keys])
        halves.append([found[key].half_95 for key in keys])
    inside = np.abs(np.array(values) - np.mean(values, axis=0)) <= np.array(halves)
    assert COVERED[0] <= inside.mean() <= COVERED[1]


REFUSED = [
    (np.full((200, 200), 50.0), "no slits"),
    (made.slits(SIZE, PIXEL_MM, FWHM_MM, numbers=[0]), "no slits|too few"),
    (np.eye(200) * 1000, "no slits|too few"),
]


@pytest.mark.parametrize(("pixels", "says"), REFUSED)
def test_an_image_without_slits_is_refused(pixels: np.ndarray, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        measured(pixels)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["--lang", "en", "analyze", "slit", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    rng = np.random.default_rng(2)
    pixels = made.slits(SIZE, PIXEL_MM, FWHM_MM, numbers=ALL, peak_counts=4000)
    return [
        str(files.dicom(tmp_path / name, rng.poisson(mean), PIXEL_MM))
        for name, mean in (("y", pixels), ("x", pixels.T))
    ]


def test_the_command_measures_both_directions_together(
    pair: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = tmp_path / "o.png"
    options = ["--json", "--stage", "status", "--seed", "3", "--overlay", str(overlay)]
    code, out, _ = run(capsys, *pair, *options)
    data = json.loads(out)
    assert code == 0
    assert [image["direction"] for image in data["images"]] == ["y", "x"]
    found = {one["key"]: one for one in data["findings"]}
    assert float(found["ufov_fwhm"]["value"]) == pytest.approx(FWHM_MM, abs=0.06)
    assert found["ufov_fwhm"]["outcome"] == found["cfov_absolute"]["outcome"] == "pass"
    assert overlay.read_bytes().startswith(b"\x89PNG")


def test_two_images_of_one_direction_or_three_are_refused(
    pair: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, pair[0], pair[0])
    assert (code, "run the same way" in err) == (2, True)
    code, _, err = run(capsys, *pair, pair[0])
    assert (code, "two images at most" in err) == (2, True)


def test_one_direction_alone_is_warned_about(
    pair: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, pair[0])
    assert code == 0
    assert "the method asks for X and Y" in out
