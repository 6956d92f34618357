"""A volume of 16 GB: progress at the terminal, memory, and Ctrl-C at any time."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.imaging import files

ROOT = Path(__file__).resolve().parents[2]
SLICES, SIDE = 2000, 2048
MEMORY_MB = 500


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """Takes up no place on the disk: all its pixels are holes."""
    blank = np.zeros((SIDE, SIDE), np.uint16)
    path = files.metaimage(tmp_path / "v.mhd", blank, "0.02 0.02 0.02")
    text = path.read_text()
    path.write_text(
        text.replace(f"DimSize = {SIDE} {SIDE} 1", f"DimSize = {SIDE} {SIDE} {SLICES}")
    )
    os.truncate(path.with_suffix(".raw"), SLICES * blank.nbytes)
    return path


def started(volume: Path, *options: str) -> tuple[subprocess.Popen[bytes], int]:
    """The command with a terminal as its stderr, and that terminal."""
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dosegauge", "--lang", "en", "analyze", *options, str(volume)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "host"), str(ROOT / "shared")]),
        },
        stdout=subprocess.PIPE,
        stderr=there,
    )
    os.close(there)
    return process, here


def told_until(terminal: int, wanted: str, seconds: float = 60) -> str:
    """What the terminal shows up to the wanted text, or to its end."""
    said, ends = "", time.monotonic() + seconds
    while not re.search(wanted, said) and time.monotonic() < ends:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        said += part.decode("utf-8", "replace")
    return said


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(peak) / 1024


# Averaged as whole numbers, and along another axis; the middle slices are far into the file.
WAYS = [
    ("ct-uniformity", "--slices", "1-2000"),
    ("ct-uniformity", "--slices", "900-940", "--orientation", "y,z,x"),
]


@pytest.mark.parametrize("way", WAYS, ids=["along-z", "along-y"])
def test_progress_memory_and_cancel(volume: Path, way: tuple[str, ...]) -> None:
    process, terminal = started(volume, *way)
    try:
        said = told_until(terminal, r"slice 2\d\d of")
        assert re.search(r"slice 1?\d\d of \d+", said), said
        assert memory_mb(process) < MEMORY_MB
        process.send_signal(signal.SIGINT)
        rest = told_until(terminal, "interrupted")
        assert process.wait(timeout=30) == 130
    finally:
        process.kill()
        os.close(terminal)
    assert "interrupted" in rest
    assert "Traceback" not in said + rest
    assert process.stdout is not None
    assert process.stdout.read() == b""


def test_a_slice_at_the_far_end(volume: Path) -> None:
    """Behind 16 GB of others: read at once, and found to be empty."""
    process, terminal = started(volume, "ct-uniformity", "--slices", "1999-2000")
    began_s = time.monotonic()
    said = told_until(terminal, "no contrast")
    assert process.wait(timeout=30) == 2
    os.close(terminal)
    assert "no contrast" in said
    assert time.monotonic() - began_s < 20
