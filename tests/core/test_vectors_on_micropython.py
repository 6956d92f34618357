"""The check cases on real MicroPython: every digit as on CPython, in both float precisions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import FIRMWARE, ROOT, SHARED
from tests.interpreters import run

FOLDER = ROOT / "tests" / "vectors"
FILES = sorted(path.name for path in FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def on_cpython() -> dict[str, list[str]]:
    """The lines that each vector file gives on CPython."""
    lines: dict[str, list[str]] = {}
    for name in FILES:
        done = subprocess.run(
            [sys.executable, str(FOLDER / "run_vectors.py"), str(FOLDER / name)],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": os.pathsep.join([str(SHARED), str(FIRMWARE)])},
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        lines[name] = [json.dumps(json.loads(line)) for line in done.stdout.splitlines()]
    return lines


def test_there_are_cases_for_every_computation() -> None:
    computations = {"depth.json", "kerma.json", "leakage.json"}
    assert computations | {"fixed.json", "distributions.json", "rounding.json"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_the_digits_are_identical(
    micropython: Path, on_cpython: dict[str, list[str]], name: str
) -> None:
    done = run(
        micropython,
        FOLDER / "run_vectors.py",
        args=[str(FOLDER / name)],
        modules=[SHARED, FIRMWARE],
        heap="4m",
        timeout_s=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    got = [json.dumps(json.loads(line)) for line in done.stdout.splitlines()]
    assert got == on_cpython[name]
    assert len(got) == len(json.loads((FOLDER / name).read_text(encoding="utf-8"))["cases"])
