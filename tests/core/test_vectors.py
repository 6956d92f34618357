"""Every check case under tests/vectors on this interpreter; other runtimes get the same files."""

import json
from pathlib import Path

import pytest

from tests.conftest import FIRMWARE
from tests.vectors import run_vectors

VECTORS = Path(__file__).parents[1] / "vectors"
FILES = sorted(VECTORS.glob("*.json"))
CASES = [
    pytest.param(vectors["module"], case, id=f"{path.stem}: {case['name']}")
    for path in FILES
    for vectors in [json.loads(path.read_text(encoding="utf-8"))]
    for case in vectors["cases"]
]


@pytest.mark.parametrize(("module", "case"), CASES)
def test_case_gives_its_expected_digits(module, case, monkeypatch):
    monkeypatch.syspath_prepend(str(FIRMWARE))
    ok, got = run_vectors.run_case(module, case)
    assert ok, f"got {got}, expected {case['expect']}"


def test_every_case_names_its_source():
    for path in FILES:
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            assert case["source"].strip(), f"{path.name}: {case['name']}"


def test_the_runner_prints_a_line_per_case_and_fails_on_a_wrong_one(tmp_path, capsys):
    case = {"name": "wrong", "function": "mean", "args": [[{"decimal": "1"}]], "expect": "2"}
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"module": "dosegauge_core.type_a", "cases": [case]}))
    assert run_vectors.main([str(wrong)]) == 1
    assert json.loads(capsys.readouterr().out) == ["wrong.json", "wrong", False, "1"]
