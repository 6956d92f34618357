"""Uniformity: real and made floods against figures of record, a slow reference and the truth."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.imaging import flood_noise
from dosegauge.imaging import flood_uniformity as steps
from dosegauge.imaging.field import FieldShape, field_of_mask
from dosegauge.imaging.flood import Flood, measure_flood, uniformity
from dosegauge.imaging.flood_nmqc import compatible_figures
from dosegauge.imaging.image import Image, PixelSize
from dosegauge.imaging.readers import read_image
from dosegauge.imaging.requirements import flood_requirements
from tests.imaging import files, slow_flood

# Percentage points (issue: made floods against the slow reference; a dead tube's depth).
OF_THE_REFERENCE, OF_A_DEAD_TUBE = 0.05, 0.5
WIDTH_MM, HEIGHT_MM, CUT_MM = 400.0, 300.0, 60.0


def measured(pixels: np.ndarray, pixel_mm: float, **how: object) -> Flood:
    image = Image(pixels.astype(float), PixelSize(pixel_mm, pixel_mm), "made")
    return measure_flood(image, flood_requirements(), **how)  # type: ignore[arg-type]


def test_the_flood_of_the_nmqc_project(nmqc: Callable[[str], Path]) -> None:
    """Reference sheet 8, case 6: CFOV IU 2.377 %, DU 1.728 %; UFOV 2.461 and 1.931 %."""
    image = read_image(nmqc("UNIFORMIDAD_1.dcm"))
    flood = measure_flood(image, flood_requirements(), bin_by=4)
    assert round(flood.cfov.integral_pct, 3) == 2.377
    assert round(flood.cfov.differential_pct, 3) == 1.728
    assert round(flood.ufov.integral_pct, 3) == 2.461
    assert round(flood.ufov.differential_pct, 3) == 1.931
    assert (flood.bin, round(flood.pixel_mm, 2), flood.centre_counts) == (4, 8.26, 5585)
    assert any("5585" in warning.en for warning in flood.warnings)
    # As pylinac 3.49 prints it: UFOV 2.38 and 1.84, CFOV 2.38 and 1.73.
    compatible = compatible_figures(image)
    assert round(compatible["ufov"].integral_pct, 2) == 2.38
    assert round(compatible["ufov"].differential_pct, 2) == 1.84
    assert round(compatible["cfov"].integral_pct, 2) == 2.38
    assert round(compatible["cfov"].differential_pct, 3) == 1.728


def test_the_same_flood_by_the_usual_bin(nmqc: Callable[[str], Path]) -> None:
    """Reference sheet 8, case 6: three by three pixels, CFOV 3.03 and 2.43 %."""
    flood = measure_flood(read_image(nmqc("UNIFORMIDAD_1.dcm")), flood_requirements())
    assert flood.bin == 3
    assert round(flood.cfov.integral_pct, 2) == 3.03
    assert round(flood.cfov.differential_pct, 2) == 2.43


@dataclass(frozen=True)
class Made:
    """A flood: matrix, pixel, the maker's figure, and the same figure for the slow reference."""

    matrix: int
    pixel_mm: float
    shape: FieldShape
    inside: Callable[[float, float], bool]


def in_rectangle(y_mm: float, x_mm: float) -> bool:
    return abs(y_mm) <= HEIGHT_MM / 2 and abs(x_mm) <= WIDTH_MM / 2


def in_cut_rectangle(y_mm: float, x_mm: float) -> bool:
    to_corner = (WIDTH_MM + HEIGHT_MM) / 2 - abs(x_mm) - abs(y_mm)
    return in_rectangle(y_mm, x_mm) and to_corner >= CUT_MM


def in_circle(y_mm: float, x_mm: float) -> bool:
    return math.hypot(y_mm, x_mm) <= WIDTH_MM / 2


RECTANGLE = (FieldShape(WIDTH_MM, HEIGHT_MM), in_rectangle)
CUT = (FieldShape(WIDTH_MM, HEIGHT_MM, CUT_MM), in_cut_rectangle)
CIRCLE = (FieldShape(WIDTH_MM, WIDTH_MM, circle=True), in_circle)
MADE = [
    Made(matrix, pixel_mm, *figure)
    for matrix, pixel_mm, figure in (
        (1024, 0.6, RECTANGLE),
        (512, 1.2, CUT),
        (256, 2.3, CIRCLE),
        (128, 4.5, CIRCLE),
        (128, 4.8, CUT),
        (64, 9.6, RECTANGLE),
    )
]


@pytest.mark.parametrize("made", MADE, ids=lambda made: f"{made.matrix}-{made.pixel_mm}")
def test_made_floods_agree_with_the_slow_reference(made: Made) -> None:
    """Poisson counts with a gradient; the light ends where the field ends."""
    rng = np.random.default_rng(made.matrix)
    rows = (np.arange(made.matrix) - (made.matrix - 1) / 2) * made.pixel_mm
    lit = np.array([[made.inside(y * 0.99, x * 0.99) for x in rows] for y in rows])
    # 12,000 counts in a pixel of 6.4 mm, 3 % more at the right than at the left.
    mean = 12000 * (made.pixel_mm / 6.4) ** 2 * (1 + 0.03 * rows / WIDTH_MM)
    pixels = rng.poisson(np.where(lit, mean, 0.0))
    flood = measured(pixels, made.pixel_mm, shape=made.shape)
    summed = slow_flood.binned(pixels.tolist(), flood.bin)
    step = made.pixel_mm * flood.bin
    # Where the image's middle lies in the summed pixels.
    left_out = made.matrix % flood.bin // 2
    middle = ((made.matrix - 1) / 2 - left_out - (flood.bin - 1) / 2) / flood.bin

    def field(part: float) -> set[tuple[int, int]]:
        return slow_flood.half_inside(
            len(summed), middle, lambda y, x: made.inside(y * step / part, x * step / part)
        )

    reference = slow_flood.figures(summed, field(1.0), field(0.75))
    for name, found in (("ufov", flood.ufov), ("cfov", flood.cfov)):
        integral, differential = reference[name]
        assert found.integral_pct == pytest.approx(integral, abs=OF_THE_REFERENCE)
        assert found.differential_pct == pytest.approx(differential, abs=OF_THE_REFERENCE)


@pytest.mark.parametrize("by", [1, 2, 3, 5, 7])
def test_any_bin_is_carried_out_and_one_outside_the_range_warned_about(by: int) -> None:
    pixels = np.random.default_rng(by).poisson(np.full((130, 170), 900.0))
    flood = measured(pixels, 2.0, bin_by=by)
    assert (flood.bin, flood.pixel_mm) == (by, 2.0 * by)
    said = any("pixel of the flood" in warning.en for warning in flood.warnings)
    assert said is not (4.48 <= flood.pixel_mm <= 8.32)
    assert flood.binned.sum() + _lost(flood) == pixels.sum()


def _lost(flood: Flood) -> int:
    (said,) = [warning.en for warning in flood.warnings if "fill no bin" in warning.en] or [
        "0 rows and 0 columns at the edges (0 counts)"
    ]
    return int(said.split("(")[1].split()[0])


# Depth of a dead tube in parts of the counts around it, and where its middle lies (row, column).
DEAD = [
    (depth, place) for depth in (0.1, 0.3, 0.7, 1.0) for place in ((30, 40), (13, 40), (30, 76))
]


@pytest.mark.parametrize(("depth", "place"), DEAD)
def test_a_dead_tube_of_any_depth_shows(depth: float, place: tuple[int, int]) -> None:
    """Within the field or at its edge; the field may even be estimated."""
    pixels = np.zeros((60, 90))
    pixels[10:50, 10:80] = 20000.0
    y, x = np.indices(pixels.shape)
    # A tube is some 50 mm wide, flat in its middle: eight pixels of 6.4 mm.
    hole = np.hypot(y - place[0], x - place[1]) <= 4
    pixels[hole & (pixels > 0)] *= 1 - depth
    flood = measured(np.rint(pixels), 6.4)
    truth = 100 * depth / (2 - depth)
    assert flood.ufov.integral_pct == pytest.approx(truth, abs=OF_A_DEAD_TUBE)


def test_pure_noise_shows_what_the_sheet_says() -> None:
    """Reference sheet 2.2: 10,000 counts, 60 x 45 pixels under the whole filter: IU 1.29(9) %,
    DU 1.04(9) %."""
    floods = np.random.default_rng(1).poisson(10000, (600, 47, 62)).astype(float)
    smooth = steps.smoothed_everywhere(floods)[:, 1:-1, 1:-1]
    integral = steps.integral_pct(smooth)
    assert integral.mean() == pytest.approx(1.29, abs=0.01)
    assert integral.std() == pytest.approx(0.09, abs=0.006)
    assert steps.differential_pct(smooth).larger_pct.mean() == pytest.approx(1.04, abs=0.01)


def test_a_perfect_camera_shows_the_noise_that_is_printed() -> None:
    """As many floods measured one by one; more than the sheet's, since fewer pixels count in the
    filter at the field's edge."""
    flat = np.full((45, 60), 10000.0)
    field = field_of_mask(np.ones(flat.shape, dtype=bool))
    analysed = steps.analysed(flat, field.ufov, field.cfov)
    rng = np.random.default_rng(1)
    found = flood_noise.scatter(flat, analysed, field.cfov, 400, rng)
    assert found is not None
    each = [
        uniformity(steps.smoothed(rng.poisson(flat).astype(float), analysed)) for _ in range(400)
    ]
    one_by_one = np.array([[one.integral_pct, one.differential_pct] for one in each])
    assert found.perfect[:2] == pytest.approx(one_by_one.mean(axis=0), abs=0.02)
    assert found.perfect[0] > 1.3


def spot(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return 1 + 0.03 * np.exp(-((x - 25) ** 2 + (y - 12) ** 2) / 30)


def nothing(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.ones(y.shape)


COVERED = (0.93, 0.97)
FLOODS_AT_ONCE = 300


@pytest.mark.parametrize("structure", [nothing, spot])
def test_u_covers_the_statistics_expectation(structure: Callable[..., np.ndarray]) -> None:
    """In 95 +- 2 % of floods, each with its own trials; four correlated figures of each."""
    y, x = np.indices((30, 40), dtype=float)
    mean = 12000 * structure(y, x)
    analysed = np.ones(mean.shape, dtype=bool)
    cfov = np.zeros_like(analysed)
    cfov[4:26, 5:35] = True
    rng = np.random.default_rng(3)
    many = rng.poisson(mean, (4000, *mean.shape)).astype(float)
    expected = flood_noise.figures(many, analysed, cfov).mean(axis=0)
    inside = np.zeros(len(flood_noise.FIGURES))
    for counts in many[:FLOODS_AT_ONCE]:
        found = flood_noise.scatter(counts, analysed, cfov, 100, rng)
        assert found is not None
        inside += np.abs(found.measured - expected) <= found.half_width_95
    covered = inside / FLOODS_AT_ONCE
    assert COVERED[0] <= covered.mean() <= COVERED[1], covered
    assert (covered >= 0.92).all(), covered


def test_a_small_defect_scatters_as_it_was_counted() -> None:
    """Smoothing flattens six pixels; the trials must still reach what was measured."""
    mean = np.full((40, 50), 20000.0)
    mean[15:21, 20:26] *= 0.4
    counts = np.random.default_rng(4).poisson(mean).astype(float)
    analysed = np.ones(mean.shape, dtype=bool)
    cfov = np.zeros_like(analysed)
    cfov[5:35, 6:44] = True
    found = flood_noise.scatter(counts, analysed, cfov, 200, np.random.default_rng(5))
    assert found is not None
    again = np.random.default_rng(6).poisson(mean, (400, *mean.shape)).astype(float)
    true_u = flood_noise.figures(again, analysed, cfov).std(axis=0, ddof=1)
    assert found.bias == pytest.approx(0, abs=0.2)
    assert found.u == pytest.approx(true_u, rel=0.35)


def two_fields() -> np.ndarray:
    pixels = np.zeros((100, 100))
    pixels[10:90, 5:45] = pixels[10:90, 55:95] = 500
    return pixels


def some_light() -> np.ndarray:
    pixels = np.zeros((100, 100))
    pixels[50, 50] = 500
    return pixels


BAD = [
    (two_fields(), {}, "two fields"),
    (some_light(), {}, "no field"),
    (np.full((100, 100), 500.0), {"shape": FieldShape(900.0, 900.0)}, "exceeds the image"),
    (np.full((100, 100), 500.0), {"bin_by": 50}, "can't be summed"),
    (np.full((100, 100), 500.0), {"shape": FieldShape(20.0, 20.0)}, "too small|only"),
]


@pytest.mark.parametrize(("pixels", "how", "says"), BAD)
def test_what_has_no_field_is_refused(
    pixels: np.ndarray, how: dict[str, object], says: str
) -> None:
    with pytest.raises(WrongUse, match=says):
        measured(pixels, 6.4, **how)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["--lang", "en", "analyze", "flood", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def flood_file(tmp_path: Path) -> Path:
    pixels = np.zeros((128, 128))
    pixels[30:98, 20:108] = 3000
    return files.dicom(tmp_path / "flood", np.random.default_rng(1).poisson(pixels), 4.8)


def test_the_command_prints_the_designs_members(
    flood_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, str(flood_file), "--json", "--stage", "status", "--seed", "1")
    data = json.loads(out)
    assert code == 0
    assert set(data["ufov"]) >= {"integral_pct", "differential_pct"}
    assert data["cfov"]["integral_pct"] <= data["ufov"]["integral_pct"]
    assert (data["bin"], data["pixel_mm"]) == (1, pytest.approx(4.8))
    assert data["centre_counts"] > 0
    assert data["monte_carlo"] == {"trials": 300, "seed": 1, "level": "0.95"}
    by_key = {one["key"]: one for one in data["findings"]}
    assert by_key["cfov_integral"]["outcome"] == "pass"
    assert float(by_key["cfov_integral"]["U"]) > 0
    held = {one["quantity"]: one["holds"] for one in data["conditions"]}
    assert held["peak_energy"] is None
    assert any("fewer" in w["en"] or "centre pixel" in w["en"] for w in data["warnings"])


def test_a_limit_that_is_not_kept_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.full((64, 64), 20000.0)
    pixels[20:24, 20:24] = 15000
    path = files.npy(tmp_path / "x.npy", pixels)
    options = ["--pixel-mm", "6.4", "--stage", "status", "--trials", "0"]
    code, out, _ = run(capsys, str(path), *options)
    assert code == 1
    assert "fail" in out
    assert "no uncertainty" in out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--pixel-mm", "-1"), "--pixel-mm: lengths in mm"),
        (("--stage", "acceptance"), "--maker"),
        (("--maker", "x"), "--maker: must be ITEM=VALUE"),
        (("--stage", "status", "--maker", "integral-uniformity=3"), "nothing here needs"),
        (("--ufov", "3x4x5"), "--ufov: lengths"),
        (("--ufov", "300", "--ufov-cut", "20"), "--ufov-cut"),
        (("--ufov", "300", "--ufov-centre", "a,b"), "--ufov-centre: must be X,Y"),
        (("--ufov-centre", "3,4"), "--ufov-centre: means nothing without"),
        (("--seed", "-1"), "--seed"),
        (("--pixel-mm", "1e-320"), "--pixel-mm: lengths in mm"),
        (("--peak-kev", "nan"), "--peak-kev"),
        (("--trials", "5"), "--trials: must be"),
        (("--raw", "uint16"), "--raw and --shape go together"),
        (("--raw", "uint17", "--shape", "128,128"), "there is no type uint17"),
    ],
)
def test_a_wrong_option_is_one_line(
    flood_file: Path,
    options: tuple[str, ...],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = run(capsys, str(flood_file), *options)
    assert code == 2
    assert says in err
    assert err.count("\n") == 1


def test_the_makers_values_are_the_limits_of_an_acceptance_test(
    flood_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    makers = [
        option
        for name in ("integral", "differential")
        for region in ("UFOV", "CFOV")
        for option in ("--maker", f"{name}-uniformity/{region}=9.9")
    ]
    code, out, _ = run(capsys, str(flood_file), "--stage", "acceptance", *makers)
    assert code == 0
    assert "9.9 %" in out


def test_the_overlay_is_a_picture_in_both_languages(
    flood_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = []
    for language in ("zh", "en"):
        target = tmp_path / f"{language}.png"
        options = ["analyze", "flood", str(flood_file), "--trials", "0"]
        assert main(["--lang", language, *options, "--overlay", str(target)]) == 0
        pictures.append(target.read_bytes())
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert pictures[0] != pictures[1]
    capsys.readouterr()
