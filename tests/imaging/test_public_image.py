"""A CT slice that a hospital's scanner made: CT_small.dcm, which comes with pydicom. 128 x 128
pixels of a chest, 258 elements, and before DICOM's mark what looks like a TIFF's first bytes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from dosegauge.cli import main
from dosegauge.imaging.readers import open_images
from dosegauge.imaging.readers.dicom import TOMOGRAPHY
from dosegauge.imaging.readers.dicom_series import DicomSeries

FILE = Path(str(get_testdata_file("CT_small.dcm", download=False)))
# The chest wall against the left lung, nearly straight.
EDGE = "100,45,127,70"


def test_it_is_dicom_in_hounsfield_units() -> None:
    opened = open_images(FILE, None, TOMOGRAPHY)
    stored = pydicom.dcmread(FILE).pixel_array
    assert opened.format == "dicom"
    assert np.array_equal(opened.frame(0), stored - 1024.0)
    assert opened.pixel_mm == (0.661468, 0.661468)
    assert opened.facts["unit"] == "HU"
    assert opened.facts["slice_mm"] == "5.0"


@pytest.mark.parametrize("what", ["mtf", "ct-uniformity"])
def test_where_nothing_can_be_found_a_region_is_asked_for(
    what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "en", "analyze", what, str(FILE)]) == 2
    assert "say where by --roi" in capsys.readouterr().err.lower()


def test_an_edge_in_the_region_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Body scanners with a standard kernel reach 50 % at 0.2 to 0.5 lp/mm."""
    overlay = tmp_path / "edge.png"
    options = ["--method", "edge", "--roi", EDGE, "--overlay", str(overlay), "--json"]
    assert main(["--lang", "en", "analyze", "mtf", str(FILE), *options]) == 0
    found = {one["key"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert 0.2 < float(found["f50"]["value"]) < float(found["f10"]["value"]) < 0.7
    assert overlay.stat().st_size > 10_000


def test_a_hole_in_the_region_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--roi", "64,78,60", "--hole", "59,94,5", "--json"]
    assert main(["--lang", "en", "analyze", "low-contrast", str(FILE), *options]) == 0
    said = json.loads(capsys.readouterr().out)
    assert any("no HU" in one["en"] for one in said["warnings"]), "there is no air in the region"


def test_its_slices_are_a_series(tmp_path: Path, parsed_files: list[str]) -> None:
    """Only the first of them is parsed."""
    dataset = pydicom.dcmread(FILE)
    series = DicomSeries()
    for number in range(5):
        dataset.InstanceNumber = number + 1
        dataset.ImagePositionPatient = [-158.135803, -179.035797, -75.7 + 5 * number]
        dataset.SliceLocation = -77.2 + 5 * number
        dataset.SOPInstanceUID = f"1.2.{10**number}"
        dataset.AcquisitionTime = f"11293{number}.5"
        path = tmp_path / str(number)
        dataset.save_as(path)
        one, alone = series.open(path), open_images(path, None, TOMOGRAPHY)
        assert float(one.facts["z_mm"]) == float(alone.facts["z_mm"])
        assert one.facts["instance"] == alone.facts["instance"]
        assert np.array_equal(one.frame(0), alone.frame(0))
    assert parsed_files == ["0"]
