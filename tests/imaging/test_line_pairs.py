"""Bars: groups blurred by a known Gaussian, their modulation, Coltman's MTF and the limit."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.imaging.bar_modulation import (
    Area,
    Group,
    coltman,
    limiting_frequency,
    measure_groups,
)
from tests.imaging import files

PIXEL_MM, FINE, SIGMA_PX = 0.02, 4, 1.6
# Line pairs a mm; each group's bars fill 120 x 60 pixels.
FREQUENCIES = (2.0, 4.0, 6.0, 10.0, 14.0)
HEIGHT, WIDTH, GAP = 60, 120, 24
BRIGHT, DARK = Area(40.0, 180.0, 15.0), Area(40.0, 290.0, 15.0)


def transfer(f_per_px: float) -> float:
    """Of the blur and of the pixel."""
    blur = math.exp(-2 * (math.pi * SIGMA_PX * f_per_px) ** 2)
    return blur * float(np.sinc(f_per_px))


def square_wave(lp_per_mm: float) -> float:
    """Half of the peak-to-peak of blurred bars: the series of a square wave."""
    f = lp_per_mm * PIXEL_MM
    return (
        4 / math.pi * sum((-1) ** k * transfer((2 * k + 1) * f) / (2 * k + 1) for k in range(200))
    )


def slice_of(angle_deg: float = 0.0) -> np.ndarray:
    """Groups one below the other, large areas beside them, blurred and counted in pixels."""
    rows = len(FREQUENCIES) * (HEIGHT + GAP)
    fine = np.zeros((rows * FINE, 340 * FINE))
    x = (np.arange(WIDTH * FINE) + 0.5) / FINE
    for number, frequency in enumerate(FREQUENCIES):
        bars = (np.cos(2 * np.pi * frequency * PIXEL_MM * x) > 0).astype(float)
        top = (number * (HEIGHT + GAP) + 10) * FINE
        fine[top : top + HEIGHT * FINE, 10 * FINE : (10 + WIDTH) * FINE] = bars
    fine[10 * FINE : 70 * FINE, 150 * FINE : 210 * FINE] = 1.0
    blurred = ndimage.gaussian_filter(fine, SIGMA_PX * FINE)
    pixels = blurred.reshape(rows, FINE, 340, FINE).mean(axis=(1, 3))
    turned: np.ndarray = ndimage.rotate(pixels, angle_deg, reshape=False, order=3)
    return turned


def groups() -> list[Group]:
    """Lines through the middle of each group, a few periods from its ends."""
    found = []
    for number, frequency in enumerate(FREQUENCIES):
        y = number * (HEIGHT + GAP) + 10 + HEIGHT / 2
        found.append(Group(frequency, (y, 30.0), (y, 110.0), 0.6 * HEIGHT))
    return found


def test_the_modulation_of_known_bars() -> None:
    found = measure_groups(slice_of(), groups(), BRIGHT, DARK, PIXEL_MM, "made")
    for one in found:
        # To a hundredth of the contrast: the highest of some fine steps is no exact maximum.
        assert one.contrast == pytest.approx(square_wave(one.group.lp_per_mm), abs=0.012)


def test_coltman_turns_it_into_the_sines_transfer() -> None:
    """2 lp/mm with its third and fifth harmonic among the groups."""
    exact = [(frequency, square_wave(frequency)) for frequency in FREQUENCIES]
    limit = limiting_frequency(exact, 0.1)
    assert coltman(2.0, exact, limit) == pytest.approx(transfer(2.0 * PIXEL_MM), abs=0.01)
    # Above a third of the limit there is nothing but the fundamental.
    assert coltman(10.0, exact, limit) == pytest.approx(math.pi / 4 * square_wave(10.0))
    assert coltman(10.0, exact, limit) == pytest.approx(transfer(10.0 * PIXEL_MM), abs=0.01)


def test_the_limit_lies_where_the_contrast_falls_to_10_percent() -> None:
    exact = [(frequency, square_wave(frequency)) for frequency in np.arange(2, 20, 2.0)]
    low, high = 2.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if square_wave(middle) > 0.1 else (low, middle)
    assert limiting_frequency(exact, 0.1) == pytest.approx(low, rel=0.01)
    assert math.isnan(limiting_frequency(exact[:2], 0.1))


def test_offset_values_change_nothing() -> None:
    plain = measure_groups(slice_of(), groups(), BRIGHT, DARK, PIXEL_MM, "made")
    shifted = measure_groups(slice_of() * 500 - 1000, groups(), BRIGHT, DARK, PIXEL_MM, "made")
    assert [one.contrast for one in shifted] == pytest.approx([one.contrast for one in plain])


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
        measure_groups(slice_of(), [group], bright, DARK, PIXEL_MM, "made")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["--lang", "en", "analyze", "line-pairs", *arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def test_the_command_tells_modulation_limit_and_what_readers_see(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = files.npy(tmp_path / "v.npy", slice_of()[None])
    named = [
        part
        for one in groups()
        for part in (
            "--group",
            f"{one.lp_per_mm},{one.start[1]},{one.start[0]},{one.end[1]},{one.end[0]},36",
        )
    ]
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
