"""`dosegauge analyze mtf`: units, verdicts, the voxel's check, regions and pictures."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dosegauge.cli import main
from dosegauge.commands import analyze_saving
from tests.imaging import files
from tests.imaging.blurred import RADIUS, SIDE, bead, disk, slanted, spot, true_frequency

PIXEL_MM = 0.05
PIXEL = ["--pixel-mm", str(PIXEL_MM)]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["--lang", "en", "analyze", "mtf", *arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def findings(data: Any) -> dict[str, Any]:
    return {one["key"]: one for one in data["findings"]}


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(1)
    slices = [1000 * disk(1.5) + rng.normal(0, 5, (SIDE, SIDE)) for _ in range(4)]
    path = tmp_path_factory.mktemp("mtf") / "v.npy"
    return files.npy(path, np.array(slices, dtype=np.float32))


def test_line_pairs_and_a_reference_verdict(
    volume: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = tmp_path / "o.png"
    verdict = ["--reference-verdict", "--maker", "spatial-resolution=4.0"]
    options = [*PIXEL, "--slices", "1-4", *verdict, "--overlay", str(overlay)]
    code, data, _ = run(capsys, str(volume), *options)
    assert code == 0
    found = findings(data)
    truth = true_frequency(1.5, 0.1) / PIXEL_MM
    assert float(found["f10"]["value"]) == pytest.approx(truth, rel=0.01)
    assert found["f10"]["outcome"] == "pass"
    assert found["f50"]["outcome"] is None
    assert data["nyquist_lp_per_mm"] == pytest.approx(10)
    assert data["states"] == ["told", "told", "told"]
    assert any("ten or more" in warning["en"] for warning in data["notes"] + data["warnings"])
    assert overlay.read_bytes().startswith(b"\x89PNG")


# What the maker says, in which unit and at which level, and what is decided on it.
MAKERS = [
    ("4.0", [], "10", "pass"),
    ("6.0", [], "10", "fail"),
    ("40lp/cm", ["--per-cm"], "10", "pass"),
    ("60 lp/cm", ["--per-cm"], "10", "fail"),
    ("4lp/mm", ["--per-cm"], "10", "pass"),
    ("60lp/cm", [], "10", "fail"),
    ("2.3", [], "50", "pass"),
    ("26lp/cm", ["--per-cm"], "50", "fail"),
]


@pytest.mark.parametrize(("value", "unit", "level", "outcome"), MAKERS)
def test_the_makers_value_is_in_the_printed_unit_at_the_named_level(
    volume: Path,
    capsys: pytest.CaptureFixture[str],
    value: str,
    unit: list[str],
    level: str,
    outcome: str,
) -> None:
    maker = ["--reference-verdict", "--maker", f"spatial-resolution={value}"]
    options = [*PIXEL, "--slices", "1-4", *maker, "--maker-level", level, *unit]
    code, data, _ = run(capsys, str(volume), *options)
    assert code == 0
    found = findings(data)[f"f{level}"]
    assert found["unit"] == ("lp/cm" if unit else "lp/mm")
    assert found["outcome"] == outcome


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("40", "lp/mm or lp/cm"),
        ("4dpi", "unknown unit dpi"),
        ("1.2.3lp/mm", "not a number"),
        ("0lp/mm", "more than zero"),
    ],
)
def test_a_makers_value_in_an_unclear_unit_is_refused(
    volume: Path, capsys: pytest.CaptureFixture[str], value: str, says: str
) -> None:
    maker = ["--reference-verdict", "--maker", f"spatial-resolution={value}", "--per-cm"]
    code, _, err = run(capsys, str(volume), *PIXEL, *maker)
    assert (code, says in err) == (2, True)


def test_a_makers_value_at_a_level_that_is_not_told_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = files.npy(tmp_path / "sharp.npy", np.array([disk(0.3)]))
    maker = ["--reference-verdict", "--maker", "spatial-resolution=9"]
    code, _, err = run(capsys, str(path), *PIXEL, *maker)
    assert (code, "can't be told" in err) == (2, True)


def test_the_voxel_is_checked_by_the_disks_diameter(
    volume: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = ["--diameter-mm", str(2 * RADIUS * PIXEL_MM), "--diameter-u-mm", "0.003"]
    _, data, _ = run(capsys, str(volume), *PIXEL, "--slices", "1-4", *known)
    found = findings(data)["voxel"]
    assert float(found["value"]) == pytest.approx(PIXEL_MM, rel=2e-4)
    # The diameter's own, and both ends' half of a twentieth of a pixel.
    relative = math.hypot(0.003 / (2 * RADIUS * PIXEL_MM), 0.1 / math.sqrt(3) / (2 * RADIUS))
    assert found["u"] == pytest.approx(PIXEL_MM * relative, rel=0.05)
    assert any("within U" in warning["en"] for warning in data["notes"] + data["warnings"])
    _, data, _ = run(capsys, str(volume), "--pixel-mm", "0.0505", *known)
    assert any("more than U" in warning["en"] for warning in data["notes"] + data["warnings"])
    edge = ["--method", "edge", "--roi", "325,234,367,266"]
    code, _, err = run(capsys, str(volume), *PIXEL, *known, *edge)
    assert (code, "--method disk" in err) == (2, True)


def test_a_region_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = np.zeros((2, 300, 300))
    whole[:, 100:220, 60:180] = 500 * slanted(1.5, 5.0)
    path = files.npy(tmp_path / "v.npy", whole)
    options = [str(path), *PIXEL, "--method", "edge", "--slices", "1-2"]
    code, data, _ = run(capsys, *options, "--roi", "65,105,175,215")
    assert code == 0
    truth = true_frequency(1.5, 0.5) / PIXEL_MM
    assert float(findings(data)["f50"]["value"]) == pytest.approx(truth, rel=0.01)
    for roi, says in (
        (["--roi", "1,2,3"], "must be LEFT"),
        (["--roi", "0,0,999,10"], "exceeds the image"),
        (["--roi", "0,0,9,9", "--roi", "9,9,20,20"], "only beads"),
    ):
        code, _, err = run(capsys, *options, *roi)
        assert (code, says in err) == (2, True)


def test_a_wire_in_every_slice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = files.npy(tmp_path / "w.npy", np.array([spot(1.5, 1.0) * 500] * 3))
    options = [*PIXEL, "--slices", "1-3", "--method", "wire"]
    code, data, _ = run(capsys, str(path), *options, "--object-mm", "0.05")
    assert code == 0
    truth = true_frequency(1.5, 0.5) / PIXEL_MM
    assert float(findings(data)["f50"]["value"]) == pytest.approx(truth, rel=0.01)
    code, _, err = run(capsys, str(path), *options)
    assert (code, "--object-mm" in err) == (2, True)


def test_several_beads_make_an_uncertainty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(3)
    beads = np.concatenate([bead(1.5, 2.0)] * 4, axis=2) * 1000
    path = files.npy(tmp_path / "b.npy", beads + rng.normal(0, 2, beads.shape))
    options = [str(path), *PIXEL, "--slices", "13-28", "--method", "bead", "--object-mm", "0.1"]
    regions = [
        part for left in range(0, 160, 40) for part in ("--roi", f"{left},0,{left + 40},40")
    ]
    code, data, _ = run(capsys, *options, *regions)
    assert code == 0
    found = findings(data)["f50"]
    assert float(found["value"]) == pytest.approx(true_frequency(1.5, 0.5) / PIXEL_MM, rel=0.01)
    assert found["nu_eff"] >= 3
    assert len(data["per_slice"]) == 4
    _, data, _ = run(capsys, *options, *regions[:2])
    assert findings(data)["f50"]["U"] is None


def test_a_saturated_spot_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut_off = np.minimum(spot(1.5, 1.0) * 400, 255).astype(np.uint8)
    path = files.npy(tmp_path / "w.npy", np.array([cut_off] * 2))
    options = [*PIXEL, "--method", "wire", "--object-mm", "0.05"]
    code, _, err = run(capsys, str(path), *options)
    assert (code, "saturated" in err) == (2, True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sentences_name_method_voxel_and_scatter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    rng = np.random.default_rng(2)
    slices = [disk(1.5, 49.3, 50.7, 0.0, 100, 36.2) + rng.normal(0, 0.01, (100, 100))] * 10
    path = files.npy(tmp_path / "v.npy", np.array(slices))
    arguments = ["analyze", "mtf", str(path), *PIXEL, "--slice-mm", "0.1", "--slices", "1-10"]
    assert main(["--lang", language, *arguments]) == 0
    said = capsys.readouterr().out
    for words in {
        "zh": ("圆盘边缘", "体素 0.05 × 0.05 × 0.1 mm", "方向 z,y,x", "± 1 SD"),
        "en": ("a disk's edge", "voxel 0.05 × 0.05 × 0.1 mm", "orientation z,y,x", "+-1 SD"),
    }[language]:
        assert words in said


def test_a_figure_without_u_keeps_four_digits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A voxel of a thousandth of a millimetre makes lengths of some thousandths."""
    path = files.npy(tmp_path / "v.npy", np.array([disk(1.5)]))
    _, data, _ = run(capsys, str(path), "--pixel-mm", "0.001")
    fwhm = findings(data)["fwhm"]
    assert fwhm["U"] is None
    assert len(fwhm["value"].lstrip("0.")) == 4


KEPT = ["--who", "Li", "--device", "a/b/c", "--date", "2026-03-02"]
# What stands in the way of the results, and what is said.
IN_THE_WAY = [
    (["--overlay", "there.png"], "there.png: the file exists and was not replaced. Move it away"),
    (["--overlay", "to-nothing.png"], "to-nothing.png: the file exists and was not replaced"),
    (["--overlay", "there.png/x.png"], "there.png: can't be written (Not a directory)"),
    (["--overlay", "x" * 300 + ".png"], "can't be written (File name too long)"),
    (["--save", *KEPT, "--supersedes", "9", "--why", "x"], "9: the device has no such"),
    (["--save"], "who measured must be said"),
    (["--save", "--who", "Li", "--supersedes", "1"], "a correction says why"),
    (["--save", "--who", "Li"], "does not say which device"),
]


@pytest.mark.parametrize(
    ("asked", "says"), IN_THE_WAY, ids=[" ".join(one[0])[:40] for one in IN_THE_WAY]
)
def test_what_stands_in_the_way_is_said_before_a_slice_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
    says: str,
) -> None:
    """Reading thousands of slices takes minutes. These hold nothing to measure, which is not said
    any more."""
    blank = files.npy(tmp_path / "blank.npy", np.zeros((3, 64, 64), dtype=np.float32))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOSEGAUGE_STORE", str(tmp_path / "store.sqlite"))
    Path("there.png").write_bytes(b"kept")
    Path("to-nothing.png").symlink_to("nothing")
    code, _, error = run(capsys, str(blank), *PIXEL, *asked)
    assert code in (1, 2)
    assert says in error
    assert error.count("\n") == 1
    assert Path("there.png").read_bytes() == b"kept"
    assert not Path("nothing").exists()


def test_what_cannot_be_measured_leaves_no_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank = files.npy(tmp_path / "blank.npy", np.zeros((3, 64, 64), dtype=np.float32))
    store = tmp_path / "new" / "store.sqlite"
    code, _, error = run(capsys, str(blank), *PIXEL, "--save", *KEPT, "--store", str(store))
    assert code == 2
    assert "no contrast" in error
    assert not store.parent.exists()


def test_a_name_that_is_too_long_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, error = run(capsys, "x" * 300)
    assert (code, error.count("\n")) == (2, 1)
    assert "can't be read (File name too long)" in error


def test_a_result_that_cannot_be_kept_leaves_no_picture(
    volume: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Somebody corrects the row meanwhile: the command can be given again, with that number."""
    overlay = tmp_path / "o.png"
    store = ["--store", str(tmp_path / "store.sqlite")]
    kept = [*store, "--save", *KEPT]
    _, first, _ = run(capsys, str(volume), *PIXEL, *kept)
    corrects = [*kept, "--supersedes", str(first["saved"]), "--why", "again"]
    check = analyze_saving.check_saving

    def somebody_is_faster(arguments: Any, facts: Any) -> None:
        check(arguments, facts)
        monkeypatch.setattr(analyze_saving, "check_saving", lambda arguments, facts: None)
        assert main(["analyze", "mtf", str(volume), *PIXEL, *corrects, "--json"]) == 0

    monkeypatch.setattr(analyze_saving, "check_saving", somebody_is_faster)
    code, _, error = run(capsys, str(volume), *PIXEL, *corrects, "--overlay", str(overlay))
    assert code == 1
    assert "it was corrected before" in error
    assert not overlay.exists()
