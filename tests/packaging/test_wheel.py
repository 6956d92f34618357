"""The wheel alone, in an empty environment, does the whole job."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT],
        check=True,
    )
    (built,) = folder.glob("dosegauge-*.whl")
    return built


def test_the_wheel_holds_host_core_and_firmware(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "dosegauge/cli.py",
        "dosegauge/standards/mri-phantom-draft.toml",
        "dosegauge/standards/ws-523-2019.toml",
        "dosegauge/reports/certificate.typ",
        "dosegauge/virtual/scenarios/demo.toml",
        "dosegauge_core/depth.py",
        "dosegauge/_firmware/main.py",
        "dosegauge/_firmware/unit/plans/mri-hole-depth.json",
    ):
        assert part in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


@pytest.mark.timeout(600)
def test_the_demo_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    binaries = environment / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [binaries / "python", "-m", "pip", "install", "--quiet", wheel], check=True, cwd=tmp_path
    )
    done = subprocess.run(
        [binaries / "dosegauge", "demo", "--json", "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env={**os.environ, "HOME": str(tmp_path), "PYTHONPATH": ""},
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    figures = {figure["key"]: figure["text"] for figure in said["sessions"][0]["figures"]}
    assert figures["t"] == "0.1039"
    assert len(said["files"]) == 4
    assert all(Path(path).stat().st_size > 5000 for path in said["files"])
