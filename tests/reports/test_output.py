"""Report files are whole or absent."""

from pathlib import Path

import pytest

from dosegauge.errors import DosegaugeError, WrongUse
from dosegauge.reports.output import write_new


def test_a_file_is_written_into_a_new_folder(tmp_path: Path) -> None:
    path = write_new(tmp_path / "a" / "b" / "x.bin", b"whole")
    assert path.read_bytes() == b"whole"
    assert [entry.name for entry in path.parent.iterdir()] == ["x.bin"]


def test_a_present_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"old")
    with pytest.raises(WrongUse, match="was not replaced"):
        write_new(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(DosegaugeError, match="can't be written"):
        write_new(tmp_path / "out" / "x.bin", b"new")
