"""The right interpreter is taken, a wrong one refused with one line, a missing one reported."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.interpreters import Found, double_precision, provision, single_precision
from tests.interpreters.identity import identify
from tests.interpreters.provision import DOUBLE_VARIABLE, SINGLE_VARIABLE
from tests.interpreters.requirement import require

ABSENT = Found(None, "", "no MicroPython: install one")


def test_the_variables_name_interpreters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable, find in (
        (DOUBLE_VARIABLE, double_precision),
        (SINGLE_VARIABLE, single_precision),
    ):
        link = tmp_path / variable
        link.symlink_to(require(find()))
        monkeypatch.setenv(variable, str(link))
        assert find().path == link


def test_a_named_interpreter_of_the_other_precision_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    double, single = require(double_precision()), require(single_precision())
    monkeypatch.setenv(DOUBLE_VARIABLE, str(single))
    monkeypatch.setenv(SINGLE_VARIABLE, str(double))
    assert double_precision() == Found(
        None, "", f"{DOUBLE_VARIABLE}: {single} has single precision floats; double is needed"
    )
    assert single_precision() == Found(
        None, "", f"{SINGLE_VARIABLE}: {double} has double precision floats; single is needed"
    )


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("#!/bin/sh\necho cpython 3.11.2 - double\n", 0o755, "is not MicroPython"),
        ("#!/bin/sh\nexit 0\n", 0o755, "is not MicroPython"),
        (
            "#!/bin/sh\necho micropython 1.23.0 - double\n",
            0o755,
            "is MicroPython 1.23.0; 1.24.0 or newer is needed",
        ),
        ("#!/bin/sh\n", 0o644, "cannot be run: "),
    ],
    ids=["CPython", "silent", "too old", "not executable"],
)
def test_what_is_no_usable_interpreter_is_refused(
    tmp_path: Path, text: str, mode: int, reason: str
) -> None:
    program = tmp_path / "micropython"
    program.write_text(text)
    program.chmod(mode)
    found = identify(program, "double")
    assert (found.path, found.version) == (None, "")
    assert found.reason.startswith(f"{program} {reason}")
    assert "\n" not in found.reason


def test_a_named_interpreter_that_is_not_there_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(SINGLE_VARIABLE, str(tmp_path / "nowhere"))
    found = single_precision()
    assert found.path is None
    assert found.reason.startswith(f"{SINGLE_VARIABLE}: {tmp_path / 'nowhere'} cannot be run")


def test_without_the_wheel_the_one_on_path_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    double = require(double_precision())
    (tmp_path / "micropython").symlink_to(double)
    monkeypatch.delenv(DOUBLE_VARIABLE, raising=False)
    monkeypatch.setattr(provision, "_WHEEL", "a-package-nobody-installed")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert double_precision().path == tmp_path / "micropython"
    monkeypatch.setenv("PATH", "")
    assert double_precision().path is None
    assert "pip install" in double_precision().reason


def test_off_debian_the_reason_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SINGLE_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", "")  # no apt-get
    found = single_precision()
    assert found.path is None
    assert SINGLE_VARIABLE in found.reason


def test_a_missing_interpreter_fails_where_ci_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no MicroPython: install one"):
        require(ABSENT)


@pytest.mark.parametrize("ci", [None, "", "false"])
def test_a_missing_interpreter_skips_elsewhere_and_says_so(
    monkeypatch: pytest.MonkeyPatch, ci: str | None
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    with pytest.raises(pytest.skip.Exception, match="no MicroPython: install one"):
        require(ABSENT)


def test_cpython_itself_is_no_micropython() -> None:
    assert "is not MicroPython" in identify(Path(sys.executable), "double").reason


def test_a_copy_elsewhere_is_still_the_same_interpreter(tmp_path: Path) -> None:
    copy = tmp_path / "micropython"
    shutil.copy2(require(single_precision()), copy)
    assert identify(copy, "single").path == copy
