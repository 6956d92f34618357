"""Both interpreters are what they are taken for, and have what the firmware relies on."""

import time
from pathlib import Path

import pytest

from tests.interpreters import Found, double_precision, run, single_precision
from tests.interpreters.requirement import require

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="module", params=["double", "single"])
def floats(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def found(floats: str) -> Found:
    return double_precision() if floats == "double" else single_precision()


@pytest.fixture(scope="module")
def interpreter(found: Found) -> Path:
    return require(found)


def test_version_and_float_precision(interpreter: Path, found: Found, floats: str) -> None:
    answer = run(interpreter, SCRIPTS / "identity.py")
    name, version, _, its_floats = answer.stdout.split()
    assert (name, its_floats) == ("micropython", floats)
    assert tuple(int(number) for number in version.split(".")) >= (1, 24, 0)
    assert found.version.startswith(version)


def test_one_part_in_2_to_the_30_is_lost_in_single_precision_only(
    interpreter: Path, floats: str, tmp_path: Path
) -> None:
    script = tmp_path / "sum.py"
    script.write_text("import sys\nprint(float(sys.argv[1]) + 2.0**-30 != 1.0)\n")
    assert run(interpreter, script, args=["1"]).stdout == f"{floats == 'double'}\n"


def test_everything_the_firmware_relies_on_works(interpreter: Path) -> None:
    done = run(interpreter, SCRIPTS / "features.py")
    lines = done.stdout.splitlines()
    assert (done.stderr, done.returncode) == ("", 0)
    assert len(lines) == 14
    assert [line for line in lines if not line.endswith(" yes")] == []


def test_modules_come_from_the_script_the_frozen_ones_and_the_given_folders_only(
    interpreter: Path, tmp_path: Path
) -> None:
    done = run(interpreter, SCRIPTS / "search_path.py", modules=[tmp_path, tmp_path / "b"])
    assert done.stdout.splitlines()[0] == f"{SCRIPTS}|.frozen|{tmp_path}|{tmp_path / 'b'}"


def test_a_users_own_micropython_library_shadows_nothing(
    interpreter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "home" / ".micropython" / "lib"
    library.mkdir(parents=True)
    (library / "dose.py").write_text("origin = 'library'\n")
    (tmp_path / "dose.py").write_text("origin = 'given'\n")
    (tmp_path / "script").mkdir()
    script = tmp_path / "script" / "main.py"
    script.write_text("import dose\nprint(dose.origin)\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert run(interpreter, script, modules=[tmp_path]).stdout == "given\n"
    assert "ImportError: no module named 'dose'" in "".join(run(interpreter, script)[:2])


def test_arguments_and_standard_input_arrive_unchanged(interpreter: Path) -> None:
    done = run(interpreter, SCRIPTS / "search_path.py", args=["a b", "剂量"], stdin="线\r\nend")
    assert done.stdout.splitlines()[1] == "a b|剂量"
    assert "线\r\nend" in done.stdout


def test_an_uncaught_error_shows_in_the_return_code_and_the_output(
    interpreter: Path, tmp_path: Path
) -> None:
    script = tmp_path / "fails.py"
    script.write_text("print('before')\nraise ValueError('bad telegram')\n")
    done = run(interpreter, script)
    assert done.returncode == 1
    assert done.stdout.startswith("before\n")
    assert (done.stdout + done.stderr).endswith("ValueError: bad telegram\n")


def test_the_heap_has_the_size_asked_for(interpreter: Path, tmp_path: Path) -> None:
    script = tmp_path / "heap.py"
    script.write_text("import gc\nprint(gc.mem_free() + gc.mem_alloc())\n")
    small, large = (int(run(interpreter, script, heap=heap).stdout) for heap in ("200k", "4m"))
    assert 180_000 < small < 210_000
    assert 3_900_000 < large < 4_300_000


def test_a_script_that_does_not_end_is_stopped(interpreter: Path, tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text("while True:\n    pass\n")
    begin = time.monotonic()
    with pytest.raises(TimeoutError, match=r"endless\.py still ran"):
        run(interpreter, script, timeout_s=0.5)
    assert time.monotonic() - begin < 5


def test_a_folder_that_micropypath_cannot_hold_is_refused(interpreter: Path) -> None:
    with pytest.raises(ValueError, match="cannot hold /a:b"):
        run(interpreter, SCRIPTS / "identity.py", modules=[Path("/a:b")])


def test_finding_both_again_costs_nothing() -> None:
    require(double_precision())
    require(single_precision())
    begin = time.monotonic()
    double_precision()
    single_precision()
    assert time.monotonic() - begin < 1.0
