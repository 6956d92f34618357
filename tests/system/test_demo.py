"""`dosegauge demo`: from a reading to a certificate, without a terminal."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pypdf
import pytest

from dosegauge.store import Store
from tests.conftest import ROOT


def demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dosegauge", "demo", "--out", str(folder), *options],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    return folder / "run-001", demo(folder, "--lang", "zh")


def test_it_ends_with_one_screen_and_the_paths(
    run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = run
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) <= 24
    assert "t = 0.1039 mm" in done.stdout
    assert "U = 5.3" in done.stdout
    paths = [line.strip() for line in lines if line.startswith("    " + str(folder))]
    assert len(paths) == 5
    assert all(Path(path).stat().st_size > 5000 for path in paths)


def test_progress_goes_to_stderr(run: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _folder, done = run
    assert done.stderr.count("•") >= 6
    assert "•" not in done.stdout


def test_the_certificate_is_a_draft_with_the_figures(
    run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _done = run
    pages = pypdf.PdfReader(folder / "certificate-phantom.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    for part in ("校准证书", "Calibration Certificate", "0.1039 mm", "8.5", "2.62", "5.4"):
        assert part in text
    assert all("DRAFT" in page.extract_text() for page in pages)


def test_the_record_has_live_formulas(
    run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _done = run
    book = openpyxl.load_workbook(folder / "record-micro-ct.xlsx")
    formulas = [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]
    assert any("STDEV" in formula for formula in formulas)
    assert len(formulas) > 50


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Wherever the unit's state lies: its self-test tells the free heap."""
    digests = []
    for name in ("short", "a much longer name " * 8):
        done = demo(tmp_path / name, "--seed", "5", "--json", "--lang", "en")
        assert done.returncode == 0, done.stderr
        store = Store.open(Path(json.loads(done.stdout)["folder"]) / "store.sqlite")
        digests.append([row.digest for row in store.sessions()])
    assert digests[0] == digests[1]
    assert len(digests[0]) == 3


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = demo(tmp_path / "file" / "out", "--lang", "en")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_make_run_without_a_terminal_does_the_whole_job(tmp_path: Path) -> None:
    """The README's first command, with the relative folder that it uses."""
    done = subprocess.run(
        ["make", "--silent", "run", f"OUT={tmp_path.name}/out"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    try:
        assert done.returncode == 0, done.stderr
        assert "t = 0.1039 mm" in done.stdout
    finally:
        shutil.rmtree(ROOT / tmp_path.name, ignore_errors=True)
