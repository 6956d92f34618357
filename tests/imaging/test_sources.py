"""What is kept of a measurement's files: names and SHA-256 that anyone can compute again."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
from pathlib import Path

import numpy as np
import pytest

from dosegauge.commands.analyze_sources import sources_of
from dosegauge.errors import WrongUse
from tests.imaging import files

PIXELS = np.arange(3 * 8 * 8, dtype=np.uint16).reshape(3, 8, 8)


def told(**options: object) -> list[tuple[str, str]]:
    names, digests = sources_of(argparse.Namespace(lang="en", **options))
    return list(zip(names.splitlines(), digests.splitlines(), strict=True))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_header_and_its_pixels(tmp_path: Path) -> None:
    header = files.metaimage(tmp_path / "v.mhd", PIXELS)
    pixels = header.with_suffix(".raw")
    assert told(volume=str(header)) == [("v.mhd", digest(header)), ("v.raw", digest(pixels))]
    both = files.metaimage(tmp_path / "v.mha", PIXELS)
    assert told(image=str(both)) == [("v.mha", digest(both))]


def test_a_folder_as_sha256sum_tells_it(tmp_path: Path) -> None:
    folder = tmp_path / "scan"
    folder.mkdir()
    for name in ("b10.tif", "a.tif", "B.tif", "ü.tif", ".hidden"):
        files.tiff(folder / name, PIXELS[0] + len(name))
    listed = subprocess.run(
        "sha256sum *",
        shell=True,
        cwd=folder,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    ).stdout
    assert told(volume=str(folder)) == [("scan", hashlib.sha256(listed).hexdigest())]


def test_every_scan_and_every_image(tmp_path: Path) -> None:
    paths = [files.npy(tmp_path / f"{n}.npy", PIXELS + n) for n in range(3)]
    names = [str(path) for path in paths]
    wanted = [(path.name, digest(path)) for path in paths]
    assert told(volume=names[0], repeat=names[1:]) == wanted
    assert told(images=names) == wanted


def test_a_programs_report_has_no_files() -> None:
    given = argparse.Namespace(lang="en", program="NMQC", program_version="3")
    assert sources_of(given) == ("NMQC 3", "")


def test_a_header_without_its_pixels_is_refused(tmp_path: Path) -> None:
    header = files.metaimage(tmp_path / "v.mhd", PIXELS)
    header.with_suffix(".raw").unlink()
    with pytest.raises(WrongUse, match="missing beside it"):
        told(volume=str(header))
