"""Tomographic resolution: made points of known width, as slices and as projections."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.imaging.backprojection import back_projected
from dosegauge.imaging.point_sources import Volume, measure_points
from tests.imaging import files
from tests.imaging.coverage import require_coverage, trials
from tests.imaging.made import FWHM_OF_SIGMA

BINS, PIXEL_MM, ANGLES = 128, 2.4, 120
# (z, y, x) in mm about the middle: the centre, one along x, one along y.
POINTS_MM = ((0.0, 2.0, -2.0), (-60.0, 1.0, 75.0), (60.0, 75.0, 3.0))
WITHIN = 0.03


def widths(fwhm_mm: float) -> dict[str, float]:
    """In the plane and along the axis, so that they can't be mistaken for one another."""
    return {"plane": fwhm_mm, "axial": 1.3 * fwhm_mm}


def projections(
    fwhm_mm: float, counts: float, start_deg: float = 0.0, sense: int = 1
) -> np.ndarray:
    """Each point as a Gaussian at its bin of every angle."""
    angles = np.radians(start_deg + sense * np.arange(ANGLES) * 360 / ANGLES)
    middle = (BINS - 1) / 2
    at = np.arange(BINS)
    sigma = {name: width / PIXEL_MM / FWHM_OF_SIGMA for name, width in widths(fwhm_mm).items()}
    image = np.zeros((ANGLES, BINS, BINS))
    for z, y, x in POINTS_MM:
        bins = (x * np.cos(angles) + y * np.sin(angles)) / PIXEL_MM + middle
        across = np.exp(-(((at - bins[:, None]) / sigma["plane"]) ** 2) / 2)
        along = np.exp(-(((at - z / PIXEL_MM - middle) / sigma["axial"]) ** 2) / 2)
        image += along[None, :, None] * across[:, None, :]
    scaled: np.ndarray = image * counts / image[0].sum()
    return scaled


def volume(fwhm_xyz_mm: tuple[float, float, float]) -> np.ndarray:
    middle = (BINS - 1) / 2
    z, y, x = np.indices((96, BINS, BINS)).astype(float)
    found = np.zeros(z.shape)
    wx, wy, wz = (width / PIXEL_MM / FWHM_OF_SIGMA for width in fwhm_xyz_mm)
    for z_mm, y_mm, x_mm in POINTS_MM:
        found += np.exp(
            -(
                ((x - middle - x_mm / PIXEL_MM) / wx) ** 2
                + ((y - middle - y_mm / PIXEL_MM) / wy) ** 2
                + ((z - 47.5 - z_mm / PIXEL_MM) / wz) ** 2
            )
            / 2
        )
    return found * 1000


def test_a_disc_is_reconstructed_to_its_height() -> None:
    """Projections of a disc of height 1 are its chords."""
    radius, middle = 30.0, (BINS - 1) / 2
    chord = 2 * np.sqrt(np.maximum(radius**2 - (np.arange(BINS) - middle) ** 2, 0))
    found = back_projected(np.tile(chord, (180, 1, 1)), np.radians(np.arange(180) * 2.0))[0]
    y, x = np.indices(found.shape) - middle
    inside = np.hypot(y, x) < radius - 4
    outside = (np.hypot(y, x) > radius + 4) & (np.hypot(y, x) < 55)
    assert found[inside].mean() == pytest.approx(1.0, abs=0.005)
    assert abs(found[outside].mean()) < 0.01


def test_widths_of_slices_are_told_apart() -> None:
    found = measure_points(Volume(volume((9.0, 11.0, 14.0)), *[PIXEL_MM] * 3), "made")
    assert found.central_transaxial_mm == pytest.approx(10.0, rel=WITHIN)
    assert found.central_axial_mm == pytest.approx(14.0, rel=WITHIN)
    # One point lies along x, the other along y: each has both widths, once as radial.
    assert found.radial_mm == pytest.approx(10.0, rel=WITHIN)
    assert found.tangential_mm == pytest.approx(10.0, rel=WITHIN)
    assert found.peripheral_axial_mm == pytest.approx(14.0, rel=WITHIN)
    assert found.warnings == ()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["--lang", "en", "analyze", "tomographic", *arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


@pytest.mark.parametrize(("start_deg", "rotation"), [(0.0, "cw"), (90.0, "cc")])
def test_projections_give_the_width_that_they_were_made_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], start_deg: float, rotation: str
) -> None:
    sense = -1 if rotation == "cc" else 1
    content = np.random.default_rng(6).poisson(projections(12.0, 60_000, start_deg, sense))
    path = files.dicom(tmp_path / "spect", content, PIXEL_MM)
    options = ["--projections", "--start-deg", str(start_deg), "--rotation", rotation]
    overlay = ["--overlay", str(tmp_path / "o.png")]
    trials = ["--stage", "status", "--trials", "8", "--seed", "1"]
    code, data, _ = run(capsys, str(path), *options, *trials, *overlay)
    assert code == 0
    assert (tmp_path / "o.png").read_bytes().startswith(b"\x89PNG")
    found = {one["key"]: one for one in data["findings"]}
    for name in ("central_transaxial", "peripheral_radial", "peripheral_tangential"):
        assert float(found[name]["value"]) == pytest.approx(12.0, rel=WITHIN)
    assert float(found["central_axial"]["value"]) == pytest.approx(15.6, rel=WITHIN)
    assert found["largest"]["outcome"] == "pass"
    assert 0 < float(found["largest"]["U"]) < 1
    held = {one["quantity"]: one["holds"] for one in data["conditions"]}
    assert held["tomographic_pixel"] is True
    assert held["projection_counts"] is True


@pytest.mark.parametrize("bins_per_fwhm", [4.2, 6.0])
def test_few_bins_do_not_widen_a_point(bins_per_fwhm: float) -> None:
    """Without noise, to 1 %: straight lines between coarse bins made it 3 % wider."""
    fwhm_mm = bins_per_fwhm * PIXEL_MM
    angles = np.radians(np.arange(ANGLES) * 360 / ANGLES)
    found = measure_points(
        Volume(back_projected(projections(fwhm_mm, 1e6), angles), *[PIXEL_MM] * 3), "made"
    )
    # What the pixel itself and the widths' straight lines add, axially the same.
    added = found.central_axial_mm / widths(fwhm_mm)["axial"]
    assert found.central_transaxial_mm / fwhm_mm == pytest.approx(added, abs=0.01)


def test_slices_have_no_u_and_say_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = files.npy(tmp_path / "x.npy", volume((9.0, 9.0, 9.0)))
    options = ["--pixel-mm", "2.4", "--slice-mm", "2.4", "--stage", "status"]
    code, data, _ = run(capsys, str(path), *options)
    assert code == 0
    assert all("no counting statistics" in one["no_u"]["en"] for one in data["findings"])
    assert data["findings"][0]["outcome"] == "pass"


def one_point() -> np.ndarray:
    middle = (BINS - 1) / 2
    y, x = np.indices((BINS, BINS)) - middle
    return np.exp(-(x**2 + y**2) / 20)[None] * np.hanning(40)[:, None, None] * 1000


REFUSED: list[tuple[Callable[[], np.ndarray], tuple[str, ...], str]] = [
    (one_point, ("--slice-mm", "2.4"), "1 points are found"),
    (one_point, (), "--slice-mm"),
    (lambda: one_point() + 1, ("--projections", "--step-deg", "3"), "120 degrees of 360"),
    (one_point, ("--slice-mm", "2.4", "--point", "1,2"), "must be X,Y,SLICE"),
    (one_point, ("--slice-mm", "2.4", *(("--point", "64,64,20") * 3)), "given twice"),
    (one_point, ("--slice-mm", "2.4", *(("--point", "64,64,999") * 3)), "lies outside"),
    (one_point, ("--projections", "--step-deg", "nan"), "--step-deg"),
]


@pytest.mark.parametrize(("make", "options", "says"), REFUSED)
def test_what_has_no_three_points_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[], np.ndarray],
    options: tuple[str, ...],
    says: str,
) -> None:
    path = files.npy(tmp_path / "x.npy", np.rint(make()))
    code, _, err = run(capsys, str(path), "--pixel-mm", "2.4", *options)
    assert code == 2
    assert says in err


def test_points_can_be_said_by_hand() -> None:
    content = volume((9.0, 9.0, 9.0))
    # A fourth, brighter spot keeps the points from being found.
    content[5:8, 100:103, 20:23] += 4000
    made = Volume(content, PIXEL_MM, PIXEL_MM, PIXEL_MM)
    with pytest.raises(WrongUse, match="points are found"):
        measure_points(made, "made")
    middle = (BINS - 1) / 2
    places = [
        (
            round(47.5 + z / PIXEL_MM),
            round(middle + y / PIXEL_MM),
            round(middle + x / PIXEL_MM),
        )
        for z, y, x in POINTS_MM
    ]
    found = measure_points(made, "made", places)
    assert found.central_transaxial_mm == pytest.approx(9.0, rel=WITHIN)


def test_u_covers_what_the_projections_give_without_noise() -> None:
    """Five figures of each scan, which has trials of its own."""
    from dosegauge.commands.analyze_tomographic import _findings, _spreads

    angles = np.radians(np.arange(ANGLES)[::5] * 360 / ANGLES)
    # Every fifth angle and the middle of the bins are enough, and cheap.
    mean = 5 * projections(12.0, 20_000)[::5, 34:94, 24:104]

    def measured(content: np.ndarray) -> Any:
        made = Volume(back_projected(content, angles), *[PIXEL_MM] * 3)
        return measure_points(made, "made")

    class Asked:
        trials, seed, lang = 12, 0, "en"

    truth = measured(mean).figures()
    rng = np.random.default_rng(9)
    inside = []
    for Asked.seed in range(trials(16)):
        scan = rng.poisson(mean).astype(float)
        spreads = _spreads(Asked, scan, measured)  # type: ignore[arg-type]
        for found in _findings(measured(scan), spreads, Asked.trials - 1)[1:]:
            inside.append(
                abs(float(found.exact.num / found.exact.den) - truth[found.key])
                <= (found.expanded or 0)
            )
    require_coverage(int(np.sum(inside)), len(inside), independent=0.6)
