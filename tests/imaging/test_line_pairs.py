"""Bars: groups blurred by a known Gaussian, their modulation, Coltman's MTF and the limit."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.imaging.bar_modulation import (
    BarResult,
    limiting_frequency,
    measure_bars,
)
from dosegauge.imaging.bar_profiles import Area, Group, slice_profiles
from dosegauge.imaging.findings import Finding, with_scatter
from dosegauge.texts import Text
from tests.imaging import files
from tests.imaging.coverage import require_coverage, trials

PIXEL_MM, FINE, SIGMA_PX = 0.02, 16, 1.6
# Line pairs a mm; each group's bars fill 120 x 60 pixels.
FREQUENCIES = (2.0, 4.0, 6.0, 10.0, 14.0)
HEIGHT, WIDTH, GAP, COLUMNS = 60, 120, 24, 340
BRIGHT, DARK = Area(40.0, 180.0, 15.0), Area(40.0, 290.0, 15.0)


def transfer(f_per_px: float, sigma_px: float = SIGMA_PX) -> float:
    """Of the blur and of the pixel."""
    blur = math.exp(-2 * (math.pi * sigma_px * f_per_px) ** 2)
    return blur * float(np.sinc(f_per_px))


def square_wave(lp_per_mm: float, sigma_px: float = SIGMA_PX) -> float:
    """From the middle of gaps to the middle of bars: the series of a square wave."""
    f = lp_per_mm * PIXEL_MM
    terms = ((-1) ** k * transfer((2 * k + 1) * f, sigma_px) / (2 * k + 1) for k in range(400))
    return 4 / math.pi * sum(terms)


def bars_until(x: np.ndarray, f_px: float) -> np.ndarray:
    """The integral of bars, 1 where cos(2 pi f x) > 0, from 0 to x."""
    periods, rest = np.divmod(x * f_px, 1.0)
    found: np.ndarray = (
        periods / 2 + np.minimum(rest, 0.25) + np.clip(rest - 0.75, 0, None)
    ) / f_px
    return found


@cache
def slice_of(
    angle_deg: float = 0.0,
    sigma_px: float = SIGMA_PX,
    frequencies: tuple[float, ...] = FREQUENCIES,
) -> np.ndarray:
    """Groups one below the other, large areas beside them, blurred and counted in pixels. Finely
    sampled across the bars, where harmonics would fold back; along them nothing changes."""
    rows = len(frequencies) * (HEIGHT + GAP)
    fine = np.zeros((rows, COLUMNS * FINE))
    x = np.arange(WIDTH * FINE + 1) / FINE
    for number, frequency in enumerate(frequencies):
        bars = np.diff(bars_until(x, frequency * PIXEL_MM)) * FINE
        top = number * (HEIGHT + GAP) + 10
        fine[top : top + HEIGHT, 10 * FINE : (10 + WIDTH) * FINE] = bars
    fine[10:70, 150 * FINE : 210 * FINE] = 1.0
    blurred = ndimage.gaussian_filter(fine, (sigma_px, sigma_px * FINE))
    pixels = blurred.reshape(rows, COLUMNS, FINE).mean(axis=2)
    turned: np.ndarray = ndimage.rotate(pixels, angle_deg, reshape=False, order=3)
    return turned


def groups(frequencies: tuple[float, ...] = FREQUENCIES) -> list[Group]:
    """Lines through the middle of each group, a few periods from its ends."""
    found = []
    for number, frequency in enumerate(frequencies):
        y = number * (HEIGHT + GAP) + 10 + HEIGHT / 2
        found.append(Group(frequency, (y, 30.0), (y, 110.0), 0.6 * HEIGHT))
    return found


def measured(
    slices: list[np.ndarray],
    named: list[Group] | None = None,
    bright: Area = BRIGHT,
    pixel_mm: float = PIXEL_MM,
) -> BarResult:
    profiles = [slice_profiles(one, named or groups(), bright, DARK, "made") for one in slices]
    return measure_bars(profiles, pixel_mm, "made")


# Periods from 40 pixels down to 2.3, for a system as sharp as its pixels and blurred ones.
FROM_COARSE_TO_FINE = (1.25, 2.0, 4.0, 8.0, 12.5, 15.0, 18.0, 21.0)


@pytest.mark.parametrize("sigma_px", [0.6, 0.8, 1.0, 1.6])
def test_the_modulation_of_known_bars(sigma_px: float) -> None:
    """To 0.25 % of the contrast; to 1.1 % for a system so sharp that bars' harmonics fold back."""
    pixels = slice_of(0.0, sigma_px, FROM_COARSE_TO_FINE)
    found = measured([pixels], groups(FROM_COARSE_TO_FINE))
    assert found.scale == pytest.approx(1.0, abs=0.002)
    for one in found.groups:
        truth = square_wave(one.group.lp_per_mm, sigma_px)
        assert one.contrast == pytest.approx(truth, abs=0.011 if sigma_px < 0.7 else 0.0025)
        assert one.u_contrast is None


def test_the_limit_of_a_sharp_system() -> None:
    """Between two fine groups, where interpolated profiles came out too low."""
    sigma_px = 0.8
    pixels = slice_of(0.0, sigma_px, FROM_COARSE_TO_FINE)
    exact = [(f, square_wave(f, sigma_px)) for f in FROM_COARSE_TO_FINE]
    limit, _ = measured([pixels], groups(FROM_COARSE_TO_FINE)).limits[1]
    assert limit == pytest.approx(limiting_frequency(exact, 0.2), rel=0.002)


def turned(at: tuple[float, float], angle_deg: float) -> tuple[float, float]:
    """Where a point of the slice lies when it is turned about its middle."""
    middle = (np.array(slice_of().shape) - 1) / 2
    turn = math.radians(angle_deg)
    dy, dx = np.array(at) - middle
    y = middle[0] + dy * math.cos(turn) - dx * math.sin(turn)
    return float(y), float(middle[1] + dy * math.sin(turn) + dx * math.cos(turn))


def test_bars_may_lie_at_any_angle() -> None:
    angle = 7.0
    named = [
        Group(one.lp_per_mm, turned(one.start, angle), turned(one.end, angle), one.width_px)
        for one in groups()
    ]
    y, x = turned((BRIGHT.y, BRIGHT.x), angle)
    found = measured([slice_of(angle)], named, Area(y, x, 12.0))
    for one in found.groups:
        assert one.contrast == pytest.approx(square_wave(one.group.lp_per_mm), abs=0.005)


def test_a_wrong_pixel_size_shows_in_the_bars_own_size() -> None:
    for part in (0.93, 1.02, 1.07):
        found = measured([slice_of()], pixel_mm=PIXEL_MM * part)
        assert found.scale == pytest.approx(1 / part, abs=0.002)
        for one in found.groups:
            assert one.contrast == pytest.approx(square_wave(one.group.lp_per_mm), abs=0.005)
    for part in (0.8, 1.2):
        with pytest.raises(WrongUse, match="check voxel and frequency"):
            measured([slice_of()], pixel_mm=PIXEL_MM * part)


def test_u_covers_the_known_modulations() -> None:
    """Ten slices in noise of 5 % of the contrast: each group and the limit. What U holds for the
    evaluation is drawn too."""
    rng = np.random.default_rng(4)
    clean = slice_of()
    exact = [(frequency, square_wave(frequency)) for frequency in FREQUENCIES]
    truth = np.array([*(one for _, one in exact), limiting_frequency(exact, 0.1)])
    # 0.2 % of the contrast, or of the limit.
    possible = 0.002 * np.array([*[1.0] * len(FREQUENCIES), truth[-1]])
    inside, count = 0, trials(30)
    for _ in range(count):
        found = measured([clean + rng.normal(0, 0.05, clean.shape) for _ in range(10)])
        results = [(one.contrast, one.u_contrast) for one in found.groups] + [found.limits[0]]
        imaged = truth + rng.uniform(-possible, possible)
        for (value, u), true_value, half in zip(results, imaged, possible, strict=True):
            assert u is not None
            plain = Finding("c", Text("", ""), value, "1", None)
            expanded = with_scatter(plain, u, 9, (half / math.sqrt(3),)).expanded
            inside += abs(value - true_value) <= (expanded or 0.0)
    require_coverage(inside, count * len(truth), "bars")


def test_offset_values_change_nothing() -> None:
    plain, shifted = (measured([pixels]) for pixels in (slice_of(), slice_of() * 500 - 1000))
    assert [one.contrast for one in shifted.groups] == pytest.approx(
        [one.contrast for one in plain.groups]
    )


@pytest.mark.parametrize(
    ("group", "bright", "says"),
    [
        (Group(2.0, (40.0, 30.0), (40.0, 900.0), 9.0), BRIGHT, "leaves the slice"),
        (Group(2.0, (40.0, 30.0), (40.0, 60.0), 9.0), BRIGHT, "shorter than two periods"),
        (groups()[0], DARK, "not brighter"),
        (groups()[0], Area(2.0, 2.0, 9.0), "an area leaves"),
    ],
)
def test_what_can_not_be_measured_is_refused(group: Group, bright: Area, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        measured([slice_of()], [group], bright)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["--lang", "en", "analyze", "line-pairs", *arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def named_groups() -> list[str]:
    """As options."""
    return [
        part
        for one in groups()
        for part in (
            "--group",
            f"{one.lp_per_mm},{one.start[1]},{one.start[0]},{one.end[1]},{one.end[0]},36",
        )
    ]


def test_the_command_tells_modulation_limit_and_what_readers_see(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = files.npy(tmp_path / "v.npy", slice_of()[None])
    named = named_groups()
    areas = ["--bright", "180,40,15", "--dark", "290,40,15"]
    overlay = tmp_path / "o.png"
    more = ["--seen", "14", "--seen", "10", "--overlay", str(overlay), "--pixel-mm", "0.02"]
    verdict = ["--reference-verdict", "--maker", "spatial-resolution=8"]
    code, data, _ = run(capsys, str(path), *named, *areas, *more, *verdict)
    assert code == 0
    found = {one["key"]: one for one in data["findings"]}
    limit = limiting_frequency([(f, square_wave(f)) for f in FREQUENCIES], 0.1)
    assert float(found["limit_10"]["value"]) == pytest.approx(limit, rel=0.03)
    assert found["limit_10"]["outcome"] == "pass"
    assert float(found["seen"]["value"]) == 10
    assert [one["resolved"] for one in data["groups"]] == [
        square_wave(f) >= 0.1 for f in FREQUENCIES
    ]
    assert overlay.read_bytes().startswith(b"\x89PNG")
    assert found["limit_10"]["U"] is None
    assert float(found["mtf_2"]["value"]) == pytest.approx(100 * transfer(2 * PIXEL_MM), abs=1)
    rng = np.random.default_rng(1)
    noisy = np.array([slice_of() + rng.normal(0, 0.02, slice_of().shape) for _ in range(10)])
    many = files.npy(tmp_path / "many.npy", noisy)
    chart = ["--slices", "1-10", "--pixel-mm", "0.02", "--chart-u-pct", "0.5"]
    _, data, _ = run(capsys, str(many), *named, *areas, *chart)
    again = {one["key"]: one for one in data["findings"]}["limit_10"]
    assert again["u"] >= 0.005 * limit
    assert float(again["value"]) == pytest.approx(limit, abs=2 * again["u"])


def test_areas_of_less_contrast_than_the_bars_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = slice_of()
    content[25:56, 165:196] *= 0.5
    path = files.npy(tmp_path / "v.npy", content[None])
    named = named_groups()
    areas = ["--bright", "180,40,12", "--dark", "290,40,15"]
    code, data, _ = run(capsys, str(path), *named, *areas, "--pixel-mm", "0.02")
    assert code == 0
    assert any("above 100 %: check --bright" in one["en"] for one in data["warnings"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--group", "1,2,3"), "can't be read: 1,2,3"),
        (("--group", "1,2,3,4,5"), "two groups"),
        (("--group", "1,2,3,4,5", "--group", "2,2,3,4,5"), "large areas"),
    ],
)
def test_wrong_options_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], says: str
) -> None:
    path = files.npy(tmp_path / "v.npy", slice_of()[None])
    code, _, err = run(capsys, str(path), "--pixel-mm", "0.02", *options)
    assert (code, says in err) == (2, True)
