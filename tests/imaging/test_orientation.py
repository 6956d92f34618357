"""A volume seen along another axis: every orientation against NumPy's own turning, its voxel, what
memory it takes, and what files say of theirs."""

from __future__ import annotations

import json
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.imaging import orientation
from dosegauge.imaging.image import PixelSize
from dosegauge.imaging.orientation import parsed_orientation, turned
from dosegauge.imaging.volumes import open_volume, volume_of_array
from tests.imaging import files

VOXELS = np.arange(4 * 5 * 6, dtype=float).reshape(4, 5, 6)
SIDES_MM = {"z": 0.3, "y": 0.2, "x": 0.1}
ALL = [
    ",".join(sign + name for sign, name in zip(signs, names, strict=True))
    for names in permutations("zyx")
    for signs in product(("", "-"), repeat=3)
]


def by_numpy(text: str) -> np.ndarray:
    names = [part.removeprefix("-") for part in text.split(",")]
    found = VOXELS.transpose(["zyx".index(name) for name in names])
    turns = tuple(slice(None, None, -1 if "-" in part else 1) for part in text.split(","))
    return found[turns]


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize("block_bytes", [1, 10**6])
def test_every_orientation(text: str, block_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In blocks of one slice, and all at once."""
    monkeypatch.setattr(orientation, "_BLOCK_BYTES", block_bytes)
    stored = volume_of_array(VOXELS, PixelSize(0.2, 0.1), 0.3)
    volume = turned(stored, parsed_orientation(text))
    wanted = by_numpy(text)
    assert (volume.slices, volume.rows, volume.columns) == wanted.shape
    assert np.array_equal(np.stack(list(volume.each(1, volume.slices))), wanted)
    assert np.array_equal(volume.read(1), wanted[1])
    names = text.replace("-", "").split(",")
    assert volume.slice_mm == SIDES_MM[names[0]]
    assert volume.pixel_mm == (SIDES_MM[names[1]], SIDES_MM[names[2]])


def test_the_progress_counts_what_is_read_and_ends_it() -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, all_of_them: int) -> bool:
        told.append((done, all_of_them))
        return done < 3

    volume = turned(volume_of_array(VOXELS), parsed_orientation("y,z,x"))
    assert list(volume.each(1, 5, stop)) == []
    assert told == [(1, 4), (2, 4), (3, 4)]


def test_a_sign_may_follow_its_axis() -> None:
    """A minus in front would look like an option to the shell's reader."""
    assert parsed_orientation("z-,y,x") == parsed_orientation("-z,y,x")


@pytest.mark.parametrize("text", ["", "z,y", "z,y,y", "a,b,c", "z,y,--x", "zyx"])
def test_what_is_no_orientation_is_refused(text: str) -> None:
    with pytest.raises(WrongUse, match="can't be read"):
        parsed_orientation(text)


def slices_told(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    arguments = ["--lang", "en", "analyze", "ct-uniformity", str(path), *options, "--json"]
    assert main(arguments) == 0
    data = json.loads(capsys.readouterr().out)
    return f"{data['facts']['view']} {data['slices']} of {data['slices_there']}"


def test_a_phantom_that_lies_along_another_axis(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cylinder along the rows is round only in slices of rows."""
    z, x = np.indices((120, 120))
    section = np.where(np.hypot(z - 60, x - 60) < 45, 0.0, -1000.0)
    voxels = np.repeat(section[:, None, :], 30, axis=1) + np.random.default_rng(1).normal(
        0, 5, (120, 30, 120)
    )
    path = files.npy(tmp_path / "v.npy", voxels)
    options = ["--pixel-mm", "0.5", "--slice-mm", "0.5", "--normaliser", "air_water_span"]
    told = slices_told(path, capsys, *options, "--orientation", "y,z,x", "--thickness-mm", "5")
    assert told == "y,z,x [11, 20] of 30"


def test_what_files_say_of_their_orientation(tmp_path: Path) -> None:
    pixels = np.zeros((2, 8, 8), np.uint16)
    assert (
        open_volume(
            files.metaimage(tmp_path / "m.mha", pixels, AnatomicalOrientation="RAI")
        ).facts["orientation"]
        == "RAI"
    )
    folder = tmp_path / "d"
    folder.mkdir()
    for number in range(3):
        # Coronal slices from the back to the front: their order is that along the normal.
        files.dicom(
            folder / f"{number}",
            pixels[0] + number,
            0.1,
            Modality="CT",
            ImageOrientationPatient=[1, 0, 0, 0, 0, -1],
            ImagePositionPatient=[0, 10 - 0.5 * number, 0],
        )
    volume = open_volume(folder)
    assert volume.facts["orientation"] == "x→L, y→F"
    assert [float(volume.read(n)[0, 0]) for n in range(3)] == [2, 1, 0]
    assert volume.slice_mm == pytest.approx(0.5)
